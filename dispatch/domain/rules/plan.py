"""Response plans become legs and needs: what each agency is asked for, and what of it is still open."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import msgspec

from dispatch.domain.codebook import CodeBook, PlanLeg, PlanNeed, ResponsePlan
from dispatch.domain.ids import name_leg, name_need
from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.incident import Incident, Leg, LegNeedsChanged, LegRequested, LegSeen
from dispatch.domain.model.messages import Role
from dispatch.domain.model.questions import ExtraNeed
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import Need
from dispatch.domain.rules.draft import Draft
from dispatch.domain.state import CentreState

EXTRA = 0
"""Stands for the alarm level in the id of a need that is not the plan's."""


def build_needs(leg_id: str, plan: ResponsePlan | None, agency_id: str, level: int) -> tuple[Need, ...]:
    """The lines of one leg up to a level. A level stands for the whole, so each line holds the difference."""
    if plan is None:
        return ()
    counted: dict[str, tuple[int, int]] = {}
    lines: list[Need] = []
    for number, legs in enumerate(plan.levels[:level], start=1):
        for need in _needs_of(legs, agency_id):
            count, minimum = counted.get(need.capability, (0, 0))
            if need.count > count:
                lines.append(_line(leg_id, number, need, count, minimum))
                counted[need.capability] = (need.count, max(minimum, need.minimum))
    return tuple(lines)


def add_extras(leg_id: str, needs: tuple[Need, ...], extras: Iterable[ExtraNeed]) -> tuple[Need, ...]:
    """The needs of a leg with what answers ask for beyond the plan; each line holds what the plan lacks."""
    lines = {name_need(leg_id, EXTRA, extra.capability): extra for extra in extras}
    planned = [need for need in needs if need.need_id not in lines]
    counted = Counter[str]()
    for need in planned:
        counted[need.capability] += need.count
    more = [
        Need(need_id=need_id, capability=extra.capability, count=count, minimum=1)
        for need_id, extra in lines.items()
        if (count := extra.count - counted[extra.capability]) > 0
    ]
    return (*planned, *more)


def list_agencies(plan: ResponsePlan | None, level: int) -> list[str]:
    """The agencies that a plan names up to a level, in the plan's order."""
    if plan is None:
        return []
    return list(dict.fromkeys(leg.agency_id for legs in plan.levels[:level] for leg in legs))


def list_missing(leg: Leg, assignments: Iterable[Assignment]) -> list[tuple[Need, int]]:
    """The needs of a leg that still miss units, each with how many, given every assignment made on it.

    What is assigned and not stood down counts: on the leg, queued for it, or done with it.
    """
    if leg.state in ("closed", "refused"):
        return []
    there = [a for a in assignments if a.state != "ended" or a.ended_how == "cleared"]
    sent = Counter(need_id for a in there for need_id in (a.need_id, *(a.also_need_ids or ())))
    missing = [(need, need.count - sent[need.need_id]) for need in leg.needs]
    return [(need, count) for need, count in missing if count > 0]


def list_open_needs(state: CentreState, leg: Leg, without: Collection[str] = ()) -> list[tuple[Need, int]]:
    """`list_missing` of a leg as it stands, some of its assignments left out."""
    return list_missing(leg, (state.assignments[id_] for id_ in leg.assignment_ids if id_ not in without))


def find_need(open_needs: list[tuple[Need, int]], unit: Unit) -> Need | None:
    """The first open need that a unit meets: by its own capability, otherwise as a substitute."""
    for need, _ in open_needs:
        if need.capability in unit.capabilities:
            return need
    for need, _ in open_needs:
        if any(capability in unit.capabilities for capability, _price in need.substitutes):
            return need
    return None


def find_needs(book: CodeBook, open_needs: list[tuple[Need, int]], unit: Unit) -> tuple[Need, ...]:
    """The open needs that a unit serves at once: the first that it meets, and one for each other thing that
    it can do beside it."""
    first = find_need(open_needs, unit)
    type_ = book.get_agency(unit.agency_id).unit_types.get(unit.type_code)
    if first is None or type_ is None or first.capability not in type_.at_once:
        return (first,) if first is not None else ()
    served = {first.capability: first}
    for need, _ in open_needs:
        if need.capability in type_.at_once:
            served.setdefault(need.capability, need)
    return tuple(served.values())


