"""The past as files: whole for whoever may have it whole, harmless for everybody else."""

import csv
import io
import re
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pypdfium2
import pytest
from uuid6 import uuid7

from dispatch.domain.model.assignment import AcceptAssignment, AcknowledgeReceived, DispatchUnits, ReportPhase
from dispatch.domain.model.incident import AddNote, OpenIncident
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.report import ReceiveReport
from dispatch.domain.model.unit import SignOnCrew
from dispatch.domain.model.values import LonLat, Place
from dispatch.live.rights import Rights
from dispatch.replay.export.command import export_command
from dispatch.replay.export.make import make_file
from dispatch.replay.export.tables import harmless_cell
from dispatch.replay.questions import AskExport, File
from dispatch.replay.state_at import Replayer
from dispatch.store.audit import Audit
from dispatch.store.partitions import ensure_partitions
from dispatch.store.positions import HistoryRow, PositionStore
from tests.integration.replay.replay_world import READERS, START, Morning, morning

WORDS = '=HYPERLINK("http://x") chị Nguyễn Thị Diễm kẹt ở lầu ba, khói dày, ẫ ễ ổ'
PHONE = "0900000077"
CALLER = "Trần Văn Ngẫu"
DOOR = "384/20/5 Lý Thái Tổ"
NOTE = "chủ nhà giữ chìa khóa cổng sau"
CREW = ("Phạm Mẫu Ổn", "0911222333")
SECRETS = (
    WORDS,
    "Diễm",
    PHONE,
    CALLER,
    "384/20/5",
    "384/20",
    "ba tám bốn",
    NOTE,
    *CREW,
    "10.771234",
    "106.681234",
)


@dataclass
class Story:
    """An incident with everything personal in it, and who may make files of it."""

    world: Morning
    incident_id: str
    assignment_id: str

    async def file(self, format_: str, rights: Rights = READERS["all"], **more: object) -> File:
        asked: dict[str, object] = {"incident": self.incident_id} | more
        ask = AskExport(
            role=rights.role, agencies=tuple(rights.agencies), format=format_, by="Vũ Thị Mẫu",
            now=START, test=True, **asked,  # type: ignore[arg-type]
        )  # fmt: skip
        replayer = Replayer(self.world.pool, self.world.vault)
        return await make_file(self.world.pool, replayer, self.world.vault, rights, ask)


@asynccontextmanager
async def story(dsn: str, seed: int, *, restricted: bool = False) -> AsyncIterator[Story]:
    """A house fire: told, opened, one engine there, nobody yet at the patient."""
    async with morning(dsn, seed) as world:
        subject = await world.vault.subject_for_phone(PHONE)
        seal = world.vault.seal
        place = Place(
            heard="ba tám bốn xẹt hai mươi xẹt năm Lý Thái Tổ", lon_lat=LonLat(106.681234, 10.771234),
            radius_m=15.0, level="house", label=DOOR, ward="Vườn Lài", ward_code="27000",
        )  # fmt: skip
        report_id, incident_id = str(uuid7()), str(uuid7())
        crew = SignOnCrew(crew_id=str(uuid7()), unit_ids=("u0",), names=(CREW[0],), phone=CREW[1])
        await world.submit(crew)
        told = ReceiveReport(
            report_id=report_id, receipt_code="code", channel="phone", agency_id="114", subject=subject,
            words=seal(subject, WORDS), phone=seal(subject, PHONE), name=seal(subject, CALLER), place=place,
        )  # fmt: skip
        await world.submit(told)
        world.clock.advance(9)
        notes = await world.vault.new_subject()
        opened = OpenIncident(
            incident_id=incident_id, type_code="fire", subject=notes, report_id=report_id, place=place,
            restricted=restricted,
        )  # fmt: skip
        await world.submit(opened)
        await world.submit(AddNote(incident_id=incident_id, note_id=str(uuid7()), text=seal(notes, NOTE)))
        world.clock.advance(7)
        sent = await world.submit(DispatchUnits(incident_id=incident_id, unit_ids=("u0",)))
        assignment_id = str(sent.data["assignment_ids"][0])  # type: ignore[index]
        for command in (
            AcknowledgeReceived(assignment_id=assignment_id),
            AcceptAssignment(assignment_id=assignment_id),
            ReportPhase(assignment_id=assignment_id, status_code="en_route"),
            ReportPhase(assignment_id=assignment_id, status_code="on_scene"),
        ):
            world.clock.advance(30)
            await world.submit(command)
        await drive(world, world.clock.now() - timedelta(seconds=80))
        yield Story(world, incident_id, assignment_id)


