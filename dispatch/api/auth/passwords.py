"""Passwords as argon2id, computed beside the event loop, a bounded number at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dispatch.domain.model.messages import Refused

WAITING_LIMIT = 64
"""Sign-ins that may wait for a hash; more are told to come back."""


class Passwords:
    """Hashes and verifies. `workers` threads compute; each verification costs about 64 MB and 40 ms."""

    def __init__(self, workers: int = 2, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="argon2")
        self._waiting = 0
        self._nobody = ""

    def hash_now(self, password: str) -> str:
        """The hash, computed in this thread (command line, set-up)."""
        return self._hasher.hash(password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is right. None (no such account) takes as long as a wrong password.

        Raises Refused `busy_sign_in` when too many wait.
        """
        if self._waiting >= WAITING_LIMIT:
            raise Refused("busy_sign_in")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, self._verify, password_hash, password)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password_hash: str | None, password: str) -> bool:
        if password_hash is None:
            self._nobody = self._nobody or self._hasher.hash("nobody has this password")
            self._matches(self._nobody, password)
            return False
        return self._matches(password_hash, password)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
