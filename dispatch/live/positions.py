"""Where units are now: the newest fix of each, given to screens at most four times a second.

This is the lossy plane: a newer fix replaces an older one that nobody has seen yet.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import msgspec
import numpy as np
import numpy.typing as npt

TICK_S = 0.25
FUTURE_LIMIT_S = 120.0
"""A fix dated further ahead than this is refused; nearer ones count as of now."""

ROUGH_M = 200.0
ROUGH_FOR_S = 180.0
"""In a tunnel a phone tells by its cell, hundreds of metres off: for so long a good fix stays where it is."""

CELLS_A_TURN = 250
"""Cells that are encoded in one turn of the loop: half a millisecond."""

Bbox = tuple[float, float, float, float]
Window = tuple[Bbox | None, frozenset[str]]
"""What a screen shows and the units it watches beyond that."""


class Located(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A unit's fix as the centre keeps it. `at` is the device's time, corrected and never in the future."""

    unit_id: str
    agency_id: str
    at: datetime
    received_at: datetime
    lon: float
    lat: float
    accuracy_m: float | None = None
    source: str = "device"


class BadPosition(Exception):
    """Not a position on Earth (not finite, or latitude and longitude out of range, perhaps swapped)."""


class FuturePosition(Exception):
    """A fix from further in the future than clocks may differ."""


FixListener = Callable[[Located], None]


class PositionHub:
    """Latest fixes of all units, and what moved since the last tick."""

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self._latest: list[Located] = []
        self._lon_lat: npt.NDArray[np.float64] = np.empty((1024, 2))
        self._moved: set[int] = set()
        self._listeners: list[FixListener] = []
        self._tick = PositionTick(datetime.now(UTC), [], np.empty((0, 2)), {})
        self.ticks = 0

    def listen(self, listener: FixListener) -> None:
        """Have a function called for every fix taken in, older ones of a track too."""
        self._listeners.append(listener)

    def update(self, fix: Located) -> bool:
        """Take a fix in; False when a newer one of that unit is known, or a far better one not long ago: it
        still goes to the listeners.

        Raises BadPosition and FuturePosition.
        """
        check_position(fix.lon, fix.lat)
        if fix.at > fix.received_at:
            if (fix.at - fix.received_at).total_seconds() > FUTURE_LIMIT_S:
                raise FuturePosition
            fix = msgspec.structs.replace(fix, at=fix.received_at)
        for listener in self._listeners:
            listener(fix)
        slot = self._slots.get(fix.unit_id)
        if slot is None:
            slot = self._new_slot(fix)
        elif self._latest[slot].at > fix.at or _is_rough(fix, self._latest[slot]):
            return False
        self._latest[slot] = fix
        self._lon_lat[slot, 0] = fix.lon
        self._lon_lat[slot, 1] = fix.lat
        self._moved.add(slot)
        return True

    def restore(self, fixes: Iterable[Located]) -> None:
        """Begin with fixes known from before; they count as moved once, and go to no listener."""
        for fix in fixes:
            if fix.unit_id not in self._slots:
                slot = self._new_slot(fix)
                self._moved.add(slot)

    def find(self, unit_id: str) -> Located | None:
        """The newest fix of a unit, or None."""
        slot = self._slots.get(unit_id)
        return None if slot is None else self._latest[slot]

    def list_latest(self) -> list[Located]:
        """The newest fix of every unit."""
        return list(self._latest)

    @property
    def tick(self) -> "PositionTick":
        """What moved in the last quarter of a second."""
        return self._tick

    def make_tick(self, now: datetime) -> "PositionTick":
        """Close the current quarter second: what moved in it is what screens get next."""
        slots = sorted(self._moved)
        self._moved.clear()
        self._tick = PositionTick(
            now, [self._latest[slot] for slot in slots], self._lon_lat[slots], self._slots
        )
        self.ticks += 1
        return self._tick

    def whole(self, now: datetime) -> "PositionTick":
        """Every unit as if it had just moved, for a screen that begins or looks elsewhere."""
        count = len(self._latest)
        return PositionTick(now, list(self._latest), self._lon_lat[:count], self._slots)

    def _new_slot(self, fix: Located) -> int:
        slot = len(self._latest)
        if slot == len(self._lon_lat):
            self._lon_lat = np.concatenate((self._lon_lat, np.empty_like(self._lon_lat)))
        self._slots[fix.unit_id] = slot
        self._latest.append(fix)
        self._lon_lat[slot] = (fix.lon, fix.lat)
        return slot


def _is_rough(fix: Located, known: Located) -> bool:
    """Whether a fix says less about where a unit is than the one known before."""
    if fix.accuracy_m is None or fix.accuracy_m <= max(ROUGH_M, known.accuracy_m or 0.0):
        return False
    return (fix.at - known.at).total_seconds() <= ROUGH_FOR_S


class PositionTick:
    """Fixes that moved, to be cut to each screen's window. Equal windows share one dictionary, which nobody
    may change, and in `frames` whatever a reader made of it."""

    def __init__(
        self,
        at: datetime,
        fixes: list[Located],
        lon_lat: npt.NDArray[np.float64],
        slots: dict[str, int],
    ) -> None:
        self.at = at
        self._fixes = fixes
        self._lon_lat = lon_lat
        self._slots = slots
        self._cells: list[str | None] = [None] * len(fixes)
        self._cache: dict[Window, dict[str, str]] = {}
        self.frames: dict[Window, bytes] = {}

    def encode_in_slices(self, bbox: Bbox | None, watched: frozenset[str]) -> Iterator[None]:
        """Make what `cut` will need of a window, with a pause after each slice for whatever else is due."""
        if (bbox, watched) in self._cache:
            return
        for n, index in enumerate(self._select(bbox, watched), start=1):
            self._cell(index)
            if n % CELLS_A_TURN == 0:
                yield

    def cut(self, bbox: Bbox | None, watched: frozenset[str]) -> dict[str, str]:
        """Unit → JSON cell [unit_id, lon, lat, age_s, accuracy] of what lies in the window or is watched."""
        key = (bbox, watched)
        known = self._cache.get(key)
        if known is None:
            chosen = self._select(bbox, watched)
            known = self._cache[key] = {self._fixes[i].unit_id: self._cell(i) for i in chosen}
        return known

    def _select(self, bbox: Bbox | None, watched: frozenset[str]) -> list[int]:
        inside: npt.NDArray[np.bool_] = np.zeros(len(self._fixes), dtype=bool)
        if bbox is not None and len(self._fixes):
            west, south, east, north = bbox
            lon, lat = self._lon_lat[:, 0], self._lon_lat[:, 1]
            inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        if watched:
            for index, fix in enumerate(self._fixes):
                if fix.unit_id in watched:
                    inside[index] = True
        return [int(index) for index in np.flatnonzero(inside)]

    def _cell(self, index: int) -> str:
        cell = self._cells[index]
        if cell is None:
            fix = self._fixes[index]
            age_s = max(0.0, (self.at - fix.at).total_seconds())
            values = (fix.unit_id, round(fix.lon, 6), round(fix.lat, 6), round(age_s, 1), fix.accuracy_m)
            cell = self._cells[index] = msgspec.json.encode(values).decode()
        return cell


def check_position(lon: float, lat: float) -> None:
    """Raises BadPosition unless the pair is finite and on Earth."""
    # Nothing that is not a number lies between two.
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise BadPosition
