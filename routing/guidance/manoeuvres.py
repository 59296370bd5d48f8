"""Where a driver has to do something: manoeuvres found in the geometry of a path."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from routing.graph.kinds import ROAD_CLASSES, EdgeFlag, Mode, RoadClass
from routing.graph.model import BoolArray, RoadGraph
from routing.guidance.headings import measure_headings
from routing.guidance.street_names import StreetNames, fold_spelling, measure_lengths

Piece = tuple[int, float, float]

_STRAIGHT_DEG = 25.0
_SLIGHT_DEG = 50.0
_SHARP_DEG = 130.0
_BACK_DEG = 170.0
_PAUSE_M = 600.0
_ACROSS_M = 45.0
_SLIP_M = 30.0
# Shorter than this a tunnel is what passes below a road: nobody has to be told to go in.
_TUNNEL_M = 60.0


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
BENDS = (*_LEFTS, *_RIGHTS, Turn.SLIGHT_LEFT, Turn.SLIGHT_RIGHT)
_SLIGHT = (Turn.CONTINUE, Turn.SLIGHT_LEFT, Turn.SLIGHT_RIGHT)
_SIDES = ((*_LEFTS, Turn.SLIGHT_LEFT), (*_RIGHTS, Turn.SLIGHT_RIGHT))


@dataclass(frozen=True, slots=True)
class Manoeuvre:
    """A turn, and the stretch after it up to the next one: its street, and its pieces of the path as
    begin <= piece < end.

    exit_number counts the exits of a roundabout, 0 elsewhere. over: BRIDGE or TUNNEL where one is driven onto
    or into; also: what else the street is called, Vietnamese and English.
    """

    turn: Turn
    name: str
    road_class: RoadClass
    exit_number: int
    begin: int
    end: int
    over: EdgeFlag = EdgeFlag.NONE
    also: tuple[str, str] = ("", "")


class Streets:
    """What one asks a graph over and over: how many edges meet at a node, and how streets turn off there."""

    def __init__(self, graph: RoadGraph) -> None:
        ends = np.concatenate([graph.edge_tail, graph.edge_head])
        self.degree = np.bincount(ends, minlength=graph.node_count)
        self.headings = measure_headings(graph)
        self.names = StreetNames(graph)
        self.leaves_circle = _find_ways_out(graph)


def _find_ways_out(graph: RoadGraph) -> BoolArray:
    """Nodes at which a street that is no roundabout can be driven into: at others a circle only takes in."""
    outside = (graph.edge_flags & EdgeFlag.ROUNDABOUT) == 0
    wheels = np.uint8(Mode.MOTORCAR | Mode.MOTORCYCLE | Mode.EMERGENCY)
    found = np.zeros(graph.node_count, dtype=np.bool_)
    found[graph.edge_tail[outside & ((graph.edge_forward_modes & wheels) != 0)]] = True
    found[graph.edge_head[outside & ((graph.edge_backward_modes & wheels) != 0)]] = True
    return found


class _Path:
    """One path, read at once: what is asked of every piece lies in a list of its own."""

    def __init__(self, graph: RoadGraph, streets: Streets, pieces: Sequence[Piece]) -> None:
        self.names = streets.names
        self.edges = [edge for edge, _, _ in pieces]
        edges = np.array(self.edges)
        forward = np.array([stop > begin for _, begin, stop in pieces])
        shares = np.array([abs(stop - begin) for _, begin, stop in pieces])
        directed = 2 * edges + ~forward
        end_nodes = np.where(forward, graph.edge_head[edges], graph.edge_tail[edges])
        flags = graph.edge_flags[edges]
        into = streets.headings[directed[:-1] ^ 1] + 180.0
        bends = (into - streets.headings[directed[1:]] + 180.0) % 360.0 - 180.0
        self.circle: list[bool] = ((flags & EdgeFlag.ROUNDABOUT) != 0).tolist()
        self.ferry: list[bool] = ((flags & EdgeFlag.FERRY) != 0).tolist()
        self.bridge: list[bool] = ((flags & EdgeFlag.BRIDGE) != 0).tolist()
        self.name_ids: list[int] = self.names.number[edges].tolist()
        self.alike = [self.names.alike[number] if number >= 0 else -1 for number in self.name_ids]
        self.classes: list[int] = graph.edge_road_class[edges].tolist()
        self.has_choice: list[bool] = (streets.degree[end_nodes] > 2).tolist()
        self.is_exit: list[bool] = streets.leaves_circle[end_nodes].tolist()
        self.bends_deg: list[float] = bends.tolist()
        metres = shares * graph.edge_length_m[edges]
        self._along_m: list[float] = [0.0, *np.cumsum(metres).tolist()]
        below: list[bool] = ((flags & EdgeFlag.TUNNEL) != 0).tolist()
        self.tunnel = [run_m >= _TUNNEL_M for run_m in measure_lengths(below, metres.tolist())]

    def name(self, piece: int) -> str:
        return self.names.get_text(self.name_ids[piece])

    def metres(self, step: Manoeuvre) -> float:
        return self._along_m[step.end] - self._along_m[step.begin]


def find_manoeuvres(graph: RoadGraph, streets: Streets, pieces: Sequence[Piece]) -> list[Manoeuvre]:
    """Manoeuvres of a path given as pieces of edges, none without length; the first is the departure."""
    if not pieces:
        return []
    path = _Path(graph, streets, pieces)
    begun: list[tuple[Turn, int, int]] = [(Turn.DEPART, 0, 0)]
    for before in range(len(pieces) - 1):
        if path.circle[before] and begun[-1][0] is Turn.ROUNDABOUT:
            _, exits, begin = begun[-1]
            begun[-1] = (Turn.ROUNDABOUT, exits + path.is_exit[before], begin)
            continue
        turn = _find_turn(path, before)
        if turn is not None:
            begun.append((turn, 0, before + 1))
    ends = [*(begin for _, _, begin in begun[1:]), len(pieces)]
    return _join(path, [_describe(path, *told, end) for told, end in zip(begun, ends, strict=True)])


def _join(path: _Path, told: Sequence[Manoeuvre]) -> list[Manoeuvre]:
    """Leaves out what no driver needs to hear, and says what several steps are together.

    A straight way goes on though its name pauses, for a bridge or an unlabelled stretch; two lefts in a few
    metres that lead back along the same street are one turning back.
    """
    kept: list[Manoeuvre] = []
    for step in told:
        last = kept[-1] if kept else None
        if last is None or last.turn is Turn.FERRY:
            kept.append(step)
        elif (
            step.turn is Turn.CONTINUE
            and not step.over & EdgeFlag.TUNNEL
            and (step.name == "" or _is_alike(step, last))
        ):
            kept[-1] = replace(last, end=step.end)
        elif len(kept) > 1 and _resumes(path, kept[-2], last, step):
            kept[-2:] = [replace(kept[-2], end=step.end)]
        elif len(kept) > 1 and _turns_back(path, kept[-2], last, step):
            kept[-1] = replace(step, turn=Turn.BACK, exit_number=0, begin=last.begin)
        elif len(kept) > 1 and _slips(path, kept[-2], last, step):
            turn = last.turn if step.turn in _SLIGHT else step.turn
            kept[-1] = replace(step, turn=turn, begin=last.begin)
        else:
            kept.append(step)
    return kept


def _resumes(path: _Path, before: Manoeuvre, pause: Manoeuvre, step: Manoeuvre) -> bool:
    straight = pause.turn is Turn.CONTINUE and step.turn is Turn.CONTINUE
    plain = not (pause.over | step.over) & EdgeFlag.TUNNEL
    return straight and plain and _is_alike(before, step) and path.metres(pause) <= _PAUSE_M


def _turns_back(path: _Path, before: Manoeuvre, across: Manoeuvre, step: Manoeuvre) -> bool:
    same_side = any(across.turn in side and step.turn in side for side in (_LEFTS, _RIGHTS))
    along = step.name != "" and _is_alike(before, step)
    return same_side and along and path.metres(across) <= _ACROSS_M


def _slips(path: _Path, before: Manoeuvre, across: Manoeuvre, step: Manoeuvre) -> bool:
    """A few metres of the street itself, or of a link, between leaving it and being in the next: one turn."""
    same_side = any(across.turn in side and step.turn in (Turn.CONTINUE, *side) for side in _SIDES)
    own = across.name == "" or _is_alike(before, across)
    return same_side and own and step.name != "" and path.metres(across) <= _SLIP_M


def _is_alike(one: Manoeuvre, other: Manoeuvre) -> bool:
    return one.name == other.name or fold_spelling(one.name) == fold_spelling(other.name)


def _find_turn(path: _Path, before: int) -> Turn | None:
    """What the driver does between a piece and the next, None when there is nothing to say."""
    after = before + 1
    if path.circle[after]:
        return None if path.circle[before] else Turn.ROUNDABOUT
    if path.ferry[after] != path.ferry[before]:
        return Turn.FERRY if path.ferry[after] else Turn.CONTINUE
    bend = path.bends_deg[before]
    if path.edges[before] == path.edges[after] or abs(bend) >= _BACK_DEG:
        return Turn.BACK
    if path.tunnel[after] and not path.tunnel[before]:
        return (
            Turn.CONTINUE if abs(bend) < _SLIGHT_DEG and not path.has_choice[before] else classify_bend(bend)
        )
    renamed = path.alike[before] != path.alike[after]
    if not path.has_choice[before] or (abs(bend) < _SLIGHT_DEG and not renamed):
        return None if not renamed or path.name_ids[after] < 0 else Turn.CONTINUE
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


def _describe(path: _Path, turn: Turn, exits: int, begin: int, end: int) -> Manoeuvre:
    # The street that a roundabout is left into gives the step its name.
    outside = (piece for piece in range(begin, end) if not path.circle[piece])
    told = next(outside, end - 1) if turn is Turn.ROUNDABOUT else begin
    named = next((piece for piece in range(told, end) if path.name_ids[piece] >= 0), told)
    over = EdgeFlag.TUNNEL if path.tunnel[told] else EdgeFlag.BRIDGE if path.bridge[told] else EdgeFlag.NONE
    also = path.names.also.get(path.edges[named], ("", ""))
    road_class = ROAD_CLASSES[path.classes[told]]
    return Manoeuvre(turn, path.name(named), road_class, exits, begin, end, over, also)
