"""Busy units beside the plan: which of them may be suggested at all, and which are worth it.

These bounds are the centre's own. What a person decides by name has its own rules (`dispatching`).
"""

from collections.abc import Iterable

import msgspec

from dispatch.domain.model.assignment import Assignment, Recommendation
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.model.suggestion import (
    QUEUE,
    REASSIGN,
    BusyUnit,
    ComparedNeed,
    Comparison,
    Instead,
    RecordSuggestions,
    Suggestion,
    UnitsSuggested,
)
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import Phase
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import applies, decides
from dispatch.domain.rules.status import ORDER
from dispatch.domain.state import CentreState

RULE_VERSION = 2
"""Another way to choose takes another number; 1 compared arrivals alone."""

SAVES_S = 60.0
"""By more than this a suggested unit must be sooner than the one proposed."""

LAST_S = 60.0
"""Nobody is called away in the last seconds of a run: the scene may be in sight."""

UNDER_WAY = frozenset({Phase.DISPATCHED, Phase.RECEIVED, Phase.EN_ROUTE})

NEARLY_FREE = frozenset({Phase.AT_HOSPITAL, Phase.CLEARING})

OTHER_S = 30.0
"""Figures that differ by less are not told anew."""


def find_kind(phase: Phase) -> str | None:
    """How a unit in this phase might serve; None for one that has somebody with it or works at a scene."""
    if phase in UNDER_WAY:
        return REASSIGN
    return QUEUE if phase in NEARLY_FREE else None


def may_be_suggested(unit: Unit, assignment: Assignment, current: Incident, wanted: Incident) -> bool:
    """Whether a unit, on an assignment of `current`, may be suggested for `wanted` by what it is doing.

    Never one with somebody on board or at a patient's side, one that has been at its scene, one that is being
    called off, has something else to do next or is in distress; never from something as urgent or worse.
    """
    kind = find_kind(unit.phase)
    if kind is None or unit.queued or unit.mayday_at is not None or unit.assignment_id != assignment.id:
        return False
    if assignment.state != "active" or assignment.stand_down_reason is not None:
        return False
    if current.id == wanted.id or unit.test != wanted.test:
        return False
    return kind == QUEUE or (
        current.priority > wanted.priority
        and all(ORDER[phase] <= ORDER[Phase.EN_ROUTE] for phase in assignment.times)
    )


def choose_suggestions(weighed: Comparison) -> tuple[Suggestion, ...]:
    """The suggestions that follow from a comparison and nothing else: at most one for a need, no unit twice.

    Needs that miss units come first, soonest arrival first; then whatever makes the whole cheapest.
    """
    options = [
        made
        for unit in weighed.units
        for need in weighed.needs
        if need.need_id in unit.need_ids
        for made in (_suggest(unit, need, weighed),)
        if made is not None
    ]
    options.sort(key=lambda s: (s.saves_s is not None, -(s.net_s or 0.0), s.eta_s, s.unit_id, s.need_id))
    chosen: dict[str, Suggestion] = {}
    units: set[str] = set()
    for option in options:
        if option.need_id not in chosen and option.unit_id not in units:
            chosen[option.need_id] = option
            units.add(option.unit_id)
    return tuple(chosen.values())


def find_instead(unit: BusyUnit, need: ComparedNeed, weighed: Comparison) -> Instead | None:
    """Who would go to the unit's own incident: the best that no other need here is to get."""
    taken = {n.unit_id for n in weighed.needs if n.need_id != need.need_id and n.eta_s is not None}
    return next((one for one in unit.instead if one.unit_id not in taken), None)


def _weigh_whole(unit: BusyUnit, need: ComparedNeed, weighed: Comparison, eta_s: float) -> float | None:
    """By how many seconds both incidents together cost less if this unit serves the need; None where its own
    incident would then have nobody."""
    if need.eta_s is None or unit.left_s is None:
        return None
    proposed_s = need.eta_s + _late_s(need.eta_s, need) + need.gone_s
    here_s = eta_s + _late_s(eta_s, need) + unit.gone_s
    if find_kind(unit.phase) == QUEUE:
        return round(proposed_s - here_s, 1)
    instead = find_instead(unit, need, weighed)
    if instead is None:
        return None
    goes_on_s = unit.left_s + _late_s(unit.left_s, need)
    waits_s = instead.eta_s + _late_s(instead.eta_s, need) + instead.price_s
    return round(proposed_s + unit.rate * (goes_on_s - waits_s) - here_s - instead.gone_s, 1)


