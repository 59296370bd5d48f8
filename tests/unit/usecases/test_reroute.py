"""Which changes of the roads may concern a way, and who is told of without any."""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.model.assignment import ReviseEta
from dispatch.domain.model.values import Phase
from dispatch.usecases.picture import Picture
from dispatch.usecases.roads.keep_roads import ChangedRule
from dispatch.usecases.roads.reroute import Rerouter, Touch
from dispatch.usecases.unit_positions import UnitPosition
from routing.terms.messages import FitCorrection, RoadChange
from tests.unit.usecases.test_plan_by_hour import by_night
from tests.unit.usecases.test_recommend import assignment, picture_of, unit
from tests.unit.usecases.test_see_arrivals import Core

NOW = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)

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
    assert Touch([closed(at)]).may_lie_on(HERE, THERE) is touches


def test_an_area_around_both_ends_touches_though_its_corners_are_far_off() -> None:
    around = closed((106.61, 10.67), (106.81, 10.67), (106.81, 10.87), (106.61, 10.87))
    assert Touch([around]).may_lie_on(HERE, THERE)


def test_one_of_several_is_enough() -> None:
    assert Touch([closed((106.60, 10.77)), closed((106.71, 10.77))]).may_lie_on(HERE, THERE)
    assert not Touch([]).may_lie_on(HERE, THERE)


def test_a_way_in_a_corner_of_a_wide_area_is_touched_far_from_its_middle_and_corners() -> None:
    wide = closed((106.61, 10.67), (106.81, 10.67), (106.81, 10.87), (106.61, 10.87))
    assert Touch([wide]).may_lie_on((106.66, 10.72), (106.665, 10.72))
    assert not Touch([wide]).may_lie_on((106.90, 10.72), (106.905, 10.72))


def test_an_area_of_two_corners_is_touched_as_the_line_between_them() -> None:
    flat = msgspec.structs.replace(closed((106.60, 10.77), (106.90, 10.77)), form="area")
    assert Touch([flat]).may_lie_on((106.675, 10.769), (106.675, 10.771))


def test_a_way_across_a_long_line_is_touched_between_its_points() -> None:
    bank = closed((106.60, 10.77), (106.90, 10.77))
    assert Touch([bank]).may_lie_on((106.675, 10.769), (106.675, 10.771))
    assert not Touch([bank]).may_lie_on((106.675, 10.79), (106.675, 10.792))


@given(
    spokes=st.lists(st.floats(0.2, 1.0), min_size=3, max_size=9),
    at=st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
)
def test_an_area_touches_a_far_shorter_way_inside_it_and_none_that_is_clear_of_it(
    spokes: list[float], at: tuple[float, float]
) -> None:
    turns = np.linspace(0, 2 * np.pi, len(spokes), endpoint=False)
    ring = np.column_stack([np.cos(turns), np.sin(turns)]) * np.array(spokes)[:, None]
    area, place = shapely.Polygon(ring), shapely.Point(at)
    touch = Touch([closed(*((lon + 106, lat + 10) for lon, lat in ring.tolist()))])
    touches = touch.may_lie_on((at[0] + 106, at[1] + 10), (at[0] + 106, at[1] + 10))
    if area.covers(place) or area.distance(place) < 0.002:
        assert touches
    elif area.distance(place) > 0.01:
        assert not touches


def test_a_correction_and_a_sign_touch_where_they_are() -> None:
    for told in (FitCorrection((106.71, 10.77), "engine", fits=False), ChangedRule((106.71, 10.77))):
        assert Touch([told]).may_lie_on(HERE, THERE)
        assert not Touch([told]).may_lie_on((106.60, 10.77), (106.61, 10.77))


class Roads:
    """So long it takes from anywhere; None: there is no way."""

    def __init__(self, travel_s: float | None) -> None:
        self.travel_s, self.asked = travel_s, 0

    async def travel_times(
        self,
        origins: list[tuple[float, float]],
        destination: tuple[float, float],
        vehicle_class: str,
        *,
        hot: bool,
    ) -> list[float | None]:
        self.asked += 1
        return [self.travel_s]


