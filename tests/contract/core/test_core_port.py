"""What every `CorePort` does, in the server's process and over a unix socket alike."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dispatch.core.port import BehindTheLog, Commit, CorePort, CoreUnavailable
from dispatch.core.remote import CoreServer, RemoteCore
from dispatch.core.tail import LogTail
from dispatch.core.writer import Writer
from dispatch.domain.model.messages import Actor, Role
from dispatch.domain.rows import Row
from tests.integration.core.world import (
    Shift,
    ask,
    furnish,
    open_incident,
    submission,
    work,
    writing,
)


@pytest.fixture
async def writer(database_url: str) -> AsyncIterator[Writer]:
    async with writing(database_url) as writer:
        yield writer


@pytest.fixture(params=["in process", "over a socket"])
async def core(request: pytest.FixtureRequest, writer: Writer, tmp_path: Path) -> AsyncIterator[CorePort]:
    if request.param == "in process":
        yield writer
        return
    server = CoreServer(writer, tmp_path / "core.sock")
    await server.start()
    remote = RemoteCore(tmp_path / "core.sock")
    yield remote
    await remote.close()
    await server.stop()


def _apply(rows: dict[tuple[str, str], Row], commit: Commit) -> None:
    rows.update({(row.kind, row.id): row for row in commit.rows})
    for key in commit.gone:
        rows.pop(key, None)


async def _follow(port: CorePort | LogTail, after: int, until: int) -> list[Commit]:
    commits = []
    async for commit in port.commits(after):
        commits.append(commit)
        if commit.seq >= until:
            return commits
    raise AssertionError("commits ended")


async def test_answer_comes_after_the_commit_and_repeats_itself(core: CorePort) -> None:
    asked = submission(open_incident())
    answer = await core.submit(asked)
    assert answer.refused is None
    assert (await core.head()).seq == answer.seq_last
    assert await core.submit(asked) == answer


async def test_refusal_is_an_answer_with_its_facts(core: CorePort) -> None:
    stranger = Actor(id="x", role=Role.UNIT)
    refused = await core.submit(submission(open_incident(), stranger))
    assert refused.refused == "not_allowed"
    assert refused.data["role"] == Role.UNIT


async def test_board_and_commits_give_the_same_rows(core: CorePort) -> None:
    await furnish(core)
    begin = await core.board()
    rows = {(row.kind, row.id): row for row in begin.rows}
    await work(core, Shift(seed=11, units=4), 96)
    end = await core.board()
    commits = await _follow(core, begin.head.seq, end.head.seq)
    assert [commit.prev for commit in commits] == [begin.head.seq, *(commit.seq for commit in commits[:-1])]
    for commit in commits:
        _apply(rows, commit)
    assert rows == {(row.kind, row.id): row for row in end.rows}


async def test_follower_may_start_in_the_middle_of_a_commit(core: CorePort) -> None:
    await furnish(core, 8)
    head = (await core.head()).seq
    for after in range(head):
        commits = await _follow(core, after, head)
        events = [envelope.seq for commit in commits for envelope in commit.events]
        assert events == list(range(after + 1, head + 1))
        assert commits[0].prev == after


async def test_follower_of_another_log_is_sent_to_the_board(core: CorePort) -> None:
    with pytest.raises(BehindTheLog):
        await anext(core.commits(1_000))


async def test_end_of_the_writer_reaches_everyone(core: CorePort, writer: Writer) -> None:
    waiting = asyncio.ensure_future(anext(core.commits(0)))
    await ask(core, open_incident())
    await waiting
    following = asyncio.ensure_future(_follow(core, (await core.head()).seq, 10_000))
    await ask(core, open_incident())
    await writer.stop()
    with pytest.raises(CoreUnavailable):
        await following
    with pytest.raises(CoreUnavailable):
        await core.submit(submission(open_incident()))


async def test_remote_port_finds_the_writer_again_after_a_loss(writer: Writer, tmp_path: Path) -> None:
    remote = RemoteCore(tmp_path / "core.sock")
    with pytest.raises(CoreUnavailable):
        await remote.head()
    for _ in range(2):
        server = CoreServer(writer, tmp_path / "core.sock")
        await server.start()
        await ask(remote, open_incident())
        await server.stop()
        with pytest.raises(CoreUnavailable):
            await remote.head()
    await remote.close()


async def test_tail_of_the_database_shows_what_the_writer_shows(writer: Writer, database_url: str) -> None:
    await furnish(writer)
    tail = LogTail(database_url)
    await tail.start()
    begin = await tail.board()
    rows = {(row.kind, row.id): row for row in begin.rows}
    await work(writer, Shift(seed=12, units=4), 96)
    end = await writer.board()
    for commit in await _follow(tail, begin.head.seq, end.head.seq):
        _apply(rows, commit)
    assert rows == {(row.kind, row.id): row for row in end.rows}
    assert {(row.kind, row.id): row for row in (await tail.board()).rows} == rows
    await tail.stop()
