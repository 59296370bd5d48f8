"""Which plans a change of units touches, told from the picture alone."""

from collections.abc import Iterable
from datetime import datetime

from dispatch.domain.model.assignment import ProposedUnit
from dispatch.domain.model.unit import Unit
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.keep_proposal import BETTER_BY_S
from dispatch.usecases.unit_positions import FindPosition
from gis.geometry import haversine_m
from routing.travel_time.straight_line import estimate_travel_s


def list_touched(
    unit_ids: Iterable[str], picture: Picture, find_position: FindPosition, now: datetime
) -> set[str]:
    """Incidents whose plan proposes a unit that is no longer free, lacks one that has become free, or could
    be better with it."""
    touched: set[str] = set()
    for unit_id in unit_ids:
        unit = picture.units.get(unit_id)
        if unit is None or not picture.may_go(unit):
            touched |= picture.plans_with_unit.get(unit_id, set())
        else:
            touched |= _list_lacking(unit, picture)
            touched |= _list_twice(unit, picture)
            touched |= _list_slower(unit, picture, find_position, now)
    return touched


def _list_lacking(unit: Unit, picture: Picture) -> set[str]:
    return {
        incident_id
        for incident_id in picture.plans_short
        if any(m.capability in unit.capabilities for m in picture.recommendations[incident_id].missing)
    }


def _list_twice(unit: Unit, picture: Picture) -> set[str]:
    """Those that would send its crew with two vehicles."""
    plans = {id_: picture.recommendations[id_] for id_ in picture.plans_with_unit.get(unit.id, ())}
    return {
        id_
        for id_, plan in plans.items()
        if picture.find_crew_twice(p.unit_id for p in plan.proposed) is not None
    }


def _list_slower(unit: Unit, picture: Picture, find_position: FindPosition, now: datetime) -> set[str]:
    """Those that propose somebody for what the unit can do who comes later than it would as the crow flies.
    What the road or prices make of it the sweep finds."""
    at = _find_place(unit, picture, find_position)
    if at is None:
        return set()
    turnout_s = picture.turnout_s(unit, now) if unit.in_quarters else 0.0
    found = set()
    for incident_id in list_standing(picture):
        lon_lat = picture.incidents[incident_id].place.lon_lat
        if lon_lat is None:
            continue
        away_m = haversine_m(at, (lon_lat.lon, lon_lat.lat))
        soon_s = turnout_s + estimate_travel_s(away_m, unit.vehicle_class) + BETTER_BY_S
        plan = picture.recommendations[incident_id]
        if any(soon_s < p.eta_s and _can_do(unit, p, picture) for p in plan.proposed if p.unit_id != unit.id):
            found.add(incident_id)
    return found


def list_standing(picture: Picture) -> set[str]:
    """Incidents whose plan proposes units that nobody has sent yet."""
    return {
        incident_id
        for incident_ids in picture.plans_with_unit.values()
        for incident_id in incident_ids
        if (incident := picture.incidents.get(incident_id)) is not None and incident.state == "open"
    }


def _can_do(unit: Unit, proposed: ProposedUnit, picture: Picture) -> bool:
    """Whether a unit could serve the need that another is proposed for."""
    leg = picture.legs.get(proposed.leg_id)
    need = next((n for n in leg.needs if n.need_id == proposed.need_id), None) if leg is not None else None
    if need is None:
        return False
    return any(able in unit.capabilities for able in (need.capability, *(c for c, _ in need.substitutes)))


def _find_place(unit: Unit, picture: Picture, find_position: FindPosition) -> tuple[float, float] | None:
    station = picture.stations.get(unit.station_id)
    heard = None if unit.in_quarters else find_position(unit.id)
    if heard is not None:
        return heard.lon, heard.lat
    return (station.lon_lat.lon, station.lon_lat.lat) if station is not None else None
