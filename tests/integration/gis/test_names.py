"""The names kept in memory answer as the tables of the city that was built do."""

import asyncpg
import pytest

from gis.store.names import load_names

_STREETS = """
SELECT DISTINCT s.id FROM gis.street_names n JOIN gis.streets s ON s.id = n.street_id
WHERE n.key = ANY($1) OR (n.initials = ANY($2) AND NOT s.alley)
"""
_STREETS_BEGUN = """
SELECT s.length_m FROM gis.street_names n JOIN gis.streets s ON s.id = n.street_id
WHERE starts_with(n.key, $1) AND NOT s.alley ORDER BY s.length_m DESC LIMIT 12
"""
_STREETS_ALIKE = """
SELECT similarity(n.key, $1) AS share FROM gis.street_names n JOIN gis.streets s ON s.id = n.street_id
WHERE n.key % $1 AND NOT s.alley ORDER BY share DESC LIMIT 16
"""
_PLACES_ALIKE = "SELECT similarity(key, $1) AS share FROM gis.places WHERE key % $1 ORDER BY 1 DESC LIMIT 10"
_PLACES_BEGUN = "SELECT id FROM gis.places WHERE starts_with(key, $1) ORDER BY length(key), id LIMIT 10"


async def test_names_in_memory_are_found_as_they_stand_in_the_tables(city: asyncpg.Connection) -> None:
    names = await load_names(city)
    some = await city.fetch("SELECT key, initials FROM gis.street_names ORDER BY md5(key) LIMIT 40")
    for row in some:
        known = {r["id"] for r in await city.fetch(_STREETS, [row["key"]], [row["initials"]])}
        found = [r["id"] for r in names.list_streets_by_keys([row["key"]], [row["initials"]])]
        assert set(found) == known if len(found) < 120 else set(found) <= known
        for letters in (3, 6):
            begun = [r["length_m"] for r in await city.fetch(_STREETS_BEGUN, row["key"][:letters])]
            assert [r["length_m"] for r in names.list_streets_by_prefix(row["key"][:letters])] == begun


async def test_landmarks_in_memory_are_found_as_they_stand_in_the_tables(city: asyncpg.Connection) -> None:
    names = await load_names(city)
    for row in await city.fetch("SELECT key FROM gis.places ORDER BY md5(key) LIMIT 40"):
        known = {r["id"] for r in await city.fetch("SELECT id FROM gis.places WHERE key = $1", row["key"])}
        found = [r["id"] for r in names.list_places_by_keys([row["key"]])]
        assert set(found) == known if len(found) < 60 else set(found) <= known
        begun = [r["id"] for r in await city.fetch(_PLACES_BEGUN, row["key"][:5])]
        assert [r["id"] for r in names.list_places_by_prefix(row["key"][:5])] == begun


async def test_the_line_a_street_is_numbered_along_is_that_of_the_table(city: asyncpg.Connection) -> None:
    names = await load_names(city)
    lengths = (
        "SELECT id, ST_Length(spine) AS length FROM gis.streets WHERE spine IS NOT NULL ORDER BY id LIMIT 50"
    )
    for row in await city.fetch(lengths):
        assert abs(names.get_spine(row["id"]).length - row["length"]) < 1e-12


async def test_names_that_are_like_a_misspelt_one_are_those_the_database_finds(
    city: asyncpg.Connection,
) -> None:
    names = await load_names(city)
    keys = [row["key"] for row in await city.fetch("SELECT key FROM gis.places ORDER BY md5(key) LIMIT 30")]
    for key in (*(f"{key[:-2]}x {key[2:5]}" for key in keys), "", "/", "q"):
        for found, alike in (
            (names.list_streets_like(key), _STREETS_ALIKE),
            (names.list_places_like(key), _PLACES_ALIKE),
        ):
            told = [row["share"] for row in await city.fetch(alike, key)]
            assert [share for _, share in found] == pytest.approx(told, abs=1e-6)
        asked = "SELECT similarity($1, $2)"
        for row, share in names.list_streets_like(key)[:3]:
            assert await city.fetchval(asked, row["key"], key) == pytest.approx(share, abs=1e-6)
