"""Holding an incident: it leaves the overdue list until its review time, and comes back with an alert."""

from datetime import timedelta

from dispatch.domain.model.hold import EndHold, Hold, HoldEnded, HoldIncident, IncidentHeld
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import DESK, applies, decides
from dispatch.domain.rules.touch import touch
from dispatch.domain.state import CentreState

LONGEST = timedelta(hours=12)
"""A hold longer than a shift would be forgotten by those who made it."""

# ── deciding ──


@decides(HoldIncident, *DESK)
def hold(draft: Draft, command: HoldIncident) -> None:
    """Priority 1 never waits by decision; nor does anything to which a unit is on its way."""
    incident = draft.get_open_incident(command.incident_id)
    draft.require_part(incident)
    if incident.priority == 1:
        raise Refused("hold_not_priority_1", number=incident.number)
    if not command.reason.strip():
        raise Refused("reason_missing")
    if not draft.now < command.until <= draft.now + LONGEST:
        raise Refused("bad_time", field="until")
    if _has_units(draft.state, incident):
        raise Refused("hold_has_units", number=incident.number)
    draft.emit(IncidentHeld(incident_id=incident.id, until=command.until, reason=command.reason))


@decides(EndHold, *DESK)
def end_hold(draft: Draft, command: EndHold) -> None:
    """Back into the queue, with its original age."""
    incident = draft.get_open_incident(command.incident_id)
    draft.require_part(incident)
    if incident.hold is not None:
        draft.emit(HoldEnded(incident_id=incident.id, how="released"))


def _has_units(state: CentreState, incident: Incident) -> bool:
    legs = (state.legs[leg_id] for leg_id in incident.leg_ids)
    return any(state.assignments[a].state == "active" for leg in legs for a in leg.assignment_ids)


# ── applying ──


@applies(IncidentHeld)
def apply_held(state: CentreState, event: IncidentHeld, recorded: Envelope) -> None:
    incident = state.incidents[event.incident_id]
    incident.hold = Hold(until=event.until, reason=event.reason, by=recorded.actor, at=recorded.recorded_at)
    _watch_again(state, incident, recorded)


@applies(HoldEnded)
def apply_hold_ended(state: CentreState, event: HoldEnded, recorded: Envelope) -> None:
    incident = state.incidents[event.incident_id]
    incident.hold = None
    _watch_again(state, incident, recorded)


def _watch_again(state: CentreState, incident: Incident, recorded: Envelope) -> None:
    """The waiting legs' own alerts follow the hold."""
    touch(state, "incident", incident, recorded)
    for leg_id in incident.leg_ids:
        touch(state, "leg", state.legs[leg_id], recorded)
