"""An agency's units through a city day: several to an incident, by capability, as response plans ask.

As in `kernel`, an incident's arrival and a unit's becoming free are the events, and a unit's leaving for a
hospital. Units are assigned by the live centre's own plan (`city_planning`, `routing.cover.cover`); under
`closest` need after need takes whoever is there first, and everybody goes home. What waits is served by
priority and age under every policy.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dispatch.domain.codebook import PlanNeed
from dispatch.simulate.city_care import Care
from dispatch.simulate.city_days import Day, Incident, Job
from dispatch.simulate.city_model import AgencyModel, CityUnit
from dispatch.simulate.city_planning import CityPlanner, Question
from dispatch.simulate.city_shifts import Change, list_changes
from routing.cover.cover import Group, price_group
from routing.terms.deployment import Busy, Situation, get_deployment
from routing.terms.messages import LonLat


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


_WORKED, _BEGINS, _OVER, _BACK = range(4)
"""What comes up next: a unit's work is done, or it leaves the scene; a shift begins; nobody of the one before
it may be sent any more; a new crew has the vehicle."""


class AgencySimulation:
    """One run of one agency. `run` gives what became of each incident that concerns it; `works` and `drives`
    then tell what every unit did, in the order in which it was begun, `care` who was brought where, and
    `short` at how many incidents a minimum that must stay did not hold once their units were sent."""

    def __init__(self, model: AgencyModel, policy: str, day: Day) -> None:
        self._model, self._policy, self._day = model, policy, day
        self.agency_id = model.agency_id
        self._drive = model.drive_min
        homes = [unit.base for unit in model.units]
        self._place, self._base = list(homes), list(homes)
        self._from, self._left, self._due = list(homes), [0.0] * len(homes), [0.0] * len(homes)
        self._idle = set(range(len(homes)))
        self._work: dict[int, Work] = {}
        self.works: list[Work] = []
        self.drives: list[Drive] = []
        self._placed_work: dict[int, int] = {}
        self._due_at: list[tuple[float, int, int]] = []
        self._changing: dict[int, Change] = {}
        self._changes: list[Change] = []
        self._aboard: dict[int, Job] = {}
        self._brought: Counter[int] = Counter()
        self._came: defaultdict[int, list[float]] = defaultdict(list)
        self.care: list[Care] = []
        self._waiting: list[_Waiting] = []
        self.responses: dict[int, Response] = {}
        self._now = 0.0
        self._calls = self.trips = self.short = 0
        self._members = {
            capability: [n for n, unit in enumerate(model.units) if capability in unit.capabilities]
            for capability in model.shares
        }
        make = get_deployment(policy)
        self._groups = {
            capability: Group(share, make(model.region, [homes[n] for n in self._members[capability]]))
            for capability, share in model.shares.items()
        }
        late_price_min = next(iter(self._groups.values())).policy.late_price_min
        self._planner = CityPlanner(model, policy, late_price_min)
        if day.shifts and model.shifts is not None:
            self._changes = list_changes(model.shifts, day.from_h, float(len(day.slowness)))
        for n, change in enumerate(self._changes):
            heapq.heappush(self._due_at, (change.at_min, _BEGINS, n))

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
        return [self.responses[number] for number in sorted(self.responses)]

    def _receive(self, number: int, incident: Incident, needs: Sequence[PlanNeed]) -> None:
        self.responses[number] = Response(number, sum(need.count for need in needs))
        self._move_along()
        prices = {c: price_group(g, self._ids(c), self._survey(c)) for c, g in self._groups.items()}
        touched, left = self._send_planned(number, needs, prices)
        self._waiting += [_Waiting(number, need, count) for need, count in left]
        self.short += self._planner.count_short(self._list_idle()) > 0
        self._move_up(touched)

    def _send_planned(
        self, number: int, needs: Sequence[PlanNeed], prices: Mapping[str, Mapping[str, float]]
    ) -> tuple[set[int], list[tuple[PlanNeed, int]]]:
        """Send who is planned; who they are, and how many of each need are left."""
        incident, response = self._day.incidents[number], self.responses[number]
        at = self._model.points[incident.place]
        question = Question(incident.priority, at, needs, self._list_idle())
        left, touched = [need.count for need in needs], set[int]()
        for chosen in self._planner.plan(question, prices, lambda unit: self._reach_s(unit, incident.place)):
            self._send(chosen.unit, number, chosen.capability)
            touched.add(chosen.unit)
            response.wanted -= len(chosen.needs) - 1
            for row in chosen.needs:
                left[row] -= 1
        return touched, [(need, count) for need, count in zip(needs, left, strict=True) if count]

    def _list_idle(self) -> dict[int, LonLat]:
        """Idle units and where they are now."""
        return {number: self._model.points[self._place[number]] for number in sorted(self._idle)}

    def _reach_s(self, number: int, place: int) -> tuple[float, float]:
        """Turnout and travel from where a unit is now."""
        unit = self._model.units[number]
        stands = self._place[number] == self._base[number]
        drive = self._drive[unit.vehicle_class][self._place[number], place]
        return (
            unit.turnout.at_hour(self._day.hour_at(self._now)) if stands else 0.0,
            round(60.0 * float(drive) * self._day.slow(self._now), 1),
        )

    def _send(self, number: int, incident_number: int, capability: str) -> None:
        incident, now = self._day.incidents[incident_number], self._now
        response = self.responses[incident_number]
        job: Job = incident.jobs[self._model.agency_id][len(response.sent)]
        turnout_s, travel_s = self._reach_s(number, incident.place)
        there = now + (turnout_s + travel_s) / 60.0
        leaves = there + job.scene_min
        aboard = job.aboard and self._model.agency_id == "115" and capability in ("als", "bls")
        work = Work(
            number=incident_number,
            unit=number,
            capability=capability,
            start=self._place[number],
            place=incident.place,
            end=incident.place,
            sent_min=now,
            left_min=now + turnout_s / 60.0,
            there_min=there,
            leaves_min=leaves,
            at_hospital_min=leaves,
            free_min=leaves,
        )
        self._idle.discard(number)
        self._work[number] = work
        if aboard:
            self._aboard[number] = job
        if self._place[number] == self._model.units[number].base:
            self._changing.pop(number, None)  # the next crew is with the vehicle
        heapq.heappush(self._due_at, (leaves, _WORKED, number))
        response.sent.append(Sent(number, capability, now - incident.at_min, there - incident.at_min))
        self._placed_work[number] = len(self.works)
        self.works.append(work)

    def _free_until(self, until_min: float) -> None:
        """Who leaves the scene with somebody chooses a hospital then, knowing no more than is known then."""
        while self._due_at and self._due_at[0][0] <= until_min:
            self._now, what, number = heapq.heappop(self._due_at)
            if what == _BEGINS:
                self._begin_shift(self._changes[number])
            elif what == _OVER:
                self._end_shift(number)
            elif what == _BACK:
                self._become_idle(number, self._model.units[number].base)
            elif (job := self._aboard.pop(number, None)) is None:
                self._release(number)
            else:
                self._take_away(number, job)

    def _begin_shift(self, change: Change) -> None:
        """Everybody changes crews at home, and goes there for it."""
        self._move_along()
        for number, unit in enumerate(self._model.units):
            if number in self._idle and self._place[number] == unit.base:
                if change.away_min > 0:
                    self._change_crew(number, change.away_min)
                continue
            self._changing[number] = change
            heapq.heappush(self._due_at, (change.until_min, _OVER, number))
            if number in self._idle:
                self._drive_to(number, unit.base)

    def _end_shift(self, number: int) -> None:
        """The crew from before is sent no more; one that got home has been followed."""
        self._move_along()
        if number in self._idle and number in self._changing:
            at_home = self._place[number] == self._model.units[number].base
            self._change_crew(number, self._changing[number].away_min if at_home else None)

    def _change_crew(self, number: int, away_min: float | None) -> None:
        """Nobody is sent with it until it is home and taken over; None: it is not home yet."""
        change, home = self._changing.pop(number, None), self._model.units[number].base
        self._idle.discard(number)
        if away_min is None:
            self._drive_to(number, home)
            away_min = self._due[number] - self._now + (change.away_min if change is not None else 0.0)
        heapq.heappush(self._due_at, (self._now + away_min, _BACK, number))

    def _take_away(self, number: int, job: Job) -> None:
        work = self._work[number]
        drive = self._drive[self._model.units[number].vehicle_class][work.place]
        slow = self._day.slow(work.leaves_min)
        type_code = self._day.incidents[work.number].type_code
        goal = self._model.care.choose(type_code, drive * slow, self._brought, work.leaves_min, self._came)
        at_hospital = work.leaves_min + float(drive[goal.place]) * slow
        free = at_hospital + job.handover_min
        self._brought[goal.place] += 1
        self._came[goal.place].append(work.leaves_min)
        self.care.append(goal)
        work = replace(work, end=goal.place, at_hospital_min=at_hospital, free_min=free)
        self._work[number] = self.works[self._placed_work[number]] = work
        heapq.heappush(self._due_at, (free, _WORKED, number))

    def _release(self, number: int) -> None:
        work = self._work.pop(number)
        if work.end != work.place:
            self._brought[work.end] -= 1
        change = self._changing.get(number)
        if change is not None and self._now >= change.until_min:
            self._place[number] = self._base[number] = work.end
            self._change_crew(number, None)
            return
        self._become_idle(number, work.end)

    def _become_idle(self, number: int, place: int) -> None:
        """It can be sent from here on, and is where it is wanted; else it goes where it will wait."""
        self._place[number] = self._base[number] = self._from[number] = place
        self._left[number] = self._due[number] = self._now
        self._idle.add(number)
        if self._serve_waiting(number):
            return
        self._move_along()
        capability = self._primary(number)
        goal = self._model.units[number].base
        if capability is not None and number not in self._changing:
            members = self._members[capability]
            now = self._survey(capability)
            goal = self._groups[capability].policy.choose_base(now, members.index(number))
        self._drive_to(number, goal)
        self._move_up({number})

    def _serve_waiting(self, number: int) -> bool:
        """What waits gets the unit that is free again, by priority and age; a package only as a whole, with
        other idle units. Whether the unit went."""
        unit = self._model.units[number]
        order = sorted(
            (w for w in self._waiting if _fit(w.need, unit) is not None),
            key=lambda w: (self._day.incidents[w.number].priority, w.number),
        )
        tried: set[tuple[int, str]] = set()
        for waiting in order:
            package = waiting.need.package
            if not package:
                able = _fit(waiting.need, unit)
                waiting.left -= 1
                self._waiting = [w for w in self._waiting if w.left]
                self._send(number, waiting.number, able[0] if able is not None else waiting.need.capability)
                return True
            if (waiting.number, package) in tried:
                continue
            tried.add((waiting.number, package))
            whole = [w for w in self._waiting if w.number == waiting.number and w.need.package == package]
            self._move_along()
            touched, left = self._send_planned(waiting.number, [w.need for w in whole], {})
            if not left:
                self._waiting = [w for w in self._waiting if w not in whole]
            if number in touched:
                return True
        return False

    def _move_up(self, touched: set[int]) -> None:
        for capability in sorted({c for number in touched if (c := self._primary(number)) is not None}):
            now = self._survey(capability)
            for unit, base in self._groups[capability].policy.choose_moves(now):
                if self._members[capability][unit] not in self._changing:
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
