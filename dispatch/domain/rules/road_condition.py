"""Road conditions: put, told by crews, changed, confirmed, lifted, and ended by the clock (T1, T4).

A crew's word holds at once. It is the best witness there is, and the next unit is already on its way to the
same water; what a wrong one costs is bounded: one point, one hour, marked unconfirmed, and a desk is asked
the same second and can lift it with one key.
"""

from datetime import datetime, timedelta
from itertools import count

from dispatch.domain.model.messages import Envelope, Refused, Role
from dispatch.domain.model.road_condition import (
    ChangeRoadCondition,
    ConfirmRoadCondition,
    CountStretches,
    LiftRoadCondition,
    PutRoadCondition,
    ReportRoad,
    RoadCondition,
    RoadConditionArchived,
    RoadConditionBegan,
    RoadConditionChanged,
    RoadConditionConfirmed,
    RoadConditionExpired,
    RoadConditionLifted,
    RoadConditionPut,
    StretchesCounted,
)
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import DESK, applies, decides
from dispatch.domain.rules.road_shape import check_shape
from dispatch.domain.rules.touch import touch
from dispatch.domain.state import CentreState

CLOSED, SLOW, FLOOD = "closed", "slow", "flood"
UNFIT, FITS = "unfit", "fits"
PLANNED, IN_FORCE, ENDED = "planned", "in_force", "ended"

REVIEW_IN = timedelta(hours=2)
"""When a desk is asked again about a condition without an end, unless it says when."""

TOLD_HOLDS = timedelta(hours=1)
"""How long a crew's word holds that nobody confirms."""

TOLD_AT_ONCE = 5
"""Unconfirmed words of one crew that hold at a time."""

MOST_FACTOR = 50.0
MOST_DEPTH_M = 10.0
EARLIEST = timedelta(hours=24)
"""How long ago it may have begun, as told."""
PLANNED_AHEAD = timedelta(days=90)
LONGEST = timedelta(days=366)

# ── deciding ──


@decides(PutRoadCondition, *DESK, Role.COMMANDER)
def put(draft: Draft, command: PutRoadCondition) -> None:
    """In force at once, or planned when it begins later."""
    _check_kind(command.kind, command.factor, command.depth_m)
    _check_class(draft, command.kind, command.form, command.vehicle_class)
    if not command.reason.strip():
        raise Refused("reason_missing")
    draft.require_new(
        command.condition_id in draft.state.road_conditions, "road_condition", command.condition_id
    )
    from_at = command.from_at or draft.now
    if not draft.now - EARLIEST <= from_at <= draft.now + PLANNED_AHEAD:
        raise Refused("bad_time", field="from_at")
    until, review_at = _times(draft, command.kind, max(from_at, draft.now), command.until, command.review_at)
    _emit_put(
        draft,
        RoadConditionPut(
            condition_id=command.condition_id,
            number=_next_number(draft.state),
            kind=command.kind,
            form=command.form,
            lon_lats=check_shape(command.form, command.lon_lats),
            factor=command.factor if command.kind == SLOW else 1.0,
            depth_m=command.depth_m if command.kind == FLOOD else 0.0,
            where=command.where,
            reason=command.reason,
            source=command.source,
            agency_id=next(iter(draft.actor.agencies), ""),
            from_at=from_at,
            until=until,
            review_at=review_at,
            planned=from_at > draft.now,
            confirmed=True,
            unit_id=None,
            vehicle_class=command.vehicle_class,
        ),
    )


@decides(ReportRoad, Role.UNIT)
def report(draft: Draft, command: ReportRoad) -> None:
    """The word of a crew about the place where it stands."""
    unit = draft.get_unit(command.unit_id)
    draft.require_unit(unit)
    if command.kind == SLOW:
        raise Refused("malformed_command", type="road_condition.report", fault="kind slow")
    _check_kind(command.kind, 1.0, command.depth_m)
    known = draft.state.road_conditions
    draft.require_new(command.condition_id in known, "road_condition", command.condition_id)
    told = [c for c in known.values() if c.unit_id == unit.id and not c.confirmed and c.state == IN_FORCE]
    if len(told) >= TOLD_AT_ONCE:
        raise Refused("road_reports_many", call_sign=unit.call_sign, limit=TOLD_AT_ONCE)
    _emit_put(
        draft,
        RoadConditionPut(
            condition_id=command.condition_id,
            number=_next_number(draft.state),
            kind=command.kind,
            form="point",
            lon_lats=(command.lon_lat,),
            factor=1.0,
            depth_m=command.depth_m if command.kind == FLOOD else 0.0,
            where="",
            reason=command.reason,
            source=unit.call_sign,
            agency_id=unit.agency_id,
            from_at=draft.claimed_at,
            until=draft.now + TOLD_HOLDS,
            review_at=None,
            planned=False,
            confirmed=False,
            unit_id=unit.id,
            vehicle_class=unit.vehicle_class if command.kind in (UNFIT, FITS) else "",
        ),
    )


