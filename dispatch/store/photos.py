"""Pictures as sealed files: one for each photo of the log, unreadable once its subject's key is erased."""

import asyncio
import io
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag

from dispatch.store.errors import StorageFull
from dispatch.store.vault import Vault

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f-]{36}")


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
        try:
            return _write_whole(path, io.BytesIO(box))
        except OSError as full:
            raise StorageFull(f"{path}: {full}") from full

    def _read(self, photo_id: str) -> bytes | None:
        try:
            return self._path(photo_id).read_bytes()
        except FileNotFoundError:
            return None


def list_photo_files(folder: Path) -> Iterator[str]:
    """The names, under `folder`, of the sealed pictures that are whole."""
    for path in folder.glob("*/*"):
        name = path.relative_to(folder).as_posix()
        if _NAME.fullmatch(name):
            yield name


def is_photo_file(name: str) -> bool:
    """Whether a name is one of those that `list_photo_files` gives."""
    return _NAME.fullmatch(name) is not None


def put_photo_file(folder: Path, name: str, box: IO[bytes]) -> None:
    """Write a sealed picture under its name; it is on the disk when this returns. One that is there stays.

    Raises ValueError for a name that is none of a picture, OSError when the disk does not take it."""
    if not is_photo_file(name):
        raise ValueError(name)
    _write_whole(folder / name, box)


def _write_whole(path: Path, box: IO[bytes]) -> bool:
    """Never half a file under its name, never another in the place of one; False when there is one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with unfinished.open("xb") as file:
            shutil.copyfileobj(box, file)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(unfinished)
    except FileExistsError:
        return False
    finally:
        unfinished.unlink(missing_ok=True)
    return True
