"""Accounts: who may sign in, with which role, for which agencies."""

from datetime import datetime

import asyncpg
import msgspec

from dispatch.store.connect import Pool, translated
from dispatch.store.errors import ConstraintViolated


class User(msgspec.Struct, frozen=True, kw_only=True):
    """An account. Roles `unit` and `station` carry the unit or station they speak for."""

    id: str
    login: str
    name: str
    role: str
    agencies: tuple[str, ...] = ()
    unit_id: str | None = None
    station_id: str | None = None
    active: bool = True
    demo: bool = False


class LoginTaken(Exception):
    """Another account has this login."""


_COLUMNS = "id, login, name, role, agencies, unit_id, station_id, active, demo"

_INSERT = """
INSERT INTO centre.users
  (id, login, name, password_hash, role, agencies, unit_id, station_id, active, demo, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
"""


class Users:
    """The table of accounts. Logins are compared in lower case."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add(self, user: User, password_hash: str, now: datetime) -> None:
        """Create an account; raises LoginTaken."""
        try:
            with translated():
                await self._pool.execute(_INSERT, *_values(user, password_hash, now))
        except ConstraintViolated as clash:
            raise LoginTaken(user.login) from clash

    async def add_all(self, users: list[tuple[User, str]], now: datetime) -> None:
        """Create many accounts (with their password hashes) at once; logins that exist stay as they are."""
        rows = [_values(user, password_hash, now) for user, password_hash in users]
        with translated():
            await self._pool.executemany(f"{_INSERT} ON CONFLICT (login) DO NOTHING", rows)

    async def find(self, login: str) -> tuple[User, str] | None:
        """The account of a login with its password hash, also when it is not active."""
        with translated():
            row = await self._pool.fetchrow(
                f"SELECT {_COLUMNS}, password_hash FROM centre.users WHERE login = $1", login.strip().lower()
            )
        return None if row is None else (_to_user(row), str(row["password_hash"]))

    async def list_all(self) -> list[User]:
        """Every account, by login."""
        with translated():
            rows = await self._pool.fetch(f"SELECT {_COLUMNS} FROM centre.users ORDER BY login")
        return [_to_user(row) for row in rows]

    async def set_password(self, user_id: str, password_hash: str, now: datetime) -> None:
        """Change the password. Sessions that are open stay open."""
        with translated():
            await self._pool.execute(
                "UPDATE centre.users SET password_hash = $2, changed_at = $3 WHERE id = $1",
                user_id,
                password_hash,
                now,
            )

    async def set_active(self, user_id: str, active: bool, now: datetime) -> None:
        """Give or withdraw the right to sign in; open sessions end with it."""
        with translated():
            await self._pool.execute(
                "UPDATE centre.users SET active = $2, changed_at = $3 WHERE id = $1", user_id, active, now
            )


def _values(user: User, password_hash: str, now: datetime) -> tuple[object, ...]:
    login = user.login.strip().lower()
    return (
        user.id, login, user.name, password_hash, user.role, list(user.agencies),
        user.unit_id, user.station_id, user.active, user.demo, now,
    )  # fmt: skip


def _to_user(row: asyncpg.Record) -> User:
    fields = {name: row[name] for name in _COLUMNS.split(", ")}
    return msgspec.convert(fields, User)
