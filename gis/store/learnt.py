"""House numbers the centre learnt by itself or took from a file: they outlive every rebuild of the city.

Each is kept in schema `gis_learnt`, and stands among the city's house numbers under the negative of its id,
so that the next question finds it. A number learnt again in the same part of town replaces the one before,
but one that a person corrected gives way only to what is trusted as much. What was replaced, corrected,
forgotten or turned away stays in `gis_learnt.past`, for people to read. Numbers of which a file told the ward
alone are kept apart, and stand in `gis.listed_numbers`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import asyncpg
import msgspec

from gis.errors import LearningRefused
from gis.geometry import LonLat
from gis.store.queries import Row, held

CORRECTED = "corrected"
"""The source of what a person corrected."""
CORRECTED_TRUST = 0.95

_READ_AT_ONCE = 1000

KEPT = ("numbers", "listed", "past", "progress")
"""The tables of schema `gis_learnt`; nothing else can make them again."""

_SAME_NUMBER_M = 1500
_SAME_PLACE_M = 1
_STREET_REACH_DEG = 0.0045
"""About 500 m: farther from every street of its name a number is kept, but not shown."""

ENSURE = """
CREATE SCHEMA IF NOT EXISTS gis_learnt;
CREATE TABLE IF NOT EXISTS gis_learnt.numbers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    street text NOT NULL, street_key text NOT NULL, path text NOT NULL, number integer NOT NULL,
    source text NOT NULL, trust real NOT NULL, ref text NOT NULL, learnt_at timestamptz NOT NULL,
    geom geometry(Point, 4326) NOT NULL
);
CREATE INDEX IF NOT EXISTS numbers_street_path ON gis_learnt.numbers (street_key, path);
CREATE INDEX IF NOT EXISTS numbers_gist ON gis_learnt.numbers USING gist (geom);
CREATE TABLE IF NOT EXISTS gis_learnt.listed (
    street text NOT NULL, street_key text NOT NULL, path text NOT NULL, number integer NOT NULL,
    ward text NOT NULL, district text NOT NULL,
    source text NOT NULL, trust real NOT NULL, ref text NOT NULL, learnt_at timestamptz NOT NULL,
    PRIMARY KEY (street_key, path, ward, district)
);
CREATE TABLE IF NOT EXISTS gis_learnt.progress (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), seq bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS gis_learnt.past (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    act text NOT NULL, at timestamptz NOT NULL,
    by_id text NOT NULL DEFAULT '', by_name text NOT NULL DEFAULT '', why text NOT NULL DEFAULT '',
    street text NOT NULL, street_key text NOT NULL, path text NOT NULL, number integer NOT NULL,
    source text NOT NULL, trust real NOT NULL, ref text NOT NULL, learnt_at timestamptz NOT NULL,
    geom geometry(Point, 4326) NOT NULL, stands geometry(Point, 4326), was bigint
);
CREATE INDEX IF NOT EXISTS past_street_path ON gis_learnt.past (street_key, path);
CREATE INDEX IF NOT EXISTS past_was ON gis_learnt.past (was);
"""

_EXISTS = "SELECT to_regclass('gis_learnt.past_was') IS NOT NULL AS there"

_PROGRESS = "SELECT seq FROM gis_learnt.progress"
_NOTE_PROGRESS = """
INSERT INTO gis_learnt.progress (seq) VALUES ($1) ON CONFLICT (one) DO UPDATE SET seq = excluded.seq
"""

_WHAT = "street, street_key, path, number"
_TOLD = "source, trust, ref, learnt_at"
_NEAR = (
    "old.street_key = t.street_key AND old.path = t.path "
    f"AND ST_DWithin(old.geom::geography, t.geom::geography, {_SAME_NUMBER_M})"
)

# Of rows of one number near one another the last one counts, the older ones go, on the map too. What moves by
# it is kept as past, and so is what is turned away, once.
_LEARN = f"""
WITH told AS (
    SELECT DISTINCT ON (street_key, path, round(lon::numeric, 2), round(lat::numeric, 2))
           n, {_WHAT}, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS geom
    FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::float8[], $6::float8[])
         WITH ORDINALITY AS t(street, street_key, path, number, lon, lat, n)
    ORDER BY street_key, path, round(lon::numeric, 2), round(lat::numeric, 2), n DESC
), standing AS (
    SELECT DISTINCT ON (t.n) t.*, old.geom AS stands FROM told t JOIN gis_learnt.numbers old ON {_NEAR}
    WHERE old.source = '{CORRECTED}' AND old.trust > $8::real ORDER BY t.n, old.id DESC
), refused AS (
    INSERT INTO gis_learnt.past (act, at, {_WHAT}, {_TOLD}, geom, stands)
    SELECT 'refused', $10, {_WHAT}, $7, $8::real, $9, $10, geom, stands FROM standing s
    WHERE NOT ST_DWithin(geom::geography, stands::geography, {_SAME_PLACE_M})
      AND NOT EXISTS (
          SELECT FROM gis_learnt.past p WHERE p.street_key = s.street_key AND p.path = s.path
          AND p.act = 'refused' AND p.ref = $9 AND p.geom = s.geom AND p.stands = s.stands
      )
), gone AS (
    DELETE FROM gis_learnt.numbers old USING told t
    WHERE {_NEAR} AND t.n NOT IN (SELECT n FROM standing)
    RETURNING old.*, t.geom AS stands
), hidden AS (
    DELETE FROM gis.house_numbers h USING gone WHERE h.id = -gone.id
), passed AS (
    INSERT INTO gis_learnt.past (act, at, {_WHAT}, {_TOLD}, geom, stands, was)
    SELECT 'replaced', $10, {_WHAT}, {_TOLD}, geom, stands, id FROM gone
    WHERE NOT ST_DWithin(geom::geography, stands::geography, {_SAME_PLACE_M}) ORDER BY id
)
INSERT INTO gis_learnt.numbers ({_WHAT}, {_TOLD}, geom)
SELECT {_WHAT}, $7, $8::real, $9, $10, geom FROM told WHERE n NOT IN (SELECT n FROM standing) ORDER BY n
RETURNING id
"""

SHOW_ALL = f"""
INSERT INTO gis.house_numbers (id, street_id, alley_id, path, number, inferred, along_m, source, geom)
SELECT -l.id, s.id, NULL, l.path, l.number, l.trust < 0.6, ST_LineLocatePoint(s.spine, l.geom) * s.spine_m,
       'learnt:' || l.source, l.geom
