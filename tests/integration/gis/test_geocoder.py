"""What the geocoder promises in any city."""

import unicodedata

import asyncpg
import pytest
import shapely

from gis.geocode import Geocoder
from gis.geocode.fold import strip_marks
from gis.geometry import LonLat, haversine_m

pytestmark = pytest.mark.timeout(600)

_UNIQUE_DOORS = """
SELECT h.path, s.name, ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat
FROM gis.house_numbers h JOIN gis.streets s ON s.id = h.street_id
WHERE NOT h.inferred AND s.name ~ '^[[:alpha:]]+ [[:alpha:] ]+$'
  AND (SELECT count(*) FROM gis.street_names n WHERE n.key = s.key) = 1
  AND (SELECT count(*) FROM gis.house_numbers o WHERE o.street_id = s.id AND o.path = h.path) = 1
ORDER BY md5(h.id::text) LIMIT 40
"""
_ALLEYS = """
SELECT s.path, p.name, ST_AsText(s.geom) AS line FROM gis.streets s JOIN gis.streets p ON p.id = s.parent_id
WHERE s.alley AND p.name ~ '^[[:alpha:]]+ [[:alpha:] ]+$'
  AND (SELECT count(*) FROM gis.street_names n WHERE n.key = p.key) = 1
ORDER BY md5(s.id::text) LIMIT 25
"""
_LONE_STREETS = """
SELECT s.name, ST_AsText(s.geom) AS line FROM gis.streets s
WHERE NOT s.alley AND s.name ~ '^[[:alpha:]]+ [[:alpha:] ]+$'
  AND (SELECT count(*) FROM gis.street_names n WHERE n.key = s.key) = 1
ORDER BY md5(s.id::text) LIMIT 60
"""
_SPINE_OFF_M = 100.0
"""A street's numbers run along one line in the middle of its carriageways."""
_NEIGHBOURHOOD_M, _BESIDE_M = 710.0, 80.0
_TWIN_STREETS = """
SELECT min(s.name) AS name FROM gis.streets s WHERE NOT s.alley
GROUP BY s.key HAVING count(*) BETWEEN 2 AND 4 AND count(DISTINCT s.ward_codes[1]) = count(*)
ORDER BY count(*) DESC, s.key LIMIT 8
"""
_CROSSINGS = """
WITH met AS (
    SELECT least(a.key, b.key) AS one, greatest(a.key, b.key) AS other,
           min(a.name) AS a, min(b.name) AS b, min(ST_X(i.geom)) AS lon, min(ST_Y(i.geom)) AS lat
    FROM gis.intersections i JOIN gis.streets a ON a.id = i.street_a JOIN gis.streets b ON b.id = i.street_b
    WHERE NOT a.alley AND NOT b.alley AND a.key <> b.key
      AND a.name ~ '^[[:alpha:]]+ [[:alpha:] ]+$' AND b.name ~ '^[[:alpha:]]+ [[:alpha:] ]+$'
    GROUP BY 1, 2 HAVING count(*) = 1
)
SELECT * FROM met ORDER BY md5(one || other) LIMIT 15
"""


