"""Desks and seats (C6): who works what, and where a person sits."""

from dispatch.domain.model.desk import (
    Desk,
    DeskOpened,
    OpenDesk,
    Seat,
    SeatSignedOff,
    SeatSignedOn,
    SignOffSeat,
    SignOnSeat,
)
from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import CHIEFS, ROOM, applies, decides
from dispatch.domain.rules.touch import touch
from dispatch.domain.rules.work import watch_seats
from dispatch.domain.state import CentreState

# ── deciding ──


@decides(OpenDesk, *CHIEFS)
def open_desk(draft: Draft, command: OpenDesk) -> None:
    """Create a desk or change what it works."""
    for agency_id in command.agencies:
        draft.book.get_agency(agency_id)
    draft.emit(
        DeskOpened(
            desk_id=command.desk_id,
            name=command.name,
            agencies=command.agencies,
            areas=command.areas,
            talk_groups=command.talk_groups,
        )
    )
    draft.answer = {"desk_id": command.desk_id}


@decides(SignOnSeat, *ROOM)
def sign_on(draft: Draft, command: SignOnSeat) -> None:
    """Sit down at one or more desks of one's own agencies; a seat that is taken names who sits there."""
    for desk_id in command.desk_ids:
        desk = draft.state.desks.get(desk_id)
        if desk is None:
            raise Refused("unknown_desk", desk_id=desk_id)
        if not set(desk.agencies) & set(draft.actor.agencies):
            raise Refused("not_your_agency", agency_id=", ".join(desk.agencies))
    seat = draft.state.seats.get(command.seat_id)
    if seat is not None and seat.user_id != draft.actor.id:
        raise Refused("seat_taken", seat_id=seat.id, by=seat.user_name or seat.user_id)
    draft.emit(
        SeatSignedOn(
            seat_id=command.seat_id,
            user_id=draft.actor.id,
            user_name=draft.actor.name,
            desk_ids=tuple(dict.fromkeys(command.desk_ids)),
        )
    )
    draft.answer = {"seat_id": command.seat_id}


@decides(SignOffSeat, *ROOM)
def sign_off(draft: Draft, command: SignOffSeat) -> None:
    """Stand up; a chief may free another's seat."""
    seat = draft.state.seats.get(command.seat_id)
    if seat is None:
        raise Refused("unknown_seat", seat_id=command.seat_id)
    if seat.user_id != draft.actor.id and draft.actor.role not in CHIEFS:
        raise Refused("seat_taken", seat_id=seat.id, by=seat.user_name or seat.user_id)
    draft.emit(SeatSignedOff(seat_id=seat.id))


# ── applying ──


@applies(DeskOpened)
def apply_opened(state: CentreState, event: DeskOpened, recorded: Envelope) -> None:
    before = state.desks.get(event.desk_id)
    desk = Desk(
        id=event.desk_id,
        name=event.name,
        agencies=event.agencies,
        areas=event.areas,
        talk_groups=event.talk_groups,
        seat_ids=before.seat_ids if before is not None else [],
    )
    state.desks[desk.id] = desk
    if before is None:
        state.empty_desks[desk.id] = recorded.recorded_at
    touch(state, "desk", desk, recorded)
    watch_seats(state)
    for seat_id in desk.seat_ids:
        touch(state, "seat", state.seats[seat_id], recorded)


@applies(SeatSignedOn)
def apply_signed_on(state: CentreState, event: SeatSignedOn, recorded: Envelope) -> None:
    _leave(state, event.seat_id, recorded)
    seat = Seat(
        id=event.seat_id,
        user_id=event.user_id,
        user_name=event.user_name,
        desk_ids=list(event.desk_ids),
        signed_on_at=recorded.recorded_at,
    )
    state.seats[seat.id] = seat
    for desk_id in seat.desk_ids:
        desk = state.desks[desk_id]
        desk.seat_ids.append(seat.id)
        state.empty_desks.pop(desk_id, None)
        touch(state, "desk", desk, recorded)
    touch(state, "seat", seat, recorded)
    watch_seats(state)


@applies(SeatSignedOff)
def apply_signed_off(state: CentreState, event: SeatSignedOff, recorded: Envelope) -> None:
    _leave(state, event.seat_id, recorded)


def _leave(state: CentreState, seat_id: str, recorded: Envelope) -> None:
    seat = state.seats.pop(seat_id, None)
    if seat is None:
        return
    state.touched.add(("seat", seat_id))
    for desk_id in seat.desk_ids:
        desk = state.desks[desk_id]
        desk.seat_ids.remove(seat_id)
        if not desk.seat_ids:
            state.empty_desks[desk_id] = recorded.recorded_at
        touch(state, "desk", desk, recorded)
    watch_seats(state)
