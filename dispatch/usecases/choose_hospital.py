"""Hospitals proposed for a patient, or for many: by road, by what they treat, told and have coming (D8)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from dispatch.agencies.hospitals import HospitalRules
from dispatch.domain.codebook import Label
from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.hospital import Hospital
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import LonLat, Phase
from dispatch.domain.rules.hospital import find_chosen
from dispatch.usecases.hospital_facts import HospitalFacts, gather_facts, list_brought, say_why
from dispatch.usecases.picture import Picture
from dispatch.usecases.recommend import FindPosition
from gis.geometry import haversine_m
from routing import messages
from routing.client import PlannerError
from routing.hospital_choice import Weighed, rank, spread
from routing.straight_line import estimate_travel_s

SHOWN = 8
"""Hospitals a screen is given; the ranking is made among more."""

NEAR, ABLE = 30, 15
"""So many of the nearest as the crow flies are measured by road, and of those besides that treat what is
needed."""

MOST_PATIENTS = 500
PATIENCE_S = 0.8
AMBULANCE = "ambulance"


class HospitalOption(msgspec.Struct, frozen=True, kw_only=True):
    """A hospital as it is proposed. `travel_s` is with siren by the roads of now, None where none is known;
    `missing` what it cannot treat of what is needed; `beds_left` what it told, less those who came or come
    since, None where nothing told still holds; `arriving` patients on the way there or being handed over.
    `why` says all that in words."""

    hospital_id: str
    name: str
    lon_lat: LonLat
    travel_s: float | None
    price_s: float
    missing: tuple[str, ...]
    diverted: bool
    full: bool
    arriving: int
    beds_left: int | None
    synthetic: bool
    why: Label
    patients: int = 0


class HospitalAdvice(msgspec.Struct, frozen=True, kw_only=True):
    """Hospitals, the best first, for patients who need `needs`. `degraded`: the times are by straight line.
    `chosen_id` is where the assignment goes already. Of many patients each option has its `patients`."""

    needs: tuple[str, ...]
    options: tuple[HospitalOption, ...]
    degraded: bool
    at: datetime
    chosen_id: str | None = None


class AdviceUnknown(Exception):
    """No such assignment or incident, or none that goes to hospitals."""


class Roads(Protocol):
    """What is needed of the planner's client."""

    async def matrix(
        self,
        origins: list[messages.LonLat],
        destinations: list[messages.LonLat],
        vehicle_class: str,
        *,
        hot: bool = False,
        deadline_s: float | None = None,
    ) -> list[list[float | None]]: ...


AdviseHospital = Callable[[str], Awaitable[HospitalAdvice]]
"""Assignment → hospitals for its patient; raises AdviceUnknown."""


async def advise_nothing(assignment_id: str) -> HospitalAdvice:
    """Where no hospitals are known yet."""
    raise AdviceUnknown(assignment_id)


