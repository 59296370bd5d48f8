"""The planner's answer: kept with its reasons, numbered, and only as new as the facts it was made from."""

from datetime import datetime

import msgspec

from dispatch.domain.model.assignment import (
    ProposedUnit,
    Recommendation,
    RecommendationMade,
    RecordRecommendation,
)
from dispatch.domain.model.hasty import ConfirmRecommendation, RecommendationConfirmed, tell_hasty
from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.rules.conditions import PLANNER
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import applies, decides
from dispatch.domain.state import CentreState

PLANNED_FROM = ("type_code", "priority", "place", "level")
"""Fields of an incident that a plan depends on."""

SAME_ETA_S = 30.0
"""Arrivals that differ by less do not make another recommendation."""


@decides(RecordRecommendation)
def record(draft: Draft, command: RecordRecommendation) -> None:
    """Keep it as the next version; one that says the same leaves what people have seen valid."""
    incident = draft.get_open_incident(command.incident_id)
    for field in PLANNED_FROM:
        change = incident.changed.get(field)
        if change is not None and change.seq > command.for_version:
            raise Refused("facts_changed", field=field, seen=command.for_version, current=incident.version)
    for proposed in command.proposed:
        draft.get_unit(proposed.unit_id)
        if proposed.leg_id not in incident.leg_ids:
            raise Refused("unknown_leg", leg_id=proposed.leg_id)
    before = draft.state.recommendations.get(incident.id)
    draft.answer = {"version": before.version if before is not None else 0}
    if before is not None and _says_the_same(before, command):
        return
    made = Recommendation(
        incident_id=incident.id,
        version=before.version + 1 if before is not None else 1,
        proposed=command.proposed,
        missing=command.missing,
        method=command.method,
        degraded=command.degraded,
        graph_date=command.graph_date,
        took_ms=command.took_ms,
        inputs_digest=command.inputs_digest,
        made_at=draft.now,
        hasty=tell_hasty(hasty=command.hasty),
    )
    draft.emit(RecommendationMade(recommendation=made, weighed=command.weighed))
    draft.answer = {"version": made.version}


@decides(ConfirmRecommendation)
def confirm(draft: Draft, command: ConfirmRecommendation) -> None:
    """A hasty version stands: who has read it may press the key for it as before."""
    incident = draft.get_open_incident(command.incident_id)
    made = draft.state.recommendations.get(incident.id)
    if made is None or made.version != command.version:
        current = made.version if made is not None else 0
        raise Refused("facts_changed", field="recommendation", seen=command.version, current=current)
    if made.hasty:
        draft.emit(RecommendationConfirmed(incident_id=incident.id, version=made.version))


def _says_the_same(before: Recommendation, after: RecordRecommendation) -> bool:
    if (before.missing, before.method, before.degraded) != (after.missing, after.method, after.degraded):
        return False
    old = _etas(before.proposed)
    new = _etas(after.proposed)
    return old.keys() == new.keys() and all(abs(old[k] - new[k]) < SAME_ETA_S for k in old)


def _etas(proposed: tuple[ProposedUnit, ...]) -> dict[tuple[str, str, tuple[str, ...]], float]:
    return {(p.need_id, p.unit_id, p.instead_of or ()): p.eta_s for p in proposed}


@applies(RecommendationMade)
def apply_made(state: CentreState, event: RecommendationMade, recorded: Envelope) -> None:
    made = msgspec.structs.replace(event.recommendation, row_version=recorded.seq)
    state.recommendations[made.incident_id] = made
    state.touched.add(("recommendation", made.incident_id))
    _note_straight(state, made, recorded.recorded_at)


@applies(RecommendationConfirmed)
def apply_confirmed(state: CentreState, event: RecommendationConfirmed, recorded: Envelope) -> None:
    made = state.recommendations[event.incident_id]
    state.recommendations[event.incident_id] = msgspec.structs.replace(
        made, hasty=msgspec.UNSET, row_version=recorded.seq
    )
    state.touched.add(("recommendation", event.incident_id))


def rebuild_straight(state: CentreState) -> None:
    """Make the index of plans by straight lines anew."""
    state.straight.clear()
    for made in state.recommendations.values():
        if state.incidents[made.incident_id].state == "open":
            _note_straight(state, made, made.made_at)


def _note_straight(state: CentreState, made: Recommendation, at: datetime) -> None:
    if made.degraded and (made.proposed or made.missing):
        state.straight.setdefault(made.incident_id, at)
    else:
        state.straight.pop(made.incident_id, None)
    state.unwatched.add(PLANNER)
