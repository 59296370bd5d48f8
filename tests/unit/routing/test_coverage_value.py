"""The price of a deployment equals what its definition gives, counted unit by unit."""

import numpy as np
import pytest

from routing.cover.coverage_value import _CUTS, CoverageValue, find_rows, list_within
from routing.terms.deployment import Region
from tests.unit.simulate.towns import make_town

GONE, LATE = 0.3, 9.0


def price_of(minutes: float, region: Region) -> float:
    """A response counted as the next cut, and what a late one costs more."""
    cuts = np.array(_CUTS) * region.late_min
    counted = cuts[min(int(np.searchsorted(cuts, minutes)), len(cuts) - 1)]
    return float(counted + LATE * (counted > region.late_min))


def find_expected_price(region: Region, units: list[int]) -> float:
    """Daskin's order: the k-th nearest unit serves with probability (1 - q) q^(k-1)."""
    total = 0.0
    for place, share in enumerate(region.demand):
        times = sorted(region.drive_min[units, place].tolist())
        chances = [(1 - GONE) * GONE**rank for rank in range(len(times))]
        priced = [price_of(minutes, region) for minutes in times]
        nobody = price_of(1e9, region) * GONE ** len(times)
        total += share * (sum(c * p for c, p in zip(chances, priced, strict=True)) + nobody)
    return float(total)


@pytest.fixture(params=range(4))
def region(request: pytest.FixtureRequest) -> Region:
    return make_town(request.param)


def test_value_gain_loss_and_move_are_those_of_the_definition(region: Region) -> None:
    within, value = list_within(region), CoverageValue(region, gone=GONE, late=LATE)
    units = [region.bases[0], region.bases[1], region.bases[1], region.bases[3]]
    before = find_expected_price(region, units)
    rows = within[units]
    left = value.weigh(rows.sum(axis=0))
    nothing = value.weigh(np.zeros_like(left))
    # The price of a response within the first cut is that of the first cut for everybody.
    assert nothing.sum() - left.sum() == pytest.approx(find_expected_price(region, []) - before, rel=1e-4)
    for number, loss in enumerate(value.find_losses(rows, left)):
        rest = units[:number] + units[number + 1 :]
        assert loss == pytest.approx(find_expected_price(region, rest) - before, abs=1e-3)
    goals = list(region.bases)
    for goal, gain in zip(goals, value.find_gains(within[goals], left), strict=True):
        assert gain == pytest.approx(before - find_expected_price(region, [*units, goal]), abs=1e-3)
    moves = value.find_move_gains(rows, within[goals], left)
    for number, goal in np.ndindex(moves.shape):
        moved = units[:number] + units[number + 1 :] + [goals[goal]]
        assert moves[number, goal] == pytest.approx(before - find_expected_price(region, moved), abs=1e-3)


def test_a_unit_on_its_way_counts_in_part_where_it_is(region: Region) -> None:
    within = list_within(region)
    here, goal = region.bases[0], region.bases[1]
    (row,) = find_rows(within, [here], [goal], [0.25])
    assert row == pytest.approx(0.25 * within[here] + 0.75 * within[goal])
    (there,) = find_rows(within, [goal], [goal], [0.0])
    assert (there == within[goal]).all()
