"""Functions that are compiled to machine code before the first question, and kept compiled beside the source.

Importing compiles nothing and writes nothing: `make_ready` does, once a process. Compiled code lets go of the
interpreter, so that threads run it at the same time.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

import numba
from numba.extending import register_jitable

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


def make_ready() -> None:
    """Compiles every kernel that was imported: some seconds where none was compiled before."""
    for each in _kernels:
        each.compile()
