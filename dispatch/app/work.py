"""What a centre does by itself, beside answering: it places, plans, follows roads and units, and learns."""

from datetime import timedelta

from dispatch.api.deps import ApiDeps
from dispatch.app.parts import Parts
from dispatch.host.background import Background
from dispatch.live.erasures import forget_erased_keys
from dispatch.live.position_days import look_after_days
from dispatch.live.position_history import HistoryBuffer
from dispatch.live.record_positions import record_positions, restore_positions
from dispatch.live.units import UnitIndex
from dispatch.notify.texts import TextGateway, TextSender
from dispatch.store.positions import PositionStore
from dispatch.usecases.cover.cover_prices import CoverPrices
from dispatch.usecases.cover.keep_cover import CoverKeeper
from dispatch.usecases.places.learn_places import PlaceLearner
from dispatch.usecases.planner import Planner
from dispatch.usecases.planning.reactors import Reactors
from dispatch.usecases.planning.suggest import Suggester
from dispatch.usecases.roads.keep_learning import keep_learning
from dispatch.usecases.roads.keep_roads import RoadKeeper
from dispatch.usecases.roads.reroute import Rerouter
from dispatch.usecases.roads.see_arrivals import ArrivalWatch
from dispatch.usecases.unit_positions import find_position_in

POSITIONS_FROM = timedelta(hours=12)
"""How old a unit's last position may be to be shown after a restart, with its age."""


async def start_work(
    parts: Parts, deps: ApiDeps, planner: Planner, units: UnitIndex, background: Background
) -> None:
    """Starts all of it. What holds on the roads is told to the planner before anything is asked of it."""
    await _keep_positions(parts, deps, units, background)
    find_position, now = find_position_in(deps.positions), deps.clock.now
    prices = CoverPrices(
        parts.picture, parts.book, parts.client, parts.pool, find_position, now, parts.pack.folder
    )
    reactors = Reactors(
        deps.core,
        parts.picture,
        parts.book,
        geocode=parts.places.for_report,
        planner=planner,
        find_position=find_position,
        now=now,
        prices=prices,
    )
    keeper = CoverKeeper(deps.core, parts.picture, parts.book, prices, find_position=find_position, now=now)
    background.start(prices.run(), "cover prices")
    background.start(keeper.run(), "free units")
    await _keep_roads(parts, deps, reactors, prices, background)
    background.start(deps.board.run(), "board")
    background.start(reactors.run(), "reactors")
    background.start(deps.rejected.run(), "rejected")
    background.start(forget_erased_keys(parts.dsn, parts.vault, deps.board), "erasures")
    background.start(parts.past.keep_ready(), "replay process")
    background.start(parts.writer.ended(), "writer ended")
    _start_texts(parts, deps, background)
    _start_learning(parts, deps, background)
    keep_days = parts.settings.positions.keep_days
    background.start(look_after_days(parts.dsn, parts.clock, keep_days), "position days")


async def _keep_positions(parts: Parts, deps: ApiDeps, units: UnitIndex, background: Background) -> None:
    """Positions are shown again, kept as history, and looked at for arrivals."""
    store = PositionStore(parts.pool)
    await restore_positions(deps.positions, store, deps.clock.now() - POSITIONS_FROM)
    buffer = HistoryBuffer(units.find_active)
    deps.positions.listen(buffer.offer)
    background.start(record_positions(buffer, store), "position history")
    watch = ArrivalWatch(deps.core, parts.picture, parts.book, parts.client, now=deps.clock.now)
    deps.positions.listen(watch.take)
    background.start(watch.run(), "arrivals")


async def _keep_roads(
    parts: Parts, deps: ApiDeps, reactors: Reactors, prices: CoverPrices, background: Background
) -> None:
    """The planner knows what holds on the roads before anything is asked of it, of busy units last."""
    client = parts.client
    if client is None:
        return
    find, now, again = find_position_in(deps.positions), deps.clock.now, reactors.plan_again
    rerouter = Rerouter(deps.core, parts.picture, client, find_position=find, now=now, plan_again=again)
    suggester = Suggester(deps.core, parts.picture, client, find_position=find, now=now, prices=prices)
    keeper = RoadKeeper(deps.core, client, now=now, changed=rerouter.roads_changed)
    await keeper.load()
    background.start(keeper.run(), "roads")
    background.start(rerouter.run(), "other ways")
    background.start(suggester.run(), "suggestions")


def _start_texts(parts: Parts, deps: ApiDeps, background: Background) -> None:
    """Where a gateway is set up, texts to callers go out by it."""
    where = parts.settings.notify
    if where.text_gateway_url:
        gateway = TextGateway(where.text_gateway_url, where.text_gateway_token)
        sender = TextSender(deps.core, parts.vault, gateway, now=deps.clock.now)
        background.start(sender.run(), "texts")


def _start_learning(parts: Parts, deps: ApiDeps, background: Background) -> None:
    """Places as they are confirmed; in processes of their own, now and then, speeds from runs that ended,
    comparisons of policies, and tours."""
    learner = PlaceLearner(deps.core, parts.picture, find_position_in(deps.positions), parts.pool)
    background.start(learner.run(), "learning places")
    place = {"DATABASE_URL": parts.dsn, "DATA_DIR": str(parts.settings.city.data_dir)}
    background.start(deps.comparisons.run(place), "comparisons")
    background.start(deps.tours.run(place), "tours")
    hours = parts.settings.planner.learn_every_h
    if hours:
        background.start(keep_learning(deps.clock, timedelta(hours=hours), place), "learning speeds")
