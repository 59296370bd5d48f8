"""An agency's units through a city day: several to an incident, by capability, as response plans ask.

As in `kernel`, an incident's arrival and a unit's becoming free are the only events. Units are assigned as
the live centre does it: the same weighing, prices of cover and assignment (`routing.weighing`,
`routing.cover`); under `closest` need after need takes whoever is there first, and everybody goes home. What
waits is served by priority and age under every policy.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dispatch.domain.codebook import PlanNeed
from dispatch.simulate.city_days import Day, Incident, Job
from dispatch.simulate.city_model import AgencyModel, CityUnit
from routing.cover import MOST_COVER_S, Group, add_up, price_group
from routing.deployment import Busy, Situation, get_deployment
from routing.weighing import WEIGHING_VERSION, WeighedNeed, WeighedOption, Weighing, decide

CLOSEST = "closest"
MORE_OPTIONS = 4


@dataclass
class Sent:
    """A unit at an incident: minutes after the incident's arrival when it left for it and was there."""

    unit: int
    capability: str
    sent_min: float
    there_min: float


@dataclass
class Response:
    """What an agency did for one incident; `wanted` units in all."""

    number: int
    wanted: int
    sent: list[Sent] = field(default_factory=list)


@dataclass(frozen=True)
class Work:
    """The moments of one unit's job, in minutes of the day; it ends at its hospital, where it takes somebody
    there, and else where it was."""

    number: int
    unit: int
    capability: str
    start: int
    place: int
    end: int
    sent_min: float
    left_min: float
    there_min: float
    leaves_min: float
    at_hospital_min: float
    free_min: float


@dataclass(frozen=True)
class Drive:
    """An idle unit on its way to where it will wait, unless it is sent before."""

    unit: int
    start: int
    base: int
    left_min: float
    due_min: float


@dataclass
class _Waiting:
    number: int
    need: PlanNeed
    left: int


