"""Which changes of the roads may concern a way."""

import pytest

from dispatch.usecases.reroute import may_touch
from routing.messages import RoadChange

HERE, THERE = (106.70, 10.77), (106.72, 10.77)
"""About 2.2 km apart."""


def closed(*lon_lats: tuple[float, float]) -> RoadChange:
    form = {1: "point", 2: "line"}.get(len(lon_lats), "area")
    return RoadChange("x", "closed", form, list(lon_lats))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "touches"),
    [
        ((106.71, 10.77), True),
        ((106.71, 10.775), True),
        ((106.70, 10.77), True),
        ((106.71, 10.80), False),
        ((106.60, 10.77), False),
    ],
)
def test_a_change_on_or_beside_the_straight_line_may_touch_the_way(
    at: tuple[float, float], touches: bool
) -> None:
    assert may_touch([closed(at)], HERE, THERE) is touches


def test_an_area_around_both_ends_touches_though_its_corners_are_far_off() -> None:
    around = closed((106.61, 10.67), (106.81, 10.67), (106.81, 10.87), (106.61, 10.87))
    assert may_touch([around], HERE, THERE)


def test_one_of_several_is_enough() -> None:
    assert may_touch([closed((106.60, 10.77)), closed((106.71, 10.77))], HERE, THERE)
    assert not may_touch([], HERE, THERE)
