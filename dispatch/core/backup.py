"""A copy of everything that cannot be made again, in one file; and a centre made from such a file.

The keys of personal values are in it: whoever holds a backup from before an erasure can still read what was
erased, so backups must be kept, and destroyed, with the same care as the database.
"""

import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from dispatch.core.fold import BrokenLog
from dispatch.core.rebuild import rebuild_within
from dispatch.domain.model.messages import Envelope
from dispatch.store.connect import Connection, connect, translated
from dispatch.store.instance import begin_new_log, find_instance, get_instance
from dispatch.store.log import get_head, list_events
from dispatch.store.migrations import get_revision, upgrade
from dispatch.store.photos import is_photo_file, list_photo_files, put_photo_file
from dispatch.store.transfer import (
    CARRIED,
    advance_epoch,
    copy_in,
    copy_out,
    list_position_days,
    make_position_days,
)
from dispatch.store.transfer_city import CityNotEmpty, CityRows, copy_city_in, copy_city_out

_MANIFEST = "manifest.json"
_PHOTOS = "photos/"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a backup: `revision` is the schema's version, `link` the hash (hex) of event `head`.

    `city` are the tables of what was learnt and of imported areas; an older backup has none.
    """

    revision: str
    centre_id: str
    log_id: str
    mode: str
    head: int
    link: str
    made_at: datetime
    rows: dict[str, int]
    position_days: list[str]
    photos: int
    city: dict[str, CityRows] = {}


class BackupUnusable(Exception):
    """A file that cannot be restored here: damaged, of another version, or the database is not empty."""


async def backup(dsn: str, file: Path, photos: Path) -> Manifest:
    """Write a backup of the centre as it is at this moment, with the sealed pictures of the folder `photos`;
    a running writer goes on meanwhile.

    A picture is on the disk before the log speaks of it, so those of the copied log are all there. The file
    appears under its name only when it is complete. Raises DatabaseLost or InstanceMissing.
    """
    connection = await connect(dsn)
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        with translated(), tempfile.TemporaryDirectory(dir=file.parent) as folder:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                manifest = await _copy_all(connection, Path(folder))
            pictures = list(list_photo_files(photos))
            manifest = msgspec.structs.replace(manifest, photos=len(pictures))
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for table in CARRIED:
                    archive.write(Path(folder) / table.name, table.name)
                for name in manifest.city:
                    archive.write(Path(folder) / name, name)
                for name in pictures:
                    # Sealed bytes do not get smaller.
                    archive.write(photos / name, _PHOTOS + name, zipfile.ZIP_STORED)
                archive.writestr(_MANIFEST, msgspec.json.encode(manifest))
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
        await connection.close(timeout=5)
    return manifest


async def restore(file: Path, dsn: str, photos: Path) -> Manifest:
    """Make the centre of a backup in an empty database, its pictures in the folder `photos`, where those
    that are there already stay. The log gets a new id, so that clients start afresh.

    The chain is checked while read models are made. Raises BackupUnusable, and then changes nothing in the
    database; of the pictures some may be there.
    """
    upgrade(dsn)
    connection = await connect(dsn)
    try:
        with translated(), tempfile.TemporaryDirectory(dir=file.parent) as folder:
            manifest = _unpack(file, Path(folder))
            async with connection.transaction():
                if await find_instance(connection) is not None:
                    raise BackupUnusable(
                        "cơ sở dữ liệu đã có một trung tâm / the database has a centre already"
                    )
                await _fill(connection, manifest, Path(folder))
                _put_photos(file, manifest, photos)
        return manifest
    except (BrokenLog, zipfile.BadZipFile, OSError) as broken:
        raise BackupUnusable(f"{file}: {broken}") from broken
    finally:
        await connection.close(timeout=5)


async def _copy_all(connection: Connection, folder: Path) -> Manifest:
    instance = await get_instance(connection)
    head = await get_head(connection)
    return Manifest(
        revision=get_revision(),
        centre_id=instance.centre_id,
        log_id=instance.log_id,
        mode=instance.mode,
        head=head.seq,
        link=head.link.hex(),
        made_at=datetime.now(UTC),
        rows={table.name: await copy_out(connection, table, folder / table.name) for table in CARRIED},
        city=await copy_city_out(connection, folder),
        position_days=await list_position_days(connection),
        photos=0,
    )


def _unpack(file: Path, folder: Path) -> Manifest:
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = msgspec.json.decode(archive.read(_MANIFEST), type=Manifest)
            for table in CARRIED:
                archive.extract(table.name, folder)
            for name in manifest.city:
                archive.extract(name, folder)
    except (zipfile.BadZipFile, KeyError, msgspec.DecodeError, EOFError, OSError) as error:
        raise BackupUnusable(f"{file}: bị hỏng / is damaged: {error}") from error
    if manifest.revision != get_revision():
        raise BackupUnusable(
            f"{file}: phiên bản / version {manifest.revision}, cần / wanted {get_revision()}"
        )
    return manifest


async def _fill(connection: Connection, manifest: Manifest, folder: Path) -> None:
    await make_position_days(connection, manifest.position_days)
    for table in CARRIED:
        rows = await copy_in(connection, table, folder / table.name)
        if rows != manifest.rows[table.name]:
            raise BackupUnusable(f"{table.name}: {rows} ≠ {manifest.rows[table.name]}")
    try:
        got = await copy_city_in(connection, manifest.city, folder)
    except CityNotEmpty as own:
        raise BackupUnusable(f"{own}: không trống / is not empty") from own
    for name, told in manifest.city.items():
        if got.get(name) != told.rows:
            raise BackupUnusable(f"{name}: {got.get(name)} ≠ {told.rows}")
    head = await get_head(connection)
    if (head.seq, head.link.hex()) != (manifest.head, manifest.link):
        raise BackupUnusable(f"nhật ký kết thúc ở / the log ends at {head.seq}, not {manifest.head}")
    await rebuild_within(connection)
    await begin_new_log(connection, manifest.head)
    for last in await list_events(connection, head.seq - 1, head.seq):
        await advance_epoch(connection, msgspec.json.decode(last.raw, type=Envelope).epoch)


def _put_photos(file: Path, manifest: Manifest, photos: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.startswith(_PHOTOS)]
        if len(names) != manifest.photos or not all(is_photo_file(n.removeprefix(_PHOTOS)) for n in names):
            raise BackupUnusable(f"{file}: ảnh / pictures: {len(names)} ≠ {manifest.photos}")
        for name in names:
            with archive.open(name) as box:
                put_photo_file(photos, name.removeprefix(_PHOTOS), box)
