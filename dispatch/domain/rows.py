"""What a reader may see of the state: one row per entity, with who may see it.

Read models, snapshots, live frames, replay and exports all show these rows and nothing else, so that
a rule of visibility stands in one place.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from dispatch.domain import visibility
from dispatch.domain.model.assignment import Assignment, Delivery, Recommendation
from dispatch.domain.model.call import Call
from dispatch.domain.model.caution import Caution
from dispatch.domain.model.desk import Alert, Desk, Seat
from dispatch.domain.model.handover import Handover
from dispatch.domain.model.hospital import Hospital
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.move import Move
from dispatch.domain.model.person import Person
from dispatch.domain.model.report import Report
from dispatch.domain.model.road_condition import RoadCondition
from dispatch.domain.model.unit import Crew, Station, Unit
from dispatch.domain.rules.touch import Versioned
from dispatch.domain.state import TABLES, CentreState, get_table
from dispatch.domain.visibility import Agencies

ROW_KINDS = tuple(TABLES)

_encoder = msgspec.json.Encoder()


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """`body` is the entity as JSON, personal values still sealed.

    A session sees the row if one of its agencies is in `visible_to` ("*" = every agency). Sealed values
    open, and fields named in `limited` are present, only for agencies in `private_to`; for others they
    are null. `agency_id` is the owner's.
    """

    kind: str
    id: str
    version: int
    agency_id: str
    visible_to: tuple[str, ...]
    private_to: tuple[str, ...]
    limited: tuple[str, ...] = ()
    body: msgspec.Raw


def project(state: CentreState, kind: str, id_: str) -> Row | None:
    """The row of an entity as it stands, or None if it is gone."""
    entity = get_table(state, kind).get(id_)
    return None if entity is None else _PROJECTIONS[kind](state, entity)


def _row(
    kind: str,
    entity: Versioned,
    agency_id: str,
    visible_to: Agencies,
    private_to: Agencies,
    limited: tuple[str, ...] = (),
) -> Row:
    return Row(
        kind=kind,
        id=entity.id,
        version=entity.version,
        agency_id=agency_id,
        visible_to=visible_to,
        private_to=private_to,
        limited=limited,
        body=msgspec.Raw(_encoder.encode(entity)),
    )


def _call(_state: CentreState, call: Call) -> Row:
    return _row("call", call, call.agency_id, *visibility.of_call(call))


def _report(state: CentreState, report: Report) -> Row:
    return _row("report", report, report.agency_id, *visibility.of_report(state, report))


def _incident(state: CentreState, incident: Incident) -> Row:
    visible_to, private_to = visibility.of_incident(state, incident)
    return _row("incident", incident, private_to[0] if private_to else "", visible_to, private_to)


def _leg(state: CentreState, leg: Leg) -> Row:
    incident = state.incidents[leg.incident_id]
    return _row("leg", leg, leg.agency_id, *visibility.of_incident(state, incident))


def _assignment(state: CentreState, assignment: Assignment) -> Row:
    incident = state.incidents[assignment.incident_id]
    return _row("assignment", assignment, assignment.agency_id, *visibility.of_incident(state, incident))


def _delivery(state: CentreState, delivery: Delivery) -> Row:
    return _row("delivery", delivery, delivery.agency_id, *visibility.of_delivery(state, delivery))


def _recommendation(state: CentreState, made: Recommendation) -> Row:
    visible_to, private_to = visibility.of_incident(state, state.incidents[made.incident_id])
    return Row(
        kind="recommendation",
        id=made.incident_id,
        version=made.row_version,
        agency_id=private_to[0] if private_to else "",
        visible_to=visible_to,
        private_to=private_to,
        body=msgspec.Raw(_encoder.encode(made)),
    )


def _station(_state: CentreState, station: Station) -> Row:
    return _row("station", station, station.agency_id, visibility.EVERYONE, visibility.EVERYONE)


def _unit(state: CentreState, unit: Unit) -> Row:
    return _row("unit", unit, unit.agency_id, *visibility.of_unit(state, unit))


def _crew(_state: CentreState, crew: Crew) -> Row:
    return _row("crew", crew, crew.agency_id, *visibility.of_crew(crew))


def _desk(_state: CentreState, desk: Desk) -> Row:
    agency_id = desk.agencies[0] if desk.agencies else ""
    return _row("desk", desk, agency_id, visibility.EVERYONE, visibility.EVERYONE)


def _seat(state: CentreState, seat: Seat) -> Row:
    desks = (state.desks[desk_id] for desk_id in seat.desk_ids)
    agency_id = next((desk.agencies[0] for desk in desks if desk.agencies), "")
    return _row("seat", seat, agency_id, visibility.EVERYONE, visibility.EVERYONE)


def _alert(state: CentreState, alert: Alert) -> Row:
    return _row("alert", alert, alert.agency_id, *visibility.of_alert(state, alert))


def _person(_state: CentreState, person: Person) -> Row:
    return _row("person", person, "", visibility.EVERYONE, visibility.EVERYONE)


def _handover(_state: CentreState, handover: Handover) -> Row:
    return _row("handover", handover, handover.agencies[0], *visibility.of_handover(handover))


def _caution(_state: CentreState, caution: Caution) -> Row:
    """Nobody is shown them all: what an incident needs of them stands in its notes."""
    return _row("caution", caution, "", (), ())


def _road_condition(_state: CentreState, condition: RoadCondition) -> Row:
    """Roads are everybody's."""
    agency_id = condition.agency_id
    return _row("road_condition", condition, agency_id, visibility.EVERYONE, visibility.EVERYONE)


def _move(_state: CentreState, move: Move) -> Row:
    return _row("move", move, move.agency_id, *visibility.of_move(move))


def _hospital(_state: CentreState, hospital: Hospital) -> Row:
    """Whom a hospital can take concerns everybody who brings somebody."""
    return _row("hospital", hospital, "", visibility.EVERYONE, visibility.EVERYONE)


_PROJECTIONS: dict[str, Callable[[CentreState, Any], Row]] = {
    "call": _call,
    "report": _report,
    "incident": _incident,
    "leg": _leg,
    "assignment": _assignment,
    "delivery": _delivery,
    "recommendation": _recommendation,
    "station": _station,
    "unit": _unit,
    "crew": _crew,
    "desk": _desk,
    "seat": _seat,
    "alert": _alert,
    "person": _person,
    "handover": _handover,
    "caution": _caution,
    "road_condition": _road_condition,
    "move": _move,
    "hospital": _hospital,
}
