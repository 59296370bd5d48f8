"""What was learnt is found by a caller's words, changed by hand with who and why, and held by a backup."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import msgspec
import psycopg
import pytest
import shapely

from dispatch.core.backup import backup, restore
from dispatch.domain.model.incident import PlaceChanged
from dispatch.domain.model.messages import Actor, Refused, Role
from dispatch.host.cluster import PrivateCluster, drop_database
from dispatch.store.audit import Audit
from dispatch.store.connect import open_pool
from dispatch.store.instance import ensure_instance
from dispatch.usecases.places.learnt_places import PAGE, LearntPlaces
from gis.geocode import Geocoder
from gis.geometry import LonLat, haversine_m
from gis.learning import EXPORTED, Learner, Lesson
from gis.whose import import_areas, list_imports
from tests.integration.gis.test_areas import area, box_of, write
from tests.unit.usecases.test_learn_places import confirmed, place_changed

if TYPE_CHECKING:
    from tests.conftest import BuiltCity

NOW = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)
LAN = Actor(id="u-lan", role=Role.ADMINISTRATOR, agencies=("114",), name="Lan")
HUNG = Actor(id="u-hung", role=Role.ADMINISTRATOR, agencies=("115",), name="Hùng")


@pytest.fixture
async def pool(generated_city_database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections to the generated city, to be written to."""
    async with await open_pool(generated_city_database_url) as pool:
        yield pool


@pytest.fixture
def places(pool: asyncpg.Pool) -> LearntPlaces:
    """Its learnt numbers."""
    return LearntPlaces(pool, Geocoder(pool), Audit(pool), lambda: NOW)


@pytest.fixture
def restored_dsn(
    cluster: PrivateCluster, generated_city: "BuiltCity", make_database: Callable[[str | None], str]
) -> Iterator[str]:
    """The same city once more, for what is restored."""
    dsn = make_database(generated_city.template)
    yield dsn
    drop_database(cluster.dsn("postgres"), str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]))


async def a_street(pool: asyncpg.Pool) -> tuple[str, LonLat]:
    """A street with a name of its own, and a place 20 m beside it inside the city."""
    row = await pool.fetchrow(
        "SELECT s.name, ST_X(s.center) + 0.0002 AS lon, ST_Y(s.center) AS lat FROM gis.streets s "
        "JOIN gis.street_names n ON n.street_id = s.id "
        "WHERE NOT s.alley AND s.name ~ '^[[:alpha:]]+ [[:alpha:] ]+$' "
        "AND (SELECT count(*) FROM gis.street_names o WHERE o.key = n.key) = 1 "
        "AND ST_Within(s.center, (SELECT ST_Union(geom) FROM gis.wards)) ORDER BY s.length_m DESC LIMIT 1"
    )
    assert row is not None
    return row["name"], LonLat(row["lon"], row["lat"])


async def learn(pool: asyncpg.Pool, address: str, place: LonLat, ref: str = "7", trust: float = 0.8) -> bool:
    return await Learner(pool).learn(Lesson(address, place, "arrival", trust, ref), NOW)


async def where(pool: asyncpg.Pool, address: str) -> LonLat:
    (found, *_) = await Geocoder(pool).geocode(address)
    return found.lon_lat


async def test_numbers_are_found_as_a_caller_says_them_and_paged_the_newest_first(
    pool: asyncpg.Pool, places: LearntPlaces, tmp_path: Path
) -> None:
    street, place = await a_street(pool)
    for number in ("45/12", "45/7", "9998"):
        assert await learn(pool, f"{number} {street}", place)

    async def found(words: str) -> list[str]:
        return [one.number for one in (await places.list_numbers(words, "", None, LAN)).numbers]

    assert await found("") == ["9998", "45/7", "45/12"]
    assert await found(f"12 hẻm 45 {street}") == await found(f"so 12 hem 45 duong {street}") == ["45/12"]
    assert await found(f"hẻm 45 {street}") == await found(f"45 {street.upper()}") == ["45/7", "45/12"]
    assert await found(street) == ["9998", "45/7", "45/12"]
    (one, *_) = (await places.list_numbers("", "", None, LAN)).numbers
    assert await found(f"{street}, {one.ward}") == ["9998", "45/7", "45/12"]
    other = await pool.fetchval(
        "SELECT name FROM gis.wards ORDER BY geom <-> ST_SetSRID(ST_MakePoint($1, $2), 4326) DESC LIMIT 1",
        *place,
    )
    assert await found(f"{street}, {other}") == []
    assert (await places.list_numbers("%'; --", "", None, LAN)).numbers == []
    assert (await places.list_numbers("", "file", None, LAN)).total == 0

    rows = [f"{n},{street},{place.lat},{place.lon}" for n in range(20_001, 20_001 + PAGE)]
    file = tmp_path / "register.csv"
    file.write_text("\n".join(["housenumber,street,lat,lon", *rows]), encoding="utf-8")
    await Learner(pool).import_file(file, "register", 0.7, NOW, lambda _share: None)
    first = await places.list_numbers("", "", None, LAN)
    second = await places.list_numbers("", "", first.numbers[-1].id, LAN)
    assert (first.total, [one.source for one in first.numbers]) == (PAGE + 3, ["register"] * PAGE)
    assert [one.number for one in second.numbers] == ["9998", "45/7", "45/12"]


