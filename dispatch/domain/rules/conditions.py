"""What a desk must be told when it has lasted too long: each condition, and from when on it is an alert."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.automatic import DUPLICATE, Countdown, SecondOf
from dispatch.domain.model.desk import Desk
from dispatch.domain.model.hold import Hold
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.move import Move
from dispatch.domain.model.report import Report
from dispatch.domain.model.road_condition import RoadCondition
from dispatch.domain.rules.work import (
    AUTOMATIC_SECOND,
    AUTOMATIC_UNATTENDED,
    OVER,
    is_attended,
    unattended_since,
)
from dispatch.domain.state import CentreState

UNRECEIVED = timedelta(seconds=10)
UNACCEPTED = timedelta(seconds=30)
UNANSWERED_MOVE = timedelta(seconds=60)
"""How long a crew may leave an order to wait elsewhere unread: nobody is waiting for it."""
UNSEEN = timedelta(seconds=15)
UNATTENDED = timedelta(seconds=60)
"""How long a desk with work may be without a person: long enough to change seats."""
UNPLACED = timedelta(seconds=60)
"""How long a report may wait without a place before somebody must ask for it."""
STRAIGHT = timedelta(seconds=10)
"""How long plans may be made by straight lines: a planner that was merely busy is back by then."""
LEVEL_ZERO = "level_zero"
ZONE = "zone"
"""What an alert about an agency's zone is about, with "agency/zone": it is no row either."""
PLANNER = ("planner", "planner")
"""What an alert about the planner is about: it is no row."""

OVERDUE = {
    1: timedelta(seconds=30),
    2: timedelta(minutes=2),
    3: timedelta(minutes=10),
    4: timedelta(minutes=60),
}
"""How long a leg of a priority may wait for a unit (product.md, Priorities)."""


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """Something that holds now. It is an alert from `due` on; without `due` its own event raises it."""

    kind: str
    level: str
    agency_id: str
    incident_id: str | None
    due: datetime | None
    params: dict[str, str] = msgspec.field(default_factory=dict)


def list_conditions(state: CentreState, kind: str, id_: str) -> Iterator[Condition]:
    """The conditions that hold of one entity; none if it is gone."""
    if kind == "assignment" and (assignment := state.assignments.get(id_)) is not None:
        yield from _of_assignment(state, assignment)
    elif kind == "leg" and (leg := state.legs.get(id_)) is not None:
        yield from _of_leg(leg, state.incidents[leg.incident_id].hold)
        yield from _of_countdown(state, leg)
    elif kind == "incident" and (incident := state.incidents.get(id_)) is not None:
        yield from _of_hold(state, incident)
    elif kind == "call" and (call := state.calls.get(id_)) is not None:
        if call.call_back_due:
            yield Condition(
                kind="call_back", level="B", agency_id=call.agency_id, incident_id=None, due=call.ended_at
            )
    elif kind == "desk" and (desk := state.desks.get(id_)) is not None:
        yield from _of_desk(state, desk)
    elif kind == "report" and (report := state.reports.get(id_)) is not None:
        yield from _of_report(report)
    elif kind == "road_condition" and (road := state.road_conditions.get(id_)) is not None:
        yield from _of_road(road)
    else:
        yield from _list_others(state, kind, id_)


def _list_others(state: CentreState, kind: str, id_: str) -> Iterator[Condition]:
    if kind == "move" and (move := state.moves.get(id_)) is not None:
        yield from _of_move(state, move)
    elif kind == ZONE:
        agency_id = id_.partition("/")[0]
        yield Condition(kind=LEVEL_ZERO, level="A", agency_id=agency_id, incident_id=None, due=None)
    elif (kind, id_) == PLANNER:
        yield from _of_planner(state)
    elif kind == "unit" and (unit := state.units.get(id_)) is not None and unit.mayday_at is not None:
        yield Condition(
            kind="mayday",
            level="A",
            agency_id=unit.agency_id,
            incident_id=None,
            due=unit.mayday_at,
            params={"call_sign": unit.call_sign},
        )


def _of_assignment(state: CentreState, assignment: Assignment) -> Iterator[Condition]:
    call_sign = state.units[assignment.unit_id].call_sign
    if assignment.state == "active" and assignment.accepted_at is None and not assignment.times:
        sent_at = assignment.dispatched_at or assignment.created_at
        if assignment.received_at is None:
            yield _about(assignment, "unreceived", "B", sent_at + UNRECEIVED, {"call_sign": call_sign})
        yield _about(assignment, "unaccepted", "A", sent_at + UNACCEPTED, {"call_sign": call_sign})
    waiting = [u for u in assignment.updates if u.accepted_at is None]
    if assignment.state == "ended":
        cancelled = assignment.ended_how == "incident_cancelled"
        waiting = [u for u in waiting if cancelled and u.kind == "stand_down"]
    unreceived = next((u for u in waiting if u.received_at is None), None)
    if unreceived is not None:
        params = {"call_sign": call_sign, "update": unreceived.kind}
        yield _about(assignment, "update_unreceived", "B", unreceived.at + UNRECEIVED, params)
    if waiting:
        params = {"call_sign": call_sign, "update": waiting[0].kind}
        yield _about(assignment, "update_unaccepted", "B", waiting[0].at + UNACCEPTED, params)


