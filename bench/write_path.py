"""How fast a command becomes durable: at a steady pace, and as many as there can be.

    python -m bench.write_path [--rate 500] [--seconds 20] [--units 2000]

Incidents are lived from report to free units against a writer in this process, on a PostgreSQL whose
durability is on. At a steady pace the time counts from the moment the command was due, not from when it
could be sent.
"""

import argparse
import asyncio
import itertools
import os
import sys
import tempfile
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

import uvloop
from uuid6 import uuid7

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench._centre import (
    SYSTEM,
    choose_type,
    list_fleet,
    list_life,
    make_centre,
    scratch_database,
    submission,
)
from bench._table import describe_machine, percentile
from dispatch.agencies.loader import load_codebook
from dispatch.core.writer import Writer
from dispatch.host.collecting import collect_rarely

TARGET_P99_MS = 12.0


class Pace:
    """Gives out the moments at which commands are due; without a rate, at once."""

    def __init__(self, rate: float | None) -> None:
        self._start = time.perf_counter()
        self._numbers = itertools.count()
        self._rate = rate

    async def next(self) -> float:
        """Wait for the next moment and return it, in seconds of perf_counter."""
        if self._rate is None:
            return time.perf_counter()
        due = self._start + next(self._numbers) / self._rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        return due


async def live(
    writer: Writer, pace: Pace, free: deque[str], type_code: str, until: float, times: list[float]
) -> None:
    """Live incidents one after the other until the time is over, noting how long each command took."""
    while time.perf_counter() < until:
        units = [free.popleft(), free.popleft()]
        life = list_life(units, type_code, lambda: str(uuid7()))
        command, actor = next(life)
        with suppress(StopIteration):
            while True:
                due = await pace.next()
                answer = await writer.submit(submission(command, actor))
                if answer.refused is not None:
                    raise RuntimeError(f"refused: {answer.refused} {answer.data}")
                times.append((time.perf_counter() - due) * 1000)
                command, actor = life.send(answer)
        free.extend(units)


async def run(writer: Writer, name: str, rate: float | None, people: int, seconds: float, units: int) -> None:
    """One row: so many people, each with one command at a time."""
    free = deque(f"u{n}" for n in range(units))
    type_code = choose_type(load_codebook())
    times: list[float] = []
    pace = Pace(rate)
    commits = asyncio.create_task(count_commits(writer))
    started, cpu = time.perf_counter(), time.process_time()
    until = started + seconds
    await asyncio.gather(*(live(writer, pace, free, type_code, until, times) for _ in range(people)))
    took, cpu = time.perf_counter() - started, time.process_time() - cpu
    commits.cancel()
    counted, events = await commits
    done = len(times)
    print(
        f"| {name} | {done} | {done / took:.0f} | {events / took:.0f} | {done / counted:.1f} "
        f"| {percentile(times, 50):.2f} | {percentile(times, 99):.2f} | {max(times):.2f} "
        f"| {cpu / took * 100:.0f} % | {TARGET_P99_MS if rate else ''} |",
        flush=True,
    )


async def count_commits(writer: Writer) -> tuple[int, int]:
    """Commits and events until cancelled."""
    commits = events = 0
    try:
        async for commit in writer.commits((await writer.head()).seq):
            commits += 1
            events += len(commit.events)
    except asyncio.CancelledError:
        pass
    return commits, events


async def measure(dsn: str, rate: float, seconds: float, units: int) -> None:
    """Print the table."""
    await make_centre(dsn)
    book = load_codebook()
    writer = Writer(dsn, book)
    await writer.start()
    await asyncio.gather(*(writer.submit(submission(item, SYSTEM)) for item in list_fleet(units, book)))
    collect_rarely()  # as the server does
    print(f"## Command → durable acknowledgement ({units} units)\n\n{describe_machine()}\n")
    print(
        "| what | commands | commands/s | events/s | per commit | p50 ms | p99 ms | max ms | CPU | target |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    await run(writer, f"steady {rate:g}/s", rate, 200, seconds, units)
    for people in (1, 16, 128):
        await run(writer, f"{people} at a time, no pause", None, people, seconds / 2, units)
    await writer.stop()


def measure_disk(folder: Path, seconds: float) -> None:
    """One row: eight kilobytes written and synced in place, as the database's log is, by nobody else."""
    times: list[float] = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        page = os.urandom(8192)
        os.pwrite(file.fileno(), page * 2048, 0)
        os.fsync(file.fileno())
        started, cpu = time.perf_counter(), time.process_time()
        while (begun := time.perf_counter()) < started + seconds:
            os.pwrite(file.fileno(), page, len(times) % 2048 * len(page))
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begun) * 1000)
        took, cpu = time.perf_counter() - started, time.process_time() - cpu
    print(
        f"| the disk alone, no pause | {len(times)} | {len(times) / took:.0f} | | "
        f"| {percentile(times, 50):.2f} | {percentile(times, 99):.2f} | {max(times):.2f} "
        f"| {cpu / took * 100:.0f} % | |",
        flush=True,
    )


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=500.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--units", type=int, default=2_000)
    chosen = parser.parse_args()
    with scratch_database() as dsn:
        uvloop.run(measure(dsn, chosen.rate, chosen.seconds, chosen.units))
    measure_disk(Path(tempfile.gettempdir()), chosen.seconds / 2)


if __name__ == "__main__":
    main()
