"""A whole small centre on a real port and a real database, for tests of the edge."""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from uuid6 import uuid7

from dispatch.agencies.hospitals import load_hospital_rules
from dispatch.agencies.loader import load_codebook
from dispatch.agencies.targets import load_targets
from dispatch.api.application import create_api
from dispatch.api.auth.passwords import Passwords
from dispatch.api.auth.tokens import Signer
from dispatch.api.deps import ApiDeps, Body, EdgeSettings, KeepLook
from dispatch.api.server import Server, make_server
from dispatch.api.ws.hub import Hub
from dispatch.client import Account, Device
from dispatch.core.clock import Clock, SystemClock
from dispatch.core.port import Submission
from dispatch.core.writer import Writer
from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.messages import Actor, Command, Role
from dispatch.domain.model.unit import RegisterStation, RegisterUnit
from dispatch.domain.model.values import LonLat, PlaceCandidate
from dispatch.domain.rows import Row
from dispatch.live.board import LiveBoard
from dispatch.live.erasures import forget_erased_keys
from dispatch.live.position_history import HistoryBuffer
from dispatch.live.positions import Located, PositionHub
from dispatch.live.record_positions import flush_positions, record_positions
from dispatch.live.reports import ReportIndex
from dispatch.live.units import OutboxItem, UnitIndex
from dispatch.replay.audited import AuditedPast
from dispatch.replay.process import ReplayProcess
from dispatch.simulate.comparing import Comparing
from dispatch.store.audit import Audit, AuditEntry
from dispatch.store.clock_times import ClockTimes
from dispatch.store.connect import Pool, connect, open_pool
from dispatch.store.day_counts import DayCounts
from dispatch.store.drafts import DraftStore
from dispatch.store.early_fixes import EarlyFixes
from dispatch.store.history import History
from dispatch.store.instance import ensure_instance
from dispatch.store.partitions import ensure_partitions
from dispatch.store.photos import PhotoFiles
from dispatch.store.positions import PositionStore
from dispatch.store.recorded_days import RecordedDays
from dispatch.store.rejected import RejectedLog
from dispatch.store.sessions import Sessions
from dispatch.store.timeline import Timelines
from dispatch.store.users import User, Users
from dispatch.store.vault import UnsavedKeys, Vault
from dispatch.usecases.command_line.send import CommandLine, SentLine
from dispatch.usecases.command_line.weigh_hospitals import use_hospitals
from dispatch.usecases.cover.coverage import Coverage
from dispatch.usecases.entry.drafts import DraftBoard
from dispatch.usecases.entry.prepare import Preparer
from dispatch.usecases.hospitals.choose_hospital import HospitalAdviser
from dispatch.usecases.picture import Picture
from dispatch.usecases.places.learnt_places import LearntPlaces
from dispatch.usecases.supervision.compare_policies import PolicyComparisons
from dispatch.usecases.supervision.look_back import LookBack
from dispatch.usecases.supervision.supervise import Supervision
from dispatch.usecases.tours.tour_work import TourPlanning, TourWork
from gis.geocode import Geocoder
from gis.zones import Zones
from tests.integration.core.world import build_book
from tests.passwords import QUICK_HASHER

PASSWORD = "một mật khẩu đủ dài"
SECRET = b"s" * 32
AGENCIES = ("114", "115")
ADMIN = Actor(id="admin", role=Role.ADMINISTRATOR, agencies=AGENCIES)

USERS = (
    User(id="u-fire", login="fire", name="Lan", role=Role.DISPATCHER, agencies=("114",)),
    User(id="u-medic", login="medic", name="Minh", role=Role.DISPATCHER, agencies=("115",)),
    User(id="u-chief", login="chief", name="Hùng", role=Role.SUPERVISOR, agencies=AGENCIES),
    User(id="u-exchange", login="exchange", name="Tổng đài", role=Role.EXCHANGE, agencies=AGENCIES),
    User(
        id="u-station", login="station", name="Trực ban", role=Role.STATION, agencies=("114",),
        station_id="s114",
    ),
    User(id="u-demo", login="demo", name="Demo", role=Role.DISPATCHER, agencies=AGENCIES, demo=True),
)  # fmt: skip


@cache
def hash_password() -> str:
    """PASSWORD as it is kept, the same for everybody: a hash for each costs more than most tests."""
    return QUICK_HASHER.hash(PASSWORD)


@cache
def load_shipped() -> CodeBook:
    """The tables that are shipped, read once for all centres: a code book never changes."""
    return load_codebook()


