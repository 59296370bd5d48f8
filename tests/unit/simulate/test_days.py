"""Generated days have the laws they claim; a run is judged by its definitions."""

import numpy as np
import pytest

from dispatch.simulate.generate import LONGEST_MIN, P_HOSPITAL, generate_calls
from dispatch.simulate.kernel import Call, Outcome, Served
from dispatch.simulate.measures import measure
from tests.unit.simulate.towns import make_town

TOWN = make_town(1)


def test_a_generated_day_has_the_laws_of_the_region() -> None:
    calls = generate_calls(TOWN, 5, 40_000, 0.129)
    assert np.diff([call.arrival_min for call in calls]).mean() == pytest.approx(7.75, rel=0.02)
    assert np.mean([call.to_hospital for call in calls]) == pytest.approx(P_HOSPITAL, abs=0.01)
    shares = np.bincount([call.place for call in calls], minlength=25) / len(calls)
    assert shares == pytest.approx(TOWN.demand, abs=0.01)
    for minutes, shape, location, scale in (
        ([call.on_scene_min for call in calls], 0.38, -10.01, 37.0),
        ([call.handover_min for call in calls], 0.39, -8.25, 35.89),
    ):
        assert 0 <= min(minutes) <= max(minutes) <= LONGEST_MIN
        assert np.median(minutes) == pytest.approx(location + scale, rel=0.02)
        assert np.std(np.log(np.array(minutes) - location)) == pytest.approx(shape, rel=0.05)


def test_the_same_seed_gives_the_same_calls_whatever_the_rate_and_the_number() -> None:
    long, short = generate_calls(TOWN, 5, 300, 0.1), generate_calls(TOWN, 5, 100, 0.2)
    for first, second in zip(long, short, strict=False):
        assert first.arrival_min == pytest.approx(2 * second.arrival_min)
        assert (first.place, first.on_scene_min, first.to_hospital, first.handover_min) == (
            second.place,
            second.on_scene_min,
            second.to_hospital,
            second.handover_min,
        )
    assert generate_calls(TOWN, 6, 100, 0.2) != short


def test_measures_are_what_they_say() -> None:
    responses = [1.0, 12.0, 12.5, 15.0, 16.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    places = [0, 1, 2, 3, 4, 0, 5, 6, 7, 8]
    calls = [Call(float(n), place, 1.0) for n, place in enumerate(places)]
    outcome = Outcome([Served(0, 0.0, response, 0.0) for response in responses], trips=7)
    found = measure(calls, outcome)
    assert found.calls == 10
    assert found.mean_min == pytest.approx(8.15)
    assert found.late_12 == pytest.approx(0.3), "12.0 is in time"
    assert found.late_15 == pytest.approx(0.1)
    assert found.p90_min == pytest.approx(15.1)
    assert found.worst_decile_area_mean_min == pytest.approx(16.0), "one of nine places"
    assert found.trips_per_call == pytest.approx(0.7)
