"""What was learnt is used for the next question, can be corrected, exported and forgotten."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec
import psycopg
import pytest

from dispatch.domain.model.messages import Envelope
from dispatch.domain.model.values import LonLat as DomainLonLat
from dispatch.domain.model.values import Phase, PhaseTime, Place, TimeSource
from dispatch.host.cluster import PrivateCluster, drop_database
from dispatch.store.connect import open_pool
from dispatch.store.partitions import ensure_partitions
from dispatch.store.positions import HistoryRow, PositionStore
from dispatch.usecases.picture import Picture
from dispatch.usecases.places.learn_places import PlaceLearner
from gis.errors import SourceBroken
from gis.geocode import Geocoder
from gis.geometry import LonLat, haversine_m
from gis.learning import Learner, Lesson
from gis.store.learnt import SHOW_ALL, SHOW_LISTED, Hand
from tests.unit.usecases.test_learn_places import confirmed, picture_of, place_changed

if TYPE_CHECKING:
    from tests.conftest import BuiltCity

NOW = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)
BY_HAND = Hand(NOW, "u-1", "Quản trị", "xem tận nơi")


@pytest.fixture
def own_dsn(
    cluster: PrivateCluster, generated_city: "BuiltCity", make_database: Callable[[str | None], str]
) -> Iterator[str]:
    """The generated city, to be written to."""
    dsn = make_database(generated_city.template)
    yield dsn
    drop_database(cluster.dsn("postgres"), str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]))


@pytest.fixture
async def own_city(own_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to it."""
    connection = await asyncpg.connect(own_dsn)
    yield connection
    await connection.close()


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

    assert await learner.forget(address, BY_HAND) == 1
    assert (await geocoder.geocode(address))[0].level == "interpolated"
    assert await learner.import_file(exported, "import", 0.7, NOW, lambda _share: None) == (1, 1)
    assert haversine_m((await geocoder.geocode(address))[0].lon_lat, moved) < 1

    await own_city.execute("DELETE FROM gis.house_numbers WHERE id < 0")  # as when the city is built anew
    await own_city.execute(SHOW_ALL)
    assert (await geocoder.geocode(address))[0].level == "door"

    off_the_map = LonLat(place.lon + 0.5, place.lat)
    assert await learner.learn(Lesson(address, off_the_map, "import", 0.7, "9"), NOW)
    assert await learner.forget(address, BY_HAND) == 2  # what is on no street of the map, too
    assert await learner.export_file(exported) == 0


async def _a_street_through_two_wards(city: asyncpg.Connection) -> tuple[str, int, str, str]:
    """A street that no number is known on: how many it may have, today's wards of its two ends."""
    await city.execute("DELETE FROM gis.house_numbers")
    await city.execute("UPDATE gis.streets SET mouth = NULL")
    row = await city.fetchrow(
        "SELECT s.name, s.spine_m, a.name AS first, b.name AS last FROM gis.streets s"
        " JOIN gis.wards a ON ST_Within(ST_LineSubstring(s.spine, 0.08, 0.25), a.geom)"
        " JOIN gis.wards b ON ST_Within(ST_LineSubstring(s.spine, 0.75, 0.92), b.geom)"
        " WHERE NOT s.alley AND a.code <> b.code AND s.name !~ '[0-9]'"
        " AND (SELECT count(*) FROM gis.street_names n WHERE n.key = s.key) = 1"
        " ORDER BY s.length_m DESC LIMIT 1"
    )
    assert row is not None
    return row["name"], int(row["spine_m"] / 3.5), row["first"], row["last"]


async def test_a_list_without_positions_tells_the_next_question_which_way_a_street_counts(
    own_city: asyncpg.Connection, tmp_path: Path
) -> None:
    learner = Learner(own_city)
    name, top, *wards = await _a_street_through_two_wards(own_city)
    lists, exported = tmp_path / "lists.csv", tmp_path / "learnt.csv"
    low, high = int(top * 0.2), int(top * 0.8)

    async def share_along(number: int) -> tuple[float, list[str]]:
        (found, *_) = await Geocoder(own_city).geocode(f"{number} {name}")
        share = await own_city.fetchval(
            "SELECT ST_LineLocatePoint(spine, ST_SetSRID(ST_MakePoint($2, $3), 4326))"
            " FROM gis.streets WHERE name = $1", name, found.lon, found.lat,
        )  # fmt: skip
        return float(share), found.why

    for first, last in (wards, wards[::-1]):
        told = [(int(top * share / 100), first if share < 50 else last) for share in (10, 15, 20, 80, 85, 90)]
        rows = [f"{number},{name},{ward}" for number, ward in told]
        lists.write_text("\n".join(["housenumber,street,ward", *rows]), encoding="utf-8")
        assert await learner.import_file(lists, "list", 0.7, NOW, lambda _share: None) == (6, 6)
        (early, why), (late, _) = await share_along(low), await share_along(high)
        assert (early < 0.4 < 0.6 < late) if first == wards[0] else (late < 0.4 < 0.6 < early)
        assert "theo các số nhà đã biết ở phường nào" in why

        assert await learner.export_file(exported) == 6
        await own_city.execute("DELETE FROM gis.listed_numbers")  # as when the city is built anew
        await own_city.execute(SHOW_LISTED)
        assert await share_along(low) == (early, why)
        assert [await learner.forget(f"{number} {name}", BY_HAND) for number, _ in told] == [1] * 6
        assert (await share_along(low))[1] != why
        assert await learner.import_file(exported, "list", 0.7, NOW, lambda _share: None) == (6, 6)
        assert await share_along(low) == (early, why)
        await own_city.execute("TRUNCATE gis.listed_numbers, gis_learnt.listed")


