"""Whether two incidents may be one, by what the rules know of them: who called, the door, and how near.

The machine's question before it sends anything by itself. What a person is shown while typing looks at the
words of the place as well (`usecases/planning/find_duplicates`).
"""

from collections.abc import Iterable, Mapping
from math import inf

from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.automatic import SecondOf
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.report import Report
from dispatch.domain.rules.standing import measure_distance_m

CALLER, DOOR, NEAR = "caller", "door", "near"

LEAST_RADIUS_M = 300.0
"""Incidents nearer than this may always be one (R3)."""


def find_possible_duplicate(
    book: CodeBook, incident: Incident, others: Iterable[Incident], reports: Mapping[str, Report]
) -> SecondOf | None:
    """The open incident that this one may be the second of: of those opened before it, one that the same
    caller reported, or at the same door, or near (see `_find_reach_m`); who called or the door tells more
    than how near, and then the nearest. The one that was there first is nobody's second."""
    found = [
        second
        for other in others
        if other.state == "open"
        and other.test == incident.test
        and (other.opened_at, other.id) < (incident.opened_at, incident.id)
        and (second := _compare(book, incident, other, reports)) is not None
    ]
    return min(found, key=_rank, default=None)


def _rank(second: SecondOf) -> tuple[bool, float, str]:
    distance_m = inf if second.distance_m is None else second.distance_m
    return second.why == (NEAR,), distance_m, second.incident_id


def _compare(
    book: CodeBook, one: Incident, other: Incident, reports: Mapping[str, Report]
) -> SecondOf | None:
    distance_m = None
    if one.place.lon_lat is not None and other.place.lon_lat is not None:
        distance_m = measure_distance_m(one.place.lon_lat, other.place.lon_lat)
    alike = {
        CALLER: bool(_list_callers(one, reports) & _list_callers(other, reports)),
        DOOR: _is_same_door(one, other),
        NEAR: distance_m is not None and distance_m <= _find_reach_m(book, one, other),
    }
    why = tuple(name for name, holds in alike.items() if holds)
    if not why:
        return None
    return SecondOf(
        incident_id=other.id,
        number=other.number,
        type_code=other.type_code,
        distance_m=None if distance_m is None else round(distance_m, 1),
        why=why,
    )


def _list_callers(incident: Incident, reports: Mapping[str, Report]) -> set[str]:
    return {reports[id_].subject for id_ in incident.report_ids if id_ in reports}


def _is_same_door(one: Incident, other: Incident) -> bool:
    return bool(one.place.label) and one.place.level == "door" and one.place.label == other.place.label


def _find_reach_m(book: CodeBook, one: Incident, other: Incident) -> float:
    """How near two incidents may be one: 300 m, or both circles together; as far as either type is seen from
    (smoke 2 km) only where both types may be told of one event. A person who looks is shown more (R3)."""
    circles_m = (one.place.radius_m or 0.0) + (other.place.radius_m or 0.0)
    types = [book.types[i.type_code] for i in (one, other) if i.type_code in book.types]
    kin = {type_.kin or type_.code for type_ in types}
    radii_m = [type_.radius_m for type_ in types] if len(types) == 2 and len(kin) == 1 else []
    return max(LEAST_RADIUS_M, circles_m, *radii_m)
