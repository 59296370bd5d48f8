"""How fast the log is read back with its chain checked, and how long a restart takes behind a long one.

    python -m bench.replay [--events 1000000] [--units 2000]

The log is made by letting the rules live a day of incidents once, and repeating that day under other dates
and ids until it is as long as asked: every event is valid and chained. 50,000,000 events need about 40 GB.
"""

import argparse
import asyncio
import itertools
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench._centre import SYSTEM, choose_type, list_fleet, list_life, make_centre, scratch_database
from bench._table import describe_machine
from dispatch.agencies.loader import load_codebook
from dispatch.core.fold import Fold, collecting_rarely, compress, load_fold
from dispatch.core.memory import Memory
from dispatch.core.port import Answer, Submission
from dispatch.core.writer import Writer
from dispatch.domain.codebook import CodeBook
from dispatch.domain.kernel import FOLD_VERSION, freeze, state_hash
from dispatch.domain.model.desk import RunTimers
from dispatch.domain.model.messages import Actor, Command
from dispatch.store.connect import Connection, connect
from dispatch.store.instance import Instance, get_instance
from dispatch.store.log import GENESIS, chain_hash, find_seq_at, get_head, read_events
from dispatch.store.snapshots import Snapshot, save_snapshot

DAY = date(2001, 1, 1)
ID_PREFIX = "eeeeeeee-eeee"
INCIDENTS = 300
TAIL = 9_999
"""Events behind the newest snapshot when the writer was killed at the worst moment."""


class Template(NamedTuple):
    """An event without its number."""

    type: str
    recorded_at: datetime
    raw: bytes


class Day:
    """What happens on one day, ready to be repeated; and the registering of the fleet before it."""

    def __init__(self, instance: Instance, book: CodeBook, units: int, incidents: int = INCIDENTS) -> None:
        self._memory = Memory(instance, 1, Fold(), book)
        self._ids = itertools.count(1)
        self._now = datetime(DAY.year, DAY.month, DAY.day, 3, tzinfo=UTC)
        self._made: list[Template] = []
        for command in list_fleet(units, book):
            self._give(command, SYSTEM)
        self.fleet, self._made = self._made, []
        for n in range(incidents):
            self._live([f"u{2 * n % units}", f"u{(2 * n + 1) % units}"], choose_type(book))
        # What has been over for a day leaves the memory, so that a long log does not mean a large state.
        self._now += timedelta(hours=24, minutes=1)
        self._give(RunTimers(), SYSTEM)
        self._day = self._made

    def repeat(self, n: int) -> Iterator[Template]:
        """The events of the n-th repetition."""
        shift = timedelta(days=2 * n)
        text = b"\x00".join(template.raw for template in self._day)
        for old in (DAY + timedelta(days=1), DAY):
            text = text.replace(str(old).encode(), str(old + shift).encode()) if n else text
        text = text.replace(f'"{DAY:%y%m%d}-'.encode(), f'"{DAY + shift:%y%m%d}-'.encode())
        text = text.replace(ID_PREFIX.encode(), f"{n:08x}-{n % 65536:04x}".encode())
        for template, raw in zip(self._day, text.split(b"\x00"), strict=True):
            yield Template(template.type, template.recorded_at + shift, raw)

    def _live(self, units: list[str], type_code: str) -> None:
        life = list_life(units, type_code, self._new_id)
        command, actor = next(life)
        while True:
            try:
                command, actor = life.send(self._give(command, actor))
            except StopIteration:
                return

    def _give(self, command: Command, actor: Actor) -> Answer:
        submission = Submission(
            command_id=self._new_id(),
            actor=actor,
            command=command,
            occurred_at=self._now,
            received_at=self._now,
        )
        proposal = self._memory.propose([(submission, b"")], self._now)
        self._memory.confirm(proposal)
        first = proposal.batch.first_seq
        for seq, event in enumerate(proposal.batch.events, start=first):
            raw = event.raw.replace(f'"seq":{seq},'.encode(), b'"seq":\x01,', 1)
            self._made.append(Template(event.type, event.recorded_at, raw))
        _, answer = next(iter(proposal.answers.values()))
        if answer.refused is not None:
            raise RuntimeError(f"refused: {answer.refused} {answer.data}")
        return answer

    def _new_id(self) -> str:
        return f"{ID_PREFIX}-7000-8000-{next(self._ids):012x}"


async def fill(connection: Connection, day: Day, events: int) -> None:
    """Make the log, a repetition at a time."""
    link, seq = GENESIS, 0
    for n in itertools.count(-1):
        records = []
        for template in day.fleet if n < 0 else day.repeat(n):
            seq += 1
            raw = template.raw.replace(b"\x01", str(seq).encode(), 1)
            link = chain_hash(link, raw)
            records.append((seq, template.type, template.recorded_at, raw, link))
        await connection.copy_records_to_table(
            "events",
            schema_name="centre",
            records=records,
            columns=["seq", "type", "recorded_at", "bytes", "hash"],
        )
        if seq >= events:
            return


async def replay(connection: Connection) -> tuple[int, float, float]:
    """Fold the log and keep a snapshot near its end; returns its length, seconds, processor seconds."""
    head = (await get_head(connection)).seq
    fold, snapshot_at = Fold(), max(0, head - TAIL)
    started, cpu = time.perf_counter(), time.process_time()
    async for events in read_events(connection, 0, head):
        for stored in events:
            fold.take(stored)
            if stored.seq == snapshot_at:
                captured = Snapshot(
                    stored.seq,
                    FOLD_VERSION,
                    fold.state.recorded_at,
                    state_hash(fold.state),
                    freeze(fold.state),
                )
        fold.state.touched.clear()
    took, cpu = time.perf_counter() - started, time.process_time() - cpu
    await save_snapshot(connection, compress(captured))
    return head, took, cpu


async def measure(dsn: str, events: int, units: int) -> None:
    """Print the table."""
    await make_centre(dsn)
    connection = await connect(dsn)
    book = load_codebook()
    print(f"## The log read back ({units} units)\n\n{describe_machine()}\n", flush=True)
    await fill(connection, Day(await get_instance(connection), book, units), events)
    await connection.execute("ANALYZE centre.events")
    with collecting_rarely():
        head, took, cpu = await replay(connection)
    print("| what | measured | target |\n|---|---:|---:|")
    print(f"| events in the log | {head:,} | |")
    print(f"| replay with chain check, events/s | {head / took:,.0f} | 100,000 |")
    print(f"| processor time per event, µs | {cpu / head * 1e6:.1f} | |", flush=True)
    print(f"| state at an instant of the last day, s | {await show_instant(connection):.2f} | 0.5 |")
    await connection.close()
    writer = Writer(dsn, book)
    started = time.perf_counter()
    await writer.start()
    print(f"| restart with {TAIL:,} events after the snapshot, s | {time.perf_counter() - started:.2f} | 5 |")
    await writer.stop()


async def show_instant(connection: Connection) -> float:
    """Seconds for finding an instant near the end and folding the state there."""
    recorded_at = (await get_head(connection)).recorded_at
    assert recorded_at is not None
    started = time.perf_counter()
    await load_fold(connection, await find_seq_at(connection, recorded_at - timedelta(seconds=1)))
    return time.perf_counter() - started


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--units", type=int, default=2_000)
    chosen = parser.parse_args()
    with scratch_database() as dsn, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(measure(dsn, chosen.events, chosen.units))


if __name__ == "__main__":
    main()
