"""What sets the four channels apart."""

import msgspec

from dispatch.api.protocol.frames import Frame
from dispatch.domain.model.values import TimeSource


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """Frames a channel takes, their size and rate, its commands, sources of time, and roles.

    `sources[0]` is what a command without a source gets. A peer to which nothing was sent for `head_s`
    seconds gets a `head`; 0 where none is sent.
    """

    name: str
    decoder: msgspec.json.Decoder[Frame]
    frame_limit: int
    rate: float
    burst: float
    commands: frozenset[str]
    sources: tuple[TimeSource, ...]
    roles: frozenset[str]
    head_s: float = 2.0