@decides(ChangeRoadCondition, *DESK, Role.COMMANDER)
def change(draft: Draft, command: ChangeRoadCondition) -> None:
    """Of one that is not over, as it was seen."""
    condition = _get_living(draft, command.condition_id)
    if condition.version != command.seen:
        raise Refused(
            "road_condition_changed", number=condition.number, seen=command.seen, now=condition.version
        )
    factor = condition.factor if command.factor is None else command.factor
    depth_m = condition.depth_m if command.depth_m is None else command.depth_m
    _check_kind(condition.kind, factor, depth_m)
    reason = condition.reason if command.reason is None else command.reason
    if not reason.strip() and condition.reason.strip():
        raise Refused("reason_missing")
    until, review_at = condition.until, condition.review_at
    if command.until is not None or command.review_at is not None:
        begins = max(condition.from_at, draft.now)
        until, review_at = _times(draft, condition.kind, begins, command.until, command.review_at)
    draft.emit(
        RoadConditionChanged(
            condition_id=condition.id,
            factor=factor if condition.kind == SLOW else 1.0,
            depth_m=depth_m if condition.kind == FLOOD else 0.0,
            reason=reason,
            until=until,
            review_at=review_at,
        )
    )


@decides(ConfirmRoadCondition, *DESK, Role.COMMANDER)
def confirm(draft: Draft, command: ConfirmRoadCondition) -> None:
    """A desk vouches for what a crew told."""
    condition = _get_living(draft, command.condition_id)
    if condition.confirmed:
        raise Refused("road_condition_confirmed", number=condition.number)
    until, review_at = _times(draft, condition.kind, draft.now, command.until, command.review_at)
    draft.emit(RoadConditionConfirmed(condition_id=condition.id, until=until, review_at=review_at))


@decides(LiftRoadCondition, *DESK, Role.COMMANDER, Role.UNIT)
def lift(draft: Draft, command: LiftRoadCondition) -> None:
    """Whoever put it: the road is open for all."""
    condition = _get_living(draft, command.condition_id)
    actor = draft.actor
    if actor.role == Role.UNIT and (condition.unit_id != actor.unit_id or condition.confirmed):
        raise Refused("road_condition_not_yours", number=condition.number)
    if not command.reason.strip():
        raise Refused("reason_missing")
    draft.emit(RoadConditionLifted(condition_id=condition.id, reason=command.reason))


@decides(CountStretches)
def count_stretches(draft: Draft, command: CountStretches) -> None:
    """Told by the centre itself, once the planner reckons with it; the same count again is nothing new."""
    condition = _get_living(draft, command.condition_id)
    if command.stretches < 0:
        raise Refused("malformed_command", type="road_condition.count", fault=str(command.stretches))
    # Where a newer map has no street there, the number of the one that was meant is kept.
    way_id = command.way_id or condition.way_id
    if (condition.stretches, condition.way_id) != (command.stretches, way_id):
        draft.emit(StretchesCounted(condition_id=condition.id, stretches=command.stretches, way_id=way_id))


def _emit_put(draft: Draft, event: RoadConditionPut) -> None:
    draft.emit(event)
    draft.answer = {"condition_id": event.condition_id, "number": event.number}


def _get_living(draft: Draft, condition_id: str) -> RoadCondition:
    condition = draft.state.road_conditions.get(condition_id)
    if condition is None:
        raise Refused("unknown_road_condition", condition_id=condition_id)
    if condition.state == ENDED:
        raise Refused("road_condition_ended", number=condition.number, at=condition.ended_at)
    return condition


def _check_kind(kind: str, factor: float, depth_m: float) -> None:
    if kind not in (CLOSED, SLOW, FLOOD, UNFIT, FITS):
        raise Refused("malformed_command", type="road_condition", fault=f"kind {kind[:40]}")
    # Written so that what is no number is refused too.
    if kind == SLOW and not 1.0 < factor <= MOST_FACTOR:
        raise Refused("road_factor", factor=repr(factor), most=MOST_FACTOR)
    if kind == FLOOD and not 0.0 < depth_m <= MOST_DEPTH_M:
        raise Refused("road_depth", depth_cm=f"{depth_m * 100:g}", most_cm=round(MOST_DEPTH_M * 100))


