"""The plan of bases is the best of all plans."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from routing.policies.mexclp import plan_bases
from routing.terms.deployment import Region
from tests.unit.simulate.towns import make_town


def find_cover(region: Region, homes: tuple[int, ...], busy: float) -> float:
    """Daskin's objective of a plan."""
    counts = (region.drive_min[list(homes)] <= region.late_min).sum(axis=0)
    return float((region.demand * (1 - busy**counts)).sum())


@pytest.mark.parametrize("busy", [0.2, 0.5])
@pytest.mark.parametrize("seed", range(3))
def test_the_plan_covers_as_much_as_the_best_of_all(seed: int, busy: float) -> None:
    region = replace(make_town(seed, bases=5), late_min=8.0)
    plan = plan_bases(region, 4, busy)
    every = itertools.combinations_with_replacement(region.bases, 4)
    best = max(find_cover(region, homes, busy) for homes in every)
    assert find_cover(region, tuple(plan.homes), busy) == pytest.approx(best, abs=1e-6)
    assert plan.covered == pytest.approx(best, abs=1e-5)
    assert plan.gap == pytest.approx(0, abs=1e-9)


def test_no_base_reaches_anything_and_there_is_a_plan_still() -> None:
    region = replace(make_town(1), drive_min=np.full((25, 25), 99.0))
    plan = plan_bases(region, 3, 0.4)
    assert len(plan.homes) == 3
    assert plan.covered == 0
