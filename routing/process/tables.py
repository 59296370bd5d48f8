"""Positions and seconds of a matrix on the wire: raw numbers that nobody reads one by one.

Eight bytes each, little endian, those of a row one after the other.
"""

import numpy as np

from routing.graph.geometry import Positions, to_degrees
from routing.graph.model import FloatArray

_NUMBER = np.dtype("<f8")


class TableBroken(Exception):
    """These bytes are no table of that width."""


def pack_positions(lon_lats: Positions) -> memoryview:
    """Positions for a `MatrixRequest`."""
    return _pack(to_degrees(lon_lats))


def unpack_positions(packed: memoryview) -> FloatArray:
    """Positions of a `MatrixRequest`, shape (n, 2). Raises TableBroken."""
    return _unpack(packed, 2)


def pack_seconds(seconds: FloatArray) -> memoryview:
    """Seconds for a `MatrixAnswer`, shape (origins, destinations)."""
    return _pack(seconds)


def unpack_seconds(packed: memoryview, destinations: int) -> FloatArray:
    """Seconds of a `MatrixAnswer` by origin and destination, infinite where no way leads. Raises
    TableBroken."""
    return _unpack(packed, destinations)


def _pack(table: FloatArray) -> memoryview:
    return np.ascontiguousarray(table, dtype=_NUMBER).reshape(-1).view(np.uint8).data


def _unpack(packed: memoryview, width: int) -> FloatArray:
    row_bytes = width * _NUMBER.itemsize
    if len(packed) % row_bytes if row_bytes else len(packed):
        raise TableBroken(f"{len(packed)} bytes are no rows of {width} numbers")
    if not row_bytes:
        return np.empty((0, 0))
    return np.frombuffer(packed, dtype=_NUMBER).reshape(-1, width)
