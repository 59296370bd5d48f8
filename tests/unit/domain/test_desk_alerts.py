"""Alerts about the room itself: an empty desk with work, a report without a place, a planner that is gone."""

import pytest

from dispatch.domain.kernel import freeze, next_timer, thaw
from dispatch.domain.model.assignment import MissingUnits, Reason, RecordRecommendation
from dispatch.domain.model.desk import ClaimAlert, OpenDesk, RunTimers, SignOffSeat, SignOnSeat
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Actor
from dispatch.domain.model.recall import CancelIncident
from dispatch.domain.model.report import EndReport, PlaceReport, ReceiveReport
from dispatch.domain.model.values import LonLat, Place
from dispatch.domain.rows import project
from tests.unit.domain.world import CHIEF, FIRE, MEDICAL, POLICE, SYSTEM, TAKER, World, make_world


def desks(world: World) -> None:
    """One desk for all, one for each agency."""
    world.do(OpenDesk(desk_id="all", name="Trung tâm", agencies=("113", "114", "115")), CHIEF)
    for agency_id in ("113", "114", "115"):
        world.do(OpenDesk(desk_id=agency_id, name=f"Bàn {agency_id}", agencies=(agency_id,)), CHIEF)


def fire(world: World, incident_id: str = "i1", place: Place | None = None) -> None:
    world.do(
        OpenIncident(
            incident_id=incident_id, type_code="fire", subject="s", priority=4, place=place,
            agencies=("114",), only_agencies=True,
        ),
        FIRE,
    )  # fmt: skip


def sit(world: World, actor: Actor, *desk_ids: str) -> None:
    world.do(SignOnSeat(seat_id=actor.id, desk_ids=desk_ids), actor)


def standing(world: World, kind: str, after_s: float = 0.0) -> list[str]:
    """What alerts of a kind are about when the timers have run."""
    world.wait(after_s)
    world.do(RunTimers())
    return [alert.about[1] for alert in world.state.alerts.values() if alert.kind == kind]


def test_an_empty_desk_is_told_a_minute_after_its_work_came_and_only_the_narrowest() -> None:
    world = make_world()
    desks(world)
    fire(world)
    assert standing(world, "desk_unattended", 59) == []
    assert standing(world, "desk_unattended", 1) == ["114"]


def test_an_empty_desk_without_work_is_nobodys_worry() -> None:
    world = make_world()
    desks(world)
    assert next_timer(world.state, world.now) is None
    fire(world)
    world.do(CancelIncident(incident_id="i1", reason="x"), CHIEF)
    assert standing(world, "desk_unattended", 120) == []


def test_a_person_at_a_covering_desk_ends_it_and_their_leaving_begins_it_again() -> None:
    world = make_world()
    desks(world)
    fire(world)
    assert standing(world, "desk_unattended", 60) == ["114"]
    sit(world, CHIEF, "all")
    assert standing(world, "desk_unattended") == []
    world.do(SignOffSeat(seat_id=CHIEF.id), CHIEF)
    assert standing(world, "desk_unattended", 60) == ["114"]


def test_a_desk_that_was_just_left_has_a_minute_to_be_taken_again() -> None:
    world = make_world()
    desks(world)
    sit(world, FIRE, "114")
    fire(world)
    world.wait(600)
    world.do(SignOffSeat(seat_id=FIRE.id), FIRE)
    assert standing(world, "desk_unattended", 59) == []
    sit(world, TAKER, "114")
    assert standing(world, "desk_unattended", 600) == []


def test_a_desk_of_another_agency_or_another_ward_covers_nothing() -> None:
    world = make_world()
    world.do(OpenDesk(desk_id="north", name="Bắc", agencies=("114",), areas=("w1",)), CHIEF)
    world.do(OpenDesk(desk_id="south", name="Nam", agencies=("114",), areas=("w2",)), CHIEF)
    world.do(OpenDesk(desk_id="113", name="113", agencies=("113",)), CHIEF)
    sit(world, FIRE, "north")
    sit(world, POLICE, "113")
    fire(world, "i1", Place(ward_code="w1", lon_lat=LonLat(106.7, 10.7)))
    assert standing(world, "desk_unattended", 60) == []
    fire(world, "i2", Place(ward_code="w2", lon_lat=LonLat(106.7, 10.7)))
    assert standing(world, "desk_unattended", 60) == ["south"]


