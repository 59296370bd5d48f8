"""Free units by ward: counted where they were last seen, and said so where nobody knows."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import shapely

from dispatch.domain.rows import Row
from dispatch.usecases.cover.coverage import Coverage
from dispatch.usecases.supervision.supervise import SAMPLE, is_drawn
from dispatch.usecases.unit_positions import UnitPosition
from gis.geometry import LonLat
from gis.zones import Zones, ZoneWard

NOW = datetime(2026, 11, 22, 11, 42, tzinfo=UTC)
WEST, EAST = (106.60, 10.75), (106.70, 10.75)


async def two_wards() -> Zones:
    """Two squares side by side, their middles 0.1° apart."""
    wards = [
        ZoneWard("w", "Tây", "tay", LonLat(*WEST), 3000.0),
        ZoneWard("e", "Đông", "dong", LonLat(*EAST), 3000.0),
    ]
    shapes = [shapely.box(106.55, 10.7, 106.65, 10.8), shapely.box(106.65, 10.7, 106.75, 10.8)]
    return Zones(wards, shapes, [])


def unit(id_: str, **more: Any) -> Row:
    body = {
        "id": id_, "call_sign": id_, "agency_id": "115", "station_id": "s", "type_code": "t",
        "capabilities": [], "vehicle_class": "car", "turnout_s": 60, "phase": "available",
        "status_code": "x", "phase_since": NOW, "in_quarters": False,
    }  # fmt: skip
    return row("unit", id_, body | more)


def row(kind: str, id_: str, body: dict[str, Any]) -> Row:
    return Row(
        kind=kind,
        id=id_,
        version=1,
        agency_id=body["agency_id"],
        visible_to=("*",),
        private_to=("*",),
        body=msgspec.Raw(msgspec.json.encode(body)),
    )


STATION = row(
    "station", "s", {"id": "s", "agency_id": "115", "name": "s", "lon_lat": EAST, "synthetic": True}
)


def seen_in_the_west(unit_id: str) -> UnitPosition | None:
    return UnitPosition(*WEST, NOW) if unit_id.startswith("west") else None


async def test_a_unit_counts_where_it_was_last_seen_or_at_its_station_while_it_stands_there() -> None:
    rows = [STATION, unit("west-1"), unit("west-2", in_quarters=True), unit("lost")]
    cover = await Coverage(two_wards, seen_in_the_west).count(rows, ["115", "114"], NOW)
    west, east = (ward.agencies["115"] for ward in cover.wards)
    assert (west.free, west.nearest_m, east.free, east.nearest_m) == (1, 0, 1, 0)
    assert (cover.free["115"], cover.units["115"], cover.unplaced["115"]) == (3, 3, 1)
    assert cover.wards[0].agencies["114"].nearest_m is None


async def test_a_ward_without_a_free_unit_tells_how_far_the_nearest_is_in_a_straight_line() -> None:
    cover = await Coverage(two_wards, seen_in_the_west).count([unit("west-1")], ["115"], NOW)
    east = cover.wards[1].agencies["115"]
    assert east.free == 0
    assert east.nearest_m == pytest.approx(10_924, abs=5)  # 0.1° of longitude at 10.75° north


async def test_busy_units_and_those_out_of_service_or_for_tests_cover_nothing() -> None:
    rows = [
        unit("west-1", assignment_id="a1", phase="en_route"),
        unit("west-2", phase="out_of_service"),
        unit("west-3", test=True),
        unit("west-4", phase="returning"),
    ]
    cover = await Coverage(two_wards, seen_in_the_west).count(rows, ["115"], NOW)
    assert (cover.free["115"], cover.units["115"]) == (1, 2)


async def test_wards_are_drawn_by_their_rings_and_neighbours_still_touch() -> None:
    rings = await Coverage(two_wards, seen_in_the_west).outline()
    assert set(rings) == {"w", "e"}
    border = {point for point in rings["w"][0] if point[0] == 106.65}
    assert border == {point for point in rings["e"][0] if point[0] == 106.65} != set()


def test_two_closures_in_a_hundred_are_drawn_and_always_the_same() -> None:
    drawn = [n for n in range(20_000) if is_drawn(f"report-{n}")]
    assert len(drawn) == pytest.approx(20_000 / SAMPLE, rel=0.15)
    assert all(is_drawn(f"report-{n}") for n in drawn[:10])
