"""What lies about a position: reverse geocoding, alleys' mouths, and a handset's circle with the words."""

import asyncpg
import pytest
import shapely

from gis.geocode import Geocoder
from gis.geocode.stretches import beside
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
        # A cell of a network is wider than the street: it says nothing of where on it.
        (wide, *_) = await geocoder.geocode(f"đường {street['name']}", near=alone.lon_lat, near_radius_m=2e4)
        assert (wide.lon_lat, wide.radius_m) == (alone.lon_lat, alone.radius_m)
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


async def _draw_a_nameless_alley(city: asyncpg.Connection) -> tuple[str, LonLat, LonLat]:
    """A street of which the numbers around 123 are known, with a way without a name beside that number: the
    street's name, where the way begins, where it ends, some 90 m in."""
    row = await city.fetchrow(
        "SELECT s.id, s.name, s.spine_m, ST_AsBinary(s.spine) AS wkb FROM gis.streets s WHERE NOT s.alley"
        " AND s.name ~ '^[[:alpha:]]+ [[:alpha:] ]+$' AND s.spine_m BETWEEN 900 AND 1500"
        " AND (SELECT count(*) FROM gis.street_names n WHERE n.key = s.key) = 1"
        " AND ST_Within(s.spine, (SELECT ST_Union(geom) FROM gis.wards)) ORDER BY md5(s.id::text) LIMIT 1"
    )
    assert row is not None
    spine, metres = shapely.from_wkb(bytes(row["wkb"])), row["spine_m"]
    await city.execute("DELETE FROM gis.house_numbers")
    await city.execute("DELETE FROM gis.byways")
    await city.execute("UPDATE gis.streets SET mouth = NULL WHERE parent_id = $1", row["id"])
    doors = [(n, 3.0 * n, beside(spine, 3.0 * n / metres, 8.0 if n % 2 else -8.0)) for n in range(95, 152, 4)]
    doors += [(n + 1, along, beside(spine, along / metres, -8.0)) for n, along, _ in doors]
    await city.executemany(
        "INSERT INTO gis.house_numbers (id, street_id, path, number, inferred, along_m, source, geom)"
        " VALUES ($1, $2, $3, $1, false, $4, 'drawn', ST_SetSRID(ST_MakePoint($5, $6), 4326))",
        [(n, row["id"], str(n), along, *place) for n, along, place in doors if n != 123],
    )
    mouth, end = (beside(spine, 3.0 * 123 / metres, left_m) for left_m in (0.0, 90.0))
    await city.execute(
        "INSERT INTO gis.byways VALUES (1, $1, $2, 1, 90, ST_SetSRID(ST_MakeLine(ST_MakePoint($3, $4),"
        " ST_MakePoint($5, $6)), 4326))", row["id"], 3.0 * 123, *mouth, *end,
    )  # fmt: skip
    return row["name"], mouth, end


async def test_an_alley_of_no_known_name_may_be_the_way_beside_its_number_and_that_is_told(
    geocoder: Geocoder, city: asyncpg.Connection
) -> None:
    change = city.transaction()
    await change.start()
    try:
        name, mouth, end = await _draw_a_nameless_alley(city)
        for text in (f"123/7 {name}", f"hẻm 123 {name}"):
            (best, *_) = await geocoder.geocode(text)
            assert haversine_m(best.lon_lat, mouth) == pytest.approx(30, abs=3), text
            assert haversine_m(best.lon_lat, end) == pytest.approx(60, abs=3), text
            assert best.why[-1] == "có thể là con hẻm không tên trên bản đồ, cách đầu hẻm đó 30 m"
            assert best.mouth is None, "nobody waits where it is only believed that the alley begins"
            assert haversine_m(best.lon_lat, end) < best.radius_m
        (best, *_) = await geocoder.geocode(f"đầu hẻm 123 {name}")
        assert haversine_m(best.lon_lat, mouth) < 1
        for text in (f"123 {name}", f"123/70 {name}", f"149/3 {name}"):
            (best, *_) = await geocoder.geocode(text)
            assert not any("hẻm không tên" in why for why in best.why), text
    finally:
        await change.rollback()


async def test_a_block_is_looked_for_by_the_same_letter_on_a_street_that_crosses(
    generated: asyncpg.Connection,
) -> None:
    row = await generated.fetchrow(
        "SELECT a.id, b.name, b.spine_m, ST_X(i.geom) AS lon, ST_Y(i.geom) AS lat FROM gis.intersections i"
        " JOIN gis.streets a ON a.id = i.street_a JOIN gis.streets b ON b.id = i.street_b"
        " WHERE NOT a.alley AND NOT b.alley AND b.name ~ '^[[:alpha:]]+ [[:alpha:] ]+$' AND b.spine_m > 1000"
        " AND abs(ST_LineLocatePoint(b.spine, i.geom) - 0.5) > 0.2"
        " AND (SELECT count(*) FROM gis.street_names n WHERE n.key = b.key) = 1 ORDER BY md5(b.name) LIMIT 1"
    )
    assert row is not None
    corner = LonLat(row["lon"], row["lat"])
    change = generated.transaction()
    await change.start()
    try:
        (before, *_) = await Geocoder(generated).geocode(f"C4/3 {row['name']}")
        await generated.execute(
            "INSERT INTO gis.house_numbers (id, street_id, path, number, inferred, along_m, source, geom)"
            " VALUES (100000000, $1, 'C5/20', 5, false, 0, 'drawn', ST_SetSRID(ST_MakePoint($2, $3), 4326))",
            row["id"], corner.lon, corner.lat,
        )  # fmt: skip
        (found, *_) = await Geocoder(generated).geocode(f"C4/3 {row['name']}")
        (other, *_) = await Geocoder(generated).geocode(f"D4/3 {row['name']}")
    finally:
        await change.rollback()
    assert haversine_m(found.lon_lat, corner) < 40 < haversine_m(before.lon_lat, corner)
    assert "theo các số cùng chữ ở đường bên cạnh" in found.why
    assert other.lon_lat == before.lon_lat