class AgencySimulation:
    """One run of one agency. `run` gives what became of each incident that concerns it; `works` and `drives`
    then tell what every unit did, in the order in which it was begun."""

    def __init__(self, model: AgencyModel, policy: str, day: Day) -> None:
        self._model, self._policy, self._day = model, policy, day
        self._drive = model.drive_min
        homes = [unit.base for unit in model.units]
        self._place, self._base = list(homes), list(homes)
        self._from, self._left, self._due = list(homes), [0.0] * len(homes), [0.0] * len(homes)
        self._idle = set(range(len(homes)))
        self._work: dict[int, Work] = {}
        self.works: list[Work] = []
        self.drives: list[Drive] = []
        self._free_at: list[tuple[float, int]] = []
        self._waiting: list[_Waiting] = []
        self._responses: dict[int, Response] = {}
        self._now = 0.0
        self._calls = self.trips = 0
        self._members = {
            capability: [n for n, unit in enumerate(model.units) if capability in unit.capabilities]
            for capability in model.shares
        }
        make = get_deployment(policy)
        self._groups = {
            capability: Group(share, make(model.region, [homes[n] for n in self._members[capability]]))
            for capability, share in model.shares.items()
        }

    def run(self) -> list[Response]:
        """The day until everybody was served, or nobody is left who could serve."""
        for number, incident in enumerate(self._day.incidents):
            needs = incident.needs.get(self._model.agency_id)
            if needs:
                self._free_until(incident.at_min)
                self._now = incident.at_min
                self._calls += 1
                self._receive(number, incident, needs)
        self._free_until(float("inf"))
        return [self._responses[number] for number in sorted(self._responses)]

    def _receive(self, number: int, incident: Incident, needs: Sequence[PlanNeed]) -> None:
        self._responses[number] = Response(number, sum(need.count for need in needs))
        self._move_along()
        weighing, units = self._weigh(incident, needs)
        touched: set[int] = set()
        for need, weighed, chosen in zip(needs, weighing.needs, decide(weighing).chosen, strict=True):
            able = {option.unit: option.capability for option in weighed.options}
            for unit in chosen:
                self._send(units[unit], number, able[unit])
                touched.add(units[unit])
            if len(chosen) < need.count:
                self._waiting.append(_Waiting(number, need, need.count - len(chosen)))
        self._move_up(touched)

    def _weigh(self, incident: Incident, needs: Sequence[PlanNeed]) -> tuple[Weighing, list[int]]:
        """The question as the live centre weighs it; its units are numbered as in the returned list."""
        prices = {c: price_group(g, self._ids(c), self._survey(c)) for c, g in self._groups.items()}
        limit = sum(need.count for need in needs) + MORE_OPTIONS
        found = [self._list_options(incident, need, prices, limit) for need in needs]
        units = sorted({unit for options in found for unit, _ in options})
        numbers = {unit: number for number, unit in enumerate(units)}
        weighed = tuple(
            WeighedNeed(
                need.capability,
                incident.priority,
                need.count,
                min(need.minimum, need.count),
                tuple(WeighedOption(numbers[unit], *option) for unit, option in options),
            )
            for need, options in zip(needs, found, strict=True)
        )
        method = "greedy" if self._policy == CLOSEST else "min_cost_flow"
        names = tuple(self._model.units[unit].unit_id for unit in units)
        return Weighing(WEIGHING_VERSION, method, self._policy, names, weighed), units

    def _list_options(
        self, incident: Incident, need: PlanNeed, prices: dict[str, dict[str, float]], limit: int
    ) -> list[tuple[int, tuple[str, float, float, float, float, float, float]]]:
        late_min = next(iter(self._groups.values())).policy.late_price_min
        options = []
        for number in sorted(self._idle):
            able = _fit(need, self._model.units[number])
            if able is None:
                continue
            unit, (capability, price_s) = self._model.units[number], able
            turnout_s, travel_s = self._reach_s(number, incident.place)
            cover_s = min(MOST_COVER_S[incident.priority], add_up(unit.capabilities, prices, unit.unit_id))
            late = turnout_s + travel_s > 60.0 * self._model.region.late_min
            late_s = 60.0 * late_min if late else 0.0
            cost_s = turnout_s + travel_s + price_s + cover_s + late_s
            options.append((cost_s, number, (capability, turnout_s, travel_s, price_s, 0.0, cover_s, late_s)))
        return [(number, option) for _, number, option in sorted(options)[:limit]]

    def _reach_s(self, number: int, place: int) -> tuple[float, float]:
        """Turnout and travel from where a unit is now."""
        unit = self._model.units[number]
        stands = self._place[number] == self._base[number]
        drive = self._drive[unit.vehicle_class][self._place[number], place]
        return (
            60.0 * unit.turnout_min if stands else 0.0,
            round(60.0 * float(drive) * self._day.slow(self._now), 1),
        )

    def _send(self, number: int, incident_number: int, capability: str) -> None:
        incident, now = self._day.incidents[incident_number], self._now
        response = self._responses[incident_number]
        job: Job = incident.jobs[self._model.agency_id][len(response.sent)]
        turnout_s, travel_s = self._reach_s(number, incident.place)
        there = now + (turnout_s + travel_s) / 60.0
        leaves = there + job.scene_min
        end, at_hospital, free = incident.place, leaves, leaves
        if job.aboard and self._model.agency_id == "115" and capability in ("als", "bls"):
            drive = self._drive[self._model.units[number].vehicle_class][incident.place]
            end = min(self._model.region.bases, key=lambda base: float(drive[base]))
            at_hospital = leaves + float(drive[end]) * self._day.slow(leaves)
            free = at_hospital + job.handover_min
        self._idle.discard(number)
        self._work[number] = work = Work(
            number=incident_number,
            unit=number,
            capability=capability,
            start=self._place[number],
            place=incident.place,
            end=end,
            sent_min=now,
            left_min=now + turnout_s / 60.0,
            there_min=there,
            leaves_min=leaves,
            at_hospital_min=at_hospital,
            free_min=free,
        )
        self.works.append(work)
        heapq.heappush(self._free_at, (free, number))
        response.sent.append(Sent(number, capability, now - incident.at_min, there - incident.at_min))

    def _free_until(self, until_min: float) -> None:
        while self._free_at and self._free_at[0][0] <= until_min:
            self._now, number = heapq.heappop(self._free_at)
            self._release(number)

    def _release(self, number: int) -> None:
        work = self._work.pop(number)
        self._place[number] = self._base[number] = self._from[number] = work.end
        self._left[number] = self._due[number] = self._now
        self._idle.add(number)
        waiting = min(
            (w for w in self._waiting if _fit(w.need, self._model.units[number]) is not None),
            key=lambda w: (self._day.incidents[w.number].priority, w.number),
            default=None,
        )
        if waiting is not None:
            able = _fit(waiting.need, self._model.units[number])
            waiting.left -= 1
            if waiting.left == 0:
                self._waiting.remove(waiting)
            self._send(number, waiting.number, able[0] if able is not None else waiting.need.capability)
            return
        self._move_along()
        capability = self._primary(number)
        goal = self._model.units[number].base
        if capability is not None:
            members = self._members[capability]
            now = self._survey(capability)
            goal = self._groups[capability].policy.choose_base(now, members.index(number))
        self._drive_to(number, goal)
        self._move_up({number})

    def _move_up(self, touched: set[int]) -> None:
        for capability in sorted({c for number in touched if (c := self._primary(number)) is not None}):
            now = self._survey(capability)
            for unit, base in self._groups[capability].policy.choose_moves(now):
                self._drive_to(self._members[capability][unit], base)

    def _drive_to(self, number: int, base: int) -> None:
        start = self._place[number]
        drive = float(self._drive[self._model.units[number].vehicle_class][start, base])
        self._from[number], self._left[number], self._base[number] = start, self._now, base
        self._due[number] = self._now + drive * self._day.slow(self._now) / self._model.region.home_speed
        self.trips += start != base
        if start != base:
            self.drives.append(Drive(number, start, base, self._left[number], self._due[number]))

    def _move_along(self) -> None:
        """Every idle unit along the straight line of its drive."""
        at = self._model.region.xy_m
        for number in self._idle:
            base = self._base[number]
            if self._place[number] == base:
                continue
            whole = self._due[number] - self._left[number]
            gone = (self._now - self._left[number]) / whole if whole > 0 else 1.0
            if gone >= 1.0:
                self._place[number] = base
                continue
            here = at[self._from[number]] + (at[base] - at[self._from[number]]) * gone
            self._place[number] = int(np.argmin(((at - here) ** 2).sum(axis=1)))

    def _survey(self, capability: str) -> Situation:
        """A group as its policy sees it: its units numbered from 0."""
        members, now = self._members[capability], self._now
        seen = Situation(
            now,
            [n for n, unit in enumerate(members) if unit in self._idle],
            [self._place[unit] for unit in members],
            [self._base[unit] for unit in members],
            [self._due[unit] for unit in members],
            calls=self._calls,
            trips=self.trips,
        )
        seen.busy = [_look(n, self._work[u], now) for n, u in enumerate(members) if u in self._work]
        return seen

    def _primary(self, number: int) -> str | None:
        return next((c for c in self._model.units[number].capabilities if c in self._groups), None)

    def _ids(self, capability: str) -> list[str]:
        return [self._model.units[unit].unit_id for unit in self._members[capability]]


def _fit(need: PlanNeed, unit: CityUnit) -> tuple[str, float] | None:
    """By which capability a unit serves a need, and the price of that; None where it cannot."""
    if need.capability in unit.capabilities:
        return need.capability, 0.0
    able = [(price_s, c) for c, price_s in need.substitutes if c in unit.capabilities]
    return (min(able)[1], min(able)[0]) if able else None


def _look(number: int, work: Work, now: float) -> Busy:
    if now < work.there_min:
        return Busy(number, "driving", work.place, work.sent_min, work.there_min)
    if now < work.leaves_min or work.end == work.place:
        return Busy(number, "on_scene", work.place, work.there_min, None)
    if now < work.at_hospital_min:
        return Busy(number, "to_hospital", work.end, work.leaves_min, work.at_hospital_min)
    return Busy(number, "at_hospital", work.end, work.at_hospital_min, None)
