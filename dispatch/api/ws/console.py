"""/ws/console: everything the rights allow, as numbered changes, and positions for the map."""

from datetime import datetime

import msgspec

from dispatch.api.auth.limits import Bucket
from dispatch.api.auth.principal import ROOM, Principal
from dispatch.api.deps import ApiDeps
from dispatch.api.errors import ApiError
from dispatch.api.protocol.commands import COMMANDS_BY_CHANNEL
from dispatch.api.protocol.frames import Frame, FromConsole, Hello, Viewport
from dispatch.api.ws.channel import Channel
from dispatch.api.ws.feed import ChangeFeed
from dispatch.api.ws.session import Session
from dispatch.api.ws.socket import Socket
from dispatch.api.ws.wire import frame_text
from dispatch.domain.model.values import TimeSource
from dispatch.live.positions import Bbox, PositionTick, Window

WATCHED_LIMIT = 500

CONSOLE = Channel(
    name="console",
    decoder=msgspec.json.Decoder(FromConsole),
    frame_limit=64 * 1024,
    rate=30.0,
    burst=150.0,
    commands=COMMANDS_BY_CHANNEL["console"],
    sources=(TimeSource.RADIO, TimeSource.SYSTEM, TimeSource.IMPORT),
    roles=frozenset(ROOM),
)


class ConsoleSession(Session):
    """A screen of the room. Its copy stands at `_seq`; what it may not see makes no gap."""

    channel = CONSOLE

    def __init__(
        self, socket: Socket, principal: Principal, deps: ApiDeps, bucket: Bucket, feed: ChangeFeed
    ) -> None:
        super().__init__(socket, principal, deps, bucket)
        self._feed = feed
        self._seq = 0
        self._seen = 0
        self._bbox: Bbox | None = None
        self._units: frozenset[str] = frozenset()
        self._cells: dict[str, str] = {}
        self._tick: PositionTick | None = None
        self.drafts_seen = -1
        """Version of the list of forms that this screen has."""

    def begin(self, hello: Hello, resumed_rights: bool) -> str | None:
        """Resume when the log is the same, the rights are, and nothing since was forgotten."""
        head = self.deps.board.head
        have = hello.have
        self._seq = self._seen = head.seq
        if (
            have is not None
            and resumed_rights
            and have.log_id == head.log_id
            and self._feed.can_resume(self.rights, have.seq)
        ):
            self._seq = self._seen = have.seq
            return None
        return f"/api/snapshot?after={head.seq}"

    def pull(self) -> bytes | None:
        """Changes before positions: of these only the newest are kept for a slow screen."""
        head = self.deps.board.head.seq
        if head > self._seen:
            try:
                frame = self._feed.find_frame(self.rights, self._seq)
            except LookupError:
                self.stop("too_slow")
                return None
            self._seen = head
            if frame is not None:
                self._seq = head
                return frame
        return self._pull_positions()

    def take(self, frame: Frame, received_at: datetime) -> None:
        """The window onto the map."""
        if not isinstance(frame, Viewport):
            raise ApiError("unknown_frame", t=type(frame).__name__)
        if len(frame.units) > WATCHED_LIMIT:
            raise ApiError("malformed_frame", fault=f"more than {WATCHED_LIMIT} units - at `$.units`")
        self._bbox = frame.bbox
        self._units = frozenset(frame.units)
        self._cells = {}
        self.offer_positions(self.deps.positions.whole(received_at))

    @property
    def wants_positions(self) -> bool:
        """Whether the screen shows a map or watches units."""
        return self._bbox is not None or bool(self._units)

    @property
    def window(self) -> Window:
        """What of the map it shows, and the units it watches beyond that."""
        return self._bbox, self._units

    def offer_positions(self, tick: PositionTick) -> None:
        """What moved. A screen that has not taken the last tick yet gets both as one, newest wins."""
        cells = tick.cut(self._bbox, self._units)
        if not cells:
            return
        # A new dictionary: what a tick cut belongs to every screen with this window.
        self._cells = self._cells | cells if self._cells else cells
        self._tick = tick
        self.wake()

    def _pull_positions(self) -> bytes | None:
        if not self._cells or self._tick is None:
            return None
        cells, tick = self._cells, self._tick
        self._cells, self._tick = {}, None
        if cells is not tick.cut(self._bbox, self._units):
            return _encode_positions(tick.at, cells)
        key = (self._bbox, self._units)
        frame = tick.frames.get(key)
        if frame is None:
            frame = tick.frames[key] = _encode_positions(tick.at, cells)
        return frame


def _encode_positions(at: datetime, cells: dict[str, str]) -> bytes:
    time = at.isoformat().replace("+00:00", "Z")
    return frame_text(f'{{"t":"positions","at":"{time}","p":[{",".join(cells.values())}]}}'.encode())
