"""Stations, units and crews: register, sign on and off, status without an assignment, mayday."""

from dispatch.domain.codebook import Status
from dispatch.domain.model.desk import AlertRaised
from dispatch.domain.model.messages import Envelope, Refused, Role
from dispatch.domain.model.unit import (
    CallMayday,
    Crew,
    CrewSignedOff,
    CrewSignedOn,
    EndMayday,
    MaydayCalled,
    MaydayEnded,
    RegisterStation,
    RegisterUnit,
    SetUnitStatus,
    SignOffCrew,
    SignOnCrew,
    Station,
    StationRegistered,
    Unit,
    UnitRegistered,
    UnitStatusSet,
)
from dispatch.domain.model.values import Phase
from dispatch.domain.rules.assignment import clamp
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.moving import end_moves_of, find_live_move
from dispatch.domain.rules.registry import DESK, FIELD, applies, decides
from dispatch.domain.rules.status import WITHOUT_ASSIGNMENT
from dispatch.domain.rules.touch import claimed_time, touch
from dispatch.domain.state import CentreState

# ── deciding ──


@decides(RegisterStation, Role.ADMINISTRATOR)
def register_station(draft: Draft, command: RegisterStation) -> None:
    """A place where units belong."""
    draft.book.get_agency(command.agency_id)
    draft.require_agency(command.agency_id)
    draft.require_new(command.station_id in draft.state.stations, "station", command.station_id)
    draft.emit(
        StationRegistered(
            station_id=command.station_id,
            agency_id=command.agency_id,
            name=command.name,
            lon_lat=command.lon_lat,
            synthetic=command.synthetic,
        )
    )


@decides(RegisterUnit, Role.ADMINISTRATOR)
def register_unit(draft: Draft, command: RegisterUnit) -> None:
    """A unit of a known type at a station of its agency; its call sign is its own in the whole centre."""
    agency = draft.book.get_agency(command.agency_id)
    draft.require_agency(command.agency_id)
    draft.require_new(command.unit_id in draft.state.units, "unit", command.unit_id)
    station = draft.state.stations.get(command.station_id)
    if station is None or station.agency_id != agency.id:
        raise Refused("unknown_station", station_id=command.station_id)
    type_ = agency.unit_types.get(command.type_code)
    if type_ is None:
        raise Refused("unknown_unit_type", agency_id=agency.id, type_code=command.type_code)
    if not command.call_sign.strip():
        raise Refused("call_sign_missing")
    if command.call_sign in draft.state.call_signs:
        raise Refused("call_sign_taken", call_sign=command.call_sign)
    code = next(s.code for s in agency.statuses.values() if s.phase is Phase.AVAILABLE and s.in_quarters)
    draft.emit(
        UnitRegistered(
            unit_id=command.unit_id,
            call_sign=command.call_sign,
            agency_id=agency.id,
            station_id=station.id,
            type_code=type_.code,
            capabilities=type_.capabilities,
            vehicle_class=type_.vehicle_class,
            turnout_s=type_.turnout_s,
            status_code=code,
            synthetic=command.synthetic,
            test=command.test,
        )
    )


@decides(SetUnitStatus, *FIELD, *DESK)
def set_status(draft: Draft, command: SetUnitStatus) -> None:
    """A status of a unit that is on no assignment."""
    unit = draft.get_unit(command.unit_id)
    draft.require_unit(unit)
    status = draft.book.get_status(unit.agency_id, command.status_code)
    if unit.assignment_id is not None:
        raise Refused("unit_on_assignment", call_sign=unit.call_sign, assignment_id=unit.assignment_id)
    if status.phase not in WITHOUT_ASSIGNMENT:
        raise Refused("status_needs_assignment", call_sign=unit.call_sign, status_code=status.code)
    if status.code == unit.status_code:
        return
    draft.emit(
        UnitStatusSet(
            unit_id=unit.id,
            phase=status.phase,
            status_code=status.code,
            in_quarters=status.in_quarters,
            time=clamp(draft, unit.phase_since),
            reason=command.reason,
        )
    )
    _end_move(draft, unit, status)


def _end_move(draft: Draft, unit: Unit, status: Status) -> None:
    """Who is not free any more waits nowhere; who set out for another station and is at its own went home."""
    move = find_live_move(draft.state, unit.id)
    if status.phase not in (Phase.AVAILABLE, Phase.RETURNING):
        end_moves_of(draft, (unit.id,), "not_free")
    elif move is not None and status.in_quarters and move.accepted_at is not None:
        end_moves_of(draft, (unit.id,), "own_station")


@decides(SignOnCrew, *FIELD, *DESK)
def sign_on(draft: Draft, command: SignOnCrew) -> None:
    """People take one or more vehicles of one agency; at most one of them may be out already."""
    draft.require_new(command.crew_id in draft.state.crews, "crew", command.crew_id)
    units = [draft.get_unit(unit_id) for unit_id in dict.fromkeys(command.unit_ids)]
    if not units:
        raise Refused("no_units", number="")
    for unit in units:
        draft.require_unit(unit)
        if unit.agency_id != units[0].agency_id:
            raise Refused("other_agency", call_sign=unit.call_sign)
        if unit.crew_id is not None:
            raise Refused("unit_crewed", call_sign=unit.call_sign, crew_id=unit.crew_id)
    out = [unit.call_sign for unit in units if unit.assignment_id is not None]
    if len(out) > 1:
        raise Refused("crew_on_two", call_signs=", ".join(out))
    draft.emit(
        CrewSignedOn(
            crew_id=command.crew_id,
            agency_id=units[0].agency_id,
            unit_ids=tuple(unit.id for unit in units),
            names=command.names,
            phone=command.phone,
            radio=command.radio,
            ends_at=command.ends_at,
        )
    )
    end_moves_of(draft, (unit.id for unit in units), "crew_changed")
    draft.answer = {"crew_id": command.crew_id}


