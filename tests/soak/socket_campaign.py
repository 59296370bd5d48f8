"""Kill -9 of server, planner and PostgreSQL in a busy hour, over real sockets.

What was killed is started again at once, as the supervisor starts what ends; only its pauses that grow with
every failure are left out, which are for a program that cannot live.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from dispatch.host.binaries import get_postgres
from dispatch.host.cluster import PrivateCluster
from dispatch.host.process import wait_for_exit
from dispatch.store.migrations import upgrade
from tests.conftest import EXTENSIONS
from tests.soak.busy_hour import PATIENCE_S, BusyHour
from tests.soak.ledger import Ledger
from tests.story.world import World, start_planner, start_server

UNANSWERED = 20
"""A kill counts only if so many commands were on their way at that instant."""

VICTIMS = ("server", "postgres", "planner")
SHARES = (60, 25, 15)


class SocketCampaign:
    """One world whose parts are killed. `kills` counts them by victim, `ended` what the keepers
    saw end."""

    def __init__(self, world: World, cluster: PrivateCluster, folder: Path, seed: int) -> None:
        self._world = world
        self._cluster = cluster
        self._chance = random.Random(seed)
        self.ledger = Ledger(folder / "ledger.jsonl")
        self.hour = BusyHour(world, self.ledger, seed)
        self.kills: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.unanswered: list[int] = []

    async def run(self, kills: int) -> None:
        """So many kills, then the hour runs out. Raises TimeoutError when work does not go on after one."""
        keepers = [asyncio.create_task(self._keep_server()), asyncio.create_task(self._keep_planner())]
        async with self.hour.under_way():
            for _ in range(kills):
                await self._wait_for_a_moment()
                (victim,) = self._chance.choices(VICTIMS, SHARES)
                await self._kill(victim)
            await self._wait_for_a_moment()
        for keeper in keepers:
            keeper.cancel()
        self.ledger.close()

    async def _wait_for_a_moment(self) -> None:
        """After a random number of further answers, as soon as enough commands are under way."""
        goal = self.ledger.answered + self._chance.randint(20, 160)
        await self.ledger.wait_until(
            lambda: self.ledger.answered >= goal and self.ledger.unanswered >= UNANSWERED, PATIENCE_S
        )

    async def _kill(self, victim: str) -> None:
        assert self.ledger.unanswered >= UNANSWERED
        self.unanswered.append(self.ledger.unanswered)
        self.kills[victim] += 1
        say(
            f"{self.kills.total()}: {victim}, {self.unanswered[-1]} on their way after {self.ledger.answered}"
        )
        if victim == "server":
            self._world.server.kill()
        elif victim == "planner":
            self._world.planner.kill()
        else:
            await self._kill_postgres()

    async def _kill_postgres(self) -> None:
        pid = self._cluster.find_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(wait_for_exit, [pid], 10.0)
        await asyncio.to_thread(self._cluster.revive)

    async def _keep_server(self) -> None:
        while True:
            await _ended(self._world.server)
            self.ended["server"] += 1
            self._world.server = start_server(self._world.environment)

    async def _keep_planner(self) -> None:
        while True:
            await _ended(self._world.planner)
            self.ended["planner"] += 1
            self._world.planner = start_planner(self._world.environment, self._world.pack)


def say(text: str) -> None:
    """A line for whoever watches a campaign."""
    sys.stderr.write(f"[campaign {datetime.now(UTC):%H:%M:%S}] {text}\n")


def copy_city(source_dsn: str, target_dsn: str) -> None:
    """Migrate an empty database and copy the city of another one into it."""
    with psycopg.connect(target_dsn, autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(f"CREATE EXTENSION {extension}".encode())
    upgrade(target_dsn)
    programs = get_postgres()
    dump = [programs.path("pg_dump"), "--schema=gis", "--no-owner", source_dsn]
    load = [programs.path("psql"), "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", target_dsn]
    with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumping:
        subprocess.run(load, stdin=dumping.stdout, check=True)
    if dumping.returncode != 0:
        raise subprocess.CalledProcessError(dumping.returncode, dump)


async def _ended(process: subprocess.Popen[bytes]) -> None:
    """Return once a process has ended."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    handle = os.pidfd_open(process.pid)
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)
    process.wait()
