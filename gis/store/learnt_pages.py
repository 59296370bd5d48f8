"""What was learnt, for people to read: in pages, the newest first, and as it was before it was changed."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from gis.store.queries import Row, Source

Kind = Literal["", "arrival", "call-taker", "corrected", "file"]
"""By what a number is known; "" for any, "file" for any but what crews, call-takers and corrections told."""

_BY_PEOPLE = "('arrival', 'call-taker', 'corrected')"

_WARD = """
LEFT JOIN LATERAL (
    SELECT w.code AS ward_code, w.name AS ward FROM gis.wards w WHERE ST_Covers(w.geom, {t}.geom)
    ORDER BY w.code LIMIT 1
) ward ON true
"""

_PAGE = (
    """
SELECT t.id, t.street, t.path, ST_X(t.geom) AS lon, ST_Y(t.geom) AS lat,
       t.source, t.trust, t.ref, t.learnt_at,
       coalesce(ward_code, '') AS ward_code, coalesce(ward, '') AS ward,
       EXISTS (SELECT FROM gis.house_numbers h WHERE h.id = -t.id) AS shown
FROM (SELECT * FROM gis_learnt.numbers t WHERE {which} ORDER BY id DESC LIMIT {limit}) t
"""
    + _WARD.format(t="t")
    + "ORDER BY t.id DESC"
)

_PAST = (
    """
SELECT t.id, t.act, t.at, t.by_name, t.why, t.street, t.path, ST_X(t.geom) AS lon, ST_Y(t.geom) AS lat,
       t.source, t.trust, t.ref, t.learnt_at, ST_X(t.stands) AS stands_lon, ST_Y(t.stands) AS stands_lat,
       ST_DistanceSphere(t.geom, t.stands) AS moved_m,
       coalesce(ward_code, '') AS ward_code, coalesce(ward, '') AS ward, now.id AS now_id
FROM (SELECT * FROM gis_learnt.past t WHERE {which} ORDER BY id DESC LIMIT {limit}) t
LEFT JOIN LATERAL (
    SELECT n.id FROM gis_learnt.numbers n
    WHERE n.street_key = t.street_key AND n.path = t.path
      AND ST_DWithin(n.geom::geography, coalesce(t.stands, t.geom)::geography, 1500)
    ORDER BY n.geom <-> coalesce(t.stands, t.geom) LIMIT 1
) now ON true
"""
    + _WARD.format(t="t")
    + "ORDER BY t.id DESC"
)

_LAST = "SELECT act, at, by_name FROM gis_learnt.past WHERE was = $1 ORDER BY id DESC LIMIT 1"
_LISTED = """
SELECT count(*) AS listed FROM gis_learnt.listed
"""


class Sought(msgspec.Struct, frozen=True):
    """Of which streets (by the ids of those on the map, or by the key as it was said), from which number on
    inwards ("45" holds 45/12), and on which ground (WKB, degrees): "" and () and None leave it open."""

    key: str = ""
    street_ids: tuple[int, ...] = ()
    path: str = ""
    ground: bytes | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was read in the words."""
        return not (self.key or self.street_ids or self.path or self.ground)


class _Which:
    """The condition that rows are chosen by, and what fills its blanks: no words of anybody's stand in it."""

    def __init__(self, sought: Sought) -> None:
        self.args: list[object] = []
        self._parts: list[str] = []
        if sought.key or sought.street_ids:
            named = (
                "street_key IN (SELECT key FROM gis.street_names WHERE street_id = ANY({}::int[]))"
                " OR street_key = {} OR ({} AND starts_with(street_key, {}))"
            )
            ids = list(sought.street_ids)
            self.add(f"({named})", ids, sought.key, not ids, sought.key)
        if sought.path:
            self.add("(path = {} OR starts_with(path, {}))", sought.path, f"{sought.path}/")
        if sought.ground is not None:
            self.add("ST_Intersects(geom, ST_GeomFromWKB({}, 4326))", sought.ground)

    def add(self, condition: str, *args: object) -> None:
        """One more, its blanks filled in their order."""
        first = len(self.args) + 1
        self.args += args
        self._parts.append(condition.format(*(f"${first + n}" for n in range(len(args)))))

    def __str__(self) -> str:
        return " AND ".join(self._parts) or "true"


def _by(which: _Which, kind: Kind) -> _Which:
    if kind == "file":
        which.add(f"source NOT IN {_BY_PEOPLE}")
    elif kind:
        which.add("source = {}", kind)
    return which


async def count_learnt(source: Source, sought: Sought, kind: Kind) -> tuple[int, int]:
    """How many learnt numbers are meant, and how many are known by their ward alone, whatever is sought."""
    which = _by(_Which(sought), kind)
    (row,) = await source.fetch(f"SELECT count(*) AS n FROM gis_learnt.numbers WHERE {which}", *which.args)
    (listed,) = await source.fetch(_LISTED)
    return int(row["n"]), int(listed["listed"])


async def list_page(source: Source, sought: Sought, kind: Kind, before: int | None, limit: int) -> list[Row]:
    """The newest learnt numbers that are meant, of those with a smaller id than `before`: id, street, path,
    lon, lat, source, trust, ref, learnt_at, ward_code, ward, and whether the next question finds them
    (`shown`)."""
    return await _list(source, _PAGE, _by(_Which(sought), kind), before, limit)


async def list_past(source: Source, sought: Sought, before: int | None, limit: int) -> list[Row]:
    """What was corrected, forgotten, replaced or turned away, the newest first: id, act, at, by_name, why,
    street, path, lon, lat, source, trust, ref, learnt_at, where the number stood from then on (stands_lon,
    stands_lat, moved_m; None nowhere), ward_code, ward, and the id of the number that stands there now
    (`now_id`)."""
    return await _list(source, _PAST, _Which(sought), before, limit)


async def find_last(source: Source, id_: int) -> Row | None:
    """What became of a number that no longer stands: act, at, by_name; None where it was learnt again as it
    was."""
    rows = await source.fetch(_LAST, id_)
    return rows[0] if rows else None


async def _list(source: Source, query: str, which: _Which, before: int | None, limit: int) -> list[Row]:
    if before is not None:
        which.add("id < {}", before)
    condition: Any = str(which)
    which.args.append(limit)
    return await source.fetch(query.format(which=condition, limit=f"${len(which.args)}"), *which.args)
