"""What an uploaded file really is: kind and size of a picture, read from its own bytes.

Nothing is believed that the sender says of it, and nothing is decoded: headers tell enough to turn away what
is no picture, or is one that would fill a screen's memory.
"""

import struct
from dataclasses import dataclass

PICTURE_LIMIT = 12 * 1024 * 1024
"""Bytes of one picture; a phone's largest ones are smaller."""

PIXELS_LIMIT = 60_000_000

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's start-of-frame markers (ITU-T T.81, table B.1); the three left out mean something else."""

_STANDALONE = frozenset(range(0xD0, 0xD9)) | {0x01}


class BadPicture(ValueError):
    """Not a whole picture of a kind that is taken."""


@dataclass(frozen=True)
class Picture:
    """Kind and size in pixels."""

    media_type: str
    width: int
    height: int


def read_picture(data: bytes) -> Picture:
    """Kind and size of a JPEG, PNG or WebP picture. Raises BadPicture for anything else, for one that was cut
    off in its header, and for one of more than PIXELS_LIMIT pixels."""
    try:
        picture = _read(data)
    except (IndexError, struct.error) as cut:
        raise BadPicture("cut off") from cut
    if not 0 < picture.width * picture.height <= PIXELS_LIMIT:
        raise BadPicture(f"{picture.width} x {picture.height}")
    return picture


def _read(data: bytes) -> Picture:
    if data.startswith(_JPEG):
        return Picture("image/jpeg", *_size_of_jpeg(data))
    if data.startswith(_PNG) and data[12:16] == b"IHDR":
        width, height = struct.unpack_from(">II", data, 16)
        return Picture("image/png", width, height)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Picture("image/webp", *_size_of_webp(data))
    raise BadPicture("unknown kind")


def _size_of_jpeg(data: bytes) -> tuple[int, int]:
    """From the first frame header; segments before it are passed over by their lengths (ITU-T T.81, B.1)."""
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker in _FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + length
    raise BadPicture("no frame")


def _size_of_webp(data: bytes) -> tuple[int, int]:
    """From the first chunk (RFC 9649, section 2): lossy, lossless or extended."""
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        wide, high = data[24:27], data[27:30]
        return int.from_bytes(wide, "little") + 1, int.from_bytes(high, "little") + 1
    raise BadPicture("unknown kind")
