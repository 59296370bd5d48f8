"""What the centre came to know: confirmed places become known house numbers, usable for the next call.

They are kept with their source and trust, corrected by learning them anew or by hand, and exported as CSV.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from gis.geocode.fold import street_key
from gis.geocode.grammar import parse
from gis.geocode.numbers import kilometre_text, main_number, number_path, path_text, split_alley_name
from gis.geometry import LonLat
from gis.importers.addresses import Tell, read_all_addresses
from gis.importers.model import Address, ListedAddress
from gis.store import learnt
from gis.store.learnt import CORRECTED, CORRECTED_TRUST, Hand, LearntNumber, ListedNumber, Writer
from gis.store.queries import Row

EXPORTED = (
    "housenumber", "street", "lat", "lon", "ward", "district", "source", "trust", "ref", "learnt_at",
)  # fmt: skip
_AT_ONCE = 5000
_Kept = TypeVar("_Kept", LearntNumber, ListedNumber)


class Lesson(msgspec.Struct, frozen=True):
    """An address as it is said, where it was found to be, by what (`source`), and how much to trust it."""

    address: str
    lon_lat: LonLat
    source: str
    trust: float
    ref: str


class Changed(msgspec.Struct, frozen=True):
    """A number that was changed by hand: where it was and where it stands now, None when forgotten.

    `id` is what keeps it as it was, `shown` whether the next question finds it: it is near a street of its
    name.
    """

    id: int
    street: str
    path: str
    was: LonLat
    stands: LonLat | None
    shown: bool


class Learner:
    """Keeps lessons in the database of the city in use; `source` is an asyncpg pool or connection."""

    def __init__(self, source: Writer) -> None:
        self._source = source
        self._ready = False

    async def learn(self, lesson: Lesson, at: dt.datetime) -> bool:
        """Whether the address holds a number and a street, and was kept: it is not where somebody corrected
        that number."""
        number = _from_words(lesson.address, lesson.lon_lat)
        if number is None:
            return False
        kept, _ = await self._keep([number], lesson.source, lesson.trust, lesson.ref, at)
        return kept > 0

    async def find_progress(self) -> int | None:
        """Up to which event of the log everything was learnt; None before the first.

        Raises LearningRefused.
        """
        await self._ensure()
        return await learnt.find_progress(self._source)

    async def note_progress(self, seq: int) -> None:
        """Everything up to this event was learnt. Raises LearningRefused."""
        await self._ensure()
        await learnt.note_progress(self._source, seq)

    async def import_file(
        self,
        path: Path,
        source: str,
        trust: float,
        at: dt.datetime,
        progress: Callable[[float], None],
        tell: Tell | None = None,
    ) -> tuple[int, int]:
        """All rows of a CSV file (housenumber, street and lat, lon or ward, district): (kept, of which on a
        known street).

        Rows that cannot be read are told with their line and left out; without `tell`, or where none can be
        read, nothing is kept. Raises SourceMissing, SourceBroken or WrongProjection before anything is kept.
        """
        rows = read_all_addresses(path, tell)
        placed = [_number(a.street, number_path(a.number), a.lon_lat) for a in rows if isinstance(a, Address)]
        numbers = [number for number in placed if number is not None]
        listed = [one for a in rows if isinstance(a, ListedAddress) and (one := _listed(a)) is not None]
        kept = shown = done = 0
        for some in _in_lots(numbers):
            new, known = await self._keep(some, source, trust, path.name, at)
            kept, shown, done = kept + new, shown + known, done + len(some)
            progress(done / (len(numbers) + len(listed)))
        for more in _in_lots(listed):
            await self._ensure()
            new, known = await learnt.list_numbers(self._source, more, source, trust, path.name, at)
            kept, shown, done = kept + new, shown + known, done + len(more)
            progress(done / (len(numbers) + len(listed)))
        return kept, shown

    async def export_file(self, path: Path) -> int:
        """All that was learnt, as a file that `import_file` reads; the number of rows."""
        count = 0
        with path.open("w", encoding="utf-8", newline="") as file:
            async for rows, text in self.export():
                file.write(text)
                count += rows
        return count

    async def export(self) -> AsyncIterator[tuple[int, str]]:
        """The same in pieces of some rows, as of one moment: (rows, lines of CSV), the heads first."""
        await self._ensure()
        yield 0, _csv([EXPORTED])
        async for rows in learnt.list_learnt(self._source):
            yield len(rows), _csv(_exported(row) for row in rows)

    async def forget(self, address: str, hand: Hand) -> int:
        """Forget what was learnt of an address; how many places were."""
        number = _from_words(address, LonLat(0.0, 0.0))
        if number is None:
            return 0
        await self._ensure()
        return await learnt.forget(self._source, number.street_key, number.path, hand)

    async def correct(self, id_: int, lon_lat: LonLat, hand: Hand) -> Changed | None:
        """Put a learnt number where somebody says it is; None where it no longer stands as it was seen.

        Call it inside a transaction. Raises LearningRefused.
        """
        await self._ensure()
        await learnt.wait_for_hands(self._source)
        was = await learnt.retire(self._source, id_, "corrected", hand, lon_lat)
        if was is None:
            return None
        number = LearntNumber(was["street"], was["street_key"], was["path"], was["number"], *lon_lat)
        _, shown = await self._keep([number], CORRECTED, CORRECTED_TRUST, hand.by_name, hand.at)
        return _changed(was, lon_lat, shown=shown > 0)

    async def forget_one(self, id_: int, hand: Hand) -> Changed | None:
        """Forget one learnt number; None where it no longer stands. Call it inside a transaction."""
        await self._ensure()
        await learnt.wait_for_hands(self._source)
        was = await learnt.retire(self._source, id_, "forgotten", hand, None)
        return None if was is None else _changed(was, None, shown=False)

    async def restore(self, past_id: int) -> Changed | None:
        """Learn a forgotten number again as it was; None where one of it stands. Call it inside a
        transaction."""
        await self._ensure()
        await learnt.wait_for_hands(self._source)
        now = await learnt.restore(self._source, past_id)
        return None if now is None else _changed(now, LonLat(now["lon"], now["lat"]), shown=True)

    async def _keep(
        self, numbers: Sequence[LearntNumber], source: str, trust: float, ref: str, at: dt.datetime
    ) -> tuple[int, int]:
        await self._ensure()
        return await learnt.learn(self._source, numbers, source, trust, ref, at)

    async def _ensure(self) -> None:
        if not self._ready:
            await learnt.ensure_learnt(self._source)
            self._ready = True


def _changed(row: Row, stands: LonLat | None, *, shown: bool) -> Changed:
    return Changed(row["id"], row["street"], row["path"], LonLat(row["lon"], row["lat"]), stands, shown)


def _exported(row: Row) -> tuple[object, ...]:
    place = (row[column] for column in ("path", "street", "lat", "lon", "ward", "district", "source"))
    return (*place, round(row["trust"], 2), row["ref"], row["learnt_at"].isoformat())


def _csv(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _in_lots(numbers: Sequence[_Kept]) -> list[Sequence[_Kept]]:
    """The numbers in lots that one statement takes."""
    return [numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE)]


def _from_words(address: str, lon_lat: LonLat) -> LearntNumber | None:
    query = parse(address)
    if query.nearby or query.corner is not None or not query.names:
        return None
    if query.kilometre is not None:
        return _number(query.names[0], (kilometre_text(query.kilometre),), lon_lat)
    return _number(query.names[0], query.path, lon_lat)


def _number(street: str, path: tuple[str, ...], lon_lat: LonLat) -> LearntNumber | None:
    told = _on_its_street(street, path)
    return LearntNumber(*told, lon_lat.lon, lon_lat.lat) if told else None


def _listed(row: ListedAddress) -> ListedNumber | None:
    told = _on_its_street(row.street, number_path(row.number))
    return ListedNumber(*told, row.ward, row.district) if told else None


def _on_its_street(street: str, path: tuple[str, ...]) -> tuple[str, str, str, int] | None:
    """Street, its key, path and number on the street that it is counted along: "6" in "Hẻm 123/45 X" is
    123/45/6 X."""
    alley = split_alley_name(street)
    if alley is not None:
        street = alley[1]
        path = path if len(path) > 1 else (*alley[0], *path)
    key = street_key(street)
    if not key or not path:
        return None
    return street, key, path_text(path), main_number(path[0])
