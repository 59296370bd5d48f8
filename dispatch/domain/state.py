"""The whole centre in memory: the fold of the log. `apply` is the only thing that changes it."""

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter

import msgspec

from dispatch.domain.model.assignment import Assignment, Delivery, Recommendation
from dispatch.domain.model.call import Call
from dispatch.domain.model.caution import Caution
from dispatch.domain.model.desk import Alert, Desk, Seat
from dispatch.domain.model.handover import Handover
from dispatch.domain.model.hospital import Hospital
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.move import Move
from dispatch.domain.model.person import Person
from dispatch.domain.model.report import Report
from dispatch.domain.model.road_condition import RoadCondition
from dispatch.domain.model.unit import Crew, Station, Unit

FOLD_VERSION = 9
"""Raised when `apply` gives another state for the same log; state hashes compare within one version only."""


class CentreState(msgspec.Struct, kw_only=True):
    """Every living entity by id, and the counters the rules need. All of it comes from events.

    Closed incidents leave memory a day after they end (`incident.archived`); read models keep them.
    `touched` lists (kind, id) changed since the reader last emptied it. Below it stand indexes that follow
    from the entities; neither is part of the state's hash.
    """

    seq: int = 0
    recorded_at: datetime | None = None
    calls: dict[str, Call] = msgspec.field(default_factory=dict)
    reports: dict[str, Report] = msgspec.field(default_factory=dict)
    incidents: dict[str, Incident] = msgspec.field(default_factory=dict)
    legs: dict[str, Leg] = msgspec.field(default_factory=dict)
    assignments: dict[str, Assignment] = msgspec.field(default_factory=dict)
    deliveries: dict[str, Delivery] = msgspec.field(default_factory=dict)
    recommendations: dict[str, Recommendation] = msgspec.field(default_factory=dict)
    stations: dict[str, Station] = msgspec.field(default_factory=dict)
    units: dict[str, Unit] = msgspec.field(default_factory=dict)
    crews: dict[str, Crew] = msgspec.field(default_factory=dict)
    desks: dict[str, Desk] = msgspec.field(default_factory=dict)
    seats: dict[str, Seat] = msgspec.field(default_factory=dict)
    alerts: dict[str, Alert] = msgspec.field(default_factory=dict)
    people: dict[str, Person] = msgspec.field(default_factory=dict)
    handovers: dict[str, Handover] = msgspec.field(default_factory=dict)
    cautions: dict[str, Caution] = msgspec.field(default_factory=dict)
    road_conditions: dict[str, RoadCondition] = msgspec.field(default_factory=dict)
    moves: dict[str, Move] = msgspec.field(default_factory=dict)
    hospitals: dict[str, Hospital] = msgspec.field(default_factory=dict)
    call_signs: dict[str, str] = msgspec.field(default_factory=dict)
    day_counters: dict[str, int] = msgspec.field(default_factory=dict)
    touched: set[tuple[str, str]] = msgspec.field(default_factory=set)
    numbers: dict[str, list[str]] = msgspec.field(default_factory=dict)
    """The last four digits of a number → incidents that bear them, oldest first."""
    cautions_near: dict[str, list[str]] = msgspec.field(default_factory=dict)
    """Cell of the map → cautions about places in it that were not withdrawn."""
    cautions_of: dict[str, list[str]] = msgspec.field(default_factory=dict)
    """Key subject of a telephone number → cautions about it that were not withdrawn."""
    alerts_about: dict[str, list[str]] = msgspec.field(default_factory=dict)
    """"kind/id" of what an alert is about → the standing alerts."""
    deliveries_of: dict[str, list[str]] = msgspec.field(default_factory=dict)
    """Assignment or move → everything sent about it, in order."""
    live_moves: dict[str, str] = msgspec.field(default_factory=dict)
    """Unit → its move that has not ended."""
    empty_desks: dict[str, datetime] = msgspec.field(default_factory=dict)
    """Desks at which nobody sits → since when."""
    work: dict[str, dict[str, datetime]] = msgspec.field(default_factory=dict)
    """Agency → "leg/id" and "report/id" of what is open there, with the time it began."""
    straight: dict[str, datetime] = msgspec.field(default_factory=dict)
    """Incidents whose recommendation was made by straight lines → when the first such was made."""
    armed: set[str] = msgspec.field(default_factory=set)
    """Legs on which an automatic dispatch counts down."""
    unwatched: set[tuple[str, str]] = msgspec.field(default_factory=set)
    """What changed since its next timer was last worked out."""
    due: dict[str, datetime] = msgspec.field(default_factory=dict)
    due_heap: list[tuple[datetime, str]] = msgspec.field(default_factory=list)


TABLES = {
    "call": "calls",
    "report": "reports",
    "incident": "incidents",
    "leg": "legs",
    "assignment": "assignments",
    "delivery": "deliveries",
    "recommendation": "recommendations",
    "station": "stations",
    "unit": "units",
    "crew": "crews",
    "desk": "desks",
    "seat": "seats",
    "alert": "alerts",
    "person": "people",
    "handover": "handovers",
    "caution": "cautions",
    "road_condition": "road_conditions",
    "move": "moves",
    "hospital": "hospitals",
}
"""Kind of entity → the field of the state that holds them by id."""

_GETTERS = {kind: attrgetter(field) for kind, field in TABLES.items()}


def get_table(state: CentreState, kind: str) -> Mapping[str, msgspec.Struct]:
    """Every entity of a kind by id (recommendations by their incident's)."""
    table: Mapping[str, msgspec.Struct] = _GETTERS[kind](state)
    return table