async def test_a_correction_is_the_next_answer_keeps_who_and_why_and_is_turned_back_by_no_crew(
    pool: asyncpg.Pool, places: LearntPlaces
) -> None:
    street, place = await a_street(pool)
    address, moved = f"9998 {street}", LonLat(place.lon + 0.0003, place.lat)
    await learn(pool, address, place)
    (seen,) = (await places.list_numbers("", "", None, LAN)).numbers

    done = await places.correct(seen.id, moved, "đứng trước cửa", LAN)
    assert (done.shown, done.stands) == (True, moved)
    assert haversine_m(await where(pool, address), moved) < 1
    (now,) = (await places.list_numbers("", "corrected", None, LAN)).numbers
    assert (now.source, now.trust, now.ref) == ("corrected", 0.95, "Lan")
    (was,) = (await places.list_past(address, None, LAN)).past
    assert (was.act, was.by, was.why, was.source, was.now_id) == (
        "corrected", "Lan", "đứng trước cửa", "arrival", now.id,
    )  # fmt: skip
    assert was.moved_m == pytest.approx(haversine_m(place, moved), abs=0.5)
    (kept,) = await Audit(pool).list_recent()
    assert (kept.act, kept.actor, kept.detail["why"]) == ("correct_place", "u-lan", "đứng trước cửa")

    assert not await learn(pool, address, place, ref="8")
    assert not await learn(pool, address, place, ref="8")  # the same event read twice
    assert haversine_m(await where(pool, address), moved) < 1
    acts = [(one.act, one.ref) for one in (await places.list_past("", None, LAN)).past]
    assert acts == [("refused", "8"), ("corrected", "7")]
    assert await learn(pool, address, place, ref="9", trust=1.0)  # a file that is trusted more
    assert haversine_m(await where(pool, address), place) < 1


async def test_of_two_who_change_one_number_at_once_the_second_is_told_and_nothing_is_overwritten(
    pool: asyncpg.Pool, places: LearntPlaces
) -> None:
    street, place = await a_street(pool)
    await learn(pool, f"9998 {street}", place)
    (seen,) = (await places.list_numbers("", "", None, LAN)).numbers
    spots = [LonLat(place.lon + shift, place.lat) for shift in (0.0002, 0.0004)]
    done = await asyncio.gather(
        places.correct(seen.id, spots[0], "a", LAN),
        places.correct(seen.id, spots[1], "b", HUNG),
        return_exceptions=True,
    )
    (won,) = [n for n, one in enumerate(done) if not isinstance(one, BaseException)]
    (lost,) = [one for one in done if isinstance(one, Refused)]
    assert (lost.code, lost.data["by"]) == ("learnt_changed", ("Lan", "Hùng")[won])
    (now,) = (await places.list_numbers("", "", None, LAN)).numbers
    assert (now.lon, now.lat) == spots[won]
    assert [one.act for one in await Audit(pool).list_recent()] == ["correct_place"]
    with pytest.raises(Refused, match="learnt_changed"):
        await places.forget(seen.id, "c", LAN)
    await learn(pool, f"9997 {street}", place)
    (again, _) = (await places.list_numbers("", "", None, LAN)).numbers
    await learn(pool, f"9997 {street}", place, ref="8")
    with pytest.raises(Refused, match="learnt_anew"):
        await places.forget(again.id, "c", LAN)
    with pytest.raises(Refused, match="learnt_outside"):
        await places.correct(now.id, LonLat(2.35, 48.85), "d", LAN)


