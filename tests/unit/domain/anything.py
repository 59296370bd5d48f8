"""Any command whatever: each field drawn by its name, from what exists and a little from what does not."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import msgspec

from dispatch.domain.kernel import COMMANDS
from dispatch.domain.model.assignment import (
    AcceptAssignment,
    AcknowledgeReceived,
    DispatchUnits,
    ProposedUnit,
    QueueUnit,
    ReassignUnit,
    RecordRecommendation,
    ReportPhase,
)
from dispatch.domain.model.call import RingCall
from dispatch.domain.model.caution import KeepCaution
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Actor, Command, Role
from dispatch.domain.model.photo import PhotoFile
from dispatch.domain.model.questions import GivenAnswer
from dispatch.domain.model.report import Duplicate, ReceiveReport
from dispatch.domain.model.road_condition import PutRoadCondition, ReportRoad
from dispatch.domain.model.spread import TRIAGE, PatientPlace, SpreadPatients
from dispatch.domain.model.suggestion import REASSIGN, Comparison, RecordSuggestions, Suggestion
from dispatch.domain.model.unit import SignOnCrew
from dispatch.domain.model.values import HandsetFix, LonLat, Phase, Place
from dispatch.domain.rules.plan import list_open_needs
from dispatch.domain.rules.registry import ROLES
from dispatch.domain.rules.suggestion import find_kind
from tests.unit.domain.world import (
    BOOK,
    CHIEF,
    EXCHANGE,
    FIRE,
    FLEET,
    MEDICAL,
    POLICE,
    SYSTEM,
    TAKER,
    World,
    crew_of,
    sealed,
)

UNITS = [unit_id for unit_id, _, _ in FLEET]
STATION = Actor(id="station.114", role=Role.STATION, agencies=("114",), station_id="s114")
DEVICE = Actor(id="device-1", role=Role.REPORTER)
ACTORS = [
    SYSTEM, FIRE, FIRE, MEDICAL, POLICE, TAKER, CHIEF, CHIEF, EXCHANGE, STATION, DEVICE,
    *(crew_of(unit_id, agency_id) for unit_id, agency_id, _ in FLEET),
]  # fmt: skip

PLACES = [
    Place(),
    Place(heard="gần chợ"),
    Place(heard="12 Lê Lợi", label="12 Lê Lợi", lon_lat=LonLat(106.70, 10.77), radius_m=20.0),
    Place(label="654 Lạc Long Quân", lon_lat=LonLat(106.65, 10.77), radius_m=50.0),
    Place(lon_lat=LonLat(float("nan"), 10.0)),
]

SHAPES = [
    (LonLat(106.70, 10.77),),
    (LonLat(106.70, 10.77), LonLat(106.71, 10.77), LonLat(106.71, 10.78)),
    (LonLat(106.70, 10.77), LonLat(106.71, 10.78), LonLat(106.71, 10.77), LonLat(106.70, 10.78)),
]

Pick = Callable[[World, Random], Any]


def one_of(*values: object) -> Pick:
    return lambda _world, random: random.choice(values)


def existing(table: str, *, bogus: str) -> Pick:
    """Mostly an id of the table."""

    def pick(world: World, random: Random) -> Any:
        ids = list(getattr(world.state, table))
        return random.choice(ids[-4:]) if ids and random.random() < 0.95 else bogus

    return pick


def some_fix(world: World, random: Random) -> Any:
    """Mostly newer than what was known."""
    return HandsetFix(
        lon_lat=LonLat(106.7, 10.77),
        radius_m=random.choice([12.0, 800.0]),
        at=world.now + timedelta(seconds=random.choice([-900, -3, 0])),
        method=random.choice(["gps", "cell"]),
    )


def ended_reports(world: World, _random: Random) -> Any:
    """What the rim names when a number calls again."""
    return tuple(r.id for r in world.state.reports.values() if r.status == "ended")


def some_photo(world: World, _random: Random) -> Any:
    """A picture that nobody sent before."""
    return PhotoFile(
        photo_id=f"p{world.state.seq}",
        subject="x",
        media_type="image/png",
        size=9,
        width=3,
        height=3,
        digest="00",
    )


def living_assignment(world: World, random: Random) -> Any:
    """Mostly one that is not over."""
    living = [a.id for a in world.state.assignments.values() if a.state != "ended"]
    ids = living if living and random.random() < 0.8 else list(world.state.assignments)
    return random.choice(ids) if ids else "none"


def living_move(world: World, random: Random) -> Any:
    """Mostly one that is not over."""
    living = list(world.state.live_moves.values())
    ids = living if living and random.random() < 0.8 else list(world.state.moves)
    return random.choice(ids) if ids else "none"


def busy_unit(world: World, random: Random) -> Any:
    """Often one that is on an assignment."""
    busy = [unit.id for unit in world.state.units.values() if unit.assignment_id is not None]
    return random.choice(busy if busy and random.random() < 0.5 else UNITS)


def some_units(_world: World, random: Random) -> Any:
    return tuple(random.sample([*UNITS, "nobody"], random.choice([0, 1, 1, 1, 2, 3])))


def seen(world: World, random: Random) -> Any:
    return world.state.seq if random.random() < 0.7 else random.randint(0, world.state.seq)


def what_was_seen(world: World, random: Random) -> Any:
    """The living assignments of an incident, or of none."""
    incident_id = existing("incidents", bogus="nowhere")(world, random)
    return tuple(
        a.id for a in world.state.assignments.values() if a.state != "ended" and a.incident_id == incident_id
    )


FIELDS: dict[str, Pick] = {
    "assignment_ids": what_was_seen,
    "incident_id": existing("incidents", bogus="nowhere"),
    "into": existing("incidents", bogus="nowhere"),
    "report_id": existing("reports", bogus="r0"),
    "call_id": existing("calls", bogus="c0"),
    "note_id": one_of(*(f"n{n}" for n in range(20))),
    "leg_id": existing("legs", bogus="i9-4"),
    "leg_ids": one_of((), (), ("i1-4",), ("i2-5", "i1-3")),
    "assignment_id": living_assignment,
    "alert_id": existing("alerts", bogus="none"),
    "unit_id": busy_unit,
    "unit_ids": some_units,
    "crew_id": existing("crews", bogus="k0"),
    "station_id": one_of("s113", "s114", "s115", "s9", "s114-2", "s115-2", "s115-2"),
    "move_id": living_move,
    "zone": one_of("city", "city", "moon"),
    "free": one_of(0, 0, 2),
    "gain_s": one_of(10.0, 45.0, 45.0, float("nan")),
    "desk_id": one_of("d1", "d2"),
    "desk_ids": one_of(("d1",), ("d1", "d2"), ("d3",)),
    "seat_id": one_of("z1", "z2"),
    "handover_id": existing("handovers", bogus="h0"),
    "caution_id": existing("cautions", bogus="u0"),
    "scope": one_of("place", "place", "number", "city"),
    "notes": one_of(None, sealed("notes")),
    "agency_id": one_of("113", "114", "115", "999"),
    "agencies": one_of((), ("113",), ("114", "115")),
    "only_agencies": one_of(False, False, True),
    "line": one_of("113", "114", "0"),
    "to_line": one_of("113", "115"),
    "type_code": one_of("fire", "fire", "theft", "secret", "engine", "car", "als"),
    "status_code": one_of(*BOOK.agencies["114"].statuses),
    "outcome": one_of(None, "done", "false_alarm", "nonsense"),
    "reason": one_of("why", "information", "wrong_number", ""),
    "priority": one_of(1, 2, 3, 4, 9),
    "level": one_of(1, 2, 2, 3),
    "version": one_of(1, 2, 3),
    "n": one_of(0, 0, 1, 2, 3),
    "seen": seen,
    "for_version": seen,
    "place": one_of(*PLACES),
    "call_sign": one_of("E1", "Z1", "Z2"),
    "device": one_of(None, "device-1"),
    "kind": one_of("note", "caution", "access", "alley_mouth", "closed", "flood", "slow", "unfit", "fits"),
    "condition_id": existing("road_conditions", bogus="w0"),
    "hospital_id": one_of("h1", "h1", "h2", "h3"),
    "form": one_of("point", "line", "area"),
    "lon_lats": one_of(*SHAPES),
    "factor": one_of(0.5, 2.0, 3.0),
    "depth_m": one_of(0.0, 0.3, 2.0),
    "from_at": lambda world, random: world.now + timedelta(seconds=random.choice([-600, 0, 31])),
    "review_at": lambda world, random: world.now + timedelta(seconds=random.choice([60, 4000])),
    "stretches": one_of(0, 0, 3),
    "vehicle_class": one_of("", "car"),
    "way_id": one_of(None, 7),
    "eta_at": lambda world, random: world.now + timedelta(seconds=random.choice([100, 300])),
    "how": one_of("by_hand", "gateway"),
    "text_id": one_of("t1", "t2"),
    "expires_at": lambda world, random: world.now + timedelta(seconds=random.choice([60, 5000, 10**6])),
    "until": lambda world, _random: world.now + timedelta(minutes=5),
    "ends_at": one_of(None),
    "channel": one_of("web", "phone"),
    "by": one_of("caller", "centre"),
    "words": one_of(sealed("words")),
    "text": one_of(sealed("text")),
    "number": one_of(None, sealed("090")),
    "photo": some_photo,
    "subject": one_of("x", "subject"),
    "earlier": ended_reports,
    "set_code": one_of("fire", "fire", "fire", "flood"),
    "answers": one_of(
        (),
        (GivenAnswer(question="trapped", choice="yes", text=sealed("two")),),
        (GivenAnswer(question="trapped", choice="no"), GivenAnswer(question="roof", choice="yes")),
        (GivenAnswer(question="trapped", choice="perhaps"),),
    ),
    "fix": some_fix,
    "handset": lambda world, random: some_fix(world, random) if random.random() < 0.2 else None,
    "test": one_of(False, False, False, False, True),
    "duplicates": one_of((), (Duplicate(incident_id="i1", distance_m=3.0, why=("near",)),)),
}

DEFAULTS: dict[Any, tuple[object, ...]] = {
    str: ("x", "y"),
    bool: (False, True),
    LonLat: (LonLat(106.7, 10.7),),
}

CREATED: dict[type[Command], tuple[str, str]] = {
    OpenIncident: ("incident_id", "incidents"),
    ReceiveReport: ("report_id", "reports"),
    RingCall: ("call_id", "calls"),
    SignOnCrew: ("crew_id", "crews"),
    KeepCaution: ("caution_id", "cautions"),
    PutRoadCondition: ("condition_id", "road_conditions"),
    ReportRoad: ("condition_id", "road_conditions"),
}
"""Commands that make something: the field of its id, and the table in which it then stands."""

UNUSUAL = ("leg_id", "leg_ids", "only_agencies", "test")
"""Fields that are mostly left out."""

STEADY = (
    OpenIncident,
    DispatchUnits,
    QueueUnit,
    ReassignUnit,
    ReportPhase,
    AcceptAssignment,
    AcknowledgeReceived,
    ReceiveReport,
)
"""What a shift mostly consists of."""


def draw_command(world: World, random: Random) -> Command:
    """One command of any kind."""
    kinds = STEADY if random.random() < 0.3 else tuple(COMMANDS.values())
    kind = random.choice(kinds)
    if kind is RecordRecommendation:
        return draw_recommendation(world, random)
    if kind is RecordSuggestions:
        return draw_suggestions(world, random)
    if kind is SpreadPatients:
        return draw_spread(world, random)
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        required = field.default is msgspec.NODEFAULT and field.default_factory is msgspec.NODEFAULT
        value = _draw_value(world, random, field.name, field.type)
        if required:
            values[field.name] = "done" if value is None else value
        elif value is not None and random.random() < (0.1 if field.name in UNUSUAL else 0.5):
            values[field.name] = value
    name, table = CREATED.get(kind, ("", ""))
    if name and random.random() < 0.9:
        values[name] = f"{table[0]}{len(getattr(world.state, table)) + world.state.seq * 100}"
    if kind is ReceiveReport:
        values["phone"] = sealed("0900")
    return kind(**values)


def draw_actor(command: Command, random: Random) -> Actor:
    """Mostly somebody who may ask this."""
    able = [actor for actor in ACTORS if actor.role in ROLES[type(command)]]
    return random.choice(able if random.random() < 0.95 else ACTORS)


def draw_recommendation(world: World, random: Random) -> RecordRecommendation:
    """Some units for the open needs of an incident, as a planner might answer."""
    incident_id = existing("incidents", bogus="nowhere")(world, random)
    proposed = []
    incident = world.state.incidents.get(incident_id)
    for leg_id in incident.leg_ids if incident is not None else ():
        leg = world.state.legs[leg_id]
        own = [unit_id for unit_id, agency_id, _ in FLEET if agency_id == leg.agency_id]
        for need, _ in list_open_needs(world.state, leg):
            proposed.append(
                ProposedUnit(
                    need_id=need.need_id,
                    leg_id=leg_id,
                    unit_id=random.choice(own),
                    capability=need.capability,
                    eta_s=random.choice([100.0, 300.0]),
                    travel_s=100.0,
                    turnout_s=0.0,
                    distance_m=1000.0,
                    position=LonLat(106.7, 10.7),
                    position_age_s=1.0,
                    phase=Phase.AVAILABLE,
                )
            )
    return RecordRecommendation(
        incident_id=incident_id,
        for_version=seen(world, random),
        proposed=tuple(proposed),
        missing=(),
        method="greedy",
        degraded=False,
        hasty=random.random() < 0.2,
    )


def draw_suggestions(world: World, random: Random) -> RecordSuggestions:
    """A busy unit for an incident with a plan, as a comparison might suggest; sometimes out of bounds."""
    plans = [made for made in world.state.recommendations.values() if made.proposed]
    made = random.choice(plans) if plans else None
    need = random.choice(made.proposed) if made is not None else None
    busy = [unit for unit in world.state.units.values() if find_kind(unit.phase)] or list(
        world.state.units.values()
    )
    unit = random.choice(busy)
    suggested = (
        ()
        if need is None or random.random() < 0.2
        else (
            Suggestion(
                unit_id=unit.id,
                need_id=need.need_id,
                leg_id=need.leg_id,
                capability=need.capability,
                kind=find_kind(unit.phase) or REASSIGN,
                eta_s=random.choice([90.0, 150.0]),
                saves_s=random.choice([None, 100.0]),
            ),
        )
    )
    return RecordSuggestions(
        incident_id=made.incident_id if made is not None else "nowhere",
        version=made.version if made is not None else 1,
        suggested=suggested,
        weighed=Comparison(version=1, priority=1, needs=(), units=()),
    )


def draw_spread(world: World, random: Random) -> SpreadPatients:
    """Some patients for the hospitals there are, as the centre might spread them; sometimes not quite."""
    counts = {triage: random.choice([0, 0, 1, 2]) for triage in TRIAGE}
    known = [*world.state.hospitals, "h0"] if random.random() < 0.1 else list(world.state.hospitals)
    places = tuple(
        PatientPlace(triage=triage, hospital_id=random.choice(known), name="x", count=count)
        for triage, count in counts.items()
        if count and known
    )
    incident_id = existing("incidents", bogus="nowhere")(world, random)
    return SpreadPatients(incident_id=incident_id, places=places, **counts)


def _draw_value(world: World, random: Random, name: str, type_: object) -> Any:
    pick = FIELDS.get(name)
    if pick is not None:
        return pick(world, random)
    return random.choice(DEFAULTS[type_]) if type_ in DEFAULTS else None
