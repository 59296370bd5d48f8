"""How many free units could be in the middle of each ward in time, by the roads of now."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from dispatch.agencies.targets import Target
from dispatch.usecases.cover.cover_around import WITHIN_S
from routing.graph.model import FloatArray
from routing.process.client import PlannerError

Spot = tuple[float, float]
Seconds = npt.NDArray[np.float32]

AT_ONCE = 50
"""Places asked about in one question, so that the planner answers others in between."""

KEPT_S = 60.0
"""How long what was answered about a place holds: closures and slow streets show so much later here."""

DIGITS = 3
"""Units within about a hundred metres of each other count as in one place."""


class Roads(Protocol):
    """What is needed of the planner's client."""

    async def matrix(
        self,
        origins: list[Spot],
        destinations: list[Spot],
        vehicle_class: str,
        *,
        hot: bool = False,
        deadline_s: float | None = None,
    ) -> FloatArray: ...


class WardReach(msgspec.Struct, frozen=True, kw_only=True):
    """`within`: free units that could be in a ward's middle in time; `nearest_s`: the first of all, None
    where no way leads. Driving with siren and light, the time to turn out not counted."""

    within: int
    nearest_s: float | None


def find_within_s(targets: Mapping[str, Sequence[Target]], agency_id: str) -> float:
    """The drive that an agency measures itself by; that of all where it has none of its own."""
    drives = (target.within_s for target in targets.get(agency_id, ()) if target.clock == "travel_s")
    return next(drives, WITHIN_S)


class RoadCounter:
    """Asks the planner about places it has not been asked about lately: most units stand at their stations.
    `now` is a monotonic clock in seconds."""

    def __init__(self, roads: Roads | None, now: Callable[[], float] = monotonic) -> None:
        self._roads, self._now = roads, now
        self._asking = asyncio.Lock()
        self._wards: list[Spot] = []
        self._known: dict[tuple[str, Spot], tuple[float, Seconds]] = {}

    async def count(
        self, units: Sequence[tuple[str, Spot]], wards: Sequence[Spot], within_s: float
    ) -> list[WardReach] | None:
        """One answer for each ward, by units as (vehicle class, place); None while the planner is away."""
        rounded = [(kind, (round(lon, DIGITS), round(lat, DIGITS))) for kind, (lon, lat) in units]
        async with self._asking:
            try:
                await self._learn(set(rounded), list(wards))
            except PlannerError:
                return None
            seconds = [self._known[place][1] for place in rounded]
        if not seconds:
            return [WardReach(within=0, nearest_s=None) for _ in wards]
        table = np.array(seconds)
        within, nearest = (table <= within_s).sum(axis=0).tolist(), table.min(axis=0).tolist()
        return [
            WardReach(within=count, nearest_s=round(first) if first < np.inf else None)
            for count, first in zip(within, nearest, strict=True)
        ]

    async def _learn(self, wanted: set[tuple[str, Spot]], wards: list[Spot]) -> None:
        """Afterwards every wanted place is known. Raises PlannerError."""
        if wards != self._wards:
            self._wards, self._known = wards, {}
        now = self._now()
        self._known = {place: row for place, row in self._known.items() if row[0] > now or place in wanted}
        unknown: defaultdict[str, list[Spot]] = defaultdict(list)
        for kind, spot in sorted(wanted):
            until, _ = self._known.get((kind, spot), (0.0, None))
            if until <= now:
                unknown[kind].append(spot)
        for kind, spots in unknown.items():
            for begin in range(0, len(spots), AT_ONCE):
                await self._ask(kind, spots[begin : begin + AT_ONCE])

    async def _ask(self, kind: str, spots: list[Spot]) -> None:
        if self._roads is None:
            raise PlannerError("no planner is named")
        rows = await self._roads.matrix(spots, self._wards, kind, hot=True)
        until = self._now() + KEPT_S
        for spot, told in zip(spots, rows.astype(np.float32), strict=True):
            self._known[kind, spot] = (until, told)
