"""The same work for many tasks: here, in processes, or on a cluster through Ray when one is named.

Every task is worked out from itself and what all of them share, and the results come in the order of the
tasks, so that where it was done changes nothing in them.
"""

import multiprocessing
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import msgspec

import gis
import routing

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")

ON_THIS_MACHINE = ("auto", "local")
"""Addresses that Ray itself understands: the cluster that runs here, and one started for this run alone."""

ANSWERS_WITHIN_S = 5.0
CLIENT_PORT, HEAD_PORT = 10001, 6379

_shared: list[Any] = []
"""What a process was given when it started; one at most."""


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """In so many processes; or on the cluster at `ray`: HOST[:PORT] from one of its nodes,
    ray://HOST[:PORT] from elsewhere, `auto` for the one on this machine, `local` for one of this run."""

    processes: int = 1
    ray: str | None = None


HERE = Where()


class ClusterUnusable(Exception):
    """Why nothing can be done on the cluster, in Vietnamese and English."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi}\n{en}")
        self.vi, self.en = vi, en


def fan_out(work: Callable[[S, T], R], shared: S, tasks: Sequence[T], where: Where = HERE) -> Iterator[R]:
    """`work(shared, task)` for every task, in their order, whichever ends first.

    `work` is a function of a module; `shared` reaches each process once, not with every task. Raises
    ClusterUnusable, and whatever `work` raises.
    """
    if where.ray is not None:
        return _on_ray(work, shared, tasks, where.ray)
    if where.processes <= 1 or len(tasks) <= 1:
        return (work(shared, task) for task in tasks)
    return _in_processes(work, shared, tasks, where.processes)


def _in_processes(work: Callable[[S, T], R], shared: S, tasks: Sequence[T], count: int) -> Iterator[R]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, context, _share, (work, shared)) as pool:
        yield from pool.map(_work_shared, tasks)


def _share(*given: object) -> None:
    _shared[:] = given


def _work_shared(task: Any) -> Any:
    work, shared = _shared
    return work(shared, task)


def _on_ray(work: Callable[[S, T], R], shared: S, tasks: Sequence[T], address: str) -> Iterator[R]:
    """The programs of this house go to the nodes with the work, so that all of them run the same; what these
    need (requirements.txt, the same Python) has to be installed there."""
    ray = _connect(address, work)
    try:
        known = ray.put((work, shared))
        remote = ray.remote(_work_known)
        waiting = [remote.remote(known, task) for task in tasks]
        for one in waiting:
            yield ray.get(one)
    except (ray.exceptions.RaySystemError, ray.exceptions.WorkerCrashedError, ConnectionError) as lost:
        raise ClusterUnusable(
            f"Cụm Ray ở {address} mất giữa chừng: {lost}.", f"The Ray cluster at {address} was lost: {lost}."
        ) from lost
    finally:
        ray.shutdown()


def _work_known(known: tuple[Callable[[Any, Any], Any], Any], task: Any) -> Any:
    work, shared = known
    return work(shared, task)


def _connect(address: str, work: Callable[..., object]) -> Any:
    """Ray, connected. The address is tried first: Ray itself would try for a minute and more."""
    if address not in ON_THIS_MACHINE:
        _require_answer(address)
    try:
        ray = import_module("ray")
    except ImportError as missing:
        raise ClusterUnusable(
            "Chưa cài Ray: .venv/bin/pip install --require-hashes -r requirements-ray.txt.",
            "Ray is not installed: .venv/bin/pip install --require-hashes -r requirements-ray.txt.",
        ) from missing
    try:
        ray.init(
            address=address,
            runtime_env={"py_modules": _list_programs(work), "excludes": ["**/__pycache__/**"]},
            log_to_driver=False,
            logging_level="ERROR",
            include_dashboard=False if address == "local" else None,
        )
    except (ConnectionError, RuntimeError, ValueError, TimeoutError) as failed:
        raise _tell_silent(address, failed) from failed
    return ray


def _list_programs(work: Callable[..., object]) -> list[str]:
    """The folders of the house's packages, and of the one that `work` is from."""
    own = import_module(work.__module__.partition(".")[0])
    files = [package.__file__ for package in (import_module("dispatch"), gis, routing, own)]
    return sorted({str(Path(file).parent) for file in files if file is not None})


def _require_answer(address: str) -> None:
    is_client = address.startswith("ray://")
    host, _, port = address.removeprefix("ray://").partition(":")
    default = CLIENT_PORT if is_client else HEAD_PORT
    if not host or (port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536)):
        raise ClusterUnusable(
            f"«{address}» không phải địa chỉ: HOST:PORT, ray://HOST:PORT, auto hoặc local.",
            f"“{address}” is no address: HOST:PORT, ray://HOST:PORT, auto or local.",
        )
    try:
        socket.create_connection((host, int(port or default)), ANSWERS_WITHIN_S).close()
    except OSError as silent:
        raise _tell_silent(address, silent) from silent


def _tell_silent(address: str, why: Exception) -> ClusterUnusable:
    reason = str(why).splitlines()[0] if str(why) else type(why).__name__
    return ClusterUnusable(
        f"Cụm Ray ở {address} không trả lời: {reason}.", f"No Ray cluster answers at {address}: {reason}."
    )
