"""A small centre for tests of the writer: two agencies, a few units, and what people would ask of it."""

import asyncio
import base64
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from uuid6 import uuid7

from dispatch.core.clock import ManualClock
from dispatch.core.port import Answer, CorePort, Submission
from dispatch.core.writer import Writer
from dispatch.domain.codebook import (
    Agency,
    CodeBook,
    CoverRules,
    IncidentType,
    Label,
    PlanLeg,
    PlanNeed,
    ResponsePlan,
    Status,
    UnitType,
)
from dispatch.domain.model.assignment import AcceptAssignment, AcknowledgeReceived, DispatchUnits, ReportPhase
from dispatch.domain.model.incident import AddNote, ChangePriority, OpenIncident
from dispatch.domain.model.messages import Actor, Command, Role
from dispatch.domain.model.report import ReceiveReport
from dispatch.domain.model.unit import RegisterStation, RegisterUnit, SignOnCrew
from dispatch.domain.model.values import LonLat, Phase, Place, Sealed
from dispatch.store.connect import connect
from dispatch.store.instance import ensure_instance

AGENCIES = ("114", "115")
START = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)
ADMIN = Actor(id="admin", role=Role.ADMINISTRATOR, agencies=AGENCIES)
DISPATCHER = Actor(id="dispatcher-1", role=Role.DISPATCHER, agencies=AGENCIES)
RIVAL = Actor(id="dispatcher-2", role=Role.DISPATCHER, agencies=AGENCIES)


def _label(text: str) -> Label:
    return Label(text, text)


def _agency(agency_id: str, suffix: str) -> Agency:
    statuses = {
        phase.value: Status(code=phase.value, phase=phase, label=_label(phase.value), in_quarters=False)
        for phase in Phase
    }
    statuses["home"] = Status(code="home", phase=Phase.AVAILABLE, label=_label("home"), in_quarters=True)
    truck = UnitType(
        code="truck",
        agency_id=agency_id,
        label=_label("truck"),
        capabilities=("help",),
        vehicle_class="car",
        turnout_s=60.0,
        call_sign_prefix="XE",
    )
    return Agency(
        id=agency_id, line=agency_id, suffix=suffix, label=_label(agency_id), statuses=statuses,
        unit_types={"truck": truck}, cover=CoverRules(move_gain_s=30.0),
    )  # fmt: skip


def build_book() -> CodeBook:
    """A code book with one incident type whose plan asks both agencies for one unit."""
    legs = tuple(
        PlanLeg(agency_id=agency_id, needs=(PlanNeed(capability="help", count=1),)) for agency_id in AGENCIES
    )
    return CodeBook(
        agencies={"114": _agency("114", "4"), "115": _agency("115", "5")},
        types={"fire": IncidentType(code="fire", label=_label("fire"), agency_id="114", priority=2)},
        plans=(ResponsePlan(code="fire", types=("fire",), levels=(legs,)),),
        capabilities={"help": _label("help")},
        outcomes={"done": _label("done")},
        end_reasons={"silent": _label("silent"), "nuisance": _label("nuisance")},
    )


def submission(
    command: Command,
    actor: Actor = DISPATCHER,
    command_id: str | None = None,
    at: datetime | None = None,
) -> Submission:
    """A command as the rim would hand it over, now unless told otherwise."""
    now = at or datetime.now(UTC)
    return Submission(
        command_id=command_id or str(uuid7()), actor=actor, command=command, occurred_at=now, received_at=now
    )


def sealed(text: str) -> Sealed:
    """Something that looks like a sealed value."""
    return Sealed(subject="subject-1", box=base64.b64encode(text.encode()).decode())


def open_incident(restricted: bool = False) -> OpenIncident:
    """A new fire somewhere in the city."""
    place = Place(heard="12 Lê Lợi", lon_lat=LonLat(106.7, 10.77), radius_m=50.0, level="house")
    return OpenIncident(
        incident_id=str(uuid7()), type_code="fire", subject="subject-1", place=place, restricted=restricted
    )


def receive_report() -> ReceiveReport:
    """A new report by telephone."""
    return ReceiveReport(
        report_id=str(uuid7()), receipt_code=str(uuid7())[-11:], channel="phone", agency_id="114",
        subject="subject-1", words=sealed("cháy"), phone=sealed("0903"), place=Place(heard="12 Lê Lợi"),
    )  # fmt: skip


async def ask(
    core: CorePort, command: Command, actor: Actor = DISPATCHER, at: datetime | None = None
) -> Answer:
    """Submit one command; it must not be refused."""
    answer = await core.submit(submission(command, actor, at=at))
    assert answer.refused is None, (answer.refused, answer.data)
    return answer