def _of_hold(state: CentreState, incident: Incident) -> Iterator[Condition]:
    """The review of an incident that waits by decision is due."""
    if incident.hold is None or incident.state != "open" or not incident.leg_ids:
        return
    yield Condition(
        kind="hold_review",
        level="B",
        agency_id=state.legs[incident.leg_ids[0]].agency_id,
        incident_id=incident.id,
        due=incident.hold.until,
        params={"reason": incident.hold.reason},
    )


def _of_leg(leg: Leg, hold: Hold | None) -> Iterator[Condition]:
    level = "A" if leg.priority == 1 else "B"
    if leg.state == "requested":
        yield _about_leg(leg, "leg_unseen", level, leg.requested_at + UNSEEN)
    elif leg.state == "pending":
        since = leg.pending_since or leg.requested_at
        overdue = since + OVERDUE[leg.priority]
        yield _about_leg(leg, "pending_overdue", level, overdue if hold is None else max(overdue, hold.until))
        yield _about_leg(leg, "declined", level, None)


def _of_countdown(state: CentreState, leg: Leg) -> Iterator[Condition]:
    """It goes by itself, or stopped or went, and nobody sits where it is seen: until somebody does. Or it
    stopped since it may be a second: until somebody sends, ends it, or puts it elsewhere."""
    countdown = leg.automatic
    if not isinstance(countdown, Countdown) or leg.state in OVER:
        return
    if countdown.why == DUPLICATE and countdown.ended_at is not None and not leg.assignment_ids:
        about = _about_leg(leg, AUTOMATIC_SECOND, "B", countdown.ended_at)
        yield (
            about
            if countdown.second_of is msgspec.UNSET
            else msgspec.structs.replace(about, params=_tell_second(countdown.second_of))
        )
    if is_attended(state, leg):
        return
    if countdown.state == "armed" or countdown.why == "unattended" or countdown.unattended is True:
        yield _about_leg(leg, AUTOMATIC_UNATTENDED, "A", countdown.armed_at)


def _tell_second(second: SecondOf) -> dict[str, str]:
    far = {} if second.distance_m is None else {"distance_m": f"{second.distance_m:.0f}"}
    told = {"second_of": second.number, "second_type": second.type_code, "second_why": " ".join(second.why)}
    return told | far


def _of_desk(state: CentreState, desk: Desk) -> Iterator[Condition]:
    since = unattended_since(state, desk)
    if since is not None:
        yield Condition(
            kind="desk_unattended",
            level="B",
            agency_id=desk.agencies[0],
            incident_id=None,
            due=since + UNATTENDED,
            params={"desk": desk.name, "agencies": " ".join(desk.agencies)},
        )


def _of_report(report: Report) -> Iterator[Condition]:
    """Also one whose place is ambiguous: nobody can be sent there."""
    if report.status == "waiting" and report.place.lon_lat is None:
        due = report.received_at + UNPLACED
        yield Condition(
            kind="report_unplaced", level="B", agency_id=report.agency_id, incident_id=None, due=due
        )


def _of_road(road: RoadCondition) -> Iterator[Condition]:
    """A crew's word to confirm, a condition on no street, and one without an end whose review is due."""
    dues = {
        "road_unconfirmed": road.at if not road.confirmed else None,
        "road_nowhere": road.at if road.stretches == 0 else None,
        "road_review": road.review_at,
    }
    params = {"number": str(road.number), "road": road.kind, "where": road.where or road.source}
    for kind, due in dues.items():
        if due is not None and road.state == "in_force":
            yield Condition(
                kind=kind, level="B", agency_id=road.agency_id, incident_id=None, due=due, params=params
            )


def _of_move(state: CentreState, move: Move) -> Iterator[Condition]:
    if move.state == "ordered" and move.ordered_at is not None and move.accepted_at is None:
        yield Condition(
            kind="move_unaccepted",
            level="B",
            agency_id=move.agency_id,
            incident_id=None,
            due=move.ordered_at + UNANSWERED_MOVE,
            params={"call_sign": state.units[move.unit_id].call_sign, "station": move.station_name},
        )


def _of_planner(state: CentreState) -> Iterator[Condition]:
    """One alert for the planner, however many plans it concerns; newer plans do not make it younger."""
    if state.straight:
        standing = [state.alerts[id_].raised_at for id_ in state.alerts_about.get("/".join(PLANNER), ())]
        due = min(state.straight.values()) + STRAIGHT
        yield Condition(
            kind="planner_degraded", level="B", agency_id="", incident_id=None, due=min([due, *standing])
        )


def _about(assignment: Assignment, kind: str, level: str, due: datetime, params: dict[str, str]) -> Condition:
    return Condition(
        kind=kind,
        level=level,
        agency_id=assignment.agency_id,
        incident_id=assignment.incident_id,
        due=due,
        params=params,
    )


def _about_leg(leg: Leg, kind: str, level: str, due: datetime | None) -> Condition:
    return Condition(kind=kind, level=level, agency_id=leg.agency_id, incident_id=leg.incident_id, due=due)
