"""Accounts as the administrator of the machine manages them: add, change the password, shut out."""

import re
from datetime import datetime
from typing import Protocol

from uuid6 import uuid7

from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.messages import Refused, Role
from dispatch.store.users import User

ROLES = (
    Role.CALL_TAKER, Role.DISPATCHER, Role.STATION, Role.UNIT, Role.COMMANDER,
    Role.SUPERVISOR, Role.ADMINISTRATOR, Role.EXCHANGE,
)  # fmt: skip
SHORTEST_PASSWORD = 12
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


class Accounts(Protocol):
    """What managing needs of the table of accounts."""

    async def add(self, user: User, password_hash: str, now: datetime) -> None: ...

    async def find(self, login: str) -> tuple[User, str] | None: ...

    async def set_password(self, user_id: str, password_hash: str, now: datetime) -> None: ...

    async def set_active(self, user_id: str, active: bool, now: datetime) -> None: ...


def make_account(
    login: str,
    name: str,
    role: str,
    agencies: tuple[str, ...],
    book: CodeBook,
    *,
    unit_id: str | None = None,
    station_id: str | None = None,
) -> User:
    """A checked account. Raises Refused: `bad_login`, `unknown_role`, `unknown_agency`, and
    `account_needs_unit` or `account_needs_station` for a role that speaks for one."""
    if not _LOGIN.fullmatch(login):
        raise Refused("bad_login", login=login[:80])
    if role not in ROLES:
        raise Refused("unknown_role", role=role, known=", ".join(ROLES))
    for agency_id in agencies:
        book.get_agency(agency_id)
    if role == Role.UNIT and unit_id is None:
        raise Refused("account_needs_unit", login=login)
    if role == Role.STATION and station_id is None:
        raise Refused("account_needs_station", login=login)
    return User(
        id=str(uuid7()),
        login=login,
        name=name,
        role=role,
        agencies=agencies,
        unit_id=unit_id,
        station_id=station_id,
    )


async def get_account(accounts: Accounts, login: str) -> User:
    """The account of a login. Raises Refused `unknown_account`."""
    found = await accounts.find(login)
    if found is None:
        raise Refused("unknown_account", login=login)
    return found[0]


def check_password(password: str) -> str:
    """The password, if it is long enough. Raises Refused `short_password`."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused("short_password", shortest=SHORTEST_PASSWORD)
    return password
