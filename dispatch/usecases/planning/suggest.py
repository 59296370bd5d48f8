"""Busy units beside the plan: who is under way to something less urgent, or nearly free, and would be there
more than a minute sooner than what is proposed. Told for a person to decide; nothing here sends anybody.

It looks on its own, after plans are made, and asks the planner small questions of its own: no plan waits
for it. Straight lines compare badly, so that without the planner nothing is suggested.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice
from math import cos, radians
from typing import NamedTuple, Protocol

import msgspec

from dispatch.core.port import CorePort, CoreUnavailable
from dispatch.domain.model.assignment import ProposedUnit, Recommendation
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.suggestion import (
    BusyUnit,
    ComparedNeed,
    Comparison,
    Instead,
    RecordSuggestions,
    Suggestion,
)
from dispatch.domain.rules.plan import list_missing
from dispatch.domain.rules.suggestion import (
    RULE_VERSION,
    SAVES_S,
    UNDER_WAY,
    choose_suggestions,
    find_kind,
    may_be_suggested,
    says_the_same,
)
from dispatch.store.errors import StoreError
from dispatch.usecases.picture import Picture
from dispatch.usecases.planner import Planner, Prices, Timer
from dispatch.usecases.planning.busy_units import Busy, BusyUnits, Pair
from dispatch.usecases.planning.price_moving import Moved, MovePrices, find_rate
from dispatch.usecases.planning.recommend import OPEN_LEGS
from dispatch.usecases.planning.usual_times import UsualTimes
from dispatch.usecases.submit import submit_as_centre
from dispatch.usecases.unit_positions import FindPosition
from gis.geometry import LonLat, haversine_m
from routing.process.client import PlannerError, PlannerRefused

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0

AGAIN_S = 15.0
"""A plan is compared again after so long: units move on meanwhile."""

AT_A_LOOK = 5
"""So many incidents are compared at a look, the most urgent: the planner has plans to make."""

USUAL_FOR_S = 300.0
"""What is usual is worked out anew after so long."""

FEW = 6
"""Busy units that are compared for one need: the nearest in a straight line."""

FASTEST_MPS = 35.0
"""No vehicle is sooner than at this speed along the straight line: not worth a question."""

FAR_OFF_S = 86_400.0
"""How long a run may last at most of which that is not asked yet."""


class _Wanted(NamedTuple):
    """A need that waits, and who is proposed for it and comes last; None: a unit is missing."""

    need_id: str
    capability: str
    leg: Leg
    last: ProposedUnit | None


class Asked(Timer, Planner, Protocol):
    """What is needed of the planner's client."""


