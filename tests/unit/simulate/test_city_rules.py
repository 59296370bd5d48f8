"""Simulated days know what ties units together (packages, minimum cover, bundles), and hospitals."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from dispatch.agencies.hospitals import load_hospital_rules
from dispatch.domain.codebook import Label, MinimumCover, PlanNeed
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import Phase
from dispatch.domain.turnout import find_turnout_s
from dispatch.simulate.city_care import CareRules, CityHospital, Word
from dispatch.simulate.city_days import Day, Incident, Job, draw_day
from dispatch.simulate.city_hours import DayOptions
from dispatch.simulate.city_kernel import AgencySimulation
from dispatch.simulate.city_model import AgencyModel, make_model, make_up_fleet
from dispatch.usecases.cover.cover_prices import list_shares
from routing.terms.deployment import DEPLOYMENT_MODULES
from tests.unit.simulate.cities import STATIONS, WARDS, make_city, measure

CITY = make_city()
JOB = Job(scene_min=20.0, aboard=False, handover_min=10.0)
every_policy = pytest.mark.parametrize("policy", DEPLOYMENT_MODULES)


def make_incident(at_min: float, agency_id: str, *needs: PlanNeed, place: int = 3) -> Incident:
    jobs = tuple(JOB for need in needs for _ in range(need.count))
    return Incident(at_min, "house_fire", 2, place, {agency_id: needs}, {agency_id: jobs})


def run(agency: AgencyModel, policy: str, *incidents: Incident) -> AgencySimulation:
    simulation = AgencySimulation(agency, policy, Day(list(incidents), np.ones(600)))
    simulation.run()
    return simulation


def take(agency: AgencyModel, **least: int) -> AgencyModel:
    """The agency with so many units of each capability, and no others."""
    kept = []
    for capability, count in least.items():
        able = [n for n, unit in enumerate(agency.units) if capability in unit.capabilities and n not in kept]
        kept += able[:count]
    fleet = replace(agency.fleet, units=[agency.fleet.units[n] for n in sorted(kept)])
    return replace(agency, units=tuple(agency.units[n] for n in sorted(kept)), fleet=fleet)


@every_policy
def test_a_package_comes_whole_and_waits_whole_until_it_can(policy: str) -> None:
    fire = take(CITY.agencies["114"], ladder=1, fire_engine=2)
    engines = PlanNeed(capability="fire_engine", count=2, package="high")
    ladder = PlanNeed(capability="ladder", count=1, package="high")
    first = run(fire, policy, make_incident(0.0, "114", ladder), make_incident(1.0, "114", engines, ladder))
    sent = [[s.sent_min for s in response.sent] for _, response in sorted(first.responses.items())]
    ends = next(work.free_min for work in first.works if work.number == 0)
    assert sent[1] == pytest.approx([ends - 1.0] * 3)
    loose = [msgspec.structs.replace(need, package="") for need in (engines, ladder)]
    apart = run(fire, policy, make_incident(0.0, "114", ladder), make_incident(1.0, "114", *loose))
    assert sorted(s.sent_min for s in apart.responses[1].sent) == pytest.approx([0.0, 0.0, ends - 1.0])


@every_policy
def test_a_unit_that_must_stay_stays_while_another_can_serve_and_goes_where_none_can(policy: str) -> None:
    ambulances = take(CITY.agencies["115"], als=1, bls=2)
    label = Label(vi="h", en="a")
    kept = replace(
        ambulances, minimum_cover=(MinimumCover(code="als", label=label, free=1, capability="als"),)
    )
    (als,) = [n for n, unit in enumerate(kept.units) if "als" in unit.capabilities]
    near = ambulances.units[als].base
    basic = make_incident(0.0, "115", PlanNeed(capability="bls", count=1))
    at_its_door = replace(basic, place=_nearest_ward(ambulances, near))
    assert run(kept, policy, at_its_door).works[0].unit != als
    held = run(kept, policy, make_incident(0.0, "115", PlanNeed(capability="als", count=1)))
    assert [work.unit for work in held.works] == [als]
    assert held.short == 1


def _nearest_ward(agency: AgencyModel, base: int) -> int:
    return int(np.argmin(agency.region.drive_min[base][: len(WARDS)]))


def test_a_unit_that_does_two_things_at_once_is_sent_once_and_is_enough() -> None:
    fire = take(CITY.agencies["114"], ladder=1)
    both = ("fire_engine", "ladder")
    quint = replace(fire, units=tuple(replace(u, capabilities=both, at_once=both) for u in fire.units))
    needs = (PlanNeed(capability="fire_engine", count=1), PlanNeed(capability="ladder", count=1))
    simulation = run(quint, "default", make_incident(0.0, "114", *needs))
    (response,) = simulation.responses.values()
    assert (len(simulation.works), len(response.sent), response.wanted) == (1, 1, 1)


def with_hospitals(*hospitals: CityHospital) -> AgencyModel:
    book, rules = CITY.book, load_hospital_rules()
    shares = {"115": list_shares(book, "115")}
    fleet = make_up_fleet(book, STATIONS)
    model = make_model(book, WARDS, fleet, shares, measure, wanted=("115",), hospitals=hospitals, rules=rules)
    return model.agencies["115"]


NEAR = CityHospital("near", (106.66, 10.75), frozenset({"emergency"}))
FAR = CityHospital("far", (106.72, 10.75), frozenset({"emergency", "stroke"}))


def bring(agency: AgencyModel, type_code: str, count: int) -> list[tuple[str, bool]]:
    """Where each of so many patients of one moment is brought, and whether all is treated there."""
    job = replace(JOB, aboard=True, handover_min=60.0)
    need = PlanNeed(capability="bls", count=count)
    incident = Incident(0.0, type_code, 2, 3, {"115": (need,)}, {"115": (job,) * count})
    simulation = AgencySimulation(agency, "closest", Day([incident], np.ones(600)))
    simulation.run()
    names = [*(name for name, *_ in WARDS), *agency.fleet.stations, "near", "far"]
    return [(names[one.place], one.treated) for one in simulation.care]


def test_a_patient_is_taken_where_what_is_needed_is_treated_and_many_are_spread() -> None:
    agency = with_hospitals(NEAR, FAR)
    assert agency.care.places == agency.region.hospitals
    assert bring(agency, "stroke", 1) == [("far", True)]
    assert bring(agency, "fall", 1) == [("near", True)]
    assert {place for place, _ in bring(agency, "fall", 12)} == {"near", "far"}
    to_nearest = replace(agency, care=CareRules(agency.care.places))
    assert {place for place, _ in bring(to_nearest, "stroke", 1)} == {"near"}


@pytest.mark.parametrize(
    ("word", "place"),
    [
        (Word(-10.0, 900.0, diverted=frozenset({""})), "far"),
        (Word(-10.0, 900.0, diverted=frozenset({"emergency"})), "far"),
        (Word(-10.0, 900.0, diverted=frozenset({"stroke"})), "near"),
        (Word(-10.0, 0.0, diverted=frozenset({""})), "near"),
        (Word(900.0, 990.0, diverted=frozenset({""})), "near"),
        (Word(-10.0, 900.0, beds=0), "far"),
        (Word(-10.0, 900.0, beds=9), "near"),
        (Word(-10.0, 0.0, beds=0), "near"),
    ],
)
def test_what_a_hospital_said_counts_for_as_long_as_it_held(word: Word, place: str) -> None:
    agency = with_hospitals(replace(NEAR, words=(word,)), FAR)
    assert bring(agency, "fall", 1) == [(place, True)]


def test_beds_told_are_fewer_by_all_who_were_sent_there_since() -> None:
    told = replace(NEAR, words=(Word(10.0, 90.0, beds=3),))
    assert told.count_beds(50.0, [5.0, 20.0, 40.0]) == 1
    assert told.count_beds(5.0, []) is None


def test_where_patients_go_decides_when_their_ambulance_is_free_and_from_where_it_returns() -> None:
    agency = with_hospitals(NEAR, FAR)
    day = draw_day(CITY.book, CITY.demand, ("115",), 4, DayOptions(per_hour=10.0, hours=6.0))
    simulation = AgencySimulation(agency, "default", day)
    simulation.run()
    taken = [work for work in simulation.works if work.end != work.place]
    assert len(taken) == len(simulation.care) > 0
    for work in taken:
        assert work.end in agency.region.hospitals
        drive = agency.drive_min["ambulance"][work.place, work.end] * day.slow(work.leaves_min)
        assert work.at_hospital_min - work.leaves_min == pytest.approx(drive)
        assert work.free_min > work.at_hospital_min
    assert all(work.free_min >= work.leaves_min for work in simulation.works)


def test_no_hospital_that_was_chosen_depends_on_what_is_still_to_come() -> None:
    agency = with_hospitals(NEAR, FAR)
    day = draw_day(CITY.book, CITY.demand, ("115",), 5, DayOptions(per_hour=14.0, hours=6.0))
    cut = 180.0
    changed = [i if i.at_min < cut else replace(i, type_code="stroke", place=0) for i in day.incidents]
    runs = [
        AgencySimulation(agency, "closest", replace(day, incidents=own)) for own in (day.incidents, changed)
    ]
    for one in runs:
        one.run()
    before = [[work for work in one.works if work.leaves_min < cut] for one in runs]
    assert before[0] == before[1] != []


def test_a_simulated_unit_turns_out_as_the_live_centre_reckons_at_that_hour() -> None:
    ambulances = take(CITY.agencies["115"], bls=1)
    (known,) = ambulances.fleet.units
    live = Unit(
        id="u", call_sign="u", agency_id="115", station_id=known.station_id, type_code=known.type_code,
        capabilities=("bls",), vehicle_class="ambulance", turnout_s=60.0, phase=Phase.AVAILABLE,
        status_code="x", phase_since=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    need, begins = PlanNeed(capability="bls", count=1), datetime(2026, 7, 12, 13, tzinfo=UTC)
    taken_s = set()
    for at_min in (0.0, 179.0, 181.0, 599.0, 601.0):
        day = Day([make_incident(at_min, "115", need)], np.ones(700), from_h=20.0)
        simulation = AgencySimulation(ambulances, "closest", day)
        simulation.run()
        (work,) = simulation.works
        turnout_s = find_turnout_s(CITY.book, live, begins + timedelta(minutes=at_min))
        assert 60.0 * (work.left_min - work.sent_min) == pytest.approx(turnout_s)
        taken_s.add(turnout_s)
    assert len(taken_s) == 2
