"""Verification finds what was changed, and nothing else; rebuild and restore give the same centre."""

import asyncio
import hashlib
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg.conninfo import conninfo_to_dict
from uuid6 import uuid7

from dispatch.core.anchors import AnchorFile, read_anchors
from dispatch.core.backup import BackupUnusable, backup, restore
from dispatch.core.clock import ManualClock
from dispatch.core.fold import BrokenLog
from dispatch.core.rebuild import rebuild
from dispatch.core.verify import VerifyReport, verify
from dispatch.core.writer import WriterLimits
from dispatch.domain.model.incident import AddNote, CloseLeg
from dispatch.domain.model.report import AddWords
from dispatch.host.cluster import PrivateCluster, drop_database
from dispatch.store.connect import Connection, connect, open_pool
from dispatch.store.log import GENESIS, chain_hash
from dispatch.store.photos import Kept, PhotoFiles
from dispatch.store.vault import Vault
from tests.integration.core.world import (
    START,
    Shift,
    ask,
    furnish,
    open_incident,
    receive_report,
    sealed,
    submission,
    work,
    writing,
)
from tests.pictures import draw_png

KEY = Ed25519PrivateKey.generate()


class Worked(NamedTuple):
    """A database in which three shifts have worked, and the anchors signed meanwhile."""

    name: str
    anchors: bytes


@pytest.fixture(scope="module")
def worked_once(
    make_database: Callable[[str | None], str],
    template_database: str,
    cluster: PrivateCluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Worked]:
    """Made once, and copied for each test."""
    dsn = make_database(template_database)
    file = tmp_path_factory.mktemp("worked") / "anchors.log"
    asyncio.run(_work_three_shifts(dsn, file))
    name = str(conninfo_to_dict(dsn)["dbname"])
    yield Worked(name, file.read_bytes())
    drop_database(cluster.dsn("postgres"), name)


@pytest.fixture
def anchors(worked_once: Worked, tmp_path: Path) -> Path:
    file = tmp_path / "anchors.log"
    file.write_bytes(worked_once.anchors)
    return file


@pytest.fixture
def worked(
    worked_once: Worked, make_database: Callable[[str | None], str], cluster: PrivateCluster
) -> Iterator[str]:
    """A database of this test alone in which three shifts have worked."""
    dsn = make_database(worked_once.name)
    yield dsn
    drop_database(cluster.dsn("postgres"), str(conninfo_to_dict(dsn)["dbname"]))


async def _work_three_shifts(dsn: str, anchors: Path) -> None:
    for seed in (21, 22, 23):
        options = {"limits": WriterLimits(snapshot_events=60), "anchors": AnchorFile(anchors, KEY)}
        async with writing(dsn, **options) as writer:
            if seed == 21:
                await furnish(writer)
            await work(writer, Shift(seed, units=4), 96)


@pytest.fixture
async def vandal(worked: str) -> AsyncIterator[Connection]:
    """Somebody who may do anything in the database."""
    connection = await connect(worked)
    await connection.execute("ALTER TABLE centre.events DISABLE TRIGGER append_only")
    yield connection
    await connection.close()


async def _verify(dsn: str, anchors: Path) -> VerifyReport:
    return await verify(dsn, anchors=anchors, key=KEY.public_key())


async def _flip(connection: Connection, seq: int) -> None:
    raw = await connection.fetchval("SELECT bytes FROM centre.events WHERE seq = $1", seq)
    changed = bytes([*raw[:40], raw[40] ^ 1, *raw[41:]])
    await connection.execute("UPDATE centre.events SET bytes = $1 WHERE seq = $2", changed, seq)


async def _rechain(connection: Connection, seq: int) -> None:
    """Make the chain hold again from an event on."""
    link = await connection.fetchval("SELECT hash FROM centre.events WHERE seq = $1", seq - 1) or GENESIS
    for row in await connection.fetch(
        "SELECT seq, bytes FROM centre.events WHERE seq >= $1 ORDER BY seq", seq
    ):
        link = chain_hash(link, row["bytes"])
        await connection.execute("UPDATE centre.events SET hash = $1 WHERE seq = $2", link, row["seq"])


async def test_untouched_centre_is_clean(worked: str, anchors: Path) -> None:
    report = await _verify(worked, anchors)
    assert report.findings == []
    assert report.checked == report.head > 200
    assert (report.anchors, report.snapshots >= 3, report.rows > 50) == (3, True, True)


async def test_flipped_byte_is_found_at_its_event(worked: str, anchors: Path, vandal: Connection) -> None:
    await _flip(vandal, 77)
    report = await _verify(worked, anchors)
    assert [(finding.part, finding.seq) for finding in report.findings] == [("log", 77)]


async def test_removed_event_is_found(worked: str, anchors: Path, vandal: Connection) -> None:
    await vandal.execute("DELETE FROM centre.events WHERE seq = 50")
    report = await _verify(worked, anchors)
    assert report.first_bad_seq == 50


