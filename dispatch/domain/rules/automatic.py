"""Automatic dispatch: armed by the agency's policy, stopped by any act of a desk, sent by the clock.

The machine only ever begins: the first units of a leg, all of them free, by the plan that was shown for the
whole countdown. A leg counts down once; what was stopped is a person's from then on.
"""

from datetime import datetime, timedelta

import msgspec

from dispatch.domain.model.assignment import AssignmentMoved, ProposedUnit, UnitAssigned
from dispatch.domain.model.automatic import (
    DUPLICATE,
    ArmAutomatic,
    AutomaticArmed,
    AutomaticSent,
    AutomaticStopped,
    AutomaticTakenUp,
    Countdown,
    SecondOf,
    StopAutomatic,
    TakeUpAutomatic,
)
from dispatch.domain.model.hold import IncidentHeld
from dispatch.domain.model.incident import (
    Incident,
    IncidentClosed,
    IncidentMerged,
    Leg,
    LegClosed,
    LegNeedsChanged,
    LegPending,
    LegRefused,
    LegSeen,
    LevelRaised,
    NoteAdded,
    PlaceChanged,
    PriorityChanged,
    TypeChanged,
)
from dispatch.domain.model.messages import Envelope, Event, Refused
from dispatch.domain.model.recall import IncidentCancelled
from dispatch.domain.rules import dispatching
from dispatch.domain.rules.automatic_limits import (
    CAUTION,
    UNATTENDED,
    find_obstacle,
    find_rule,
    get_countdown,
    list_proposed,
)
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.likeness import find_possible_duplicate
from dispatch.domain.rules.registry import DESK, ROOM, applies, decides
from dispatch.domain.rules.touch import touch
from dispatch.domain.rules.work import is_attended
from dispatch.domain.state import CentreState

LATE = timedelta(seconds=2)
"""A countdown that ends this much too late was not watched by a centre that people could reach. It gets new
time once: a centre that is merely slow would otherwise put off for ever what it should send."""

TIME_TO_STOP = timedelta(seconds=10)
"""What desks have, once the centre is back, to stop what counted down while it was away."""

_STOPPING: dict[type[Event], str] = {
    IncidentHeld: "held",
    TypeChanged: "type",
    PriorityChanged: "priority",
    LevelRaised: "level",
    IncidentMerged: "closed",
    IncidentCancelled: "closed",
    IncidentClosed: "closed",
    LegClosed: "closed",
    LegRefused: "closed",
    LegNeedsChanged: "needs",
    UnitAssigned: "dispatched",
    AssignmentMoved: "dispatched",
}
"""What stops a countdown whoever did it; events of a leg that of their own leg alone."""

_READING = (LegSeen, LegPending)
"""A desk has looked at its part: that is no act."""

# ── deciding ──


@decides(ArmAutomatic)
def arm(draft: Draft, command: ArmAutomatic) -> None:
    """Another plan begins with all its time; the same one goes on."""
    leg = draft.get_leg(command.leg_id)
    incident = draft.get_open_incident(leg.incident_id)
    countdown = get_countdown(leg)
    made = draft.state.recommendations.get(incident.id)
    if countdown is not None and countdown.state != "armed":
        raise Refused("automatic_not_allowed", number=incident.number, why=countdown.state)
    if made is None or made.version != command.version:
        raise Refused("automatic_not_allowed", number=incident.number, why="plan_changed")
    obstacle = _find_obstacle(draft, incident, leg)
    if obstacle is not None:
        if countdown is None and obstacle == DUPLICATE:
            # It would go but for this, and only a person can tell: a desk is told what would have gone.
            _count_down(draft, incident, leg)
        elif countdown is None:
            raise Refused("automatic_not_allowed", number=incident.number, why=obstacle)
        _stop(draft, leg, obstacle)
    elif countdown is None or set(countdown.unit_ids) != {p.unit_id for p in list_proposed(made, leg)}:
        _count_down(draft, incident, leg)


@decides(StopAutomatic, *ROOM)
def stop(draft: Draft, command: StopAutomatic) -> None:
    """Whoever is first; said again, or too late, it changes nothing and says what is."""
    incident = draft.get_open_incident(command.incident_id)
    legs = [draft.state.legs[leg_id] for leg_id in incident.leg_ids]
    chosen = [
        leg
        for leg in legs
        if (leg.id in command.leg_ids if command.leg_ids else leg.agency_id in draft.actor.agencies)
    ]
    for leg in chosen:
        draft.require_agency(leg.agency_id)
        if leg.id in draft.state.armed:
            _stop(draft, leg, "hand")
    draft.answer = {"stopped": [leg.id for leg in chosen if leg.id in draft.state.armed]}


