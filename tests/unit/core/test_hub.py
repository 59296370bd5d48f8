"""Commits on their way to followers."""

import asyncio

import pytest

from dispatch.core import hub as hub_module
from dispatch.core.hub import CommitHub
from dispatch.core.port import BehindTheLog, Commit, CoreUnavailable


def _commit(prev: int, seq: int) -> Commit:
    return Commit(prev=prev, seq=seq, events=(), rows=())


async def test_follower_that_reads_nothing_is_cut_off_and_hinders_nobody() -> None:
    hub = CommitHub(0)
    slow, quick = hub.subscribe(0), hub.subscribe(0)
    for seq in range(1, hub_module.QUEUE_COMMITS + 10):
        hub.publish(_commit(seq - 1, seq))
        assert (await quick.next()).seq == seq
    read = [(await slow.next()).seq for _ in range(hub_module.QUEUE_COMMITS)]
    assert read == list(range(1, hub_module.QUEUE_COMMITS + 1))
    with pytest.raises(BehindTheLog):
        await slow.next()


async def test_commits_are_never_published_with_a_gap() -> None:
    hub = CommitHub(5)
    with pytest.raises(ValueError, match="does not follow"):
        hub.publish(_commit(6, 7))


async def test_follower_reads_what_was_published_before_it_learns_of_the_end() -> None:
    hub = CommitHub(0)
    subscription = hub.subscribe(0)
    hub.publish(_commit(0, 1))
    hub.close()
    assert (await subscription.next()).seq == 1
    with pytest.raises(CoreUnavailable):
        await subscription.next()


async def test_waiting_follower_wakes_for_the_next_commit() -> None:
    hub = CommitHub(0)
    subscription = hub.subscribe(0)
    waiting = asyncio.create_task(subscription.next())
    await asyncio.sleep(0)
    hub.publish(_commit(0, 3))
    assert (await waiting).seq == 3


def test_memory_covers_only_what_it_still_holds() -> None:
    hub = CommitHub(10)
    assert hub.covers(10)
    assert not hub.covers(9)
    hub.publish(_commit(10, 12))
    assert hub.covers(11)
    assert not hub.covers(13)