def test_the_alert_of_an_empty_desk_goes_to_all_who_could_cover_it_and_to_no_others() -> None:
    world = make_world()
    world.do(OpenDesk(desk_id="two", name="Hai", agencies=("114", "115")), CHIEF)
    fire(world)
    standing(world, "desk_unattended", 60)
    (alert_id,) = [a.id for a in world.state.alerts.values() if a.kind == "desk_unattended"]
    row = project(world.state, "alert", alert_id)
    assert row is not None
    assert row.visible_to == ("114", "115")
    world.do(ClaimAlert(alert_id=alert_id), FIRE)
    assert world.state.alerts[alert_id].claimed_by == FIRE.id


def test_the_index_of_work_is_the_same_after_a_restart() -> None:
    world = make_world()
    desks(world)
    fire(world)
    received(world)
    thawed = thaw(freeze(world.state))
    assert thawed.work == world.state.work
    assert next_timer(thawed, world.now) == next_timer(world.state, world.now)


def received(world: World) -> None:
    """A report that says where in words alone."""
    world.do(
        ReceiveReport(
            report_id="r1", receipt_code="A", channel="web", agency_id="114", subject="s",
            place=Place(heard="gần chợ"),
        )
    )  # fmt: skip


@pytest.mark.parametrize("end", ["placed", "ended"])
def test_a_report_without_a_place_is_told_after_a_minute_until_it_has_one_or_ends(end: str) -> None:
    world = make_world()
    received(world)
    world.do(PlaceReport(report_id="r1", place=Place(heard="gần chợ", level="unplaced")))
    assert standing(world, "report_unplaced", 59) == []
    assert standing(world, "report_unplaced", 1) == ["r1"]
    if end == "placed":
        world.do(PlaceReport(report_id="r1", place=Place(lon_lat=LonLat(106.7, 10.7))), TAKER)
    else:
        world.do(EndReport(report_id="r1", reason="information"), TAKER)
    assert standing(world, "report_unplaced") == []


def plan(world: World, incident_id: str, *, degraded: bool) -> None:
    missing = MissingUnits(
        need_id="n", leg_id=f"{incident_id}-4", capability="engine", missing=1, below_minimum=True,
        reason=Reason(code="no_free_unit"),
    )  # fmt: skip
    world.do(
        RecordRecommendation(
            incident_id=incident_id, for_version=world.state.seq, proposed=(), missing=(missing,),
            method="greedy", degraded=degraded,
        ),
        SYSTEM,
    )  # fmt: skip


def test_plans_by_straight_lines_make_one_alert_for_all_until_the_planner_answers_again() -> None:
    world = make_world()
    fire(world, "i1")
    fire(world, "i2")
    plan(world, "i1", degraded=True)
    plan(world, "i2", degraded=True)
    assert standing(world, "planner_degraded", 9) == []
    assert standing(world, "planner_degraded", 1) == ["planner"]
    (alert,) = world.state.alerts.values()
    row = project(world.state, "alert", alert.id)
    assert row is not None
    assert row.visible_to == ("*",)
    world.do(ClaimAlert(alert_id=alert.id), MEDICAL)
    plan(world, "i1", degraded=False)
    assert standing(world, "planner_degraded") == ["planner"]
    plan(world, "i2", degraded=False)
    assert standing(world, "planner_degraded") == []


def test_a_straight_plan_of_an_incident_that_is_over_is_nobodys_worry() -> None:
    world = make_world()
    fire(world)
    plan(world, "i1", degraded=True)
    world.do(CancelIncident(incident_id="i1", reason="x"), CHIEF)
    assert standing(world, "planner_degraded", 60) == []
