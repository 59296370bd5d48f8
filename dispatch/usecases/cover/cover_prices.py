"""What taking a unit costs those who call next, and where free units should wait: the simulator's policies.

The policy that an agency's tables name (`routing.terms.deployment`) is asked for each thing its units can do.
Until the roads between wards and stations are measured, and where there is no planner, cover has no price and
plans go by arrival alone. Nothing here sends or moves anybody.
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from dispatch.agencies.errors import CodeTableError
from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.unit import Station, Unit
from dispatch.domain.model.values import Phase
from dispatch.store.connect import translated
from dispatch.store.errors import StoreError
from dispatch.usecases.cover.forecast import read_forecast, weigh_wards
from dispatch.usecases.picture import Picture, is_free
from dispatch.usecases.unit_positions import FindPosition
from gis.store.queries import Source
from gis.store.ward_weights import list_street_m
from gis.zones import load_zones
from routing.cover.city_region import CityRegion, RegionUnusable, make_city_region
from routing.cover.cover import Group, MoveGains, add_up, price_group
from routing.graph.model import FloatArray
from routing.process.client import PlannerError
from routing.terms.deployment import DEPLOYMENT_MODULES, Busy, Deployment, Situation, get_deployment
from routing.terms.messages import LonLat

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
"""Prices are of a picture at most so old: a whole fleet is not weighed anew for every plan."""

MEASURE_EVERY_S = 3600.0
TRY_AGAIN_S = 5.0
ROWS_AT_ONCE = 2
PAUSE_SHARE = 2.0
"""Roads are measured a few rows at a time, with a pause of so many times as long after each: plans never wait
for it, and two thirds of the planner stay theirs."""

BUSY_SHARE = 0.25
"""Of an agency's units that are on calls on average, until it was seen otherwise."""

SHIFT_S = 12 * 3600.0

NO_PRICE = "closest"
"""The policy under which no absence costs anything: for its agencies nothing is measured or priced."""

_BUSY_PHASES = {
    Phase.DISPATCHED: "driving",
    Phase.RECEIVED: "driving",
    Phase.EN_ROUTE: "driving",
    Phase.STAGED: "on_scene",
    Phase.ON_SCENE: "on_scene",
    Phase.AT_PATIENT: "on_scene",
    Phase.TRANSPORTING: "to_hospital",
    Phase.AT_HOSPITAL: "at_hospital",
    Phase.CLEARING: "at_hospital",
}


class Roads(Protocol):
    """What is needed of the planner."""

    async def matrix(
        self,
        origins: list[LonLat],
        destinations: list[LonLat],
        vehicle_class: str,
        *,
        hot: bool = False,
        deadline_s: float | None = None,
    ) -> FloatArray: ...


@dataclass(frozen=True)
class Waiting:
    """A unit that would wait better elsewhere, and what the next call gains by it; `freed` = it has just
    become free and stands nowhere yet."""

    unit_id: str
    station_id: str
    gain_s: float
    freed: bool


class _Standing(NamedTuple):
    """A unit at a place of its region, and the base it stands at or will, by when."""

    unit: Unit
    place: int
    base: int
    due_min: float


@dataclass
class _Cover:
    """An agency's region, its stations as places of it, and its units' prices as of the last look."""

    city: CityRegion
    places: dict[str, int]
    groups: dict[str, Group]
    gains: MoveGains
    measured_at: datetime
    price_s: dict[str, float] = field(default_factory=dict)
    looked_at: datetime | None = None


