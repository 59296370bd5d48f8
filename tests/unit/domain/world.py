"""A small centre for tests of the rules: it decides, applies, and keeps what happened."""

import uuid
from datetime import UTC, datetime, timedelta

import msgspec

from dispatch.domain.codebook import (
    Agency,
    AutomaticRule,
    Choice,
    CodeBook,
    CoverRules,
    CoverZone,
    Determinant,
    IncidentType,
    Label,
    NeedRule,
    PlanLeg,
    PlanNeed,
    Question,
    QuestionSet,
    ResponsePlan,
    Status,
    UnitType,
)
from dispatch.domain.kernel import Decision, apply, decide
from dispatch.domain.model.assignment import DispatchUnits
from dispatch.domain.model.messages import Actor, Command, Envelope, Event, Meta, Role
from dispatch.domain.model.questions import ExtraNeed
from dispatch.domain.model.unit import RegisterStation, RegisterUnit
from dispatch.domain.model.values import LonLat, Phase, Sealed, TimeSource
from dispatch.domain.state import CentreState

START = datetime(2026, 7, 12, 1, 0, tzinfo=UTC)
SYSTEM = Actor(id="centre", role=Role.SYSTEM)
FIRE = Actor(id="fire.desk", role=Role.DISPATCHER, agencies=("114",), name="Lan")
MEDICAL = Actor(id="medical.desk", role=Role.DISPATCHER, agencies=("115",), name="Minh")
POLICE = Actor(id="police.desk", role=Role.DISPATCHER, agencies=("113",), name="Hùng")
TAKER = Actor(id="fire.taker", role=Role.CALL_TAKER, agencies=("114",), name="Mai")
CHIEF = Actor(id="chief", role=Role.SUPERVISOR, agencies=("113", "114", "115"), name="Sơn")
EXCHANGE = Actor(id="exchange", role=Role.EXCHANGE)


def label(text: str) -> Label:
    return Label(text, text)


def make_statuses() -> dict[str, Status]:
    """One status for each phase, and a second one for free on the road."""
    home = Status(code="home", phase=Phase.AVAILABLE, label=label("home"), in_quarters=True)
    others = [
        Status(code=phase.value, phase=phase, label=label(phase.value))
        for phase in Phase
        if phase is not Phase.AVAILABLE
    ]
    road = Status(code="road", phase=Phase.AVAILABLE, label=label("road"))
    return {status.code: status for status in (home, road, *others)}


COVER = CoverRules(
    move_gain_s=30.0, moves_per_shift=2, zones=(CoverZone(code="city", label=label("whole city")),)
)
"""An agency whose crews may be moved twice in a shift, and that wants to know when nobody is left."""


AUTOMATIC = AutomaticRule(types=("fire",), countdown_s=20.0, type_sure="chosen")
"""An agency that lets its part of a fire go by itself, once the place has been read back."""


def make_agency(id_: str, suffix: str, unit_types: dict[str, tuple[str, ...]]) -> Agency:
    types = {
        code: UnitType(
            code=code,
            agency_id=id_,
            label=label(code),
            capabilities=capabilities,
            vehicle_class="car",
            turnout_s=60.0,
            call_sign_prefix="X",
        )
        for code, capabilities in unit_types.items()
    }
    return Agency(
        id=id_,
        line=id_,
        suffix=suffix,
        label=label(id_),
        statuses=make_statuses(),
        unit_types=types,
        cover=COVER if id_ != "113" else CoverRules(),
        automatic=(AUTOMATIC,) if id_ == "115" else (),
    )


def make_questions() -> QuestionSet:
    """Two questions about a fire: people inside call for two ambulances, an empty house is less urgent."""
    choices = tuple(Choice(code=code, key=str(n), label=label(code)) for n, code in enumerate(("yes", "no")))
    return QuestionSet(
        code="fire",
        version=3,
        label=label("fire"),
        agency_id="114",
        types=("fire",),
        questions=tuple(
            Question(code=code, label=label(code), choices=choices) for code in ("trapped", "roof")
        ),
        determinants=(
            Determinant(code="trapped", label=label("trapped"), when={"trapped": ("yes",)}, priority=1),
            Determinant(code="empty", label=label("empty"), when={"trapped": ("no",)}, priority=2),
        ),
        needs=(
            NeedRule(when={"trapped": ("yes",)}, need=ExtraNeed(agency_id="115", capability="als", count=2)),
            NeedRule(when={"roof": ("yes",)}, need=ExtraNeed(agency_id="113", capability="patrol", count=1)),
        ),
        advice=(),
    )


