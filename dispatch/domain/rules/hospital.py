"""Hospitals: known to the centre, what they tell of themselves, and which one an assignment goes to (D8)."""

from datetime import datetime, timedelta
from math import isfinite

import msgspec

from dispatch.domain.model.assignment import Assignment, AssignmentUpdated
from dispatch.domain.model.hospital import (
    BedsTold,
    ChooseHospital,
    ChosenHospital,
    Diversion,
    DivertHospital,
    Hospital,
    HospitalBedsTold,
    HospitalChosen,
    HospitalDiverted,
    HospitalRegistered,
    HospitalReopened,
    RegisterHospital,
    ReopenHospital,
    TellBeds,
)
from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import DESK, FIELD, applies, decides
from dispatch.domain.rules.touch import touch
from dispatch.domain.rules.updates import next_n
from dispatch.domain.state import CentreState

LONGEST = timedelta(hours=24)
"""Nobody knows longer ahead whom a hospital can take."""

BEDS_HOLD = timedelta(hours=4)
"""How long a count of beds is worth something, unless it says so itself."""

MOST_BEDS = 10_000
MOST_TRAVEL_S = 86_400.0


def is_diverted(hospital: Hospital, needs: tuple[str, ...], now: datetime) -> bool:
    """Whether it takes no patients who need all this, as far as it told and that still holds."""
    told = hospital.diversion
    if told is None or told.until <= now:
        return False
    return not told.capabilities or not set(told.capabilities).isdisjoint(needs)


# ── deciding ──


@decides(RegisterHospital)
def register(draft: Draft, command: RegisterHospital) -> None:
    """Told by the centre itself, from map and table; the same again is nothing new."""
    if not command.name.strip():
        raise Refused("hospital_name_missing")
    event = HospitalRegistered(
        hospital_id=command.hospital_id,
        name=command.name,
        lon_lat=command.lon_lat,
        capabilities=tuple(dict.fromkeys(command.capabilities)),
        synthetic=command.synthetic,
        in_use=command.in_use,
    )
    known = draft.state.hospitals.get(command.hospital_id)
    if known is None or any(
        getattr(known, field) != getattr(event, field)
        for field in ("name", "lon_lat", "capabilities", "synthetic", "in_use")
    ):
        draft.emit(event)


@decides(DivertHospital, *DESK)
def divert(draft: Draft, command: DivertHospital) -> None:
    """With a reason and an end; said again, the newest word holds."""
    hospital = _get(draft, command.hospital_id)
    if not command.reason.strip():
        raise Refused("reason_missing")
    _require_soon(draft, command.until)
    draft.emit(
        HospitalDiverted(
            hospital_id=hospital.id,
            reason=command.reason,
            until=command.until,
            capabilities=tuple(dict.fromkeys(command.capabilities)),
            source=command.source,
        )
    )


@decides(ReopenHospital, *DESK)
def reopen(draft: Draft, command: ReopenHospital) -> None:
    """Before its time; one that is open stays so."""
    hospital = _get(draft, command.hospital_id)
    if hospital.diversion is not None:
        draft.emit(HospitalReopened(hospital_id=hospital.id))


@decides(TellBeds, *DESK)
def tell_beds(draft: Draft, command: TellBeds) -> None:
    """As the hospital told it, for a while."""
    hospital = _get(draft, command.hospital_id)
    if not 0 <= command.free <= MOST_BEDS:
        raise Refused("bad_beds", free=command.free, limit=MOST_BEDS)
    until = command.until or draft.now + BEDS_HOLD
    _require_soon(draft, until)
    draft.emit(
        HospitalBedsTold(hospital_id=hospital.id, free=command.free, until=until, source=command.source)
    )


