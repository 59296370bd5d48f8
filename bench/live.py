"""The live path under load: positions in and out, one event to thousands of screens, all of them back
after a restart.

    python -m bench.live [--sockets 5000] [--units 2000] [--rate 10000] [--screens 50] [--seconds 30 | --full]
                         [--only crowd | positions]

The server is a process of its own, with authentication, limits, rights and history on; its processor time is
read from the system. Clients are light, so that what is measured is the server, but they share the machine.
"""

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import uvloop
from uuid6 import uuid7

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench._centre import scratch_database
from bench._lag import LoopLag
from bench._light_socket import Json, LightSocket, open_light
from bench._table import describe_machine, percentile
from dispatch.client import Account, ConsoleClient
from dispatch.host.collecting import collect_rarely
from tests.integration.api.centre import PASSWORD, running_centre

PORT = 18_099
CITY = (106.0, 10.0, 108.0, 11.5)
AT_ONCE = 100
"""Connections made at the same time while a crowd gathers."""


async def serve(dsn: str, units: int) -> None:
    """The server's process: a centre until it is told to end."""
    ended, lag = asyncio.Event(), LoopLag()
    async with running_centre(dsn, port=PORT) as centre:
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, ended.set)
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lag.take)
        if units:
            await centre.furnish(units)
        collect_rarely()
        looking = asyncio.create_task(lag.run())
        print("ready", flush=True)
        await ended.wait()
        looking.cancel()
        await centre.flush_positions()
        print(f"positions taken {centre.taken} held {lag.take()}", flush=True)


async def press(base_url: str, seconds: float) -> None:
    """The process of one dispatcher, who sends a command twenty times a second: whoever drives a whole fleet
    reads an answer late, which is no delay of the centre's."""
    account = await Account.sign_in(base_url, "chief", PASSWORD)
    acks_ms: list[float] = []
    async with ConsoleClient(account) as desk:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        ends = time.perf_counter() + seconds
        while (started := time.perf_counter()) < ends:
            await desk.send({"type": "desk.open", "desk_id": "d", "name": "bàn", "agencies": ["114"]})
            acks_ms.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(0.05)
    await account.aclose()
    print(f"{percentile(acks_ms, 50):.1f} {percentile(acks_ms, 99):.1f} {max(acks_ms):.1f}", flush=True)


@asynccontextmanager
async def server(dsn: str, units: int = 0) -> AsyncIterator[asyncio.subprocess.Process]:
    """A server that answers; killed if it does not end by itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--serve", dsn, "--units", str(units), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        while (line := await process.stdout.readline()).strip() != b"ready":
            if not line:
                raise SystemExit("the server ended before it was ready")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def cpu_s(pid: int) -> float:
    """Processor seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Crowd:
    """Many light consoles of one account, counting what reaches them."""

    def __init__(self) -> None:
        self.sockets: list[LightSocket] = []
        self.welcomed = 0
        self.snapshots = 0
        self.marked: list[float] = []
        self.mark = "\0"
        self._all = asyncio.Event()
        self._wanted = 0

    def take(self, socket: LightSocket, text: str, at: float) -> None:
        """A frame of any of them."""
        if self.mark in text and text.startswith('{"t":"changes"'):
            self.marked.append(at)
            self._look(len(self.marked))
        if text.startswith('{"t":"changes"'):
            socket.seq = msgspec.json.decode(text)["seq"]
        elif text.startswith('{"t":"welcome"'):
            frame = msgspec.json.decode(text)
            socket.resume, socket.name = frame["resume"], frame["log_id"]
            socket.seq = socket.seq or frame["head"]
            self.snapshots += frame["snapshot"] is not None
            self.welcomed += 1
            self._look(self.welcomed)

    async def wait_for(self, count: int) -> None:
        """Return once so many were counted."""
        self._wanted = count
        self._all.clear()
        async with asyncio.timeout(120):
            await self._all.wait()

    def _look(self, count: int) -> None:
        if count >= self._wanted:
            self._all.set()

    async def gather(self, account: Account, count: int) -> None:
        """Connect so many."""
        room = asyncio.Semaphore(AT_ONCE)

        async def join() -> None:
            async with room:
                hello = {"t": "hello", "protocol": 1, "ticket": await account.get_ticket("console")}
                self.sockets.append(await open_light(PORT, "console", hello, self.take))

        waiting = asyncio.create_task(self.wait_for(count))
        await asyncio.gather(*(join() for _ in range(count)))
        await waiting