async def test_what_was_forgotten_is_learnt_again_as_it_was_and_once(
    pool: asyncpg.Pool, places: LearntPlaces
) -> None:
    street, place = await a_street(pool)
    address = f"9998 {street}"
    await learn(pool, address, place)
    (seen,) = (await places.list_numbers("", "", None, LAN)).numbers
    gone = await places.forget(seen.id, "nhà đã dỡ", LAN)
    assert (await places.list_numbers("", "", None, LAN)).total == 0
    assert (await Geocoder(pool).geocode(address))[0].level == "interpolated"

    done = await asyncio.gather(*(places.restore(gone.id, LAN) for _ in range(3)), return_exceptions=True)
    assert [one.code for one in done if isinstance(one, Refused)] == ["learnt_stands"] * 2
    (again,) = (await places.list_numbers("", "", None, LAN)).numbers
    assert (again.source, again.trust, again.ref) == (seen.source, seen.trust, seen.ref)
    assert again.learnt_at == seen.learnt_at
    assert (await Geocoder(pool).geocode(address))[0].level == "door"
    assert [one.act for one in await Audit(pool).list_recent()] == ["restore_place", "forget_place"]

    text = "".join([piece async for piece in await places.export(LAN)])
    (row,) = csv.DictReader(io.StringIO(text))
    assert tuple(row) == EXPORTED
    assert (row["housenumber"], row["street"], row["source"]) == ("9998", street, "arrival")
    assert (await Audit(pool).list_recent())[0].act == "export_places"


async def test_a_number_names_the_incident_that_taught_it_to_those_who_may_see_it(
    pool: asyncpg.Pool, places: LearntPlaces
) -> None:
    street, place = await a_street(pool)
    event = place_changed(confirmed())
    incident_id = msgspec.json.decode(event.payload, type=PlaceChanged).incident_id
    await pool.execute(
        "INSERT INTO centre.events (seq, type, recorded_at, bytes, hash) VALUES ($1, $2, $3, $4, '')",
        event.seq, event.type, event.recorded_at, msgspec.json.encode(event),
    )  # fmt: skip
    await pool.execute(
        "INSERT INTO centre.incidents (id, version, agency_id, visible_to, private_to, limited, body)"
        " VALUES ($1, 1, '114', '{114}', '{114}', '{}', '{\"number\": \"260712-0457\"}')",
        incident_id,
    )
    await learn(pool, f"9998 {street}", place, ref=str(event.seq))
    (seen,) = (await places.list_numbers("", "", None, LAN)).numbers
    assert seen.origin is not None
    assert (seen.origin.incident_id, seen.origin.number) == (incident_id, "260712-0457")
    (hidden,) = (await places.list_numbers("", "", None, HUNG)).numbers
    assert hidden.origin is None


async def test_a_backup_holds_what_was_learnt_and_the_areas_and_a_built_city_knows_them_after_restoring(
    pool: asyncpg.Pool,
    places: LearntPlaces,
    generated_city_database_url: str,
    restored_dsn: str,
    tmp_path: Path,
) -> None:
    street, place = await a_street(pool)
    address = f"9998 {street}"
    async with pool.acquire() as connection:
        await ensure_instance(connection, "hcmc", "demo")
    await learn(pool, address, place)
    (seen,) = (await places.list_numbers("", "", None, LAN)).numbers
    moved = LonLat(place.lon + 0.0003, place.lat)
    await places.correct(seen.id, moved, "đứng trước cửa", LAN)
    await Learner(pool).note_progress(41)
    west, south, east, north = await box_of(pool)
    zones = write(tmp_path / "z.geojson", [area("Z1", shapely.box(west, south, east, north), name_vi="Một")])
    await import_areas(pool, zones, "114", "zone", by="Lan", at=NOW, local=UTC)
    file = tmp_path / "centre.backup"
    await backup(generated_city_database_url, file, tmp_path)
    assert (await Geocoder(pool).geocode(address))[0].level == "door"

    await restore(file, restored_dsn, tmp_path)
    async with await open_pool(restored_dsn) as other:
        there = LearntPlaces(other, Geocoder(other), Audit(other), lambda: NOW)
        assert haversine_m(await where(other, address), moved) < 1
        assert (await there.list_numbers("", "", None, LAN)) == (await places.list_numbers("", "", None, LAN))
        assert (await there.list_past("", None, LAN)) == (await places.list_past("", None, LAN))
        assert await Learner(other).find_progress() == 41
        assert await list_imports(other) == await list_imports(pool)
        assert await learn(other, f"9997 {street}", place)  # ids go on after those that were carried
