"""What an event tells of, for timelines and histories: incidents, reports, calls and units."""

from dispatch.domain.model.messages import Event
from dispatch.domain.state import CentreState

INDEXED = ("incident", "report", "call", "unit")


def list_subjects(state: CentreState, event: Event) -> set[tuple[str, str]]:
    """(kind, id) of everything indexed that an event just applied tells of.

    Legs, assignments, alerts and reports lead to their incident; assignments to their unit.
    """
    found: set[tuple[str, str]] = set()
    for kind in INDEXED:
        id_ = getattr(event, f"{kind}_id", None)
        if id_:
            found.add((kind, id_))
    assignment = state.assignments.get(getattr(event, "assignment_id", None) or "")
    if assignment is not None:
        found |= {("incident", assignment.incident_id), ("unit", assignment.unit_id)}
    leg = state.legs.get(getattr(event, "leg_id", None) or "")
    if leg is not None:
        found.add(("incident", leg.incident_id))
    report = state.reports.get(getattr(event, "report_id", None) or "")
    if report is not None and report.incident_id:
        found.add(("incident", report.incident_id))
    alert = state.alerts.get(getattr(event, "alert_id", None) or "")
    if alert is not None and alert.incident_id:
        found.add(("incident", alert.incident_id))
    made = getattr(event, "recommendation", None)
    if made is not None:
        found.add(("incident", made.incident_id))
    found |= {("unit", unit_id) for unit_id in getattr(event, "unit_ids", ())}
    return found