class Suggester:
    """Compares busy units with what is proposed. `run` goes on until it is cancelled."""

    def __init__(
        self,
        core: CorePort,
        picture: Picture,
        planner: Asked,
        *,
        find_position: FindPosition,
        now: Callable[[], datetime],
        prices: Prices | None = None,
    ) -> None:
        self._core = core
        self._picture = picture
        self._planner = planner
        self._now = now
        self._prices = MovePrices(picture, planner, find_position, now, prices)
        self._busy = BusyUnits(picture, find_position, now)
        self._compared: dict[str, tuple[int, datetime]] = {}
        self._usual: tuple[datetime, UsualTimes] | None = None

    async def run(self) -> None:
        """Look again and again. What fails now is tried again after AGAIN_S."""
        await self._picture.wait_loaded()
        while True:
            try:
                await self.look()
            except (CoreUnavailable, StoreError, PlannerError) as error:
                log.info("nothing is suggested now (%s)", error)
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Compare for incidents with a plan, the most urgent first. A unit that is suggested there is not
        suggested to the next. Raises PlannerError, CoreUnavailable, StoreError."""
        picture, taken = self._picture, set[str]()
        planned = [i for i in picture.open_incidents() if i.id in picture.recommendations]
        self._compared = {i.id: self._compared[i.id] for i in planned if i.id in self._compared}
        busy: list[Busy] | None = None
        left = AT_A_LOOK
        for incident in sorted(planned, key=lambda i: (i.priority, i.opened_at, i.id)):
            plan = picture.recommendations.get(incident.id)
            if plan is None:
                continue
            wanted = self._list_wanted(incident, plan)
            standing = {s.unit_id for s in plan.suggested or ()}
            if left > 0 and self._is_due(incident, plan, wanted, standing & taken):
                busy, left = busy if busy is not None else self._busy.list_busy(), left - 1
                standing = await self._suggest(incident, plan, wanted, busy, taken)
            taken |= standing

    def _is_due(
        self, incident: Incident, plan: Recommendation, wanted: Sequence[_Wanted], elsewhere: set[str]
    ) -> bool:
        """Whether an incident is to be compared: a new plan, a while after the last time, or when something
        that is suggested no longer holds."""
        standing = plan.suggested or ()
        need_ids = {need.need_id for need in wanted}
        if elsewhere or any(s.need_id not in need_ids or not self._holds(s, incident) for s in standing):
            return True
        version, at = self._compared.get(incident.id, (0, self._now()))
        is_over = (self._now() - at).total_seconds() >= AGAIN_S
        return bool(wanted) and (version != plan.version or is_over)

    def _holds(self, suggested: Suggestion, incident: Incident) -> bool:
        unit = self._picture.units.get(suggested.unit_id)
        assignment = self._picture.assignments.get(unit.assignment_id or "") if unit is not None else None
        current = self._picture.incidents.get(assignment.incident_id) if assignment is not None else None
        return (
            unit is not None
            and assignment is not None
            and current is not None
            and find_kind(unit.phase) == suggested.kind
            and may_be_suggested(unit, assignment, current, incident)
        )

    async def _suggest(
        self,
        incident: Incident,
        plan: Recommendation,
        wanted: Sequence[_Wanted],
        busy: Iterable[Busy],
        taken: set[str],
    ) -> set[str]:
        """Compare, and have recorded what follows; the units that are suggested from now on."""
        self._compared[incident.id] = (plan.version, self._now())
        near = self._list_near(incident, wanted, busy, taken)
        try:
            weighed = await self._compare(incident, wanted, near)
        except PlannerRefused as refused:
            log.info("nothing can be compared for %s: %s", incident.number, refused)
            weighed = await self._compare(incident, wanted, [])
        suggested = choose_suggestions(weighed)
        if not says_the_same(plan.suggested or (), suggested):
            command = RecordSuggestions(
                incident_id=incident.id, version=plan.version, suggested=suggested, weighed=weighed
            )
            await submit_as_centre(self._core, command, self._now())
        return {s.unit_id for s in suggested}

    def _list_wanted(self, incident: Incident, plan: Recommendation) -> list[_Wanted]:
        """Needs that lack units and that the plan speaks of; none while something waits by decision, or where
        the plan knew no roads."""
        if plan.degraded or incident.hold is not None or incident.place.lon_lat is None:
            return []
        short = {missing.need_id for missing in plan.missing}
        wanted = []
        for leg in self._picture.legs_of(incident):
            open_needs = (
                list_missing(leg, self._picture.assignments_of(leg)) if leg.state in OPEN_LEGS else []
            )
            for need, _ in open_needs:
                proposed = [p for p in plan.proposed if need.need_id in p.need_ids and self._may_go(p)]
                if need.need_id in short or proposed:
                    last = max(proposed, key=lambda p: p.eta_s) if need.need_id not in short else None
                    wanted.append(_Wanted(need.need_id, need.capability, leg, last))
        return wanted

    def _may_go(self, proposed: ProposedUnit) -> bool:
        unit = self._picture.units.get(proposed.unit_id)
        return unit is not None and self._picture.may_go(unit)

    def _list_near(
        self, incident: Incident, wanted: Sequence[_Wanted], busy: Iterable[Busy], taken: set[str]
    ) -> list[Busy]:
        """Busy units that may serve, with what: of each need the nearest few, in the order of their ids."""
        if not wanted or incident.place.lon_lat is None:
            return []
        target = LonLat(incident.place.lon_lat.lon, incident.place.lon_lat.lat)
        left_out = taken | {
            a.unit_id
            for leg in self._picture.legs_of(incident)
            for a in self._picture.assignments_of(leg)
            if a.ended_how == "declined"
        }
        squeeze, near = cos(radians(target.lat)), dict[str, Busy]()
        for need in wanted:
            able = [
                (((b.at[0] - target.lon) * squeeze) ** 2 + (b.at[1] - target.lat) ** 2, b.unit.id, b)
                for b in busy
                if need.leg.agency_id == b.unit.agency_id and need.capability in b.unit.capabilities
            ]
            fitting = (
                b
                for _, unit_id, b in sorted(able, key=lambda option: option[:2])
                if unit_id not in left_out
                and _may_be_sooner(haversine_m(LonLat(*b.at), target), need)
                and may_be_suggested(b.unit, b.assignment, b.current, incident)
            )
            for b in islice(fitting, FEW):
                known = near.get(b.unit.id, b)
                near[b.unit.id] = known._replace(need_ids=(*known.need_ids, need.need_id))
        return [near[unit_id] for unit_id in sorted(near)]

    async def _compare(
        self, incident: Incident, wanted: Sequence[_Wanted], busy: Sequence[Busy]
    ) -> Comparison:
        """All units timed at the same moment, those that are proposed and on the road too."""
        lasts = [need.last for need in wanted if need.last is not None] if busy else []
        origins = {b.unit.id: (b.unit.vehicle_class, b.at) for b in busy}
        for last in lasts:
            unit = self._picture.units[last.unit_id]
            at = self._busy.locate(unit)
            if not unit.in_quarters and at is not None:
                origins[unit.id] = (unit.vehicle_class, (at.lon, at.lat))
        travel_s = await self._time(incident, origins)
        needs = tuple(self._tell_need(need, travel_s, incident.priority) for need in wanted)
        asked = Comparison(version=RULE_VERSION, priority=incident.priority, needs=needs, units=())
        timed = [
            (b, self._begin(b, b.turnout_s + travel_s[b.unit.id], incident.priority))
            for b in busy
            if b.unit.id in travel_s
        ]
        timed.sort(key=lambda pair: (pair[1].travel_s + (pair[1].left_s or 0.0), pair[1].unit_id))
        plan = self._picture.recommendations.get(incident.id)
        proposed = {p.unit_id for p in plan.proposed} if plan is not None else set()
        return msgspec.structs.replace(asked, units=tuple(await self._ask_left(asked, timed, proposed)))

    def _tell_need(self, need: _Wanted, travel_s: dict[str, float], priority: int) -> ComparedNeed:
        """What is proposed, and what that costs. A unit that has set out since the plan was made is timed as
        it drives; one in quarters as it was."""
        last, (late_after_s, late_price_s) = need.last, self._prices.find_late(need.leg.agency_id)
        told = ComparedNeed(
            need_id=need.need_id,
            leg_id=need.leg.id,
            capability=need.capability,
            eta_s=None,
            late_after_s=late_after_s,
            late_price_s=late_price_s,
        )
        if last is None:
            return told
        return msgspec.structs.replace(
            told,
            eta_s=round(travel_s.get(last.unit_id, last.eta_s), 1),
            unit_id=last.unit_id,
            gone_s=self._prices.price_proposed(last, need.leg, priority),
        )

    async def _ask_left(
        self, asked: Comparison, timed: Iterable[tuple[Busy, BusyUnit]], proposed: set[str]
    ) -> list[BusyUnit]:
        """Soonest first: what it would leave behind is asked only of one that might be suggested then, for a
        need that none before it met."""
        compared, met = list[BusyUnit](), set[str]()
        for busy, begun in timed:
            unmet = tuple(id_ for id_ in begun.need_ids if id_ not in met)
            unit = await self._ask_run(asked, busy, msgspec.structs.replace(begun, need_ids=unmet), proposed)
            met |= {s.need_id for s in choose_suggestions(msgspec.structs.replace(asked, units=(unit,)))}
            compared.append(msgspec.structs.replace(unit, need_ids=begun.need_ids))
        return compared

    async def _ask_run(self, asked: Comparison, busy: Busy, begun: BusyUnit, proposed: set[str]) -> BusyUnit:
        """Of one under way: how long its own run will last, and who would go there instead; no more of one
        that is not suggested at best."""
        target = busy.current.place.lon_lat
        if begun.phase not in UNDER_WAY or target is None or not _may_be(asked, _with_left(begun, FAR_OFF_S)):
            return begun
        (left_s,) = await self._planner.travel_times(
            [busy.at], (target.lon, target.lat), busy.unit.vehicle_class, hot=busy.assignment.hot
        )
        if left_s is None:
            return begun
        unit = _with_left(begun, busy.turnout_s + left_s)
        if not _may_be(asked, unit):
            return unit
        freed = {need.unit_id for need in asked.needs if need.eta_s is not None}
        wanted = next(need.capability for need in asked.needs if need.need_id in begun.need_ids)
        moved = Moved(busy.assignment, busy.current, wanted)
        instead = await self._prices.list_instead(moved, asked.priority, freed, proposed - freed)
        return msgspec.structs.replace(unit, instead=instead)

    def _begin(self, busy: Busy, travel_s: float, priority: int) -> BusyUnit:
        """As far as is known without asking. One that clears is free after what is usual; of one that has
        taken longer already nobody knows."""
        phase, now = busy.unit.phase, self._now()
        compared = BusyUnit(
            unit_id=busy.unit.id,
            phase=phase,
            priority=busy.current.priority,
            need_ids=busy.need_ids,
            travel_s=round(travel_s, 1),
            left_s=None,
            gone_s=0.0 if phase in UNDER_WAY else self._prices.price_gone(busy.unit, priority),
            rate=find_rate(priority, busy.current.priority),
        )
        begun = busy.assignment.times.get(phase)
        if phase in UNDER_WAY or begun is None:
            return compared
        if self._usual is None or (now - self._usual[0]).total_seconds() >= USUAL_FOR_S:
            self._usual = now, UsualTimes(self._picture.assignments.values())
        known = self._usual[1].find(busy.unit.agency_id, phase)
        left_s = known.seconds - (now - begun.occurred_at).total_seconds()
        told = msgspec.structs.replace(compared, usual_s=round(known.seconds, 1), runs=known.runs)
        return _with_left(told, left_s) if left_s > 0 else told

    async def _time(self, incident: Incident, origins: dict[str, tuple[str, Pair]]) -> dict[str, float]:
        """Seconds to an incident by unit, those left out from whose place no way is known."""
        target, times = incident.place.lon_lat, dict[str, float]()
        for vehicle_class in sorted({vehicle_class for vehicle_class, _ in origins.values()}):
            units = {unit_id: at for unit_id, (of, at) in origins.items() if of == vehicle_class}
            if target is None:
                break
            travel_s = await self._planner.travel_times(
                list(units.values()), (target.lon, target.lat), vehicle_class, hot=incident.priority <= 2
            )
            times |= {u: s for u, s in zip(units, travel_s, strict=True) if s is not None}
        return times


def _may_be(asked: Comparison, unit: BusyUnit) -> bool:
    """Whether it is suggested at best: if somebody were at its own incident at once instead."""
    free = Instead(unit_id="", eta_s=0.0, price_s=0.0, gone_s=0.0)
    hoped = msgspec.structs.replace(unit, instead=(free,))
    return bool(choose_suggestions(msgspec.structs.replace(asked, units=(hoped,))))


def _with_left(compared: BusyUnit, left_s: float) -> BusyUnit:
    return msgspec.structs.replace(compared, left_s=round(left_s, 1))


def _may_be_sooner(far_m: float, need: _Wanted) -> bool:
    return need.last is None or far_m / FASTEST_MPS + SAVES_S < need.last.eta_s
