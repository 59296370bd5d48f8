"""Who sets out when a desk asks what is reached, and what it may ask."""

import asyncio
from datetime import timedelta

import pytest

from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import LonLat, Phase
from dispatch.domain.turnout import find_turnout
from dispatch.usecases.roads.find_reach import (
    FLEET_LIMITS_S,
    KEPT,
    LIMITS_S,
    WAITING_MOST,
    ReachFinder,
    ReachFrom,
    ReachUnavailable,
    ReachUnknown,
)
from dispatch.usecases.unit_positions import UnitPosition
from routing.process.client import PlannerUnavailable
from routing.terms.messages import ReachArea, ReachStarter
from tests.unit.usecases.test_cover_prices import BOOK, EAST, NOW, WEST, ambulance, town

OWN = ("115",)


class Drawing:
    """Draws nothing, and takes down for whom."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[ReachStarter], list[float]]] = []

    async def reach(
        self, starters: list[ReachStarter], limits_s: list[float], *, deadline_s: float | None = None
    ) -> list[ReachArea]:
        self.asked.append((starters, limits_s))
        return [ReachArea(limit_s, b"[]") for limit_s in limits_s]


class Gone:
    async def reach(
        self, starters: list[ReachStarter], limits_s: list[float], *, deadline_s: float | None = None
    ) -> list[ReachArea]:
        raise PlannerUnavailable


class Time:
    now = NOW


def find(planner: Drawing | Gone | None, *units: Unit, time: type[Time] = Time) -> ReachFinder:
    """Every unit that is not called "lost" was last seen in the west."""
    return ReachFinder(
        town(*units),
        planner,
        find_position=lambda id_: None if id_ == "lost" else UnitPosition(*WEST, NOW),
        now=lambda: time.now,
    )


def out(unit_id: str, phase: Phase = Phase.RETURNING) -> Unit:
    return ambulance(unit_id, "east", phase=phase, in_quarters=False)


async def test_of_a_fleet_those_set_out_who_are_free_with_their_turnout_where_they_stand() -> None:
    drawing, inside = Drawing(), ambulance("a", "east")
    finder = find(drawing, inside, out("b"), out("c", Phase.ON_SCENE), out("lost"))
    reach = await finder.find(ReachFrom(agency_id="115"), OWN)
    ((starters, limits_s),) = drawing.asked
    assert sorted((s.lon_lat, s.delay_s, s.hot) for s in starters) == sorted(
        [(EAST, float(inside.turnout_s), True), (WEST, 0.0, True)]
    )
    assert tuple(limits_s) == FLEET_LIMITS_S == tuple(area.limit_s for area in reach.areas)
    assert (reach.units, reach.unplaced) == (2, 1)


async def test_a_fleets_areas_are_drawn_once_for_all_who_ask_within_a_moment() -> None:
    class Later(Time):
        pass

    drawing = Drawing()
    finder = find(drawing, ambulance("a", "east"), time=Later)
    first = await finder.find(ReachFrom(agency_id="115"), OWN)
    assert await finder.find(ReachFrom(agency_id="115"), OWN) is first
    await finder.find(ReachFrom(agency_id="115", vehicle_class="motorbike"), OWN)
    Later.now = NOW + KEPT + timedelta(seconds=1)
    assert await finder.find(ReachFrom(agency_id="115"), OWN) is not first
    assert [len(starters) for starters, _ in drawing.asked] == [1, 0, 1]


async def test_one_unit_and_one_place_are_asked_for_all_times() -> None:
    drawing = Drawing()
    finder = find(drawing, out("busy", Phase.ON_SCENE))
    await finder.find(ReachFrom(unit_id="busy"), OWN)
    await finder.find(ReachFrom(lon_lat=LonLat(*EAST), vehicle_class="engine"), OWN)
    assert [s.lon_lat for starters, _ in drawing.asked for s in starters] == [WEST, EAST]
    assert drawing.asked[1][0][0].vehicle_class == "engine"
    assert all(tuple(limits_s) == LIMITS_S for _, limits_s in drawing.asked)


@pytest.mark.parametrize(
    "asked",
    [
        ReachFrom(agency_id="114"),
        ReachFrom(),
        ReachFrom(unit_id="nobody"),
        ReachFrom(lon_lat=LonLat(*EAST), vehicle_class="submarine"),
    ],
)
async def test_what_is_not_there_or_not_ones_own_is_unknown(asked: ReachFrom) -> None:
    with pytest.raises(ReachUnknown):
        await find(Drawing(), out("a")).find(asked, OWN)


async def test_another_agencys_unit_is_unknown() -> None:
    with pytest.raises(ReachUnknown):
        await find(Drawing(), out("a")).find(ReachFrom(unit_id="a"), ("114",))


@pytest.mark.parametrize("planner", [None, Gone()])
async def test_without_the_planner_nothing_is_drawn(planner: Gone | None) -> None:
    with pytest.raises(ReachUnavailable):
        await find(planner, out("a")).find(ReachFrom(unit_id="a"), OWN)


async def test_when_many_wait_already_the_next_is_told_to_come_again() -> None:
    class Slow(Drawing):
        def __init__(self) -> None:
            super().__init__()
            self.may_go = asyncio.Event()

        async def reach(
            self, starters: list[ReachStarter], limits_s: list[float], *, deadline_s: float | None = None
        ) -> list[ReachArea]:
            await self.may_go.wait()
            return await super().reach(starters, limits_s)

    slow = Slow()
    finder = find(slow, out("a"))
    async with asyncio.TaskGroup() as group:
        asking = [group.create_task(finder.find(ReachFrom(unit_id="a"), OWN)) for _ in range(WAITING_MOST)]
        await asyncio.sleep(0)
        with pytest.raises(ReachUnavailable):
            await finder.find(ReachFrom(unit_id="a"), OWN)
        slow.may_go.set()
    assert all(task.result().units == 1 for task in asking)
    assert (await finder.find(ReachFrom(unit_id="a"), OWN)).units == 1


async def test_at_night_who_stands_in_quarters_sets_out_after_the_nights_turnout() -> None:
    class Night(Time):
        now = NOW.replace(hour=18)

    drawing = Drawing()
    await find(drawing, ambulance("a", "east"), time=Night).find(ReachFrom(unit_id="a"), OWN)
    (((starter,), _),) = drawing.asked
    night_s = find_turnout(BOOK, "115", "bls_ambulance", "east").at_hour(1.0)
    assert starter.delay_s == night_s > ambulance("a", "east").turnout_s