FROM gis_learnt.numbers l CROSS JOIN LATERAL (
    SELECT s.id, s.spine, s.spine_m FROM gis.street_names n JOIN gis.streets s ON s.id = n.street_id
    WHERE n.key = l.street_key AND ST_DWithin(s.geom, l.geom, {_STREET_REACH_DEG})
    ORDER BY s.geom <-> l.geom LIMIT 1
) s
"""

_SHOW = f"{SHOW_ALL} WHERE l.id = ANY($1) RETURNING id"

# A number on several lists is kept as the last one has it.
_LIST_NUMBERS = """
WITH told AS (
    SELECT DISTINCT ON (street_key, path, ward, district) *
    FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[])
         WITH ORDINALITY AS t(street, street_key, path, number, ward, district, n)
    ORDER BY street_key, path, ward, district, n DESC
), kept AS (
    INSERT INTO gis_learnt.listed
        (street, street_key, path, number, ward, district, source, trust, ref, learnt_at)
    SELECT street, street_key, path, number, ward, district, $7, $8, $9, $10 FROM told
    ON CONFLICT (street_key, path, ward, district) DO UPDATE
    SET source = excluded.source, trust = excluded.trust, ref = excluded.ref, learnt_at = excluded.learnt_at
    RETURNING street_key, path, number, ward, district, xmax = 0 AS new
), shown AS (
    INSERT INTO gis.listed_numbers (street_key, path, number, ward, district)
    SELECT street_key, path, number, ward, district FROM kept WHERE new
)
SELECT count(*) AS kept,
       count(*) FILTER (WHERE EXISTS (SELECT FROM gis.street_names n WHERE n.key = street_key)) AS known
