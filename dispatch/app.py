"""Composition root: the only file that knows every room. Nothing is built when it is imported."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta

from fastapi import FastAPI

from dispatch.agencies.hospitals import load_hospital_rules
from dispatch.agencies.loader import load_codebook
from dispatch.agencies.targets import load_targets
from dispatch.api.application import create_api
from dispatch.api.auth.passwords import Passwords
from dispatch.api.auth.tokens import Signer
from dispatch.api.deps import ApiDeps, EdgeSettings
from dispatch.api.server import make_server
from dispatch.core.anchors import AnchorFile, load_or_create_key
from dispatch.core.clock import Clock, SystemClock
from dispatch.core.writer import Writer
from dispatch.domain.codebook import CodeBook
from dispatch.domain.ids import LOCAL_TIME
from dispatch.domain.model.caller_text import BY_HAND, GATEWAY
from dispatch.host.background import Background
from dispatch.host.collecting import collect_nightly, collect_rarely
from dispatch.live.board import LiveBoard
from dispatch.live.erasures import forget_erased_keys
from dispatch.live.position_days import look_after_days, tend_days
from dispatch.live.position_history import HistoryBuffer
from dispatch.live.positions import PositionHub
from dispatch.live.record_positions import record_positions, restore_positions
from dispatch.live.reports import ReportIndex
from dispatch.live.units import UnitIndex
from dispatch.notify.texts import TextGateway, TextSender
from dispatch.replay.audited import AuditedPast
from dispatch.replay.process import ReplayProcess
from dispatch.settings import PROJECT, Settings
from dispatch.store.audit import Audit
from dispatch.store.clock_times import ClockTimes
from dispatch.store.connect import Pool, connect, open_pool
from dispatch.store.day_counts import DayCounts
from dispatch.store.drafts import DraftStore
from dispatch.store.early_fixes import EarlyFixes
from dispatch.store.history import History
from dispatch.store.instance import ensure_instance
from dispatch.store.photos import PhotoFiles
from dispatch.store.positions import PositionStore
from dispatch.store.rejected import RejectedLog
from dispatch.store.sessions import Sessions
from dispatch.store.timeline import Timelines
from dispatch.store.users import Users
from dispatch.store.vault import UnsavedKeys, Vault, load_or_create_secret
from dispatch.usecases.ask_planner import PromptPlanner
from dispatch.usecases.choose_hospital import HospitalAdviser
from dispatch.usecases.command_line.keep import keep_in
from dispatch.usecases.command_line.send import CommandLine
from dispatch.usecases.compare_policies import make_comparisons
from dispatch.usecases.cover_around import CoverAround
from dispatch.usecases.cover_prices import CoverPrices
from dispatch.usecases.coverage import Coverage
from dispatch.usecases.drafts import DraftBoard
from dispatch.usecases.enter_hospitals import enter_hospitals
from dispatch.usecases.find_places import PlaceFinder
from dispatch.usecases.find_reach import ReachFinder
from dispatch.usecases.find_way import WayFinder
from dispatch.usecases.keep_cover import CoverKeeper
from dispatch.usecases.keep_learning import keep_learning
from dispatch.usecases.keep_looks import keep_looks
from dispatch.usecases.keep_roads import RoadKeeper
from dispatch.usecases.learn_places import PlaceLearner
from dispatch.usecases.look_back import LookBack
from dispatch.usecases.picture import Picture
from dispatch.usecases.prepare import Preparer
from dispatch.usecases.reactors import Reactors
from dispatch.usecases.reroute import Rerouter
from dispatch.usecases.see_arrivals import ArrivalWatch
from dispatch.usecases.seed import seed_accounts, seed_fleet
from dispatch.usecases.suggest import Suggester
from dispatch.usecases.supervise import Supervision
from dispatch.usecases.tour_work import TourPlanning, TourWork
from dispatch.usecases.weigh_hospitals import use_hospitals
from dispatch.usecases.whereabouts import find_position_in
from dispatch.usecases.who_could import WhoFinder
from dispatch.usecases.whose import WhoseFinder
from gis.city import CityPack, settle_city
from gis.store.hospitals import list_hospitals
from gis.store.stations import list_stations
from gis.zones import load_zones
from routing.process.client import PlannerClient

POSITIONS_FROM = timedelta(hours=12)
"""How old a unit's last position may be to be shown after a restart, with its age."""


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
    time, book = clock or SystemClock(), load_codebook(automatic=settings.instance.automatic)
    keys = settings.security.keys_dir
    async with AsyncExitStack() as stack:
        await _prepare_database(settings, dsn, time.now().date())
        pool = await open_pool(dsn)
        stack.push_async_callback(pool.close)
        pack = await asyncio.to_thread(settle_city, dsn, settings.city.data_dir)
        secret, unsaved = load_or_create_secret(keys / "centre.secret"), UnsavedKeys()
        vault = Vault(pool, secret, unsaved)
        writer = await _start_writer(settings, dsn, book, time, unsaved)
        stack.push_async_callback(writer.stop)
        past = ReplayProcess(dsn)
        stack.push_async_callback(past.close)
        background = Background()
        stack.push_async_callback(background.stop)
        picture = Picture(book)
        places = await PlaceFinder.open(pool)
        deps = _make_deps(settings, pool, pack, book, writer, picture, vault, secret, time, past, places)
        stack.callback(deps.passwords.close)
        client = await _connect_planner(settings, stack)
        planner = PromptPlanner(client, settings.planner.deadline_ms / 1000, asyncio.get_running_loop().time)
        deps = _find_ways(deps, pool, picture, client, planner)
        units = UnitIndex()
        reports = ReportIndex(units)
        await _keep_positions(deps, pool, units, background)
        _see_arrivals(deps, picture, client, background)
        find_position = find_position_in(deps.positions)
        prices = CoverPrices(picture, book, client, pool, find_position, time.now, pack.folder)
        reactors = _make_reactors(deps, places, picture, planner, prices)
        _keep_cover(deps, picture, prices, background)
        await _keep_roads(deps, picture, client, reactors, prices, background)
        background.start(deps.board.run(), "board")
        background.start(reactors.run(), "reactors")
        background.start(deps.rejected.run(), "rejected")
        background.start(forget_erased_keys(dsn, vault, deps.board), "erasures")
        background.start(past.keep_ready(), "replay process")
        background.start(writer.ended(), "writer ended")
        _start_texts(settings, deps, vault, background)
        _start_learning(settings, dsn, background, deps, picture, pool)
        background.start(look_after_days(dsn, time, settings.positions.keep_days), "position days")
        await asyncio.gather(deps.board.wait_loaded(), picture.wait_loaded())
        await deps.drafts.load(time.now())
        await _enter_city(settings, deps, pool)
        yield Centre(create_api(deps, units, reports), deps, picture, writer, background)


