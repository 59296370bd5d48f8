"""Undo: the commands that compensate what a person did last, where the rules have such commands.

Nothing is taken out of the log. A dispatch not yet received is withdrawn; once received, undoing it is a
stand-down that the crew must acknowledge.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from dispatch.domain.codebook import Label
from dispatch.domain.model.assignment import (
    AcceptRecommendation,
    Assignment,
    DispatchUnits,
    QueueUnit,
    ReassignUnit,
    Recommendation,
    ReportPhase,
    StandDown,
)
from dispatch.domain.model.hold import EndHold, HoldIncident
from dispatch.domain.model.incident import (
    ChangePlace,
    ChangePriority,
    ChangeType,
    CloseLeg,
    Incident,
    ReopenLeg,
)
from dispatch.domain.model.messages import Command
from dispatch.domain.model.move import EndMove, OrderMove
from dispatch.domain.model.report import AttachReport, SplitReport
from dispatch.domain.model.road_condition import (
    ChangeRoadCondition,
    LiftRoadCondition,
    PutRoadCondition,
    RoadCondition,
)
from dispatch.domain.model.unit import SetUnitStatus, SignOffCrew, SignOnCrew, Unit
from dispatch.domain.model.values import Phase

UNDO_WITHIN = timedelta(seconds=30)


Known = Incident | Unit | Assignment | RoadCondition


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """What one person did by one line: the commands sent, and how what they touch stood before."""

    at: datetime
    echo: Label
    commands: tuple[Command, ...]
    before: dict[str, Known]


class Entities(Protocol):
    """The entities of now, by id."""

    @property
    def incidents(self) -> Mapping[str, Incident]: ...
    @property
    def assignments(self) -> Mapping[str, Assignment]: ...
    @property
    def units(self) -> Mapping[str, Unit]: ...
    @property
    def recommendations(self) -> Mapping[str, Recommendation]: ...
    @property
    def road_conditions(self) -> Mapping[str, RoadCondition]: ...


def record_act(commands: tuple[Command, ...], echo: Label, at: datetime, entities: Entities) -> Act:
    """What is to be kept of a line, taken before its commands are sent. Entities are kept as they are: the
    picture replaces them, it never changes them."""
    before: dict[str, Known] = {}
    for command in commands:
        for entity in _touched(command, entities):
            before[entity.id] = entity
    return Act(at=at, echo=echo, commands=commands, before=before)


def compensate(act: Act, entities: Entities) -> tuple[Command, ...] | None:
    """The commands that undo an act, last first; None when any of it cannot be undone.

    What has gone by itself meanwhile (a unit that declined) needs nothing more. Empty when all of it has.
    """
    found: list[Command] = []
    for command in reversed(act.commands):
        rule = _RULES.get(type(command))
        answer = rule(command, act, entities) if rule is not None else None
        if answer is None:
            return None
        found.extend(answer)
    return tuple(found)


def _touched(command: Command, entities: Entities) -> list[Known]:
    names = ("incident_id", "unit_id", "assignment_id", "condition_id")
    ids = [getattr(command, name, None) for name in names]
    ids.extend(getattr(command, "unit_ids", ()))
    if isinstance(command, AcceptRecommendation):
        plan = entities.recommendations.get(command.incident_id)
        ids.extend(p.unit_id for p in plan.proposed) if plan is not None else None
    if isinstance(command, AcceptRecommendation | DispatchUnits):
        ids.extend(_list_replaced(command, entities))
    tables: tuple[Mapping[str, Any], ...] = (
        entities.incidents,
        entities.units,
        entities.assignments,
        entities.road_conditions,
    )
    found = [table[id_] for id_ in ids if id_ is not None for table in tables if id_ in table]
    held = [a.unit_id for a in found if isinstance(a, Assignment)]
    return found + [entities.units[id_] for id_ in held if id_ in entities.units]


def _list_replaced(command: AcceptRecommendation | DispatchUnits, entities: Entities) -> list[str]:
    """Queued assignments whose place the units take that a command sends."""
    plan = entities.recommendations.get(command.incident_id)
    return [
        id_
        for proposed in (plan.proposed if plan is not None else ())
        if isinstance(command, AcceptRecommendation) or proposed.unit_id in command.unit_ids
        for id_ in proposed.instead_of or ()
    ]


def _stand_down_new(
    unit_ids: tuple[str, ...], incident_id: str, act: Act, entities: Entities
) -> list[Command]:
    """Call off every unit that came to the incident since."""
    found: list[Command] = []
    for unit_id in unit_ids:
        unit, before = entities.units.get(unit_id), act.before.get(unit_id)
        if unit is None:
            continue
        had = {before.assignment_id, *before.queued} if isinstance(before, Unit) else set()
        for assignment_id in filter(None, (unit.assignment_id, *unit.queued)):
            assignment = entities.assignments.get(assignment_id)
            if assignment is not None and assignment.incident_id == incident_id and assignment_id not in had:
                found.append(StandDown(assignment_id=assignment_id, reason="undo"))
    return found


def _put_back(incident_id: str, act: Act, entities: Entities) -> list[Command]:
    """Queue every unit again that was taken off the incident's queue by the same act. One that is free by now
    would have set out, and does; one that has left service stays where it is."""
    found: list[Command] = []
    for before in act.before.values():
        if not isinstance(before, Assignment) or (before.state, before.incident_id) != (
            "queued",
            incident_id,
        ):
            continue
        now, unit = entities.assignments.get(before.id), entities.units.get(before.unit_id)
        if now is None or now.ended_how != "withdrawn" or unit is None or not _is_open(incident_id, entities):
            continue
        if unit.assignment_id is not None:
            found.append(QueueUnit(incident_id=incident_id, unit_id=unit.id, leg_id=before.leg_id))
        elif unit.phase in (Phase.AVAILABLE, Phase.RETURNING):
            found.append(DispatchUnits(incident_id=incident_id, unit_ids=(unit.id,), leg_id=before.leg_id))
    return found


def _undo_dispatch(command: DispatchUnits, act: Act, entities: Entities) -> list[Command]:
    called_off = _stand_down_new(command.unit_ids, command.incident_id, act, entities)
    return called_off + _put_back(command.incident_id, act, entities)


def _undo_accept(command: AcceptRecommendation, act: Act, entities: Entities) -> list[Command]:
    units = tuple(id_ for id_, entity in act.before.items() if isinstance(entity, Unit))
    called_off = _stand_down_new(units, command.incident_id, act, entities)
    return called_off + _put_back(command.incident_id, act, entities)


def _undo_queue(command: QueueUnit, act: Act, entities: Entities) -> list[Command]:
    return _stand_down_new((command.unit_id,), command.incident_id, act, entities)


def _undo_reassign(command: ReassignUnit, act: Act, entities: Entities) -> list[Command] | None:
    unit = act.before.get(command.unit_id)
    old = entities.assignments.get(unit.assignment_id or "") if isinstance(unit, Unit) else None
    if old is None or not _is_open(old.incident_id, entities):
        return None
    return [ReassignUnit(unit_id=command.unit_id, incident_id=old.incident_id, leg_id=old.leg_id)]


def _undo_stand_down(command: StandDown, act: Act, entities: Entities) -> list[Command] | None:
    """A withdrawn unit is sent again. One that must acknowledge its stand-down still has it on its screen."""
    before, now = act.before.get(command.assignment_id), entities.assignments.get(command.assignment_id)
    if not isinstance(before, Assignment) or not _is_open(before.incident_id, entities):
        return None
    if now is not None and now.state != "ended":
        return None
    if before.state == "queued":
        return [QueueUnit(incident_id=before.incident_id, unit_id=before.unit_id, leg_id=before.leg_id)]
    return [DispatchUnits(incident_id=before.incident_id, unit_ids=(before.unit_id,), leg_id=before.leg_id)]


def _undo_phase(command: ReportPhase, act: Act, entities: Entities) -> list[Command] | None:
    """Back to the status before, as a correction that keeps both times. An end or a first status stays."""
    now, before = entities.assignments.get(command.assignment_id), act.before.get(command.assignment_id)
    if now is None or now.state != "active" or not isinstance(before, Assignment):
        return None
    unit = act.before.get(before.unit_id)
    if not isinstance(unit, Unit) or unit.phase in (Phase.AVAILABLE, Phase.DISPATCHED, Phase.RECEIVED):
        return None
    return [ReportPhase(assignment_id=command.assignment_id, status_code=unit.status_code)]


def _undo_status(command: SetUnitStatus, act: Act, entities: Entities) -> list[Command] | None:
    unit = act.before.get(command.unit_id)
    if not isinstance(unit, Unit):
        return None
    return [SetUnitStatus(unit_id=unit.id, status_code=unit.status_code, reason="undo")]


def _undo_priority(command: ChangePriority, act: Act, entities: Entities) -> list[Command] | None:
    before, now = act.before.get(command.incident_id), entities.incidents.get(command.incident_id)
    if not isinstance(before, Incident) or now is None or now.priority != command.priority:
        return None
    return [ChangePriority(incident_id=now.id, priority=before.priority, seen=now.version)]


def _undo_type(command: ChangeType, act: Act, entities: Entities) -> list[Command] | None:
    before, now = act.before.get(command.incident_id), entities.incidents.get(command.incident_id)
    if not isinstance(before, Incident) or now is None or now.type_code != command.type_code:
        return None
    return [ChangeType(incident_id=now.id, type_code=before.type_code, seen=now.version)]


def _undo_place(command: ChangePlace, act: Act, entities: Entities) -> list[Command] | None:
    before, now = act.before.get(command.incident_id), entities.incidents.get(command.incident_id)
    if not isinstance(before, Incident) or now is None or now.place.lon_lat != command.place.lon_lat:
        return None
    return [ChangePlace(incident_id=now.id, place=before.place, seen=now.version)]


def _undo_hold(command: HoldIncident, act: Act, entities: Entities) -> list[Command]:
    now = entities.incidents.get(command.incident_id)
    return [EndHold(incident_id=command.incident_id)] if now is not None and now.hold is not None else []


def _undo_attach(command: AttachReport, act: Act, entities: Entities) -> list[Command]:
    return [SplitReport(report_id=command.report_id)]


def _undo_close(command: CloseLeg, act: Act, entities: Entities) -> list[Command]:
    return [ReopenLeg(leg_id=command.leg_id)]


def _undo_sign_on(command: SignOnCrew, act: Act, entities: Entities) -> list[Command]:
    return [SignOffCrew(crew_id=command.crew_id)]


def _undo_put_road(command: PutRoadCondition, act: Act, entities: Entities) -> list[Command]:
    now = entities.road_conditions.get(command.condition_id)
    if now is None or now.state == "ended":
        return []
    return [LiftRoadCondition(condition_id=now.id, reason="hoàn tác / undo")]


def _undo_lift_road(command: LiftRoadCondition, act: Act, entities: Entities) -> list[Command] | None:
    """The same again, as a new one: between the two the street was open, and the log says so. Its sender's id
    is made at the rim."""
    before = act.before.get(command.condition_id)
    if not isinstance(before, RoadCondition):
        return None
    return [
        PutRoadCondition(
            condition_id=before.id,
            kind=before.kind,
            form=before.form,
            lon_lats=before.lon_lats,
            reason=before.reason or before.source,
            factor=before.factor,
            depth_m=before.depth_m,
            where=before.where,
            source=before.source,
            from_at=before.from_at if before.state == "planned" else None,
            until=before.until,
            review_at=before.review_at,
            vehicle_class=before.vehicle_class,
        )
    ]


def _undo_change_road(command: ChangeRoadCondition, act: Act, entities: Entities) -> list[Command] | None:
    before, now = act.before.get(command.condition_id), entities.road_conditions.get(command.condition_id)
    if not isinstance(before, RoadCondition) or now is None or now.state == "ended":
        return None
    return [
        ChangeRoadCondition(
            condition_id=now.id,
            seen=now.version,
            factor=before.factor,
            depth_m=before.depth_m,
            reason=before.reason,
            until=before.until,
            review_at=before.review_at,
        )
    ]


def _is_open(incident_id: str, entities: Entities) -> bool:
    incident = entities.incidents.get(incident_id)
    return incident is not None and incident.state == "open"


_Rule = Callable[[Any, Act, Entities], "list[Command] | None"]


def _undo_order(command: OrderMove, act: Act, entities: Entities) -> list[Command]:
    """Whatever the crew has said to it meanwhile: it is told that the order no longer stands."""
    return [EndMove(move_id=command.move_id, reason="hoàn tác / undo")]


_RULES: dict[type[Command], _Rule] = {
    DispatchUnits: _undo_dispatch,
    AcceptRecommendation: _undo_accept,
    QueueUnit: _undo_queue,
    ReassignUnit: _undo_reassign,
    StandDown: _undo_stand_down,
    ReportPhase: _undo_phase,
    SetUnitStatus: _undo_status,
    ChangePriority: _undo_priority,
    ChangeType: _undo_type,
    SignOnCrew: _undo_sign_on,
    ChangePlace: _undo_place,
    HoldIncident: _undo_hold,
    AttachReport: _undo_attach,
    CloseLeg: _undo_close,
    PutRoadCondition: _undo_put_road,
    LiftRoadCondition: _undo_lift_road,
    ChangeRoadCondition: _undo_change_road,
    OrderMove: _undo_order,
}

UNDOABLE = frozenset(_RULES)
"""Kinds of command that have an opposite."""
