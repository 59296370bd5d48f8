"""/ws/unit: a unit, or a station for all its units: the outbox in order, statuses, positions."""

import asyncio
from datetime import datetime
from typing import cast

import msgspec

from dispatch.api.auth.limits import Bucket
from dispatch.api.auth.principal import Principal
from dispatch.api.deps import ApiDeps
from dispatch.api.errors import ApiError
from dispatch.api.protocol.commands import COMMANDS_BY_CHANNEL
from dispatch.api.protocol.frames import (
    Changes,
    DeliveryFrame,
    Fix,
    Frame,
    FromUnit,
    Hello,
    Position,
    Positions,
)
from dispatch.api.ws.channel import Channel
from dispatch.api.ws.session import Session, encode_frame
from dispatch.api.ws.socket import Socket
from dispatch.domain.model.messages import Role
from dispatch.domain.model.values import TimeSource
from dispatch.live.positions import FUTURE_LIMIT_S, BadPosition, FuturePosition, Located
from dispatch.live.units import OutboxItem, UnitIndex
from dispatch.live.wire import RowOut

RESEND_AFTER_S = (1.0, 2.0, 4.0, 8.0)
"""Pauses between repeats of a delivery that was not acknowledged; the last one goes on."""

TRACK_LIMIT = 200

UNIT = Channel(
    name="unit",
    decoder=msgspec.json.Decoder(FromUnit),
    frame_limit=16 * 1024,
    rate=10.0,
    burst=200.0,
    commands=COMMANDS_BY_CHANNEL["unit"],
    sources=(TimeSource.CREW, TimeSource.GEOFENCE),
    roles=frozenset((Role.UNIT, Role.STATION)),
    head_s=10.0,
)


class UnitSession(Session):
    """A device of the field. Its rows come whole at the start and then as they change; deliveries repeat
    until they are received."""

    channel = UNIT

    def __init__(
        self, socket: Socket, principal: Principal, deps: ApiDeps, bucket: Bucket, index: UnitIndex
    ) -> None:
        super().__init__(socket, principal, deps, bucket)
        self._index = index
        self._units = index.list_units(principal.unit_id, principal.station_id)
        self._seq = 0
        self._changed: dict[tuple[str, str], None] = {}
        self._due: dict[str, OutboxItem] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def begin(self, hello: Hello, resumed_rights: bool) -> str | None:
        """Everything that concerns the unit now, then its outbox from the first delivery not received."""
        for unit_id in sorted(self._units):
            self._changed.update(dict.fromkeys(self._index.list_rows_of(unit_id)))
            self._offer_outbox(unit_id)
        return None

    def end(self) -> None:
        """No more repeats."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    @property
    def units(self) -> set[str]:
        """The units this connection speaks for."""
        return self._units

    def notice(self, unit_id: str, keys: set[tuple[str, str]]) -> None:
        """Rows of one of its units changed."""
        self._units = self._index.list_units(self.principal.unit_id, self.principal.station_id)
        self._changed.update(dict.fromkeys(sorted(key for key in keys if key[0] != "delivery")))
        if any(kind == "delivery" for kind, _ in keys):
            self._offer_outbox(unit_id)
        self.wake()

    def pull(self) -> bytes | None:
        """Rows first, so that a delivery never speaks of what the device does not have."""
        if self._changed:
            return self._pull_changes()
        while self._due:
            item = self._due.pop(next(iter(self._due)))
            if self._index.find_outbox_item(item.unit_id, item.id) is not None:
                return self._encode_delivery(item)
        return None

    def take(self, frame: Frame, received_at: datetime) -> None:
        """Positions."""
        if isinstance(frame, Position):
            fix = Fix(at=frame.at, lon=frame.lon, lat=frame.lat, accuracy=frame.accuracy)
            self._take_fixes(frame.unit, (fix,), received_at)
        elif isinstance(frame, Positions):
            if len(frame.fixes) > TRACK_LIMIT:
                raise ApiError("track_too_long", limit=TRACK_LIMIT)
            self._take_fixes(frame.unit, frame.fixes, received_at)
        else:
            raise ApiError("unknown_frame", t=type(frame).__name__)

    def _take_fixes(self, unit: str | None, fixes: tuple[Fix, ...], received_at: datetime) -> None:
        unit_id = unit or self.principal.unit_id
        if unit_id is None or unit_id not in self._units:
            raise ApiError("not_your_unit", unit=unit_id or "")
        agency_id = self.principal.agencies[0] if self.principal.agencies else ""
        for fix in fixes:
            if fix.at.tzinfo is None:
                raise ApiError("malformed_frame", fault="time without zone - at `$.at`")
            located = Located(
                unit_id=unit_id,
                agency_id=agency_id,
                at=self.clock.correct(fix.at, received_at),
                received_at=received_at,
                lon=fix.lon,
                lat=fix.lat,
                accuracy_m=fix.accuracy,
            )
            try:
                self.deps.positions.update(located)
            except BadPosition as fault:
                raise ApiError("bad_position", lon=fix.lon, lat=fix.lat) from fault
            except FuturePosition as fault:
                raise ApiError("future_position", at=fix.at.isoformat(), limit_s=FUTURE_LIMIT_S) from fault

    def _pull_changes(self) -> bytes:
        board = self.deps.board
        rows: list[msgspec.Raw] = []
        gone: list[tuple[str, str]] = []
        for kind, id_ in self._changed:
            row = board.find_encoded(kind, id_, self.rights)
            if row is not None:
                rows.append(row)
            else:
                gone.append((kind, id_))
        self._changed.clear()
        prev, self._seq = self._seq, board.head.seq
        frame = Changes(
            prev=prev, seq=self._seq, rows=cast(tuple[RowOut, ...], tuple(rows)), gone=tuple(gone)
        )
        return encode_frame(frame)

    def _offer_outbox(self, unit_id: str) -> None:
        """Send what is new; what was received meanwhile is no longer repeated."""
        for item in self._index.list_outbox(unit_id):
            if item.id not in self._timers and item.id not in self._due:
                self._send_and_repeat(item, 0)

    def _send_and_repeat(self, item: OutboxItem, repeat: int) -> None:
        if self._index.find_outbox_item(item.unit_id, item.id) is None:
            self._timers.pop(item.id, None)
            return
        pause_s = RESEND_AFTER_S[min(repeat, len(RESEND_AFTER_S) - 1)]
        self._due[item.id] = item
        self._timers[item.id] = self._loop.call_later(pause_s, self._send_and_repeat, item, repeat + 1)
        self.wake()

    def _encode_delivery(self, item: OutboxItem) -> bytes:
        board = self.deps.board
        part = self._index.find_assignment(item.assignment_id)
        incident = leg = None
        if part is not None:
            incident = board.find_body("incident", part.incident_id, self.rights)
            leg = board.find_body("leg", part.leg_id, self.rights)
        return encode_frame(
            DeliveryFrame(
                unit_id=item.unit_id,
                n=item.n,
                kind=item.kind,
                update_n=item.update_n,
                assignment_id=item.assignment_id,
                assignment=board.find_body("assignment", item.assignment_id, self.rights),
                incident=incident,
                leg=leg,
                move_id=item.move_id,
                move=board.find_body("move", item.move_id, self.rights) if item.move_id else None,
            )
        )
