"""A typed line carried out by the real writer."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from uuid6 import uuid7

from dispatch.agencies.loader import load_codebook
from dispatch.core.clock import ManualClock
from dispatch.core.port import Submission
from dispatch.core.writer import Writer
from dispatch.domain.model.assignment import AcknowledgeReceived
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Actor, Command, Role
from dispatch.domain.model.unit import RegisterStation, RegisterUnit
from dispatch.domain.model.values import LonLat, Phase, Place, TimeSource
from dispatch.store.connect import connect, open_pool
from dispatch.store.early_fixes import EarlyFixes
from dispatch.store.instance import ensure_instance
from dispatch.store.vault import Vault
from dispatch.usecases.command_line.send import CommandLine, SentLine
from dispatch.usecases.entry.prepare import Preparer
from dispatch.usecases.picture import Picture

BOOK = load_codebook()
SYSTEM = Actor(id="centre", role=Role.SYSTEM, agencies=tuple(BOOK.agencies))
LAN = Actor(id="lan", role=Role.DISPATCHER, agencies=tuple(BOOK.agencies), name="Lan")
FIRE_TYPE = next(t for t in BOOK.types.values() if t.agency_id == "114")


@dataclass
class Room:
    """A centre with one fire and three engines, and Lan at her command line."""

    clock: ManualClock
    writer: Writer
    picture: Picture
    vault: Vault
    line: CommandLine
    kept: list[SentLine] = field(default_factory=list)

    async def submit(self, command: Command) -> None:
        now = self.clock.now()
        answer = await self.writer.submit(
            Submission(
                command_id=str(uuid7()), actor=SYSTEM, command=command, occurred_at=now, received_at=now
            )
        )
        assert answer.refused is None, (answer.refused, answer.data)
        await self.look()

    async def look(self) -> None:
        self.picture.load(await self.writer.board())

    async def type(self, line: str, line_id: str | None = None) -> SentLine:
        sent = await self.line.send(line, LAN, line_id or str(uuid7()))
        await self.look()
        return sent

    def unit(self, call_sign: str) -> str | None:
        """Number of the incident the unit is on."""
        unit = self.picture.units[self.picture.units_by_call_sign[call_sign]]
        assignment = self.picture.assignments.get(unit.assignment_id or "")
        return self.picture.incidents[assignment.incident_id].number[-4:] if assignment is not None else None


@pytest.fixture
async def room(database_url: str) -> AsyncIterator[Room]:
    connection = await connect(database_url)
    await ensure_instance(connection, "hcmc", "training")
    await connection.close()
    clock = ManualClock(datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    writer, picture, pool = Writer(database_url, BOOK, clock=clock), Picture(), await open_pool(database_url)
    await writer.start()
    vault = Vault(pool, b"secret of the tests")
    preparer = Preparer(
        vault,
        picture,
        EarlyFixes(pool, clock.now),
        secret=b"s",
        line_agencies={a.line: a.id for a in BOOK.agencies.values()},
        default_line="113",
    )
    kept: list[SentLine] = []

    async def keep(sent: SentLine) -> None:
        kept.append(sent)

    line = CommandLine(writer, picture, BOOK, prepare=preparer.prepare, keep=keep, now=clock.now)
    room = Room(clock, writer, picture, vault, line, kept)
    await room.submit(
        RegisterStation(station_id="s", agency_id="114", name="Đội 1", lon_lat=LonLat(106.7, 10.77))
    )
    for n in (1, 2, 3):
        await room.submit(
            RegisterUnit(
                unit_id=f"u{n}", call_sign=f"CC-{n}", agency_id="114", station_id="s", type_code="engine"
            )
        )
    await room.submit(
        OpenIncident(
            incident_id=str(uuid7()), type_code=FIRE_TYPE.code, subject=await vault.new_subject(),
            place=Place(heard="654/3 Lạc Long Quân", lon_lat=LonLat(106.65, 10.77)),
        )
    )  # fmt: skip
    yield room
    await writer.stop()
    await pool.close()


async def test_a_line_dispatches_and_is_kept_verbatim_with_who_and_when(room: Room) -> None:
    sent = await room.type("0001 d  cc-1")
    assert [a.refused for a in sent.answers] == [None]
    assert room.unit("CC-1") == "0001"
    assert [(k.line, k.actor_id, k.at) for k in room.kept] == [("0001 d  cc-1", "lan", room.clock.now())]


async def test_reading_a_line_changes_nothing(room: Room) -> None:
    reading = room.line.read("D 0001 CC-1", LAN, str(uuid7()))
    await room.look()
    assert reading.commands
    assert room.unit("CC-1") is None
    assert room.kept == []


async def test_a_repeated_line_is_carried_out_once_and_answered_the_same(room: Room) -> None:
    line_id = str(uuid7())
    first = await room.type("LK CC-1 An", line_id)
    again = await room.type("LK CC-1 An", line_id)
    assert again.answers == first.answers
    assert room.picture.units["u1"].crew_id is not None


async def test_who_signed_on_and_what_the_crew_is_sent_on_is_known_until_it_signs_off(room: Room) -> None:
    await room.type("LK CC-1 An, Bình")
    crew_id = room.picture.units["u1"].crew_id
    assert crew_id is not None
    assert room.picture.crews[crew_id].names == ["An", "Bình"]
    assert crew_id not in room.picture.runs_of_crew
    await room.type("LK CC-2 Chi")
    other_id = room.picture.units["u2"].crew_id
    await room.type("D 0001 CC-1")
    (run,) = room.picture.runs_of_crew[crew_id].values()
    assert (run.unit_id, run.dispatched_at) == ("u1", room.clock.now())
    await room.type("LK CC-2")
    assert room.picture.units["u2"].crew_id is None
    assert other_id not in room.picture.crews


async def test_lines_sent_twice_at_the_same_time_are_carried_out_once(room: Room) -> None:
    line_id = str(uuid7())
    both = await asyncio.gather(*(room.line.send("D 0001 CC-1", LAN, line_id) for _ in range(2)))
    await room.look()
    assert both[0].answers == both[1].answers
    assert len(room.picture.assignments) == 1


async def test_a_refused_first_command_keeps_the_second_from_being_sent(room: Room) -> None:
    await room.type("D 0001 CC-1")
    await room.type("D 0001 CC-2")
    reading = room.line.read("W CC-1 CC-3", LAN, str(uuid7()))
    assert len(reading.commands) == 2
    await room.submit(
        OpenIncident(
            incident_id=str(uuid7()), type_code=FIRE_TYPE.code, subject=await room.vault.new_subject(),
            place=Place(heard="x", lon_lat=LonLat(106.66, 10.77)),
        )
    )  # fmt: skip
    stale = room.picture.units["u3"]
    await room.type("D 0002 CC-3")
    room.picture.units["u3"] = stale
    sent = await room.line.send("W CC-1 CC-3", LAN, str(uuid7()))
    await room.look()
    assert [a.refused for a in sent.answers] == ["unit_committed"]
    assert room.unit("CC-1") == "0001"


async def test_a_line_with_an_error_sends_nothing_and_is_kept_too(room: Room) -> None:
    sent = await room.type("D 0001 CC-9")
    assert sent.answers == ()
    assert sent.reading.error is not None
    assert len(room.kept) == 1


async def test_a_status_heard_by_radio_is_recorded_as_such_at_its_own_time(room: Room) -> None:
    await room.type("D 0001 CC-1")
    room.clock.advance(600)
    await room.type("O CC-1 -4")
    assignment = next(iter(room.picture.assignments.values()))
    time = assignment.times[Phase.ON_SCENE]
    assert (time.source, time.occurred_at) == (TimeSource.RADIO, room.clock.now() - timedelta(minutes=4))


async def test_a_note_is_sealed_before_it_reaches_the_log(room: Room) -> None:
    await room.type(". 0001 có người mắc kẹt tầng 3")
    note = next(iter(room.picture.incidents.values())).notes[0]
    await room.vault.load([note.text.subject])
    assert room.vault.open(note.text) == "có người mắc kẹt tầng 3"


async def test_undo_takes_back_what_the_same_person_did_last(room: Room) -> None:
    await room.type("D 0001 CC-1")
    await room.type("U")
    assert room.unit("CC-1") is None


async def test_undo_of_a_received_dispatch_is_a_stand_down_that_the_crew_must_acknowledge(room: Room) -> None:
    await room.type("D 0001 CC-1")
    assignment_id = next(iter(room.picture.assignments))
    await room.submit(AcknowledgeReceived(assignment_id=assignment_id))
    await room.type("U")
    assignment = room.picture.assignments[assignment_id]
    assert assignment.state == "active"
    assert [(u.kind, u.accepted_at) for u in assignment.updates] == [("stand_down", None)]


async def test_one_person_cannot_undo_what_another_did(room: Room) -> None:
    await room.type("D 0001 CC-1")
    other = Actor(id="minh", role=Role.DISPATCHER, agencies=LAN.agencies)
    sent = await room.line.send("U", other, str(uuid7()))
    assert sent.reading.error is not None
    assert sent.reading.error.code == "nothing_to_undo"


async def test_undo_of_undo_sends_the_unit_again(room: Room) -> None:
    await room.type("D 0001 CC-1")
    await room.type("U")
    await room.type("U")
    assert room.unit("CC-1") == "0001"