def _check_class(draft: Draft, kind: str, form: str, vehicle_class: str) -> None:
    """What fits through is said of one street and of a class that some unit has; all else of everybody."""
    if kind not in (UNFIT, FITS):
        if vehicle_class:
            raise Refused("malformed_command", type="road_condition.put", fault=f"{kind} for one class")
        return
    if form != "point":
        raise Refused("malformed_command", type="road_condition.put", fault=f"{kind} of a {form[:40]}")
    types = (type_ for agency in draft.book.agencies.values() for type_ in agency.unit_types.values())
    if vehicle_class not in {type_.vehicle_class for type_ in types}:
        raise Refused("unknown_vehicle_class", vehicle_class=vehicle_class[:40])


def _times(
    draft: Draft, kind: str, begins: datetime, until: datetime | None, review_at: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """(until, review_at) as they will stand: one of them, or none for what fits through a street. Refuses
    `road_times` and `bad_time`."""
    if until is not None:
        if until <= begins:
            raise Refused("road_times", until=until, begins=begins)
        if until > begins + LONGEST:
            raise Refused("bad_time", field="until")
        return until, None
    if review_at is None and kind in (UNFIT, FITS):
        return None, None
    review_at = begins + REVIEW_IN if review_at is None else review_at
    if not begins < review_at <= begins + LONGEST:
        raise Refused("bad_time", field="review_at")
    return None, review_at


def _next_number(state: CentreState) -> int:
    """The smallest that none in memory bears: it can be spoken, and means nothing else for a day after its
    end."""
    taken = {condition.number for condition in state.road_conditions.values()}
    return next(n for n in count(1) if n not in taken)


# ── applying ──


@applies(RoadConditionPut)
def apply_put(state: CentreState, event: RoadConditionPut, recorded: Envelope) -> None:
    condition = RoadCondition(
        id=event.condition_id,
        number=event.number,
        kind=event.kind,
        form=event.form,
        lon_lats=event.lon_lats,
        factor=event.factor,
        depth_m=event.depth_m,
        where=event.where,
        reason=event.reason,
        source=event.source,
        by=recorded.actor,
        agency_id=event.agency_id,
        at=recorded.recorded_at,
        from_at=event.from_at,
        until=event.until,
        review_at=event.review_at,
        state=PLANNED if event.planned else IN_FORCE,
        confirmed=event.confirmed,
        unit_id=event.unit_id,
        vehicle_class=event.vehicle_class,
    )
    state.road_conditions[condition.id] = condition
    touch(state, "road_condition", condition, recorded)


@applies(RoadConditionBegan)
def apply_began(state: CentreState, event: RoadConditionBegan, recorded: Envelope) -> None:
    condition = state.road_conditions[event.condition_id]
    condition.state = IN_FORCE
    touch(state, "road_condition", condition, recorded)


@applies(RoadConditionChanged)
def apply_changed(state: CentreState, event: RoadConditionChanged, recorded: Envelope) -> None:
    condition = state.road_conditions[event.condition_id]
    condition.factor = event.factor
    condition.depth_m = event.depth_m
    condition.reason = event.reason
    condition.until = event.until
    condition.review_at = event.review_at
    touch(state, "road_condition", condition, recorded)


@applies(RoadConditionConfirmed)
def apply_confirmed(state: CentreState, event: RoadConditionConfirmed, recorded: Envelope) -> None:
    condition = state.road_conditions[event.condition_id]
    condition.confirmed = True
    condition.until = event.until
    condition.review_at = event.review_at
    touch(state, "road_condition", condition, recorded)


@applies(RoadConditionLifted)
def apply_lifted(state: CentreState, event: RoadConditionLifted, recorded: Envelope) -> None:
    condition = state.road_conditions[event.condition_id]
    condition.lift_reason = event.reason
    _end(state, condition, "lifted", recorded)


@applies(RoadConditionExpired)
def apply_expired(state: CentreState, event: RoadConditionExpired, recorded: Envelope) -> None:
    _end(state, state.road_conditions[event.condition_id], "expired", recorded)


@applies(StretchesCounted)
def apply_counted(state: CentreState, event: StretchesCounted, recorded: Envelope) -> None:
    condition = state.road_conditions[event.condition_id]
    condition.stretches = event.stretches
    condition.way_id = event.way_id
    touch(state, "road_condition", condition, recorded)


@applies(RoadConditionArchived)
def apply_archived(state: CentreState, event: RoadConditionArchived, recorded: Envelope) -> None:
    del state.road_conditions[event.condition_id]
    key = ("road_condition", event.condition_id)
    state.touched.add(key)
    state.unwatched.add(key)


def _end(state: CentreState, condition: RoadCondition, how: str, recorded: Envelope) -> None:
    condition.state = ENDED
    condition.ended_at = recorded.recorded_at
    condition.ended_how = how
    condition.ended_by = recorded.actor
    touch(state, "road_condition", condition, recorded)