async def _start_writer(
    settings: Settings, dsn: str, book: CodeBook, clock: Clock, keys: UnsavedKeys
) -> Writer:
    anchor_key = load_or_create_key(settings.security.keys_dir / "anchor.key")
    anchors = AnchorFile(settings.security.anchors_file, anchor_key)
    writer = Writer(dsn, book, holder=f"server-{os.getpid()}", clock=clock, anchors=anchors, keys=keys)
    await writer.start()
    return writer


def _keep_cover(deps: ApiDeps, picture: Picture, prices: CoverPrices, background: Background) -> None:
    """Prices of cover, and what follows from them: where free units should wait, and zones without any."""
    find_position = find_position_in(deps.positions)
    keeper = CoverKeeper(
        deps.core, picture, deps.book, prices, find_position=find_position, now=deps.clock.now
    )
    background.start(prices.run(), "cover prices")
    background.start(keeper.run(), "free units")


def _start_texts(settings: Settings, deps: ApiDeps, vault: Vault, background: Background) -> None:
    """Where a gateway is set up, texts to callers go out by it."""
    where = settings.notify
    if where.text_gateway_url:
        gateway = TextGateway(where.text_gateway_url, where.text_gateway_token)
        sender = TextSender(deps.core, vault, gateway, now=deps.clock.now)
        background.start(sender.run(), "texts")


