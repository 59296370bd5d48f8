"""Prices of cover in the live centre: by the simulator's policies, and never a condition for a plan."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.loader import load_codebook
from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.move import Move
from dispatch.domain.model.unit import Station, Unit
from dispatch.domain.model.values import LonLat as At
from dispatch.domain.model.values import Phase
from dispatch.usecases.cover.cover_prices import CoverPrices, list_shares
from dispatch.usecases.picture import Picture
from dispatch.usecases.unit_positions import UnitPosition
from gis.geometry import haversine_m
from gis.store.queries import Row
from routing.cover.cover import MOST_COVER_S
from routing.process.client import PlannerUnavailable
from routing.terms.deployment import DEFAULT_DEPLOYMENT, DEPLOYMENT_MODULES

NOW = datetime(2026, 11, 22, 11, 42, tzinfo=UTC)
WEST, EAST = (106.60, 10.75), (106.70, 10.75)
BOOK = load_codebook()


class Roads:
    """A minute a kilometre; `away` as long as there is no planner."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away

    async def matrix(
        self,
        origins: list[tuple[float, float]],
        destinations: list[tuple[float, float]],
        vehicle_class: str,
        *,
        hot: bool = False,
        deadline_s: float | None = None,
    ) -> npt.NDArray[np.float64]:
        if self.away:
            raise PlannerUnavailable("away")
        return np.array([[haversine_m(a, b) * 0.06 for b in destinations] for a in origins])


class NoDatabase:
    """Roads are measured between given wards here, none are read."""

    async def fetch(self, query: str, *args: object) -> list[Row]:
        raise AssertionError(query)

    async def fetchrow(self, query: str, *args: object) -> Row | None:
        raise AssertionError(query)


def make_book(policy: str, move_gain_s: float | None) -> CodeBook:
    """The shipped tables, but for how 115 wants its units spread."""
    agency = BOOK.agencies["115"]
    cover = msgspec.structs.replace(agency.cover, policy=policy, move_gain_s=move_gain_s)
    agencies = BOOK.agencies | {"115": msgspec.structs.replace(agency, cover=cover)}
    return msgspec.structs.replace(BOOK, agencies=agencies)


def ambulance(id_: str, station_id: str, **fields: object) -> Unit:
    return Unit(
        id=id_, call_sign=id_, agency_id="115", station_id=station_id, type_code="bls_ambulance",
        capabilities=("bls",), vehicle_class="ambulance", turnout_s=60.0, status_code="x", phase_since=NOW,
        **{"phase": Phase.AVAILABLE, "in_quarters": True, **fields},  # type: ignore[arg-type]
    )  # fmt: skip


def town(*units: Unit) -> Picture:
    """Two stations, 11 km apart, each amid its ward."""
    picture = Picture(BOOK)
    for id_, at in (("west", WEST), ("east", EAST)):
        station = Station(id=id_, agency_id="115", name=id_, lon_lat=At(*at), synthetic=True)
        picture.put("station", id_, station)
    for unit in units:
        picture.put("unit", unit.id, unit)
    return picture


async def price(
    picture: Picture, policy: str = "default", roads: Roads | None = None, gain_s: float | None = 20.0
) -> CoverPrices:
    """Prices once 115's roads are measured, or once that was tried in vain."""
    prices = CoverPrices(
        picture,
        make_book(policy, gain_s),
        roads or Roads(),
        NoDatabase(),
        lambda _unit: UnitPosition(*WEST, NOW),
        lambda: NOW,
    )
    await prices.measure("115", [("w", WEST, 1.0), ("e", EAST, 1.0)])
    return prices


async def test_the_only_unit_of_a_side_costs_more_than_one_of_many() -> None:
    alone, many = ambulance("alone", "east"), [ambulance(f"w{n}", "west") for n in range(4)]
    prices = await price(town(alone, *many))
    assert prices.price_s(alone) > 3 * prices.price_s(many[0]) > 0
    assert prices.late_s("115")[1] > 0


async def test_under_closest_idle_cover_has_no_price() -> None:
    alone = ambulance("alone", "east")
    prices = await price(town(alone, ambulance("w", "west")), "closest")
    assert prices.price_s(alone) == 0.0
    assert prices.late_s("115") == (720.0, 0.0)


async def test_without_a_planner_or_for_an_agency_without_stations_nothing_has_a_price() -> None:
    alone = ambulance("alone", "east")
    prices = await price(town(alone), roads=Roads(away=True))
    assert prices.price_s(alone) == 0.0
    assert prices.late_s("115") == (0.0, 0.0)
    assert await prices.advise("115") == []
    assert not await prices.measure("114", [("w", WEST, 1.0)])