def _late_s(eta_s: float, need: ComparedNeed) -> float:
    return need.late_price_s if 0 < need.late_after_s < eta_s else 0.0


def _suggest(unit: BusyUnit, need: ComparedNeed, weighed: Comparison) -> Suggestion | None:
    kind = find_kind(unit.phase)
    if kind is None or unit.left_s is None:
        return None
    if kind == REASSIGN and (unit.priority <= weighed.priority or unit.left_s <= LAST_S):
        return None
    eta_s = round(unit.travel_s + (unit.left_s if kind == QUEUE else 0.0), 1)
    saves_s = None if need.eta_s is None else round(need.eta_s - eta_s, 1)
    net_s = _weigh_whole(unit, need, weighed, eta_s)
    if saves_s is not None and (saves_s <= SAVES_S or net_s is None or net_s <= 0):
        return None
    instead = find_instead(unit, need, weighed) if kind == REASSIGN else None
    return Suggestion(
        unit_id=unit.unit_id,
        need_id=need.need_id,
        leg_id=need.leg_id,
        capability=need.capability,
        kind=kind,
        eta_s=eta_s,
        saves_s=saves_s,
        runs=unit.runs if kind == QUEUE else None,
        net_s=msgspec.UNSET if net_s is None else net_s,
        later_s=msgspec.UNSET if instead is None else round(instead.eta_s - unit.left_s, 1),
    )


def says_the_same(before: Iterable[Suggestion], after: Iterable[Suggestion]) -> bool:
    """Whether the same units are suggested for the same, at about the same time."""
    old = {(s.unit_id, s.need_id, s.kind): s for s in before}
    new = {(s.unit_id, s.need_id, s.kind): s for s in after}
    return old.keys() == new.keys() and all(_is_about(old[key], new[key]) for key in old)


def _is_about(old: Suggestion, new: Suggestion) -> bool:
    if (old.saves_s is None) != (new.saves_s is None):
        return False
    return abs(old.eta_s - new.eta_s) < OTHER_S and abs((old.saves_s or 0) - (new.saves_s or 0)) < OTHER_S


@decides(RecordSuggestions)
def record_suggestions(draft: Draft, command: RecordSuggestions) -> None:
    """Keep them beside the plan that they were compared with, which stays as it is and as it was seen."""
    incident = draft.get_open_incident(command.incident_id)
    made = draft.state.recommendations.get(incident.id)
    if made is None or made.version != command.version:
        current = made.version if made is not None else 0
        raise Refused("facts_changed", field="recommendation", seen=command.version, current=current)
    for suggested in command.suggested:
        _require_as_compared(draft, incident, suggested)
    units = [suggested.unit_id for suggested in command.suggested]
    if len(set(units)) < len(units):
        twice = next(unit_id for unit_id in units if units.count(unit_id) > 1)
        raise Refused("unit_twice", unit=twice, call_sign=draft.get_unit(twice).call_sign)
    if not says_the_same(made.suggested or (), command.suggested):
        draft.emit(
            UnitsSuggested(
                incident_id=incident.id,
                version=made.version,
                suggested=command.suggested,
                weighed=command.weighed,
            )
        )


def _require_as_compared(draft: Draft, incident: Incident, suggested: Suggestion) -> None:
    """Refuse what is out of bounds by the facts of this moment."""
    state, unit = draft.state, draft.get_unit(suggested.unit_id)
    if suggested.leg_id not in incident.leg_ids:
        raise Refused("unknown_leg", leg_id=suggested.leg_id)
    assignment = state.assignments.get(unit.assignment_id or "")
    if (
        assignment is None
        or find_kind(unit.phase) != suggested.kind
        or not may_be_suggested(unit, assignment, state.incidents[assignment.incident_id], incident)
    ):
        raise Refused("facts_changed", field="unit", seen=0, current=unit.version)


@applies(UnitsSuggested)
def apply_suggested(state: CentreState, event: UnitsSuggested, recorded: Envelope) -> None:
    made: Recommendation = state.recommendations[event.incident_id]
    state.recommendations[event.incident_id] = msgspec.structs.replace(
        made, suggested=event.suggested or msgspec.UNSET, row_version=recorded.seq
    )
    state.touched.add(("recommendation", event.incident_id))
