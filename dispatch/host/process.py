"""Processes of this machine: who is alive, who is whose, and waiting for an end without polling."""

import ctypes
import os
import select
import signal
import time
from collections.abc import Iterable
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to end this process when the thread that started it ends (prctl(2), PR_SET_PDEATHSIG).

    Meant for a child between fork and exec; the mark survives exec.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")


def list_processes_in(folder: Path) -> list[int]:
    """Pids whose working directory is `folder`; processes of other users are left out unless we are root."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            cwd = os.readlink(entry / "cwd")
        except OSError:  # ended meanwhile, or not ours to look at
            continue
        if cwd == str(folder):
            found.append(int(entry.name))
    return found


def list_processes_with(variable: str, value: str) -> list[int]:
    """Pids of our processes (of all, for root) that were started with `variable` set to `value`."""
    wanted = f"{variable}={value}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            environment = (entry / "environ").read_bytes()
        except OSError:  # ended meanwhile, or not ours to look at
            continue
        if wanted in environment.split(b"\0"):
            found.append(int(entry.name))
    return found


def wait_for_exit(pids: Iterable[int], timeout_s: float) -> list[int]:
    """Wait until every process of `pids` has ended; gives those still alive after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    alive = []
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            left_ms = max(0.0, deadline - time.monotonic()) * 1000
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            if not poll.poll(left_ms):
                alive.append(pid)
        finally:
            os.close(handle)
    return alive


def end_processes(pids: Iterable[int], polite: signal.Signals, timeout_s: float) -> None:
    """Signal `polite`, wait up to `timeout_s`, then SIGKILL what is left and wait for that too."""
    asked = list(pids)
    for pid in asked:
        _signal(pid, polite)
    left = wait_for_exit(asked, timeout_s)
    for pid in left:
        _signal(pid, signal.SIGKILL)
    wait_for_exit(left, 10.0)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
