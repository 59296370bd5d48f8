"""Changes after dispatch: each is a numbered update to every unit that is on its way or there (F1)."""

from dispatch.domain.model.assignment import Assignment, AssignmentUpdated
from dispatch.domain.model.incident import Incident
from dispatch.domain.rules.draft import Draft
from dispatch.domain.state import CentreState


def list_active(state: CentreState, incident: Incident) -> list[Assignment]:
    """The active assignments of an incident, leg by leg, in the order they were made."""
    return [
        assignment
        for leg_id in incident.leg_ids
        for assignment_id in state.legs[leg_id].assignment_ids
        if (assignment := state.assignments[assignment_id]).state == "active"
    ]


def send_update(draft: Draft, incident: Incident, kind: str, old: str, new: str) -> None:
    """One numbered update for each active assignment of the incident."""
    for assignment in list_active(draft.state, incident):
        draft.emit(
            AssignmentUpdated(
                assignment_id=assignment.id, n=next_n(draft, assignment), kind=kind, old=old, new=new
            )
        )


def next_n(draft: Draft, assignment: Assignment) -> int:
    """The number of the assignment's next update, after those this decision has already made."""
    made = sum(
        1 for e in draft.events if isinstance(e, AssignmentUpdated) and e.assignment_id == assignment.id
    )
    return len(assignment.updates) + made + 1
