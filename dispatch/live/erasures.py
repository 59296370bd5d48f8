"""What was erased leaves a running centre's memory at once: the key, and every text it had opened."""

from contextlib import suppress
from typing import Protocol

from dispatch.live.board import LiveBoard
from dispatch.store.erasures import follow_erasures
from dispatch.store.errors import DatabaseLost


class KeyHolder(Protocol):
    """What forgetting needs of the vault."""

    def forget(self, subject: str) -> None: ...

    async def forget_erased(self) -> None: ...


async def forget_erased_keys(dsn: str, vault: KeyHolder, board: LiveBoard) -> None:
    """Forget every key that is erased, here or by another process, until cancelled."""
    async for subject in follow_erasures(dsn):
        if subject is not None:
            vault.forget(subject)
        else:
            with suppress(DatabaseLost):  # then the connection is lost too, and None comes again
                await vault.forget_erased()
        board.forget_encodings()
