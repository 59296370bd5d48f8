"""What was learnt is used for the next question, can be corrected, exported and forgotten."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import psycopg
import pytest

from dispatch.host.cluster import PrivateCluster, drop_database
from gis.errors import SourceBroken
from gis.geocode import Geocoder
from gis.geometry import LonLat, haversine_m
from gis.learning import Learner, Lesson
from gis.store.learnt import SHOW_ALL

if TYPE_CHECKING:
    from tests.conftest import BuiltCity

NOW = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)


@pytest.fixture
async def own_city(
    cluster: PrivateCluster, generated_city: "BuiltCity", make_database: Callable[[str | None], str]
) -> AsyncIterator[asyncpg.Connection]:
    """The generated city, to be written to."""
    dsn = make_database(generated_city.template)
    connection = await asyncpg.connect(dsn)
    yield connection
    await connection.close()
    drop_database(cluster.dsn("postgres"), str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]))


async def _an_unknown_door(city: asyncpg.Connection) -> tuple[str, LonLat]:
    """A number that no source has, on a street of a name of its own, and a place beside that street."""
    row = await city.fetchrow(
        "SELECT s.name, ST_X(s.center) + 0.0002 AS lon, ST_Y(s.center) AS lat FROM gis.streets s "
        "JOIN gis.street_names n ON n.street_id = s.id "
        "WHERE NOT s.alley AND s.name ~ '^[[:alpha:]]+ [[:alpha:] ]+$' "
        "AND (SELECT count(*) FROM gis.street_names o WHERE o.key = n.key) = 1 "
        "AND ST_Within(s.center, (SELECT ST_Union(geom) FROM gis.wards)) ORDER BY s.length_m DESC LIMIT 1"
    )
    assert row is not None
    return f"9998 {row['name']}", LonLat(row["lon"], row["lat"])


async def test_a_place_learnt_is_where_the_next_caller_is_sent_until_it_is_corrected_or_forgotten(
    own_city: asyncpg.Connection, tmp_path: Path
) -> None:
    geocoder, learner = Geocoder(own_city), Learner(own_city)
    address, place = await _an_unknown_door(own_city)
    assert (await geocoder.geocode(address))[0].level == "interpolated"

    assert await learner.learn(Lesson(address, place, "arrival", 0.8, "7"), NOW)
    (found, *_) = await geocoder.geocode(address)
    assert (found.level, haversine_m(found.lon_lat, place) < 1) == ("door", True)

    moved = LonLat(place.lon + 0.0005, place.lat)
    assert await learner.learn(Lesson(address, moved, "arrival", 0.8, "8"), NOW)
    assert haversine_m((await geocoder.geocode(address))[0].lon_lat, moved) < 1

    exported = tmp_path / "learnt.csv"
    assert await learner.export_file(exported) == 1
    assert exported.read_text(encoding="utf-8").splitlines()[1].startswith("9998,")

    assert await learner.forget(address) == 1
    assert (await geocoder.geocode(address))[0].level == "interpolated"
    assert await learner.import_file(exported, "import", 0.7, NOW, lambda _share: None) == (1, 1)
    assert haversine_m((await geocoder.geocode(address))[0].lon_lat, moved) < 1

    await own_city.execute("DELETE FROM gis.house_numbers WHERE id < 0")  # as when the city is built anew
    await own_city.execute(SHOW_ALL)
    assert (await geocoder.geocode(address))[0].level == "door"


async def test_words_without_a_number_or_street_teach_nothing_and_a_broken_file_is_refused_whole(
    own_city: asyncpg.Connection, tmp_path: Path
) -> None:
    learner = Learner(own_city)
    place = LonLat(106.7, 10.77)
    for words in ("", "cháy rồi", "chợ Bến Thành", "123"):
        assert not await learner.learn(Lesson(words, place, "arrival", 0.8, ""), NOW), words
    broken = tmp_path / "broken.csv"
    broken.write_text("housenumber,street,lat,lon\n1,Lê Lợi,10.7,106.7\n2,Lê Lợi,x,106.7\n", encoding="utf-8")
    with pytest.raises(SourceBroken):
        await learner.import_file(broken, "import", 0.7, NOW, lambda _share: None)
    assert await learner.export_file(tmp_path / "none.csv") == 0
