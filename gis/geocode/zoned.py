"""The zones of the agencies that candidates lie in, kept in memory: a place is named in microseconds."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from time import monotonic

import msgspec
import shapely
from shapely import STRtree

from gis.geocode.candidate import Candidate
from gis.store.areas import KeptZone, find_newest_import, list_zones
from gis.store.queries import Source

LOOK_AGAIN_S = 2.0
"""So long after an import the zones of before may still be named."""


class ZoneNames:
    """What the imported zones over a place are called. `refresh` before asking."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._asked = float("-inf")
        self._newest: int | None = None
        self._zones: list[KeptZone] = []
        self._tree = STRtree([])

    async def refresh(self, *, now: bool = False) -> None:
        """Read the zones again after an import; at once, or when nobody looked for LOOK_AGAIN_S."""
        if not now and monotonic() - self._asked < LOOK_AGAIN_S:
            return
        self._asked = monotonic()
        newest = await find_newest_import(self._source)
        if newest != self._newest:
            zones = await list_zones(self._source)
            shapes = shapely.from_wkb([zone.wkb for zone in zones])
            shapely.prepare(shapes)
            self._zones, self._tree, self._newest = zones, STRtree(shapes), newest

    def find(self, lon_lat: tuple[float, float]) -> str:
        """The names of the zones over a position (lon, lat), now: one that agencies share is told once,
        otherwise each with its agencies; "" for none."""
        if not self._zones:
            return ""
        hits = sorted(self._tree.query(shapely.Point(lon_lat), predicate="covered_by").tolist())
        at = dt.datetime.now(dt.UTC)
        names: dict[str, list[str]] = defaultdict(list)
        for zone in (self._zones[hit] for hit in hits):
            if zone.holds(at):
                names[zone.name_vi].append(zone.agency)
        if len(names) == 1:
            return next(iter(names))
        return ", ".join(f"{name} ({', '.join(whose)})" for name, whose in names.items())

    def name(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates with their zones."""
        if not self._zones:
            return list(candidates)
        return [msgspec.structs.replace(one, zone=self.find(one.lon_lat)) for one in candidates]