async def test_rewritten_tail_with_a_right_chain_is_found_by_the_anchors(
    worked: str, anchors: Path, vandal: Connection
) -> None:
    signed = [anchor.seq for anchor in read_anchors(anchors)]
    target = await vandal.fetchrow(
        "SELECT seq, bytes FROM centre.events WHERE seq > $1 AND type = 'incident.note_added' "
        "ORDER BY seq LIMIT 1",
        signed[0],
    )
    forged = target["bytes"].replace(b"dispatcher-", b"Dispatcher-", 1)
    await vandal.execute("UPDATE centre.events SET bytes = $1 WHERE seq = $2", forged, target["seq"])
    await _rechain(vandal, target["seq"])
    report = await _verify(worked, anchors)
    assert {finding.part for finding in report.findings} >= {"anchor"}
    assert report.first_bad_seq == signed[0] + 1


async def test_cut_tail_is_found_by_the_anchors(worked: str, anchors: Path, vandal: Connection) -> None:
    head = await vandal.fetchval("SELECT max(seq) FROM centre.events")
    await vandal.execute("DELETE FROM centre.events WHERE seq > $1", head - 5)
    report = await _verify(worked, anchors)
    assert ("anchor", head - 4) in {(finding.part, finding.seq) for finding in report.findings}


async def test_anchor_signed_by_somebody_else_is_found(worked: str, anchors: Path) -> None:
    report = await verify(worked, anchors=anchors, key=Ed25519PrivateKey.generate().public_key())
    assert [finding.part for finding in report.findings] == ["anchor"] * 3


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (
            "UPDATE centre.units SET body = jsonb_set(body, '{turnout_s}', '1') WHERE id = 'u1'",
            "unit",
        ),
        ("DELETE FROM centre.reports WHERE id = (SELECT min(id) FROM centre.reports)", "report"),
        ("UPDATE centre.incidents SET visible_to = '{*}', private_to = '{*}'", "incident"),
        ("UPDATE centre.legs SET archived = true", "leg"),
        ("INSERT INTO centre.commitments (assignment_id, unit_id) VALUES ('x', 'y')", "active assignments"),
    ],
)
async def test_changed_read_model_is_found_and_made_right_by_a_rebuild(
    worked: str, anchors: Path, vandal: Connection, change: str, kind: str
) -> None:
    await vandal.execute(change)
    report = await _verify(worked, anchors)
    assert [finding.part for finding in report.findings] == ["read_model"]
    assert kind in report.findings[0].en
    await rebuild(worked)
    assert (await _verify(worked, anchors)).clean


async def test_changed_snapshot_hash_is_found(worked: str, anchors: Path, vandal: Connection) -> None:
    await vandal.execute("UPDATE centre.snapshots SET state_hash = repeat('0', 64) WHERE seq < 100")
    report = await _verify(worked, anchors)
    assert {finding.part for finding in report.findings} == {"snapshot"}


async def test_rebuild_of_a_broken_log_changes_nothing(worked: str, vandal: Connection) -> None:
    await _flip(vandal, 30)
    before = await vandal.fetchval("SELECT count(*) FROM centre.units")
    with pytest.raises(BrokenLog):
        await rebuild(worked)
    assert await vandal.fetchval("SELECT count(*) FROM centre.units") == before == 4


async def test_rebuilt_index_of_events_is_the_one_the_writer_made(worked: str, vandal: Connection) -> None:
    query = "SELECT md5(string_agg(kind || id || seq, ',' ORDER BY kind, id, seq)) FROM centre.event_index"
    before = await vandal.fetchval(query)
    await rebuild(worked)
    assert await vandal.fetchval(query) == before


async def test_archived_incidents_leave_memory_and_keep_their_last_rows(database_url: str) -> None:
    clock = ManualClock(START)
    async with writing(database_url, clock=clock) as writer:
        await furnish(writer)
        fire = open_incident()
        opened = await ask(writer, fire, at=START)
        for suffix in ("4", "5"):
            await ask(writer, CloseLeg(leg_id=f"{fire.incident_id}-{suffix}", outcome="done"), at=START)
        clock.advance(timedelta(hours=24).total_seconds() - 1)
        await ask(writer, open_incident(), at=clock.now())
        following = writer.commits((await writer.head()).seq)
        note = AddNote(incident_id=fire.incident_id, note_id=str(uuid7()), text=sealed("muộn"))
        await ask(writer, note, at=clock.now())
        await anext(following)
        clock.advance(2)
        archived = await anext(following)
        while ("incident", fire.incident_id) not in archived.gone:
            archived = await anext(following)
        assert opened.seq_first < archived.seq
        assert ("incident", fire.incident_id) not in {(r.kind, r.id) for r in (await writer.board()).rows}
    connection = await connect(database_url)
    kept = await connection.fetchrow(
        "SELECT archived, jsonb_array_length(body -> 'notes') FROM centre.incidents WHERE id = $1",
        fire.incident_id,
    )
    await connection.close()
    assert tuple(kept) == (True, 1)
    assert (await verify(database_url)).findings == []
    await rebuild(database_url)
    assert (await verify(database_url)).findings == []


