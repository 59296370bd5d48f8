"""/ws/exchange: a telephone exchange tells of calls and sees what becomes of them."""

from typing import cast

import msgspec

from dispatch.api.auth.limits import Bucket
from dispatch.api.auth.principal import Principal
from dispatch.api.deps import ApiDeps
from dispatch.api.protocol.commands import COMMANDS_BY_CHANNEL
from dispatch.api.protocol.frames import Changes, FromExchange, Hello
from dispatch.api.ws.channel import Channel
from dispatch.api.ws.session import Session, encode_frame
from dispatch.api.ws.socket import Socket
from dispatch.domain.model.messages import Role
from dispatch.domain.model.values import TimeSource
from dispatch.live.wire import RowOut

EXCHANGE = Channel(
    name="exchange",
    decoder=msgspec.json.Decoder(FromExchange),
    frame_limit=16 * 1024,
    rate=100.0,
    burst=500.0,
    commands=COMMANDS_BY_CHANNEL["exchange"],
    sources=(TimeSource.SYSTEM,),
    roles=frozenset((Role.EXCHANGE,)),
)


class ExchangeSession(Session):
    """Calls only: all that are on the board at the start, then each as it changes."""

    channel = EXCHANGE

    def __init__(self, socket: Socket, principal: Principal, deps: ApiDeps, bucket: Bucket) -> None:
        super().__init__(socket, principal, deps, bucket)
        self._seq = 0
        self._changed: dict[str, None] = {}

    def begin(self, hello: Hello, resumed_rights: bool) -> str | None:
        """All living calls."""
        self._changed = {row.id: None for row in self.deps.board.list_rows("call")}
        return None

    def notice(self, call_ids: list[str]) -> None:
        """Calls changed or went."""
        self._changed.update(dict.fromkeys(call_ids))
        self.wake()

    def pull(self) -> bytes | None:
        """What changed since the last frame."""
        if not self._changed:
            return None
        board = self.deps.board
        found = {id_: board.find_encoded("call", id_, self.rights) for id_ in self._changed}
        self._changed.clear()
        prev, self._seq = self._seq, board.head.seq
        rows = tuple(row for row in found.values() if row is not None)
        gone = tuple(("call", id_) for id_ in found if board.find_row("call", id_) is None)
        if not rows and not gone:
            return None
        return encode_frame(Changes(prev=prev, seq=self._seq, rows=cast(tuple[RowOut, ...], rows), gone=gone))
