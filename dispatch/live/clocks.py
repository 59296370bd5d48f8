"""The clocks of one incident as they stand now, read from the rows every screen is fed from."""

from datetime import datetime
from typing import Protocol, TypeVar

import msgspec

from dispatch.domain.clocks import AssignmentClocks, LegClocks, of_assignment, of_call, of_leg, of_report
from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.call import Call
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.report import Report
from dispatch.domain.model.values import Phase
from dispatch.domain.rows import Row
from dispatch.live.rights import Rights

Entity = TypeVar("Entity")


class LegTimes(msgspec.Struct, frozen=True, kw_only=True):
    """One agency's clocks, and those of each of its units."""

    leg_id: str
    agency_id: str
    clocks: LegClocks
    units: dict[str, AssignmentClocks]


class IncidentClocks(msgspec.Struct, frozen=True, kw_only=True):
    """`answer_s` is of the first report: ring → answered, or received → opened where nothing rings.

    `units` of a leg are keyed by assignment. What nobody reported is null.
    """

    incident_id: str
    answer_s: float | None
    legs: list[LegTimes]


class Rows(Protocol):
    """Where rows are found: the live board, or those of an instant of the past."""

    def find_row(self, kind: str, id_: str) -> Row | None:
        """The row as it stands, or None."""
        ...


def find_incident_clocks(board: Rows, incident_id: str, rights: Rights) -> IncidentClocks | None:
    """The clocks of an incident on the board; None for one that is not there or not for these rights."""
    row = board.find_row("incident", incident_id)
    if row is None or not rights.sees(row):
        return None
    incident = _decode(row, Incident)
    report = _find(board, "report", incident.report_ids[0] if incident.report_ids else None, Report)
    call = _find(board, "call", report.call_id if report is not None else None, Call)
    answered_at = (call.answered_at if call is not None else None) or (
        report.opened_at if report is not None else None
    )
    told_at = call.rung_at if call is not None else report.received_at if report is not None else None
    answer_s = of_call(call) if call is not None else of_report(report) if report is not None else None
    legs = [leg for id_ in incident.leg_ids if (leg := _find(board, "leg", id_, Leg)) is not None]
    first_asked = min((leg.requested_at for leg in legs), default=None)
    return IncidentClocks(
        incident_id=incident_id,
        answer_s=answer_s,
        legs=[
            _of_leg(board, leg, told_at, answered_at)
            if leg.requested_at == first_asked
            else _of_leg(board, leg, leg.requested_at, leg.requested_at)
            for leg in legs
        ],
    )


def _of_leg(board: Rows, leg: Leg, told_at: datetime | None, answered_at: datetime | None) -> LegTimes:
    found = (_find(board, "assignment", id_, Assignment) for id_ in leg.assignment_ids)
    assignments = [assignment for assignment in found if assignment is not None]
    arrivals = [a.times[Phase.ON_SCENE].occurred_at for a in assignments if Phase.ON_SCENE in a.times]
    return LegTimes(
        leg_id=leg.id,
        agency_id=leg.agency_id,
        clocks=of_leg(leg, answered_at=answered_at, told_at=told_at, on_scene_at=min(arrivals, default=None)),
        units={assignment.id: of_assignment(assignment) for assignment in assignments},
    )


def _find(board: Rows, kind: str, id_: str | None, type_: type[Entity]) -> Entity | None:
    row = board.find_row(kind, id_) if id_ is not None else None
    return None if row is None else _decode(row, type_)


def _decode(row: Row, type_: type[Entity]) -> Entity:
    return msgspec.json.decode(row.body, type=type_)
