"""How an assignment ends, and what follows: the unit's next one begins, its old leg waits again."""

from dispatch.domain.model.assignment import (
    Assignment,
    AssignmentActivated,
    AssignmentEnded,
    StandDownOrdered,
)
from dispatch.domain.model.values import Phase
from dispatch.domain.rules import leg as legs
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.status import get_code
from dispatch.domain.rules.updates import next_n, tell_cautions

SAID_OTHERWISE = ("cleared", "out_of_service", "reassigned")
"""Ends after which a phase or the next assignment says what the unit's status is."""


def end_assignment(
    draft: Draft, assignment: Assignment, how: str, outcome: str | None = None, *, leg_ends: bool = False
) -> None:
    """End an assignment. Its leg waits again after its last unit, unless that cleared or the leg ends too."""
    unit = draft.state.units[assignment.unit_id]
    active = assignment.state == "active"
    code = None
    if active and how not in SAID_OTHERWISE:
        code = get_code(draft.book, unit, Phase.AVAILABLE)
    draft.ended.add(assignment.id)
    draft.emit(AssignmentEnded(assignment_id=assignment.id, how=how, outcome=outcome, status_code=code))
    if not active:
        return
    if how == "out_of_service":
        for queued_id in unit.queued:
            end_assignment(draft, draft.state.assignments[queued_id], "withdrawn")
    elif how != "reassigned":
        _begin_next(draft, unit.queued, unit.crew_id, get_code(draft.book, unit, Phase.DISPATCHED))
    if how != "cleared" and not leg_ends:
        legs.release(draft, draft.state.legs[assignment.leg_id])


def call_off(draft: Draft, assignment: Assignment, reason: str, *, at_once: bool) -> None:
    """Not yet received: withdrawn. Otherwise the crew must acknowledge it.

    `at_once` is for a leg that ends with it, and does not wait for the crew.
    """
    if assignment.state == "queued" or not is_known_to_crew(assignment):
        end_assignment(draft, assignment, "withdrawn", leg_ends=at_once)
        return
    if assignment.stand_down_reason is None:
        n = next_n(draft, assignment)
        draft.emit(StandDownOrdered(assignment_id=assignment.id, n=n, reason=reason))
    if at_once:
        end_assignment(draft, assignment, "incident_cancelled", leg_ends=True)


def is_known_to_crew(assignment: Assignment) -> bool:
    """Whether anything shows that the assignment has arrived: a receipt, a person's word, a phase."""
    return assignment.received_at is not None or assignment.accepted_at is not None or bool(assignment.times)


def _begin_next(draft: Draft, queued: list[str], crew_id: str | None, status_code: str) -> None:
    next_id = next((a for a in queued if a not in draft.ended), None)
    if next_id is not None:
        following = draft.state.assignments[next_id]
        draft.emit(AssignmentActivated(assignment_id=next_id, crew_id=crew_id, status_code=status_code))
        incident = draft.state.incidents[following.incident_id]
        tell_cautions(draft, incident, next_id, hot=following.hot)
        legs.activate(draft, following.leg_id)
