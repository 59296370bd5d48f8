"""House numbers that the names of streets and the notes of surveys tell."""

import pytest
import shapely

from gis.geocode.numbers import split_alley_name
from gis.geometry import Bbox
from gis.importers.doors import Door, tie_doors
from gis.importers.metres import LocalMetres
from gis.importers.model import Address, Road
from gis.importers.mouths import tie_mouths
from gis.importers.numbering import lay_spines
from gis.importers.streets import Street, join_streets
from gis.importers.survey import find_note, read_note, surveyed_number

METRES = LocalMetres(Bbox(106.69, 10.76, 106.71, 10.78))


def _road(way_id: int, name: str, *points: tuple[float, float], highway: str = "residential") -> Road:
    nodes = tuple(hash(point) for point in points)
    return Road(way_id, highway, name, (), nodes, tuple(METRES.position(*point) for point in points))


MAIN = _road(1, "Lê Văn Việt", (0, 0), (500, 0), (1000, 0), highway="secondary")


def _streets(*roads: Road) -> dict[str, Street]:
    streets = join_streets([MAIN, *roads], METRES)
    lay_spines(streets)
    return {street.name: street for street in streets}


def _told(streets: dict[str, Street], doors: list[Door]) -> list[tuple[str, str]]:
    names = {street.id: name for name, street in streets.items()}
    return [(names[door.street_id], door.path[0]) for door in tie_mouths(list(streets.values()), doors)]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Đường 385", "385"),
        ("Đường số 207", "207"),
        ("Đường 152 Lê Văn Việt", "152"),
        ("284 Lê Văn Việt", "284"),
        ("148/1 LVV", "148"),
    ],
)
def test_a_street_that_bears_a_number_tells_that_of_its_mouth(name: str, number: str) -> None:
    streets = _streets(_road(2, name, (500, 0), (500, 200)))
    (door,) = tie_mouths(list(streets.values()), [])
    assert (door.street_id, door.path) == (streets["Lê Văn Việt"].id, (number,))
    assert door.point.distance(shapely.Point(500, 10)) < 12
    assert door.inferred


@pytest.mark.parametrize(
    "name", ["Đường số 7", "Đường 30 Lê Văn Việt", "Đường số 12 Lê Văn Việt", "Đường 3 Tháng 2"]
)
def test_an_estates_counted_streets_and_days_tell_no_number(name: str) -> None:
    assert _told(_streets(_road(2, name, (500, 0), (500, 200))), []) == []


def test_between_two_streets_the_known_numbers_of_each_tell_which_one_is_counted() -> None:
    streets = _streets(
        _road(2, "Đường 112", (500, 0), (500, 300)),
        _road(3, "Tây Hòa", (300, 300), (500, 300), (700, 300)),
    )
    ways = {"Lê Văn Việt": (220, 480.0, 5.0), "Tây Hòa": (114, 520.0, 305.0)}
    doors = [
        Door(streets[name].id, None, (str(n),), False, "osm", shapely.Point(x, y))
        for name, (n, x, y) in ways.items()
    ]
    assert _told(streets, doors) == [("Tây Hòa", "112")]


def test_a_number_that_all_known_ones_contradict_is_told_of_no_street() -> None:
    streets = _streets(_road(2, "Đường 900", (500, 0), (500, 300)))
    doors = [
        Door(streets["Lê Văn Việt"].id, None, (str(n),), False, "osm", shapely.Point(400 + n, 5))
        for n in (90, 95, 110)
    ]
    assert _told(streets, doors) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hẻm48 Bùi Viện", (("48",), "bui vien")),
        ("Hẻm 65Mai Văn Vĩnh", (("65",), "mai van vinh")),
        ("Hẻm 2bis Nguyễn Thị Minh Khai", (("2BIS",), "nguyen thi minh khai")),
        ("Hẻm 45A2 Lê Lợi", (("45A2",), "le loi")),
        ("Hem 1.4m", None),
        ("Ngô Quyền", None),
    ],
)
def test_alleys_are_read_as_mappers_wrote_them(name: str, expected: object) -> None:
    assert split_alley_name(name) == expected


@pytest.mark.parametrize(("written", "its"), [("Lê Văn Viêtt", True), ("Lê Văn", True), ("Lê Văn Sỹ", False)])
def test_an_alley_belongs_to_its_street_in_spite_of_a_slip_and_to_no_other(written: str, its: bool) -> None:
    streets = _streets(_road(2, f"Hẻm 12 {written}", (500, 0), (500, 90)))
    assert (streets[f"Hẻm 12 {written}"].parent_id == streets["Lê Văn Việt"].id) is its


def test_a_parcels_survey_tells_number_and_street() -> None:
    tags = {"building": "989/6/2B", "natural": "TDDH", "route": "LE VAN VIET- KP2", "place": "4107"}
    assert surveyed_number(tags) == "989/6/2B"
    assert surveyed_number({"building": "yes", "route": "x"}) is None
    assert surveyed_number({"building": "5"}) is None
    streets = _streets(_road(2, "Hoàng Hữu Nam", (600, 0), (600, 300)))
    place = METRES.position(590, 200)
    (door,) = tie_doors(
        [Address("989/6/2B", "", place, "osm", find_note(tags))], list(streets.values()), METRES
    )
    assert (door.street_id, door.inferred) == (streets["Lê Văn Việt"].id, False)


@pytest.mark.parametrize(
    ("note", "key"),
    [
        ("Duong so 2 Le Van Viet-1409", "so 2"),
        ("duong138apcaydau_13/10", "so 138"),
        ("TINH LO 43- KP2", "tinh lo 43"),
        ("DUONG 8 KP1 LINH XUAN", "so 8"),
    ],
)
def test_a_surveyors_note_begins_with_its_street(note: str, key: str) -> None:
    assert key in list(read_note(note))
