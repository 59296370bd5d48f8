"""Where a driver has to do something: manoeuvres found in the geometry of a path."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from routing.graph.geometry import LocalPlane
from routing.graph.kinds import ROAD_CLASSES, EdgeFlag, RoadClass
from routing.graph.model import RoadGraph

Piece = tuple[int, float, float]

_STRAIGHT_DEG = 25.0
_SLIGHT_DEG = 50.0
_SHARP_DEG = 130.0
_BACK_DEG = 170.0
_LOOK_M = 15.0


class Turn(StrEnum):
    """What a driver does at the beginning of a step."""

    DEPART = "depart"
    CONTINUE = "continue"
    SLIGHT_RIGHT = "slight_right"
    RIGHT = "right"
    SHARP_RIGHT = "sharp_right"
    SLIGHT_LEFT = "slight_left"
    LEFT = "left"
    SHARP_LEFT = "sharp_left"
    BACK = "back"
    ROUNDABOUT = "roundabout"
    FERRY = "ferry"
    ARRIVE = "arrive"
    WALK = "walk"


@dataclass(frozen=True, slots=True)
class Manoeuvre:
    """A turn, and the stretch after it up to the next one: its street and its pieces.

    exit_number counts the exits of a roundabout, 0 elsewhere.
    """

    turn: Turn
    name: str
    road_class: RoadClass
    exit_number: int
    pieces: tuple[Piece, ...]


class Streets:
    """What one asks a graph over and over: how many edges meet at a node, and headings once measured."""

    def __init__(self, graph: RoadGraph) -> None:
        ends = np.concatenate([graph.edge_tail, graph.edge_head])
        self.degree: list[int] = np.bincount(ends, minlength=graph.node_count).tolist()
        self.headings: dict[tuple[int, bool, bool], float] = {}


class _Reader:
    """Reads one path piece by piece."""

    def __init__(self, graph: RoadGraph, streets: Streets) -> None:
        self._graph = graph
        self._degree = streets.degree
        self._headings = streets.headings

    def name(self, piece: Piece) -> str:
        return self._graph.get_edge_name(piece[0])

    def road_class(self, piece: Piece) -> RoadClass:
        return ROAD_CLASSES[int(self._graph.edge_road_class[piece[0]])]

    def has(self, piece: Piece, flag: EdgeFlag) -> bool:
        return bool(int(self._graph.edge_flags[piece[0]]) & flag)

    def end_node(self, piece: Piece) -> int:
        forward = piece[2] > piece[1]
        return int((self._graph.edge_head if forward else self._graph.edge_tail)[piece[0]])

    def has_choice(self, piece: Piece) -> bool:
        """Whether more than one street leads on where this piece ends."""
        return self._degree[self.end_node(piece)] > 2

    def bend_deg(self, before: Piece, after: Piece) -> float:
        """Degrees the path turns between two pieces, right positive."""
        into, out = self._heading(before, at_end=True), self._heading(after, at_end=False)
        return float((into - out + 180.0) % 360.0 - 180.0)

    def _heading(self, piece: Piece, *, at_end: bool) -> float:
        key = (piece[0], piece[2] > piece[1], at_end)
        heading = self._headings.get(key)
        if heading is None:
            heading = self._headings[key] = self._measure_heading(piece, at_end=at_end)
        return heading

    def _measure_heading(self, piece: Piece, *, at_end: bool) -> float:
        shape = self._graph.get_edge_shape(piece[0])
        if piece[2] < piece[1]:
            shape = shape[::-1]
        plane = LocalPlane(float(shape[0, 0]), float(shape[0, 1])).to_plane(shape)
        if at_end:
            plane = plane[::-1]
        # A few metres on, so that a kink right at the junction does not decide.
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(plane, axis=0).T))])
        far = min(_LOOK_M, float(along[-1]))
        x, y = (np.interp(far, along, plane[:, axis]) - plane[0, axis] for axis in (0, 1))
        heading = float(np.degrees(np.arctan2(y, x)))
        return heading + 180.0 if at_end else heading


def find_manoeuvres(graph: RoadGraph, streets: Streets, pieces: Sequence[Piece]) -> list[Manoeuvre]:
    """Manoeuvres of a path given as pieces of edges; the first is the departure."""
    driven = [piece for piece in pieces if piece[1] != piece[2]]
    if not driven:
        return []
    reader = _Reader(graph, streets)
    begun: list[tuple[Turn, int, list[Piece]]] = [(Turn.DEPART, 0, [driven[0]])]
    for before, after in pairwise(driven):
        turn = _find_turn(reader, before, after)
        if reader.has(before, EdgeFlag.ROUNDABOUT) and begun[-1][0] is Turn.ROUNDABOUT:
            _, exits, held = begun[-1]
            if reader.has_choice(before):
                exits += 1
            held.append(after)
            begun[-1] = (Turn.ROUNDABOUT, exits, held)
        elif turn is None:
            begun[-1][2].append(after)
        else:
            begun.append((turn, 0, [after]))
    return [_describe(reader, turn, exits, held) for turn, exits, held in begun]


def _find_turn(reader: _Reader, before: Piece, after: Piece) -> Turn | None:
    """What the driver does between two pieces, None when there is nothing to say."""
    if reader.has(after, EdgeFlag.ROUNDABOUT):
        return None if reader.has(before, EdgeFlag.ROUNDABOUT) else Turn.ROUNDABOUT
    if reader.has(after, EdgeFlag.FERRY) != reader.has(before, EdgeFlag.FERRY):
        return Turn.FERRY if reader.has(after, EdgeFlag.FERRY) else Turn.CONTINUE
    bend = reader.bend_deg(before, after)
    if before[0] == after[0] or abs(bend) >= _BACK_DEG:
        return Turn.BACK
    renamed = reader.name(before) != reader.name(after)
    if not reader.has_choice(before) or (abs(bend) < _SLIGHT_DEG and not renamed):
        return None if not renamed or not reader.name(after) else Turn.CONTINUE
    return classify_bend(bend)


def classify_bend(bend_deg: float) -> Turn:
    """The word for a bend in degrees, right positive."""
    size = abs(bend_deg)
    if size < _STRAIGHT_DEG:
        return Turn.CONTINUE
    right = bend_deg > 0
    if size < _SLIGHT_DEG:
        return Turn.SLIGHT_RIGHT if right else Turn.SLIGHT_LEFT
    if size < _SHARP_DEG:
        return Turn.RIGHT if right else Turn.LEFT
    return Turn.SHARP_RIGHT if right else Turn.SHARP_LEFT


def _describe(reader: _Reader, turn: Turn, exits: int, held: list[Piece]) -> Manoeuvre:
    # The street that a roundabout is left into gives the step its name.
    told = held[-1] if turn is Turn.ROUNDABOUT else held[0]
    named = next((reader.name(piece) for piece in (told, *held) if reader.name(piece)), "")
    return Manoeuvre(turn, named, reader.road_class(told), exits, tuple(held))
