"""Free units as the planner takes them: what they can, where they are, and since when that is known."""

from datetime import datetime
from heapq import nsmallest
from math import cos, radians

from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import LonLat
from dispatch.usecases.picture import Picture
from dispatch.usecases.unit_positions import FindPosition, UnitPosition
from routing.terms.messages import PlanUnit

NEAR_UNITS = 100
"""Units of one capability that the planner is asked about, beyond those that are needed."""


def list_planned_units(
    capability: str, target: LonLat, picture: Picture, find_position: FindPosition, now: datetime
) -> list[PlanUnit]:
    """Free units with a capability near a place, as the planner takes them, by arrival alone; test
    units and crews too few for it left out."""
    units = [
        planned
        for unit in picture.list_free_units(capability, target, NEAR_UNITS)
        if not unit.test
        for planned in (plan_unit(unit, picture, find_position, now),)
        if planned is not None and capability in planned.capabilities
    ]
    return choose_near(units, (target.lon, target.lat), NEAR_UNITS)


def choose_near(units: list[PlanUnit], target: tuple[float, float], enough: int) -> list[PlanUnit]:
    """The units nearest in a straight line, many more than can be needed: roads, rivers and turnouts change
    the order among them, but never bring the hundredth to the front."""
    if len(units) <= enough:
        return units
    lon, lat = target
    squeeze = cos(radians(lat))
    return nsmallest(
        enough, units, key=lambda u: ((u.lon_lat[0] - lon) * squeeze) ** 2 + (u.lon_lat[1] - lat) ** 2
    )


def plan_unit(unit: Unit, picture: Picture, find_position: FindPosition, now: datetime) -> PlanUnit | None:
    """As the planner takes it; None for a unit of whose place nothing is known. One in quarters stays the
    same until its row or the time that it turns out in changes, and is not made anew for every plan."""
    in_quarters = unit.in_quarters
    turnout_s = picture.turnout_s(unit, now) if in_quarters else 0.0
    known = picture.standing.get(unit.id)
    if known is not None and known.turnout_s == turnout_s:
        return known
    position = find_unit(unit, picture, find_position, now)
    if position is None:
        return None
    neighbour = picture.find_neighbour(unit.agency_id, unit.station_id)
    planned = PlanUnit(
        unit_id=unit.id,
        agency_id=unit.agency_id,
        capabilities=list(picture.list_manned(unit)),
        vehicle_class=unit.vehicle_class,
        lon_lat=(position.lon, position.lat),
        turnout_s=turnout_s,
        position_age_s=0.0 if in_quarters else max(0.0, (now - position.at).total_seconds()),
        phase=unit.phase.value,
        at_once=list(picture.list_at_once(unit)),
        neighbour=neighbour.name if neighbour is not None else "",
        aid_s=neighbour.price_s if neighbour is not None else 0.0,
    )
    if in_quarters and unit.station_id in picture.stations:
        picture.standing[unit.id] = planned
    return planned


def find_unit(
    unit: Unit, picture: Picture, find_position: FindPosition, now: datetime
) -> UnitPosition | None:
    station = picture.stations.get(unit.station_id)
    if unit.in_quarters and station is not None:
        return UnitPosition(station.lon_lat.lon, station.lon_lat.lat, now)
    known = find_position(unit.id)
    if known is not None or station is None:
        return known
    return UnitPosition(station.lon_lat.lon, station.lon_lat.lat, unit.phase_since)
