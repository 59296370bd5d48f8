"""City days: the same chance for every policy, only units that may be sent, measures that add up."""

from dataclasses import replace

import msgspec
import pytest

from dispatch.simulate.city_days import Day, draw_day
from dispatch.simulate.city_hours import DayOptions
from dispatch.simulate.city_kernel import AgencySimulation, Response
from dispatch.simulate.city_model import AGENCIES, CityModel
from dispatch.simulate.city_run import measure_agency, run_city
from dispatch.simulate.fan_out import Where
from routing.terms.deployment import DEPLOYMENT_MODULES
from tests.unit.simulate.cities import make_city

CITY = make_city()
CALM = DayOptions(per_hour=12.0, hours=8.0)
every_policy = pytest.mark.parametrize("policy", DEPLOYMENT_MODULES)


def draw(seed: int = 1, options: DayOptions = CALM, city: CityModel = CITY) -> Day:
    return draw_day(city.book, city.demand, AGENCIES, seed, options)


def test_a_seed_is_a_day_and_another_seed_another() -> None:
    assert draw(1).incidents == draw(1).incidents
    assert draw(1).incidents != draw(2).incidents


def test_what_is_added_to_a_day_leaves_the_rest_of_it_as_it_was() -> None:
    calm = draw().incidents
    struck = draw(options=replace(CALM, burst=1_000, burst_min=120.0, mass_casualty=True)).incidents
    assert [i for i in struck if i in calm] == calm
    added = [i for i in struck if i not in calm]
    assert len(added) == 1_001
    assert all(120.0 <= i.at_min <= 150.0 for i in added)
    (mass,) = [i for i in added if i.type_code == "mass_casualty"]
    assert sum(need.count for need in mass.needs["115"]) >= 10


def test_rain_brings_more_calls_and_slower_roads_for_a_while() -> None:
    wet = DayOptions(per_hour=12.0, rain=True, flood=3.0)
    days = [(draw(seed, replace(wet, rain=False)), draw(seed, wet)) for seed in range(5)]
    assert sum(len(w.incidents) for _, w in days) > sum(len(d.incidents) for d, _ in days)
    for dry, rainy in days:
        slower = rainy.slowness / dry.slowness
        assert set(slower.round(6).tolist()) == {1.0, 3.0}
        assert 60 <= (slower > 1).sum() <= 180


def test_another_agency_simulated_or_not_changes_no_incident_of_this_one() -> None:
    alone = draw_day(CITY.book, CITY.demand, ("115",), 1, CALM).incidents
    assert [i.jobs.get("115") for i in alone] == [i.jobs.get("115") for i in draw().incidents]


@every_policy
@pytest.mark.parametrize("agency_id", AGENCIES)
def test_only_units_that_can_are_sent_nobody_twice_at_once_and_everybody_is_served(
    policy: str, agency_id: str
) -> None:
    model, day = CITY.agencies[agency_id], draw(3)
    simulation = AgencySimulation(model, policy, day)
    responses = simulation.run()
    assert responses
    ends: dict[int, float] = {}
    for sent_at, there_at, number, unit, capability in list_sent(day, responses):
        needs = day.incidents[number].needs[agency_id]
        asked = {n.capability for n in needs} | {c for n in needs for c, _ in n.substitutes}
        assert capability in asked
        assert capability in model.units[unit].capabilities
        assert sent_at >= ends.get(unit, 0.0)
        ends[unit] = there_at
    able = {c for unit in model.units for c in unit.capabilities}
    for response in responses:
        needs = day.incidents[response.number].needs[agency_id]
        if all(n.capability in able for n in needs):
            assert len(response.sent) == response.wanted == sum(n.count for n in needs)


def list_sent(day: Day, responses: list[Response]) -> list[tuple[float, float, int, int, str]]:
    """Everybody who was sent, in order: moments, incident, unit and what for."""
    return sorted(
        (
            day.incidents[r.number].at_min + s.sent_min,
            day.incidents[r.number].at_min + s.there_min,
            r.number,
            s.unit,
            s.capability,
        )
        for r in responses
        for s in r.sent
    )


def test_the_last_unit_counts_and_who_lacks_one_is_told_apart() -> None:
    model, day = CITY.agencies["114"], draw(3)
    run = AgencySimulation(model, "closest", day)
    responses = run.run()
    found = measure_agency(day, responses, run, len(CITY.demand))
    whole = [r for r in responses if len(r.sent) == r.wanted]
    assert found.calls == len(responses)
    assert found.unserved == len(responses) - len(whole)
    assert found.mean_min == pytest.approx(sum(max(s.there_min for s in r.sent) for r in whole) / len(whole))
    assert found.first_mean_min < found.mean_min


def test_days_in_several_processes_are_the_same_days() -> None:
    alone = run_city(CITY, CALM, "default", range(2), other="closest")
    together = run_city(CITY, CALM, "default", range(2), other="closest", where=Where(processes=2))
    assert msgspec.json.encode(alone) == msgspec.json.encode(together)
    result, rows = alone
    assert {row[0] for row in rows} == {0, 1}
    assert [r.seed for r in result.replications] == [0, 1]
    for agency_id in AGENCIES:
        told = result.against[agency_id]["mean_min"]
        assert told.difference == pytest.approx(result.mean[agency_id]["mean_min"] - told.other)
        assert told.plus_minus >= 0


def test_both_policies_meet_the_same_work() -> None:
    result, _ = run_city(CITY, CALM, "default", range(2), other="closest")
    for agency_id in AGENCIES:
        assert result.against[agency_id]["calls"].difference == 0
        assert result.against[agency_id]["units_sent"].difference == 0


def test_a_burst_of_a_thousand_calls_is_served_to_the_end() -> None:
    day = draw(1, replace(CALM, burst=1_000, burst_min=60.0))
    responses = AgencySimulation(CITY.agencies["113"], "default", day).run()
    assert sum(len(r.sent) for r in responses) > 400
    able = {c for unit in CITY.agencies["113"].units for c in unit.capabilities}
    for r in responses:
        if all(n.capability in able for n in day.incidents[r.number].needs["113"]):
            assert len(r.sent) == r.wanted
