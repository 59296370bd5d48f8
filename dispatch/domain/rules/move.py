"""Where free units wait: proposed by the centre, ordered by a desk, answered like an assignment."""

from datetime import timedelta
from math import isfinite

from dispatch.domain.model.assignment import Delivery
from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.model.move import (
    AcceptMove,
    ArriveMove,
    DeclineMove,
    EndMove,
    Move,
    MoveAccepted,
    MoveArchived,
    MoveEnded,
    MoveOrdered,
    MoveProposed,
    MoveReceived,
    OrderMove,
    ProposeMove,
    ReceiveMove,
)
from dispatch.domain.model.unit import Unit, UnitStatusSet
from dispatch.domain.model.values import Phase
from dispatch.domain.rules.assignment import clamp
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.moving import end_move, find_live_move, list_units_of_crew
from dispatch.domain.rules.registry import DESK, FIELD, applies, decides
from dispatch.domain.rules.touch import claimed_time, touch
from dispatch.domain.state import CentreState

FREE = (Phase.AVAILABLE, Phase.RETURNING)

SHIFT = timedelta(hours=12)
"""What counts as a shift where no crew has signed on."""

TURNED_DOWN = timedelta(minutes=30)
"""So long a unit is not proposed again to a station to which a person did not want it to go."""

# ── deciding ──


@decides(ProposeMove)
def propose(draft: Draft, command: ProposeMove) -> None:
    """Only of a free unit, for enough gain, and as often in a shift as the agency wants its crews moved."""
    unit = draft.get_unit(command.unit_id)
    station = draft.state.stations.get(command.station_id)
    if station is None or station.agency_id != unit.agency_id:
        raise Refused("unknown_station", station_id=command.station_id)
    _require_free(draft, unit)
    cover = draft.book.get_agency(unit.agency_id).cover
    least = cover.move_gain_s
    if least is None or not isfinite(command.gain_s) or command.gain_s < least:
        raise Refused("move_gains_little", call_sign=unit.call_sign)
    if any(find_live_move(draft.state, id_) is not None for id_ in list_units_of_crew(draft, unit)):
        raise Refused("move_stands", call_sign=unit.call_sign)
    if _was_turned_down(draft, unit, station.id):
        raise Refused("move_turned_down", call_sign=unit.call_sign, station=station.name)
    _require_under_cap(draft, unit)
    move_id = draft.new_id()
    draft.emit(
        MoveProposed(
            move_id=move_id,
            agency_id=unit.agency_id,
            unit_id=unit.id,
            crew_id=unit.crew_id,
            station_id=station.id,
            gain_s=round(command.gain_s, 1),
            freed=command.freed,
            policy=command.policy,
        )
    )
    draft.answer = {"move_id": move_id}


@decides(OrderMove, *DESK)
def order(draft: Draft, command: OrderMove) -> None:
    """The first to accept it; said again, it stands."""
    move = _get_live(draft, command.move_id)
    draft.require_agency(move.agency_id)
    if move.state == "proposed":
        unit = draft.get_unit(move.unit_id)
        _require_free(draft, unit)
        _require_under_cap(draft, unit)
        draft.emit(MoveOrdered(move_id=move.id))


@decides(EndMove, *DESK)
def end(draft: Draft, command: EndMove) -> None:
    """The centre lets a proposal lapse; an order only a person takes back."""
    move = _get_live(draft, command.move_id)
    draft.require_agency(move.agency_id)
    if draft.is_system():
        if move.state == "proposed":
            end_move(draft, move, "lapsed", command.reason)
        return
    end_move(draft, move, "refused" if move.state == "proposed" else "withdrawn", command.reason)


@decides(ReceiveMove, *FIELD, *DESK)
def receive(draft: Draft, command: ReceiveMove) -> None:
    """The device has it; said twice, or too late, it changes nothing."""
    move = _get_own(draft, command.move_id)
    if move.state == "ordered" and move.received_at is None:
        draft.emit(MoveReceived(move_id=move.id))


