"""A made-up fleet: plausible for the city's size, the same every time, and registered without a refusal."""

from collections import Counter
from pathlib import Path

import pytest

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.fleet import StationSite, plan_fleet
from dispatch.agencies.loader import load_codebook
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.unit import RegisterStation, RegisterUnit
from dispatch.domain.model.values import LonLat
from tests.unit.domain.world import World

BOOK = load_codebook()
WHOLE_CITY = {"113": 168, "114": 34, "115": 56, "112": 1}
VILLAGE = {"113": 2, "114": 1, "115": 1, "112": 1}


def make_sites(numbers: dict[str, int]) -> list[StationSite]:
    return [
        StationSite(
            station_id=f"{agency_id}-{n}",
            agency_id=agency_id,
            name=f"{agency_id} {n}",
            lon_lat=LonLat(106.6 + n / 1000, 10.7),
            synthetic=n % 2 == 0,
        )
        for agency_id, count in numbers.items()
        for n in range(count)
    ]


def count_units(numbers: dict[str, int]) -> Counter[str]:
    fleet = plan_fleet(make_sites(numbers), BOOK)
    return Counter(command.type_code for command in fleet if isinstance(command, RegisterUnit))


def test_the_whole_city_has_about_as_many_ambulances_as_the_real_one() -> None:
    units = count_units(WHOLE_CITY)
    assert 105 <= units["als_ambulance"] + units["bls_ambulance"] <= 125


def test_the_smallest_city_has_one_of_each_type() -> None:
    every_type = {code for agency in BOOK.agencies.values() for code in agency.unit_types}
    assert set(count_units(VILLAGE)) == every_type


def test_the_same_stations_give_the_same_fleet_in_any_order() -> None:
    sites = make_sites(WHOLE_CITY)
    assert plan_fleet(sites, BOOK) == plan_fleet(list(reversed(sites)), BOOK)


def test_every_unit_is_marked_synthetic_and_stations_as_the_city_says() -> None:
    fleet = plan_fleet(make_sites(WHOLE_CITY), BOOK)
    assert all(command.synthetic for command in fleet if isinstance(command, RegisterUnit))
    stations = [command for command in fleet if isinstance(command, RegisterStation)]
    assert {station.synthetic for station in stations} == {True, False}


def test_units_are_spread_over_the_stations() -> None:
    fleet = plan_fleet(make_sites(WHOLE_CITY), BOOK)
    cars = [c for c in fleet if isinstance(c, RegisterUnit) and c.type_code == "patrol_car"]
    assert len({car.station_id for car in cars}) == 168


def test_the_rules_take_the_whole_fleet() -> None:
    world = World()
    fleet = plan_fleet(make_sites(WHOLE_CITY), BOOK)
    for command in fleet:
        world.do(command, book=BOOK)
    state = world.state
    assert len(state.units) + len(state.stations) == len(fleet)
    assert len(state.call_signs) == len(state.units)


def test_a_station_of_an_unknown_agency_is_refused() -> None:
    with pytest.raises(Refused, match="unknown_agency"):
        plan_fleet(make_sites({"999": 1}), BOOK)


def test_a_fleet_table_with_an_unknown_type_is_named(tmp_path: Path) -> None:
    (tmp_path / "114").mkdir()
    (tmp_path / "114" / "fleet.toml").write_text("balloon = 1.0\n")
    with pytest.raises(CodeTableError, match="balloon"):
        plan_fleet(make_sites({"114": 1}), BOOK, tmp_path)