@dataclass
class Centre:
    """What a test may touch."""

    base_url: str
    pool: Pool
    writer: Writer
    deps: ApiDeps
    server: Server
    buffer: HistoryBuffer
    store: PositionStore
    vault: Vault
    units: UnitIndex
    edge: FastAPI
    folder: Path
    accounts: list[Account] = field(default_factory=list)
    taken: int = 0

    def count_fix(self, _fix: Located) -> None:
        """A position came in."""
        self.taken += 1

    async def sign_in(self, login: str) -> Account:
        """A session of one of USERS."""
        account = await Account.sign_in(self.base_url, login, PASSWORD)
        self.accounts.append(account)
        return account

    def device(self) -> Device:
        """A reporter's device."""
        return Device(self.base_url)

    async def ask(self, command: Command, actor: Actor = ADMIN) -> dict[str, Any]:
        """Submit a command past the edge; it must not be refused."""
        now = datetime.now(UTC)
        answer = await self.writer.submit(
            Submission(
                command_id=str(uuid7()), actor=actor, command=command, occurred_at=now, received_at=now
            )
        )
        assert answer.refused is None, (answer.refused, answer.data)
        return answer.data

    @property
    def hub(self) -> Hub:
        """The connections of this centre."""
        hub = self.edge.state.hub
        assert isinstance(hub, Hub)
        return hub

    def row(self, kind: str, id_: str) -> Row:
        """A row that must be there, as the board has it."""
        row = self.deps.board.find_row(kind, id_)
        assert row is not None, (kind, id_)
        return row

    def outbox(self, unit_id: str) -> list[OutboxItem]:
        """What a unit has yet to receive."""
        return self.units.list_outbox(unit_id)

    def locate(self, unit_id: str, lon: float, lat: float, *, age_s: float = 0.0) -> None:
        """A fix as if a device had sent it."""
        now = datetime.now(UTC)
        at = now - timedelta(seconds=age_s)
        fix = Located(
            unit_id=unit_id, agency_id="114", at=at, received_at=now, lon=lon, lat=lat, accuracy_m=5.0
        )
        self.deps.positions.update(fix)

    async def flush_positions(self) -> None:
        """Have everything collected for history written now."""
        await flush_positions(self.buffer, self.store)

    async def furnish(self, units: int = 4) -> list[str]:
        """A station per agency, units in turn, and an account for each unit (login = its id)."""
        for agency_id in AGENCIES:
            await self.ask(
                RegisterStation(
                    station_id=f"s{agency_id}",
                    agency_id=agency_id,
                    name=agency_id,
                    lon_lat=LonLat(106.7, 10.8),
                )
            )
        ids = [f"u{n}" for n in range(units)]
        registered = (
            RegisterUnit(
                unit_id=unit_id, call_sign=f"XE-{n}", agency_id=AGENCIES[n % 2],
                station_id=f"s{AGENCIES[n % 2]}", type_code="truck",
            )
            for n, unit_id in enumerate(ids)
        )  # fmt: skip
        await asyncio.gather(*(self.ask(command) for command in registered))
        users = [
            User(
                id=f"user-{id_}",
                login=id_,
                name=id_,
                role=Role.UNIT,
                agencies=(AGENCIES[n % 2],),
                unit_id=id_,
            )
            for n, id_ in enumerate(ids)
        ]
        await self.deps.users.add_all([(user, hash_password()) for user in users], datetime.now(UTC))
        return ids


async def _geocode(text: str, near: LonLat | None) -> tuple[PlaceCandidate, ...]:
    """A city of one house."""
    if not text.strip():
        return ()
    house = PlaceCandidate(
        lon_lat=LonLat(106.7, 10.77), radius_m=20.0, level="house", label="12 Lê Lợi", ward_code="26734",
        ward="Sài Gòn", confidence=0.9,
    )  # fmt: skip
    return (house,)


async def _no_wards() -> Zones:
    return Zones([], [], [])


async def _keep_line(sent: SentLine) -> None:
    return None


@asynccontextmanager
async def running_centre(
    dsn: str, *, port: int = 0, settings: EdgeSettings | None = None, clock: Clock | None = None
) -> AsyncIterator[Centre]:
    """A centre with USERS, until the block ends; its edge goes by `clock`, the machine's unless named."""
    connection = await connect(dsn)
    await ensure_instance(connection, "hcmc", "training")
    await ensure_partitions(connection, datetime.now(UTC).date(), 2)
    await connection.close()
    pool = await open_pool(dsn, max_size=8)
    unsaved = UnsavedKeys()
    writer = Writer(dsn, build_book(), keys=unsaved)
    await writer.start()
    vault = Vault(pool, SECRET, unsaved)
    folder = tempfile.TemporaryDirectory(prefix="dispatch-photos-")
    photos = PhotoFiles(Path(folder.name), vault)
    past = ReplayProcess(dsn)
    wanted, goes_by = settings or EdgeSettings(mode="training"), clock or SystemClock()
    deps, following = await _compose(pool, writer, vault, wanted, photos, past, Path(folder.name), goes_by)
    units = UnitIndex()
    app = create_api(deps, units, ReportIndex(units))
    buffer, store = HistoryBuffer(units.find_active), PositionStore(pool)
    deps.positions.listen(buffer.offer)
    server = make_server(app, port=port)
    tasks = [
        *following,
        asyncio.create_task(deps.rejected.run()),
        asyncio.create_task(forget_erased_keys(dsn, vault, deps.board)),
        asyncio.create_task(record_positions(buffer, store)),
    ]
    serving = asyncio.create_task(server.serve(sockets=[listen_on(port)]))
    await until_started(server, serving)
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    centre = Centre(address, pool, writer, deps, server, buffer, store, vault, units, app, Path(folder.name))
    deps.positions.listen(centre.count_fix)
    try:
        yield centre
    finally:
        for account in centre.accounts:
            await account.aclose()
        server.should_exit = True
        await serving
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await past.close()
        await writer.stop()
        deps.passwords.close()
        await pool.close()
        folder.cleanup()


