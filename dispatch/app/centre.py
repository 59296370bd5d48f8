"""A running centre, with or without its port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI

from dispatch.agencies.hospitals import load_hospital_rules
from dispatch.api.application import create_api
from dispatch.api.deps import ApiDeps
from dispatch.api.server import make_server
from dispatch.app.edge import make_deps
from dispatch.app.parts import open_parts
from dispatch.app.work import start_work
from dispatch.core.clock import Clock, SystemClock
from dispatch.core.writer import Writer
from dispatch.domain.ids import LOCAL_TIME
from dispatch.host.background import Background
from dispatch.host.collecting import collect_nightly, collect_rarely
from dispatch.live.reports import ReportIndex
from dispatch.live.units import UnitIndex
from dispatch.settings import Settings
from dispatch.store.connect import Pool
from dispatch.usecases.entry.seed import seed_accounts, seed_fleet
from dispatch.usecases.hospitals.enter_hospitals import enter_hospitals
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.ask_planner import PromptPlanner
from gis.store.hospitals import list_hospitals
from gis.store.stations import list_stations


@dataclass(frozen=True)
class Centre:
    """A running centre: what the server serves, and what a test may look at."""

    app: FastAPI
    deps: ApiDeps
    picture: Picture
    writer: Writer
    background: Background


@asynccontextmanager
async def running_centre(settings: Settings, dsn: str, clock: Clock | None = None) -> AsyncIterator[Centre]:
    """Everything but the port: writer, board, reactors, edge. Stops in the reverse order.

    The database is migrated and the city built. Raises what their rooms raise: InstanceDiffers,
    NotDurable, NoCity, BrokenLog, DatabaseLost.
    """
    async with AsyncExitStack() as stack:
        parts = await open_parts(settings, dsn, clock or SystemClock(), stack)
        background = Background()
        stack.push_async_callback(background.stop)
        planner = PromptPlanner(
            parts.client, settings.planner.deadline_ms / 1000, asyncio.get_running_loop().time
        )
        deps = make_deps(parts, planner)
        stack.callback(deps.passwords.close)
        units = UnitIndex()
        reports = ReportIndex(units)
        await start_work(parts, deps, planner, units, background)
        await asyncio.gather(deps.board.wait_loaded(), parts.picture.wait_loaded())
        await deps.drafts.load(deps.clock.now())
        await _enter_city(settings, deps, parts.pool)
        yield Centre(create_api(deps, units, reports), deps, parts.picture, parts.writer, background)


async def serve_centre(settings: Settings, dsn: str) -> None:
    """Serve until a signal comes, or until something the centre cannot be without has failed."""
    where = settings.server
    async with running_centre(settings, dsn) as centre:
        collect_rarely()
        centre.background.start(collect_nightly(centre.deps.clock, LOCAL_TIME), "collector")
        server = make_server(
            centre.app,
            host=where.host,
            port=where.port,
            certificate=str(where.tls_certificate) if where.tls_certificate else None,
            key=str(where.tls_key) if where.tls_key else None,
            trusted_proxies=where.trusted_proxies,
        )
        failing = asyncio.create_task(centre.background.failed())
        serving = asyncio.create_task(server.serve())
        await asyncio.wait({failing, serving}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
        if failing.done():
            failing.result()
        failing.cancel()


async def _enter_city(settings: Settings, deps: ApiDeps, pool: Pool) -> None:
    """Hospitals as map and table know them; stations, synthetic units, desks and demo accounts of a demo or
    training centre."""
    await enter_hospitals(deps.core, await list_hospitals(pool), load_hospital_rules(), deps.clock.now)
    if settings.instance.mode == "live":
        return
    fleet = await seed_fleet(deps.core, deps.book, await list_stations(pool), deps.clock.now)
    keys, hash_now = settings.security.keys_dir, deps.passwords.hash_now
    await seed_accounts(deps.users, fleet, deps.book, keys, hash_now, deps.clock.now())
