"""Comparisons go one at a time in processes of their own, can be ended, and leave a word whatever happens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.core.asked_work import MOST_WAITING, Run, TooManyWaiting
from dispatch.simulate.comparing import Comparing
from dispatch.simulate.question import CompareQuestion, GeneratedDays

# Shells stand for the process that simulates: $1 is the question's file, $3 that of the result.
ANSWERS = """echo '{"step":"days","share":0.5}'; cp "$1" "$3" """
LASTS = "exec tail -f /dev/null"
KILLED = "kill -9 $$"
REFUSES = """echo '{"vi":"Không có thành phố.","en":"There is no city."}'; exit 1"""
SAYS_NOTHING = "exit 0"

QUESTION = CompareQuestion(day=GeneratedDays(), agencies=("115",), policy="default", other="closest")


@asynccontextmanager
async def comparing(folder: Path, script: str, longest_s: float = 60.0) -> AsyncIterator[Comparing]:
    runs = Comparing(folder, ("sh", "-c", script), lambda: datetime.now(UTC), longest_s=longest_s)
    task = asyncio.create_task(runs.run({}))
    try:
        yield runs
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(runs: Comparing, run_id: str, *states: str) -> Run[CompareQuestion]:
    """Once it is in one of these states."""
    async with asyncio.timeout(60):
        while True:
            run = await runs.find(run_id)
            assert run is not None
            if run.state in states:
                return run
            await asyncio.sleep(0)


async def test_what_was_found_is_there_again_after_a_restart(tmp_path: Path) -> None:
    async with comparing(tmp_path / "kept", ANSWERS) as runs:
        await runs.ask(QUESTION, "one", "u", "Hùng")
        assert (await until(runs, "one", "done", "failed")).state == "done"
        body = await runs.read_result("one")
    async with comparing(tmp_path / "kept", ANSWERS) as runs:
        (run,) = await runs.list_newest()
        assert (run.id, run.state, run.asked_by_name, run.question) == ("one", "done", "Hùng", QUESTION)
        assert await runs.read_result("one") == body is not None


@pytest.mark.parametrize(
    ("script", "said"),
    [(KILLED, "signal 9"), (REFUSES, "There is no city."), (SAYS_NOTHING, "exit 0")],
    ids=["killed", "refuses", "says nothing"],
)
async def test_a_process_without_an_answer_says_why_and_the_next_goes_on(
    tmp_path: Path, script: str, said: str
) -> None:
    async with comparing(tmp_path, f'if [ -e "{tmp_path}/well" ]; then {ANSWERS}; else {script}; fi') as runs:
        await runs.ask(QUESTION, "one", "u", "u")
        failed = await until(runs, "one", "done", "failed")
        assert failed.state == "failed"
        assert said in failed.en
        assert failed.vi
        assert await runs.read_result("one") is None
        (tmp_path / "well").touch()
        await runs.ask(QUESTION, "two", "u", "u")
        assert (await until(runs, "two", "done", "failed")).state == "done"


async def test_one_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    async with comparing(tmp_path, LASTS, longest_s=0.01) as runs:
        await runs.ask(QUESTION, "one", "u", "u")
        assert "30 minutes" in (await until(runs, "one", "failed")).en


async def test_one_runs_the_others_wait_and_each_can_be_cancelled(tmp_path: Path) -> None:
    async with comparing(tmp_path, LASTS) as runs:
        for name in "abc":
            await runs.ask(QUESTION, name, "u", "u")
        await until(runs, "a", "running")
        assert [run.state for run in await runs.list_newest()] == ["waiting", "waiting", "running"]
        assert (await runs.cancel("b") or QUESTION) == await runs.find("b")
        await runs.cancel("a")
        await until(runs, "c", "running")
        states = {run.id: run.state for run in await runs.list_newest()}
        assert states == {"a": "cancelled", "b": "cancelled", "c": "running"}
        assert await runs.cancel("unknown") is None


async def test_no_more_than_a_few_may_wait(tmp_path: Path) -> None:
    async with comparing(tmp_path, LASTS) as runs:
        for number in range(MOST_WAITING + 1):
            await runs.ask(QUESTION, str(number), "u", "u")
        with pytest.raises(TooManyWaiting):
            await runs.ask(QUESTION, "one more", "u", "u")


async def test_what_was_under_way_when_the_server_ended_is_told_interrupted(tmp_path: Path) -> None:
    async with comparing(tmp_path, LASTS) as runs:
        await runs.ask(QUESTION, "running", "u", "u")
        await runs.ask(QUESTION, "waiting", "u", "u")
        await until(runs, "running", "running")
    (tmp_path / "spoilt.json").write_text("{")
    async with comparing(tmp_path, LASTS) as runs:
        found = {run.id: run for run in await runs.list_newest()}
        states = {run_id: (await until(runs, run_id, "interrupted")).state for run_id in found}
        assert states == {"running": "interrupted", "waiting": "interrupted"}
        assert "restarted" in (await until(runs, "running", "interrupted")).en
