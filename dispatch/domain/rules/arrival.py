"""A unit that is seen to stay where it was sent has arrived, unless its crew or a desk has spoken of it.

What people say always stands above what is seen: `assignment.report_phase` lets their word take its place.
"""

from dispatch.domain.model.assignment import Assignment, PhaseReported, RecordArrival
from dispatch.domain.model.values import Phase
from dispatch.domain.rules.assignment import clamp, earliest
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import decides
from dispatch.domain.rules.status import ORDER, get_code


@decides(RecordArrival)
def record_arrival(draft: Draft, command: RecordArrival) -> None:
    """On the scene since it was first seen to stay there; nothing where somebody has said so meanwhile."""
    assignment = draft.get_assignment(command.assignment_id)
    incident = draft.state.incidents[assignment.incident_id]
    type_ = draft.book.types.get(incident.type_code)
    if not may_be_seen_arriving(assignment) or (type_ is not None and type_.staging):
        return
    draft.emit(
        PhaseReported(
            assignment_id=assignment.id,
            phase=Phase.ON_SCENE,
            status_code=get_code(draft.book, draft.state.units[assignment.unit_id], Phase.ON_SCENE),
            in_quarters=False,
            time=clamp(draft, earliest(assignment, Phase.ON_SCENE)),
            correction=False,
        )
    )


def may_be_seen_arriving(assignment: Assignment) -> bool:
    """Whether an arrival is still to come, by all that was said: taken by a person, not called off, never
    further than on its way. Who stepped back from the scene has said that it is not there."""
    said = [*assignment.times, *(phase for phase, _ in assignment.corrected)]
    return (
        assignment.state == "active"
        and assignment.stand_down_reason is None
        and (assignment.accepted_at is not None or bool(said))
        and all(ORDER[phase] <= ORDER[Phase.EN_ROUTE] for phase in said)
    )
