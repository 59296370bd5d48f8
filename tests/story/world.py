"""A whole centre as `make run` starts it: server and planner as processes of their own, on a real city."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from dispatch.client.account import Account, Device
from dispatch.client.console import ConsoleClient
from dispatch.client.exchange import ExchangeClient
from dispatch.client.link import Link
from dispatch.client.reporter import ReporterClient
from dispatch.client.unit import UnitClient
from dispatch.settings import PROJECT
from tests.passwords import make_sign_in_quick
from tests.ports import find_free_port

READY_WITHIN_S = 240.0
"""A machine that does ten things at once needs minutes for what takes seconds alone."""
ENDED_WITHIN_S = 120.0
Json = dict[str, Any]
AnyLink = TypeVar("AnyLink", bound=Link)


@dataclass
class World:
    """A centre that runs, and everybody who is connected to it."""

    base_url: str
    folder: Path
    dsn: str
    pack: Path
    environment: dict[str, str]
    server: subprocess.Popen[bytes]
    planner: subprocess.Popen[bytes]
    links: list[Link] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)

    @property
    def password(self) -> str:
        """The demo password of this install."""
        return (self.folder / "keys" / "demo-password").read_text().strip()

    async def sign_in(self, login: str) -> Account:
        """A session of a demo account."""
        if login not in self.accounts:
            self.accounts[login] = await Account.sign_in(self.base_url, login, self.password)
        return self.accounts[login]

    async def console(self, login: str = "dieuphoi") -> ConsoleClient:
        """A connected console with its copy of the centre."""
        return await self._connected(ConsoleClient(await self.sign_in(login)))

    async def unit(self, call_sign: str, *, receive: bool = True) -> UnitClient:
        """The device of a unit; `receive` = it acknowledges receipt by itself."""
        return await self._connected(UnitClient(await self.sign_in(call_sign.lower()), receive=receive))

    async def exchange(self) -> ExchangeClient:
        """The telephone exchange."""
        return await self._connected(ExchangeClient(await self.sign_in("tongdai")))

    async def reporter(self) -> ReporterClient:
        """Somebody's phone."""
        return await self._connected(ReporterClient(Device(self.base_url)))

    async def restart_server(self) -> None:
        """Start the server again on its port after it ended."""
        self.server = start_server(self.environment)
        await wait_ready(self.base_url, self.server)

    def restart_planner(self) -> None:
        """Start the planner again after it ended."""
        self.planner = start_planner(self.environment, self.pack)

    async def _connected(self, link: AnyLink) -> AnyLink:
        await link.start()
        self.links.append(link)
        return link


@asynccontextmanager
async def running_world(
    dsn: str, city_dir: Path, pack: Path, folder: Path, **settings: str
) -> AsyncIterator[World]:
    """Start server and planner on a migrated database that holds a city; end both afterwards.

    `settings` replace variables of the environment they run in.
    """
    port = find_free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": dsn,
        "DATA_DIR": str(city_dir),
        "KEYS_DIR": str(folder / "keys"),
        "ANCHORS_FILE": str(folder / "anchors.log"),
        "PLANNER_SOCKET": str(folder / "planner.sock"),
        "SERVER_PORT": str(port),
        "INSTANCE_MODE": "demo",
        # A plan by straight lines is right when the machine is busy, but not what these stories tell of.
        "PLANNER_DEADLINE_MS": "10000",
        **settings,
    }
    base_url = f"http://127.0.0.1:{port}"
    planner, server = start_planner(environment, pack), start_server(environment)
    world = World(base_url, folder, dsn, pack, environment, server, planner)
    try:
        await wait_ready(base_url, server)
        make_sign_in_quick(dsn, world.password)
        yield world
    finally:
        await asyncio.gather(*(link.stop() for link in world.links))
        for account in world.accounts.values():
            await account.http.aclose()
        for process in (world.server, world.planner):
            end(process)


def start_server(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """The server alone, as the supervisor starts it."""
    return subprocess.Popen([sys.executable, "-m", "dispatch", "serve"], cwd=PROJECT, env=environment)


def start_planner(environment: dict[str, str], pack: Path) -> subprocess.Popen[bytes]:
    """The planner on a city's road graph."""
    command = [sys.executable, "-m", "routing.process.service", "--socket", environment["PLANNER_SOCKET"]]
    return subprocess.Popen([*command, "--pack", str(pack)], cwd=PROJECT, env=environment)


async def wait_ready(base_url: str, server: subprocess.Popen[bytes]) -> None:
    """Return once the server answers. Raises RuntimeError when it ends before that, and TimeoutError."""
    async with httpx.AsyncClient(base_url=base_url) as http, asyncio.timeout(READY_WITHIN_S):
        while True:
            if server.poll() is not None:
                raise RuntimeError(f"the server ended with {server.returncode} before it answered")
            try:
                if (await http.get("/api/city")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.to_thread(wait_a_moment, server)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and wait; one that is stopped or stuck is killed."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(ENDED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_a_moment(process: subprocess.Popen[bytes]) -> None:
    """Wait for its end, a tenth of a second at most: it announces its readiness to nobody."""
    try:
        process.wait(0.1)
    except subprocess.TimeoutExpired:
        return
