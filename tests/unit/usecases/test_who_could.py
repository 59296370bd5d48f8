"""Who could be there, asked of the picture of now: makes nothing, names each unit once, soonest first."""

import asyncio
from datetime import timedelta

import pytest

from dispatch.domain.codebook import Agency, CodeBook, Label, UnitType
from dispatch.domain.model.values import LonLat, Phase, PlaceCandidate
from dispatch.usecases.planning.who_could import WhoCould, WhoFinder
from dispatch.usecases.unit_positions import UnitPosition
from routing.process.client import plan_or_fallback
from routing.terms.messages import PlanAnswer, PlanRequest
from tests.unit.usecases.test_recommend import NOW, picture_of, unit

HERE = LonLat(106.65, 10.77)
NAME = Label(vi="x", en="x")
ENGINE = UnitType(
    code="engine", agency_id="114", call_sign_prefix="E", label=NAME, capabilities=("engine",),
    vehicle_class="engine", turnout_s=60,
)  # fmt: skip
FIRE = Agency(id="114", line="114", suffix="4", label=NAME, statuses={}, unit_types={"engine": ENGINE})
BOOK = CodeBook(agencies={"114": FIRE}, types={}, plans=(), capabilities={}, outcomes={}, end_reasons={})
AWAY = {"e1": LonLat(106.66, 10.77), "e2": LonLat(106.70, 10.77), "e3": LonLat(106.651, 10.77)}


class StraightLines:
    """The planner as it is when its process is gone."""

    async def plan(self, request: PlanRequest) -> PlanAnswer:
        return await plan_or_fallback(None, request, 1.0)


async def geocode(words: str, near: LonLat | None) -> tuple[PlaceCandidate, ...]:
    found = [
        PlaceCandidate(
            lon_lat=HERE, radius_m=20, level="house", label=label, ward_code="", ward="", confidence=sure
        )
        for label, sure in (("654/3 Lạc Long Quân", 0.9), ("654/3 Lạc Long Quân (cũ)", 0.4))
    ]
    return tuple(found) if words else ()


def ask(words: str = "654/3 lac long quan", agencies: tuple[str, ...] = ("114",)) -> WhoCould:
    picture, _ = picture_of(unit("e1"), unit("e2"), unit("e3", Phase.ON_SCENE, assignment_id="a"))
    finder = WhoFinder(
        picture, BOOK, geocode=geocode, planner=StraightLines(), now=lambda: NOW,
        find_position=lambda id_: UnitPosition(AWAY[id_].lon, AWAY[id_].lat, NOW - timedelta(seconds=3)),
    )  # fmt: skip
    return asyncio.run(finder.find(words, None, agencies))


def test_free_units_are_named_once_soonest_first_and_busy_ones_not_at_all() -> None:
    who = ask()
    assert [a.unit_id for a in who.arrivals] == ["e1", "e2"]
    assert who.arrivals[0].eta_s < who.arrivals[1].eta_s
    assert who.degraded


def test_the_place_understood_is_told_with_how_many_others_the_words_may_mean() -> None:
    who = ask()
    assert who.place is not None
    assert (who.place.label, who.others) == ("654/3 Lạc Long Quân", 1)


@pytest.mark.parametrize(("words", "agencies"), [("", ("114",)), ("x", ("115",))])
def test_no_place_or_no_unit_of_ones_own_gives_nobody(words: str, agencies: tuple[str, ...]) -> None:
    assert ask(words, agencies).arrivals == ()
