"""Waiting by decision: never for life now, and back by itself with an alert."""

from datetime import timedelta

import pytest

from dispatch.domain.model.hold import EndHold, HoldIncident
from dispatch.domain.model.incident import ChangePriority, OpenIncident
from dispatch.domain.model.messages import Refused
from dispatch.domain.rules.hold import LONGEST
from tests.unit.domain.test_alerts import alerts_after
from tests.unit.domain.world import FIRE, POLICE, World, make_world, send


def opened(priority: int = 3) -> World:
    """A fire for 114 alone that may wait ten minutes."""
    world = make_world()
    world.do(
        OpenIncident(
            incident_id="i1", type_code="fire", subject="s", priority=priority,
            agencies=("114",), only_agencies=True,
        ),
        FIRE,
    )  # fmt: skip
    return world


def hold(world: World, minutes: float = 20, reason: str = "chờ chủ nhà") -> None:
    until = world.now + timedelta(minutes=minutes)
    world.do(HoldIncident(incident_id="i1", until=until, reason=reason), FIRE)


def test_a_held_incident_is_overdue_only_from_its_review_time_on() -> None:
    world = opened()
    hold(world)
    assert alerts_after(world, 20 * 60 - 1) == {}
    assert alerts_after(world, 1) == {"pending_overdue": "B", "hold_review": "B"}


def test_an_alert_that_stands_is_gone_when_the_incident_is_held() -> None:
    world = opened()
    assert alerts_after(world, 600) == {"pending_overdue": "B"}
    hold(world)
    assert alerts_after(world, 0) == {}


def test_an_incident_of_priority_1_is_never_held() -> None:
    with pytest.raises(Refused, match="hold_not_priority_1"):
        hold(opened(1))


def test_a_held_incident_that_becomes_life_now_waits_no_longer() -> None:
    world = opened()
    hold(world)
    world.do(ChangePriority(incident_id="i1", priority=1, seen=world.state.seq), FIRE)
    assert world.state.incidents["i1"].hold is None


def test_a_hold_ends_when_a_unit_goes_and_by_hand() -> None:
    world = opened()
    hold(world)
    send(world, "e1", "e2")
    assert world.state.incidents["i1"].hold is None
    with pytest.raises(Refused, match="hold_has_units"):
        hold(world)
    other = opened()
    hold(other)
    other.do(EndHold(incident_id="i1"), FIRE)
    assert other.state.incidents["i1"].hold is None


@pytest.mark.parametrize(
    ("minutes", "reason", "code"),
    [
        (10, " ", "reason_missing"),
        (0, "x", "bad_time"),
        (LONGEST / timedelta(minutes=1) + 1, "x", "bad_time"),
    ],
)
def test_a_hold_has_a_reason_and_an_end_within_the_shift(minutes: float, reason: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        hold(opened(), minutes, reason)


def test_another_agency_cannot_let_it_wait() -> None:
    world = opened()
    command = HoldIncident(incident_id="i1", until=world.now + timedelta(minutes=5), reason="x")
    with pytest.raises(Refused, match="not_your"):
        world.do(command, POLICE)
