"""What lies about a position: reverse geocoding, alleys' mouths, and a handset's circle with the words."""

import asyncpg
import pytest

from gis.geocode import Geocoder
from gis.geometry import LonLat, haversine_m

pytestmark = pytest.mark.timeout(600)

_ALLEYS = """
SELECT s.id, s.path, p.name AS parent, s.spine_m, ST_LineLocatePoint(s.spine, s.mouth) AS mouth_at,
       ST_X(s.mouth) AS mouth_lon, ST_Y(s.mouth) AS mouth_lat, ST_X(m.p) AS lon, ST_Y(m.p) AS lat
FROM gis.streets s JOIN gis.streets p ON p.id = s.parent_id
CROSS JOIN LATERAL (SELECT ST_LineInterpolatePoint(s.spine, 0.5) AS p) m
WHERE s.alley AND s.mouth IS NOT NULL AND s.spine_m > 60 AND s.path !~ '/'
  AND p.name ~ '^[[:alpha:]]+ [[:alpha:] ]+$'
  AND (SELECT count(*) FROM gis.street_names n WHERE n.key = p.key) = 1
  AND (SELECT count(*) FROM gis.streets o WHERE o.parent_id = p.id AND o.path = s.path) = 1
  AND (SELECT o.id FROM gis.streets o ORDER BY o.geom <-> m.p LIMIT 1) = s.id
ORDER BY md5(s.id::text) LIMIT 12
"""
# How far from its mouth a place in an alley is, as a share of the alley.
_INWARD = """
SELECT abs(ST_LineLocatePoint(spine, ST_SetSRID(ST_MakePoint($2, $3), 4326))
           - ST_LineLocatePoint(spine, mouth))
FROM gis.streets WHERE id = $1
"""
_LONG_STREETS = """
SELECT s.name, ST_X(m.p) AS lon, ST_Y(m.p) AS lat
FROM gis.streets s CROSS JOIN LATERAL (SELECT ST_LineInterpolatePoint(s.spine, 0.2) AS p) m
WHERE NOT s.alley AND s.spine_m > 1200 AND s.name ~ '^[[:alpha:]]+ [[:alpha:] ]+$'
  AND (SELECT count(*) FROM gis.street_names n WHERE n.key = s.key) = 1
  AND ST_DWithin(s.geom::geography, m.p::geography, 20)
ORDER BY md5(s.id::text) LIMIT 8
"""


async def test_a_place_in_an_alley_is_told_by_the_alley_and_how_far_it_is_in(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    alleys = await city.fetch(_ALLEYS)
    assert alleys
    for alley in alleys:
        said = await geocoder.describe(LonLat(alley["lon"], alley["lat"]))
        assert said.startswith(f"hẻm {alley['path']} {alley['parent']}"), said
        assert "đầu hẻm" in said, said
        if "cách đầu hẻm" in said:
            metres = float(said.split("cách đầu hẻm ")[1].split(" m")[0])
            assert metres <= alley["spine_m"] + 50, said


async def test_an_alley_is_answered_with_its_mouth_where_residents_wait(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    for alley in await city.fetch(_ALLEYS):
        mouth = LonLat(alley["mouth_lon"], alley["mouth_lat"])
        for text in (f"hẻm {alley['path']} {alley['parent']}", f"{alley['path']}/3 {alley['parent']}"):
            (best, *_) = await geocoder.geocode(text)
            assert best.mouth is not None, text
            assert haversine_m(best.mouth, mouth) < 1, text
        (best, *_) = await geocoder.geocode(f"đầu hẻm {alley['path']} {alley['parent']}")
        assert haversine_m(best.lon_lat, mouth) < 1
        assert best.radius_m <= 40
        (best, *_) = await geocoder.geocode(f"cuối hẻm {alley['path']} {alley['parent']}")
        inward = await city.fetchval(_INWARD, alley["id"], best.lon, best.lat)
        assert inward == pytest.approx(max(alley["mouth_at"], 1 - alley["mouth_at"]), abs=0.01)


async def test_a_street_alone_is_where_it_passes_the_handset(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    for street in await city.fetch(_LONG_STREETS):
        here = LonLat(street["lon"], street["lat"])
        (alone, *_) = await geocoder.geocode(f"đường {street['name']}")
        (best, *_) = await geocoder.geocode(f"đường {street['name']}", near=here, near_radius_m=40)
        assert haversine_m(best.lon_lat, here) <= 100, street["name"]
        assert best.radius_m < alone.radius_m


async def test_a_handset_far_from_the_street_said_does_not_move_it(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    for street in (await city.fetch(_LONG_STREETS))[:4]:
        (alone, *_) = await geocoder.geocode(f"đường {street['name']}")
        away = LonLat(street["lon"] + 0.2, street["lat"] + 0.2)
        (best, *_) = await geocoder.geocode(f"đường {street['name']}", near=away, near_radius_m=40)
        assert best.lon_lat == alone.lon_lat


async def test_an_unknown_street_in_a_known_ward_is_answered_by_the_ward_and_what_to_ask(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    ward = await city.fetchval("SELECT name FROM gis.wards ORDER BY md5(code) LIMIT 1")
    for text in (f"139, ấp 2, {ward}", f"12/3 tổ 5, {ward}"):
        (best, *_) = await geocoder.geocode(text)
        assert (best.level, best.ward) == ("ward", ward)
        assert "hỏi" in best.why[0]


async def test_a_ward_alone_is_where_the_handset_is_in_it(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    row = await city.fetchrow(
        "SELECT name, ST_X(p) AS lon, ST_Y(p) AS lat FROM gis.wards, "
        "LATERAL (SELECT ST_PointOnSurface(geom) AS p) m ORDER BY md5(code) LIMIT 1"
    )
    here = LonLat(row["lon"] + 0.001, row["lat"])
    (best, *_) = await geocoder.geocode(row["name"], near=here, near_radius_m=30)
    assert best.lon_lat == pytest.approx(here)
    (away, *_) = await geocoder.geocode(
        row["name"], near=LonLat(row["lon"] + 0.3, row["lat"]), near_radius_m=30
    )
    assert away.lon_lat != pytest.approx(here)


async def test_a_handset_without_words_is_its_own_place_in_the_city_alone(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    row = await city.fetchrow(
        "SELECT ST_X(center) AS lon, ST_Y(center) AS lat FROM gis.streets ORDER BY id LIMIT 1"
    )
    (found,) = await geocoder.at_handset(LonLat(row["lon"], row["lat"]), 30.0)
    assert (found.radius_m, found.level) == (30.0, "coordinates")
    assert found.ward
    assert await geocoder.at_handset(LonLat(105.83, 21.03), 30.0) == []