async def test_a_unit_on_its_way_back_is_told_the_side_that_nobody_covers_and_nobody_is_moved() -> None:
    back = ambulance("back", "west", phase=Phase.RETURNING, in_quarters=False)
    picture = town(back, *(ambulance(f"w{n}", "west") for n in range(3)))
    before = msgspec.json.encode(picture.units)
    prices = await price(picture)
    (advice,) = await prices.advise("115")
    assert (advice.unit_id, advice.station_id, advice.freed) == ("back", "east", True)
    assert msgspec.json.encode(picture.units) == before
    assert await (await price(town(back, ambulance("e", "east")))).advise("115") == []
    assert await (await price(picture, gain_s=None)).advise("115") == []
    assert await (await price(picture, gain_s=advice.gain_s + 1)).advise("115") == []


def moved(unit_id: str, station_id: str, state: str) -> Move:
    return Move(
        id=f"m-{unit_id}", agency_id="115", unit_id=unit_id, station_id=station_id, station_name=station_id,
        lon_lat=At(*EAST), gain_s=60.0, freed=True, policy="default", state=state, proposed_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("state", ["proposed", "ordered"])
async def test_who_has_a_move_is_counted_where_it_leads_and_not_advised_again(state: str) -> None:
    back = [ambulance(f"b{n}", "west", phase=Phase.RETURNING, in_quarters=False) for n in range(2)]
    picture = town(*back, *(ambulance(f"w{n}", "west") for n in range(2)))
    prices = await price(picture)
    assert {w.station_id for w in await prices.advise("115")} == {"east"}
    alone = prices.find_gain_s(back[1], "east")
    picture.put("move", "m-b0", moved("b0", "east", state))
    assert [w.unit_id for w in await prices.advise("115") if w.station_id == "east"] == []
    beside = prices.find_gain_s(back[1], "east")
    assert alone is not None
    assert beside is not None
    assert beside < alone
    assert prices.find_gain_s(ambulance("busy", "west", phase=Phase.ON_SCENE), "east") is None


async def test_a_policy_that_does_not_exist_is_named_at_the_start() -> None:
    with pytest.raises(CodeTableError, match=r"115/agency.toml: cover: policy 'best'"):
        await price(town(), "best")


async def test_prices_follow_the_fleet_within_seconds() -> None:
    moment = [NOW]
    picture = town(ambulance("e1", "east"), ambulance("e2", "east"), ambulance("w", "west"))
    prices = await price(picture)
    prices._now = lambda: moment[0]
    first = prices.price_s(picture.units["e1"])
    picture.put("unit", "e2", ambulance("e2", "east", phase=Phase.OUT_OF_SERVICE))
    assert prices.price_s(picture.units["e1"]) == first
    moment[0] += timedelta(seconds=3)
    assert prices.price_s(picture.units["e1"]) > first


async def test_ten_thousand_equal_units_cost_nothing_and_are_priced_at_once() -> None:
    picture = town(*(ambulance(f"u{n}", "west") for n in range(10_000)))
    prices = await price(picture)
    started = asyncio.get_running_loop().time()
    assert max(prices.price_s(unit) for unit in picture.units.values()) == pytest.approx(0.0, abs=0.1)
    assert asyncio.get_running_loop().time() - started < 5.0


def test_shares_of_calls_are_those_of_the_plans() -> None:
    for agency_id in BOOK.agencies:
        shares = list_shares(BOOK, agency_id)
        assert shares
        assert all(0 < share <= 1 for share in shares.values())
    assert list_shares(BOOK, "115")["als"] > list_shares(BOOK, "115")["first_response"]


def test_the_more_urgent_the_less_cover_may_cost_it() -> None:
    limits = [MOST_COVER_S[priority] for priority in (1, 2, 3, 4)]
    assert limits == sorted(limits)
    assert limits[0] <= 60.0


def test_the_shipped_tables_name_policies_that_exist_and_move_nobody_but_ambulances() -> None:
    rules = {agency.id: agency.cover for agency in BOOK.agencies.values()}
    assert {rule.policy for rule in rules.values()} <= set(DEPLOYMENT_MODULES)
    assert rules["115"].policy == DEFAULT_DEPLOYMENT
    assert [agency_id for agency_id, rule in rules.items() if rule.move_gain_s is not None] == ["115"]


async def test_roads_are_measured_again_when_there_is_another_station() -> None:
    picture = town(ambulance("w", "west"), ambulance("e", "east"))
    prices, unpriced = await price(picture), await price(picture, "closest")
    assert not prices._is_due("115")
    new = Station(id="new", agency_id="115", name="new", lon_lat=At(106.65, 10.75), synthetic=True)
    picture.put("station", "new", new)
    assert prices._is_due("115")
    assert not unpriced._is_due("115"), "where absence costs nothing there is nothing to measure"
    assert not prices._is_due("114"), "an agency without stations has nothing to measure"
