"""Small pictures made on the spot."""

import struct
import zlib


def draw_png(width: int, height: int) -> bytes:
    """A grey PNG; one of more than a million pixels has its header only."""
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height)) if width * height <= 1_000_000 else b""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def draw_jpeg_header(width: int, height: int) -> bytes:
    """A JPEG as far as its frame header, with a camera's segment and padding before it."""
    exif = b"\xff\xe1" + struct.pack(">H", 2 + 40) + bytes(40)
    frame = b"\xff\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8" + exif + frame


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