class HospitalAdviser:
    """Asks the roads with the picture of now; `roads` is None where no planner is named."""

    def __init__(
        self,
        picture: Picture,
        rules: Mapping[str, HospitalRules],
        roads: Roads | None,
        *,
        find_position: FindPosition,
        now: Callable[[], datetime],
    ) -> None:
        self._picture, self._rules, self._roads = picture, rules, roads
        self._find_position, self._now = find_position, now

    async def for_assignment(self, assignment_id: str) -> HospitalAdvice:
        """For its patient, from the scene or, once it drives, from the vehicle. Raises AdviceUnknown."""
        assignment = self._picture.assignments.get(assignment_id)
        incident = self._picture.incidents.get(assignment.incident_id) if assignment is not None else None
        if assignment is None or incident is None or assignment.state == "ended":
            raise AdviceUnknown(f"assignment {assignment_id!r}")
        rules = self._get_rules(assignment.agency_id)
        unit = self._picture.units.get(assignment.unit_id)
        origin = self._find_origin(assignment, incident)
        vehicle_class = unit.vehicle_class if unit is not None else AMBULANCE
        needs = self._list_needs(incident, rules)
        facts, degraded = await self._measure(needs, origin, vehicle_class, except_id=assignment.id)
        chosen = find_chosen(assignment)
        ranked = rank(needs, [fact.now for fact in facts.values()], rules.prices)
        return HospitalAdvice(
            needs=needs,
            options=tuple(_option(facts[w.hospital_id], w, needs, rules) for w in ranked[:SHOWN]),
            degraded=degraded,
            at=self._now(),
            chosen_id=chosen.hospital_id if chosen is not None else None,
        )

    async def for_many(self, incident_id: str, patients: int) -> HospitalAdvice:
        """So many patients of an incident, spread over hospitals. Raises AdviceUnknown."""
        incident = self._picture.incidents.get(incident_id)
        if incident is None:
            raise AdviceUnknown(f"incident {incident_id!r}")
        rules = self._get_rules("")
        needs = self._list_needs(incident, rules)
        facts, degraded = await self._measure(needs, incident.place.lon_lat, AMBULANCE)
        known = [fact.now for fact in facts.values()]
        count = max(0, min(patients, MOST_PATIENTS))
        placed = spread({"": (needs, count)}, known, rules.prices)[""]
        ranked = [w for w in rank(needs, known, rules.prices) if w.hospital_id in placed]
        options = (_option(facts[w.hospital_id], w, needs, rules) for w in ranked)
        return HospitalAdvice(
            needs=needs,
            options=tuple(
                msgspec.structs.replace(option, patients=placed[option.hospital_id]) for option in options
            ),
            degraded=degraded,
            at=self._now(),
        )

    def find_unit(self, assignment_id: str) -> Unit | None:
        """The unit of an assignment, or None."""
        assignment = self._picture.assignments.get(assignment_id)
        return self._picture.units.get(assignment.unit_id) if assignment is not None else None

    def list_all(self) -> list[Hospital]:
        """Every hospital in use, by name."""
        used = [hospital for hospital in self._picture.hospitals.values() if hospital.in_use]
        return sorted(used, key=lambda hospital: (hospital.name, hospital.id))

    def _get_rules(self, agency_id: str) -> HospitalRules:
        """The agency's own table, else that of whoever has one: the city's hospitals are one."""
        rules = self._rules.get(agency_id) or next(iter(self._rules.values()), None)
        if rules is None:
            raise AdviceUnknown("no agency has a table of hospitals")
        return rules

    def _list_needs(self, incident: Incident, rules: HospitalRules) -> tuple[str, ...]:
        reports = (self._picture.reports.get(report_id) for report_id in incident.report_ids)
        told = sorted(
            (answer for report in reports if report is not None for answer in report.answers),
            key=lambda answer: answer.at,
        )
        return rules.list_needs(incident.type_code, {answer.question: answer.choice for answer in told})

    def _find_origin(self, assignment: Assignment, incident: Incident) -> LonLat | None:
        seen = self._find_position(assignment.unit_id)
        at = LonLat(seen.lon, seen.lat) if seen is not None else None
        if Phase.TRANSPORTING in assignment.times:
            return at or incident.place.lon_lat
        return incident.place.lon_lat or at

    async def _measure(
        self, needs: Sequence[str], origin: LonLat | None, vehicle_class: str, *, except_id: str = ""
    ) -> tuple[dict[str, HospitalFacts], bool]:
        hospitals = _list_near(self.list_all(), needs, origin)
        times, degraded = await self._drive(origin, hospitals, vehicle_class)
        now, brought = self._now(), list_brought(self._picture.assignments.values(), except_id)
        found = (
            gather_facts(hospital, travel_s, brought.get(hospital.id, ()), now)
            for hospital, travel_s in zip(hospitals, times, strict=True)
        )
        return {fact.hospital.id: fact for fact in found}, degraded

    async def _drive(
        self, origin: LonLat | None, hospitals: Sequence[Hospital], vehicle_class: str
    ) -> tuple[Sequence[float | None], bool]:
        if origin is None or not hospitals:
            return [None] * len(hospitals), False
        if self._roads is not None:
            ends = [_pair(hospital.lon_lat) for hospital in hospitals]
            try:
                rows = await self._roads.matrix(
                    [_pair(origin)], ends, vehicle_class, hot=True, deadline_s=PATIENCE_S
                )
                return rows[0], False
            except PlannerError:
                pass
        return [estimate_travel_s(_straight_m(origin, h), vehicle_class) for h in hospitals], True


def know_no_hospitals() -> HospitalAdviser:
    """An adviser who knows of none: every question is AdviceUnknown."""
    return HospitalAdviser(
        Picture(), {}, None, find_position=lambda _unit_id: None, now=lambda: datetime.now(UTC)
    )


def _list_near(hospitals: Sequence[Hospital], needs: Sequence[str], origin: LonLat | None) -> list[Hospital]:
    if origin is None:
        return list(hospitals)
    by_distance = sorted(hospitals, key=lambda hospital: (_straight_m(origin, hospital), hospital.id))
    able = [hospital for hospital in by_distance[NEAR:] if set(needs) <= set(hospital.capabilities)]
    return by_distance[:NEAR] + able[:ABLE]


def _pair(at: LonLat) -> tuple[float, float]:
    return at.lon, at.lat


def _straight_m(origin: LonLat, hospital: Hospital) -> float:
    return haversine_m(_pair(origin), _pair(hospital.lon_lat))


def _option(
    fact: HospitalFacts, weighed: Weighed, needs: Sequence[str], rules: HospitalRules
) -> HospitalOption:
    hospital = fact.hospital
    return HospitalOption(
        hospital_id=hospital.id,
        name=hospital.name,
        lon_lat=hospital.lon_lat,
        travel_s=weighed.travel_s,
        price_s=weighed.price_s,
        missing=weighed.missing,
        diverted=weighed.diverted,
        full=weighed.full,
        arriving=fact.now.arriving,
        beds_left=fact.now.beds,
        synthetic=hospital.synthetic,
        why=say_why(fact, weighed, needs, rules.labels),
    )
