"""Where free units stand now, ward by ward.

A free unit counts in the ward in which it was last seen (or in which its station is, while it stands there).
Who could be in the middle of each ward in time is counted by road (`cover_by_road.py`); while the planner is
away there is only `nearest_m`, a straight line that says nothing about a river in between. Beside it stands
which free units are proposed, or were ordered, to wait elsewhere.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from dispatch.agencies.targets import load_targets
from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.move import Move
from dispatch.domain.model.unit import Station, Unit
from dispatch.domain.model.values import Phase
from dispatch.domain.rows import Row
from dispatch.usecases.cover.cover_by_road import RoadCounter, Roads, find_within_s
from dispatch.usecases.cover.forecast import AHEAD_H, Forecast, ForecastFile, list_expected
from dispatch.usecases.unit_positions import FindPosition
from gis.zones import Zones, ZoneWard
from routing.cover.demand import ForecastError

FREE = (Phase.AVAILABLE, Phase.RETURNING)
OUTLINE_DEG = 0.0003
"""Tolerance of the drawn outlines, about 30 m."""

_EARTH_M = 6_371_008.8
_units = msgspec.json.Decoder(Unit)
_stations = msgspec.json.Decoder(Station)
_moves = msgspec.json.Decoder(Move)


class AgencyCover(msgspec.Struct, frozen=True, kw_only=True):
    """Free units of one agency in one ward; `nearest_m` is None when none is free anywhere. By road: how many
    could be in its middle in time (None: not counted), and how soon the first (None: no way leads).
    `expected`: calls in the coming hours as forecast; None where nothing was learned from the log."""

    free: int
    nearest_m: float | None
    within: int | None = None
    nearest_s: float | None = None
    expected: float | None = None


class WardCover(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    lon: float
    lat: float
    agencies: dict[str, AgencyCover]


class WaitElsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """A free unit that would do better to wait at another station; `freed` = it is on its way back anyway,
    `ordered` = its crew was told."""

    agency_id: str
    unit_id: str
    station_id: str
    freed: bool
    gain_s: float
    ordered: bool


class ExpectedCalls(msgspec.Struct, frozen=True, kw_only=True):
    """What the forecast says of an agency: calls in the coming `hours` in all wards, the share of them
    in wards that a free unit could be in in time (None: not counted by road), from how many calls it was
    learned, and how wrong such forecasts were on days they had not seen."""

    hours: int
    calls: float
    in_time: float | None
    learned_from: int
    error: ForecastError | None


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """`free` and `units` are per agency, out of service left out; `unplaced` are free units of which no
    position is known; `outside` stand beyond the city's wards. `within_s`: the drive that counts as in time,
    of each agency that is counted by road; none while the planner is away. `expected`: of each agency whose
    calls were learned from the log."""

    at: datetime
    wards: list[WardCover]
    units: dict[str, int]
    free: dict[str, int]
    unplaced: dict[str, int]
    outside: dict[str, int]
    waits: list[WaitElsewhere] = []
    within_s: dict[str, float] = {}
    expected: dict[str, ExpectedCalls] = {}


class Coverage:
    """Counts free units by ward, but for those that are a neighbour's by `book`. The wards are read once,
    when first asked for; what the log has taught of calls lies in the folder `learned`."""

    def __init__(
        self,
        load_zones: Callable[[], Awaitable[Zones]],
        find_position: FindPosition,
        learned: Path | None = None,
        book: CodeBook | None = None,
    ) -> None:
        self._load_zones = load_zones
        self._find_position = find_position
        self._book = book
        self._learned = ForecastFile(learned) if learned is not None else None
        self._zones: Zones | None = None
        self._targets = load_targets()
        self._roads = RoadCounter(None)

    def by_road(self, roads: Roads | None) -> "Coverage":
        """The same, that asks the planner too."""
        self._roads = RoadCounter(roads)
        return self

    async def count(self, rows: Iterable[Row], agencies: Sequence[str], now: datetime) -> Cover:
        """Coverage by the units, stations and moves of the board, for some agencies."""
        stations: dict[str, Station] = {}
        units: list[Unit] = []
        waits: list[WaitElsewhere] = []
        for row in rows:
            if row.kind == "station":
                stations[row.id] = _stations.decode(row.body)
            elif row.kind == "unit" and row.agency_id in agencies:
                unit = _units.decode(row.body)
                if self._book is None or self._book.find_neighbour(unit.agency_id, unit.station_id) is None:
                    units.append(unit)
            elif row.kind == "move" and row.agency_id in agencies:
                waits += _list_waits(_moves.decode(row.body))
        zones = await self._get_zones()
        cover = await asyncio.to_thread(self._count, zones, units, stations, agencies, now)
        by_road = await self._count_by_road(cover, units, stations)
        made = await asyncio.to_thread(self._learned.read) if self._learned is not None else None
        return msgspec.structs.replace(_expect(by_road, made, now), waits=waits)

    async def _count_by_road(
        self, cover: Cover, units: Sequence[Unit], stations: dict[str, Station]
    ) -> Cover:
        """All agencies or none: half a picture would be read as a whole one."""
        wards = [(ward.lon, ward.lat) for ward in cover.wards]
        within_s: dict[str, float] = {}
        counted: list[dict[str, AgencyCover]] = [dict(ward.agencies) for ward in cover.wards]
        for agency in cover.free:
            free = [unit for unit in units if unit.agency_id == agency and _is_free(unit)]
            placed = [(u.vehicle_class, at) for u in free if (at := self._locate(u, stations)) is not None]
            within_s[agency] = find_within_s(self._targets, agency)
            reached = await self._roads.count(placed, wards, within_s[agency])
            if not reached:
                return cover
            for ward, reach in zip(counted, reached, strict=True):
                ward[agency] = msgspec.structs.replace(
                    ward[agency], within=reach.within, nearest_s=reach.nearest_s
                )
        found = [
            msgspec.structs.replace(ward, agencies=agencies)
            for ward, agencies in zip(cover.wards, counted, strict=True)
        ]
        return msgspec.structs.replace(cover, wards=found, within_s=within_s)

    async def outline(self) -> dict[str, list[list[tuple[float, float]]]]:
        """Rings of each ward to draw, by ward code; lon, lat."""
        zones = await self._get_zones()
        return await asyncio.to_thread(zones.outlines, OUTLINE_DEG)

    async def _get_zones(self) -> Zones:
        if self._zones is None:
            self._zones = await self._load_zones()
        return self._zones

    def _count(
        self,
        zones: Zones,
        units: Sequence[Unit],
        stations: dict[str, Station],
        agencies: Sequence[str],
        now: datetime,
    ) -> Cover:
        serving = [unit for unit in units if unit.phase is not Phase.OUT_OF_SERVICE and not unit.test]
        free = [unit for unit in serving if _is_free(unit)]
        spots = {unit.id: spot for unit in free if (spot := self._locate(unit, stations)) is not None}
        placed = [unit for unit in free if unit.id in spots]
        wards = zones.find_wards([spots[unit.id] for unit in placed])
        inside: dict[tuple[str, str], int] = {}
        for unit, ward in zip(placed, wards, strict=True):
            key = (ward.code if ward is not None else "", unit.agency_id)
            inside[key] = inside.get(key, 0) + 1
        nearest = {
            agency: _nearest_m(zones.wards, [spots[u.id] for u in placed if u.agency_id == agency])
            for agency in agencies
        }
        return Cover(
            at=now,
            wards=[
                WardCover(
                    code=ward.code,
                    name=ward.name,
                    lon=ward.middle.lon,
                    lat=ward.middle.lat,
                    agencies={
                        agency: AgencyCover(
                            free=inside.get((ward.code, agency), 0), nearest_m=nearest[agency][n]
                        )
                        for agency in agencies
                    },
                )
                for n, ward in enumerate(zones.wards)
            ],
            units=_by_agency(serving, agencies),
            free=_by_agency(free, agencies),
            unplaced=_by_agency([unit for unit in free if unit.id not in spots], agencies),
            outside={agency: inside.get(("", agency), 0) for agency in agencies},
        )

    def _locate(self, unit: Unit, stations: dict[str, Station]) -> tuple[float, float] | None:
        """By status at its station, or where it was last seen."""
        station = stations.get(unit.station_id)
        if unit.in_quarters and station is not None:
            return station.lon_lat.lon, station.lon_lat.lat
        seen = self._find_position(unit.id)
        return None if seen is None else (seen.lon, seen.lat)


def _is_free(unit: Unit) -> bool:
    return unit.phase in FREE and unit.assignment_id is None and not unit.test


def _expect(cover: Cover, made: Forecast | None, now: datetime) -> Cover:
    """With the calls of the coming hours, ward by ward, and how many of them are covered."""
    if made is None:
        return cover
    counted = [dict(ward.agencies) for ward in cover.wards]
    told: dict[str, ExpectedCalls] = {}
    for agency_id in cover.free:
        calls = list_expected(made, agency_id, now)
        if not calls:
            continue
        in_time = 0.0
        for ward, agencies in zip(cover.wards, counted, strict=True):
            own = msgspec.structs.replace(agencies[agency_id], expected=round(calls.get(ward.code, 0.0), 3))
            agencies[agency_id] = own
            in_time += calls.get(ward.code, 0.0) if own.within else 0.0
        whole, learned = sum(calls.values()), made.agencies[agency_id]
        told[agency_id] = ExpectedCalls(
            hours=AHEAD_H,
            calls=whole,
            in_time=in_time / whole if agency_id in cover.within_s and whole > 0 else None,
            learned_from=learned.demand.calls,
            error=learned.error,
        )
    wards = [
        msgspec.structs.replace(ward, agencies=agencies)
        for ward, agencies in zip(cover.wards, counted, strict=True)
    ]
    return msgspec.structs.replace(cover, wards=wards, expected=told)


def _list_waits(move: Move) -> list[WaitElsewhere]:
    if move.state == "ended":
        return []
    wait = WaitElsewhere(
        agency_id=move.agency_id,
        unit_id=move.unit_id,
        station_id=move.station_id,
        freed=move.freed,
        gain_s=move.gain_s,
        ordered=move.state == "ordered",
    )
    return [wait]


def _by_agency(units: Iterable[Unit], agencies: Sequence[str]) -> dict[str, int]:
    counted = dict.fromkeys(agencies, 0)
    for unit in units:
        counted[unit.agency_id] += 1
    return counted


def _nearest_m(wards: Sequence[ZoneWard], spots: Sequence[tuple[float, float]]) -> list[float | None]:
    """Haversine metres from each ward's middle to the nearest of the spots."""
    if not spots:
        return [None] * len(wards)
    at = np.radians(np.array(spots, dtype=np.float64))
    found: list[float | None] = []
    for ward in wards:
        lon, lat = np.radians((ward.middle.lon, ward.middle.lat))
        found.append(round(float(_haversine(at, lon, lat).min())))
    return found


def _haversine(at: npt.NDArray[np.float64], lon: float, lat: float) -> npt.NDArray[np.float64]:
    half = (
        np.sin((at[:, 1] - lat) / 2) ** 2 + np.cos(lat) * np.cos(at[:, 1]) * np.sin((at[:, 0] - lon) / 2) ** 2
    )
    found: npt.NDArray[np.float64] = 2 * _EARTH_M * np.arcsin(np.sqrt(half))
    return found
