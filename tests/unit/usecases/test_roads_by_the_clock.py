"""A sign changes by the clock: units whose way it may touch are timed anew, as when a street is closed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from dispatch.core.port import Answer, Board, Commit, Head, Submission
from dispatch.domain.model.assignment import ReviseEta
from dispatch.domain.model.values import LonLat, Phase, Place
from dispatch.domain.rows import Row
from dispatch.usecases.picture import Picture
from dispatch.usecases.roads.keep_roads import TOLD_WITHIN_S, RoadKeeper
from dispatch.usecases.roads.reroute import OTHER_ETA, Rerouter
from dispatch.usecases.unit_positions import UnitPosition
from routing.graph.build import build_graph
from routing.graph.file import save
from routing.process.client import PlannerTooLate
from routing.terms.messages import ConditionsAnswer
from tests.unit.routing.drawn_map import DrawnMap
from tests.unit.routing.test_planner_process import running_planner
from tests.unit.usecases.test_recommend import assignment, picture_of, unit
from tests.unit.usecases.test_see_arrivals import Core

SIX = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
"""Monday 6:00 in the city."""

# From a by b to c it is 800 m, around by d 2.4 km.
STREETS = """
    a...b...c
    .........
    .........
    .........
    d.......e
"""


class Log(Core):
    """A log that holds one board, and in which nothing happens but what is recorded."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self._board = board
        self.was_told = asyncio.Event()

    async def board(self) -> Board:
        return self._board

    async def commits(self, _after: int) -> AsyncIterator[Commit]:
        await asyncio.Event().wait()
        yield Commit(prev=0, seq=0, events=(), rows=())

    async def submit(self, submission: Submission) -> Answer:
        self.was_told.set()
        return await super().submit(submission)


def under_way(drawn: DrawnMap, end: str) -> Board:
    """E1 is on its way to the place of a letter, and expected at seven minutes past six."""
    order = msgspec.structs.replace(assignment("a1", "e1", "active"), eta_at=SIX + timedelta(minutes=7))
    moving = unit("e1", Phase.EN_ROUTE, assignment_id="a1")
    _, incident = picture_of(moving, assignments=(order,))
    incident.place = Place(heard="x", lon_lat=LonLat(*drawn.place(end)))
    rows = [
        Row(
            kind=kind, id=entity.id, version=1, agency_id="114", visible_to=("*",), private_to=(),
            body=msgspec.json.encode(entity),
        )
        for kind, entity in (("assignment", order), ("unit", moving), ("incident", incident))
    ]  # fmt: skip
    return Board(head=Head(centre_id="c", log_id="l", seq=0, epoch=1), rows=tuple(rows))


async def test_units_whose_way_a_sign_closes_by_the_clock_are_timed_anew(tmp_path: Path) -> None:
    drawn = DrawnMap(STREETS).way("ab").way("bc", **{"access:conditional": "no @ (06:00-09:00)"}).way("adec")
    save(build_graph(drawn.write(tmp_path / "map.osm")), tmp_path)
    clock = [SIX - timedelta(milliseconds=100)]
    log, picture = Log(under_way(drawn, "c")), Picture(None)
    picture.load(await log.board())
    async with running_planner(tmp_path) as (_, client):

        async def drive_s() -> float:
            (travel_s,) = await client.travel_times([drawn.place("a")], drawn.place("c"), "engine", hot=True)
            assert travel_s is not None
            return travel_s

        rerouter = Rerouter(
            log,  # type: ignore[arg-type]
            picture,
            client,
            find_position=lambda _unit_id: UnitPosition(*drawn.place("a"), clock[0]),
            now=lambda: clock[0],
            plan_again=lambda _ids: None,
        )
        keeper = RoadKeeper(log, client, now=lambda: clock[0], changed=rerouter.roads_changed)  # type: ignore[arg-type]
        await keeper.load()
        before_s = await drive_s()
        clock[0] = SIX
        running = [asyncio.create_task(keeper.run()), asyncio.create_task(rerouter.run())]
        try:
            async with asyncio.timeout(120):
                await log.was_told.wait()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        around_s = await drive_s()
    assert around_s > before_s + OTHER_ETA.total_seconds()
    (told,) = log.recorded
    assert told.command == ReviseEta(assignment_id="a1", eta_at=SIX + timedelta(seconds=round(around_s)))


class SlowPlanner:
    """Takes longer than it is given once, and tells how long it was given each time."""

    def __init__(self) -> None:
        self.given_s: list[float | None] = []
        self.took_all = asyncio.Event()

    async def set_conditions(
        self, *_: object, deadline_s: float | None = None, **__: object
    ) -> ConditionsAnswer:
        self.given_s.append(deadline_s)
        if len(self.given_s) == 1:
            raise PlannerTooLate
        self.took_all.set()
        return ConditionsAnswer({}, 0, 0.0)


async def test_a_planner_that_needs_longer_than_it_was_given_is_given_longer() -> None:
    log, planner = Log(Board(head=Head(centre_id="c", log_id="l", seq=0, epoch=1), rows=())), SlowPlanner()
    keeper = RoadKeeper(log, planner, now=lambda: SIX, changed=lambda _: None)  # type: ignore[arg-type]
    await keeper.load()
    running = asyncio.create_task(keeper.run())
    try:
        async with asyncio.timeout(120):
            await planner.took_all.wait()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert planner.given_s == [TOLD_WITHIN_S, 2 * TOLD_WITHIN_S]