@decides(SignOffCrew, *FIELD, *DESK)
def sign_off(draft: Draft, command: SignOffCrew) -> None:
    """The crew leaves its vehicles; not while one of them is out."""
    crew = draft.get_crew(command.crew_id)
    units = [draft.state.units[unit_id] for unit_id in crew.unit_ids]
    draft.require_unit(units[0])
    if crew.committed_assignment_id is not None:
        out = next((u.call_sign for u in units if u.assignment_id == crew.committed_assignment_id), "")
        raise Refused("crew_out", crew_id=crew.id, call_sign=out)
    end_moves_of(draft, crew.unit_ids, "crew_changed")
    draft.emit(CrewSignedOff(crew_id=crew.id))


@decides(CallMayday, *FIELD, *DESK)
def call_mayday(draft: Draft, command: CallMayday) -> None:
    """Every desk concerned is told at once; said again, it stands."""
    unit = draft.get_unit(command.unit_id)
    draft.require_unit(unit)
    if unit.mayday_at is not None:
        return
    assignment = draft.state.assignments.get(unit.assignment_id or "")
    draft.emit(MaydayCalled(unit_id=unit.id, lon_lat=command.lon_lat))
    draft.emit(
        AlertRaised(
            alert_id=draft.new_id(),
            kind="mayday",
            level="A",
            agency_id=unit.agency_id,
            incident_id=assignment.incident_id if assignment is not None else None,
            about=("unit", unit.id),
            params={"call_sign": unit.call_sign},
        )
    )


@decides(EndMayday, *DESK)
def end_mayday(draft: Draft, command: EndMayday) -> None:
    """Only a person ends it, and says how."""
    unit = draft.get_unit(command.unit_id)
    draft.require_agency(unit.agency_id)
    if not command.reason.strip():
        raise Refused("reason_missing")
    if unit.mayday_at is None:
        raise Refused("no_mayday", call_sign=unit.call_sign)
    draft.emit(MaydayEnded(unit_id=unit.id, reason=command.reason))


# ── applying ──


@applies(StationRegistered)
def apply_station(state: CentreState, event: StationRegistered, recorded: Envelope) -> None:
    station = Station(
        id=event.station_id,
        agency_id=event.agency_id,
        name=event.name,
        lon_lat=event.lon_lat,
        synthetic=event.synthetic,
    )
    state.stations[station.id] = station
    touch(state, "station", station, recorded)


@applies(UnitRegistered)
def apply_unit(state: CentreState, event: UnitRegistered, recorded: Envelope) -> None:
    unit = Unit(
        id=event.unit_id,
        call_sign=event.call_sign,
        agency_id=event.agency_id,
        station_id=event.station_id,
        type_code=event.type_code,
        capabilities=event.capabilities,
        vehicle_class=event.vehicle_class,
        turnout_s=event.turnout_s,
        phase=Phase.AVAILABLE,
        status_code=event.status_code,
        phase_since=recorded.recorded_at,
        synthetic=event.synthetic,
        test=event.test,
    )
    state.units[unit.id] = unit
    state.call_signs[unit.call_sign] = unit.id
    touch(state, "unit", unit, recorded)


@applies(UnitStatusSet)
def apply_status(state: CentreState, event: UnitStatusSet, recorded: Envelope) -> None:
    unit = state.units[event.unit_id]
    unit.phase = event.phase
    unit.status_code = event.status_code
    unit.in_quarters = event.in_quarters
    unit.phase_since = event.time.occurred_at
    touch(state, "unit", unit, recorded)


@applies(CrewSignedOn)
def apply_signed_on(state: CentreState, event: CrewSignedOn, recorded: Envelope) -> None:
    crew = Crew(
        id=event.crew_id,
        agency_id=event.agency_id,
        unit_ids=list(event.unit_ids),
        names=list(event.names),
        phone=event.phone,
        radio=event.radio,
        signed_on_at=recorded.recorded_at,
        ends_at=event.ends_at,
    )
    state.crews[crew.id] = crew
    for unit_id in crew.unit_ids:
        unit = state.units[unit_id]
        unit.crew_id = crew.id
        touch(state, "unit", unit, recorded)
        assignment = state.assignments.get(unit.assignment_id or "")
        if assignment is not None:
            assignment.crew_id = crew.id
            crew.committed_assignment_id = assignment.id
            touch(state, "assignment", assignment, recorded)
    touch(state, "crew", crew, recorded)


@applies(CrewSignedOff)
def apply_signed_off(state: CentreState, event: CrewSignedOff, recorded: Envelope) -> None:
    crew = state.crews.pop(event.crew_id)
    state.touched.add(("crew", crew.id))
    for unit_id in crew.unit_ids:
        unit = state.units[unit_id]
        unit.crew_id = None
        touch(state, "unit", unit, recorded)


@applies(MaydayCalled)
def apply_mayday(state: CentreState, event: MaydayCalled, recorded: Envelope) -> None:
    unit = state.units[event.unit_id]
    unit.mayday_at = claimed_time(recorded, unit.phase_since)
    touch(state, "unit", unit, recorded)


@applies(MaydayEnded)
def apply_mayday_ended(state: CentreState, event: MaydayEnded, recorded: Envelope) -> None:
    unit = state.units[event.unit_id]
    unit.mayday_at = None
    touch(state, "unit", unit, recorded)
