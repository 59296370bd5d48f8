"""Whether two incidents may be one, by what the rules know of them: who called, the door, and how near.

The machine's question before it sends anything by itself. What a person is shown while typing looks at the
words of the place as well (`usecases/find_duplicates`).
"""

from collections.abc import Iterable, Mapping

from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.report import Report
from dispatch.domain.rules.standing import measure_distance_m

LEAST_RADIUS_M = 300.0
"""Incidents nearer than this may always be one (R3)."""


def find_possible_duplicate(
    book: CodeBook, incident: Incident, others: Iterable[Incident], reports: Mapping[str, Report]
) -> Incident | None:
    """An open incident that this one may be the second of: of those opened before it, the first that the same
    caller reported, or at the same door, or within max(300 m, both circles together, the radius of either
    type). The one that was there first is nobody's second."""
    callers = _list_callers(incident, reports)
    return next(
        (
            other
            for other in others
            if other.state == "open"
            and other.test == incident.test
            and (other.opened_at, other.id) < (incident.opened_at, incident.id)
            and (
                _is_near(book, incident, other)
                or _is_same_door(incident, other)
                or callers & _list_callers(other, reports)
            )
        ),
        None,
    )


def _list_callers(incident: Incident, reports: Mapping[str, Report]) -> set[str]:
    return {reports[id_].subject for id_ in incident.report_ids if id_ in reports}


def _is_same_door(one: Incident, other: Incident) -> bool:
    return bool(one.place.label) and one.place.level == "door" and one.place.label == other.place.label


def _is_near(book: CodeBook, one: Incident, other: Incident) -> bool:
    if one.place.lon_lat is None or other.place.lon_lat is None:
        return False
    circles_m = (one.place.radius_m or 0.0) + (other.place.radius_m or 0.0)
    radii_m = [book.types[i.type_code].radius_m for i in (one, other) if i.type_code in book.types]
    reach_m = max(LEAST_RADIUS_M, circles_m, *radii_m)
    return measure_distance_m(one.place.lon_lat, other.place.lon_lat) <= reach_m