async def test_kilometres_that_were_confirmed_place_the_others_of_their_road(
    own_city: asyncpg.Connection,
) -> None:
    road = await own_city.fetchrow(
        "SELECT name, spine_m, ST_X(a) AS lon, ST_Y(a) AS lat, ST_X(b) AS lon_b, ST_Y(b) AS lat_b"
        " FROM gis.streets, LATERAL (SELECT ST_LineInterpolatePoint(spine, 200 / spine_m) AS a,"
        " ST_LineInterpolatePoint(spine, 800 / spine_m) AS b) x"
        " WHERE NOT alley AND spine_m > 1000 ORDER BY spine_m DESC LIMIT 1"
    )
    learner, geocoder = Learner(own_city), Geocoder(own_city)
    for km, lon, lat in (("1901+200", road["lon"], road["lat"]), ("1901+800", road["lon_b"], road["lat_b"])):
        words = f"Km{km} {road['name']}"
        assert await learner.learn(Lesson(words, LonLat(lon, lat), "arrival", 0.8, ""), NOW), words
    (found, *_) = await geocoder.geocode(f"km 1901+500 {road['name']}")
    middle = await own_city.fetchrow(
        "SELECT ST_X(p) AS lon, ST_Y(p) AS lat FROM gis.streets,"
        " LATERAL (SELECT ST_LineInterpolatePoint(spine, 500 / spine_m) AS p) x WHERE name = $1"
        " ORDER BY spine_m DESC LIMIT 1",
        road["name"],
    )
    assert haversine_m(found.lon_lat, LonLat(middle["lon"], middle["lat"])) < 20
    assert (found.radius_m < 100, "cột cây số đã biết" in found.why[1]) == (True, True)


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


@pytest.mark.parametrize("over", [False, True], ids=["on the board", "off the board"])
async def test_a_place_confirmed_while_nobody_learnt_is_learnt_afterwards_and_once(
    own_dsn: str, over: bool
) -> None:
    async with await open_pool(own_dsn, max_size=1) as pool:
        async with pool.acquire() as connection:
            address, there = await _an_unknown_door(connection)
            await ensure_partitions(connection, NOW.date(), 1)
        minute_ago = NOW - timedelta(minutes=1)
        row = HistoryRow(
            unit_id="u", agency_id="114", assignment_id="a", at=minute_ago, received_at=NOW,
            lon=there.lon, lat=there.lat, accuracy_m=5.0, source="device",
        )  # fmt: skip
        await PositionStore(pool).copy([row])
        guess = Place(
            heard=address, label=address, level="interpolated", lon_lat=DomainLonLat(there.lon, there.lat)
        )
        picture = picture_of(Phase.ON_SCENE)
        nothing: Any = None
        assert await PlaceLearner(nothing, picture, lambda _unit: None, pool).learn_up_to(0) == 0
        await _write(pool, place_changed(confirmed(guess), seq=1))
        if over:
            await _take_off_the_board(pool, picture)

        started_anew = PlaceLearner(nothing, picture, lambda _unit: None, pool)
        assert [await started_anew.learn_up_to(1), await started_anew.learn_up_to(1)] == [1, 0]
        (found, *_) = await Geocoder(pool).geocode(address)
        assert (found.level, haversine_m(found.lon_lat, there) < 1) == ("door", True)


async def _take_off_the_board(pool: asyncpg.Pool, picture: Picture) -> None:
    """The crew was there and has left, the incident is over: kept are their rows alone."""
    incident, assignment = picture.incidents.pop("i"), picture.assignments.pop("a")
    came = NOW - timedelta(minutes=9)
    assignment.state, assignment.ended_at = "ended", NOW + timedelta(minutes=5)
    assignment.times[Phase.ON_SCENE] = PhaseTime(occurred_at=came, recorded_at=came, source=TimeSource.CREW)
    for table, entity in (("incidents", incident), ("assignments", assignment)):
        await pool.execute(
            f"INSERT INTO centre.{table}"
            " (id, version, agency_id, visible_to, private_to, limited, archived, body)"
            " VALUES ($1, 1, '114', '{*}', '{}', '{}', true, $2::jsonb)",
            entity.id, msgspec.json.encode(entity).decode(),
        )  # fmt: skip


async def _write(pool: asyncpg.Pool, envelope: Envelope) -> None:
    """An event into the log, as the writer leaves it there."""
    await pool.execute(
        "INSERT INTO centre.events (seq, type, recorded_at, bytes, hash) VALUES ($1, $2, $3, $4, $5)",
        envelope.seq, envelope.type, envelope.recorded_at, msgspec.json.encode(envelope), bytes(32),
    )  # fmt: skip
