"""The verbs about units and their assignments."""

from dispatch.domain.codebook import Label
from dispatch.domain.model.assignment import (
    AcceptAssignment,
    Assignment,
    DispatchUnits,
    QueueUnit,
    ReassignUnit,
    ReportPhase,
    StandDown,
)
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.messages import Command
from dispatch.domain.model.move import AcceptMove, EndMove, Move, OrderMove
from dispatch.domain.model.unit import SetUnitStatus, Unit
from dispatch.domain.model.values import Phase
from dispatch.usecases.command_line.arguments import Arguments
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.echo import name_busy, name_incident, name_units
from dispatch.usecases.command_line.faults import LineFault
from dispatch.usecases.command_line.reading import Reading
from dispatch.usecases.command_line.verbs import Verb


def accept_by_radio(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """Everything the unit has not yet accepted: the assignment itself and its numbered updates, and that an
    incident was cancelled; of a free unit, where it was ordered to wait."""
    commands: list[Command] = []
    for unit in arguments.pick_units():
        move = context.find_move(unit)
        if move is not None and move.state == "ordered" and arguments.incident is None:
            if move.accepted_at is not None:
                raise LineFault("nothing_to_accept", unit.call_sign)
            commands.append(AcceptMove(move_id=move.id))
            continue
        cancelled = context.list_cancelled(unit) if arguments.incident is None else ()
        found: list[Command] = [
            AcceptAssignment(assignment_id=a.id, n=u.n)
            for a in cancelled
            for u in a.updates
            if u.kind == "stand_down" and u.accepted_at is None
        ]
        if not found or unit.assignment_id is not None:
            assignment = _active(unit, arguments, context)
            open_numbers = [0] if assignment.accepted_at is None else []
            open_numbers += [update.n for update in assignment.updates if update.accepted_at is None]
            found += [AcceptAssignment(assignment_id=assignment.id, n=n) for n in open_numbers]
        if not found:
            raise LineFault("nothing_to_accept", unit.call_sign)
        commands += found
    return _reading(verb, commands, arguments, context)


def report_status(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """A status heard by radio. Available without an assignment is a status of the unit alone."""
    commands: list[Command] = []
    assert verb.phase is not None
    for unit in arguments.pick_units():
        code = context.find_status(unit.agency_id, verb.phase)
        if code is None:
            raise LineFault("no_such_status", unit.call_sign)
        free = context.find_active(unit) is None and arguments.incident is None
        if verb.phase == Phase.AVAILABLE and free and arguments.outcome is None:
            commands.append(SetUnitStatus(unit_id=unit.id, status_code=code))
        else:
            assignment = _active(unit, arguments, context)
            commands.append(
                ReportPhase(assignment_id=assignment.id, status_code=code, outcome=arguments.outcome)
            )
    return _reading(verb, commands, arguments, context)


def queue(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """Busy units take the incident next."""
    incident = arguments.pick_incident(context)
    leg_id = arguments.leg.id if arguments.leg is not None else None
    commands: list[Command] = [
        QueueUnit(incident_id=incident.id, unit_id=unit.id, leg_id=leg_id) for unit in arguments.pick_units()
    ]
    return _to_incident(verb, commands, incident, arguments, context)


def reassign(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """Busy units leave their incident for this one."""
    incident = arguments.pick_incident(context)
    leg_id = arguments.leg.id if arguments.leg is not None else None
    commands: list[Command] = [
        ReassignUnit(unit_id=unit.id, incident_id=incident.id, leg_id=leg_id)
        for unit in arguments.pick_units()
    ]
    return _to_incident(verb, commands, incident, arguments, context)


def stand_down(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """Calls units off the incident named, else off what they are on, else off what they queue for; a free
    unit off where it is to wait."""
    commands: list[Command] = []
    for unit in arguments.pick_units():
        move = context.find_move(unit)
        if move is not None and arguments.incident is None:
            commands.append(EndMove(move_id=move.id, reason=arguments.text))
            continue
        active = context.find_active(unit)
        held = [*([active] if active is not None else []), *context.list_queued(unit)]
        if arguments.incident is not None:
            held = [a for a in held if a.incident_id == arguments.incident.id]
        if not held:
            raise LineFault(
                "no_assignment" if arguments.incident is None else "other_incident", unit.call_sign
            )
        commands.append(StandDown(assignment_id=held[0].id, reason=arguments.text))
    return _reading(verb, commands, arguments, context)


def wait_elsewhere(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """Orders what is proposed: free units go and wait at another station."""
    moves: list[Move] = []
    for unit in arguments.pick_units():
        move = context.find_move(unit)
        if move is None or move.state != "proposed":
            raise LineFault("nothing_to_accept", unit.call_sign)
        moves.append(move)
    pairs = zip(arguments.units, moves, strict=True)
    told = "; ".join(f"{unit.call_sign} → {move.station_name}" for unit, move in pairs)
    return Reading(
        commands=tuple(OrderMove(move_id=move.id) for move in moves),
        echo=Label(vi=f"{told} · {verb.label.vi}", en=f"{told} · {verb.label.en}"),
    )


def swap(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """The free unit goes in place of the assigned one: first sent, then the other called off, so that the
    incident is never without a unit when the first of the two commands is refused."""
    units = arguments.units
    held = [(unit, context.find_active(unit)) for unit in units]
    assigned = [(unit, active) for unit, active in held if active is not None]
    if len(units) != 2 or len(assigned) != 1:
        raise LineFault("swap_needs_two")
    old, assignment = assigned[0]
    new = next(unit for unit in units if unit.id != old.id)
    incident = context.find_incident(assignment.incident_id)
    if incident is None or (arguments.incident is not None and arguments.incident.id != incident.id):
        raise LineFault("other_incident", old.call_sign)
    commands: tuple[Command, ...] = (
        DispatchUnits(incident_id=incident.id, unit_ids=(new.id,), leg_id=assignment.leg_id),
        StandDown(assignment_id=assignment.id, reason="swap"),
    )
    named = name_incident(incident, context)
    echo = Label(
        vi=f"{new.call_sign} thay {old.call_sign} → {named.vi}",
        en=f"{new.call_sign} replaces {old.call_sign} → {named.en}",
    )
    return Reading(commands=commands, echo=echo)


def _active(unit: Unit, arguments: Arguments, context: LineContext) -> Assignment:
    assignment = context.find_active(unit)
    if assignment is None:
        raise LineFault("no_assignment", unit.call_sign)
    if arguments.incident is not None and assignment.incident_id != arguments.incident.id:
        raise LineFault("other_incident", unit.call_sign)
    return assignment


def _reading(verb: Verb, commands: list[Command], arguments: Arguments, context: LineContext) -> Reading:
    """The commands with an echo of units, what they do, the outcome or reason, and their incidents."""
    active = (context.find_active(unit) for unit in arguments.units)
    ids = dict.fromkeys(a.incident_id for a in active if a is not None)
    named = [name_incident(i, context) for i in map(context.find_incident, ids) if i is not None]
    outcome = context.book.outcomes.get(arguments.outcome or "", Label(vi="", en=""))
    signs = name_units(arguments.units)
    vi = [f"{signs}: {verb.label.vi}", outcome.vi, arguments.text, "; ".join(n.vi for n in named)]
    en = [f"{signs}: {verb.label.en}", outcome.en, arguments.text, "; ".join(n.en for n in named)]
    echo = Label(vi=" · ".join(filter(None, vi)), en=" · ".join(filter(None, en)))
    return Reading(commands=tuple(commands), echo=echo)


def _to_incident(
    verb: Verb, commands: list[Command], incident: Incident, arguments: Arguments, context: LineContext
) -> Reading:
    named, busy = name_incident(incident, context), name_busy(arguments.units, incident, context)
    signs = name_units(arguments.units)
    echo = Label(
        vi=f"{signs}: {verb.label.vi} → {named.vi}{busy.vi}",
        en=f"{signs}: {verb.label.en} → {named.en}{busy.en}",
    )
    return Reading(commands=tuple(commands), echo=echo)
