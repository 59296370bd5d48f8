"""Units that follow after what they do now: when they are expected, and whether somebody would be sooner.

A unit that is queued counts as sent, but nobody knows how long its crew is not free. So its need stays open
for a better offer: it is planned with the others as long as what is proposed for it would be there sooner by
more than the threshold. Nothing is sent by that: whoever accepts takes the queued unit off by the same.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from math import inf
from typing import NamedTuple

import msgspec

from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import LonLat
from dispatch.domain.rules.suggestion import NEARLY_FREE, SAVES_S
from dispatch.usecases.picture import Picture
from dispatch.usecases.planner import Planner
from dispatch.usecases.planning.recommend import OPEN_LEGS, SOONER_THAN_QUEUED
from dispatch.usecases.planning.usual_times import UsualTimes
from dispatch.usecases.unit_positions import FindPosition
from routing.plans.reasons import MINIMUM_BROKEN
from routing.terms.messages import PlanAnswer, PlanNeed, PlanRequest, PlanUnit, Proposal, Reason

USUAL_FOR = timedelta(seconds=300)
"""What is usual is worked out anew after so long."""


class Awaited(NamedTuple):
    """A queued unit's place in a need, and in how many seconds it is expected; infinite: nobody knows.
    `assumed`: no run says when it will be free."""

    assignment_id: str
    unit_id: str
    need_id: str
    eta_s: float
    assumed: bool = False


class _Free(NamedTuple):
    """In how many seconds a unit is usually free, where, and whether that is assumed."""

    left_s: float
    at: LonLat
    assumed: bool


class QueuedUnits:
    """Knows when queued units are expected."""

    def __init__(
        self, picture: Picture, planner: Planner, find_position: FindPosition, now: Callable[[], datetime]
    ) -> None:
        self._picture, self._planner = picture, planner
        self._find_position, self._now = find_position, now
        self._usual: tuple[datetime, UsualTimes] | None = None

    def list_waiting(self) -> set[str]:
        """Incidents that a queued unit is to follow to."""
        assignments = self._picture.assignments
        queued = (id_ for unit in self._picture.units.values() for id_ in unit.queued)
        return {assignments[id_].incident_id for id_ in queued if id_ in assignments}

    async def list_awaited(self, incident: Incident) -> list[Awaited]:
        """Units queued for an incident, the latest first; those left out that are to serve several needs at
        once. The way is the planner's; by straight lines, or without a way, nothing may be compared with what
        is known of when they are free, and they are left out too."""
        queued = [
            (assignment, unit)
            for leg in self._picture.legs_of(incident)
            if leg.state in OPEN_LEGS
            for assignment in self._picture.assignments_of(leg)
            for unit in (self._picture.units.get(assignment.unit_id),)
            if assignment.state == "queued" and unit is not None
            if assignment.need_id is not None and not assignment.also_need_ids
        ]
        if not queued or incident.place.lon_lat is None:
            return []
        free_in = {a.id: self._find_free(a, unit) for a, unit in queued}
        travel_s = await self._time(incident.place.lon_lat, incident, queued, free_in)
        awaited = []
        for assignment, unit in queued:
            known = free_in[assignment.id]
            way_s = travel_s.get(assignment.id)
            if known is None or way_s is not None:
                eta_s = inf if known is None or way_s is None else known.left_s + way_s
                assumed = known is not None and known.assumed
                awaited.append(Awaited(assignment.id, unit.id, assignment.need_id or "", eta_s, assumed))
        return sorted(awaited, key=lambda a: (-a.eta_s, a.assignment_id))

    def _find_free(self, assignment: Assignment, unit: Unit) -> _Free | None:
        """When and where a unit is usually free; None where nobody knows: it has more to do before, or has
        taken longer than usual already."""
        current = self._picture.assignments.get(unit.assignment_id or "")
        if current is None or unit.queued[:1] != [assignment.id]:
            return None
        begun = current.times.get(unit.phase)
        since = begun.occurred_at if begun is not None else current.dispatched_at
        type_code = self._find_type(current.incident_id)
        usual = self._find_usual().look_up(unit.agency_id, unit.phase, type_code)
        at = self._find_place(current, unit)
        if since is None or usual is None or at is None:
            return None
        left_s = usual.seconds - (self._now() - since).total_seconds()
        return _Free(left_s, at, usual.assumed) if left_s > 0 else None

    def _find_type(self, incident_id: str) -> str:
        incident = self._picture.incidents.get(incident_id)
        return incident.type_code if incident is not None else ""

    def _find_place(self, current: Assignment, unit: Unit) -> LonLat | None:
        """Where it will be free: a hospital is where it stands, all else ends at its present scene."""
        if unit.phase in NEARLY_FREE:
            seen = self._find_position(unit.id)
            return LonLat(seen.lon, seen.lat) if seen is not None else None
        incident = self._picture.incidents.get(current.incident_id)
        return incident.place.lon_lat if incident is not None else None

    def _find_usual(self) -> UsualTimes:
        now = self._now()
        if self._usual is None or now - self._usual[0] >= USUAL_FOR:
            self._usual = now, UsualTimes(self._picture.assignments.values(), self._find_type)
        return self._usual[1]

    async def _time(
        self,
        target: LonLat,
        incident: Incident,
        queued: Iterable[tuple[Assignment, Unit]],
        free_in: dict[str, _Free | None],
    ) -> dict[str, float]:
        """Seconds by road from where each is free, asked as needs that one unit each can serve."""
        needs, units = [], []
        for assignment, unit in queued:
            known = free_in[assignment.id]
            if known is None:
                continue
            id_, place = assignment.id, (target.lon, target.lat)
            needs.append(PlanNeed(id_, id_, "", id_, 1, 0, incident.priority, place, hot=assignment.hot))
            at = (known.at.lon, known.at.lat)
            units.append(
                PlanUnit(id_, unit.agency_id, [id_], unit.vehicle_class, at, 0.0, 0.0, unit.phase.value)
            )
        # Phases in which nobody is ever proposed are none of this question: it asks for ways alone.
        units = [msgspec.structs.replace(unit, phase="available") for unit in units]
        if not needs:
            return {}
        answer = await self._planner.plan(PlanRequest((target.lon, target.lat), needs, units))
        return {} if answer.degraded else {p.unit_id: p.travel_s for p in answer.proposals}


def find_beaten(
    awaited: Iterable[Awaited],
    standing: Collection[str],
    request: PlanRequest,
    answer: PlanAnswer,
    missing: dict[str, int],
) -> dict[str, tuple[Awaited, Proposal]]:
    """By assignment: the queued units that somebody proposed would be sooner than, and who. `request` asked
    for them beside what is `missing` of each need anyway; `standing` are those that a proposal beats
    already, which it does as long as it is sooner at all.

    Nobody beats a queued unit who is wanted where a unit is missing, or must stay as minimum cover.
    """
    able = {unit.unit_id: set(unit.capabilities) for unit in request.units}
    short = {
        capability
        for need in request.needs
        if sum(p.need_id == need.need_id for p in answer.proposals) < missing.get(need.need_id, 0)
        for capability in (need.capability, *(s.capability for s in need.substitutes))
    }
    beaten: dict[str, tuple[Awaited, Proposal]] = {}
    by_need: dict[str, list[Awaited]] = {}
    for one in awaited:
        by_need.setdefault(one.need_id, []).append(one)
    for need_id, late in by_need.items():
        coming = sorted((p for p in answer.proposals if p.need_id == need_id), key=lambda p: p.eta_s)
        for one, proposal in zip(late, coming[missing.get(need_id, 0) :], strict=False):
            saves_s = SAVES_S if one.assignment_id not in standing else 0.0
            must_stay = any(reason.code == MINIMUM_BROKEN for reason in proposal.reasons)
            if one.eta_s - proposal.eta_s > saves_s and not must_stay and not able[proposal.unit_id] & short:
                beaten[one.assignment_id] = one, proposal
    return beaten


def tell_beaten(answer: PlanAnswer, beaten: Iterable[tuple[Awaited, Proposal]]) -> PlanAnswer:
    """The plan with the queued unit that each of these would take the place of as its first reason."""
    by_proposal = {(p.need_id, p.unit_id): one for one, p in beaten}

    def tell(proposal: Proposal) -> Proposal:
        one = by_proposal.get((proposal.need_id, proposal.unit_id))
        if one is None:
            return proposal
        unknown, told, assumed = SOONER_THAN_QUEUED
        code = unknown if one.eta_s == inf else assumed if one.assumed else told
        reason = Reason(code, {"unit_id": one.unit_id})
        if one.eta_s < inf:
            reason.params["eta_s"] = round(one.eta_s, 1)
        reason.params["assignment_id"] = one.assignment_id
        return msgspec.structs.replace(proposal, reasons=[reason, *proposal.reasons])

    return msgspec.structs.replace(answer, proposals=[tell(p) for p in answer.proposals])