async def measure_fan_out(account: Account, crowd: Crowd, pid: int, runs: int = 10) -> None:
    """One event to every socket of the crowd."""
    times: list[float] = []
    used_s = 0.0
    async with ConsoleClient(account) as desk:
        for n in range(runs):
            await asyncio.sleep(0.5)
            crowd.marked.clear()
            crowd.mark = f"dấu-{n}-{uuid7()}"
            waiting = asyncio.create_task(crowd.wait_for(len(crowd.sockets)))
            body = {"type": "desk.open", "desk_id": f"d{n}", "name": crowd.mark, "agencies": ["114"]}
            started, used = time.perf_counter(), cpu_s(pid)
            await desk.send(body)
            await waiting
            used_s += cpu_s(pid) - used
            times.append((max(crowd.marked) - started) * 1000)
    print(
        f"| command sent → event at the last of {len(crowd.sockets)} sockets, ms "
        f"| {percentile(times, 50):.0f} | {percentile(times, 99):.0f} | 200 |"
    )
    print(
        f"| processor time of the server a socket, µs | {used_s / runs / len(crowd.sockets) * 1e6:.0f} | | |"
    )


async def measure_resume(dsn: str, account: Account, crowd: Crowd) -> None:
    """Kill the server, start it, and have the whole crowd back with what happened meanwhile."""
    seqs = {id(socket): (socket.resume, socket.name, socket.seq) for socket in crowd.sockets}
    begun = time.perf_counter()
    async with server(dsn):
        up = time.perf_counter()
        crowd.sockets.clear()
        crowd.welcomed = crowd.snapshots = 0
        waiting = asyncio.create_task(crowd.wait_for(len(seqs)))
        crowd.mark = "\0"

        async def back(resume: str, log_id: str, seq: int) -> None:
            hello: Json = {"t": "hello", "protocol": 1, "resume": resume}
            hello["have"] = {"log_id": log_id, "seq": seq}
            crowd.sockets.append(await open_light(PORT, "console", hello, crowd.take))

        await asyncio.gather(*(back(*known) for known in seqs.values()))
        await waiting
        ended = time.perf_counter()
    print(
        f"| {len(seqs)} clients resumed after kill -9 ({crowd.snapshots} by snapshot; start of the server "
        f"{up - begun:.1f} s), ms | {(ended - up) * 1000:.0f} | {(ended - up) * 1000:.0f} | 10000 |"
    )


class Fleet:
    """Units that send positions, and screens that see them; a fix is recognised by its longitude."""

    def __init__(self, units: int) -> None:
        self.units = units
        self.sockets: list[LightSocket] = []
        self.sent_at: dict[str, tuple[float, float]] = {}
        self.delays_ms: list[float] = []
        self.sent = 0
        self.shown = 0

    def take_unit(self, socket: LightSocket, text: str, at: float) -> None:
        """Units only listen."""

    def take_screen(self, socket: LightSocket, text: str, at: float) -> None:
        """Positions on one screen of the many are decoded; the others are counted."""
        if not text.startswith('{"t":"positions"'):
            return
        self.shown += 1
        if socket.name != "measured":
            return
        for unit_id, lon, *_ in msgspec.json.decode(text)["p"]:
            sent = self.sent_at.get(unit_id)
            if sent is not None and abs(sent[0] - lon) < 5e-7:
                self.delays_ms.append((at - sent[1]) * 1000)

    async def drive(self, rate: float, seconds: float) -> None:
        """Send positions at a steady rate, spread over the units."""
        begun = time.perf_counter()
        while (elapsed := time.perf_counter() - begun) < seconds:
            for _ in range(int(elapsed * rate) - self.sent):
                self._send(self.sent % self.units)
            await asyncio.sleep(0.002)

    def _send(self, number: int) -> None:
        lon = round(106.5 + self.sent % 900_000 * 1e-6, 6)
        frame: Json = {"t": "position", "at": datetime.now(UTC).isoformat(), "lon": lon, "lat": 10.7}
        self.sockets[number].send(frame | {"accuracy": 5})
        self.sent_at[f"u{number}"] = (lon, time.perf_counter())
        self.sent += 1


