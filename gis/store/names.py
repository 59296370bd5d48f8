"""The names of the city in use, kept in memory: looking one up takes no round trip to the database.

Words that are typed letter by letter are looked up anew with every key, each time as several runs of words.
A city has some ten thousand names, which change when a city is built; its numbers are learnt every day and
stay in the database.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from typing import cast

import shapely

from gis.store import queries
from gis.store.likeness import Likeness
from gis.store.queries import Row, Source

_STREETS_AT_MOST, _PLACES_AT_MOST = 120, 60
_STREETS_BEGUN, _PLACES_BEGUN = 12, 10
_STREETS_LIKE, _PLACES_LIKE = 16, 10
_LEAST_LIKENESS = 0.3


class Names:
    """Streets by all they are called, a row for each name; landmarks; the lines numbers are counted along."""

    def __init__(self, streets: Iterable[Row], places: Iterable[Row], spines: Iterable[Row]) -> None:
        """Streets with the longest first, landmarks by their ids, spines as WKB."""
        self._streets, self._places = list(streets), list(places)
        self._streets_of: dict[str, list[int]] = defaultdict(list)
        self._initials: dict[str, list[int]] = defaultdict(list)
        self._places_of: dict[str, list[int]] = defaultdict(list)
        for n, row in enumerate(self._streets):
            self._streets_of[row["key"]].append(n)
            if not row["alley"]:
                self._initials[row["initials"]].append(n)
        for n, row in enumerate(self._places):
            self._places_of[row["key"]].append(n)
        self._street_keys = sorted((row["key"], n) for n, row in enumerate(self._streets) if not row["alley"])
        self._place_keys = sorted((row["key"], n) for n, row in enumerate(self._places))
        self._named = [n for n, row in enumerate(self._streets) if not row["alley"]]
        self._street_likeness = Likeness([self._streets[n]["key"] for n in self._named])
        self._place_likeness = Likeness([row["key"] for row in self._places])
        self._wkb: dict[int, bytes] = {row["id"]: bytes(row["wkb"]) for row in spines}
        self._spines: dict[int, shapely.LineString] = {}

    def list_streets_by_keys(self, keys: Iterable[str], initials: Iterable[str] = ()) -> list[Row]:
        """Streets one of whose names has one of the keys or (no alley) of the initials, the longest first."""
        found = {n for key in keys for n in self._streets_of.get(key, ())}
        found.update(n for letters in initials for n in self._initials.get(letters, ()))
        return [self._streets[n] for n in nsmallest(_STREETS_AT_MOST, found)]

    def list_streets_by_prefix(self, start: str) -> list[Row]:
        """Streets whose key begins so, alleys apart, the longest first."""
        return [self._streets[n] for n in nsmallest(_STREETS_BEGUN, _begun(self._street_keys, start))]

    def list_streets_like(self, key: str) -> list[tuple[Row, float]]:
        """Streets of a similar key, alleys apart, with how similar (0 to 1): the most similar first, of equal
        ones the longest."""
        like = self._street_likeness.find(key, _LEAST_LIKENESS, _STREETS_LIKE)
        return [(self._streets[self._named[n]], share) for n, share in like]

    def list_places_by_keys(self, keys: Iterable[str]) -> list[Row]:
        """Landmarks of one of the keys."""
        found = {n for key in keys for n in self._places_of.get(key, ())}
        return [self._places[n] for n in nsmallest(_PLACES_AT_MOST, found)]

    def list_places_by_prefix(self, start: str) -> list[Row]:
        """Landmarks whose key begins so, the shortest first."""
        begun = ((len(self._places[n]["key"]), n) for n in _begun(self._place_keys, start))
        return [self._places[n] for _, n in nsmallest(_PLACES_BEGUN, begun)]

    def list_places_like(self, key: str) -> list[tuple[Row, float]]:
        """Landmarks of a similar key with how similar (0 to 1), the most similar first."""
        like = self._place_likeness.find(key, _LEAST_LIKENESS, _PLACES_LIKE)
        return [(self._places[n], share) for n, share in like]

    def get_spine(self, street_id: int) -> shapely.LineString:
        """The line along which a street is numbered, in degrees. Raises KeyError of no street."""
        spine = self._spines.get(street_id)
        if spine is None:
            spine = self._spines[street_id] = _line(self._wkb[street_id])
        return spine


class Lookup:
    """Where the questions about one text go: a connection, and the names that need none."""

    def __init__(self, source: Source, names: Names) -> None:
        self._source = source
        self.names = names

    async def fetch(self, query: str, *args: object) -> list[Row]:
        """All rows, from the database."""
        return await self._source.fetch(query, *args)

    async def fetchrow(self, query: str, *args: object) -> Row | None:
        """The first row, from the database."""
        return await self._source.fetchrow(query, *args)


async def load_names(source: Source) -> Names:
    """The names of the city in use."""
    return Names(
        await queries.list_all_streets(source),
        await queries.list_all_places(source),
        await queries.list_all_spines(source),
    )


def _line(wkb: bytes) -> shapely.LineString:
    return cast(shapely.LineString, shapely.from_wkb(wkb))


def _begun(keys: Sequence[tuple[str, int]], start: str) -> Iterator[int]:
    """The places in their list of those whose key, in order here, begins so."""
    for at in range(bisect_left(keys, (start, -1)), len(keys)):
        key, n = keys[at]
        if not key.startswith(start):
            return
        yield n
