"""Alerts: raised when it has lasted too long, claimed by one, returned while it lasts, gone when it ends."""

import pytest

from dispatch.domain.kernel import next_timer
from dispatch.domain.model.assignment import AcceptAssignment, AcknowledgeReceived, ReportPhase
from dispatch.domain.model.call import FinishCallBack, HangUpCall, RingCall
from dispatch.domain.model.desk import ClaimAlert, OpenDesk, RunTimers, ShelveAlert, SignOffSeat, SignOnSeat
from dispatch.domain.model.incident import ChangePriority, OpenIncident, SeeLeg
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.unit import CallMayday, EndMayday
from tests.unit.domain.world import (
    CHIEF,
    EXCHANGE,
    FIRE,
    MEDICAL,
    TAKER,
    World,
    crew_of,
    make_world,
    send,
)

CREW = crew_of("e1")


def opened(priority: int = 1) -> World:
    """A fire for 114 alone, whose leg waits for a unit."""
    world = make_world()
    world.do(
        OpenIncident(
            incident_id="i1", type_code="fire", subject="s", priority=priority,
            agencies=("114",), only_agencies=True,
        ),
        FIRE,
    )  # fmt: skip
    return world


def alerts_after(world: World, seconds: float) -> dict[str, str]:
    """Kind → level of what stands when the timers have run."""
    world.wait(seconds)
    world.do(RunTimers())
    return {alert.kind: alert.level for alert in world.state.alerts.values()}


@pytest.mark.parametrize(
    ("priority", "seconds", "level"), [(1, 30, "A"), (2, 120, "B"), (3, 600, "B"), (4, 3600, "B")]
)
def test_a_leg_waits_as_long_as_its_priority_allows(priority: int, seconds: int, level: str) -> None:
    world = opened(priority)
    assert alerts_after(world, seconds - 1) == {}
    assert alerts_after(world, 1) == {"pending_overdue": level}


def test_a_leg_is_overdue_later_when_its_priority_falls() -> None:
    world = opened()
    assert "pending_overdue" in alerts_after(world, 30)
    world.do(ChangePriority(incident_id="i1", priority=3, seen=world.state.seq), FIRE)
    assert alerts_after(world, 0) == {}
    assert alerts_after(world, 570) == {"pending_overdue": "B"}


def test_a_request_that_nobody_has_seen_is_told_after_fifteen_seconds() -> None:
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    send(world, "e1", "e2")
    assert alerts_after(world, 15)["leg_unseen"] == "A"
    world.do(SeeLeg(leg_id="i1-5"), MEDICAL)
    assert "leg_unseen" not in alerts_after(world, 0)


def test_an_assignment_is_told_when_not_received_in_ten_and_not_accepted_in_thirty_seconds() -> None:
    world = opened()
    (assignment_id,) = send(world, "e1")
    assert alerts_after(world, 9.9) == {}
    assert alerts_after(world, 0.1) == {"unreceived": "B"}
    world.do(AcknowledgeReceived(assignment_id=assignment_id), CREW)
    assert alerts_after(world, 19) == {}
    assert alerts_after(world, 1) == {"unaccepted": "A"}
    world.do(AcceptAssignment(assignment_id=assignment_id), CREW)
    assert alerts_after(world, 0) == {}


def test_a_crew_that_reports_a_phase_has_plainly_got_its_assignment() -> None:
    world = opened()
    (assignment_id,) = send(world, "e1")
    world.do(ReportPhase(assignment_id=assignment_id, status_code="en_route"), CREW)
    assert alerts_after(world, 60) == {}


def test_an_update_is_told_like_an_assignment() -> None:
    world = opened()
    (assignment_id,) = send(world, "e1")
    world.do(AcceptAssignment(assignment_id=assignment_id), CREW)
    world.do(ChangePriority(incident_id="i1", priority=2, seen=world.state.seq), FIRE)
    assert alerts_after(world, 10) == {"update_unreceived": "B"}
    world.do(AcknowledgeReceived(assignment_id=assignment_id, n=1), CREW)
    assert alerts_after(world, 20) == {"update_unaccepted": "B"}
    world.do(AcceptAssignment(assignment_id=assignment_id, n=1), CREW)
    assert alerts_after(world, 0) == {}