def _start_learning(
    settings: Settings, dsn: str, background: Background, deps: ApiDeps, picture: Picture, pool: Pool
) -> None:
    """Places as they are confirmed; in processes of their own, now and then, speeds from runs that ended,
    comparisons of policies, and tours."""
    learner = PlaceLearner(deps.core, picture, find_position_in(deps.positions), pool)
    background.start(learner.run(), "learning places")
    place = {"DATABASE_URL": dsn, "DATA_DIR": str(settings.city.data_dir)}
    background.start(deps.comparisons.run(place), "comparisons")
    background.start(deps.tours.run(place), "tours")
    if settings.planner.learn_every_h:
        every = timedelta(hours=settings.planner.learn_every_h)
        background.start(keep_learning(deps.clock, every, place), "learning speeds")


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


def _make_deps(
    settings: Settings,
    pool: Pool,
    pack: CityPack,
    book: CodeBook,
    writer: Writer,
    picture: Picture,
    vault: Vault,
    secret: bytes,
    clock: Clock,
    past: ReplayProcess,
    places: PlaceFinder,
) -> ApiDeps:
    """What the edge works with."""
    audit, timelines, positions = Audit(pool), Timelines(pool), PositionHub()
    preparer = Preparer(
        vault, picture, EarlyFixes(pool, clock.now), default_line=settings.instance.default_line,
        line_agencies={agency.line: agency.id for agency in book.agencies.values()}, secret=secret,
        texts_go=GATEWAY if settings.notify.text_gateway_url else BY_HAND,
        bounds=(pack.bbox.west, pack.bbox.south, pack.bbox.east, pack.bbox.north),
    )  # fmt: skip
    return ApiDeps(
        clock=clock,
        core=writer,
        board=LiveBoard(writer, vault, timelines.find_past_visibility),
        positions=positions,
        book=book,
        users=Users(pool),
        sessions=Sessions(pool),
        rejected=RejectedLog(pool),
        timelines=timelines,
        passwords=Passwords(),
        signer=Signer(secret),
        prepare=preparer.prepare,
        geocode=places.for_screen,
        learnt=places.look_after(pool, audit, clock.now),
        command_line=CommandLine(
            writer, picture, book, prepare=preparer.prepare, keep=keep_in(audit), now=clock.now
        ),
        supervision=Supervision(ClockTimes(pool), DayCounts(pool), book, load_targets()),
        coverage=Coverage(lambda: load_zones(pool), find_position_in(positions), pack.folder, book),
        past=AuditedPast(past, audit, clock, live=settings.instance.mode == "live"),
        photos=PhotoFiles(settings.photos.folder, vault),
        keep_look=keep_looks(audit, clock.now),
        drafts=DraftBoard(DraftStore(pool, vault)),
        look_back=LookBack(vault, History(pool), picture, clock.now),
        comparisons=make_comparisons(settings.comparisons.folder, pool, audit, book, clock.now, past),
        tours=TourWork(TourPlanning(settings.tours.folder, clock.now), places.for_screen, audit, clock.now),
        settings=_make_edge_settings(settings, pack),
    )


def _make_edge_settings(settings: Settings, pack: CityPack) -> EdgeSettings:
    public_url = settings.server.public_url
    return EdgeSettings(
        mode=settings.instance.mode,
        origins=frozenset({public_url} if public_url else ()),
        session_hours=settings.security.session_hours,
        secure_cookies=settings.server.tls_certificate is not None or public_url.startswith("https:"),
        frontend_dir=PROJECT / "frontend" / "dist",
        basemap=pack.basemap,
        bounds=(pack.bbox.west, pack.bbox.south, pack.bbox.east, pack.bbox.north),
        city={
            "name": pack.name,
            "generated": pack.generated,
            "osm_date": pack.osm_date.isoformat() if pack.osm_date else None,
            "attribution": pack.attribution,
            "bounds": list(pack.bbox),
        },
        trusted_proxies=settings.server.trusted_proxies,
    )


