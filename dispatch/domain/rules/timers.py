"""The centre's own clock work: raise alerts, return claims, clear what is over, archive what is old.

For every watched entity `list_upcoming` says what is to be done about it and from when on. The earliest of
these moments is kept per entity; `RunTimers` does everything that is due, and `next_timer` names the next.
"""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from dispatch.domain.model.call import CallArchived
from dispatch.domain.model.caution import CautionArchived
from dispatch.domain.model.desk import AlertCleared, AlertRaised, AlertReturned, RunTimers
from dispatch.domain.model.handover import HandoverArchived
from dispatch.domain.model.incident import IncidentArchived
from dispatch.domain.model.messages import Event
from dispatch.domain.model.move import MoveArchived
from dispatch.domain.model.report import ReportArchived
from dispatch.domain.model.road_condition import (
    RoadConditionArchived,
    RoadConditionBegan,
    RoadConditionExpired,
)
from dispatch.domain.rules import automatic, recommendation, work
from dispatch.domain.rules.automatic_limits import get_countdown
from dispatch.domain.rules.conditions import PLANNER, Condition, list_conditions
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import decides
from dispatch.domain.rules.touch import WATCHED
from dispatch.domain.state import CentreState, get_table

CLAIM_LASTS = timedelta(seconds=60)
KEPT_FOR = timedelta(hours=24)
"""How long what is over stays in memory."""
HANDOVERS_KEPT_FOR = timedelta(days=7)


class Fire(msgspec.Struct, frozen=True):
    """An automatic dispatch of a leg is due."""

    leg_id: str


Upcoming = tuple[datetime, Event | Condition | Fire]


@decides(RunTimers)
def run(draft: Draft, _command: RunTimers) -> None:
    """Everything that is due now; incidents last, since all that is theirs leaves with them."""
    for kind, id_ in sorted(_list_due(draft.state, draft.now), key=_incidents_last):
        for at, action in list_upcoming(draft.state, kind, id_):
            if at > draft.now:
                continue
            if isinstance(action, Fire):
                automatic.fire(draft, action.leg_id)
            else:
                draft.emit(_raise(draft, kind, id_, action) if isinstance(action, Condition) else action)


def next_timer(state: CentreState) -> datetime | None:
    """The next moment (perhaps already past) at which `RunTimers` would do something; None if never."""
    for kind, id_ in state.unwatched:
        _watch(state, kind, id_)
    state.unwatched.clear()
    heap = state.due_heap
    while heap and state.due.get(heap[0][1]) != heap[0][0]:
        heapq.heappop(heap)
    return heap[0][0] if heap else None


def list_upcoming(state: CentreState, kind: str, id_: str) -> Iterator[Upcoming]:
    """What is to be done about one entity as it stands, each with the moment from which on."""
    conditions = {condition.kind: condition for condition in list_conditions(state, kind, id_)}
    alerts = [state.alerts[alert_id] for alert_id in state.alerts_about.get(f"{kind}/{id_}", ())]
    standing = {alert.kind for alert in alerts}
    for condition in conditions.values():
        if condition.kind not in standing and condition.due is not None:
            yield condition.due, condition
    for alert in alerts:
        condition_or_none = conditions.get(alert.kind)
        if condition_or_none is None or _is_later(condition_or_none.due, alert.raised_at):
            yield alert.raised_at, AlertCleared(alert_id=alert.id)
        elif alert.claimed_at is not None:
            yield alert.claimed_at + CLAIM_LASTS, AlertReturned(alert_id=alert.id)
        elif alert.shelved_until is not None:
            yield alert.shelved_until, AlertReturned(alert_id=alert.id)
    yield from _list_archiving(state, kind, id_)
    countdown = get_countdown(state.legs[id_]) if kind == "leg" and id_ in state.armed else None
    if countdown is not None:
        yield countdown.fires_at, Fire(id_)


def rewatch_all(state: CentreState) -> None:
    """Work out every timer anew, for a state whose indexes were not kept."""
    state.due.clear()
    state.due_heap.clear()
    state.unwatched = {(kind, id_) for kind in WATCHED for id_ in get_table(state, kind)} | {PLANNER}
    state.unwatched |= {alert.about for alert in state.alerts.values()}
    work.rebuild(state)
    recommendation.rebuild_straight(state)


