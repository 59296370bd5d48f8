"""The past from a process of its own."""

import asyncio
import os
import signal

import msgspec
import pytest

from dispatch.domain.model.messages import Refused
from dispatch.replay.process import ReplayProcess
from dispatch.replay.state_at import Replayer, ReplayState
from tests.integration.replay.replay_world import READERS, Copy, Morning, morning


def copy_of(raw: msgspec.Raw) -> Copy:
    state = msgspec.json.decode(raw, type=ReplayState)
    return {(row.kind, row.id): (row.version, bytes(row.body)) for row in state.rows}


def pid_of(process: ReplayProcess) -> int:
    assert process._process is not None
    return process._process.pid


async def answers(world: Morning, process: ReplayProcess, seq: int) -> None:
    for name, rights in READERS.items():
        assert copy_of(await process.state_at(rights, seq=seq)) == world.copies[seq][name]


async def test_it_answers_what_the_server_itself_would(database_url: str) -> None:
    async with morning(database_url, 31) as world:
        await world.work(60)
        process = ReplayProcess(world.dsn)
        for seq in sorted(world.copies)[::20]:
            await answers(world, process, seq)
        at = world.recorded[max(world.recorded)]
        here = await Replayer(world.pool, world.vault).state_at(
            READERS["all"], at=at, incident=world.incidents[0]
        )
        there = await process.state_at(READERS["all"], at=at, incident=world.incidents[0])
        assert bytes(there) == msgspec.json.encode(here)
        await process.close()


async def test_a_refusal_keeps_its_code_and_the_process_lives_on(database_url: str) -> None:
    async with morning(database_url, 32) as world:
        process = ReplayProcess(world.dsn)
        with pytest.raises(Refused) as refused:
            await process.state_at(READERS["all"], seq=10**9)
        assert refused.value.code == "unknown_seq"
        pid = pid_of(process)
        await answers(world, process, max(world.copies))
        assert pid_of(process) == pid
        await process.close()


async def test_a_killed_process_is_started_again_for_the_next_question(database_url: str) -> None:
    async with morning(database_url, 33) as world:
        process = ReplayProcess(world.dsn)
        seq = max(world.copies)
        await answers(world, process, seq)
        os.kill(pid_of(process), signal.SIGKILL)
        await answers(world, process, seq)
        await process.close()


async def test_a_question_given_up_does_not_answer_the_next_one(database_url: str) -> None:
    async with morning(database_url, 34) as world:
        await world.work(40)
        process = ReplayProcess(world.dsn)
        first, last = sorted(world.copies)[3], max(world.copies)
        given_up = asyncio.ensure_future(process.state_at(READERS["all"], seq=first))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        await answers(world, process, last)
        await process.close()


async def test_words_erased_meanwhile_are_not_remembered_there(database_url: str) -> None:
    async with morning(database_url, 35) as world:
        await world.work(60)
        process = ReplayProcess(world.dsn)
        before = await process.state_at(READERS["all"])
        assert "cháy nhà".encode() in bytes(before)
        for row in msgspec.json.decode(before, type=ReplayState).rows:
            if row.kind == "report":
                await world.vault.erase(msgspec.json.decode(row.body)["subject"])
        assert "cháy nhà".encode() not in bytes(await process.state_at(READERS["all"]))
        await process.close()


async def test_it_ends_when_its_input_ends(database_url: str) -> None:
    async with morning(database_url, 36) as world:
        process = ReplayProcess(world.dsn)
        await answers(world, process, max(world.copies))
        child = process._process
        assert child is not None
        assert child.stdin is not None
        child.stdin.close()
        assert await asyncio.wait_for(child.wait(), 60) == 0


async def test_a_centre_keeps_a_process_waiting_and_replaces_one_that_died(database_url: str) -> None:
    async with morning(database_url, 37) as world:
        process = ReplayProcess(world.dsn)
        keeping = asyncio.create_task(process.keep_ready(every_s=0.05))
        pids: list[int] = []
        async with asyncio.timeout(60):
            while len(pids) < 2:
                await asyncio.sleep(0)
                if process._process is not None and pid_of(process) not in pids:
                    pids.append(pid_of(process))
                    await answers(world, process, max(world.copies))
                    assert pid_of(process) == pids[-1], "the waiting process is the one that answers"
                    os.kill(pids[-1], signal.SIGKILL)
        keeping.cancel()
        await process.close()
