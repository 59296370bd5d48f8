"""Handing a desk over from shift to shift: the state itself says what is left, two people sign."""

from dispatch.domain.model.desk import Desk, SeatSignedOff, SeatSignedOn
from dispatch.domain.model.handover import (
    HandedOver,
    Handover,
    HandoverArchived,
    HandoverTaken,
    HandoverWritten,
    TakeHandover,
    WriteHandover,
)
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.model.values import Phase
from dispatch.domain.rules import work
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import CHIEFS, ROOM, applies, decides
from dispatch.domain.rules.touch import touch
from dispatch.domain.state import CentreState
from dispatch.domain.visibility import list_parties

# ── deciding ──


@decides(WriteHandover, *ROOM)
def write(draft: Draft, command: WriteHandover) -> None:
    """Whoever sits at the desk, or a chief, writes it; what was written and not yet taken is replaced."""
    desk = draft.state.desks.get(command.desk_id)
    if desk is None:
        raise Refused("unknown_desk", desk_id=command.desk_id)
    _require_at_desk(draft, desk)
    waiting = find_waiting(draft.state, desk.id)
    handover_id = draft.new_id() if waiting is None else waiting.id
    draft.emit(
        HandoverWritten(
            handover_id=handover_id,
            desk_id=desk.id,
            agencies=desk.agencies,
            by_name=draft.actor.name or draft.actor.id,
            notes=command.notes,
            left=list_left(draft.state, desk),
        )
    )
    draft.answer = {"handover_id": handover_id}


@decides(TakeHandover, *ROOM)
def take(draft: Draft, command: TakeHandover) -> None:
    """Another person signs the version that was read, sits down, and the one who wrote it stands up."""
    handover = draft.state.handovers.get(command.handover_id)
    if handover is None:
        raise Refused("unknown_handover", handover_id=command.handover_id)
    if not set(handover.agencies) & set(draft.actor.agencies):
        raise Refused("not_your_agency", agency_id=", ".join(handover.agencies))
    if handover.taken_at is not None:
        raise Refused("handover_taken", by=handover.taken_by_name, at=handover.taken_at)
    if handover.written_by == draft.actor.id:
        raise Refused("own_handover")
    if handover.version != command.seen:
        raise Refused("handover_changed", by=handover.written_by_name, at=handover.written_at)
    draft.emit(HandoverTaken(handover_id=handover.id, by_name=draft.actor.name or draft.actor.id))
    if handover.desk_id in draft.state.desks:
        _change_seats(draft, handover)
    draft.answer = {"handover_id": handover.id}


def find_waiting(state: CentreState, desk_id: str) -> Handover | None:
    """The handover of a desk that nobody has taken yet."""
    found = (h for h in state.handovers.values() if h.desk_id == desk_id and h.taken_at is None)
    return next(found, None)


def list_left(state: CentreState, desk: Desk) -> HandedOver:
    """What a desk leaves behind now, in the order in which it began."""
    incidents = dict.fromkeys(state.legs[leg_id].incident_id for leg_id in work.list_legs_of(state, desk))
    shown = [id_ for id_ in incidents if _is_for_all(state, state.incidents[id_], desk)]
    agencies = set(desk.agencies)
    return HandedOver(
        incident_ids=tuple(shown),
        call_ids=tuple(
            call.id for call in state.calls.values() if call.call_back_due and call.agency_id in agencies
        ),
        unit_ids=tuple(
            unit.id
            for unit in state.units.values()
            if unit.agency_id in agencies and unit.phase == Phase.OUT_OF_SERVICE
        ),
        alert_ids=tuple(
            alert.id
            for alert in state.alerts.values()
            if alert.agency_id in agencies and (alert.incident_id is None or alert.incident_id in shown)
        ),
        withheld=len(incidents) - len(shown),
    )


def _is_for_all(state: CentreState, incident: Incident, desk: Desk) -> bool:
    return not incident.restricted or set(desk.agencies) <= set(list_parties(state, incident))


def _require_at_desk(draft: Draft, desk: Desk) -> None:
    if not set(desk.agencies) & set(draft.actor.agencies):
        raise Refused("not_your_agency", agency_id=", ".join(desk.agencies))
    sits = any(draft.state.seats[seat_id].user_id == draft.actor.id for seat_id in desk.seat_ids)
    if not sits and draft.actor.role not in CHIEFS:
        raise Refused("not_at_desk", desk=desk.name)


def _change_seats(draft: Draft, handover: Handover) -> None:
    seats = draft.state.seats.values()
    mine = next((seat for seat in seats if seat.user_id == draft.actor.id), None)
    if mine is None or handover.desk_id not in mine.desk_ids:
        draft.emit(
            SeatSignedOn(
                seat_id=mine.id if mine is not None else draft.actor.id,
                user_id=draft.actor.id,
                user_name=draft.actor.name,
                desk_ids=(*(mine.desk_ids if mine is not None else ()), handover.desk_id),
            )
        )
    for seat in seats:
        if seat.user_id != handover.written_by or handover.desk_id not in seat.desk_ids:
            continue
        others = tuple(desk_id for desk_id in seat.desk_ids if desk_id != handover.desk_id)
        if others:
            left = SeatSignedOn(
                seat_id=seat.id, user_id=seat.user_id, user_name=seat.user_name, desk_ids=others
            )
            draft.emit(left)
        else:
            draft.emit(SeatSignedOff(seat_id=seat.id))


# ── applying ──


@applies(HandoverWritten)
def apply_written(state: CentreState, event: HandoverWritten, recorded: Envelope) -> None:
    handover = Handover(
        id=event.handover_id,
        desk_id=event.desk_id,
        agencies=event.agencies,
        written_by=recorded.actor,
        written_by_name=event.by_name,
        written_at=recorded.recorded_at,
        notes=event.notes,
        left=event.left,
    )
    state.handovers[handover.id] = handover
    touch(state, "handover", handover, recorded)


@applies(HandoverTaken)
def apply_taken(state: CentreState, event: HandoverTaken, recorded: Envelope) -> None:
    handover = state.handovers[event.handover_id]
    handover.taken_by = recorded.actor
    handover.taken_by_name = event.by_name
    handover.taken_at = recorded.recorded_at
    touch(state, "handover", handover, recorded)


@applies(HandoverArchived)
def apply_archived(state: CentreState, event: HandoverArchived, _recorded: Envelope) -> None:
    del state.handovers[event.handover_id]
    state.touched.add(("handover", event.handover_id))
    state.unwatched.add(("handover", event.handover_id))
