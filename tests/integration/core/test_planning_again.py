"""Planning again on a real log and a real planner: the key pressed for what was read is honoured."""

import asyncio
from pathlib import Path

import msgspec

from dispatch.core.writer import Writer
from dispatch.domain.model.assignment import AcceptRecommendation, Recommendation
from dispatch.domain.model.incident import AddNote, OpenIncident
from dispatch.domain.model.unit import SetUnitStatus
from dispatch.domain.model.values import LonLat, Place
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.reactors import Reactors
from dispatch.usecases.unit_positions import UnitPosition
from routing.graph.file import compile_graph
from routing.process.client import PlannerClient
from routing.terms.messages import PlanAnswer, PlanRequest
from tests.integration.core.world import START, ask, build_book, furnish, sealed, writing
from tests.unit.routing.drawn_map import DrawnMap
from tests.unit.routing.test_planner_process import running_planner

ROAD = DrawnMap("a" + "." * 40 + "b").way("ab", highway="tertiary")


class Watched:
    """The planner, and the units that each question was about."""

    def __init__(self, client: PlannerClient) -> None:
        self._client = client
        self._asked: list[set[str]] = []
        self._more = asyncio.Event()

    async def plan(self, request: PlanRequest) -> PlanAnswer:
        """Ask it."""
        self._asked.append({unit.unit_id for unit in request.units})
        self._more.set()
        return await self._client.plan(request, deadline_s=30.0)

    async def wait_asked(self, *unit_ids: str) -> None:
        """Until it is asked about these units, among others."""
        self._asked.clear()
        while not any(asked >= set(unit_ids) for asked in self._asked):
            self._more.clear()
            await self._more.wait()


async def wait_proposed(writer: Writer, incident_id: str, version: int) -> set[str]:
    """The units of this version of an incident's proposal, once it is in the log."""
    async for commit in writer.commits(0):
        for row in commit.rows:
            if row.kind == "recommendation" and row.id == incident_id:
                made = msgspec.json.decode(row.body, type=Recommendation)
                if made.version == version:
                    return {proposed.unit_id for proposed in made.proposed}
    raise AssertionError("the log ended")


async def open_fire(writer: Writer, incident_id: str) -> None:
    """At the end of the road."""
    place = Place(heard="x", lon_lat=LonLat(*ROAD.place("a")), radius_m=20.0, level="house")
    opened = OpenIncident(incident_id=incident_id, type_code="fire", subject="s", place=place)
    await ask(writer, opened)


async def tell_of_a_fire_with_units_nearer_and_nearer(
    writer: Writer, planner: Watched, at_m: dict[str, float]
) -> None:
    """A unit 50 m nearer is no reason to change what stands; one 2 km nearer is."""
    await open_fire(writer, "i1")
    assert await wait_proposed(writer, "i1", 1) == {"u0", "u1"}
    at_m["u2"] = 2950.0
    await ask(writer, SetUnitStatus(unit_id="u2", status_code="available"))
    for note_id in ("n1", "n2"):
        await ask(writer, AddNote(incident_id="i1", note_id=note_id, text=sealed("khói")))
        await planner.wait_asked("u0", "u2")
    # It was asked a second time, so what came of the first is in the log.
    await ask(writer, AcceptRecommendation(incident_id="i1", version=1))
    await open_fire(writer, "i2")
    assert "u2" in await wait_proposed(writer, "i2", 1)
    at_m["u4"] = 900.0
    await ask(writer, SetUnitStatus(unit_id="u4", status_code="available"))
    assert "u4" in await wait_proposed(writer, "i2", 2)


async def test_a_unit_freed_a_little_nearer_leaves_the_key_valid_and_one_much_nearer_is_proposed(
    database_url: str, tmp_path: Path
) -> None:
    compile_graph(ROAD.write(tmp_path / "map.osm"), tmp_path)
    at_m = {"u0": 3000.0, "u1": 3500.0}

    def find_position(unit_id: str) -> UnitPosition | None:
        if unit_id not in at_m:
            return None
        return UnitPosition(*ROAD.place("a", east_m=at_m[unit_id]), START)

    async with running_planner(tmp_path) as (_, client), writing(database_url) as writer:
        await furnish(writer, 6)
        for unit_id in ("u0", "u1"):
            await ask(writer, SetUnitStatus(unit_id=unit_id, status_code="available"))
        for unit_id in ("u2", "u4"):
            await ask(writer, SetUnitStatus(unit_id=unit_id, status_code="out_of_service"))
        planner = Watched(client)
        reactors = Reactors(
            writer, Picture(build_book()), build_book(), geocode=find_nothing, planner=planner,
            find_position=find_position, now=lambda: START,
        )  # fmt: skip
        running = asyncio.create_task(reactors.run())
        try:
            async with asyncio.timeout(60):
                await tell_of_a_fire_with_units_nearer_and_nearer(writer, planner, at_m)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def find_nothing(*_: object) -> tuple[()]:
    """No report is placed here."""
    return ()
