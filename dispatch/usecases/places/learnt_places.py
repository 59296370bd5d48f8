"""What the centre learnt of addresses, as administrators look after it: found by words, corrected, forgotten,
learnt again, exported. Every change, with who made it and why, stands in the audit in the same transaction.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec

from dispatch.domain.model.messages import Actor, Refused
from dispatch.live.rights import EVERYONE
from dispatch.store.audit import Audit, AuditEntry
from dispatch.store.confirmed_places import TaughtBy, list_taught_by
from dispatch.store.connect import Pool, translated
from gis.geocode.geocoder import Geocoder
from gis.geocode.sought import read_sought
from gis.geometry import LonLat
from gis.learning import Changed, Learner
from gis.store.learnt import Hand
from gis.store.learnt_pages import Kind, Sought, count_learnt, find_last, list_page, list_past
from gis.store.queries import Row

log = logging.getLogger(__name__)

PAGE = 50
_TAUGHT = frozenset({"arrival", "call-taker"})
"""Sources whose `ref` is the number of an event."""


class Origin(msgspec.Struct, frozen=True):
    """The incident that taught a number, where the reader may see it."""

    incident_id: str
    number: str
    at: datetime


class Learnt(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt of a number, from whom, and how far that is trusted, 0 to 1."""

    id: int
    number: str
    street: str
    ward: str
    lon: float
    lat: float
    source: str
    trust: float
    learnt_at: datetime
    ref: str
    origin: Origin | None


class KnownNumber(Learnt, frozen=True, kw_only=True):
    """A learnt number as a list shows it; `shown`: the next question finds it."""

    shown: bool


class PastNumber(Learnt, frozen=True, kw_only=True):
    """What a number was before it was corrected, replaced or forgotten, or what was turned away (`act`).

    `stands` (lon, lat) is where it stood from then on and `moved_m` how far off; `now_id` the number that
    stands there today.
    """

    act: str
    at: datetime
    by: str
    why: str
    stands: tuple[float, float] | None
    moved_m: float | None
    now_id: int | None


class NumberPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some numbers, the newest first. `total` are meant by the words, `listed` more are known by their ward
    alone; `unread`: nothing was read in the words."""

    numbers: list[KnownNumber]
    total: int
    listed: int
    unread: bool


class PastPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of what was changed, the newest first."""

    past: list[PastNumber]
    unread: bool


