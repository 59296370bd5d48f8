"""From a report's sending to the frame decoded at the unit, through the whole centre.

    python -m bench.report_to_unit [--rate 50] [--seconds 60 | --full] [--units 2500] [--clear 25]

Server, planner and PostgreSQL are processes of their own; this process is everybody else, over sockets:
reporters who tell an address, dispatchers who open the incident and accept the recommendation at once, and
one device for each unit. Times count from the moment a report was due, not from when it could be sent.
80 % of the fleet is out at any time: 50 reports/s of 1.6 units, clear after 25 s, keep 2,000 busy.
"""

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench._city import build_bench_city
from bench._crowd import Crowd, Json, list_accounts, register_fleet
from bench._machine import CpuMeter
from bench._people import People, Refused
from bench._table import describe_machine, percentile
from dispatch.host.cluster import PrivateCluster
from dispatch.store.migrations import upgrade
from dispatch.store.vault import load_or_create_secret
from tests.story.world import running_world

TARGET_P99_MS = 150.0
MIX = ("stab_wound", "chest_pain", "stab_wound", "theft_in_progress", "stab_wound")
"""Types in turn: three of five need two units of two agencies, two need one. Mean 1.6."""

STEPS = ("acknowledged", "placed", "opened", "recommended", "accepted", "decoded")


@dataclass
class Tally:
    """What came of the reports; times in milliseconds after the report was due."""

    times: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    counts: Counter[str] = field(default_factory=Counter)

    def note(self, step: str, due: float) -> None:
        """A report has come so far."""
        self.times[step].append((time.perf_counter() - due) * 1000)


class Day:
    """Lives reports through, each in a task of its own."""

    def __init__(self, crowd: Crowd, addresses: list[str], clear_s: float) -> None:
        self._crowd = crowd
        self._addresses = itertools.cycle(addresses)
        self._types = itertools.cycle(MIX)
        self._clear_s = clear_s
        self.tally = Tally()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, rate: float, seconds: float) -> None:
        """Send reports at a steady rate, whatever becomes of them, and wait for the last one."""
        begun = time.perf_counter()
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self._spawn(self._guard(self._report_to_unit(due)))
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        """A part of an incident's life, with what went wrong counted."""
        try:
            async with asyncio.timeout(60):
                await work
        except Refused as refused:
            self.tally.counts[f"refused: {refused.code}"] += 1
        except TimeoutError:
            self.tally.counts["not finished in 60 s"] += 1

    async def _report_to_unit(self, due: float) -> None:
        crowd, tally = self._crowd, self.tally
        body = {"type": "report.receive", "channel": "app", "words": "có người bị thương", "line": "115"}
        body |= {"place": {"heard": next(self._addresses)}}
        report_id = (await crowd.next_reporter().ask(body))["report_id"]
        tally.note("acknowledged", due)
        report = await crowd.watch("report", report_id, lambda r: r["place"]["level"] != "unknown")
        tally.note("placed", due)
        desk = crowd.next_desk()
        opening: Json = {"type": "incident.open", "report_id": report_id, "type_code": next(self._types)}
        if not report["candidates"]:
            tally.counts["address not found"] += 1
            return
        if report["place"]["lon_lat"] is None:
            tally.counts["several places possible: first taken"] += 1
            opening["place"] = _to_place(report)
        incident_id = (await desk.ask(opening))["incident_id"]
        tally.note("opened", due)
        sent = await self._accept(desk, incident_id, due)
        tally.note("accepted", due)
        await asyncio.gather(*(crowd.delivered(id_) for id_ in sent))
        tally.note("decoded", due)
        tally.counts["units sent"] += len(sent)
        self._spawn(self._guard(self._clear(desk, incident_id, sent)))

    async def _accept(self, desk: Any, incident_id: str, due: float) -> list[str]:
        """The assignments made from the first recommendation that could still be accepted as it was seen."""
        version = 0
        while True:
            plan = await self._crowd.watch(
                "recommendation", incident_id, lambda r, after=version: r["version"] > after
            )
            if version == 0:
                self.tally.note("recommended", due)
            version = plan["version"]
            self.tally.counts["plans by straight line"] += plan["degraded"]
            self.tally.counts["units missing"] += len(plan["missing"])
            if not plan["proposed"]:
                continue
            try:
                body = {"type": "recommendation.accept", "incident_id": incident_id, "version": version}
                return list((await desk.ask(body))["assignment_ids"])
            except Refused as refused:
                if refused.code not in ("unit_gone", "recommendation_changed"):
                    raise
                self.tally.counts[f"accepted anew after {refused.code}"] += 1

    async def _clear(self, desk: Any, incident_id: str, sent: list[str]) -> None:
        """The crews accept, are clear after a while, and the parts of the incident are closed."""
        crowd = self._crowd
        await asyncio.gather(*(crowd.accept(id_) for id_ in sent))
        await asyncio.sleep(self._clear_s)
        await asyncio.gather(*(crowd.clear(id_) for id_ in sent))
        for leg_id in {crowd.leg_of(id_) for id_ in sent}:
            await desk.ask({"type": "leg.close", "leg_id": leg_id, "outcome": "resolved_on_scene"})
        crowd.forget(incident_id, sent)
        self.tally.counts["incidents closed"] += 1


