"""Frames on the planner's socket: four bytes of length, big endian, then one msgpack map."""

import asyncio

import msgspec

MAX_FRAME_BYTES = 16 * 1024 * 1024
_LENGTH_BYTES = 4
# A reader that may hold a matrix is not made to stop and go for every part of it.
READ_AHEAD_BYTES = 1024 * 1024

# What a payload can be guilty of; the last is nesting without end.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

EXIT_NO_GRAPH = 2
EXIT_SOCKET = 3
EXIT_BROKEN = 4


class FrameTooLarge(Exception):
    """A frame announces more bytes than anyone may send; the stream cannot be followed any further."""

    def __init__(self, size: int) -> None:
        super().__init__(f"a frame of {size} bytes, at most {MAX_FRAME_BYTES} are accepted")
        self.size = size


async def read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """The next frame's payload; None when the peer has gone, in the middle of a frame too.

    Raises FrameTooLarge.
    """
    try:
        size = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
        if size > MAX_FRAME_BYTES:
            raise FrameTooLarge(size)
        return await reader.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def encode_frame(payload: bytes) -> bytes:
    """A payload with its length before it. Raises FrameTooLarge."""
    return _announce(len(payload)) + payload


def write_frame(writer: asyncio.StreamWriter, *parts: bytes | memoryview) -> None:
    """Writes a payload that is given in parts, which nobody puts together. Raises FrameTooLarge."""
    writer.writelines((_announce(sum(map(len, parts))), *parts))


def _announce(size: int) -> bytes:
    if size > MAX_FRAME_BYTES:
        raise FrameTooLarge(size)
    return size.to_bytes(_LENGTH_BYTES, "big")


def find_request_id(payload: bytes) -> int:
    """The id of a request that is otherwise not understood, 0 when it has none."""
    try:
        request = msgspec.msgpack.decode(payload)
    except UNREADABLE:
        return 0
    request_id = request.get("request_id") if isinstance(request, dict) else None
    return request_id if isinstance(request_id, int) else 0
