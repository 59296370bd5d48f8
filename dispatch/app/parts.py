"""What is opened first, and what everything else of a centre is made of."""

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date

from dispatch.agencies.loader import load_codebook
from dispatch.core.anchors import AnchorFile, load_or_create_key
from dispatch.core.clock import Clock
from dispatch.core.writer import Writer
from dispatch.domain.codebook import CodeBook
from dispatch.live.position_days import tend_days
from dispatch.replay.process import ReplayProcess
from dispatch.settings import Settings
from dispatch.store.connect import Pool, connect, open_pool
from dispatch.store.instance import ensure_instance
from dispatch.store.vault import UnsavedKeys, Vault, load_or_create_secret
from dispatch.usecases.picture import Picture
from dispatch.usecases.places.find_places import PlaceFinder
from gis.city import CityPack, settle_city
from routing.process.client import PlannerClient


@dataclass(frozen=True)
class Parts:
    """The opened parts. `client` is the line to the planner's process; None: straight lines only."""

    settings: Settings
    dsn: str
    clock: Clock
    book: CodeBook
    pool: Pool
    pack: CityPack
    secret: bytes
    vault: Vault
    writer: Writer
    past: ReplayProcess
    picture: Picture
    places: PlaceFinder
    client: PlannerClient | None


async def open_parts(settings: Settings, dsn: str, clock: Clock, stack: AsyncExitStack) -> Parts:
    """Opens them; the stack closes them in the reverse order. Raises what their rooms raise:
    InstanceDiffers, NotDurable, NoCity, BrokenLog, DatabaseLost."""
    book = load_codebook(automatic=settings.instance.automatic)
    await _prepare_database(settings, dsn, clock.now().date())
    pool = await open_pool(dsn)
    stack.push_async_callback(pool.close)
    pack = await asyncio.to_thread(settle_city, dsn, settings.city.data_dir)
    secret = load_or_create_secret(settings.security.keys_dir / "centre.secret")
    unsaved = UnsavedKeys()
    writer = await _start_writer(settings, dsn, book, clock, unsaved)
    stack.push_async_callback(writer.stop)
    past = ReplayProcess(dsn)
    stack.push_async_callback(past.close)
    return Parts(
        settings=settings,
        dsn=dsn,
        clock=clock,
        book=book,
        pool=pool,
        pack=pack,
        secret=secret,
        vault=Vault(pool, secret, unsaved),
        writer=writer,
        past=past,
        picture=Picture(book),
        places=await PlaceFinder.open(pool),
        client=await _connect_planner(settings, stack),
    )


async def _prepare_database(settings: Settings, dsn: str, today: date) -> None:
    """The centre's row, and the first days of position history."""
    connection = await connect(dsn)
    try:
        await ensure_instance(connection, settings.instance.centre_id, settings.instance.mode)
        await tend_days(connection, today, keep_days=0)
    finally:
        await connection.close()


async def _start_writer(
    settings: Settings, dsn: str, book: CodeBook, clock: Clock, keys: UnsavedKeys
) -> Writer:
    anchor_key = load_or_create_key(settings.security.keys_dir / "anchor.key")
    anchors = AnchorFile(settings.security.anchors_file, anchor_key)
    writer = Writer(dsn, book, holder=f"server-{os.getpid()}", clock=clock, anchors=anchors, keys=keys)
    await writer.start()
    return writer


async def _connect_planner(settings: Settings, stack: AsyncExitStack) -> PlannerClient | None:
    """The line to the planner process; None where no socket is named."""
    if settings.planner.socket is None:
        return None
    return await stack.enter_async_context(PlannerClient(settings.planner.socket))