def _to_place(report: Json) -> Json:
    chosen = report["candidates"][0]
    keys = ("lon_lat", "radius_m", "level", "label", "ward_code", "ward", "confidence")
    return {"heard": report["place"]["heard"], "state": "matched"} | {key: chosen[key] for key in keys}


def list_addresses(dsn: str, limit: int = 3000) -> list[str]:
    """Doors on streets whose name stands once in the city, in no order."""
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "SELECT n.path || ' ' || s.name "
            "FROM gis.house_numbers n JOIN gis.streets s ON s.id = n.street_id "
            "WHERE n.path ~ '^[0-9]+$' AND NOT s.alley AND s.name IN "
            "(SELECT name FROM gis.streets GROUP BY name HAVING count(*) = 1) "
            "ORDER BY md5(n.id::text) LIMIT %s",
            (limit,),
        ).fetchall()
    return [str(row[0]) for row in rows]


def print_table(tally: Tally, options: argparse.Namespace, took_s: float, cpu_s: dict[str, float]) -> None:
    """The table, what went otherwise, and who used the processor."""
    reports = len(tally.times["acknowledged"])
    print(
        f"\n## Report → unit ({options.rate:g} reports/s for {options.seconds:g} s)\n\n{describe_machine()}\n"
    )
    print("| from the report's sending until | reports | p50 ms | p95 ms | p99 ms | max ms | target p99 |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for step, times in tally.times.items():
        if times:
            shown = " | ".join(f"{percentile(times, p):.1f}" for p in (50, 95, 99))
            target = f"{TARGET_P99_MS:g}" if step == "decoded" else ""
            print(f"| {step} | {len(times)} | {shown} | {max(times):.1f} | {target} |")
    print("\n" + ", ".join(f"{what}: {count}" for what, count in sorted(tally.counts.items()) if count))
    print(
        "processor, % of one core (ms a report): "
        + ", ".join(f"{who} {s / took_s * 100:.0f} ({s / reports * 1000:.1f})" for who, s in cpu_s.items())
    )


async def measure(dsn: str, data_dir: Path, pack: Path, folder: Path, options: argparse.Namespace) -> None:
    """Start the centre, fill it, and live the day."""
    addresses = list_addresses(dsn)
    secret = load_or_create_secret(folder / "keys" / "centre.secret")
    accounts = list_accounts(dsn, options.units)
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(
            running_world(
                dsn,
                data_dir,
                pack,
                folder,
                INSTANCE_MODE="live",
                PLANNER_DEADLINE_MS=str(options.deadline_ms),
            )
        )
        people = People(dsn, secret, int(world.environment["SERVER_PORT"]))
        await people.add(accounts.users)
        await register_fleet(people, accounts)
        crowd = Crowd(people)
        await crowd.gather(accounts)
        day = Day(crowd, addresses, options.clear)
        await day.run(min(options.rate, 10), 2)  # first uses of everything
        day.tally = Tally()
        meter = CpuMeter({"server": world.server.pid, "planner": world.planner.pid}, dsn)
        print(f"{options.units} units connected; measuring", flush=True)
        begun = time.perf_counter()
        await day.run(options.rate, options.seconds)
        took_s = time.perf_counter() - begun
        day.tally.counts.update(crowd.list_errors())
        print_table(day.tally, options, took_s, meter.read())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--full", action="store_true", help="five minutes")
    parser.add_argument("--units", type=int, default=2_500)
    parser.add_argument("--clear", type=float, default=25, help="seconds until a unit is free again")
    parser.add_argument("--deadline-ms", type=int, default=250, help="the planner's")
    options = parser.parse_args()
    options.seconds = 300 if options.full else options.seconds
    with tempfile.TemporaryDirectory(prefix="dispatch-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with PrivateCluster(folder / "pg").running() as dsn:
            upgrade(dsn)
            pack = build_bench_city(dsn, folder / "data")
            print(f"{pack.name}, {pack.counts}", flush=True)
            uvloop.run(measure(dsn, folder / "data", pack.folder, folder, options))


if __name__ == "__main__":
    main()
