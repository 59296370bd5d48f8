"""Hospitals proposed for a patient, or for many: by road, by what they treat, told and have coming (D8)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from math import inf
from typing import Protocol

import msgspec

from dispatch.agencies.hospitals import HospitalRules
from dispatch.domain.codebook import Label
from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.hospital import Hospital
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.spread import TRIAGE, PatientPlace, PatientSpread
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import LonLat, Phase
from dispatch.domain.rules.hospital import find_chosen
from dispatch.domain.rules.spread import Allotment, allot, find_spread
from dispatch.usecases.hospitals.hospital_facts import HospitalFacts, gather_facts, list_brought, say_why
from dispatch.usecases.hospitals.spread_patients import (
    NoHospitals,
    SpreadAdvice,
    UnitPlace,
    list_places,
    say_spread,
)
from dispatch.usecases.picture import Picture
from dispatch.usecases.unit_positions import FindPosition
from gis.geometry import haversine_m
from routing.graph.model import FloatArray
from routing.hospitals.choice import Patients, Weighed
from routing.hospitals.weighing import HospitalWeighing, rank_weighed, weigh_hospitals
from routing.process.client import PlannerError
from routing.terms import messages
from routing.travel_time.straight_line import estimate_travel_s

SHOWN = 8
"""Hospitals a screen is given; the ranking is made among more."""

NEAR, ABLE = 30, 15
"""So many of the nearest as the crow flies are measured by road, and of those besides that treat what is
needed."""

LISTS_KEPT, ASSIGNMENTS_KEPT = 4, 2_000
"""So many of the last lists shown are remembered for each assignment, and for so many of those."""

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


class HospitalAdvice(msgspec.Struct, frozen=True, kw_only=True):
    """Hospitals, the best first, for patients who need `needs`. `degraded`: the times are by straight line.
    `chosen_id` is where the assignment goes already."""

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
    ) -> FloatArray: ...


AdviseMany = Callable[[str, Mapping[str, int]], Awaitable[SpreadAdvice]]
"""Incident, patients by triage class → a spread; raises AdviceUnknown, NoHospitals."""

AdviseHospital = Callable[[str], Awaitable[HospitalAdvice]]
"""Assignment → hospitals for its patient; raises AdviceUnknown."""


async def advise_nothing(assignment_id: str) -> HospitalAdvice:
    """Where no hospitals are known yet."""
    raise AdviceUnknown(assignment_id)


async def spread_nothing(incident_id: str, counts: Mapping[str, int]) -> SpreadAdvice:
    """Where no hospitals are known yet."""
    raise NoHospitals(incident_id)


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
        self._shown: dict[str, tuple[tuple[tuple[str, ...], HospitalWeighing], ...]] = {}

    async def for_assignment(self, assignment_id: str) -> HospitalAdvice:
        """For its patient, from the scene or, once it drives, from the vehicle. Raises AdviceUnknown."""
        assignment, incident = self._get(assignment_id)
        rules = self._get_rules(assignment.agency_id)
        unit = self._picture.units.get(assignment.unit_id)
        origin = self._find_origin(assignment, incident)
        vehicle_class = unit.vehicle_class if unit is not None else AMBULANCE
        own = self.allot(incident).given.get(assignment_id)
        needs = self._list_needs(incident, rules)
        group = rules.group(own.triage, needs) if own is not None else Patients(name="", needs=needs, count=1)
        facts, degraded = await self._measure(
            group.needs, origin, vehicle_class, assignment=assignment, own=own
        )
        # Here one patient is weighed against nobody: seconds are seconds, whatever the class.
        weighed = weigh_hospitals(
            [msgspec.structs.replace(group, weight=1.0)],
            [(fact.hospital.name, fact.now) for fact in facts.values()],
            rules.prices,
            degraded=degraded,
            first=own.hospital_id if own is not None and own.hospital_id in facts else "",
        )
        options = tuple(
            _option(facts[w.hospital_id], w, group.needs, rules, own) for w in rank_weighed(weighed)[:SHOWN]
        )
        self._remember(assignment_id, options, weighed)
        chosen = find_chosen(assignment)
        return HospitalAdvice(
            needs=group.needs,
            options=options,
            degraded=degraded,
            at=self._now(),
            chosen_id=chosen.hospital_id if chosen is not None else None,
        )

    async def for_many(self, incident_id: str, counts: Mapping[str, int]) -> SpreadAdvice:
        """So many patients of an incident by triage class, spread over hospitals; nobody is left out.

        Raises AdviceUnknown where there is no such incident, and NoHospitals where none is in use.
        """
        incident = self._picture.incidents.get(incident_id)
        if incident is None:
            raise AdviceUnknown(f"incident {incident_id!r}")
        rules = self._get_rules("")
        needs = self._list_needs(incident, rules)
        groups = [rules.group(triage, needs, counts.get(triage, 0)) for triage in TRIAGE]
        facts, degraded = await self._measure(needs, incident.place.lon_lat, AMBULANCE, incident=incident)
        if not facts:
            raise NoHospitals(incident_id)
        weighed = weigh_hospitals(
            groups, [(f.hospital.name, f.now) for f in facts.values()], rules.prices, degraded=degraded
        )
        places = list_places(weighed)
        return SpreadAdvice(
            counts=dict(counts),
            places=places,
            why=say_spread(weighed, places, rules),
            units=self._list_units(incident, places),
            degraded=degraded,
            at=self._now(),
            weighed=weighed,
        )

    def allot(self, incident: Incident) -> Allotment:
        """Which crew of an incident is proposed which place of its spread, as things stand."""
        spread = find_spread(incident)
        return allot(spread, self._list_bringing(incident)) if spread is not None else Allotment({}, ())

    async def weigh_choice(self, assignment_id: str, proposed: tuple[str, ...]) -> HospitalWeighing | None:
        """What the list that somebody saw was made of; where that is no longer known, of one made now. None
        where no hospital is proposed for it."""
        found = self._find_shown(assignment_id, proposed)
        if found is None:
            try:
                await self.for_assignment(assignment_id)
            except AdviceUnknown:
                return None
            found = self._find_shown(assignment_id, ())
        return found

    def get_labels(self, assignment_id: str = "") -> Mapping[str, Label]:
        """What hospitals can be asked for, in words. Raises AdviceUnknown."""
        assignment = self._picture.assignments.get(assignment_id)
        return self._get_rules(assignment.agency_id if assignment is not None else "").labels

    def _get(self, assignment_id: str) -> tuple[Assignment, Incident]:
        assignment = self._picture.assignments.get(assignment_id)
        incident = self._picture.incidents.get(assignment.incident_id) if assignment is not None else None
        if assignment is None or incident is None or assignment.state == "ended":
            raise AdviceUnknown(f"assignment {assignment_id!r}")
        return assignment, incident

    def _remember(
        self, assignment_id: str, options: tuple[HospitalOption, ...], weighed: HospitalWeighing
    ) -> None:
        shown = self._shown.pop(assignment_id, ())
        order = tuple(option.hospital_id for option in options)
        self._shown[assignment_id] = (*shown[1 - LISTS_KEPT :], (order, weighed))
        if len(self._shown) > ASSIGNMENTS_KEPT:
            self._shown.pop(next(iter(self._shown)))

    def _find_shown(self, assignment_id: str, proposed: tuple[str, ...]) -> HospitalWeighing | None:
        """Of the last list in this order; of the last of all for somebody who says of none."""
        shown = reversed(self._shown.get(assignment_id, ()))
        return next((weighed for order, weighed in shown if proposed in ((), order)), None)

    def _list_bringing(self, incident: Incident) -> list[Assignment]:
        """Assignments of an incident whose units bring patients somewhere."""
        return [
            assignment
            for assignment in self._picture.assignments.values()
            if assignment.incident_id == incident.id
            and (unit := self._picture.units.get(assignment.unit_id)) is not None
            and unit.vehicle_class == AMBULANCE
        ]

    def _list_units(self, incident: Incident, places: tuple[PatientPlace, ...]) -> tuple[UnitPlace, ...]:
        """Whom each crew that is on it now would be proposed."""
        spread = PatientSpread(places=places, by="", at=self._now())
        given = allot(spread, self._list_bringing(incident)).given
        units = ((self._picture.units[self._picture.assignments[a].unit_id], p) for a, p in given.items())
        return tuple(UnitPlace(call_sign=unit.call_sign, place=place) for unit, place in units)

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
        self,
        needs: Sequence[str],
        origin: LonLat | None,
        vehicle_class: str,
        *,
        incident: Incident | None = None,
        assignment: Assignment | None = None,
        own: PatientPlace | None = None,
    ) -> tuple[dict[str, HospitalFacts], bool]:
        """Hospitals that matter, as they are for this assignment, whose place in the spread is `own`; or for
        a spread of this incident, in place of the one before."""
        hospitals = _list_near(self.list_all(), needs, origin)
        if own is not None and own.hospital_id not in {hospital.id for hospital in hospitals}:
            sent_to = self._picture.hospitals.get(own.hospital_id)
            hospitals += [sent_to] if sent_to is not None and sent_to.in_use else []
        times, degraded = await self._drive(origin, hospitals, vehicle_class)
        planned = self._list_planned(except_incident=incident)
        if own is not None and own.hospital_id in planned:
            planned.remove(own.hospital_id)
        known, except_id = self._picture.assignments.values(), assignment.id if assignment is not None else ""
        now, brought = self._now(), list_brought(known, except_id, planned)
        found = (
            gather_facts(hospital, travel_s, brought.get(hospital.id, ()), now)
            for hospital, travel_s in zip(hospitals, times, strict=True)
        )
        return {fact.hospital.id: fact for fact in found}, degraded

    def _list_planned(self, *, except_incident: Incident | None) -> list[str]:
        """The hospital of each patient whom a spread sends somewhere and nobody has taken up yet."""
        spread = (
            incident
            for incident in self._picture.incidents.values()
            if find_spread(incident) is not None and incident is not except_incident and not incident.test
        )
        return [place.hospital_id for incident in spread for place in self.allot(incident).left]

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
                return [s if s != inf else None for s in rows[0].tolist()], False
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
    fact: HospitalFacts,
    weighed: Weighed,
    needs: Sequence[str],
    rules: HospitalRules,
    own: PatientPlace | None,
) -> HospitalOption:
    hospital = fact.hospital
    why = say_why(fact, weighed, needs, rules.labels)
    if own is not None and own.hospital_id == hospital.id:
        triage = rules.name_triage(own.triage)
        why = Label(vi=f"phân bổ {triage.vi} · {why.vi}", en=f"given for {triage.en} · {why.en}")
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
        why=why,
    )
