"""Functions that are compiled to machine code before the first question, and kept compiled beside the source.

Importing compiles nothing and writes nothing: `make_ready` does, once a process. Compiled code lets go of the
interpreter, so that threads run it at the same time.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, register_jitable

Function = TypeVar("Function", bound=Callable[..., Any])

_kernels: list["_Kernel"] = []


class _Kernel:
    """One function and the types of its arguments; called as itself."""

    def __init__(self, function: Callable[..., Any], signature: str) -> None:
        self._function = function
        self._signature = signature
        self._machine: Any = None

    def __call__(self, *arguments: Any) -> Any:
        return (self._machine or self.compile())(*arguments)

    def compile(self) -> Any:
        """Takes what was compiled before for this processor, or compiles."""
        if self._machine is None:
            machine = numba.njit(nogil=True)(self._function)
            with suppress(RuntimeError):  # nowhere to keep it: compiled anew by every process
                machine.enable_caching()
            machine.compile(self._signature)
            machine.disable_compile()
            self._machine = machine
        return self._machine


def kernel(signature: str) -> Callable[[Function], Function]:
    """Marks a function that is compiled for arguments of these types alone."""

    def mark(function: Function) -> Function:
        made = _Kernel(function, signature)
        _kernels.append(made)
        return cast(Function, made)

    return mark


def part(function: Function) -> Function:
    """Marks a function that kernels of the same file call."""
    made: Function = register_jitable(function)
    return made


def instruction(write: Callable[..., Any]) -> Callable[..., Any]:
    """Marks what writes instructions of the machine itself, for kernels of the same file."""
    made: Callable[..., Any] = intrinsic(write)
    return made


def _make_fetch(dimensions: int) -> Any:
    """Has the processor read a row of an array into its caches while it goes on with something else."""

    @instruction
    def fetch(typing: Any, array: Any, row: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            made = context.make_array(signature.args[0])(context, builder, arguments[0])
            at = arguments[1]
            for dimension in range(1, dimensions):
                at = builder.mul(at, builder.extract_value(made.shape, dimension))
            byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
            call = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
            where = builder.bitcast(builder.gep(made.data, [at]), byte)
            builder.call(call, [where, number(0), number(3), number(1)])
            return context.get_dummy_value()

        return types.void(array, types.int64), generate

    return fetch


fetch, fetch_row = _make_fetch(1), _make_fetch(2)
"""For kernels: reading a row of an array of one dimension, of two, ahead of when it is needed."""


def make_ready() -> None:
    """Compiles every kernel that was imported: some seconds where none was compiled before."""
    for each in _kernels:
        each.compile()
