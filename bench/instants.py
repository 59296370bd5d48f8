"""How long it takes to show any instant of a day: the question to the replay process and its whole answer.

    python -m bench.instants [--events 100000] [--units 2000] [--looks 100]

The log is a day as `bench/replay.py` makes it, with the snapshots a writer would have kept. The answer is the
JSON of every row, personal values opened, as the server passes it on.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from datetime import datetime
from pathlib import Path

import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench._centre import make_centre, scratch_database
from bench._table import describe_machine
from bench.replay import Day, fill
from dispatch.agencies.loader import load_codebook
from dispatch.core.fold import Fold, compress
from dispatch.domain.kernel import FOLD_VERSION, freeze, state_hash
from dispatch.live.rights import Rights
from dispatch.replay.process import ReplayProcess
from dispatch.store.connect import Connection, connect
from dispatch.store.instance import get_instance
from dispatch.store.log import get_head, read_events
from dispatch.store.snapshots import Snapshot, save_snapshot

SNAPSHOT_EVENTS = 10_000
STARTED_S = 3.0
"""A process that was started so long ago waits for questions."""
EVERYBODY = Rights("administrator", frozenset({"112", "113", "114", "115"}))


async def keep_snapshots(connection: Connection) -> list[datetime]:
    """Fold the log once, keeping what a writer would; returns the recorded time of every thousandth event."""
    fold, times = Fold(), []
    head = (await get_head(connection)).seq
    async for events in read_events(connection, 0, head, 1_000):
        fold.take_all(events)
        fold.state.touched.clear()
        assert fold.state.recorded_at is not None
        times.append(fold.state.recorded_at)
        if fold.seq % SNAPSHOT_EVENTS == 0:
            state = fold.state
            snapshot = Snapshot(fold.seq, FOLD_VERSION, state.recorded_at, state_hash(state), freeze(state))
            await save_snapshot(connection, compress(snapshot))
    return times


async def look(process: ReplayProcess, at: datetime) -> tuple[float, int]:
    """Seconds and bytes of one look."""
    started = time.perf_counter()
    answer = await process.state_at(EVERYBODY, at=at)
    return time.perf_counter() - started, len(bytes(answer))


def print_row(name: str, times: list[float]) -> None:
    """One line of the table."""
    worst = max(times)
    print(f"| {name} | {statistics.median(times):.3f} | {worst:.3f} | 0.5 |", flush=True)


async def measure(dsn: str, events: int, units: int, looks: int) -> None:
    """Print the table."""
    await make_centre(dsn)
    connection = await connect(dsn)
    await fill(connection, Day(await get_instance(connection), load_codebook(), units), events)
    times = await keep_snapshots(connection)
    await connection.close()
    print(f"## Any instant of a day ({len(times)},000 events, {units} units)\n\n{describe_machine()}\n")
    print("| what, s | median | worst | target |\n|---|---:|---:|---:|")
    chance = random.Random(1)
    process = ReplayProcess(dsn)
    cold, size = await look(process, times[len(times) // 2])
    print_row("the first look, its process started for it", [cold])
    await process.close()
    await process.start()
    await asyncio.sleep(STARTED_S)
    first, _ = await look(process, times[len(times) // 2])
    print_row("the first look, its process waiting (as in a running centre)", [first])
    first_looks = [(await look(process, at))[0] for at in chance.choices(times, k=looks)]
    print_row("a jump to any instant", first_looks[: looks // 4])
    print_row("a jump, once many were seen", first_looks[looks // 4 :])
    print_row("forward step by step", [(await look(process, at))[0] for at in times[:looks]])
    print_row("backward step by step", [(await look(process, at))[0] for at in times[:looks][::-1]])
    print(f"\nOne answer is {size / 1e6:.1f} MB of JSON.")
    await process.close()


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--units", type=int, default=2_000)
    parser.add_argument("--looks", type=int, default=100)
    chosen = parser.parse_args()
    with scratch_database() as dsn, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(measure(dsn, chosen.events, chosen.units, chosen.looks))


if __name__ == "__main__":
    main()
