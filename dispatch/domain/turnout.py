"""From the order until who stands in quarters rolls: the one place that says how long, at which hour.

An agency's tables give a time for each type of unit, others for hours of the day, and for stations whose
people are quicker or slower. All that reckons with it asks here: plans, units under way, reach, and simulated
days.
"""

from datetime import datetime

import msgspec

from dispatch.domain.codebook import CodeBook, TurnoutHours
from dispatch.domain.ids import LOCAL_TIME
from dispatch.domain.model.unit import Unit


class Turnout(msgspec.Struct, frozen=True):
    """What holds for one unit: `usual_s`, but in `hours`."""

    usual_s: float
    hours: tuple[TurnoutHours, ...] = ()

    def at_hour(self, hour: float) -> float:
        """Seconds at an hour of the city's day, 0 ≤ hour < 24."""
        for one in self.hours:
            if one.contains(hour):
                return one.turnout_s
        return self.usual_s


def find_turnout(
    book: CodeBook, agency_id: str, type_code: str, station_id: str, registered_s: float | None = None
) -> Turnout:
    """Of a unit of this type at this station. `registered_s`: what the unit was registered with, which holds
    where no hour and no station says otherwise; None: what its type says. For a type that the tables do not
    know (any more) only that."""
    agency = book.agencies.get(agency_id)
    type_ = agency.unit_types.get(type_code) if agency is not None else None
    if agency is None or type_ is None:
        return Turnout(registered_s or 0.0)
    for line in agency.station_turnouts:
        if line.station_id == station_id and type_code in (line.unit_types or (type_code,)):
            return Turnout(line.turnout_s, line.turnout_hours)
    return Turnout(type_.turnout_s if registered_s is None else registered_s, type_.turnout_hours)


def find_turnout_s(book: CodeBook | None, unit: Unit, at: datetime) -> float:
    """Seconds that a unit takes to turn out when it is told at this moment, if it stands in quarters then.
    Without tables what it was registered with."""
    if book is None:
        return unit.turnout_s
    turnout = find_turnout(book, unit.agency_id, unit.type_code, unit.station_id, unit.turnout_s)
    return turnout.at_hour(find_hour(at)) if turnout.hours else turnout.usual_s


def find_hour(at: datetime) -> float:
    """The hour of the city's day, with its minutes as parts of it."""
    local = at.astimezone(LOCAL_TIME)
    return local.hour + local.minute / 60 + local.second / 3600
