"""The clocks of the trade, in seconds (product.md, Clocks). What nobody reported is None, never a guess."""

from datetime import datetime

import msgspec

from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.call import Call
from dispatch.domain.model.incident import Leg
from dispatch.domain.model.report import Report
from dispatch.domain.model.values import Phase

CLOCKS = (
    "answer_s", "processing_s", "notify_s", "turnout_s", "travel_s", "access_s", "scene_s", "transport_s",
    "handover_s", "total_s",
)  # fmt: skip
"""Every clock by its name, in the order of a run."""


class AssignmentClocks(msgspec.Struct, frozen=True, kw_only=True):
    """Times of one unit on one incident.

    `notify_s` dispatched → received · `turnout_s` received → en route · `travel_s` en route → on scene ·
    `access_s` on scene → at the patient · `scene_s` on scene → leaving · `transport_s` transporting → at
    hospital · `handover_s` at hospital → free · `total_s` dispatched → free.
    """

    notify_s: float | None
    turnout_s: float | None
    travel_s: float | None
    access_s: float | None
    scene_s: float | None
    transport_s: float | None
    handover_s: float | None
    total_s: float | None


class LegClocks(msgspec.Struct, frozen=True, kw_only=True):
    """Times of one agency's part of an incident.

    `processing_s` answered (a later leg: requested) → first unit dispatched · `total_s` told (ring, or the
    report's receipt; a later leg: requested) → first unit on scene, which is what a goal like «on scene in
    15 min» means.
    """

    processing_s: float | None
    total_s: float | None


def of_assignment(assignment: Assignment) -> AssignmentClocks:
    """The clocks of an assignment as far as they have run out."""
    times = {phase: time.occurred_at for phase, time in assignment.times.items()}
    dispatched, ended = assignment.dispatched_at, assignment.ended_at
    on_scene = times.get(Phase.ON_SCENE)
    leaving = times.get(Phase.TRANSPORTING) or times.get(Phase.CLEARING) or ended
    return AssignmentClocks(
        notify_s=_between(dispatched, assignment.received_at),
        turnout_s=_between(assignment.received_at, times.get(Phase.EN_ROUTE)),
        travel_s=_between(times.get(Phase.EN_ROUTE), on_scene),
        access_s=_between(on_scene, times.get(Phase.AT_PATIENT)),
        scene_s=_between(on_scene, leaving),
        transport_s=_between(times.get(Phase.TRANSPORTING), times.get(Phase.AT_HOSPITAL)),
        handover_s=_between(times.get(Phase.AT_HOSPITAL), ended),
        total_s=_between(dispatched, ended),
    )


def of_leg(
    leg: Leg, *, answered_at: datetime | None, told_at: datetime | None, on_scene_at: datetime | None
) -> LegClocks:
    """The clocks of a leg. `told_at` and `answered_at` are the first report's, both the request for a leg
    that was asked for later; `on_scene_at` is the first unit's arrival."""
    return LegClocks(
        processing_s=_between(answered_at, leg.first_dispatched_at), total_s=_between(told_at, on_scene_at)
    )


def of_call(call: Call) -> float | None:
    """`answer_s`: ring → answered."""
    return _between(call.rung_at, call.answered_at)


def of_report(report: Report) -> float | None:
    """`answer_s` of a channel without ringing: received → opened. None for what a person of the room wrote
    down and no device told: nobody waited."""
    return _between(report.received_at, report.opened_at) if report.device is not None else None


def _between(start: datetime | None, end: datetime | None) -> float | None:
    """Seconds between two times, None if either is missing or a device's clock turned them round."""
    if start is None or end is None or end < start:
        return None
    return (end - start).total_seconds()
