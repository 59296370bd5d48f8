"""What is left where units are that would go: counted by the roads, by nobody's ruler."""

import pytest
from msgspec.structs import replace

from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import Phase
from dispatch.usecases.cover.cover_around import WITHIN_S, CoverAround, Going, RoadCover
from dispatch.usecases.unit_positions import UnitPosition
from routing.process.client import PlannerUnavailable
from routing.terms.messages import LonLat
from tests.unit.usecases.test_cover_prices import EAST, NOW, WEST, ambulance, town

OWN = ("115",)


class Roads:
    """From the east it takes `east_s`, from anywhere else nothing."""

    def __init__(self, east_s: float | None) -> None:
        self.east_s = east_s

    async def travel_times(
        self,
        origins: list[LonLat],
        destination: LonLat,
        vehicle_class: str,
        *,
        hot: bool = False,
        deadline_s: float | None = None,
    ) -> list[float | None]:
        assert hot
        assert vehicle_class == "ambulance"
        return [self.east_s if origin == EAST else 0.0 for origin in origins]


class Gone(Roads):
    async def travel_times(
        self,
        origins: list[LonLat],
        destination: LonLat,
        vehicle_class: str,
        *,
        hot: bool = False,
        deadline_s: float | None = None,
    ) -> list[float | None]:
        raise PlannerUnavailable


def around(roads: Roads | None, *units: Unit) -> CoverAround:
    return CoverAround(
        town(*units), roads, find_position=lambda _id: UnitPosition(*WEST, NOW), now=lambda: NOW
    )


def going(*unit_ids: str) -> list[Going]:
    return [Going(unit_id=unit_id, capability="bls") for unit_id in unit_ids]


@pytest.mark.parametrize(("east_s", "near"), [(WITHIN_S, 3), (WITHIN_S + 1.0, 2), (None, 2)])
async def test_who_is_near_is_told_by_the_road_and_all_that_go_are_missed(
    east_s: float | None, near: int
) -> None:
    finder = around(
        Roads(east_s),
        ambulance("a", "west"),
        ambulance("b", "west"),
        ambulance("c", "east"),
        ambulance("busy", "west", phase=Phase.ON_SCENE),
        replace(ambulance("other", "west"), capabilities=("als",)),
    )
    (cover, _) = await finder.find(going("a", "b"), OWN)
    assert cover == RoadCover(unit_id="a", capability="bls", within_s=WITHIN_S, before=near, after=near - 2)


async def test_nothing_is_told_of_another_agency_of_an_unknown_unit_or_while_the_planner_is_away() -> None:
    unit = ambulance("a", "west")
    assert await around(Roads(0.0), unit).find(going("a"), ("113",)) == []
    assert await around(Roads(0.0), unit).find(going("nobody"), OWN) == []
    assert await around(Gone(0.0), unit).find(going("a"), OWN) == []
    assert await around(None, unit).find(going("a"), OWN) == []
