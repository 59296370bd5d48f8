"""What every applying rule does to what it changes: give it the event's seq as version, and say so."""

from datetime import datetime
from typing import Protocol

import msgspec

from dispatch.domain.model.incident import Incident
from dispatch.domain.model.messages import Envelope
from dispatch.domain.rules import work
from dispatch.domain.rules.conditions import PLANNER
from dispatch.domain.state import CentreState


class Versioned(Protocol):
    """An entity with an id and a version."""

    id: str
    version: int


WATCHED = frozenset(
    {
        "assignment",
        "leg",
        "call",
        "unit",
        "incident",
        "report",
        "desk",
        "handover",
        "road_condition",
        "caution",
        "move",
    }
)
"""Kinds of which timers ask for something."""


def touch(state: CentreState, kind: str, entity: Versioned, recorded: Envelope) -> None:
    """Mark an entity as changed by this event; its version is the event's seq."""
    entity.version = recorded.seq
    key = (kind, entity.id)
    state.touched.add(key)
    if kind in WATCHED:
        state.unwatched.add(key)
    # By kind first: this is done for everything that any event changes.
    if kind in ("leg", "report"):
        work.note(state, entity)
    is_over = kind == "incident" and isinstance(entity, Incident) and entity.state != "open"
    if is_over and state.straight.pop(entity.id, None) is not None:
        state.unwatched.add(PLANNER)


def touch_incident_rows(state: CentreState, incident: Incident, recorded: Envelope) -> None:
    """Mark everything of an incident: who may see it has changed."""
    touch(state, "incident", incident, recorded)
    for report_id in incident.report_ids:
        touch(state, "report", state.reports[report_id], recorded)
    touch_recommendation(state, incident.id, recorded)
    _touch_alerts(state, "incident", incident.id, recorded)
    for leg_id in incident.leg_ids:
        leg = state.legs[leg_id]
        touch(state, "leg", leg, recorded)
        _touch_alerts(state, "leg", leg_id, recorded)
        for assignment_id in leg.assignment_ids:
            assignment = state.assignments[assignment_id]
            touch(state, "assignment", assignment, recorded)
            _touch_alerts(state, "assignment", assignment_id, recorded)
            if assignment.state != "ended":
                touch(state, "unit", state.units[assignment.unit_id], recorded)


def touch_recommendation(state: CentreState, incident_id: str, recorded: Envelope) -> None:
    """Mark an incident's recommendation, if there is one."""
    made = state.recommendations.get(incident_id)
    if made is not None:
        state.recommendations[incident_id] = msgspec.structs.replace(made, row_version=recorded.seq)
        state.touched.add(("recommendation", incident_id))


def _touch_alerts(state: CentreState, kind: str, id_: str, recorded: Envelope) -> None:
    for alert_id in state.alerts_about.get(f"{kind}/{id_}", ()):
        touch(state, "alert", state.alerts[alert_id], recorded)


def claimed_time(recorded: Envelope, not_before: datetime) -> datetime:
    """When it happened, as claimed, clamped to [not_before, received_at]."""
    return max(min(recorded.occurred_at, recorded.received_at), not_before)
