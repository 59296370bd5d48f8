"""Directed edges by the junctions they enter and leave, for whoever makes rules about turns."""

from dataclasses import dataclass

import numpy as np

from routing.graph.model import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Junctions:
    """The base graph before any junction is copied; lists are by directed edge, dicts by node."""

    tail: list[int]
    head: list[int]
    way_id: list[int]
    entering: dict[int, list[int]]
    leaving: dict[int, list[int]]


def gather_junctions(tail: IntArray, head: IntArray, edge_way_id: list[int]) -> Junctions:
    """Arrays of directed edges as lists by junction."""
    tails, heads = tail.tolist(), head.tolist()
    entering: dict[int, list[int]] = {node: [] for node in {*tails, *heads}}
    leaving: dict[int, list[int]] = {node: [] for node in entering}
    for directed, (start, end) in enumerate(zip(tails, heads, strict=True)):
        leaving[start].append(directed)
        entering[end].append(directed)
    return Junctions(tails, heads, [way for way in edge_way_id for _ in (0, 1)], entering, leaving)


def measure_bearings(plane: FloatArray, shape_start: IntArray) -> tuple[FloatArray, FloatArray]:
    """Radians in which every directed edge sets out and arrives; plane: shape points in metres (n, 2)."""
    first, last = shape_start[:-1], shape_start[1:] - 1
    begin = plane[first + 1] - plane[first]
    end = plane[last] - plane[last - 1]
    forward_out, forward_in = np.arctan2(begin[:, 1], begin[:, 0]), np.arctan2(end[:, 1], end[:, 0])
    out = np.column_stack([forward_out, forward_in + np.pi]).ravel()
    into = np.column_stack([forward_in, forward_out + np.pi]).ravel()
    return out, into
