"""How sure an ETA is: calibrated on what finished runs took."""

import numpy as np
import pytest

from routing.matching.eta_spread import KEPT, EtaSpread


def test_half_of_later_runs_keep_p50_and_nine_of_ten_p90_in_every_class_and_length() -> None:
    rng = np.random.default_rng(5)

    def draw(name: str, count: int) -> list[tuple[float, float]]:
        """Short ways are late more often; engines more than ambulances."""
        predicted = rng.uniform(60, 1500, count)
        shift = np.where(predicted < 300, 0.15, 0.02) + (0.2 if name == "engine" else 0.0)
        noise = rng.lognormal(shift, np.where(predicted < 300, 0.4, 0.2))
        return list(zip(predicted.tolist(), (predicted * noise).tolist(), strict=True))

    spread = EtaSpread()
    for name in ("ambulance", "engine"):
        for run in draw(name, 4000):
            spread.learn(name, *run)
    for name in ("ambulance", "engine"):
        for low, high in ((0, 240), (600, 1500)):
            later = [run for run in draw(name, 4000) if low < run[0] <= high]
            told = [(spread.tell(name, predicted), actual) for predicted, actual in later]
            assert np.mean([actual <= sure.p50_s for sure, actual in told]) == pytest.approx(0.5, abs=0.08)
            assert np.mean([actual <= sure.p90_s for sure, actual in told]) == pytest.approx(0.9, abs=0.05)


def test_without_experience_it_is_an_assumption_and_says_so() -> None:
    sure = EtaSpread().tell("ambulance", 100.0)
    assert sure.runs == 0
    assert sure.p50_s == pytest.approx(100.0, rel=0.05)
    assert sure.p90_s == pytest.approx(150.0, rel=0.1)


def test_one_run_moves_little_and_many_decide() -> None:
    spread = EtaSpread()
    before = spread.tell("engine", 100.0)
    spread.learn("engine", 100.0, 300.0)
    after = spread.tell("engine", 100.0)
    assert after.runs == 1
    assert before.p90_s <= after.p90_s < 1.3 * before.p90_s
    for _ in range(200):
        spread.learn("engine", 100.0, 300.0)
    assert spread.tell("engine", 100.0).p50_s == 300.0


def test_few_runs_of_a_class_borrow_from_its_other_lengths_and_then_from_other_classes() -> None:
    spread = EtaSpread()
    for _ in range(300):
        spread.learn("engine", 100.0, 200.0)
    middle = {
        "its own": spread.tell("engine", 100.0).p50_s / 100,
        "its class": spread.tell("engine", 1000.0).p50_s / 1000,
        "another class": spread.tell("ambulance", 100.0).p50_s / 100,
    }
    assert set(middle.values()) == {2.0}
    for _ in range(60):
        spread.learn("ambulance", 100.0, 100.0)
    assert spread.tell("ambulance", 100.0).p50_s == 100.0
    assert spread.tell("ambulance", 100.0).runs == 60


def test_the_newest_runs_count_and_what_cannot_be_is_left_out() -> None:
    spread = EtaSpread()
    for predicted_s, actual_s in ((0.0, 50.0), (100.0, 4000.0), (100.0, -3.0), (100.0, 1.0)):
        assert not spread.learn("car", predicted_s, actual_s)
    assert spread.list_rows() == []
    for actual_s in [300.0] * KEPT + [100.0] * KEPT:
        assert spread.learn("car", 100.0, actual_s)
    ((_, _, runs, ratios),) = spread.list_rows()
    assert (runs, set(ratios)) == (2 * KEPT, {1.0})


def test_rows_make_the_same_again() -> None:
    spread = EtaSpread()
    rng = np.random.default_rng(3)
    for seconds in rng.uniform(50, 1000, 200).tolist():
        spread.learn("car" if seconds > 300 else "engine", seconds, seconds * rng.uniform(0.8, 2))
    again = EtaSpread(spread.list_rows())
    assert again.list_rows() == spread.list_rows()
    assert again.tell("car", 500.0) == spread.tell("car", 500.0)


@pytest.mark.parametrize("drive_s", [120.0, 900.0])
def test_wait_for_a_ferry_spreads_as_evenly_as_boats_leave_and_drives_say_nothing_of_it(
    drive_s: float,
) -> None:
    rng = np.random.default_rng(7)
    spread = EtaSpread()
    for noise in rng.lognormal(0.0, 0.2, 2000).tolist():
        spread.learn("engine", drive_s, drive_s * noise)
    wait_s = 600.0
    sure = spread.tell("engine", drive_s + wait_s, wait_s)
    arrivals = drive_s * rng.lognormal(0.0, 0.2, 20_000) + rng.uniform(0, 2 * wait_s, 20_000)
    assert np.mean(arrivals <= sure.p50_s) == pytest.approx(0.5, abs=0.03)
    assert np.mean(arrivals <= sure.p90_s) == pytest.approx(0.9, abs=0.04)
    assert sure.p90_s - spread.tell("engine", drive_s).p90_s > wait_s