def test_a_caller_to_be_called_back_is_told_at_once_until_a_person_is_done() -> None:
    world = make_world()
    world.do(RingCall(call_id="c1", line="114"), EXCHANGE)
    world.do(HangUpCall(call_id="c1"), EXCHANGE)
    assert alerts_after(world, 0) == {"call_back": "B"}
    world.do(FinishCallBack(call_id="c1", reason="reached"), TAKER)
    assert alerts_after(world, 0) == {}


def overdue() -> tuple[World, str]:
    world = opened()
    alerts_after(world, 30)
    return world, next(iter(world.state.alerts))


def test_the_first_to_claim_has_it_and_the_next_is_told_the_name() -> None:
    world, alert_id = overdue()
    world.do(OpenDesk(desk_id="d1", name="114", agencies=("114",)), CHIEF)
    world.do(SignOnSeat(seat_id="z1", desk_ids=("d1",)), FIRE)
    world.do(ClaimAlert(alert_id=alert_id), FIRE)
    with pytest.raises(Refused) as refused:
        world.do(ClaimAlert(alert_id=alert_id), TAKER)
    assert (refused.value.code, refused.value.data["by"]) == ("alert_claimed", "Lan")


def test_a_claim_runs_out_after_a_minute_while_the_condition_lasts() -> None:
    world, alert_id = overdue()
    world.do(ClaimAlert(alert_id=alert_id), FIRE)
    alerts_after(world, 59)
    assert world.state.alerts[alert_id].claimed_by == FIRE.id
    alerts_after(world, 1)
    assert world.state.alerts[alert_id].claimed_by is None


def test_a_shelved_alert_comes_back_at_its_time() -> None:
    world, alert_id = overdue()
    until = world.now.replace(minute=world.now.minute + 5)
    world.do(ShelveAlert(alert_id=alert_id, until=until, reason="unit on the phone"), FIRE)
    assert next_timer(world.state, world.now) == until
    alerts_after(world, 300)
    assert world.state.alerts[alert_id].shelved_until is None


def test_a_mayday_is_never_shelved_and_goes_when_it_is_ended() -> None:
    world = make_world()
    world.do(CallMayday(unit_id="e1"), CREW)
    (alert_id,) = world.state.alerts
    until = world.now.replace(minute=world.now.minute + 5)
    with pytest.raises(Refused, match="alert_not_shelved"):
        world.do(ShelveAlert(alert_id=alert_id, until=until, reason="later"), FIRE)
    world.do(EndMayday(unit_id="e1", reason="safe"), FIRE)
    assert alerts_after(world, 0) == {}


def test_another_agencys_alert_is_not_ours_to_claim() -> None:
    world, alert_id = overdue()
    with pytest.raises(Refused, match="not_your_agency"):
        world.do(ClaimAlert(alert_id=alert_id), MEDICAL)


def test_the_timers_are_the_centres_own() -> None:
    with pytest.raises(Refused, match="not_allowed"):
        make_world().do(RunTimers(), CHIEF)


def test_nothing_is_due_in_a_quiet_centre() -> None:
    world = make_world()
    assert next_timer(world.state, world.now) is None


def test_a_seat_is_one_persons_and_a_desk_knows_who_sits_there() -> None:
    world = make_world()
    world.do(OpenDesk(desk_id="d1", name="114", agencies=("114",)), CHIEF)
    world.do(SignOnSeat(seat_id="z1", desk_ids=("d1",)), FIRE)
    assert world.state.desks["d1"].seat_ids == ["z1"]
    with pytest.raises(Refused) as refused:
        world.do(SignOnSeat(seat_id="z1", desk_ids=("d1",)), TAKER)
    assert refused.value.data["by"] == "Lan"
    world.do(SignOffSeat(seat_id="z1"), CHIEF)
    assert world.state.desks["d1"].seat_ids == []


def test_nobody_sits_at_a_desk_of_other_agencies() -> None:
    world = make_world()
    world.do(OpenDesk(desk_id="d1", name="114", agencies=("114",)), CHIEF)
    with pytest.raises(Refused, match="not_your_agency"):
        world.do(SignOnSeat(seat_id="z1", desk_ids=("d1",)), MEDICAL)
