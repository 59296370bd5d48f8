"""What a caller's answers change for an incident: its determinant, a higher priority, units beyond its plan.

Answers after the release add and raise; what a person chose lower or sent home stays their decision.
"""

from collections.abc import Iterable

from dispatch.domain.model.incident import Incident, PriorityChanged
from dispatch.domain.model.questions import Assessment, ExtraNeed, IncidentAssessed
from dispatch.domain.rules import leg as legs
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.plan import change_needs
from dispatch.domain.rules.updates import is_hot, send_update


def assess_incident(draft: Draft, incident: Incident, report_id: str, assessment: Assessment) -> None:
    """Bring an open incident to what a report's answers come to; nothing happens if it is there already."""
    needs = join_needs(incident.extra_needs, assessment.needs)
    determinant = assessment.determinant or incident.determinant
    if determinant != incident.determinant or needs != tuple(incident.extra_needs):
        draft.emit(
            IncidentAssessed(
                incident_id=incident.id, report_id=report_id, determinant=determinant, needs=needs
            )
        )
    priority = incident.priority
    if assessment.priority is not None and assessment.priority < priority:
        draft.emit(
            PriorityChanged(incident_id=incident.id, priority=assessment.priority, was=incident.priority)
        )
        hot = is_hot(draft.book.get_type(incident.type_code), assessment.priority)
        send_update(draft, incident, "priority", str(priority), str(assessment.priority), hot=hot)
        priority = assessment.priority
    if priority != incident.priority or needs != tuple(incident.extra_needs):
        change_needs(draft, incident, incident.type_code, priority, incident.level, needs)
        for leg_id in list(draft.leg_states):
            legs.wait_for_unit(draft, leg_id)


def join_needs(before: Iterable[ExtraNeed], more: Iterable[ExtraNeed]) -> tuple[ExtraNeed, ...]:
    """Both together: of one agency and capability the greater count."""
    joined: dict[tuple[str, str], ExtraNeed] = {}
    for need in (*before, *more):
        key = (need.agency_id, need.capability)
        if key not in joined or need.count > joined[key].count:
            joined[key] = need
    return tuple(joined.values())