class LearntPlaces:
    """The learnt numbers of the city in use. Methods raise DatabaseLost or LearningRefused."""

    def __init__(self, pool: Pool, geocoder: Geocoder, audit: Audit, now: Callable[[], datetime]) -> None:
        self._pool, self._geocoder, self._audit, self._now = pool, geocoder, audit, now
        self._learner = Learner(pool)

    async def list_numbers(self, words: str, kind: Kind, before: int | None, actor: Actor) -> NumberPage:
        """A page of those that the words mean, older than `before`; without words of all."""
        with translated():
            sought = await self._read(words)
            if sought is None:
                return NumberPage(numbers=[], total=0, listed=0, unread=True)
            total, listed = await count_learnt(self._pool, sought, kind)
            rows = await list_page(self._pool, sought, kind, before, PAGE)
        origins = await self._list_origins(rows, actor)
        numbers = [_known(row, origins.get(row["ref"])) for row in rows]
        return NumberPage(numbers=numbers, total=total, listed=listed, unread=False)

    async def list_past(self, words: str, before: int | None, actor: Actor) -> PastPage:
        """A page of what was corrected, forgotten, replaced or turned away."""
        with translated():
            sought = await self._read(words)
            rows = [] if sought is None else await list_past(self._pool, sought, before, PAGE)
        origins = await self._list_origins(rows, actor)
        return PastPage(past=[_past(row, origins.get(row["ref"])) for row in rows], unread=sought is None)

    async def correct(self, id_: int, lon_lat: LonLat, why: str, actor: Actor) -> Changed:
        """Put a number elsewhere. Raises Refused."""
        if not (await self._geocoder.zones()).inside(lon_lat):
            raise Refused("learnt_outside", lon=lon_lat.lon, lat=lon_lat.lat)
        hand = self._hand(actor, why)
        return await self._change(
            "correct_place", actor, why, id_, lambda learner: learner.correct(id_, lon_lat, hand)
        )

    async def forget(self, id_: int, why: str, actor: Actor) -> Changed:
        """Forget a number. Raises Refused."""
        hand = self._hand(actor, why)
        return await self._change(
            "forget_place", actor, why, id_, lambda learner: learner.forget_one(id_, hand)
        )

    async def restore(self, past_id: int, actor: Actor) -> Changed:
        """Learn a forgotten number again as it was. Raises Refused."""
        return await self._change(
            "restore_place", actor, "", past_id, lambda learner: learner.restore(past_id)
        )

    async def export(self, actor: Actor) -> AsyncIterator[str]:
        """All that was learnt, as CSV that `dispatch city addresses --csv` reads, in pieces. That it was
        taken out is kept first."""
        await self._audit.keep(AuditEntry(at=self._now(), actor=actor.id, act="export_places", detail={}))
        return (text async for _, text in self._learner.export())

    async def _read(self, words: str) -> Sought | None:
        """What the words look for; None where nothing is read in them."""
        if not words.strip():
            return Sought()
        sought = await read_sought(self._pool, self._geocoder, words)
        return None if sought.is_empty else sought

    async def _change(
        self,
        act: str,
        actor: Actor,
        why: str,
        id_: int,
        change: Callable[[Learner], Awaitable[Changed | None]],
    ) -> Changed:
        """Change and audit together; Refused where what was to be changed is no longer so."""
        at = self._now()
        with translated():
            async with self._pool.acquire() as connection, connection.transaction():
                done = await change(Learner(connection))
                if done is not None:
                    entry = AuditEntry(at=at, actor=actor.id, act=act, detail=_detail(id_, done, why))
                    await self._audit.keep(entry, connection)
            if done is None:
                raise await self._refusal(act, id_)
        log.info("%s: %s %s by %s", act, done.path, done.street, actor.id)
        return done

    async def _refusal(self, act: str, id_: int) -> Refused:
        if act == "restore_place":
            return Refused("learnt_stands")
        last = await find_last(self._pool, id_)
        if last is None or not last["by_name"]:
            return Refused("learnt_anew")
        return Refused("learnt_changed", by=last["by_name"], at=last["at"])

    async def _list_origins(self, rows: Iterable[Row], actor: Actor) -> dict[str, Origin]:
        """By the rows' `ref`, the incidents that the actor may see."""
        told = {row["ref"] for row in rows if row["source"] in _TAUGHT and row["ref"].isdecimal()}
        found = await list_taught_by(self._pool, sorted(map(int, told)))
        return {str(one.seq): _origin(one) for one in found if _sees(actor, one)}

    def _hand(self, actor: Actor, why: str) -> Hand:
        return Hand(self._now(), actor.id, actor.name, why)


def _sees(actor: Actor, taught: TaughtBy) -> bool:
    return EVERYONE in taught.visible_to or not set(actor.agencies).isdisjoint(taught.visible_to)


def _origin(taught: TaughtBy) -> Origin:
    return Origin(taught.incident_id, taught.number, taught.at)


def _detail(id_: int, done: Changed, why: str) -> dict[str, object]:
    return {
        "id": id_,
        "number": done.path,
        "street": done.street,
        "was": done.was,
        "stands": done.stands,
        "why": why,
    }


def _known(row: Row, origin: Origin | None) -> KnownNumber:
    return KnownNumber(**_shared(row, origin), shown=row["shown"])


def _past(row: Row, origin: Origin | None) -> PastNumber:
    stands = None if row["stands_lon"] is None else (row["stands_lon"], row["stands_lat"])
    return PastNumber(
        **_shared(row, origin),
        act=row["act"],
        at=row["at"],
        by=row["by_name"],
        why=row["why"],
        stands=stands,
        moved_m=row["moved_m"],
        now_id=row["now_id"],
    )


def _shared(row: Row, origin: Origin | None) -> dict[str, Any]:
    same = ("id", "street", "ward", "lon", "lat", "source", "learnt_at", "ref")
    told = {name: row[name] for name in same}
    return told | {"number": row["path"], "trust": round(row["trust"], 2), "origin": origin}
