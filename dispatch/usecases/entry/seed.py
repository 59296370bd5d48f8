"""What a fresh demo or training centre begins with: the city's stations, a synthetic fleet, desks, accounts.

A live centre begins empty: its units and people are real and are entered by those who answer for them.
"""

import asyncio
import os
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from dispatch.agencies.fleet import StationSite, plan_fleet
from dispatch.core.port import CorePort
from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.desk import OpenDesk
from dispatch.domain.model.messages import Command, Role
from dispatch.domain.model.unit import RegisterStation, RegisterUnit
from dispatch.domain.model.values import LonLat
from dispatch.store.users import User
from dispatch.usecases.submit import Now, submit_all
from gis.store.stations import StationSite as CityStation

COLLEAGUE, COLLEAGUES = "dongnghiep", 5
"""Accounts for colleagues who are played: so many call-takers, and a dispatcher of each agency."""


class Accounts(Protocol):
    """What seeding needs of the table of accounts."""

    async def list_all(self) -> list[User]: ...

    async def add_all(self, users: list[tuple[User, str]], now: datetime) -> None: ...


async def seed_fleet(
    core: CorePort, book: CodeBook, stations: Sequence[CityStation], now: Now
) -> list[Command]:
    """Register every station of the city and its synthetic units, and open the desks. Done once: a centre
    that has a station keeps what it has. Returns the commands of the whole fleet, for the accounts."""
    fleet = plan_fleet([_to_site(station) for station in stations], book)
    board = await core.board()
    if any(row.kind == "station" for row in board.rows):
        return fleet
    desks: list[Command] = [
        OpenDesk(desk_id="central", name="Bàn trung tâm", agencies=tuple(book.agencies)),
        *(
            OpenDesk(desk_id=agency.id, name=f"Bàn {agency.line}", agencies=(agency.id,))
            for agency in book.agencies.values()
        ),
    ]
    # Units name their station: all stations first.
    await submit_all(core, [c for c in fleet if isinstance(c, RegisterStation)], now)
    await submit_all(core, [c for c in fleet if isinstance(c, RegisterUnit)] + desks, now)
    return fleet


async def seed_accounts(
    accounts: Accounts,
    fleet: Sequence[Command],
    book: CodeBook,
    keys: Path,
    hash_now: Callable[[str], str],
    now: datetime,
) -> None:
    """Demo accounts of every role, one for each station and unit, all with this install's own password.

    The password is random and stands in `keys`/demo-password, readable by its owner alone. Accounts that
    exist are left as they are.
    """
    known = {user.login for user in await accounts.list_all()}
    wanted = [user for user in list_demo_users(fleet, book) if user.login not in known]
    if not wanted:
        return
    password_hash = await asyncio.to_thread(hash_now, read_or_make_password(keys / "demo-password"))
    await accounts.add_all([(user, password_hash) for user in wanted], now)


def list_demo_users(fleet: Sequence[Command], book: CodeBook) -> list[User]:
    """People of the room first, then stations, then units (login = call sign in lower case)."""
    every = tuple(book.agencies)
    people = [
        _person("dieuphoi", "Trần Thị Mẫu", Role.DISPATCHER, every),
        *(_person(f"dieuphoi{a}", f"Điều phối {a}", Role.DISPATCHER, (a,)) for a in every),
        _person("tiepnhan", "Lê Văn Ví Dụ", Role.CALL_TAKER, every),
        _person("giamsat", "Giám sát ca", Role.SUPERVISOR, every),
        _person("quantri", "Quản trị", Role.ADMINISTRATOR, every),
        _person("chihuy", "Chỉ huy hiện trường", Role.COMMANDER, every),
        _person("tongdai", "Tổng đài", Role.EXCHANGE, every),
        *(
            _person(f"{COLLEAGUE}{n}", f"Tiếp nhận {n} (mô phỏng)", Role.CALL_TAKER, every)
            for n in range(1, COLLEAGUES + 1)
        ),
        *(_person(f"{COLLEAGUE}{a}", f"Trực bàn {a} (mô phỏng)", Role.DISPATCHER, (a,)) for a in every),
    ]
    stations = [
        User(
            id=f"demo-{c.station_id}", login=c.station_id.lower(), name=c.name, role=Role.STATION,
            agencies=(c.agency_id,), station_id=c.station_id, demo=True,
        )
        for c in fleet
        if isinstance(c, RegisterStation)
    ]  # fmt: skip
    units = [
        User(
            id=f"demo-{c.unit_id}", login=c.call_sign.lower(), name=c.call_sign, role=Role.UNIT,
            agencies=(c.agency_id,), unit_id=c.unit_id, demo=True,
        )
        for c in fleet
        if isinstance(c, RegisterUnit)
    ]  # fmt: skip
    return [*people, *stations, *units]


def read_or_make_password(path: Path) -> str:
    """The demo password of this install, made at the first start."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(9) + "\n")
    return path.read_text().strip()


def _person(login: str, name: str, role: str, agencies: tuple[str, ...]) -> User:
    return User(id=f"demo-{login}", login=login, name=name, role=role, agencies=agencies, demo=True)


def _to_site(station: CityStation) -> StationSite:
    return StationSite(
        station_id=station.id,
        agency_id=station.agency,
        name=station.name,
        lon_lat=LonLat(station.lon_lat.lon, station.lon_lat.lat),
        synthetic=station.synthetic,
    )