@decides(AcceptMove, *FIELD, *DESK)
def accept(draft: Draft, command: AcceptMove) -> None:
    """A person has read it, so the device has it; a unit that stood in quarters is on the road by that."""
    move = _get_ordered(draft, command.move_id)
    if move.accepted_at is not None:
        return
    _tell_accepted(draft, move)
    unit = draft.state.units[move.unit_id]
    if unit.in_quarters:
        _set_free(draft, unit, in_quarters=False)


@decides(DeclineMove, *FIELD, *DESK)
def decline(draft: Draft, command: DeclineMove) -> None:
    """The crew stays where it is."""
    move = _get_ordered(draft, command.move_id)
    if not command.reason.strip():
        raise Refused("reason_missing")
    end_move(draft, move, "declined", command.reason)


@decides(ArriveMove, *FIELD, *DESK)
def arrive(draft: Draft, command: ArriveMove) -> None:
    """It waits there, free; only its own station are its quarters."""
    move = _get_ordered(draft, command.move_id)
    if move.accepted_at is None:
        _tell_accepted(draft, move)
    end_move(draft, move, "arrived")
    unit = draft.state.units[move.unit_id]
    _set_free(draft, unit, in_quarters=move.station_id == unit.station_id)


def _tell_accepted(draft: Draft, move: Move) -> None:
    if move.received_at is None:
        draft.emit(MoveReceived(move_id=move.id))
    draft.emit(MoveAccepted(move_id=move.id))


def _set_free(draft: Draft, unit: Unit, *, in_quarters: bool) -> None:
    """Free, and whether at its own station; agencies without such a status keep the one it has."""
    statuses = draft.book.get_agency(unit.agency_id).statuses.values()
    status = next((s for s in statuses if s.phase is Phase.AVAILABLE and s.in_quarters == in_quarters), None)
    if status is not None and status.code != unit.status_code:
        draft.emit(
            UnitStatusSet(
                unit_id=unit.id,
                phase=status.phase,
                status_code=status.code,
                in_quarters=in_quarters,
                time=clamp(draft, unit.phase_since),
                reason="",
            )
        )


def _require_free(draft: Draft, unit: Unit) -> None:
    crew = draft.state.crews.get(unit.crew_id or "")
    committed = crew is not None and crew.committed_assignment_id is not None
    if unit.assignment_id is not None or committed or unit.phase not in FREE:
        raise Refused("unit_not_free", call_sign=unit.call_sign)


def _require_under_cap(draft: Draft, unit: Unit) -> None:
    """Orders of this shift: of the crew since it signed on, else of the unit in the last hours."""
    crew = draft.state.crews.get(unit.crew_id or "")
    since = crew.signed_on_at if crew is not None else draft.now - SHIFT
    ordered = sum(
        move.ordered_at is not None
        and move.ordered_at >= since
        and (move.crew_id == crew.id if crew is not None else move.unit_id == unit.id)
        for move in draft.state.moves.values()
    )
    limit = draft.book.get_agency(unit.agency_id).cover.moves_per_shift
    if ordered >= limit:
        raise Refused("move_cap", call_sign=unit.call_sign, limit=limit)


def _was_turned_down(draft: Draft, unit: Unit, station_id: str) -> bool:
    return any(
        move.unit_id == unit.id
        and move.station_id == station_id
        and move.ended_how in ("declined", "refused", "withdrawn")
        and move.ended_at is not None
        and draft.now - move.ended_at < TURNED_DOWN
        for move in draft.state.moves.values()
    )


def _get(draft: Draft, move_id: str) -> Move:
    move = draft.state.moves.get(move_id)
    if move is None:
        raise Refused("unknown_move", move_id=move_id)
    return move


def _get_live(draft: Draft, move_id: str) -> Move:
    move = _get(draft, move_id)
    if move.state == "ended":
        draft.require_agency(move.agency_id)
        call_sign = draft.state.units[move.unit_id].call_sign
        raise Refused("move_ended", call_sign=call_sign, how=move.ended_how)
    return move


def _get_own(draft: Draft, move_id: str) -> Move:
    move = _get(draft, move_id)
    draft.require_unit(draft.state.units[move.unit_id])
    return move