class CoverPrices:
    """Keeps regions and prices. `run` measures roads until it is cancelled."""

    def __init__(
        self,
        picture: Picture,
        book: CodeBook,
        roads: Roads | None,
        city: Source,
        find_position: FindPosition,
        now: Callable[[], datetime],
        learned: Path | None = None,
    ) -> None:
        self._learned = learned
        self.policies = {agency.id: agency.cover.policy for agency in book.agencies.values()}
        """Agency → the policy that prices its units. Raises CodeTableError for one that does not exist."""
        for agency_id, policy in self.policies.items():
            if policy not in DEPLOYMENT_MODULES:
                what = f"policy {policy!r} is none of {', '.join(DEPLOYMENT_MODULES)}"
                raise CodeTableError(f"{agency_id}/agency.toml: cover", what)
        self.policy = ", ".join(f"{agency_id} {policy}" for agency_id, policy in self.policies.items())
        self._picture, self._book, self._roads, self._city = picture, book, roads, city
        self._find_position, self._now = find_position, now
        self._covers: dict[str, _Cover] = {}
        self._busy: dict[str, float] = {}

    async def run(self) -> None:
        """Measure every agency's roads: again every hour, when its stations change, and after the planner was
        away."""
        if self._roads is None:
            await asyncio.Event().wait()
        await self._picture.wait_loaded()
        while True:
            due = [agency_id for agency_id in self._book.agencies if self._is_due(agency_id)]
            try:
                wards = await self._list_wards() if due else []
            except StoreError as error:
                log.warning("no wards for prices of cover now (%s)", error)
                due = []
            made = await asyncio.to_thread(read_forecast, self._learned) if due and self._learned else None
            for agency_id in due:
                await self.measure(agency_id, weigh_wards(made, agency_id, wards, self._now()))
            await asyncio.sleep(TRY_AGAIN_S)

    def _is_due(self, agency_id: str) -> bool:
        """Never measured, long ago, or with other stations than it has now; never where nothing is priced."""
        if self.policies[agency_id] == NO_PRICE:
            return False
        stations = {s.id for s in self._picture.list_own_stations(agency_id)}
        cover = self._covers.get(agency_id)
        if cover is None:
            return bool(stations)
        age_s = (self._now() - cover.measured_at).total_seconds()
        return stations != cover.places.keys() or age_s >= MEASURE_EVERY_S

    async def _list_wards(self) -> list[tuple[str, LonLat, float]]:
        """Wards with streets: code, middle, metres of street. Raises DatabaseLost."""
        with translated():
            zones, street_m = await load_zones(self._city), await list_street_m(self._city)
        return [
            (w.code, (w.middle.lon, w.middle.lat), street_m[w.code])
            for w in zones.wards
            if w.code in street_m
        ]

    def is_priced(self, agency_id: str) -> bool:
        """Whether an agency's units have prices yet."""
        return agency_id in self._covers

    def price_s(self, unit: Unit) -> float:
        """What the absence of a free unit costs, as seconds of its arrival; 0 where nothing is known yet."""
        cover = self._covers.get(unit.agency_id)
        if cover is None:
            return 0.0
        at = self._now()
        if cover.looked_at is None or (at - cover.looked_at).total_seconds() >= LOOK_EVERY_S:
            self._look(cover, unit.agency_id)
            cover.looked_at = at
        return cover.price_s.get(unit.id, 0.0)

    def late_s(self, agency_id: str) -> tuple[float, float]:
        """From which arrival on a unit of an agency is late, and what that costs beyond; zeros: never."""
        cover = self._covers.get(agency_id)
        if cover is None or not cover.groups:
            return 0.0, 0.0
        policy = next(iter(cover.groups.values())).policy
        return 60.0 * cover.city.region.late_min, 60.0 * policy.late_price_min

    async def advise(self, agency_id: str) -> list[Waiting]:
        """Units on their way back that would wait better at another station, then idle ones that should move
        up: few, since each must gain more than the agency's threshold and drives stay under one a call. Units
        that have a move count where it leads, and are not advised again."""
        cover = self._covers.get(agency_id)
        least = self._book.agencies[agency_id].cover.move_gain_s
        if cover is None or least is None:
            return []
        stations = {place: station_id for station_id, place in cover.places.items()}
        found: dict[str, Waiting] = {}
        standings = self._list_standings(cover, agency_id, proposed=True)
        for capability, group in cover.groups.items():
            units, now = self._survey(standings, capability)
            self._count_calls(now, agency_id)
            own = {n for n in now.idle if units[n].capabilities[:1] == (capability,)}
            own -= {n for n in now.idle if units[n].id in self._picture.live_moves}
            freed = [n for n in now.idle if n in own and units[n].phase is Phase.RETURNING]
            goals, moves = await asyncio.to_thread(_choose, group.policy, now, freed)
            for number, base in (*goals, *moves):
                if number not in own or base not in stations or base == now.base[number]:
                    continue
                gain_s = group.share * cover.gains.find_gain_s(now, number, now.base[number], base)
                if gain_s >= least:
                    unit_id = units[number].id
                    waiting = Waiting(unit_id, stations[base], gain_s, freed=number in freed)
                    found.setdefault(unit_id, waiting)
        return list(found.values())

    def find_gain_s(self, unit: Unit, station_id: str) -> float | None:
        """What the next call gains now when this free unit waits at a station instead of where it would
        stand; None where that cannot be said."""
        cover = self._covers.get(unit.agency_id)
        capability = unit.capabilities[0] if unit.capabilities else ""
        if cover is None or station_id not in cover.places or capability not in cover.groups:
            return None
        units, now = self._survey(self._list_standings(cover, unit.agency_id, proposed=True), capability)
        number = next((n for n in now.idle if units[n].id == unit.id), None)
        if number is None:
            return None
        stay = self._find_stay(cover, unit, now.place[number])
        gain_s = cover.gains.find_gain_s(now, number, stay, cover.places[station_id])
        return cover.groups[capability].share * gain_s

    async def measure(self, agency_id: str, wards: list[tuple[str, LonLat, float]]) -> bool:
        """Measure the roads of an agency; whether its region can be used now."""
        stations = self._picture.list_own_stations(agency_id)
        agency = self._book.agencies[agency_id]
        classes = Counter(u.vehicle_class for u in self._picture.list_own_units(agency_id))
        if not stations or not classes or self._roads is None:
            return False
        vehicle_class = classes.most_common(1)[0][0]
        bases = [(s.id, (s.lon_lat.lon, s.lon_lat.lat)) for s in stations]
        sites = [at for _, at, _ in wards] + [at for _, at in bases]
        drive_s: list[list[float]] = []
        loop = asyncio.get_running_loop()
        try:
            for first in range(0, len(sites), ROWS_AT_ONCE):
                rows, asked_at = sites[first : first + ROWS_AT_ONCE], loop.time()
                told = await self._roads.matrix(rows, sites, vehicle_class, hot=True, deadline_s=30.0)
                drive_s += told.tolist()
                await asyncio.sleep(PAUSE_SHARE * (loop.time() - asked_at))
            city = await asyncio.to_thread(
                make_city_region,
                wards,
                bases,
                drive_s,
                vehicle_class,
                calls_at_once=self._count_busy(agency_id),
            )
        except (PlannerError, RegionUnusable) as error:
            log.warning("no prices of cover for %s yet (%s)", agency.line, error)
            return agency_id in self._covers
        places = {s.id: len(wards) + number for number, s in enumerate(stations)}
        make, homes = get_deployment(self.policies[agency_id]), city.region.bases
        groups = {
            capability: Group(share, await asyncio.to_thread(make, city.region, homes))
            for capability, share in list_shares(self._book, agency_id).items()
        }
        gains = await asyncio.to_thread(MoveGains, city.region)
        self._covers[agency_id] = _Cover(city, places, groups, gains, self._now())
        return True

    def _count_busy(self, agency_id: str) -> float:
        """Units on calls at once: what was seen lately, or a share of all before anything was seen."""
        units = len(self._picture.list_own_units(agency_id))
        return max(1.0, self._busy.get(agency_id, BUSY_SHARE * units))

    def _look(self, cover: _Cover, agency_id: str) -> None:
        """Price all free units of an agency at once: each is asked for by many plans before the next look."""
        prices: dict[str, dict[str, float]] = {}
        standings = self._list_standings(cover, agency_id)
        for capability, group in cover.groups.items():
            units, now = self._survey(standings, capability)
            prices[capability] = price_group(group, [u.id for u in units], now)
            seen = self._busy.get(agency_id, float(len(now.busy)))
            self._busy[agency_id] = seen + 0.01 * (len(now.busy) - seen)
        priced = {unit_id for group_prices in prices.values() for unit_id in group_prices}
        units_by_id = self._picture.units
        cover.price_s = {i: add_up(units_by_id[i].capabilities, prices, i) for i in priced}

    def _list_standings(self, cover: _Cover, agency_id: str, *, proposed: bool = False) -> list[_Standing]:
        """The agency's units that are in service. Who was ordered to wait elsewhere, or is `proposed` to,
        counts as going there."""
        units = sorted(
            (
                u
                for u in self._picture.units.values()
                if u.agency_id == agency_id
                and u.phase is not Phase.OUT_OF_SERVICE
                and not u.test
                and u.station_id in cover.places
            ),
            key=_by_id,
        )
        region, now_min = cover.city.region, self._now().timestamp() / 60.0
        standings = []
        for unit in units:
            home = cover.places[unit.station_id]
            place = home if unit.in_quarters else self._find_place(cover, unit, home)
            goal = self._find_goal(cover, unit, proposed)
            base = goal if goal is not None else self._find_stay(cover, unit, place)
            due_min = now_min + region.drive_min[place, base] / region.home_speed
            standings.append(_Standing(unit, place, base, due_min))
        return standings

    def _survey(self, standings: list[_Standing], capability: str) -> tuple[list[Unit], Situation]:
        """The units that can do this, as policies see them; minutes count from any moment."""
        able = [standing for standing in standings if capability in standing.unit.capabilities]
        now = Situation(
            self._now().timestamp() / 60.0,
            [],
            [standing.place for standing in able],
            [standing.base for standing in able],
            [standing.due_min for standing in able],
        )
        for number, (unit, place, _, _) in enumerate(able):
            if is_free(unit):
                now.idle.append(number)
            else:
                phase = _BUSY_PHASES.get(unit.phase, "driving")
                now.busy.append(Busy(number, phase, place, unit.phase_since.timestamp() / 60.0, None))
        return [standing.unit for standing in able], now

    def _count_calls(self, now: Situation, agency_id: str) -> None:
        """Calls and ordered drives of the last shift, by which policies cap the drives."""
        since = self._now() - timedelta(seconds=SHIFT_S)
        picture = self._picture
        now.calls = sum(
            leg.agency_id == agency_id and leg.requested_at > since for leg in picture.legs.values()
        )
        now.trips = sum(
            move.agency_id == agency_id and (move.ordered_at or move.proposed_at) > since
            for move in picture.moves.values()
            if move.ordered_at is not None or move.state == "proposed"
        )

    def _find_goal(self, cover: _Cover, unit: Unit, proposed: bool) -> int | None:
        """Where its move leads it, if it has one that counts."""
        move = self._picture.live_moves.get(unit.id)
        counts = move is not None and (proposed or move.state == "ordered")
        return cover.places.get(move.station_id) if move is not None and counts else None

    def _find_stay(self, cover: _Cover, unit: Unit, place: int) -> int:
        """Where it stands, or will when it is back."""
        home = cover.places[unit.station_id]
        return home if unit.in_quarters or unit.phase is Phase.RETURNING else place

    def _find_place(self, cover: _Cover, unit: Unit, home: int) -> int:
        at = self._find_position(unit.id)
        return cover.city.find_nearest((at.lon, at.lat)) if at is not None else home


def list_shares(book: CodeBook, agency_id: str) -> dict[str, float]:
    """Capability → the share of an agency's incident types whose plan asks it for this at level 1. How often
    each type happens is not known to a centre without a past, so that all count alike."""
    asked: defaultdict[str, int] = defaultdict(int)
    types = 0
    for type_ in book.types.values():
        plan = book.find_plan(type_.code, type_.priority)
        legs = [leg for leg in plan.levels[0] if leg.agency_id == agency_id] if plan is not None else []
        capabilities = {need.capability for leg in legs for need in leg.needs}
        types += bool(capabilities)
        for capability in capabilities:
            asked[capability] += 1
    return {capability: count / types for capability, count in sorted(asked.items())}


def _choose(
    policy: Deployment, now: Situation, freed: list[int]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Bases of freed units, and move-ups."""
    return [(unit, policy.choose_base(now, unit)) for unit in freed], list(policy.choose_moves(now))


def _by_id(entity: Station | Unit) -> str:
    return entity.id
