"""What the rules will make of a typed time: nothing begins before what had to come first."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from dispatch.domain.model.assignment import AcceptAssignment, DispatchUnits, ReportPhase
from dispatch.domain.model.messages import Command
from dispatch.domain.rules.assignment import earliest
from dispatch.usecases.command_line.context import LineContext


def find_counted(commands: Iterable[Command], at: datetime, context: LineContext) -> datetime | None:
    """The later time that counts instead of a typed one (the latest, of several units); None where the typed
    one will stand."""
    floors = (floor for command in commands for floor in _list_floors(command, context))
    return max((floor for floor in floors if floor > at), default=None)


def _list_floors(command: Command, context: LineContext) -> Iterator[datetime]:
    """Not before the dispatch and the phases before it; not before the order came; not before the leg was
    asked for."""
    if isinstance(command, ReportPhase | AcceptAssignment):
        assignment = context.assignments.get(command.assignment_id)
        if assignment is None:
            return
        if isinstance(command, ReportPhase):
            yield earliest(
                assignment, context.book.get_status(assignment.agency_id, command.status_code).phase
            )
        else:
            yield assignment.received_at or assignment.dispatched_at or assignment.created_at
    elif isinstance(command, DispatchUnits):
        agencies = {
            context.units[unit_id].agency_id for unit_id in command.unit_ids if unit_id in context.units
        }
        incident = context.incidents.get(command.incident_id)
        legs = (context.legs.get(leg_id) for leg_id in (incident.leg_ids if incident is not None else ()))
        yield from (leg.requested_at for leg in legs if leg is not None and leg.agency_id in agencies)