def _get_ordered(draft: Draft, move_id: str) -> Move:
    """One that the crew was told of: a proposal is none of its business yet."""
    move = _get_own(draft, move_id)
    if move.state != "ordered":
        call_sign = draft.state.units[move.unit_id].call_sign
        raise Refused("move_ended", call_sign=call_sign, how=move.ended_how or move.state)
    return move


# ── applying ──


@applies(MoveProposed)
def apply_proposed(state: CentreState, event: MoveProposed, recorded: Envelope) -> None:
    station = state.stations[event.station_id]
    move = Move(
        id=event.move_id,
        agency_id=event.agency_id,
        unit_id=event.unit_id,
        station_id=station.id,
        station_name=station.name,
        lon_lat=station.lon_lat,
        gain_s=event.gain_s,
        freed=event.freed,
        policy=event.policy,
        state="proposed",
        proposed_at=recorded.recorded_at,
        crew_id=event.crew_id,
    )
    state.moves[move.id] = move
    state.live_moves[move.unit_id] = move.id
    touch(state, "move", move, recorded)


@applies(MoveOrdered)
def apply_ordered(state: CentreState, event: MoveOrdered, recorded: Envelope) -> None:
    move = state.moves[event.move_id]
    move.state = "ordered"
    move.ordered_at = recorded.recorded_at
    move.ordered_by = recorded.actor
    touch(state, "move", move, recorded)
    unit = state.units[move.unit_id]
    unit.delivery_n += 1
    delivery = Delivery(
        id=f"{unit.id}/{unit.delivery_n}",
        unit_id=unit.id,
        station_id=unit.station_id,
        agency_id=unit.agency_id,
        n=unit.delivery_n,
        kind="move",
        assignment_id="",
        move_id=move.id,
        update_n=0,
        at=recorded.recorded_at,
    )
    state.deliveries[delivery.id] = delivery
    state.deliveries_of.setdefault(move.id, []).append(delivery.id)
    touch(state, "delivery", delivery, recorded)
    touch(state, "unit", unit, recorded)


@applies(MoveReceived)
def apply_received(state: CentreState, event: MoveReceived, recorded: Envelope) -> None:
    move = state.moves[event.move_id]
    move.received_at = claimed_time(recorded, move.ordered_at or move.proposed_at)
    touch(state, "move", move, recorded)
    _close_outbox(state, move, recorded)


@applies(MoveAccepted)
def apply_accepted(state: CentreState, event: MoveAccepted, recorded: Envelope) -> None:
    move = state.moves[event.move_id]
    move.accepted_at = claimed_time(recorded, move.ordered_at or move.proposed_at)
    move.accepted_by = recorded.actor
    touch(state, "move", move, recorded)
    _close_outbox(state, move, recorded)


@applies(MoveEnded)
def apply_ended(state: CentreState, event: MoveEnded, recorded: Envelope) -> None:
    """What the crew was not told yet is told no more."""
    move = state.moves[event.move_id]
    move.state = "ended"
    move.ended_how = event.how
    move.reason = event.reason
    move.ended_at = claimed_time(recorded, move.accepted_at or move.ordered_at or move.proposed_at)
    state.live_moves.pop(move.unit_id, None)
    touch(state, "move", move, recorded)
    _close_outbox(state, move, recorded)


@applies(MoveArchived)
def apply_archived(state: CentreState, event: MoveArchived, _recorded: Envelope) -> None:
    """Its deliveries leave with it."""
    del state.moves[event.move_id]
    gone = {("move", event.move_id)}
    for delivery_id in state.deliveries_of.pop(event.move_id, ()):
        del state.deliveries[delivery_id]
        gone.add(("delivery", delivery_id))
    for alert_id in state.alerts_about.pop(f"move/{event.move_id}", ()):
        del state.alerts[alert_id]
        gone.add(("alert", alert_id))
    state.touched |= gone
    state.unwatched |= gone


def _close_outbox(state: CentreState, move: Move, recorded: Envelope) -> None:
    for delivery_id in state.deliveries_of.get(move.id, ()):
        delivery = state.deliveries[delivery_id]
        if not delivery.done:
            delivery.done = True
            touch(state, "delivery", delivery, recorded)
