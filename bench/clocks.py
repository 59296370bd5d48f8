"""The supervisor's clocks: every clock of the trade over a day of reports, told and counted in the database.

    python -m bench.clocks [--reports 6000] [--looks 30]

The reports are lived through by the centre's own writer, each with an incident, a unit and seven statuses, so
that the read model holds what a day leaves there. Timed is the question to the database, what is made of it,
and its JSON, as `/api/clocks` answers the supervisor's page.
"""

import argparse
import asyncio
import time
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import uvloop
from uuid6 import uuid7

from bench._centre import (
    AGENCY,
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
from dispatch.agencies.targets import load_targets
from dispatch.api.http.guard import answer_json
from dispatch.core.writer import Writer
from dispatch.store.clock_times import ClockTimes
from dispatch.store.connect import open_pool
from dispatch.store.day_counts import DayCounts
from dispatch.usecases.supervision.supervise import Supervision

AT_ONCE = 64
TARGET_MS = 500.0


async def live_through(writer: Writer, reports: int, type_code: str, free: deque[str]) -> None:
    """So many reports from the first word to the end, some of them at the same time."""
    left = iter(range(reports))

    async def work() -> None:
        for _ in left:
            unit_id = free.popleft()
            life = list_life([unit_id], type_code, lambda: str(uuid7()))
            command, actor = next(life)
            with suppress(StopIteration):
                while True:
                    answer = await writer.submit(submission(command, actor))
                    if answer.refused is not None:
                        raise RuntimeError(f"refused: {answer.refused} {answer.data}")
                    command, actor = life.send(answer)
            free.append(unit_id)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work())


async def measure(dsn: str, reports: int, looks: int) -> None:
    """Print the table."""
    await make_centre(dsn)
    book = load_codebook()
    writer = Writer(dsn, book)
    await writer.start()
    for command in list_fleet(AT_ONCE * 2, book):
        await writer.submit(submission(command, SYSTEM))
    began = time.perf_counter()
    await live_through(writer, reports, choose_type(book), deque(f"u{n}" for n in range(AT_ONCE * 2)))
    took_s = time.perf_counter() - began
    await writer.stop()
    async with await open_pool(dsn) as pool:
        supervision = Supervision(ClockTimes(pool), DayCounts(pool), book, load_targets())
        until = datetime.now(UTC) + timedelta(seconds=1)
        since = until - timedelta(hours=24)
        print(f"## The supervisor's clocks of {reports} reports\n\n{describe_machine()}\n")
        print("| whose, ms | p50 | p95 | max | target |\n|---|---:|---:|---:|---:|")
        for name, agencies in ((AGENCY, [AGENCY]), ("all agencies", list(book.agencies))):
            times = []
            for _ in range(looks):
                asked = time.perf_counter()
                found = await supervision.measure_clocks(agencies, since, until)
                answer_json({"since": since, "until": until, "agencies": found})
                times.append((time.perf_counter() - asked) * 1000)
            # Without what was asked for, the time means nothing.
            told = max(clock.n for agency in found for clock in agency.clocks)
            if told != reports:
                raise SystemExit(f"{told} times were told, {reports} were lived through")
            p50, p95 = (percentile(times, part) for part in (50, 95))
            print(f"| {name} | {p50:.0f} | {p95:.0f} | {max(times):.0f} | {TARGET_MS:.0f} |", flush=True)
        print(f"\nThe reports were lived through in {took_s:.0f} s.")


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=6_000)
    parser.add_argument("--looks", type=int, default=30)
    chosen = parser.parse_args()
    with scratch_database() as dsn, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(measure(dsn, chosen.reports, chosen.looks))


if __name__ == "__main__":
    main()
