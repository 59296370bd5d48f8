"""Cancelling an incident with all its units, and mass recall: one decision, all of it or nothing."""

from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.model.recall import CancelIncident, IncidentCancelled, RecallUnits, UnitsRecalled
from dispatch.domain.rules import leg as legs
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.ending import call_off, is_known_to_crew
from dispatch.domain.rules.incident import get_mine
from dispatch.domain.rules.registry import DESK, applies, decides
from dispatch.domain.rules.status import ABOARD
from dispatch.domain.rules.touch import touch
from dispatch.domain.state import CentreState

CANCELLED = "cancelled_before_arrival"
"""Outcome of legs that a cancelled incident ends."""

# ── deciding ──


@decides(CancelIncident, *DESK)
def cancel_incident(draft: Draft, command: CancelIncident) -> None:
    """Everything ends at once; units that had received it get a stand-down to acknowledge. Where somebody is
    being cared for something did happen: such an incident is recalled from, and ends leg by leg."""
    incident = get_mine(draft, command.incident_id)
    _require_reason(command.reason)
    open_legs = [leg for leg in _list_legs(draft, incident) if leg.state not in legs.OVER]
    living = _list_living(draft, open_legs)
    _require_as_seen(draft, incident, living, command.seen, command.assignment_ids)
    aboard = [a for a in living if _has_somebody(draft.state, a)]
    if aboard:
        raise Refused("patients_aboard", number=incident.number, units=_name(draft, aboard))
    called, withdrawn = _part(living)
    draft.emit(
        IncidentCancelled(
            incident_id=incident.id,
            reason=command.reason,
            called_unit_ids=_units_of(called),
            withdrawn_unit_ids=_units_of(withdrawn),
        )
    )
    for assignment in living:
        if assignment.state == "active":
            call_off(draft, assignment, command.reason, at_once=True)
    for leg in open_legs:
        legs.close(draft, leg, CANCELLED)
    legs.close_if_done(draft, incident)
    draft.answer = {
        "number": incident.number,
        "called": _name(draft, called),
        "withdrawn": _name(draft, withdrawn),
    }


@decides(RecallUnits, *DESK)
def recall_units(draft: Draft, command: RecallUnits) -> None:
    """Every unit but those with somebody in their care; the legs wait again, with their original age."""
    incident = get_mine(draft, command.incident_id)
    _require_reason(command.reason)
    chosen = _choose_legs(draft, incident, command.agencies)
    living = _list_living(draft, chosen)
    _require_as_seen(draft, incident, living, command.seen, command.assignment_ids)
    left = [a for a in living if _has_somebody(draft.state, a)]
    going = [a for a in living if a not in left and a.stand_down_reason is None]
    if not going:
        if left:
            raise Refused("patients_aboard", number=incident.number, units=_name(draft, left))
        raise Refused("nothing_to_recall", number=incident.number)
    called, withdrawn = _part(going)
    draft.emit(
        UnitsRecalled(
            incident_id=incident.id,
            reason=command.reason,
            agencies=tuple(leg.agency_id for leg in chosen),
            called_unit_ids=_units_of(called),
            withdrawn_unit_ids=_units_of(withdrawn),
            left_unit_ids=_units_of(left),
        )
    )
    for assignment in going:
        call_off(draft, assignment, command.reason, at_once=False)
    draft.answer = {
        "number": incident.number,
        "called": _name(draft, called),
        "withdrawn": _name(draft, withdrawn),
        "left": _name(draft, left),
    }


def _choose_legs(draft: Draft, incident: Incident, agencies: tuple[str, ...]) -> list[Leg]:
    for agency_id in agencies:
        draft.require_agency(agency_id)
    wanted = agencies or draft.actor.agencies
    everybody = draft.is_system() and not agencies
    return [leg for leg in _list_legs(draft, incident) if everybody or leg.agency_id in wanted]


def _list_legs(draft: Draft, incident: Incident) -> list[Leg]:
    return [draft.state.legs[leg_id] for leg_id in incident.leg_ids]


def _list_living(draft: Draft, chosen: list[Leg]) -> list[Assignment]:
    return [a for leg in chosen for a in legs.list_assignments(draft.state, leg) if a.state != "ended"]


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("reason_missing")


def _require_as_seen(
    draft: Draft,
    incident: Incident,
    living: list[Assignment],
    seen: int | None,
    assignment_ids: tuple[str, ...] | None,
) -> None:
    """Refuse `units_changed` and `incident_changed` where the sender saw something else than there is now."""
    if assignment_ids is not None:
        now = {a.id for a in living}
        added = [a for a in living if a.id not in assignment_ids]
        known = (draft.state.assignments.get(id_) for id_ in assignment_ids if id_ not in now)
        gone = [a for a in known if a is not None]
        if now != set(assignment_ids):
            raise Refused(
                "units_changed", number=incident.number, added=_name(draft, added), gone=_name(draft, gone)
            )
    if seen is not None and incident.version > seen:
        raise Refused("incident_changed", number=incident.number)


def _has_somebody(state: CentreState, assignment: Assignment) -> bool:
    return assignment.state == "active" and state.units[assignment.unit_id].phase in ABOARD


def _part(living: list[Assignment]) -> tuple[list[Assignment], list[Assignment]]:
    """Who must acknowledge it, and whose order is simply taken back."""
    called = [a for a in living if a.state == "active" and is_known_to_crew(a)]
    return called, [a for a in living if a not in called]


def _units_of(assignments: list[Assignment]) -> tuple[str, ...]:
    return tuple(a.unit_id for a in assignments)


def _name(draft: Draft, assignments: list[Assignment]) -> list[str]:
    return [draft.state.units[a.unit_id].call_sign for a in assignments]


# ── applying ──


@applies(IncidentCancelled)
def apply_cancelled(state: CentreState, event: IncidentCancelled, recorded: Envelope) -> None:
    touch(state, "incident", state.incidents[event.incident_id], recorded)


@applies(UnitsRecalled)
def apply_recalled(state: CentreState, event: UnitsRecalled, recorded: Envelope) -> None:
    touch(state, "incident", state.incidents[event.incident_id], recorded)