async def furnish(core: CorePort, units: int = 4) -> list[str]:
    """A station per agency and so many units in turn; returns the units' ids."""
    commands: list[Command] = [
        RegisterStation(
            station_id=f"s{agency_id}", agency_id=agency_id, name=agency_id, lon_lat=LonLat(106.7, 10.8)
        )
        for agency_id in AGENCIES
    ]
    unit_ids = [f"u{n}" for n in range(units)]
    commands += [
        RegisterUnit(
            unit_id=unit_id, call_sign=f"XE-{n}", agency_id=AGENCIES[n % 2], station_id=f"s{AGENCIES[n % 2]}",
            type_code="truck",
        )
        for n, unit_id in enumerate(unit_ids)
    ]  # fmt: skip
    await asyncio.gather(*(ask(core, command, ADMIN) for command in commands))
    return unit_ids


class Shift:
    """People at work, by chance of a seed: every command makes sense, though some come too late."""

    def __init__(self, seed: int, units: int) -> None:
        self._chance = random.Random(seed)
        self._units = units
        self._incidents: list[str] = []
        self._assignments: list[str] = []
        self._crews = 0

    def next(self) -> tuple[Command, Actor]:
        """The next command and who gives it."""
        if not self._incidents or self._chance.random() < 0.15:
            command = open_incident(restricted=self._chance.random() < 0.2)
            self._incidents.append(command.incident_id)
            return command, DISPATCHER
        incident_id = self._chance.choice(self._incidents[-20:])
        ways = [self._report, self._dispatch, self._note, self._priority, self._sign_on]
        if self._assignments:
            ways += [self._receive, self._accept, self._move, self._move, self._free, self._free]
        return self._chance.choice(ways)(incident_id), self._chance.choice((DISPATCHER, RIVAL))

    def learn(self, answer: Answer) -> None:
        """Remember what a command made."""
        made = answer.data.get("assignment_ids")
        if isinstance(made, list):
            self._assignments += [str(id_) for id_ in made]

    def _unit(self) -> str:
        return f"u{self._chance.randrange(self._units)}"

    def _report(self, _incident_id: str) -> Command:
        return receive_report()

    def _dispatch(self, incident_id: str) -> Command:
        return DispatchUnits(incident_id=incident_id, unit_ids=(self._unit(),))

    def _note(self, incident_id: str) -> Command:
        return AddNote(incident_id=incident_id, note_id=str(uuid7()), text=sealed("ghi chú"))

    def _priority(self, incident_id: str) -> Command:
        return ChangePriority(incident_id=incident_id, priority=self._chance.randint(1, 4), seen=2**40)

    def _sign_on(self, _incident_id: str) -> Command:
        self._crews += 1
        return SignOnCrew(crew_id=f"crew-{self._crews}", unit_ids=(self._unit(),), names=("An",))

    def _assignment(self) -> str:
        return self._chance.choice(self._assignments[-40:])

    def _receive(self, _incident_id: str) -> Command:
        return AcknowledgeReceived(assignment_id=self._assignment())

    def _accept(self, _incident_id: str) -> Command:
        return AcceptAssignment(assignment_id=self._assignment())

    def _move(self, _incident_id: str) -> Command:
        status = self._chance.choice(("en_route", "on_scene", "returning"))
        return ReportPhase(assignment_id=self._assignment(), status_code=status)

    def _free(self, _incident_id: str) -> Command:
        return ReportPhase(assignment_id=self._assignment(), status_code="available", outcome="done")


async def work(core: CorePort, shift: Shift, commands: int, at_once: int = 16) -> None:
    """Let a shift work through so many commands, several at a time."""
    for _ in range(0, commands, at_once):
        asked = [submission(*shift.next()) for _ in range(at_once)]
        for answer in await asyncio.gather(*(core.submit(item) for item in asked)):
            shift.learn(answer)


@asynccontextmanager
async def writing(dsn: str, **options: object) -> AsyncIterator[Writer]:
    """A running writer on a database; the centre is created where there is none.

    Its clock stands still unless another is given, so that no timer adds events of its own.
    """
    options.setdefault("clock", ManualClock(START))
    connection = await connect(dsn)
    await ensure_instance(connection, "hcmc", "training")
    await connection.close()
    writer = Writer(dsn, build_book(), **options)  # type: ignore[arg-type]
    await writer.start()
    try:
        yield writer
    finally:
        await writer.stop()
