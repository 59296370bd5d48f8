"""What a half of the pair has begun ends before its roads are weighed anew by other threads."""

import asyncio
import socket
from collections.abc import Callable
from itertools import product
from math import inf
from pathlib import Path
from typing import Any

from routing.graph.file import compile_graph
from routing.process.half import Half, _make_planner
from routing.terms.messages import (
    ConditionsAnswer,
    ConditionsRequest,
    PrepareRequest,
    ReachAnswer,
    ReachRequest,
    ReachStarter,
    Request,
)
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES
from tests.unit.routing.drawn_map import DrawnMap

DRAWN = DrawnMap("a.....b\nx.....y").way("abyx", highway="tertiary")


class WatchedHalf(Half):
    """Notes of whose request each piece of work was, in the order in which they were done."""

    def __init__(self, link: socket.socket, pack: Path) -> None:
        super().__init__(link, pack)
        self.pieces: list[int] = []

    async def _run_piece(self, request_id: int, work: Callable[..., Any], *arguments: Any) -> Any:
        done = await super()._run_piece(request_id, work, *arguments)
        self.pieces.append(request_id)
        return done


async def test_a_reach_that_began_ends_before_weights_are_made_beside_it(tmp_path: Path) -> None:
    compile_graph(DRAWN.write(tmp_path / "map.osm"), tmp_path)
    asked = list(product(VEHICLE_CLASSES, (False, True)))
    reach = ReachRequest([ReachStarter(DRAWN.place("a"), name, hot) for name, hot in asked], [240.0])
    weighing = PrepareRequest(ConditionsRequest([], hour=8.0), [(name, hot, 5) for name, hot in asked])
    ours, theirs = socket.socketpair()
    with ours, theirs:
        half = WatchedHalf(theirs, tmp_path)
        served = await asyncio.get_running_loop().run_in_executor(half._worker, _make_planner, tmp_path)
        drawn, weighed = await asyncio.gather(
            half._find_answer(served, Request(1, 60_000.0, reach), inf),
            half._find_answer(served, Request(2, 60_000.0, weighing), inf),
        )
        half._worker.shutdown()
    assert isinstance(drawn, ReachAnswer)
    assert isinstance(weighed, ConditionsAnswer)
    assert half.pieces.count(1) > len(VEHICLE_CLASSES)
    assert half.pieces.count(2) > 1
    assert half.pieces == sorted(half.pieces)