@decides(TakeUpAutomatic)
def take_up(draft: Draft, _command: TakeUpAutomatic) -> None:
    """What has time left keeps it; what has hardly any, or none, gets enough to be stopped."""
    for leg_id in sorted(draft.state.armed):
        leg = draft.state.legs[leg_id]
        countdown = get_countdown(leg)
        if countdown is not None and countdown.fires_at < draft.now + TIME_TO_STOP:
            _give_time(draft, leg)


def fire(draft: Draft, leg_id: str) -> None:
    """The countdown is over: send what was shown, or say why not."""
    leg = draft.state.legs[leg_id]
    incident = draft.state.incidents[leg.incident_id]
    countdown = get_countdown(leg)
    made = draft.state.recommendations.get(incident.id)
    if countdown is None:
        return
    obstacle = _find_obstacle(draft, incident, leg)
    if obstacle is not None or made is None:
        _stop(draft, leg, obstacle or "no_plan")
        return
    proposed = list_proposed(made, leg)
    if {p.unit_id for p in proposed} != set(countdown.unit_ids):
        _count_down(draft, incident, leg)
    elif _was_away(countdown, draft.now):
        _give_time(draft, leg)
    elif not _are_free(draft, incident, proposed):
        _stop(draft, leg, "unit_gone")
    elif _may_go(draft, incident, leg):
        _send(draft, incident, leg, made.version, proposed)
    else:
        _stop(draft, leg, UNATTENDED)


def stop_touched(draft: Draft) -> None:
    """After any decision: what it did on an incident stops what counts down there."""
    if not draft.state.armed:
        return
    done = {
        event.leg_id
        for event in draft.events
        if isinstance(event, AutomaticSent | AutomaticStopped | AutomaticArmed)
    }
    for leg_id in sorted(draft.state.armed - done):
        leg = draft.state.legs[leg_id]
        why = next((w for event in draft.events if (w := _why_stops(draft, leg, event)) is not None), None)
        if why is not None:
            _stop(draft, leg, why)


def _why_stops(draft: Draft, leg: Leg, event: Event) -> str | None:
    if getattr(event, "leg_id", leg.id) != leg.id:
        return None
    if getattr(event, "incident_id", leg.incident_id) != leg.incident_id:
        return None
    if isinstance(event, PlaceChanged):
        moved = msgspec.structs.replace(event.was, state=event.place.state) != event.place
        return "place" if moved else None
    if isinstance(event, NoteAdded) and event.kind == CAUTION:
        return "caution"
    concerns = hasattr(event, "incident_id") or hasattr(event, "leg_id")
    if not concerns or isinstance(event, _READING):
        return None
    usual = _STOPPING.get(type(event))
    if usual is None and draft.actor.role in DESK:
        return "acted"
    return usual


def _find_obstacle(draft: Draft, incident: Incident, leg: Leg) -> str | None:
    state = draft.state
    plans = ((state.incidents[id_], plan) for id_, plan in state.recommendations.items())
    made = state.recommendations.get(incident.id)
    others = state.incidents.values()
    return find_obstacle(draft.book, incident, leg, made, state.units, plans, others, state.reports)


def _may_go(draft: Draft, incident: Incident, leg: Leg) -> bool:
    """Somebody sat where it could be stopped, or the agency's policy asks for nobody."""
    rule = find_rule(draft.book, incident, leg)
    return is_attended(draft.state, leg) or (rule is not None and rule.unattended == "send")


def _count_down(draft: Draft, incident: Incident, leg: Leg) -> None:
    rule = find_rule(draft.book, incident, leg)
    made = draft.state.recommendations[incident.id]
    if rule is None:
        return
    draft.emit(
        AutomaticArmed(
            incident_id=incident.id,
            leg_id=leg.id,
            version=made.version,
            unit_ids=tuple(p.unit_id for p in list_proposed(made, leg)),
            countdown_s=rule.countdown_s,
            fires_at=draft.now + timedelta(seconds=rule.countdown_s),
        )
    )


