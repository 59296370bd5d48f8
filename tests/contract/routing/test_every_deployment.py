"""What every deployment policy owes: allowed answers, the same ones again, and none from the future."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from dispatch.simulate.kernel import Call, Outcome, Simulation
from routing.terms.deployment import DEFAULT_DEPLOYMENT, DEPLOYMENT_MODULES, Region, Situation, get_deployment
from tests.unit.simulate.towns import draw_calls, make_town

every_policy = pytest.mark.parametrize("name", DEPLOYMENT_MODULES)
Decision = tuple[str, float, int, object]


def run(
    name: str, region: Region, homes: Sequence[int], calls: Sequence[Call]
) -> tuple[Outcome, list[Decision]]:
    """A day under a policy, and every decision it made."""
    decisions: list[Decision] = []
    policy = get_deployment(name)(region, homes)
    simulation = Simulation(region, homes, policy, on_decision=lambda *made: decisions.append(made))
    return simulation.run(calls), decisions


def change_future(calls: Sequence[Call], outcome: Outcome, now_min: float, seed: int) -> list[Call]:
    """The same day as far as a centre knew it at `now_min`, and another from there on.

    Calls to come are shuffled and moved; treatment and handover that had not ended end at another time; who
    had not left the scene goes to hospital or not, the other way.
    """
    rng = np.random.default_rng(seed)
    known = [call for call in calls if call.arrival_min <= now_min]
    changed = []
    for call, served in zip(known, outcome.served, strict=False):
        assert served is not None
        begun = call.arrival_min + served.response_min
        if begun + call.on_scene_min > now_min:
            longer = max(0.0, now_min - begun) + float(rng.exponential(20))
            changed.append(replace(call, on_scene_min=longer, to_hospital=not call.to_hospital))
        elif served.free_min > now_min:
            changed.append(replace(call, handover_min=call.handover_min + float(rng.exponential(20))))
        else:
            changed.append(call)
    future = [call for call in calls if call.arrival_min > now_min]
    moments = np.sort(rng.uniform(now_min + 0.01, now_min + 500, len(future))).tolist()
    order = rng.permutation(len(future)).tolist()
    return changed + [
        replace(future[number], arrival_min=moment) for number, moment in zip(order, moments, strict=True)
    ]


def test_the_live_centre_s_default_is_one_of_them() -> None:
    assert DEFAULT_DEPLOYMENT in DEPLOYMENT_MODULES


@every_policy
@pytest.mark.parametrize(("per_min", "units"), [(0.05, 8), (0.2, 8), (0.1, 1), (0.5, 30)])
def test_answers_are_allowed_and_everybody_is_served(name: str, per_min: float, units: int) -> None:
    for seed in range(3):
        region = make_town(seed)
        homes = [region.bases[unit % len(region.bases)] for unit in range(units)]
        calls = draw_calls(region, seed, 120, per_min)
        outcome, decisions = run(name, region, homes, calls)
        assert all(served is not None for served in outcome.served)
        assert decisions
        assert run(name, region, homes, calls) == (outcome, decisions), (
            "the same day gives the same decisions"
        )


@every_policy
def test_decisions_do_not_depend_on_the_future(name: str) -> None:
    compared = 0
    for seed in range(6):
        region = make_town(seed)
        homes = [region.bases[unit % len(region.bases)] for unit in range(9)]
        calls = draw_calls(region, seed, 150, 0.15)
        outcome, decisions = run(name, region, homes, calls)
        for share in (0.2, 0.5, 0.8):
            now_min = calls[-1].arrival_min * share
            other_calls = change_future(calls, outcome, now_min, seed)
            other_outcome, other = run(name, region, homes, other_calls)
            before = [made for made in decisions if made[1] <= now_min]
            assert [made for made in other if made[1] <= now_min] == before
            assert other_outcome != outcome, "the future did differ"
            compared += len(before)
    assert compared > 500


@every_policy
def test_a_single_base_and_equal_units_are_served_too(name: str) -> None:
    region = replace(make_town(1), bases=(3,), hospitals=())
    outcome, _ = run(name, region, [3] * 2_000, draw_calls(region, 1, 20, 0.5))
    assert all(served is not None for served in outcome.served)


@every_policy
def test_a_region_of_one_place_is_served(name: str) -> None:
    town = make_town(1, places=1, bases=1)
    region = replace(town, hospitals=(0,))
    outcome, _ = run(name, region, [0, 0], draw_calls(region, 1, 30, 0.1))
    assert outcome.trips == 0


def test_drives_of_the_default_stay_under_one_a_call() -> None:
    for seed in range(3):
        region = make_town(seed, bases=10)
        homes = [region.bases[0]] * 12
        calls = draw_calls(region, seed, 200, 0.2)
        outcome, decisions = run(DEFAULT_DEPLOYMENT, region, homes, calls)
        assert outcome.trips <= len(calls)
        assert any(made[0] == "move" for made in decisions)


def count_choices_by_price(name: str, seed: int) -> int:
    """A day on which every unit sent has the least price; how many were."""
    region = replace(make_town(seed), calls_at_once=3.0)
    homes = [region.bases[unit % len(region.bases)] for unit in range(9)]
    policy = get_deployment(name)(region, homes)
    asked = 0

    def compare(what: str, _at: float, place: int, unit: object) -> None:
        nonlocal asked
        if what == "unit":
            now = simulation.now
            response = region.drive_min[[now.place[u] for u in now.idle], place]
            absence = policy.price_absence(now)
            assert (absence >= 0).all()
            price = response + policy.late_price_min * (response > region.late_min) + absence
            assert price[now.idle.index(int(str(unit)))] == pytest.approx(price.min(), rel=1e-6)
            asked += 1

    simulation = Simulation(region, homes, policy, on_decision=compare)
    simulation.run(draw_calls(region, seed, 80, 0.15))
    return asked


@every_policy
def test_the_prices_that_the_live_centre_weighs_lead_to_the_unit_that_the_simulator_sends(name: str) -> None:
    assert sum(count_choices_by_price(name, seed) for seed in range(4)) > 100


@every_policy
def test_nobody_idle_has_no_price(name: str) -> None:
    region = make_town(1)
    policy = get_deployment(name)(region, [region.bases[0]])
    at = region.bases[0]
    assert len(policy.price_absence(Situation(0.0, [], [at], [at], [0.0]))) == 0
