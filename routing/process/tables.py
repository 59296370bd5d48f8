"""Positions and seconds of a matrix on the wire: raw numbers that nobody reads one by one.

Eight bytes each, little endian, those of a row one after the other.
"""

from math import prod

import numpy as np

from routing.graph.geometry import Positions, to_degrees
from routing.graph.model import FloatArray

_NUMBER = np.dtype("<f8")


class TableBroken(Exception):
    """These bytes are no table of that shape."""


def pack_positions(lon_lats: Positions) -> memoryview:
    """Positions for a `MatrixRequest`."""
    return _pack(to_degrees(lon_lats))


def unpack_positions(packed: memoryview) -> FloatArray:
    """Positions of a `MatrixRequest`, shape (n, 2). Raises TableBroken."""
    return _unpack(packed, (len(packed) // (2 * _NUMBER.itemsize), 2))


def pack_seconds(seconds: FloatArray) -> memoryview:
    """Seconds for a `MatrixAnswer`, shape (origins, destinations)."""
    return _pack(seconds)


def unpack_seconds(packed: memoryview, shape: tuple[int, int]) -> FloatArray:
    """Seconds of a `MatrixAnswer` of so many origins and destinations, infinite where no way leads. Raises
    TableBroken."""
    return _unpack(packed, shape)


def _pack(table: FloatArray) -> memoryview:
    return np.ascontiguousarray(table, dtype=_NUMBER).reshape(-1).view(np.uint8).data


def _unpack(packed: memoryview, shape: tuple[int, int]) -> FloatArray:
    if len(packed) != prod(shape) * _NUMBER.itemsize:
        raise TableBroken(f"{len(packed)} bytes are no table of {shape[0]} × {shape[1]} numbers")
    return np.frombuffer(packed, dtype=_NUMBER).reshape(shape)