FROM kept
"""

SHOW_LISTED = """
INSERT INTO gis.listed_numbers (street_key, path, number, ward, district)
SELECT street_key, path, number, ward, district FROM gis_learnt.listed
"""

# Takes numbers out of use: $1 is what happens to them, $6 and $7 where the number stands from now on, if so.
_RETIRE = f"""
WITH gone AS (DELETE FROM gis_learnt.numbers WHERE {{which}} RETURNING *),
hidden AS (DELETE FROM gis.house_numbers h USING gone WHERE h.id = -gone.id)
INSERT INTO gis_learnt.past (act, at, by_id, by_name, why, {_WHAT}, {_TOLD}, geom, stands, was)
SELECT $1, $2, $3, $4, $5, {_WHAT}, {_TOLD}, geom, ST_SetSRID(ST_MakePoint($6, $7), 4326), id FROM gone
RETURNING id, {_WHAT}, {_TOLD}, ST_X(geom) AS lon, ST_Y(geom) AS lat
"""
_RETIRE_ONE = _RETIRE.format(which="id = $8")
_RETIRE_NAMED = _RETIRE.format(which="street_key = $8 AND path = $9")

# A number that was forgotten stands again as it was, unless one of it was learnt meanwhile.
_RESTORE = f"""
INSERT INTO gis_learnt.numbers ({_WHAT}, {_TOLD}, geom)
SELECT {_WHAT}, {_TOLD}, geom FROM gis_learnt.past t
WHERE id = $1 AND act = 'forgotten' AND NOT EXISTS (SELECT FROM gis_learnt.numbers old WHERE {_NEAR})
RETURNING id, {_WHAT}, ST_X(geom) AS lon, ST_Y(geom) AS lat
"""
_HANDS = "SELECT pg_advisory_xact_lock(1734964076)"  # "gisl"
_FORGET_LISTED = """
WITH gone AS (DELETE FROM gis_learnt.listed WHERE street_key = $1 AND path = $2 RETURNING path),
shown AS (DELETE FROM gis.listed_numbers WHERE street_key = $1 AND path = $2)
SELECT path FROM gone
"""

_LIST = """
SELECT street, path, ST_Y(geom) AS lat, ST_X(geom) AS lon, '' AS ward, '' AS district,
       source, trust, ref, learnt_at, street_key, number, id
