"""Changes after dispatch: each is a numbered update to every unit that is on its way or there (F1)."""

from dispatch.domain.codebook import IncidentType
from dispatch.domain.model.assignment import Assignment, AssignmentUpdated
from dispatch.domain.model.incident import Incident, Note, NoteAdded
from dispatch.domain.rules.draft import Draft
from dispatch.domain.state import CentreState

CAUTION = "caution"
"""Kind of note, and of update, that a crew acknowledges apart from its assignment."""


def list_active(state: CentreState, incident: Incident) -> list[Assignment]:
    """The active assignments of an incident, leg by leg, in the order they were made."""
    return [
        assignment
        for leg_id in incident.leg_ids
        for assignment_id in state.legs[leg_id].assignment_ids
        if (assignment := state.assignments[assignment_id]).state == "active"
    ]


def is_hot(type_: IncidentType, priority: int) -> bool:
    """Whether units go with lights and siren: priorities 1 and 2, unless the type never asks for it."""
    return type_.hot and priority <= 2


def send_update(
    draft: Draft, incident: Incident, kind: str, old: str, new: str, *, hot: bool | None = None
) -> None:
    """One numbered update for each active assignment of the incident; `hot` if the mode may change."""
    for assignment in list_active(draft.state, incident):
        draft.emit(
            AssignmentUpdated(
                assignment_id=assignment.id,
                n=next_n(draft, assignment),
                kind=kind,
                old=old,
                new=new,
                hot=assignment.hot if hot is None else hot,
            )
        )


def tell_cautions(draft: Draft, incident: Incident, assignment_id: str, *, hot: bool) -> None:
    """To a unit that is sent now, comes from elsewhere, or is there when one is brought: every caution that
    has not expired and that it was not told yet, here or before, each with its own acknowledgement."""
    notes: list[Note | NoteAdded] = [*incident.notes]
    notes += [e for e in draft.events if isinstance(e, NoteAdded) and e.incident_id == incident.id]
    assignment = draft.state.assignments.get(assignment_id)
    made = (e for e in draft.events if isinstance(e, AssignmentUpdated) and e.assignment_id == assignment_id)
    earlier = assignment.updates if assignment is not None else ()
    told = {update.new for update in (*earlier, *made) if update.kind == CAUTION}
    n = next_n(draft, assignment) if assignment is not None else 1
    for note in notes:
        live = note.expires_at is None or note.expires_at > draft.now
        if note.kind == CAUTION and live and note.note_id not in told:
            draft.emit(
                AssignmentUpdated(
                    assignment_id=assignment_id, n=n, kind=CAUTION, old="", new=note.note_id, hot=hot
                )
            )
            n += 1


def next_n(draft: Draft, assignment: Assignment) -> int:
    """The number of the assignment's next update, after those this decision has already made."""
    made = sum(
        1 for e in draft.events if isinstance(e, AssignmentUpdated) and e.assignment_id == assignment.id
    )
    return len(assignment.updates) + made + 1