async def measure_positions(dsn: str, units: int, rate: float, screens: int, seconds: float) -> None:
    """Positions in from every unit, out to every screen, and commands meanwhile."""
    async with server(dsn, units) as process:
        base = f"http://127.0.0.1:{PORT}"
        fleet = Fleet(units)
        chief = await Account.sign_in(base, "chief", PASSWORD)
        for n in range(units):
            account = await Account.sign_in(base, f"u{n}", PASSWORD)
            hello = {"t": "hello", "protocol": 1, "ticket": await account.get_ticket("unit")}
            fleet.sockets.append(await open_light(PORT, "unit", hello, fleet.take_unit))
            await account.aclose()
        for n in range(screens):
            hello = {"t": "hello", "protocol": 1, "ticket": await chief.get_ticket("console")}
            screen = await open_light(PORT, "console", hello, fleet.take_screen)
            screen.name = "measured" if n == 0 else ""
            await asyncio.sleep(0.01)
            screen.send({"t": "viewport", "bbox": CITY, "units": []})
        desk = await asyncio.create_subprocess_exec(
            sys.executable, __file__, "--press", base, "--seconds", str(seconds),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert desk.stdout is not None
        await desk.stdout.readline()
        process.send_signal(signal.SIGUSR1)
        used, begun = cpu_s(process.pid), time.perf_counter()
        pressing = asyncio.create_task(desk.communicate(b"\n"))
        await fleet.drive(rate, seconds)
        took = time.perf_counter() - begun
        share = (cpu_s(process.pid) - used) / took * 100
        acks_ms = (await pressing)[0].decode().split()
        await chief.aclose()
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        told = (await process.stdout.read()).decode().split()
        taken, held_ms = int(told[told.index("taken") + 1]), told[told.index("held") + 1 :]
    print(
        f"| positions in at {fleet.sent / took:.0f}/s, {screens} screens: % of a core | {share:.0f} | | 70 |"
    )
    print(f"| positions sent and not taken in | {fleet.sent - taken} | | 0 |")
    print(
        f"| position → screen, ms | {percentile(fleet.delays_ms, 50):.0f} "
        f"| {percentile(fleet.delays_ms, 99):.0f} | 350 |"
    )
    print(f"| command → ack meanwhile, ms | {acks_ms[0]} | {acks_ms[1]} (worst {acks_ms[2]}) | 12 |")
    print(f"| the server's loop held, ms | {held_ms[0]} | {held_ms[1]} (worst {held_ms[2]}) | |")


async def run(options: argparse.Namespace) -> None:
    """Every row."""
    with scratch_database() as dsn:
        print(
            f"## The live path\n\n{describe_machine()}\n\n| what | p50 | p99 | target |\n|---|---:|---:|---:|"
        )
        if options.only != "positions":
            await measure_crowd(dsn, options.sockets)
        if options.only != "crowd":
            await measure_positions(dsn, options.units, options.rate, options.screens, options.seconds)


async def measure_crowd(dsn: str, sockets: int) -> None:
    """One event to all of a crowd, and all of it back after a kill."""
    crowd = Crowd()
    async with server(dsn) as process:
        account = await Account.sign_in(f"http://127.0.0.1:{PORT}", "chief", PASSWORD)
        await crowd.gather(account, sockets)
        await measure_fan_out(account, crowd, process.pid)
        process.kill()
        await process.wait()
    await measure_resume(dsn, account, crowd)
    await account.aclose()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", default="", help=argparse.SUPPRESS)
    parser.add_argument("--press", default="", help=argparse.SUPPRESS)
    parser.add_argument("--sockets", type=int, default=5_000)
    parser.add_argument("--units", type=int, default=2_000)
    parser.add_argument("--rate", type=float, default=10_000)
    parser.add_argument("--screens", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--full", action="store_true", help="ten minutes of positions")
    parser.add_argument("--only", choices=("crowd", "positions"), help="half of it")
    options = parser.parse_args()
    options.seconds = 600 if options.full else options.seconds
    if options.press:
        uvloop.run(press(options.press, options.seconds))
    else:
        uvloop.run(serve(options.serve, options.units) if options.serve else run(options))


if __name__ == "__main__":
    main()
