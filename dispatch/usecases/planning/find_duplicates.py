"""R3: which open or lately closed incidents may this report concern, and in what do they differ.

Nothing is merged here: the list is shown, a person decides.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import inf

from dispatch.domain.model.incident import Incident
from dispatch.domain.model.report import Difference, Duplicate, Report
from dispatch.domain.model.values import Place, PlaceState
from dispatch.usecases.incident_index import LEAST_RADIUS_M, said
from dispatch.usecases.picture import Picture
from gis.geocode import same_street_number
from gis.geometry import haversine_m

CLOSED_WITHIN = timedelta(hours=1)
AT_MOST = 5
_OTHER_STREET_M = 1500.0


def find_duplicates(report: Report, picture: Picture, now: datetime) -> tuple[Duplicate, ...]:
    """At most five incidents, the likeliest first: same number, same premise, same street, then nearest.

    Distance counts within max(300 m, the radius of either type), and behind those within both circles of
    uncertainty together: a street without its number may lie kilometres from where it is drawn.
    """
    same_caller = _incidents_of_subject(report, picture)
    alike = picture.incidents_by_place.list_alike(report.place, _radius_m(report.type_code, picture))
    incidents = (picture.incidents.get(id_) for id_ in same_caller | alike)
    return compare(report, (i for i in incidents if i is not None), same_caller, picture, now)


def compare(
    report: Report, incidents: Iterable[Incident], same_caller: set[str], picture: Picture, now: datetime
) -> tuple[Duplicate, ...]:
    """The rule itself, over whatever incidents it is given."""
    found: list[tuple[int, bool, float, Duplicate]] = []
    for incident in incidents:
        if not _is_recent(incident, now) or report.incident_id == incident.id or incident.test != report.test:
            continue
        distance_m = _distance_m(report.place, incident.place)
        why: list[str] = []
        if incident.id in same_caller:
            why.append("same_number")
        if report.place.label and report.place.label == incident.place.label and report.place.level == "door":
            why.append("same_premise")
        elif same_street_number(said(report.place), said(incident.place)) and not _elsewhere(
            report.place, incident.place, distance_m
        ):
            why.append("same_street")
        if distance_m is not None and distance_m <= _near_m(report, incident, picture):
            why.append("near")
        elif distance_m is not None and distance_m <= _circles_m(report, incident):
            why.append("in_circle")
        if why:
            duplicate = Duplicate(
                incident_id=incident.id,
                distance_m=None if distance_m is None else round(distance_m, 1),
                why=tuple(why),
                differences=_differences(report, incident),
            )
            strong = sum(w not in ("near", "in_circle") for w in why)
            away_m = inf if distance_m is None else distance_m
            found.append((-strong, "in_circle" in why, away_m, duplicate))
    found.sort(key=lambda item: (*item[:3], item[3].incident_id))
    return tuple(item[3] for item in found[:AT_MOST])


def _elsewhere(a: Place, b: Place, distance_m: float | None) -> bool:
    """Whether two places of one street's name are known to be on two streets of that name, or far apart on
    one: both were matched, and lie farther from one another than both circles and a walk together."""
    matched = PlaceState.HEARD not in {a.state, b.state}
    circles_m = (a.radius_m or 0.0) + (b.radius_m or 0.0)
    return matched and distance_m is not None and distance_m > circles_m + _OTHER_STREET_M


def _is_recent(incident: Incident, now: datetime) -> bool:
    if incident.state == "open":
        return True
    return (
        incident.state == "closed"
        and incident.closed_at is not None
        and now - incident.closed_at <= CLOSED_WITHIN
    )


def _incidents_of_subject(report: Report, picture: Picture) -> set[str]:
    others = (picture.reports.get(i) for i in picture.reports_by_subject.get(report.subject, ()))
    return {
        o.incident_id for o in others if o is not None and o.incident_id is not None and o.id != report.id
    }


def _near_m(report: Report, incident: Incident, picture: Picture) -> float:
    types = (_radius_m(report.type_code, picture), _radius_m(incident.type_code, picture))
    return max(LEAST_RADIUS_M, *types)


def _circles_m(report: Report, incident: Incident) -> float:
    return (report.place.radius_m or 0.0) + (incident.place.radius_m or 0.0)


def _radius_m(type_code: str | None, picture: Picture) -> float:
    return picture.radius_of_type(type_code) if type_code else 0.0


def _distance_m(a: Place, b: Place) -> float | None:
    if a.lon_lat is None or b.lon_lat is None:
        return None
    return haversine_m((a.lon_lat.lon, a.lon_lat.lat), (b.lon_lat.lon, b.lon_lat.lat))


def _differences(report: Report, incident: Incident) -> tuple[Difference, ...]:
    pairs = (
        ("place", said(incident.place), said(report.place)),
        ("ward", incident.place.ward, report.place.ward),
        ("type", incident.type_code, report.type_code or ""),
    )
    return tuple(Difference(field=f, incident=i, report=r, same=i == r) for f, i, r in pairs if i or r)
