"""A neighbour's units in the live centre: asked for help by price and name, ours in nothing else."""

import msgspec
import pytest

from dispatch.agencies.loader import load_codebook
from dispatch.domain.codebook import CodeBook, CoverZone, Label, MinimumCover, Neighbour
from dispatch.domain.model.cover import RecordCover
from dispatch.domain.model.unit import Station, Unit
from dispatch.domain.model.values import LonLat, Phase
from dispatch.usecases.cover.cover_around import CoverAround, Going
from dispatch.usecases.cover.cover_prices import CoverPrices
from dispatch.usecases.cover.coverage import Coverage
from dispatch.usecases.cover.keep_cover import CoverKeeper
from dispatch.usecases.free_units import NEAR_UNITS
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.recommend import build_request
from dispatch.usecases.roads.find_reach import ReachFinder, ReachFrom
from routing.process.fallback import plan_straight_line
from tests.unit.usecases import test_cover_prices as prices
from tests.unit.usecases import test_coverage as wards
from tests.unit.usecases.test_keep_cover import Advice, Core
from tests.unit.usecases.test_plan_by_hour import explain_plan
from tests.unit.usecases.test_recommend import ENGINES, NOW, nowhere, picture_of, unit

BOOK = load_codebook()
DONG_NAI = Neighbour(name="Đồng Nai", stations=("east", "dn"), price_s=900.0)


def helped(agency_id: str, **changes: object) -> CodeBook:
    """The shipped tables; Đồng Nai is a neighbour of this agency."""
    agency = msgspec.structs.replace(BOOK.agencies[agency_id], neighbours=(DONG_NAI,), **changes)
    return msgspec.structs.replace(BOOK, agencies=BOOK.agencies | {agency_id: agency})


def theirs(id_: str) -> Unit:
    """An engine at the station of Đồng Nai."""
    return msgspec.structs.replace(unit(id_, in_quarters=True), station_id="dn")


def town(book: CodeBook, *units: Unit) -> Picture:
    """Our station in the west, Đồng Nai's in the east."""
    picture = Picture(book)
    for id_, at in (("west", prices.WEST), ("east", prices.EAST)):
        picture.put(
            "station", id_, Station(id=id_, agency_id="115", name=id_, lon_lat=LonLat(*at), synthetic=True)
        )
    for each in units:
        picture.put("unit", each.id, each)
    return picture


def test_a_neighbour_is_asked_by_name_and_price_and_the_log_explains_it() -> None:
    picture, incident = picture_of(theirs("n1"), book=helped("114"))
    picture.stations["dn"] = Station(
        id="dn", agency_id="114", name="Trạm", lon_lat=LonLat(106.65, 10.78), synthetic=True
    )
    picture.legs["i-4"].needs = [msgspec.structs.replace(ENGINES, count=1)]
    alone = build_request(incident, picture, nowhere, NOW)
    assert [(u.neighbour, u.aid_s) for u in alone.units] == [("Đồng Nai", 900.0)]
    found = explain_plan(incident, alone, plan_straight_line(alone), NOW)
    assert found.same_again
    (proposed,) = found.proposed
    assert proposed.unit_id == "n1"
    assert (proposed.reasons[0].code, proposed.reasons[0].params["neighbour"]) == ("mutual_aid", "Đồng Nai")
    picture.stations["s"] = msgspec.structs.replace(picture.stations["s"], lon_lat=LonLat(106.65, 10.75))
    picture.put("unit", "e1", unit("e1", in_quarters=True))
    both = build_request(incident, picture, nowhere, NOW)
    assert [p.unit_id for p in plan_straight_line(both).proposals] == ["e1"], "a little farther, and ours"


def test_any_number_of_neighbours_nearby_hides_none_of_ours() -> None:
    picture, incident = picture_of(unit("e1", in_quarters=True), book=helped("114"))
    picture.stations["dn"] = Station(
        id="dn", agency_id="114", name="Trạm", lon_lat=LonLat(106.65, 10.77), synthetic=True
    )
    for number in range(NEAR_UNITS + 20):
        id_ = f"n{number}"
        picture.put("unit", id_, theirs(id_))
    assert "e1" in {u.unit_id for u in build_request(incident, picture, nowhere, NOW).units}


