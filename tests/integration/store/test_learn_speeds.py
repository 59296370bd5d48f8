"""Streets learn their speeds from where units were: log and history → one file → the planner's times."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dispatch.domain.ids import LOCAL_TIME
from dispatch.domain.model.assignment import (
    AcceptAssignment,
    AcknowledgeReceived,
    RecordRecommendation,
    ReportPhase,
)
from dispatch.domain.rows import ROW_KINDS, project
from dispatch.domain.state import get_table
from dispatch.store.connect import Pool, connect, open_pool
from dispatch.store.partitions import ensure_partitions
from dispatch.store.positions import HistoryRow, PositionStore
from dispatch.store.rows import put_rows
from dispatch.usecases.roads.keep_learning import keep_learning
from dispatch.usecases.roads.learn_speeds import SETTLED_AFTER, Taught, learn_speeds
from dispatch.usecases.roads.learn_spread import learn_spread
from routing.graph.build import build_graph
from routing.graph.file import load
from routing.matching.lessons import LESSONS_FILE_NAME, LearnedTraffic, read_lessons
from routing.matching.spread_lessons import SPREAD_FILE_NAME, LearnedSpread, read_spread
from routing.process.planner import Planner
from routing.terms.messages import ConditionsAnswer, ConditionsRequest
from routing.terms.ways import Route, RouteRequest
from routing.travel_time.network import RoadNetwork
from tests.clock import WatchedClock
from tests.integration.store.test_clock_times import call, incident
from tests.unit.domain.test_dispatching import propose
from tests.unit.domain.world import World, crew_of, make_world, send
from tests.unit.routing.drawn_map import DrawnMap

if TYPE_CHECKING:
    from tests.conftest import BuiltCity

STREET = DrawnMap("a.........b").way("ab", highway="tertiary")
SLOW = 3.0
"""How many times longer than on a free road the units here take."""


class City:
    """One street, a unit that drives along it, and what the centre keeps of that."""

    def __init__(self, pool: Pool, database_url: str, folder: Path) -> None:
        self.pool, self._url = pool, database_url
        self.world: World = make_world()
        self.network = RoadNetwork(build_graph(STREET.write(folder / "street.osm.pbf")))
        self.lessons = folder / LESSONS_FILE_NAME
        self.free_s = self.measure_s(Planner(self.network), None)
        self._runs = 0

    def plan_for(self, network: RoadNetwork) -> Planner:
        """A planner that was just started."""
        return Planner(network, LearnedTraffic(network, self.lessons, lambda: self.world.now.timestamp()))

    def measure_s(self, planner: Planner, hour: float | None) -> float:
        """From end to end, with what a planner was taught in force at an hour."""
        planner.read_lessons()
        *_, answer = planner.change_conditions(ConditionsRequest([], hour))
        assert isinstance(answer, ConditionsAnswer)
        return float(planner.measure_matrix([STREET.place("a")], [STREET.place("b")], "car", hot=True)[0, 0])

    async def drive(self, *, silent: bool = False, expected_s: float | None = None) -> datetime:
        """One run from end to end, told and positioned; returns when it set out."""
        self._runs += 1
        world, name = self.world, f"i{self._runs}"
        call(world, name, 1.0)
        incident(world, name, name)
        if expected_s is not None:
            seen, unit = world.state.incidents[name].version, propose(f"{name}-4/1/engine", "e1", expected_s)
            world.do(
                RecordRecommendation(
                    incident_id=name,
                    for_version=seen,
                    proposed=(unit,),
                    missing=(),
                    method="m",
                    degraded=False,
                )
            )
        (assignment_id,) = send(world, "e1", incident_id=name)
        crew = crew_of("e1")
        world.do(AcknowledgeReceived(assignment_id=assignment_id), crew)
        world.do(AcceptAssignment(assignment_id=assignment_id), crew)
        took_s = SLOW * self.free_s
        for status, seconds in (("en_route", took_s), ("on_scene", 60.0), ("home", 60.0)):
            world.do(
                ReportPhase(
                    assignment_id=assignment_id,
                    status_code=status,
                    outcome="false_alarm" if status == "home" else None,
                ),
                crew,
            )
            if status == "en_route":
                begun = world.now
            world.wait(seconds)
        if not silent:
            await self._tell_positions(begun, took_s)
        await self._put_rows()
        return begun

    async def learn(self) -> Taught:
        """A pass some minutes after everything has ended."""
        self.world.wait(2 * SETTLED_AFTER.total_seconds())
        return await learn_speeds(self.pool, ("114",), self.network, self.lessons, self.world.now)

    async def _tell_positions(self, begun: datetime, took_s: float) -> None:
        (x0, y0), (x1, y1) = STREET.place("a"), STREET.place("b")
        shares = [n / 25 for n in range(26)]
        rows = [
            HistoryRow(
                unit_id="e1", agency_id="114", assignment_id=None,
                at=begun + timedelta(seconds=took_s * share),
                received_at=begun + timedelta(seconds=took_s * share + 0.5),
                lon=x0 + share * (x1 - x0), lat=y0 + share * (y1 - y0), accuracy_m=5.0, source="device",
            )
            for share in shares
        ]  # fmt: skip
        async with self.pool.acquire() as connection:
            await ensure_partitions(connection, begun.date(), 2)
        await PositionStore(self.pool).copy(rows)

    async def _put_rows(self) -> None:
        state = self.world.state
        rows = [project(state, kind, id_) for kind in ROW_KINDS for id_ in get_table(state, kind)]
        connection = await connect(self._url)
        await put_rows(connection, [row for row in rows if row is not None], [])
        await connection.close()


@pytest.fixture
async def city(database_url: str, tmp_path: Path) -> AsyncIterator[City]:
    pool = await open_pool(database_url, max_size=2)
    yield City(pool, database_url, tmp_path)
    await pool.close()


async def test_the_planner_takes_over_what_many_runs_took_at_that_hour_alone(city: City) -> None:
    planner = city.plan_for(city.network)
    begun = await city.drive()
    hour = begun.astimezone(LOCAL_TIME).hour + 0.5
    usual_s, others_s = city.measure_s(planner, hour), city.measure_s(planner, 3.0)
    assert await city.learn() == Taught(1, 1, 1)
    assert city.measure_s(planner, hour) == usual_s, "one run alone"
    for _ in range(5):
        await city.drive()
    assert await city.learn() == Taught(5, 5, 1)
    # Six runs weigh 6 of 6 + 4 against the free road.
    assert city.measure_s(planner, hour) == pytest.approx(city.free_s * SLOW**0.6, rel=0.08)
    assert city.measure_s(planner, 3.0) == others_s
    assert city.measure_s(city.plan_for(city.network), hour) == city.measure_s(planner, hour)


async def test_no_run_counts_twice_and_a_lost_file_is_learned_anew(city: City) -> None:
    for _ in range(3):
        await city.drive()
    assert await city.learn() == Taught(3, 3, 1)
    before = city.lessons.read_bytes()
    assert await city.learn() == Taught(0, 0, 1)
    assert city.lessons.read_bytes() == before
    for damaged in (before[: len(before) // 2], before[:-40] + b"\xff" + before[-39:]):
        city.lessons.write_bytes(damaged)
        planner = city.plan_for(city.network)
        planner.read_lessons()
        *_, answer = planner.change_conditions(ConditionsRequest([], 8.0))
        assert answer is not None, "roads are reckoned with whatever the disk made of what was learned"
        assert await city.learn() == Taught(3, 3, 1)
        assert city.lessons.read_bytes() == before


async def test_runs_without_positions_teach_nothing(city: City) -> None:
    await city.drive(silent=True)
    assert (await city.learn())[:2] == (1, 0)


async def test_what_was_learned_on_another_graph_is_not_taken_over(city: City, tmp_path: Path) -> None:
    for _ in range(3):
        await city.drive()
    await city.learn()
    other = build_graph(DrawnMap("a..b..c").way("abc").write(tmp_path / "other.osm.pbf"))
    assert read_lessons(city.lessons, other).rows == []
    planner = city.plan_for(RoadNetwork(other))
    planner.read_lessons()
    *_, answer = planner.change_conditions(ConditionsRequest([], 8.0))
    assert answer is not None


async def test_what_was_expected_beside_what_it_took_tells_how_sure_the_next_arrival_is(
    city: City, tmp_path: Path
) -> None:
    took_s, file = SLOW * city.free_s, tmp_path / SPREAD_FILE_NAME
    planner = Planner(city.network, None, LearnedSpread(file))

    def find_late() -> tuple[float, float]:
        planner.read_lessons()
        route = planner.answer(RouteRequest(STREET.place("a"), STREET.place("b"), "car"))
        assert isinstance(route, Route)
        assert route.eta_p50_s is not None
        assert route.eta_p90_s is not None
        return route.eta_p50_s / route.travel_s, route.eta_p90_s / route.travel_s

    assumed = find_late()
    for expected_s in (took_s / 2, took_s / 2, None):
        await city.drive(expected_s=expected_s)
    assert await learn_spread(city.pool, ("114",), file, city.world.now) == 2, "nothing was expected of one"
    assert await learn_spread(city.pool, ("114",), file, city.world.now) == 0, "none counts twice"
    ((name, _, runs, ratios),) = read_spread(file).rows
    assert (name, runs) == ("car", 2)
    assert ratios == pytest.approx([2.0, 2.0], rel=0.01)
    p50, p90 = find_late()
    assert assumed[0] < p50 < p90 <= 2.0
    file.write_bytes(file.read_bytes()[:-1] + b"\xff")
    assert find_late() == assumed, "a broken file is none"
    assert await learn_spread(city.pool, ("114",), file, city.world.now) == 2


async def test_a_centre_learns_every_hour_in_a_process_of_its_own(
    city: City,
    database_url: str,
    generated_city: "BuiltCity",
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pack = generated_city.pack.folder
    folder = tmp_path / "city" / pack.name
    shutil.copytree(pack, folder)
    (tmp_path / "city" / "current").write_text(pack.name)
    await city.drive()
    clock = WatchedClock(city.world.now)
    place = {"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path)}
    learning = asyncio.create_task(keep_learning(clock, timedelta(hours=1), place))
    await clock.waited.get()
    clock.advance(3600)
    assert await clock.waited.get() == clock.now() + timedelta(hours=1)
    learning.cancel()
    lessons = read_lessons(folder / LESSONS_FILE_NAME, load(folder))
    assert lessons.until > 0, "the run was read, if only to find that this city has no such street"
    assert "forecast failed" in caplog.text, "this database holds no city, and the next hour tries again"