def _stop(draft: Draft, leg: Leg, why: str) -> None:
    second = _find_second(draft, leg) if why == DUPLICATE else msgspec.UNSET
    draft.emit(AutomaticStopped(incident_id=leg.incident_id, leg_id=leg.id, why=why, second_of=second))


def _find_second(draft: Draft, leg: Leg) -> SecondOf | msgspec.UnsetType:
    """Of which it may be the second; unnamed where that is restricted, since all agencies read a leg."""
    state = draft.state
    incident, others = state.incidents[leg.incident_id], state.incidents.values()
    found = find_possible_duplicate(draft.book, incident, others, state.reports)
    if found is None or state.incidents[found.incident_id].restricted:
        return msgspec.UNSET
    return found


def _was_away(countdown: Countdown, now: datetime) -> bool:
    late = now - countdown.fires_at
    return late > (TIME_TO_STOP if countdown.taken_up else LATE)


def _give_time(draft: Draft, leg: Leg) -> None:
    fires_at = draft.now + TIME_TO_STOP
    draft.emit(AutomaticTakenUp(incident_id=leg.incident_id, leg_id=leg.id, fires_at=fires_at))


def _are_free(draft: Draft, incident: Incident, proposed: list[ProposedUnit]) -> bool:
    """Also of what this same decision has sent elsewhere, and of crews that man several vehicles."""
    crews: set[str] = set()
    for p in proposed:
        unit = draft.get_unit(p.unit_id)
        try:
            dispatching.require_free(draft, incident, unit)
        except Refused:
            return False
        if unit.crew_id in crews:
            return False
        crews |= {unit.crew_id} if unit.crew_id is not None else set()
    return True


def _send(draft: Draft, incident: Incident, leg: Leg, version: int, proposed: list[ProposedUnit]) -> None:
    unit_ids = tuple(p.unit_id for p in proposed)
    draft.emit(
        AutomaticSent(
            incident_id=incident.id,
            leg_id=leg.id,
            version=version,
            unit_ids=unit_ids,
            unattended=not is_attended(draft.state, leg),
        )
    )
    for p in proposed:
        dispatching.assign(
            draft,
            incident,
            leg.id,
            draft.get_unit(p.unit_id),
            need_id=p.need_id,
            also_need_ids=p.need_ids[1:],
            proposed=p,
            recommendation_version=version,
            automatic=True,
        )


# ── applying ──


@applies(AutomaticArmed)
def apply_armed(state: CentreState, event: AutomaticArmed, recorded: Envelope) -> None:
    state.armed.add(event.leg_id)
    _set(
        state,
        event.leg_id,
        Countdown(
            state="armed",
            version=event.version,
            unit_ids=event.unit_ids,
            countdown_s=event.countdown_s,
            armed_at=recorded.recorded_at,
            fires_at=event.fires_at,
        ),
        recorded,
    )


@applies(AutomaticTakenUp)
def apply_taken_up(state: CentreState, event: AutomaticTakenUp, recorded: Envelope) -> None:
    countdown = get_countdown(state.legs[event.leg_id])
    if countdown is not None:
        later = msgspec.structs.replace(countdown, fires_at=event.fires_at, taken_up=True)
        _set(state, event.leg_id, later, recorded)


@applies(AutomaticStopped)
def apply_stopped(state: CentreState, event: AutomaticStopped, recorded: Envelope) -> None:
    _end(state, event.leg_id, "stopped", event.why, recorded, second_of=event.second_of)


@applies(AutomaticSent)
def apply_sent(state: CentreState, event: AutomaticSent, recorded: Envelope) -> None:
    _end(state, event.leg_id, "sent", None, recorded, event.unattended)


def _end(
    state: CentreState,
    leg_id: str,
    how: str,
    why: str | None,
    recorded: Envelope,
    unattended: bool = False,
    second_of: SecondOf | msgspec.UnsetType = msgspec.UNSET,
) -> None:
    state.armed.discard(leg_id)
    countdown = get_countdown(state.legs[leg_id])
    if countdown is not None:
        over = msgspec.structs.replace(
            countdown,
            state=how,
            ended_at=recorded.recorded_at,
            by=recorded.actor,
            why=why,
            unattended=unattended or msgspec.UNSET,
            second_of=second_of,
        )
        _set(state, leg_id, over, recorded)


def _set(state: CentreState, leg_id: str, countdown: Countdown, recorded: Envelope) -> None:
    leg = state.legs[leg_id]
    leg.automatic = countdown
    touch(state, "leg", leg, recorded)