def test_minimum_cover_counts_only_ours() -> None:
    minimum = MinimumCover(code="city", label=Label("x", "x"), free=1, source="luật")
    picture, incident = picture_of(unit("e1", in_quarters=True), book=helped("114", minimum_cover=(minimum,)))
    picture.put("unit", "n1", theirs("n1"))
    (floor,) = build_request(incident, picture, nowhere, NOW).minimum_cover
    assert (floor.unit_ids, floor.spare) == (["e1"], 0)


async def test_a_zone_that_only_neighbours_are_in_is_empty() -> None:
    zone = CoverZone(code="city", label=Label("x", "x"))
    cover = msgspec.structs.replace(BOOK.agencies["115"].cover, zones=(zone,))
    book, core = helped("115", cover=cover), Core()
    busy = prices.ambulance("w", "west", phase=Phase.ON_SCENE, in_quarters=False)
    keeper = CoverKeeper(
        core,  # type: ignore[arg-type]
        town(book, busy, prices.ambulance("n", "east")),
        book,
        Advice(),
        find_position=nowhere,
        now=lambda: NOW,
    )
    await keeper.count()
    assert [(c.agency_id, c.free) for c in core.asked if isinstance(c, RecordCover)] == [("115", 0)]


@pytest.mark.parametrize("ours", [True, False])
async def test_nobody_moves_to_a_neighbour_or_moves_them_and_they_have_no_price_of_cover(ours: bool) -> None:
    book = prices.make_book("default", 1.0)
    agency = msgspec.structs.replace(book.agencies["115"], neighbours=() if ours else (DONG_NAI,))
    book = msgspec.structs.replace(book, agencies=book.agencies | {"115": agency})
    back = prices.ambulance("back", "west", phase=Phase.RETURNING, in_quarters=False)
    many, one = [back, *(prices.ambulance(f"w{n}", "west") for n in range(3))], prices.ambulance("n", "east")
    moved = []
    for units in (many, [*many, one]):
        kept = CoverPrices(
            town(book, *units), book, prices.Roads(), prices.NoDatabase(), nowhere, lambda: prices.NOW
        )
        assert await kept.measure("115", [("w", prices.WEST, 1000.0), ("e", prices.EAST, 1000.0)])
        moved.append({advice.station_id for advice in await kept.advise("115")})
    assert moved[0] == ({"east"} if ours else set())
    assert (kept.find_gain_s(one, "west") is not None) == ours
    assert (kept.find_gain_s(many[0], "east") is not None) == ours
    assert (kept.price_s(one) > 0) == ours


async def test_coverage_counts_only_ours() -> None:
    body = {"id": "dn", "agency_id": "115", "name": "s", "lon_lat": wards.EAST, "synthetic": True}
    rows = [
        wards.STATION,
        wards.row("station", "dn", body),
        wards.unit("a", in_quarters=True),
        wards.unit("b", in_quarters=True),
    ]
    rows += [wards.unit("n", in_quarters=True, station_id="dn")]
    for book, free in ((BOOK, 3), (helped("115"), 2)):
        cover = await Coverage(wards.two_wards, nowhere, book=book).count(rows, ["115"], wards.NOW)
        assert (cover.free["115"], cover.units["115"], cover.wards[1].agencies["115"].free) == (free,) * 3


class Near:
    """Everybody is anywhere at once."""

    async def travel_times(self, origins: list[object], *_: object, **__: object) -> list[float | None]:
        return [0.0] * len(origins)


async def test_what_is_left_around_and_what_a_fleet_reaches_is_ours() -> None:
    picture = town(helped("115"), prices.ambulance("w", "west"), prices.ambulance("n", "east"))
    around = CoverAround(picture, Near(), find_position=nowhere, now=lambda: NOW)  # type: ignore[arg-type]
    (left,) = await around.find([Going(unit_id="w", capability="bls")], ["115"])
    assert (left.before, left.after) == (1, 0)
    reach = ReachFinder(picture, None, find_position=nowhere, now=lambda: NOW)
    starters, _ = reach._list_starters(ReachFrom(agency_id="115"), ["115"])
    assert [s.lon_lat for s in starters] == [prices.WEST]
