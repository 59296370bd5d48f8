"""What waits for a person at a desk: open legs and waiting reports, and which desk they belong to (C6).

The index in the state is kept as legs and reports change, so that nobody walks a day's incidents to know
whether a desk has work.
"""

from collections.abc import Iterator
from datetime import datetime

from dispatch.domain.model.desk import Desk
from dispatch.domain.model.incident import Leg
from dispatch.domain.model.report import Report
from dispatch.domain.state import CentreState

OVER = ("closed", "refused")

AUTOMATIC_UNATTENDED = "automatic_unattended"
"""The alert of a countdown that nobody at a desk can stop, or could."""


AUTOMATIC_SECOND = "automatic_second"
"""The alert of a countdown that stopped since its incident may be the second of an open one."""


def note(state: CentreState, entity: object) -> None:
    """Take a leg or a report that changed into the index, or out of it."""
    if isinstance(entity, Leg):
        _put(state, entity.agency_id, f"leg/{entity.id}", entity.requested_at, entity.state not in OVER)
    elif isinstance(entity, Report):
        waits = entity.status == "waiting"
        _put(state, entity.agency_id, f"report/{entity.id}", entity.received_at, waits)


def rebuild(state: CentreState) -> None:
    """Make the index anew, oldest work first."""
    state.work.clear()
    legs = sorted(state.legs.values(), key=lambda leg: leg.requested_at)
    for entity in (*legs, *sorted(state.reports.values(), key=lambda report: report.received_at)):
        note(state, entity)


def list_legs_of(state: CentreState, desk: Desk) -> Iterator[str]:
    """The open legs of a desk's agencies and areas, oldest first within an agency."""
    for agency_id in desk.agencies:
        for key in state.work.get(agency_id, ()):
            kind, _, id_ = key.partition("/")
            if kind == "leg" and (not desk.areas or _ward_of(state, key) in desk.areas):
                yield id_


def is_attended(state: CentreState, leg: Leg) -> bool:
    """Whether somebody sits at a desk that takes this leg."""
    ward_code = state.incidents[leg.incident_id].place.ward_code
    return any(desk.seat_ids and _takes(desk, leg.agency_id, ward_code) for desk in state.desks.values())


def unattended_since(state: CentreState, desk: Desk) -> datetime | None:
    """From when on work of a desk waits that nobody at any desk has; None while there is none.

    Work belongs to the narrowest desk that takes it: the one of all agencies is nobody's absence while
    each agency has a desk of its own.
    """
    if desk.seat_ids:
        return None
    attended = [other for other in state.desks.values() if other.seat_ids]
    begun: list[datetime] = []
    for agency_id in desk.agencies:
        covering = [other for other in attended if agency_id in other.agencies]
        if any(not other.areas for other in covering):
            continue
        for key, since in state.work.get(agency_id, {}).items():
            ward = _ward_of(state, key)
            if (
                _takes(desk, agency_id, ward)
                and not any(_takes(other, agency_id, ward) for other in covering)
                and not any(
                    _is_narrower(o, desk) and _takes(o, agency_id, ward) for o in state.desks.values()
                )
            ):
                begun.append(since)
                break
    if not begun:
        return None
    return max(min(begun), state.empty_desks.get(desk.id, min(begun)))


def _put(state: CentreState, agency_id: str, key: str, since: datetime, waits: bool) -> None:
    of_agency = state.work.setdefault(agency_id, {})
    if waits == (key in of_agency):
        return
    if waits:
        of_agency[key] = since
    else:
        del of_agency[key]
    watch_desks(state)


def watch_desks(state: CentreState) -> None:
    """Desks must be looked at again."""
    state.unwatched.update(("desk", desk.id) for desk in state.desks.values() if not desk.seat_ids)


def watch_seats(state: CentreState) -> None:
    """Somebody sat down or left: desks must be looked at again, and what goes by itself unseen."""
    watch_desks(state)
    state.unwatched.update(("leg", leg_id) for leg_id in state.armed)
    state.unwatched.update(a.about for a in state.alerts.values() if a.kind == AUTOMATIC_UNATTENDED)


def _takes(desk: Desk, agency_id: str, ward_code: str) -> bool:
    return agency_id in desk.agencies and (not desk.areas or ward_code in desk.areas)


def _is_narrower(one: Desk, other: Desk) -> bool:
    """Fewer agencies, then fewer areas; of desks that are alike, the first by id."""
    return _breadth(one) < _breadth(other)


def _breadth(desk: Desk) -> tuple[int, bool, int, str]:
    return len(desk.agencies), not desk.areas, len(desk.areas), desk.id


def _ward_of(state: CentreState, key: str) -> str:
    kind, _, id_ = key.partition("/")
    if kind == "report":
        return state.reports[id_].place.ward_code
    return state.incidents[state.legs[id_].incident_id].place.ward_code
