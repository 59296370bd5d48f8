"""Locks between processes. The kernel gives them back when their holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock on `path` alone, a folder or a file made for it; waits for the holder."""
    kind = os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT
    handle = os.open(path, kind | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class Presence:
    """A place among the users of something: many may be present, and the last to leave can tell that it is.

    Enter and leave while holding one `exclusive` lock, else two may both believe to be first or last.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = -1

    def enter(self) -> bool:
        """Join; True when nobody else is present."""
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        first = self._is_alone()
        fcntl.flock(self._handle, fcntl.LOCK_SH)
        return first

    def leave(self) -> bool:
        """Go; True when nobody else stays."""
        last = self._is_alone()
        os.close(self._handle)
        self._handle = -1
        return last

    def _is_alone(self) -> bool:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
