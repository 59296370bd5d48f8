"""Busy units that might serve something else: where each of them is, and what it is on."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.unit import Unit
from dispatch.domain.rules.suggestion import UNDER_WAY, find_kind
from dispatch.usecases.picture import Picture, is_free
from dispatch.usecases.unit_positions import FindPosition, UnitPosition

MOVING_AGE_S = 120.0
STANDING_AGE_S = 900.0
"""Older positions do not say where a unit is that drives, or that stands at a hospital."""

Pair = tuple[float, float]


class Busy(NamedTuple):
    """A unit that may be suggested: where it is, how much of its turnout is to come, and what it serves."""

    unit: Unit
    assignment: Assignment
    current: Incident
    at: Pair
    turnout_s: float
    need_ids: tuple[str, ...]


class BusyUnits:
    """Finds them in the picture of the moment."""

    def __init__(self, picture: Picture, find_position: FindPosition, now: Callable[[], datetime]) -> None:
        self._picture, self._find_position, self._now = picture, find_position, now

    def list_busy(self) -> list[Busy]:
        """Every unit of ours that might be suggested for something, with where it is."""
        found = []
        for unit in self._picture.units.values():
            if unit.assignment_id is None or find_kind(unit.phase) is None or not self._picture.is_ours(unit):
                continue
            assignment = self._picture.assignments.get(unit.assignment_id)
            current = self._picture.incidents.get(assignment.incident_id) if assignment is not None else None
            position = self.locate(unit)
            if assignment is None or current is None or position is None:
                continue
            since_s = (self._now() - (assignment.dispatched_at or assignment.created_at)).total_seconds()
            turnout_s = self._picture.turnout_s(unit, self._now()) - since_s if unit.in_quarters else 0.0
            at = (position.lon, position.lat)
            found.append(Busy(unit, assignment, current, at, max(0.0, turnout_s), ()))
        return found

    def locate(self, unit: Unit) -> UnitPosition | None:
        """Where a unit is; None where its last position is too old to tell."""
        now, station = self._now(), self._picture.stations.get(unit.station_id)
        if unit.in_quarters and station is not None:
            return UnitPosition(station.lon_lat.lon, station.lon_lat.lat, now)
        known = self._find_position(unit.id)
        oldest_s = MOVING_AGE_S if unit.phase in UNDER_WAY or is_free(unit) else STANDING_AGE_S
        return known if known is not None and (now - known.at).total_seconds() <= oldest_s else None
