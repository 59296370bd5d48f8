"""Where units were through a stretch of time."""

from datetime import datetime, timedelta
from itertools import accumulate

from dispatch.replay.positions import positions_at
from dispatch.replay.tracks import Track, tracks_between
from dispatch.store.connect import Pool, open_pool
from dispatch.store.partitions import ensure_partitions
from dispatch.store.positions import HistoryRow, PositionStore
from tests.integration.replay.replay_world import START, morning
from tests.integration.replay.test_positions import fix


def stands_at(track: Track, start: datetime, at: datetime) -> tuple[float, float, float] | None:
    """(lon, lat, age) as a screen reads it from the differences."""
    found = None
    rows = zip(accumulate(track.t), accumulate(track.lon), accumulate(track.lat), track.age, strict=True)
    for t, lon, lat, age in rows:
        received_at = start + timedelta(milliseconds=t)
        if received_at <= at:
            found = (lon / 1e6, lat / 1e6, (at - received_at).total_seconds() + age / 1000)
    return found


async def drive(pool: Pool, fixes: list[HistoryRow]) -> None:
    async with pool.acquire() as connection:
        await ensure_partitions(connection, START.date(), 2)
    await PositionStore(pool).copy(fixes)


def through_the_morning() -> list[HistoryRow]:
    fixes = [fix("u1", s, 106.1 + s * 1e-5, late_s=s % 3) for s in range(0, 600, 2)]
    return [*fixes, *(fix("u2", s, 106.5) for s in (5, 305)), fix("u3", -900, 106.7)]


async def test_at_every_instant_a_unit_stands_where_the_centre_had_it(database_url: str) -> None:
    async with morning(database_url, 51) as world:
        await drive(world.pool, through_the_morning())
        start, end = START + timedelta(seconds=120), START + timedelta(seconds=420)
        tracks = {track.unit_id: track for track in (await tracks_between(world.pool, start, end)).tracks}
        for s in range(120, 421, 7):
            at = START + timedelta(seconds=s)
            known = {
                p.unit_id: (p.lon, p.lat, p.age_s)
                for p in await positions_at(world.pool, at, ["u1", "u2", "u3"])
            }
            for unit_id, expected in known.items():
                found = stands_at(tracks[unit_id], start, at)
                assert found is not None
                assert max(abs(a - b) for a, b in zip(found, expected, strict=True)) < 1e-3, (unit_id, s)


async def test_a_stretch_of_no_length_gives_the_last_known_positions(database_url: str) -> None:
    async with morning(database_url, 52) as world:
        await drive(world.pool, through_the_morning())
        at = START + timedelta(seconds=300)
        tracks = (await tracks_between(world.pool, at, at)).tracks
        assert [(track.unit_id, len(track.t)) for track in tracks] == [("u1", 1), ("u2", 1), ("u3", 1)]
        assert tracks[1].t == [-295_000]


async def test_more_fixes_than_fit_are_thinned_to_the_last_of_each_slot_and_it_is_said(
    database_url: str,
) -> None:
    async with morning(database_url, 53) as world:
        await drive(world.pool, [fix("u1", s, 106.1 + s * 1e-5) for s in range(1, 1200)])
        end = START + timedelta(seconds=1200)
        all_of_it = await tracks_between(world.pool, START, end)
        thinned = await tracks_between(world.pool, START, end, limit=150)
        assert (all_of_it.step_s, len(all_of_it.tracks[0].t)) == (0, 1199)
        assert thinned.step_s == 10
        assert len(thinned.tracks[0].t) <= 150
        slot_end = START + timedelta(seconds=499, milliseconds=999)
        assert stands_at(thinned.tracks[0], START, slot_end) == stands_at(
            all_of_it.tracks[0], START, slot_end
        )


async def test_units_never_heard_of_are_left_out(database_url: str) -> None:
    async with morning(database_url, 54) as world:
        pool = await open_pool(world.dsn)
        await drive(pool, [])
        assert (await tracks_between(pool, START, START + timedelta(minutes=5))).tracks == []
        await pool.close()
