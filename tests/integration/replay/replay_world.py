"""A morning of two agencies by chance of a seed, through the real writer, and what live readers saw of it."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import msgspec
from uuid6 import uuid7

from dispatch.core.clock import ManualClock
from dispatch.core.port import Answer, Submission
from dispatch.core.writer import Writer, WriterLimits
from dispatch.domain.codebook import (
    Agency,
    CodeBook,
    IncidentType,
    Label,
    PlanLeg,
    PlanNeed,
    ResponsePlan,
    Status,
    UnitType,
)
from dispatch.domain.model.assignment import (
    AcceptAssignment,
    AcknowledgeReceived,
    DispatchUnits,
    QueueUnit,
    ReportPhase,
    StandDown,
)
from dispatch.domain.model.call import AnswerCall, HangUpCall, RingCall
from dispatch.domain.model.incident import AddNote, ChangePriority, MergeIncidents, OpenIncident, RequestLeg
from dispatch.domain.model.messages import Actor, Command, Role
from dispatch.domain.model.report import AttachReport, ReceiveReport, SplitReport
from dispatch.domain.model.unit import RegisterStation, RegisterUnit, SignOnCrew
from dispatch.domain.model.values import LonLat, Phase, Place
from dispatch.live.board import LiveBoard
from dispatch.live.rights import Rights
from dispatch.store.connect import Pool, connect, open_pool
from dispatch.store.instance import ensure_instance
from dispatch.store.timeline import Timelines
from dispatch.store.vault import Vault

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
AGENCIES = ("114", "115")
SYSTEM = Actor(id="centre", role=Role.SYSTEM, agencies=AGENCIES)
READERS = {
    "fire": Rights("dispatcher", frozenset({"114"})),
    "ambulance": Rights("dispatcher", frozenset({"115"})),
    "all": Rights("supervisor", frozenset(AGENCIES)),
    "neither": Rights("dispatcher", frozenset({"113"})),
}
UNITS = 6

Copy = dict[tuple[str, str], tuple[int, bytes]]
"""(kind, id) → version and body, as one reader had it."""


def _label(text: str) -> Label:
    return Label(vi=text, en=text)


def _agency(agency_id: str) -> Agency:
    statuses = {p.value: Status(code=p.value, phase=p, label=_label(p.value)) for p in Phase}
    statuses["home"] = Status(code="home", phase=Phase.AVAILABLE, label=_label("home"), in_quarters=True)
    kind = UnitType(
        code="t", agency_id=agency_id, label=_label("t"), capabilities=("help",), vehicle_class="car",
        turnout_s=60, call_sign_prefix="XE",
    )  # fmt: skip
    return Agency(
        id=agency_id, line=agency_id, suffix=agency_id[-1], label=_label(agency_id), statuses=statuses,
        unit_types={"t": kind},
    )  # fmt: skip


def build_book() -> CodeBook:
    """Fires need both agencies, a burn only the ambulance."""
    need = PlanNeed(capability="help", count=1)
    both = tuple(PlanLeg(agency_id=agency_id, needs=(need,)) for agency_id in AGENCIES)
    types = {
        "fire": IncidentType(code="fire", label=_label("fire"), agency_id="114", priority=2),
        "burn": IncidentType(code="burn", label=_label("burn"), agency_id="115", priority=3),
    }
    return CodeBook(
        agencies={agency_id: _agency(agency_id) for agency_id in AGENCIES},
        types=types,
        plans=(
            ResponsePlan(code="fire", types=("fire",), levels=(both,)),
            ResponsePlan(code="burn", types=("burn",), levels=((both[1],),)),
        ),
        capabilities={"help": _label("help")},
        outcomes={"done": _label("done")},
        end_reasons={"silent": _label("silent")},
    )


class Morning:
    """The writer at work and a live board beside it that remembers what each reader had at each seq."""

    def __init__(self, dsn: str, pool: Pool, writer: Writer, clock: ManualClock, seed: int) -> None:
        self.dsn = dsn
        self.pool = pool
        self.clock = clock
        self.vault = Vault(pool, b"secret of the tests")
        self.writer = writer
        self.copies: dict[int, dict[str, Copy]] = {}
        self.recorded: dict[int, datetime] = {}
        self.incidents: list[str] = []
        self._board = LiveBoard(writer, self.vault, Timelines(pool).find_past_visibility)
        self._chance = random.Random(seed)
        self._reports: list[str] = []
        self._assignments: list[str] = []
        self._moved = asyncio.Event()

    async def watch(self) -> None:
        """Follow the writer for ever, as a live server does."""
        await self._board.load(await self.writer.board())
        async for commit in self.writer.commits(self._board.head.seq):
            await self._board.take(commit)
            self.copies[commit.seq] = {name: self._copy(rights) for name, rights in READERS.items()}
            self.recorded[commit.seq] = commit.events[-1].recorded_at
            self._moved.set()

    async def submit(self, command: Command) -> Answer:
        """One command by the centre; returns when the live board has it too."""
        now = self.clock.now()
        answer = await self.writer.submit(
            Submission(
                command_id=str(uuid7()), actor=SYSTEM, command=command, occurred_at=now, received_at=now
            )
        )
        while answer.seq_last > max(self.copies, default=0):
            self._moved.clear()
            await self._moved.wait()
        made = answer.data.get("assignment_ids")
        self._assignments += [str(id_) for id_ in made] if isinstance(made, list) else []
        return answer

    async def furnish(self) -> None:
        """Stations and units."""
        for agency_id in AGENCIES:
            await self._must(
                RegisterStation(
                    station_id=f"s{agency_id}", agency_id=agency_id, name="x", lon_lat=LonLat(106.7, 10.8)
                )
            )
        for n in range(UNITS):
            agency_id = AGENCIES[n % 2]
            await self._must(
                RegisterUnit(
                    unit_id=f"u{n}", call_sign=f"XE-{n}", agency_id=agency_id, station_id=f"s{agency_id}",
                    type_code="t",
                )
            )  # fmt: skip

    async def work(self, commands: int) -> None:
        """So many things happen; some are refused. The clock goes on by up to 40 s each time."""
        for _ in range(commands):
            self.clock.advance(self._chance.uniform(0.1, 40))
            draw = self._chance.random()
            if not self.incidents or draw < 0.12:
                await self.submit(await self._open())
            elif draw < 0.3:
                await self.submit(await self._report())
            elif draw < 0.4:
                await self.submit(await self._note())
            elif draw < 0.45:
                await self._call()
            else:
                await self.submit(self._chance.choice(self._ways())())

    def _ways(self) -> list[Callable[[], Command]]:
        ways = [
            self._priority,
            self._crew,
            self._leg,
            self._merge,
            *[self._attach] * 3,
            *[self._dispatch] * 5,
        ]
        if self._assignments:
            ways += [self._receive, self._accept, self._stand_down, *[self._phase] * 2, *[self._queue] * 3]
        return ways

    async def _must(self, command: Command) -> None:
        answer = await self.submit(command)
        assert answer.refused is None, (answer.refused, answer.data)

    def _copy(self, rights: Rights) -> Copy:
        rows = (msgspec.json.decode(raw) for raw in self._board.list_visible(rights))
        return {(row["kind"], row["id"]): (row["version"], msgspec.json.encode(row["body"])) for row in rows}

    async def _open(self) -> Command:
        self.incidents.append(str(uuid7()))
        return OpenIncident(
            incident_id=self.incidents[-1],
            type_code=self._chance.choice(("fire", "burn")),
            subject=await self.vault.new_subject(),
            place=Place(heard="12 Lê Lợi", lon_lat=LonLat(106.7, 10.77), radius_m=50.0),
            restricted=self._chance.random() < 0.4,
        )

    async def _report(self) -> Command:
        subject = await self.vault.subject_for_phone(f"09000000{self._chance.randrange(10):02}")
        self._reports.append(str(uuid7()))
        return ReceiveReport(
            report_id=self._reports[-1],
            receipt_code=str(uuid7())[-11:],
            channel="phone",
            agency_id=self._chance.choice(AGENCIES),
            subject=subject,
            words=self.vault.seal(subject, "cháy nhà"),
            phone=self.vault.seal(subject, "0900000000"),
        )

    async def _note(self) -> Command:
        subject = await self.vault.new_subject()
        return AddNote(
            incident_id=self._incident(), note_id=str(uuid7()), text=self.vault.seal(subject, "ghi chú")
        )

    async def _call(self) -> None:
        call_id = str(uuid7())
        await self.submit(RingCall(call_id=call_id, line=self._chance.choice(AGENCIES)))
        if self._chance.random() < 0.5:
            await self.submit(AnswerCall(call_id=call_id, by="an"))
        await self.submit(HangUpCall(call_id=call_id))

    def _incident(self) -> str:
        return self._chance.choice(self.incidents[-5:])

    def _unit(self) -> str:
        return f"u{self._chance.randrange(UNITS)}"

    def _dispatch(self) -> Command:
        return DispatchUnits(incident_id=self._incident(), unit_ids=(self._unit(),))

    def _queue(self) -> Command:
        return QueueUnit(incident_id=self._incident(), unit_id=self._unit())

    def _priority(self) -> Command:
        return ChangePriority(incident_id=self._incident(), priority=self._chance.randint(1, 4), seen=2**40)

    def _crew(self) -> Command:
        return SignOnCrew(crew_id=str(uuid7()), unit_ids=(self._unit(),), names=("An",), phone="0900")

    def _leg(self) -> Command:
        return RequestLeg(incident_id=self._incident(), agency_id=self._chance.choice(AGENCIES))

    def _merge(self) -> Command:
        return MergeIncidents(incident_id=self._incident(), into=self._incident())

    def _attach(self) -> Command:
        report_id = self._chance.choice(self._reports) if self._reports else "none"
        if self._chance.random() < 0.3:
            return SplitReport(report_id=report_id)
        return AttachReport(report_id=report_id, incident_id=self._incident())

    def _assignment(self) -> str:
        return self._chance.choice(self._assignments[-6:])

    def _receive(self) -> Command:
        return AcknowledgeReceived(assignment_id=self._assignment())

    def _accept(self) -> Command:
        return AcceptAssignment(assignment_id=self._assignment())

    def _stand_down(self) -> Command:
        return StandDown(assignment_id=self._assignment(), reason="x")

    def _phase(self) -> Command:
        status = self._chance.choice(("en_route", "on_scene", "available"))
        return ReportPhase(assignment_id=self._assignment(), status_code=status, outcome="done")


@asynccontextmanager
async def morning(dsn: str, seed: int, *, snapshot_events: int = 10_000) -> AsyncIterator[Morning]:
    """A furnished centre with a live reader beside it, until the block ends."""
    connection = await connect(dsn)
    await ensure_instance(connection, "hcmc", "training")
    await connection.close()
    clock = ManualClock(START)
    writer = Writer(dsn, build_book(), clock=clock, limits=WriterLimits(snapshot_events=snapshot_events))
    pool = await open_pool(dsn)
    await writer.start()
    world = Morning(dsn, pool, writer, clock, seed)
    watching = asyncio.create_task(world.watch())
    try:
        await world.furnish()
        yield world
    finally:
        watching.cancel()
        await writer.stop()
        await pool.close()