def make_book() -> CodeBook:
    """Three agencies; a fire calls 114 and 115 and grows with its level, a theft calls 113."""
    engines = PlanNeed(capability="engine", count=2, minimum=1, substitutes=(("mini", 60.0),))
    level_1 = (
        PlanLeg(agency_id="114", needs=(engines,)),
        PlanLeg(agency_id="115", needs=(PlanNeed(capability="als", count=1),)),
    )
    level_2 = (
        PlanLeg(agency_id="114", needs=(PlanNeed(capability="engine", count=4, minimum=2),)),
        PlanLeg(agency_id="113", needs=(PlanNeed(capability="patrol", count=1),)),
    )
    fire = ResponsePlan(code="fire", types=("fire",), levels=(level_1, level_2))
    theft_leg = PlanLeg(agency_id="113", needs=(PlanNeed(capability="patrol", count=1),))
    theft = ResponsePlan(code="theft", types=("theft",), levels=((theft_leg,),))
    return CodeBook(
        agencies={
            "113": make_agency("113", "3", {"car": ("patrol",)}),
            "114": make_agency("114", "4", {"engine": ("engine",), "mini": ("mini",)}),
            "115": make_agency("115", "5", {"als": ("als", "bls")}),
        },
        types={
            "fire": IncidentType(code="fire", label=label("fire"), agency_id="114", priority=1),
            "theft": IncidentType(code="theft", label=label("theft"), agency_id="113", priority=3),
            "secret": IncidentType(
                code="secret", label=label("secret"), agency_id="113", priority=2, restricted=True
            ),
        },
        plans=(fire, theft),
        capabilities={code: label(code) for code in ("engine", "mini", "als", "bls", "patrol")},
        outcomes={
            code: label(code) for code in ("done", "false_alarm", "cancelled_before_arrival", "merged")
        },
        end_reasons={code: label(code) for code in ("wrong_number", "information")},
        question_sets={"fire": make_questions()},
    )


BOOK = make_book()


def sealed(text: str) -> Sealed:
    """Stands for ciphertext: the rules never look inside."""
    return Sealed(subject="subject", box=text)


class World:
    """A centre with a clock that only moves when told; `events` is its log."""

    def __init__(self) -> None:
        self.state = CentreState()
        self.now = START
        self.log: list[tuple[Event, Envelope]] = []
        self._ids = 0

    def new_id(self) -> str:
        """Ids in their order, shaped like the ones that clients make."""
        self._ids += 1
        return str(uuid.UUID(int=(0x019F << 112) | (0x7 << 76) | (0x8 << 60) | self._ids))

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def do(
        self,
        command: Command,
        actor: Actor = SYSTEM,
        *,
        ago: float = 0.0,
        source: TimeSource = TimeSource.SYSTEM,
        book: CodeBook = BOOK,
    ) -> Decision:
        """Decide and apply a command; `ago` is how long before now it is said to have happened."""
        meta = Meta(
            command_id=self.new_id(),
            actor=actor,
            occurred_at=self.now - timedelta(seconds=ago),
            received_at=self.now,
            now=self.now,
            source=source,
        )
        decision = decide(self.state, command, meta, book)
        for event in decision.events:
            self.apply(event, meta)
        return decision

    def apply(self, event: Event, meta: Meta) -> None:
        """Record and fold one event."""
        envelope = Envelope(
            centre_id="test",
            log_id="log",
            seq=self.state.seq + 1,
            epoch=1,
            command_id=meta.command_id,
            type=event.TYPE,
            type_version=event.VERSION,
            actor=meta.actor.id,
            agency=meta.actor.agencies[0] if meta.actor.agencies else "",
            occurred_at=meta.occurred_at,
            received_at=meta.received_at,
            recorded_at=meta.now,
            payload=msgspec.Raw(msgspec.json.encode(event)),
        )
        apply(self.state, event, envelope)
        self.log.append((event, envelope))


FLEET = (
    ("e1", "114", "engine"),
    ("e2", "114", "engine"),
    ("e3", "114", "engine"),
    ("m1", "114", "mini"),
    ("a1", "115", "als"),
    ("a2", "115", "als"),
    ("p1", "113", "car"),
)


def make_world() -> World:
    """A world with one station for each agency and a few units."""
    world = World()
    for agency_id in BOOK.agencies:
        place = LonLat(106.7, 10.77)
        world.do(
            RegisterStation(station_id=f"s{agency_id}", agency_id=agency_id, name=agency_id, lon_lat=place)
        )
    for n, agency_id in ((2, "114"), (2, "115")):
        at = LonLat(106.75, 10.8)
        world.do(RegisterStation(station_id=f"s{agency_id}-{n}", agency_id=agency_id, name="two", lon_lat=at))
    for unit_id, agency_id, type_code in FLEET:
        world.do(
            RegisterUnit(
                unit_id=unit_id,
                call_sign=unit_id.upper(),
                agency_id=agency_id,
                station_id=f"s{agency_id}",
                type_code=type_code,
            )
        )
    return world


def crew_of(unit_id: str, agency_id: str = "114") -> Actor:
    """The device of a unit."""
    return Actor(id=f"unit.{unit_id}", role=Role.UNIT, agencies=(agency_id,), unit_id=unit_id)


def send(world: World, *unit_ids: str, incident_id: str = "i1", actor: Actor = CHIEF) -> list[str]:
    """Units by override; gives their assignments."""
    sent = world.do(DispatchUnits(incident_id=incident_id, unit_ids=unit_ids), actor)
    return msgspec.convert(sent.answer["assignment_ids"], list[str])