async def _compose(
    pool: Pool,
    writer: Writer,
    vault: Vault,
    settings: EdgeSettings,
    photos: PhotoFiles,
    past: ReplayProcess,
    folder: Path,
    clock: Clock,
) -> tuple[ApiDeps, list[asyncio.Task[None]]]:
    book = build_book()
    users, timelines = Users(pool), Timelines(pool)
    await users.add_all([(user, hash_password()) for user in USERS], clock.now())
    board = LiveBoard(writer, vault, timelines.find_past_visibility)
    picture = Picture()
    lines = {agency.line: agency.id for agency in book.agencies.values()}
    early = EarlyFixes(pool, clock.now)
    preparer = Preparer(vault, picture, early, secret=SECRET, line_agencies=lines, default_line="114")
    command_line = CommandLine(
        writer, picture, book, prepare=preparer.prepare, keep=_keep_line, now=clock.now
    )
    picture.load(await writer.board())
    comparisons = _compare(folder, pool, past)
    tours = _plan_tours(folder, pool, clock)
    tasks = [
        asyncio.create_task(board.run(), name="board"),
        asyncio.create_task(_follow(writer, picture), name="picture"),
        asyncio.create_task(comparisons.run({}), name="comparisons"),
        asyncio.create_task(tours.run({}), name="tours"),
    ]
    await board.wait_loaded()
    deps = ApiDeps(
        clock=clock, core=writer, board=board, positions=PositionHub(), book=book, users=users,
        sessions=Sessions(pool), rejected=RejectedLog(pool), timelines=timelines,
        passwords=Passwords(hasher=QUICK_HASHER), signer=Signer(SECRET), prepare=preparer.prepare,
        geocode=_geocode, learnt=LearntPlaces(pool, Geocoder(pool), Audit(pool), clock.now),
        command_line=command_line, settings=settings,
        supervision=Supervision(ClockTimes(pool), DayCounts(pool), book, load_targets()),
        coverage=Coverage(_no_wards, lambda unit_id: None),
        past=AuditedPast(past, Audit(pool), clock, live=False),
        photos=photos, keep_look=_keep_look(Audit(pool)),
        drafts=DraftBoard(DraftStore(pool, vault)),
        look_back=LookBack(vault, History(pool), picture, clock.now), comparisons=comparisons,
        tours=tours,
        hospitals=HospitalAdviser(
            picture, load_hospital_rules(), None, find_position=lambda _unit_id: None, now=clock.now
        ),
    )  # fmt: skip
    return replace(deps, prepare=use_hospitals(command_line, deps.prepare, deps.hospitals)), tasks


def _compare(folder: Path, pool: Pool, past: ReplayProcess) -> PolicyComparisons:
    """There is no city to simulate here: a shell answers with the file `answer.json`, and dies without it."""
    command = ("sh", "-c", f'cp "{folder}/answer.json" "$3" || kill -9 $$')
    runs = Comparing(folder / "comparisons", command, SystemClock().now)
    return PolicyComparisons(runs, RecordedDays(pool).list_days, Audit(pool).keep, load_shipped(), {}, past)


def _plan_tours(folder: Path, pool: Pool, clock: Clock) -> TourWork:
    """Nor roads: a shell answers with the file `plan.json`, and dies without it."""
    command = ("sh", "-c", f'cp "{folder}/plan.json" "$2" || kill -9 $$')
    return TourWork(TourPlanning(folder / "tours", clock.now, command), _geocode, Audit(pool), clock.now)


def _keep_look(audit: Audit) -> KeepLook:
    async def keep(actor_id: str, at_what: Body) -> None:
        entry = AuditEntry(at=datetime.now(UTC), actor=actor_id, act="looked_at_photo", detail=at_what)
        await audit.keep(entry)

    return keep


async def _follow(writer: Writer, picture: Picture) -> None:
    async for commit in writer.commits(picture.seq):
        picture.follow(commit)


def listen_on(port: int) -> socket.socket:
    """A listening socket on the loopback; port 0 takes any free one."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener


async def until_started(server: uvicorn.Server, serving: "asyncio.Task[None]") -> None:
    async with asyncio.timeout(60):
        while not server.started:
            if serving.done():
                serving.result()
            await asyncio.sleep(0)


async def is_still_told(account: Account, words: str) -> bool:
    """Whether a snapshot tells them; a centre too busy for a snapshot has not said that it does not."""
    answer = await account.http.get("/api/snapshot")
    return answer.status_code != 200 or words in answer.text
