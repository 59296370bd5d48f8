"""Where a driver has to do something: manoeuvres found in the geometry of a path."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np

from routing.graph.geometry import LocalPlane
from routing.graph.kinds import ROAD_CLASSES, EdgeFlag, Mode, RoadClass
from routing.graph.model import BoolArray, RoadGraph

Piece = tuple[int, float, float]

_STRAIGHT_DEG = 25.0
_SLIGHT_DEG = 50.0
_SHARP_DEG = 130.0
_BACK_DEG = 170.0
_LOOK_M = 15.0
_PAUSE_M = 600.0
_ACROSS_M = 45.0


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


_LEFTS = (Turn.LEFT, Turn.SHARP_LEFT)
_RIGHTS = (Turn.RIGHT, Turn.SHARP_RIGHT)


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
        self.leaves_circle: list[bool] = _find_ways_out(graph).tolist()


def _find_ways_out(graph: RoadGraph) -> BoolArray:
    """Nodes at which a street that is no roundabout can be driven into: at others a circle only takes in."""
    outside = (graph.edge_flags & EdgeFlag.ROUNDABOUT) == 0
    wheels = np.uint8(Mode.MOTORCAR | Mode.MOTORCYCLE | Mode.EMERGENCY)
    found = np.zeros(graph.node_count, dtype=np.bool_)
    found[graph.edge_tail[outside & ((graph.edge_forward_modes & wheels) != 0)]] = True
    found[graph.edge_head[outside & ((graph.edge_backward_modes & wheels) != 0)]] = True
    return found


class _Reader:
    """Reads one path piece by piece."""

    def __init__(self, graph: RoadGraph, streets: Streets) -> None:
        self._graph = graph
        self._degree = streets.degree
        self._headings = streets.headings
        self._leaves_circle = streets.leaves_circle

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

    def is_exit(self, piece: Piece) -> bool:
        """Whether one could leave a roundabout where this piece of it ends."""
        return self._leaves_circle[self.end_node(piece)]

    def metres(self, pieces: Sequence[Piece]) -> float:
        """Metres of pieces together."""
        return sum(abs(stop - begin) * float(self._graph.edge_length_m[e]) for e, begin, stop in pieces)

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
            if reader.is_exit(before):
                exits += 1
            held.append(after)
            begun[-1] = (Turn.ROUNDABOUT, exits, held)
        elif turn is None:
            begun[-1][2].append(after)
        else:
            begun.append((turn, 0, [after]))
    return _join(reader, [_describe(reader, turn, exits, held) for turn, exits, held in begun])


def _join(reader: _Reader, told: Sequence[Manoeuvre]) -> list[Manoeuvre]:
    """Leaves out what no driver needs to hear, and says what several steps are together.

    A straight way goes on though its name pauses, for a bridge or an unlabelled stretch; two lefts in a few
    metres that lead back along the same street are one turning back.
    """
    kept: list[Manoeuvre] = []
    for step in told:
        last = kept[-1] if kept else None
        if last is None or last.turn is Turn.FERRY:
            kept.append(step)
        elif step.turn is Turn.CONTINUE and step.name in ("", last.name):
            kept[-1] = _append(last, step)
        elif len(kept) > 1 and _resumes(reader, kept[-2], last, step):
            kept[-2:] = [_append(_append(kept[-2], last), step)]
        elif len(kept) > 1 and _turns_back(reader, kept[-2], last, step):
            back = Manoeuvre(Turn.BACK, step.name, step.road_class, 0, last.pieces)
            kept[-1] = _append(back, step)
        else:
            kept.append(step)
    return kept


def _resumes(reader: _Reader, before: Manoeuvre, pause: Manoeuvre, step: Manoeuvre) -> bool:
    straight = pause.turn is Turn.CONTINUE and step.turn is Turn.CONTINUE
    return straight and before.name == step.name and reader.metres(pause.pieces) <= _PAUSE_M


def _turns_back(reader: _Reader, before: Manoeuvre, across: Manoeuvre, step: Manoeuvre) -> bool:
    same_side = any(across.turn in side and step.turn in side for side in (_LEFTS, _RIGHTS))
    along = step.name != "" and before.name == step.name
    return same_side and along and reader.metres(across.pieces) <= _ACROSS_M


def _append(step: Manoeuvre, more: Manoeuvre) -> Manoeuvre:
    return replace(step, pieces=(*step.pieces, *more.pieces))


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