def take(open_needs: list[tuple[Need, int]], *taken: Need) -> list[tuple[Need, int]]:
    """The open needs after one more unit went to some of them."""
    ids = {need.need_id for need in taken}
    left = [(need, count - 1 if need.need_id in ids else count) for need, count in open_needs]
    return [(need, count) for need, count in left if count > 0]


def list_ids(needs: Sequence[Need]) -> tuple[str | None, tuple[str, ...]]:
    """The first need's id, None without one, and those of the others."""
    return (needs[0].need_id if needs else None), tuple(need.need_id for need in needs[1:])


def request_leg(draft: Draft, incident: Incident, agency_id: str, plan: ResponsePlan | None) -> str:
    """Ask an agency for its part of an incident that exists; gives the leg's id."""
    return request_new_leg(
        draft,
        incident.id,
        incident.priority,
        agency_id,
        plan,
        incident.level,
        extras=incident.extra_needs,
        test=incident.test,
    )


def request_new_leg(
    draft: Draft,
    incident_id: str,
    priority: int,
    agency_id: str,
    plan: ResponsePlan | None,
    level: int,
    *,
    extras: Iterable[ExtraNeed] = (),
    test: bool,
) -> str:
    """Ask an agency for its part; a dispatcher's own agency has seen it by that, and waits for a unit."""
    agency = draft.book.get_agency(agency_id)
    leg_id = name_leg(incident_id, agency.suffix)
    own = [extra for extra in extras if extra.agency_id == agency_id]
    draft.emit(
        LegRequested(
            leg_id=leg_id,
            incident_id=incident_id,
            agency_id=agency_id,
            suffix=agency.suffix,
            priority=priority,
            needs=add_extras(leg_id, build_needs(leg_id, plan, agency_id, level), own),
            test=test,
        )
    )
    draft.leg_states[leg_id] = "requested"
    if draft.actor.role in (Role.DISPATCHER, Role.SUPERVISOR) and agency_id in draft.actor.agencies:
        draft.emit(LegSeen(leg_id=leg_id))
        draft.leg_states[leg_id] = "seen"
    return leg_id


def change_needs(
    draft: Draft,
    incident: Incident,
    type_code: str,
    priority: int,
    level: int,
    extras: Sequence[ExtraNeed] | None = None,
) -> None:
    """Bring every living leg to another type, priority or level, and ask the agencies that this adds.

    `extras` are needs beyond the plan, by default those the incident has. An agency that was left out on
    purpose, though the plan so far named it, is not asked by it.
    """
    before = find_plan(draft.book, incident.type_code, incident.priority)
    plan = find_plan(draft.book, type_code, priority)
    extras = incident.extra_needs if extras is None else extras
    asked = set(list_agencies(before, incident.level))
    for leg_id in incident.leg_ids:
        leg = draft.state.legs[leg_id]
        asked.add(leg.agency_id)
        if draft.leg_state(leg_id) in ("closed", "refused"):
            continue
        own = [extra for extra in extras if extra.agency_id == leg.agency_id]
        needs = build_needs(leg.id, plan, leg.agency_id, level) or tuple(leg.needs)
        needs = add_extras(leg.id, needs, own)
        if needs != tuple(leg.needs) or priority != leg.priority:
            draft.emit(LegNeedsChanged(leg_id=leg.id, priority=priority, needs=needs))
    for agency_id in dict.fromkeys((*list_agencies(plan, level), *(e.agency_id for e in extras))):
        if agency_id not in asked:
            request_new_leg(
                draft, incident.id, priority, agency_id, plan, level, extras=extras, test=incident.test
            )


def find_plan(book: CodeBook, type_code: str, priority: int) -> ResponsePlan | None:
    """The plan for a type at a priority, or None."""
    return book.find_plan(type_code, priority)


def _needs_of(legs: tuple[PlanLeg, ...], agency_id: str) -> list[PlanNeed]:
    return [need for leg in legs if leg.agency_id == agency_id for need in leg.needs]


def _line(leg_id: str, level: int, need: PlanNeed, count: int, minimum: int) -> Need:
    return Need(
        need_id=name_need(leg_id, level, need.capability),
        capability=need.capability,
        count=need.count - count,
        minimum=max(0, min(need.minimum - minimum, need.count - count)),
        level=level,
        substitutes=need.substitutes,
        package=need.package or msgspec.UNSET,
    )