async def test_erased_key_leaves_the_log_whole_and_the_words_unreadable(database_url: str) -> None:
    pool = await open_pool(database_url, max_size=2)
    vault = Vault(pool, b"s" * 32)
    subject = await vault.subject_for_phone("0903123456")
    secret = vault.seal(subject, "nhà số 7 có người bị thương")
    async with writing(database_url) as writer:
        report = msgspec.structs.replace(receive_report(), subject=subject, words=secret)
        await ask(writer, report)
        await ask(writer, AddWords(report_id=report.report_id, words=vault.seal(subject, "thêm")))
        told = (await writer.head()).seq
    assert await vault.erase(subject)
    assert vault.open(secret) is None
    assert (await verify(database_url)).findings == []
    async with writing(database_url) as writer:
        assert (await writer.head()).seq == told
    fresh = Vault(pool, b"s" * 32)
    await fresh.load([subject])
    assert fresh.open(secret) is None
    assert await fresh.subject_for_phone("0903123456") != subject
    await pool.close()


async def test_restored_centre_is_the_same_under_a_new_log(
    worked: str, empty_database_url: str, tmp_path: Path, anchors: Path
) -> None:
    async with writing(worked) as writer:
        before = await writer.board()
        repeated = submission(open_incident())
        answer = await writer.submit(repeated)
    manifest = await backup(worked, tmp_path / "centre.backup", tmp_path / "photos")
    assert manifest.head == answer.seq_last
    await restore(tmp_path / "centre.backup", empty_database_url, tmp_path / "restored")
    assert (await _verify(empty_database_url, anchors)).findings == []
    async with writing(empty_database_url) as writer:
        head = await writer.head()
        assert head.seq == manifest.head
        assert head.log_id != before.head.log_id
        assert head.epoch > before.head.epoch
        assert await writer.submit(repeated) == answer
        await ask(writer, open_incident())
    assert (await _verify(empty_database_url, anchors)).findings == []


async def test_backup_is_never_restored_over_a_centre_nor_from_a_damaged_file(
    worked: str, empty_database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "centre.backup"
    await backup(worked, file, tmp_path / "photos")
    with pytest.raises(BackupUnusable, match="already"):
        await restore(file, worked, tmp_path / "photos")
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + hashlib.sha256(whole).digest() + whole[middle + 32 :])
    with pytest.raises(BackupUnusable, match="damaged"):
        await restore(file, empty_database_url, tmp_path / "photos")
    connection = await connect(empty_database_url)
    assert await connection.fetchval("SELECT count(*) FROM centre.instance") == 0
    await connection.close()


async def test_pictures_go_with_a_backup_and_open_in_the_restored_centre(
    worked: str, empty_database_url: str, tmp_path: Path
) -> None:
    photo_id, picture = str(uuid7()), draw_png(8, 8)
    async with await open_pool(worked, max_size=2) as pool:
        vault = Vault(pool, b"s" * 32)
        subject = await vault.new_subject()
        photos = PhotoFiles(tmp_path / "photos", vault)
        assert await photos.keep(subject, photo_id, picture) == Kept.NEW
    (tmp_path / "photos" / photo_id[-2:] / f"{photo_id}.0a1b.part").write_bytes(b"half")
    manifest = await backup(worked, tmp_path / "centre.backup", tmp_path / "photos")
    assert manifest.photos == 1
    await restore(tmp_path / "centre.backup", empty_database_url, tmp_path / "restored")
    async with await open_pool(empty_database_url, max_size=2) as pool:
        restored = PhotoFiles(tmp_path / "restored", Vault(pool, b"s" * 32))
        assert await restored.find(subject, photo_id) == picture
        assert await restored.keep(subject, photo_id, picture) == Kept.SAME


async def test_a_backup_writes_no_picture_outside_its_folder(
    worked: str, empty_database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "centre.backup"
    manifest = await backup(worked, file, tmp_path / "photos")
    forged = msgspec.structs.replace(manifest, photos=1)
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(tmp_path / "forged", "w") as other:
        for name in whole.namelist():
            content = msgspec.json.encode(forged) if name == "manifest.json" else whole.read(name)
            other.writestr(name, content)
        other.writestr("photos/../../outside", b"x")
    with pytest.raises(BackupUnusable, match="pictures"):
        await restore(tmp_path / "forged", empty_database_url, tmp_path / "in" / "photos")
    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "in" / "outside").exists()
