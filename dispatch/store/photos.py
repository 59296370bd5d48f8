"""Pictures as sealed files: one for each photo of the log, unreadable once its subject's key is erased."""

import asyncio
import os
import secrets
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidTag

from dispatch.store.errors import StorageFull
from dispatch.store.vault import Vault


class Kept(StrEnum):
    """What keeping a picture has come to: written, there already, or another picture is there of this id."""

    NEW = "new"
    SAME = "same"
    OTHER = "other"


class PhotoFiles:
    """A folder of pictures. The ids are the callers' own and must be checked by them: they name files."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    async def keep(self, subject: str, photo_id: str, picture: bytes) -> Kept:
        """Seal and write a picture; it is on the disk when this returns. One that is there is never replaced.

        Raises StorageFull, and ValueError for a subject that was erased."""
        await self._vault.load([subject])
        box = self._vault.seal_bytes(subject, picture)
        if await asyncio.to_thread(self._write, photo_id, box):
            return Kept.NEW
        try:
            known = await self.find(subject, photo_id)
        except InvalidTag:  # it lies there under another subject's key
            return Kept.OTHER
        return Kept.SAME if known == picture else Kept.OTHER

    async def find(self, subject: str, photo_id: str) -> bytes | None:
        """The picture; None when its key was erased or its file is gone."""
        await self._vault.load([subject])
        box = await asyncio.to_thread(self._read, photo_id)
        return None if box is None else self._vault.open_bytes(subject, box)

    async def remove(self, photo_id: str) -> None:
        """Forget a picture that the log did not take."""
        await asyncio.to_thread(self._path(photo_id).unlink, missing_ok=True)

    def _path(self, photo_id: str) -> Path:
        # The last digits are the random ones: they spread the files evenly.
        return self._folder / photo_id[-2:] / photo_id

    def _write(self, photo_id: str, box: bytes) -> bool:
        """False when there is one of this id."""
        path = self._path(photo_id)
        unfinished = path.with_name(f"{photo_id}.{secrets.token_hex(4)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                with unfinished.open("xb") as file:
                    file.write(box)
                    file.flush()
                    os.fsync(file.fileno())
                path.hardlink_to(unfinished)
            finally:
                unfinished.unlink(missing_ok=True)
        except FileExistsError:
            return False
        except OSError as full:
            raise StorageFull(f"{path}: {full}") from full
        return True

    def _read(self, photo_id: str) -> bytes | None:
        try:
            return self._path(photo_id).read_bytes()
        except FileNotFoundError:
            return None