@decides(ChooseHospital, *FIELD, *DESK)
def choose(draft: Draft, command: ChooseHospital) -> None:
    """Any hospital may be chosen, also against what was proposed: the event keeps what spoke against it."""
    assignment = draft.get_assignment(command.assignment_id)
    unit = draft.state.units[assignment.unit_id]
    draft.require_unit(unit)
    if assignment.state != "active":
        how = assignment.ended_how or assignment.state
        raise Refused("assignment_ended", assignment_id=assignment.id, how=how, at=assignment.ended_at)
    travel_s = command.travel_s
    if travel_s is not None and not (isfinite(travel_s) and 0 <= travel_s <= MOST_TRAVEL_S):
        raise Refused("malformed_command", type="assignment.choose_hospital", fault=f"travel_s {travel_s!r}")
    before = find_chosen(assignment)
    if (before.hospital_id if before is not None else None) == command.hospital_id:
        return
    draft.emit(_choice(draft, assignment, command))
    if draft.actor.role not in FIELD:
        name = draft.state.hospitals[command.hospital_id].name if command.hospital_id is not None else ""
        draft.emit(
            AssignmentUpdated(
                assignment_id=assignment.id,
                n=next_n(draft, assignment),
                kind="hospital",
                old=before.name if before is not None else "",
                new=name,
                hot=assignment.hot,
            )
        )


def _choice(draft: Draft, assignment: Assignment, command: ChooseHospital) -> HospitalChosen:
    if command.hospital_id is None:
        return HospitalChosen(assignment_id=assignment.id, hospital_id=None)
    hospital = _get(draft, command.hospital_id)
    return HospitalChosen(
        assignment_id=assignment.id,
        hospital_id=hospital.id,
        name=hospital.name,
        lon_lat=hospital.lon_lat,
        travel_s=command.travel_s,
        diverted=is_diverted(hospital, hospital.capabilities, draft.now),
        proposed=command.proposed,
        weighed=command.weighed,
        why=command.why,
    )


def find_chosen(assignment: Assignment) -> ChosenHospital | None:
    """Where it goes, or None while nobody has said."""
    return None if assignment.hospital is msgspec.UNSET else assignment.hospital


def _get(draft: Draft, hospital_id: str) -> Hospital:
    found = draft.state.hospitals.get(hospital_id)
    if found is None or not found.in_use:
        raise Refused("unknown_hospital", hospital_id=hospital_id)
    return found


def _require_soon(draft: Draft, until: datetime) -> None:
    if not draft.now < until <= draft.now + LONGEST:
        raise Refused("bad_time", field="until")


# ── applying ──


@applies(HospitalRegistered)
def apply_registered(state: CentreState, event: HospitalRegistered, recorded: Envelope) -> None:
    known = state.hospitals.get(event.hospital_id)
    hospital = Hospital(
        id=event.hospital_id,
        name=event.name,
        lon_lat=event.lon_lat,
        capabilities=event.capabilities,
        synthetic=event.synthetic,
        in_use=event.in_use,
        diversion=known.diversion if known is not None else None,
        beds=known.beds if known is not None else None,
    )
    state.hospitals[hospital.id] = hospital
    touch(state, "hospital", hospital, recorded)


@applies(HospitalDiverted)
def apply_diverted(state: CentreState, event: HospitalDiverted, recorded: Envelope) -> None:
    hospital = state.hospitals[event.hospital_id]
    hospital.diversion = Diversion(
        reason=event.reason,
        until=event.until,
        at=recorded.recorded_at,
        by=recorded.actor,
        capabilities=event.capabilities,
        source=event.source,
    )
    touch(state, "hospital", hospital, recorded)


@applies(HospitalReopened)
def apply_reopened(state: CentreState, event: HospitalReopened, recorded: Envelope) -> None:
    hospital = state.hospitals[event.hospital_id]
    hospital.diversion = None
    touch(state, "hospital", hospital, recorded)


@applies(HospitalBedsTold)
def apply_beds_told(state: CentreState, event: HospitalBedsTold, recorded: Envelope) -> None:
    hospital = state.hospitals[event.hospital_id]
    hospital.beds = BedsTold(
        free=event.free, at=recorded.recorded_at, until=event.until, by=recorded.actor, source=event.source
    )
    touch(state, "hospital", hospital, recorded)


@applies(HospitalChosen)
def apply_chosen(state: CentreState, event: HospitalChosen, recorded: Envelope) -> None:
    assignment = state.assignments[event.assignment_id]
    assignment.hospital = msgspec.UNSET
    if event.hospital_id is not None and event.lon_lat is not None:
        assignment.hospital = ChosenHospital(
            hospital_id=event.hospital_id,
            name=event.name,
            lon_lat=event.lon_lat,
            by=recorded.actor,
            at=recorded.recorded_at,
            travel_s=event.travel_s,
            diverted=event.diverted,
            proposed=event.proposed,
        )
    touch(state, "assignment", assignment, recorded)