def rerouter(core: Core, picture: Picture, roads: Roads, now: datetime = NOW) -> Rerouter:
    at = UnitPosition(106.66, 10.78, NOW)
    return Rerouter(
        core,  # type: ignore[arg-type]
        picture,
        roads,
        find_position=lambda _unit_id: at,
        now=lambda: now,
        plan_again=lambda _ids: None,
    )


def sent(phase: Phase = Phase.EN_ROUTE, **fields: object) -> Picture:
    """E1 is under way to the place of the incident."""
    order = msgspec.structs.replace(assignment("a1", "e1", "active"), eta_at=None, eta_s=None)
    order = msgspec.structs.replace(order, **fields)  # type: ignore[arg-type]
    picture, _ = picture_of(unit("e1", phase, assignment_id="a1"), assignments=(order,))
    return picture


async def test_a_unit_that_a_desk_chose_itself_is_told_of_once() -> None:
    core, roads = Core(), Roads(300.4)
    await rerouter(core, sent(), roads).tell_unknown()
    (told,) = core.recorded
    assert told.command == ReviseEta(assignment_id="a1", eta_at=NOW + timedelta(seconds=300))


@pytest.mark.parametrize("known", [{"eta_s": 240.0}, {"eta_at": NOW}, {"state": "queued"}])
async def test_who_is_expected_already_or_waits_for_its_turn_is_not_asked_about(
    known: dict[str, object],
) -> None:
    core, roads = Core(), Roads(300.0)
    await rerouter(core, sent(**known), roads).tell_unknown()
    assert (core.recorded, roads.asked) == ([], 0)


async def test_who_has_arrived_or_finds_no_way_is_expected_at_no_time() -> None:
    for picture, travel_s in ((sent(Phase.ON_SCENE), 300.0), (sent(), None)):
        core, roads = Core(), Roads(travel_s)
        watch = rerouter(core, picture, roads)
        await watch.tell_unknown()
        await watch.tell_unknown()
        assert core.recorded == []
        assert roads.asked == int(travel_s is None)


async def test_what_is_left_of_a_turnout_is_that_of_the_hour_in_which_the_unit_was_sent() -> None:
    """Told at 22:59 it rolls by the day's turnout, though the night's holds a minute later; told at 23:00 by
    the night's."""
    dusk = NOW.replace(hour=16)
    for told_at, whole_s in ((dusk - timedelta(minutes=1), 100.0), (dusk, 300.0)):
        order = msgspec.structs.replace(assignment("a1", "e1", "active"), eta_s=None, dispatched_at=told_at)
        at_home = msgspec.structs.replace(
            unit("e1", Phase.RECEIVED, assignment_id="a1", in_quarters=True), turnout_s=100.0
        )
        picture, _ = picture_of(at_home, assignments=(order,), book=by_night())
        core, now = Core(), dusk + timedelta(seconds=10)
        await rerouter(core, picture, Roads(200.0), now).tell_unknown()
        (told,) = core.recorded
        assert told.command == ReviseEta(
            assignment_id="a1", eta_at=max(now, told_at + timedelta(seconds=whole_s)) + timedelta(seconds=200)
        )


@pytest.mark.parametrize(
    ("phase", "unseen_s", "driven_s"),
    [(Phase.EN_ROUTE, 70, 70), (Phase.EN_ROUTE, 900, 180), (Phase.RECEIVED, 70, 0)],
)
async def test_who_rolls_through_a_tunnel_unseen_is_not_expected_later_for_it(
    phase: Phase, unseen_s: int, driven_s: int
) -> None:
    core, now = Core(), NOW + timedelta(seconds=unseen_s)
    await rerouter(core, sent(phase), Roads(300.0), now).tell_unknown()
    (told,) = core.recorded
    assert told.command == ReviseEta(assignment_id="a1", eta_at=now + timedelta(seconds=300 - driven_s))