async def drive(world: Morning, start: datetime) -> None:
    """u0 on its way to the door, a fix a second."""
    async with world.pool.acquire() as connection:
        await ensure_partitions(connection, start.date(), 2)
    times = [start + timedelta(seconds=s) for s in range(60)]
    rows = [
        HistoryRow(
            unit_id="u0", agency_id="114", assignment_id=None, at=at, received_at=at,
            lon=106.671234 + n * 1e-4, lat=10.771234, accuracy_m=5.0, source="device",
        )
        for n, at in enumerate(times)
    ]  # fmt: skip
    await PositionStore(world.pool).copy(rows)


def text_of(file: File) -> str:
    """All a reader could find in a file."""
    if file.name.endswith(".pdf"):
        pages = pypdfium2.PdfDocument(file.data)
        return "\n".join(page.get_textpage().get_text_range() for page in pages)
    return file.data.decode("utf-8-sig")


def squeezed(text: str) -> str:
    """Without line breaks and double blanks, composed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@pytest.mark.parametrize("format_", ["json", "csv", "geojson", "pdf"])
async def test_a_redacted_file_holds_nothing_personal_and_no_exact_place(
    database_url: str, format_: str
) -> None:
    async with story(database_url, 61) as told:
        text = squeezed(text_of(await told.file(format_)))
        assert [secret for secret in SECRETS if squeezed(secret) in text] == []
        assert re.findall(r"10[67]\.\d{4,}", text) == []
        number = told_number(await told.file("json"))
        assert number in text or format_ == "geojson"


@pytest.mark.parametrize("format_", ["json", "pdf"])
async def test_the_whole_file_holds_what_was_said(database_url: str, format_: str) -> None:
    async with story(database_url, 62) as told:
        file = await told.file(format_, redacted=False, reason="họp rút kinh nghiệm")
        text = squeezed(text_of(file))
        # A line of the report may be broken anywhere: letters are compared without blanks.
        flat = text.replace(" ", "").replace("\\", "")
        for secret in (WORDS, PHONE, DOOR, NOTE):
            assert secret.replace(" ", "") in flat, secret
        assert "họp rút kinh nghiệm" in text


def told_number(file: File) -> str:
    content = msgspec.json.decode(file.data)
    return str(next(r["body"]["number"] for r in content["rows"] if r["kind"] == "incident"))


async def test_words_whose_key_was_erased_are_in_no_file(database_url: str) -> None:
    async with story(database_url, 63) as told:
        subject = await told.world.vault.subject_for_phone(PHONE)
        await told.world.vault.erase(subject)
        for format_ in ("json", "csv", "pdf"):
            text = squeezed(text_of(await told.file(format_, redacted=False, reason="đủ dài rồi")))
            assert [secret for secret in (WORDS, PHONE, CALLER) if squeezed(secret) in text] == []


async def test_an_incident_hidden_from_whoever_asks_is_unknown(database_url: str) -> None:
    async with story(database_url, 64, restricted=True) as told:
        with pytest.raises(Refused) as refused:
            await told.file("json", READERS["neither"])
        assert refused.value.code == "unknown_incident"
        assert told_number(await told.file("json", READERS["ambulance"]))


async def test_a_party_of_another_agency_gets_no_personal_value_even_in_a_whole_file(
    database_url: str,
) -> None:
    async with story(database_url, 65) as told:
        text = squeezed(text_of(await told.file("json", READERS["neither"], redacted=False, reason="x" * 12)))
        assert [secret for secret in (WORDS, PHONE, CALLER, CREW[1], NOTE) if secret in text] == []


async def test_the_report_says_each_clock_and_where_nobody_reported_that_it_is_missing(
    database_url: str,
) -> None:
    async with story(database_url, 66) as told:
        for lang, missing, travel in (
            ("vi", "không ghi nhận", "Trên đường"),
            ("en", "not reported", "Travel"),
        ):
            text = squeezed(text_of(await told.file("pdf", lang=lang)))
            assert text.count(missing) >= 3
            assert f"{travel} 0:30" in text
            assert "0:00" not in text.replace("10:00", "").replace("00:00", "")


async def test_stacked_vietnamese_marks_stand_in_the_report_as_single_letters(database_url: str) -> None:
    async with story(database_url, 67) as told:
        file = await told.file("pdf", redacted=False, reason="xem chữ có đủ dấu")
        text = text_of(file)
        for letter in "ẫễổửộ":
            assert letter in text, letter
        assert "□" not in text
        fonts = set(re.findall(rb"/BaseFont /[A-Z]+\+([\w-]+)", file.data))
        assert fonts == {b"BeVietnamPro-Regular", b"BeVietnamPro-SemiBold"}


async def test_no_cell_of_a_table_is_taken_for_a_formula(database_url: str) -> None:
    async with story(database_url, 68) as told:
        file = await told.file("csv", redacted=False, reason="kiểm tra bảng tính")
        rows = list(csv.reader(io.StringIO(text_of(file))))
        assert len(rows) > 8
        assert all(len(row) == len(rows[0]) for row in rows)
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)
        assert any(WORDS in cell for row in rows for cell in row)
    assert [harmless_cell(cell) for cell in ("=1+1", " +84", "@x", "lời")] == ["'=1+1", "' +84", "'@x", "lời"]


async def test_the_way_of_a_unit_is_a_line_with_a_time_for_each_point(database_url: str) -> None:
    async with story(database_url, 69) as told:
        whole = msgspec.json.decode((await told.file("geojson", redacted=False, reason="x" * 12)).data)
        way = next(f for f in whole["features"] if f["properties"]["kind"] == "way")
        assert way["geometry"]["type"] == "LineString"
        assert len(way["geometry"]["coordinates"]) == len(way["properties"]["times"]) > 30
        assert way["geometry"]["coordinates"][0][0] > 100
        assert way["properties"]["assignment_id"] == told.assignment_id


async def test_an_hour_of_the_city_is_exported_and_a_longer_stretch_than_fits_refused(
    database_url: str,
) -> None:
    async with story(database_url, 70) as told:
        hour = {"incident": None, "start": START - timedelta(minutes=5), "end": START + timedelta(minutes=55)}
        rows = list(csv.reader(io.StringIO(text_of(await told.file("csv", **hour)))))
        assert len(rows) == max(told.world.copies) + 1
        assert [secret for secret in SECRETS if secret in str(rows)] == []
        with pytest.raises(Refused) as refused:
            await told.file("csv", incident=None, start=START, end=START + timedelta(hours=7))
        assert refused.value.code == "export_too_long"
        with pytest.raises(Refused) as refused:
            await told.file("pdf", **hour)
        assert refused.value.code == "export_format"


async def test_the_command_writes_the_file_and_is_kept_in_the_audit(
    database_url: str, tmp_path: Path
) -> None:
    async with story(database_url, 71) as told:
        folder = tmp_path
        path = await export_command(
            told.world.dsn, folder, "pdf", agencies=READERS["all"].agencies, incident=told.incident_id
        )
        assert path.parent == folder
        assert path.read_bytes().startswith(b"%PDF-")
        (look,) = await Audit(told.world.pool).list_recent()
        assert (look.act, look.detail["format"], look.detail["redacted"]) == ("export", "pdf", True)