async def _prepare_database(settings: Settings, dsn: str, today: date) -> None:
    """The centre's row, and the first days of position history."""
    connection = await connect(dsn)
    try:
        await ensure_instance(connection, settings.instance.centre_id, settings.instance.mode)
        await tend_days(connection, today, keep_days=0)
    finally:
        await connection.close()


async def _enter_city(settings: Settings, deps: ApiDeps, pool: Pool) -> None:
    """Hospitals as map and table know them; stations, synthetic units, desks and demo accounts of a demo or
    training centre."""
    await enter_hospitals(deps.core, await list_hospitals(pool), load_hospital_rules(), deps.clock.now)
    if settings.instance.mode == "live":
        return
    fleet = await seed_fleet(deps.core, deps.book, await list_stations(pool), deps.clock.now)
    keys, hash_now = settings.security.keys_dir, deps.passwords.hash_now
    await seed_accounts(deps.users, fleet, deps.book, keys, hash_now, deps.clock.now())


async def _connect_planner(settings: Settings, stack: AsyncExitStack) -> PlannerClient | None:
    """The line to the planner process; None where no socket is named: straight lines only."""
    if settings.planner.socket is None:
        return None
    return await stack.enter_async_context(PlannerClient(settings.planner.socket))


def _make_reactors(
    deps: ApiDeps, places: PlaceFinder, picture: Picture, planner: PromptPlanner, prices: CoverPrices
) -> Reactors:
    return Reactors(
        deps.core,
        picture,
        deps.book,
        geocode=places.for_report,
        planner=planner,
        find_position=find_position_in(deps.positions),
        now=deps.clock.now,
        prices=prices,
    )


async def _keep_roads(
    deps: ApiDeps,
    picture: Picture,
    client: PlannerClient | None,
    reactors: Reactors,
    prices: CoverPrices,
    background: Background,
) -> None:
    """The planner knows what holds on the roads before anything is asked of it, of busy units last."""
    if client is None:
        return
    find, now, again = find_position_in(deps.positions), deps.clock.now, reactors.plan_again
    rerouter = Rerouter(deps.core, picture, client, find_position=find, now=now, plan_again=again)
    suggester = Suggester(deps.core, picture, client, find_position=find, now=now, prices=prices)
    keeper = RoadKeeper(deps.core, client, now=deps.clock.now, changed=rerouter.roads_changed)
    await keeper.load()
    background.start(keeper.run(), "roads")
    background.start(rerouter.run(), "other ways")
    background.start(suggester.run(), "suggestions")


async def _keep_positions(deps: ApiDeps, pool: Pool, units: UnitIndex, background: Background) -> None:
    store = PositionStore(pool)
    await restore_positions(deps.positions, store, deps.clock.now() - POSITIONS_FROM)
    buffer = HistoryBuffer(units.find_active)
    deps.positions.listen(buffer.offer)
    background.start(record_positions(buffer, store), "position history")


def _see_arrivals(deps: ApiDeps, picture: Picture, client: PlannerClient | None, run: Background) -> None:
    watch = ArrivalWatch(deps.core, picture, deps.book, client, now=deps.clock.now)
    deps.positions.listen(watch.take)
    run.start(watch.run(), "arrivals")


def _find_ways(
    deps: ApiDeps, pool: Pool, picture: Picture, client: PlannerClient | None, planner: PromptPlanner
) -> ApiDeps:
    """With what desks and crews ask about the way."""
    find, now = find_position_in(deps.positions), deps.clock.now
    who = WhoFinder(picture, deps.book, geocode=deps.geocode, planner=planner, find_position=find, now=now)
    reach = ReachFinder(picture, client, find_position=find, now=now)
    cover = CoverAround(picture, client, find_position=find, now=now)
    hospitals = HospitalAdviser(picture, load_hospital_rules(), client, find_position=find, now=now)
    return replace(
        deps,
        prepare=use_hospitals(deps.command_line, deps.prepare, hospitals),
        find_way=WayFinder(client).find,
        find_who=who.find,
        find_reach=reach.find,
        find_cover=cover.find,
        find_whose=WhoseFinder(pool, deps.book, picture, now, made_up=deps.settings.mode != "live").find,
        coverage=deps.coverage.by_road(client),
        hospitals=hospitals,
    )