FROM gis_learnt.numbers
UNION ALL
SELECT street, path, NULL, NULL, ward, district, source, trust, ref, learnt_at, street_key, number, NULL
FROM gis_learnt.listed
ORDER BY street_key, number, path, id, ward, district
"""


class Writer(Protocol):
    """An asyncpg pool or connection, as far as it is written to here."""

    async def fetch(self, query: str, *args: object) -> list[Row]: ...

    async def execute(self, query: str) -> object: ...


class LearntNumber(msgspec.Struct, frozen=True):
    """A number on a street, where it stands; `path` as painted, `number` its outermost part."""

    street: str
    street_key: str
    path: str
    number: int
    lon: float
    lat: float


class ListedNumber(msgspec.Struct, frozen=True):
    """A number on a street of which only the ward is known, in words as they were written; "" untold."""

    street: str
    street_key: str
    path: str
    number: int
    ward: str
    district: str


class Hand(msgspec.Struct, frozen=True):
    """Who changes what was learnt by hand, when and why."""

    at: dt.datetime
    by_id: str = ""
    by_name: str = ""
    why: str = ""


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except asyncpg.SyntaxOrAccessError as error:
        raise LearningRefused(str(error)) from error


async def ensure_learnt(source: Writer) -> None:
    """The table, made the first time. Raises LearningRefused."""
    with _refusing():
        (row,) = await source.fetch(_EXISTS)
        if not row["there"]:
            await source.execute(ENSURE)


async def learn(
    source: Writer, numbers: Sequence[LearntNumber], origin: str, trust: float, ref: str, at: dt.datetime
) -> tuple[int, int]:
    """Keep the numbers, in place of what was learnt of them before: (kept, of which on a known street).

    Raises LearningRefused.
    """
    with _refusing():
        rows = await source.fetch(_LEARN, *_columns(LearntNumber, numbers), origin, trust, ref, at)
        shown = await source.fetch(_SHOW, [row["id"] for row in rows])
    return len(rows), len(shown)


async def list_numbers(
    source: Writer, numbers: Sequence[ListedNumber], origin: str, trust: float, ref: str, at: dt.datetime
) -> tuple[int, int]:
    """Keep numbers known by their ward alone: (kept, of which on a street of a known name).

    Raises LearningRefused.
    """
    with _refusing():
        (row,) = await source.fetch(_LIST_NUMBERS, *_columns(ListedNumber, numbers), origin, trust, ref, at)
    return int(row["kept"]), int(row["known"])


def _columns(kind: type[msgspec.Struct], numbers: Sequence[msgspec.Struct]) -> list[list[Any]]:
    """The numbers' fields, each as a list."""
    return [[getattr(number, field) for number in numbers] for field in kind.__struct_fields__]


async def find_progress(source: Writer) -> int | None:
    """Up to which event of the log everything was learnt; None before the first."""
    rows = await source.fetch(_PROGRESS)
    return int(rows[0]["seq"]) if rows else None


async def note_progress(source: Writer, seq: int) -> None:
    """Everything up to this event was learnt. Raises LearningRefused."""
    with _refusing():
        await source.fetch(_NOTE_PROGRESS, seq)


async def forget(source: Writer, street_key: str, path: str, hand: Hand) -> int:
    """Forget what was learnt of a number, everywhere, shown on the map or not; how many places that was."""
    gone = await source.fetch(_RETIRE_NAMED, "forgotten", *_by(hand), None, None, street_key, path)
    return len(gone) + len(await source.fetch(_FORGET_LISTED, street_key, path))


async def retire(source: Writer, id_: int, act: str, hand: Hand, stands: LonLat | None) -> Row | None:
    """Take one number out of use, keeping what it was: id (among the past), street, street_key, path, number,
    source, trust, ref, learnt_at, lon, lat; None where it no longer stands.

    `act` is corrected or forgotten, `stands` where the number stands from now on.
    """
    where = stands or (None, None)
    rows = await source.fetch(_RETIRE_ONE, act, *_by(hand), *where, id_)
    return rows[0] if rows else None


async def restore(source: Writer, past_id: int) -> Row | None:
    """Let a forgotten number stand again as it was: its id, street, street_key, path, number, lon, lat; None
    where one of it stands already, or nothing of the kind was forgotten."""
    rows = await source.fetch(_RESTORE, past_id)
    if not rows:
        return None
    await source.fetch(_SHOW, [rows[0]["id"]])
    return rows[0]


async def wait_for_hands(source: Writer) -> None:
    """Changes by hand wait for one another until the transaction's end."""
    await source.fetch(_HANDS)


def _by(hand: Hand) -> tuple[object, ...]:
    return hand.at, hand.by_id, hand.by_name, hand.why


async def list_learnt(source: Any) -> AsyncIterator[list[Row]]:
    """All that was learnt, as of one moment, some rows at a time: street, path, lat and lon or ward and
    district, source, trust, ref, learnt_at. `source` is an asyncpg pool or connection."""
    connection: Any
    async with held(source) as connection, connection.transaction(readonly=True):
        cursor = await connection.cursor(_LIST)
        while rows := await cursor.fetch(_READ_AT_ONCE):
            yield rows
