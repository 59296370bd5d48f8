"""Turns that no sign refuses and that cost something all the same: turning back, and bends too tight."""

from collections import deque
from collections.abc import Sequence

import numpy as np

from routing.graph.junctions import Junctions
from routing.graph.kinds import Turn
from routing.graph.model import FloatArray
from routing.graph.turns import TurnRule

# Who drives on to where turning back is free drives this far twice: that takes about a minute.
_BACK_WITHIN_M = 200.0
_SHARP = np.radians(120.0)
# Streets wider together than this let even a ladder truck round any corner; narrower ones do not admit it.
_ROOM_M = 8.0
_NARROWEST_M = 3.0


def list_back_turns(
    refused: Sequence[TurnRule], around: Junctions, length_m: FloatArray, both_ways: Sequence[bool]
) -> list[TurnRule]:
    """Turning back near junctions with refused turns, which is the only place where it can pay.

    Elsewhere a fastest way never turns back: it would pass the same junction twice. both_ways: by edge,
    whether it can be driven in both directions.
    """
    lengths = length_m.tolist()
    found: dict[int, float] = {}
    queue = deque(
        (leave, 0.0)
        for path in {rule.path[:end] for rule in refused for end in range(1, len(rule.path))}
        for leave in around.leaving[around.head[path[-1]]]
        if leave != path[-1] ^ 1
    )
    while queue:
        directed, before_m = queue.popleft()
        if found.get(directed, np.inf) <= before_m:
            continue
        found[directed] = before_m
        after_m = before_m + lengths[directed >> 1]
        if after_m <= _BACK_WITHIN_M:
            queue.extend(
                (leave, after_m) for leave in around.leaving[around.head[directed]] if leave != directed ^ 1
            )
    backs = [d for d in found if both_ways[d >> 1]]
    approaches = {rule.path[0] for rule in refused if len(rule.path) == 2}
    backs += [d for d in approaches if both_ways[d >> 1] and d not in found]
    return [TurnRule((d, d ^ 1), Turn.BACK) for d in backs]


def list_tight_turns(
    around: Junctions, bearings: tuple[FloatArray, FloatArray], width_m: FloatArray, drivable: Sequence[bool]
) -> list[TurnRule]:
    """Sharp turns between narrow streets, with the room both give together; drivable: by edge, to trucks."""
    out, into = bearings
    widths = width_m.tolist()
    rules = []
    for node, entering in around.entering.items():
        if len(entering) < 2:
            continue
        narrow = [d for d in entering if _NARROWEST_M <= widths[d >> 1] < _ROOM_M and drivable[d >> 1]]
        for approach in narrow:
            for leave in around.leaving[node]:
                room_m = widths[approach >> 1] + widths[leave >> 1]
                if leave == approach ^ 1 or room_m > _ROOM_M or widths[leave >> 1] < _NARROWEST_M:
                    continue
                bend = abs((out[leave] - into[approach] + np.pi) % (2 * np.pi) - np.pi)
                if bend >= _SHARP:
                    rules.append(TurnRule((approach, leave), Turn.TIGHT, room_m=room_m))
    return rules
