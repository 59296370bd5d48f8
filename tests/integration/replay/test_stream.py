"""A stream of the past changes a reader's rows step by step as a live one would, at the speed asked for."""

import asyncio
from datetime import UTC, datetime, timedelta

from dispatch.core.clock import ManualClock, SystemClock
from dispatch.live.rights import Rights
from dispatch.replay.folds import FoldCache
from dispatch.replay.state_at import Replayer, ReplayState
from dispatch.replay.stream import Moment, Player
from tests.integration.replay.replay_world import READERS, Copy, Morning, morning


def copy_of(state: ReplayState) -> Copy:
    return {(row.kind, row.id): (row.version, bytes(row.body)) for row in state.rows}


def change(copy: Copy, moment: Moment) -> None:
    for row in moment.rows:
        copy[row.kind, row.id] = (row.version, bytes(row.body))
    for key in moment.gone:
        del copy[key]


def halves(world: Morning) -> tuple[datetime, datetime]:
    times = sorted(set(world.recorded.values()))
    return times[len(times) // 2], times[-1]


async def play(world: Morning, rights: Rights) -> tuple[Copy, list[Moment]]:
    """The copy at the middle of the morning, and everything after it."""
    cache = FoldCache()
    start, end = halves(world)
    copy = copy_of(await Replayer(world.pool, world.vault, cache=cache).state_at(rights, at=start))
    player = Player(world.pool, world.vault, cache, SystemClock())
    return copy, [moment async for moment in player.stream(rights, start, end, None)]


async def test_after_each_moment_every_reader_has_the_rows_of_that_seq(database_url: str) -> None:
    async with morning(database_url, 21) as world:
        await world.work(150)
        for name, rights in READERS.items():
            copy, moments = await play(world, rights)
            compared = 0
            for moment in moments:
                change(copy, moment)
                if moment.seq in world.copies:
                    assert copy == world.copies[moment.seq][name], (name, moment.seq)
                    compared += 1
            assert compared > 30


async def test_moments_follow_each_other_without_a_gap_and_end_at_the_end(database_url: str) -> None:
    async with morning(database_url, 22) as world:
        await world.work(80)
        _, moments = await play(world, READERS["all"])
        assert [m.prev for m in moments[1:]] == [m.seq for m in moments[:-1]]
        assert moments[-1].seq == max(world.copies)


async def test_a_reader_gets_no_line_about_an_incident_hidden_from_it(database_url: str) -> None:
    async with morning(database_url, 23) as world:
        await world.work(150)
        _, everything = await play(world, READERS["all"])
        copy, moments = await play(world, READERS["neither"])
        known = set(copy) | {(row.kind, row.id) for m in moments for row in m.rows}
        lines = [m.log for m in moments if m.log is not None]
        assert len(lines) < sum(m.log is not None for m in everything)
        assert all(line.incident_id is None or ("incident", line.incident_id) in known for line in lines)


class AskedClock(ManualClock):
    """Tells until when somebody waits."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.asked: asyncio.Queue[datetime] = asyncio.Queue()

    async def sleep_until(self, at: datetime) -> None:
        self.asked.put_nowait(at)
        await super().sleep_until(at)


async def test_a_moment_comes_when_its_time_at_that_speed_has_come_and_not_before(database_url: str) -> None:
    async with morning(database_url, 24) as world:
        await world.work(60)
        start, end = halves(world)
        began = datetime(2030, 1, 1, tzinfo=UTC)
        clock = AskedClock(began)
        player = Player(world.pool, world.vault, FoldCache(), clock)
        stream = player.stream(READERS["all"], start, end, 10.0)
        for _ in range(20):
            coming = asyncio.ensure_future(anext(stream))
            due = await clock.asked.get()
            assert due <= clock.now() or not coming.done()
            clock.set(max(due, clock.now()))
            late = (await coming).at - start - (due - began) * 10
            assert abs(late) < timedelta(milliseconds=1)
        await stream.aclose()
