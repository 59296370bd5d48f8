"""Change frames for consoles, encoded once for all sessions of equal rights that stand at the same seq."""

from typing import cast

from dispatch.api.protocol.frames import Changes
from dispatch.api.ws.session import encode_frame
from dispatch.live.board import ChangeSet, LiveBoard
from dispatch.live.rights import Rights
from dispatch.live.wire import LogLine, RowOut

CACHE_LIMIT = 512


class ChangeFeed:
    """Encoded `changes` frames. What stands in the cache is for the newest seq only."""

    def __init__(self, board: LiveBoard) -> None:
        self._board = board
        self._seq = -1
        self._frames: dict[tuple[frozenset[str], int], bytes | None] = {}
        board.when_forgetting(self._frames.clear)

    def can_resume(self, rights: Rights, after: int) -> bool:
        """Whether everything after a seq is still known; otherwise a snapshot is due."""
        return self._board.find_changes(rights, after) is not None

    def find_frame(self, rights: Rights, after: int) -> bytes | None:
        """The frame that leads from `after` to the head, or None when these rights see nothing new.

        Raises LookupError when `after` is too long ago.
        """
        if self._board.head.seq != self._seq or len(self._frames) > CACHE_LIMIT:
            self._frames.clear()
            self._seq = self._board.head.seq
        key = (rights.agencies, after)
        if key not in self._frames:
            changes = self._board.find_changes(rights, after)
            if changes is None:
                raise LookupError(after)
            self._frames[key] = encode_changes(changes)
        return self._frames[key]


def encode_changes(changes: ChangeSet) -> bytes | None:
    """The frame of a set of changes; None for an empty one."""
    if not (changes.rows or changes.gone or changes.log):
        return None
    return encode_frame(
        Changes(
            prev=changes.prev,
            seq=changes.seq,
            # Rows and lines are JSON already: the encoder copies them as they are.
            rows=cast(tuple[RowOut, ...], changes.rows),
            gone=changes.gone,
            log=cast(tuple[LogLine, ...], changes.log),
        )
    )