async def test_a_known_door_is_found_where_it_stands_however_it_is_spelled(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    doors = await city.fetch(_UNIQUE_DOORS)
    assert len(doors) == 40
    for door in doors:
        text = f"{door['path']} {door['name']}"
        for spelling in (text, strip_marks(text), unicodedata.normalize("NFD", text), text.upper()):
            found = await geocoder.geocode(spelling)
            assert found, spelling
            assert found[0].level == "door", spelling
            assert haversine_m(found[0].lon_lat, (door["lon"], door["lat"])) < 1, spelling


async def test_an_alley_is_found_and_its_circle_reaches_it(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    alleys = await city.fetch(_ALLEYS)
    assert alleys
    for alley in alleys:
        found = await geocoder.geocode(f"hẻm {alley['path']} {alley['name']}")
        assert found[0].level == "alley", alley["path"]
        reach = await city.fetchval(
            "SELECT ST_Distance(ST_GeomFromText($1, 4326)::geography, "
            "ST_SetSRID(ST_MakePoint($2, $3), 4326)::geography)",
            alley["line"], found[0].lon, found[0].lat,
        )  # fmt: skip
        assert reach <= found[0].radius_m, alley["path"]


async def test_no_circle_reaches_farther_than_the_street_and_its_alleys(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    streets = await city.fetch(_LONE_STREETS)
    assert streets
    for street in streets:
        ends = shapely.get_coordinates(shapely.from_wkt(street["line"]))
        for path, beside_m in (("1999", 80.0), ("45/6", 500.0)):
            answers = await geocoder.geocode(f"{path} {street['name']}")
            found = next(answer for answer in answers if answer.level == "interpolated")
            far_m = max(haversine_m((found.lon, found.lat), (lon, lat)) for lon, lat in ends)
            assert found.radius_m <= far_m + beside_m + _SPINE_OFF_M, street["name"]


async def test_a_ward_that_was_named_narrows_the_circle_to_itself_and_its_neighbourhood(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    zones, narrower = await geocoder.zones(), 0
    for street in await city.fetch(_LONE_STREETS):
        line = shapely.from_wkt(street["line"])
        ward = zones.find_ward(shapely.get_coordinates(line)[0])
        if ward is None:
            continue
        alone = (await geocoder.geocode(f"1999 {street['name']}"))[0]
        found = (await geocoder.geocode(f"1999 {street['name']}, {ward.name}"))[0]
        if found.level != "interpolated" or found.ward_code != ward.code:
            continue
        around = shapely.buffer(zones.ground_of([ward.code]), _NEIGHBOURHOOD_M / 111_000)
        corners = shapely.get_coordinates(around.envelope)
        far_m = max(haversine_m(found.lon_lat, (lon, lat)) for lon, lat in corners)
        assert found.radius_m <= far_m + _BESIDE_M, street["name"]
        narrower += found.radius_m < alone.radius_m
    assert narrower


async def test_a_corner_is_where_its_two_streets_meet(geocoder: Geocoder, city: asyncpg.Connection) -> None:
    for crossing in await city.fetch(_CROSSINGS):
        for text in (f"góc {crossing['a']} – {crossing['b']}", f"{crossing['b']} giao {crossing['a']}"):
            found = await geocoder.geocode(text)
            assert found[0].level == "intersection", text
            assert haversine_m(found[0].lon_lat, (crossing["lon"], crossing["lat"])) < 60, text


async def test_an_area_that_was_said_is_the_ward_of_the_answer_and_its_circle_holds_nine_tenths_of_it(
    geocoder: Geocoder,
) -> None:
    zones = await geocoder.zones()
    for ward in zones.wards[::12]:
        (found, *others) = await geocoder.geocode(f"chỗ không ai biết, {ward.name}")
        assert found.level == "ward"
        assert ward.name in {one.ward for one in (found, *others)}
        if found.ward_code != ward.code:
            continue
        away = shapely.get_coordinates(zones.ground_of([ward.code]).convex_hull).tolist()
        far_m = max(haversine_m(found.lon_lat, (lon, lat)) for lon, lat in away)
        assert 0.85 * far_m <= found.radius_m


async def test_a_ward_whose_name_stands_for_several_is_shown_as_several_places(
    hcmc: asyncpg.Connection,
) -> None:
    found = await Geocoder(hcmc).geocode("phường 3")
    assert len(found) == 5
    assert all(one.level == "ward" and one.confidence < 0.3 for one in found)
    assert len({one.legacy_ward for one in found}) == 5
    (one,) = await Geocoder(hcmc).geocode("phường 3 quận Gò Vấp")
    assert one.legacy_ward == "Phường 3, Quận Gò Vấp"


async def test_streets_of_one_name_are_all_shown_with_what_tells_them_apart(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    twins = await city.fetch(_TWIN_STREETS)
    assert twins
    for twin in twins:
        found = await geocoder.geocode(twin["name"])
        assert len(found) >= 2, twin["name"]
        marks = [candidate.distinguishing for candidate in found]
        assert None not in marks
        assert len(set(marks)) == len(marks), marks
        assert found[0].confidence < 0.5, "no candidate may look certain while another fits as well"


async def test_the_ward_that_is_named_decides_between_streets_of_one_name(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    decided = 0
    for twin in await city.fetch(_TWIN_STREETS):
        for candidate in await geocoder.geocode(twin["name"]):
            if not candidate.ward:
                continue
            found = await geocoder.geocode(f"{twin['name']}, {candidate.ward}")
            decided += found[0].ward_code == candidate.ward_code
            assert candidate.ward_code in {other.ward_code for other in found}, (twin["name"], candidate.ward)
    assert decided >= 8


async def test_a_handsets_circle_makes_the_near_one_first(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    for twin in await city.fetch(_TWIN_STREETS):
        for candidate in (await geocoder.geocode(twin["name"]))[:2]:
            found = await geocoder.geocode(twin["name"], near=candidate.lon_lat, near_radius_m=50)
            assert haversine_m(found[0].lon_lat, candidate.lon_lat) < 1000, twin["name"]


@pytest.mark.parametrize("text", ["", "   ", "zzzz qqqq xxxx", "😀😀😀", "!!!", "1.0, 2.0", "a" * 10_000])
async def test_what_names_no_place_here_finds_nothing(geocoder: Geocoder, text: str) -> None:
    assert await geocoder.geocode(text) == []


async def test_coordinates_and_plus_codes_are_places_with_their_ward(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    row = await city.fetchrow(
        "SELECT ST_X(center) AS lon, ST_Y(center) AS lat FROM gis.streets ORDER BY id LIMIT 1"
    )
    here = LonLat(row["lon"], row["lat"])
    for text in (f"{here.lat:.6f}, {here.lon:.6f}", f"{here.lon:.6f} {here.lat:.6f}"):
        (found,) = await geocoder.geocode(text)
        assert found.level == "coordinates"
        assert haversine_m(found.lon_lat, here) < 1
        assert found.ward_code


async def test_every_candidate_is_whole(geocoder: Geocoder, city: asyncpg.Connection) -> None:
    wards = {row["code"] for row in await city.fetch("SELECT code FROM gis.wards")}
    names = [r["name"] for r in await city.fetch("SELECT name FROM gis.streets ORDER BY md5(name) LIMIT 30")]
    for name in [*(f"12/3 {n}" for n in names), *names]:
        found = await geocoder.geocode(name)
        assert [c.confidence for c in found] == sorted((c.confidence for c in found), reverse=True)
        for candidate in found:
            assert 0 < candidate.confidence <= 1
            assert 0 < candidate.radius_m < 20_000
            assert candidate.ward_code in wards | {""}
            assert candidate.label
            assert candidate.why


async def test_a_place_is_described_by_its_street_and_ward(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    zones = await geocoder.zones()
    for door in (await city.fetch(_UNIQUE_DOORS))[:10]:
        place = LonLat(door["lon"], door["lat"])
        ward = zones.find_ward(place)
        if ward is not None:
            assert (await geocoder.describe(place)).endswith(ward.name)
    assert await geocoder.describe(LonLat(100.5, 13.75)) == "13.75000, 100.50000"
