"""Positions and seconds of a matrix on the wire: raw numbers that nobody reads one by one.

Little endian, those of a row one after the other: positions of eight bytes, milliseconds by origin and
destination of four, and seconds by origin, from it to its road, of eight.
"""

from math import prod
from typing import Any

import numpy as np

from routing.graph.geometry import Positions, to_degrees
from routing.graph.model import AnyArray, FloatArray
from routing.hierarchy.many import NEVER_MS
from routing.hierarchy.metric import Milliseconds

_NUMBER, _MS = np.dtype("<f8"), np.dtype("<u4")


class TableBroken(Exception):
    """These bytes are no table of that shape."""


def pack_positions(lon_lats: Positions) -> memoryview:
    """Positions for a `MatrixRequest`."""
    return _pack(to_degrees(lon_lats), _NUMBER)


def unpack_positions(packed: memoryview) -> FloatArray:
    """Positions of a `MatrixRequest`, shape (n, 2). Raises TableBroken."""
    return _unpack(packed, (len(packed) // (2 * _NUMBER.itemsize), 2), _NUMBER)


def pack_times(travel_ms: Milliseconds, start_s: FloatArray) -> tuple[memoryview, memoryview]:
    """Both tables of a `MatrixAnswer`: milliseconds, shape (origins, destinations), and seconds by origin."""
    return _pack(travel_ms, _MS), _pack(start_s, _NUMBER)


def unpack_seconds(travel_ms: memoryview, start_s: memoryview, shape: tuple[int, int]) -> FloatArray:
    """Seconds of a `MatrixAnswer` of so many origins and destinations, infinite where no way leads. Raises
    TableBroken."""
    return add_up(_unpack(travel_ms, shape, _MS), _unpack(start_s, shape[:1], _NUMBER))


def add_up(whole_ms: AnyArray, start_s: FloatArray) -> FloatArray:
    """Seconds of whole ways by origin and destination."""
    seconds: FloatArray = whole_ms / 1000
    seconds[whole_ms == NEVER_MS] = np.inf
    seconds += start_s[:, None]
    return seconds


def _pack(table: AnyArray, number: np.dtype[Any]) -> memoryview:
    return np.ascontiguousarray(table, dtype=number).reshape(-1).view(np.uint8).data


def _unpack(packed: memoryview, shape: tuple[int, ...], number: np.dtype[Any]) -> AnyArray:
    if len(packed) != prod(shape) * number.itemsize:
        raise TableBroken(f"{len(packed)} bytes are no table of {' × '.join(map(str, shape))} numbers")
    return np.frombuffer(packed, dtype=number).reshape(shape)
