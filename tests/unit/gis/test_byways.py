"""Ways without a name, one of which may be the alley whose number no map bears, on a map drawn here."""

import pytest
import shapely

from gis.geocode.placing import Known, Scale, place_along
from gis.geocode.settling import Mouth
from gis.geometry import Bbox
from gis.importers.byways import Byway, find_byways
from gis.importers.metres import LocalMetres
from gis.importers.model import Road
from gis.importers.numbering import lay_spines
from gis.importers.streets import Street, join_streets

METRES = LocalMetres(Bbox(106.69, 10.76, 106.71, 10.78))
STREET = Scale(zero_m=0.0, pace_m=3.0, fitted=True, length_m=1000.0)
NUMBERS = [Known(n, 3.0 * n, 6.0, 1 if n % 2 else -1) for n in (99, 101, 118, 120, 131, 132, 151)]
"""Number 123 is some 370 m along the street, on its left."""


def _road(name: str, *points: tuple[float, float], highway: str = "residential") -> Road:
    nodes = tuple(hash(point) for point in points)
    return Road(hash(points), highway, name, (), nodes, tuple(METRES.position(*point) for point in points))


MAIN = _road("Lê Văn Việt", (0, 0), (365, 0), (600, 0), (1000, 0), highway="secondary")


def _byways(*roads: Road) -> tuple[dict[str, Street], list[Byway]]:
    streets = join_streets([MAIN, *(road for road in roads if road.name)], METRES)
    lay_spines(streets)
    return {street.name: street for street in streets}, find_byways(streets, [MAIN, *roads], METRES)


def test_a_way_without_a_name_is_known_by_its_mouth_its_side_and_the_way_in() -> None:
    branches = _road("", (365, 80), (365, 150), highway="footway"), _road("", (365, 80), (400, 80))
    streets, (byway,) = _byways(_road("", (365, 0), (365, 80), highway="service"), *branches)
    main = streets["Lê Văn Việt"]
    rising = main.spine.coords[0][0] < main.spine.coords[-1][0]
    assert byway.street_id == main.id
    assert byway.along_m == pytest.approx(365 if rising else 635, abs=1)
    assert byway.side == (1 if rising else -1)
    assert byway.way.equals_exact(shapely.LineString([(365, 0), (365, 80), (365, 150)]), 0.5)


def test_a_way_in_ends_where_another_street_begins() -> None:
    through = _road("", (365, 0), (365, 80)), _road("", (365, 80), (365, 300))
    _, byways = _byways(*through, _road("Đình Phong Phú", (0, 80), (365, 80), (1000, 80)))
    assert {round(byway.way.length) for byway in byways} == {80, 220}


@pytest.mark.parametrize("name", ["Hẻm 123 Lê Văn Việt", "Đường 385"])
def test_a_way_with_a_name_is_no_nameless_one(name: str) -> None:
    assert _byways(_road(name, (365, 0), (365, 80)))[1] == []


def test_an_alley_of_no_known_name_is_the_way_beside_its_number_on_its_side_of_the_street() -> None:
    across, here, far = Mouth(372.0, -1), Mouth(365.0, 1), Mouth(600.0, 1)
    for deep in (False, True):
        assert place_along(123, NUMBERS, STREET, deep=deep, mouths=[far, across, here]).mouth == 2
        assert place_along(123, NUMBERS, STREET, deep=deep, mouths=[far]).mouth is None


def test_no_way_is_taken_for_an_alley_of_which_nothing_is_known() -> None:
    long = Scale(zero_m=0.0, pace_m=3.0, fitted=False, length_m=4000.0)
    assert place_along(36, [], long, deep=True, mouths=[Mouth(500.0, 1), Mouth(2000.0, -1)]).mouth is None


def test_the_first_part_of_a_number_with_a_slash_may_follow_no_order() -> None:
    house, deep = (place_along(123, NUMBERS, STREET, deep=deep) for deep in (False, True))
    assert deep.along_m == pytest.approx(house.along_m, abs=15)
    assert deep.near < house.near / 2
    assert deep.most_m > 2 * house.most_m
