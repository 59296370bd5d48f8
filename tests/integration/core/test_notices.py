"""What the database tells readers of the log: that there is more, and up to where."""

import asyncio

import pytest

from dispatch.core.port import CoreUnavailable
from dispatch.core.tail import CHANNEL, LogTail
from dispatch.store.connect import connect
from dispatch.store.log import get_head
from tests.integration.core.world import ask, open_incident, writing


async def test_a_commit_gives_one_notice_whatever_it_holds_and_it_carries_the_last_seq_alone(
    database_url: str,
) -> None:
    async with writing(database_url) as writer:
        reader = await connect(database_url)
        begun, told, all_told = (await get_head(reader)).seq, [], asyncio.Event()

        def hear(*notice: object) -> None:
            told.append(str(notice[-1]))
            if int(told[-1]) >= expected:
                all_told.set()

        expected = 10**9
        await reader.add_listener(CHANNEL, hear)
        # Those that come while the first is being written share the next commit.
        answers = await asyncio.gather(*(ask(writer, open_incident()) for _ in range(12)))
        expected = (await writer.head()).seq
        if not told or int(told[-1]) < expected:
            async with asyncio.timeout(30):
                await all_told.wait()
        seqs = [int(notice) for notice in told]
        assert told == [str(seq) for seq in sorted(set(seqs))]
        assert seqs[-1] == expected
        assert len(seqs) < len(answers) < expected - begun
        await reader.close()


async def test_who_follows_a_log_that_breaks_is_told_and_does_not_wait_for_ever(database_url: str) -> None:
    async with writing(database_url) as writer:
        await ask(writer, open_incident())
        vandal, tail = await connect(database_url), LogTail(database_url)
        await tail.start()
        seq = (await tail.head()).seq
        following = asyncio.create_task(anext(tail.commits(seq)))
        await vandal.execute(
            "INSERT INTO centre.events (seq, type, recorded_at, bytes, hash) "
            "SELECT seq + 1, type, recorded_at, bytes, hash FROM centre.events WHERE seq = $1",
            seq,
        )
        await vandal.execute(f"NOTIFY {CHANNEL}, '{seq + 1}'")
        async with asyncio.timeout(30):
            with pytest.raises(CoreUnavailable):
                await following
            with pytest.raises(CoreUnavailable):
                await anext(tail.commits(seq))
        await vandal.close()
        await tail.stop()