def forget_gone(state: CentreState) -> None:
    """Drop the timers of what has left the state. Who runs timers never needs it; who only reads a long log
    would otherwise gather the name of everything that ever was."""
    gone = {
        (kind, id_) for kind, id_ in state.unwatched if kind in WATCHED and id_ not in get_table(state, kind)
    }
    state.unwatched -= gone
    for kind, id_ in gone:
        state.due.pop(f"{kind}/{id_}", None)


def _incidents_last(key: tuple[str, str]) -> tuple[bool, str, str]:
    return (key[0] == "incident", *key)


def _list_due(state: CentreState, now: datetime) -> set[tuple[str, str]]:
    due = set(state.unwatched)
    for key, at in state.due.items():
        if at <= now:
            kind, _, id_ = key.partition("/")
            due.add((kind, id_))
    return due


def _watch(state: CentreState, kind: str, id_: str) -> None:
    key = f"{kind}/{id_}"
    at = min((at for at, _ in list_upcoming(state, kind, id_)), default=None)
    if at is None:
        state.due.pop(key, None)
    elif state.due.get(key) != at:
        state.due[key] = at
        heapq.heappush(state.due_heap, (at, key))


def _list_archiving(state: CentreState, kind: str, id_: str) -> Iterator[Upcoming]:
    if kind == "incident":
        incident = state.incidents.get(id_)
        if incident is not None and incident.closed_at is not None:
            yield incident.closed_at + KEPT_FOR, IncidentArchived(incident_id=id_)
    elif kind == "report":
        report = state.reports.get(id_)
        if report is not None and report.ended_at is not None:
            yield report.ended_at + KEPT_FOR, ReportArchived(report_id=id_)
    elif kind == "call":
        call = state.calls.get(id_)
        if call is not None and call.ended_at is not None and not call.call_back_due:
            yield call.ended_at + KEPT_FOR, CallArchived(call_id=id_)
    elif kind == "handover":
        handover = state.handovers.get(id_)
        if handover is not None and handover.taken_at is not None:
            yield handover.taken_at + HANDOVERS_KEPT_FOR, HandoverArchived(handover_id=id_)
    elif kind == "road_condition":
        yield from _list_of_road(state, id_)
    else:
        yield from _list_of_others(state, kind, id_)


def _list_of_others(state: CentreState, kind: str, id_: str) -> Iterator[Upcoming]:
    if kind == "move":
        move = state.moves.get(id_)
        if move is not None and move.ended_at is not None:
            yield move.ended_at + KEPT_FOR, MoveArchived(move_id=id_)
    elif kind == "caution":
        caution = state.cautions.get(id_)
        if caution is not None:
            withdrawn = caution.withdrawn_at
            over = caution.expires_at if withdrawn is None else withdrawn + KEPT_FOR
            yield over, CautionArchived(caution_id=id_)


def _list_of_road(state: CentreState, id_: str) -> Iterator[Upcoming]:
    """It begins, ends and is forgotten by the clock, one after the other."""
    condition = state.road_conditions.get(id_)
    if condition is None:
        return
    if condition.state == "planned":
        yield condition.from_at, RoadConditionBegan(condition_id=id_)
    if condition.state != "ended" and condition.until is not None:
        yield condition.until, RoadConditionExpired(condition_id=id_)
    elif condition.ended_at is not None:
        yield condition.ended_at + KEPT_FOR, RoadConditionArchived(condition_id=id_)


def _raise(draft: Draft, kind: str, id_: str, condition: Condition) -> AlertRaised:
    return AlertRaised(
        alert_id=draft.new_id(),
        kind=condition.kind,
        level=condition.level,
        agency_id=condition.agency_id,
        incident_id=condition.incident_id,
        about=(kind, id_),
        params=condition.params,
    )


def _is_later(due: datetime | None, raised_at: datetime) -> bool:
    return due is not None and due > raised_at
