"""Where free units wait: proposed, ordered, answered by the crew; an assignment ends it, a cap limits it."""

import pytest

from dispatch.domain.kernel import freeze, next_timer, thaw
from dispatch.domain.model.cover import RecordCover
from dispatch.domain.model.desk import ClaimAlert
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Actor, Refused
from dispatch.domain.model.move import (
    AcceptMove,
    ArriveMove,
    DeclineMove,
    EndMove,
    Move,
    OrderMove,
    ProposeMove,
    ReceiveMove,
)
from dispatch.domain.model.unit import SetUnitStatus, SignOnCrew
from dispatch.domain.rules.move import TURNED_DOWN
from tests.unit.domain.test_alerts import alerts_after
from tests.unit.domain.world import CHIEF, FIRE, MEDICAL, SYSTEM, World, crew_of, make_world, send

CREW = crew_of("a1", "115")


def propose(world: World, unit_id: str = "a1", station_id: str = "s115-2", gain_s: float = 60.0) -> str:
    """A proposal; gives its id."""
    command = ProposeMove(unit_id=unit_id, station_id=station_id, gain_s=gain_s, policy="default")
    return str(world.do(command).answer["move_id"])


def order(world: World, unit_id: str = "a1") -> str:
    move_id = propose(world, unit_id)
    world.do(OrderMove(move_id=move_id), MEDICAL)
    return move_id


def ended(world: World, move_id: str) -> tuple[str, str | None]:
    move = world.state.moves[move_id]
    return move.state, move.ended_how


def undone(world: World, move_id: str) -> list[str]:
    """Deliveries of a move that still go out."""
    return [d.kind for d in world.state.deliveries.values() if d.move_id == move_id and not d.done]


def test_a_proposal_is_told_to_nobody_until_a_dispatcher_orders_it() -> None:
    world = make_world()
    move_id = propose(world)
    assert undone(world, move_id) == []
    world.do(OrderMove(move_id=move_id), MEDICAL)
    assert undone(world, move_id) == ["move"]
    assert world.state.moves[move_id].ordered_by == MEDICAL.id


def test_the_device_receives_it_the_crew_accepts_leaves_and_waits_there() -> None:
    world = make_world()
    move_id = order(world)
    world.do(ReceiveMove(move_id=move_id), CREW)
    assert undone(world, move_id) == []
    world.do(AcceptMove(move_id=move_id), CREW)
    unit = world.state.units["a1"]
    assert not unit.in_quarters
    assert unit.phase == "available"
    world.do(ArriveMove(move_id=move_id), CREW)
    assert ended(world, move_id) == ("ended", "arrived")
    assert not world.state.units["a1"].in_quarters


def test_what_is_said_twice_counts_once() -> None:
    world = make_world()
    move_id = order(world)
    for command in (ReceiveMove(move_id=move_id), AcceptMove(move_id=move_id)):
        assert world.do(command, CREW).events
        assert not world.do(command, CREW).events
    assert not world.do(OrderMove(move_id=move_id), MEDICAL).events


@pytest.mark.parametrize("ordered", [False, True])
def test_an_assignment_ends_it(ordered: bool) -> None:
    world = make_world()
    move_id = order(world) if ordered else propose(world)
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    send(world, "a1")
    assert ended(world, move_id) == ("ended", "assigned")
    assert undone(world, move_id) == []


def test_another_vehicle_of_the_crew_that_is_sent_ends_it_too() -> None:
    world = make_world()
    world.do(SignOnCrew(crew_id="k", unit_ids=("a1", "a2")), MEDICAL)
    move_id = order(world, "a1")
    with pytest.raises(Refused, match="move_stands"):
        propose(world, "a2")
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    send(world, "a2")
    assert ended(world, move_id) == ("ended", "assigned")
    with pytest.raises(Refused, match="unit_not_free"):
        propose(world, "a1")


def test_a_crew_that_says_no_stays_and_is_left_alone_for_a_while() -> None:
    world = make_world()
    move_id = order(world)
    with pytest.raises(Refused, match="reason_missing"):
        world.do(DeclineMove(move_id=move_id, reason=" "), CREW)
    world.do(DeclineMove(move_id=move_id, reason="hết xăng"), CREW)
    assert ended(world, move_id) == ("ended", "declined")
    assert world.state.moves[move_id].reason == "hết xăng"
    with pytest.raises(Refused, match="move_turned_down"):
        propose(world)
    world.wait(TURNED_DOWN.total_seconds())
    propose(world)


def test_a_desk_turns_a_proposal_down_and_takes_an_order_back() -> None:
    world = make_world()
    refused = propose(world, "a1")
    withdrawn = order(world, "a2")
    for move_id in (refused, withdrawn):
        world.do(EndMove(move_id=move_id), MEDICAL)
    assert ended(world, refused) == ("ended", "refused")
    assert ended(world, withdrawn) == ("ended", "withdrawn")
    with pytest.raises(Refused, match="move_ended"):
        world.do(OrderMove(move_id=refused), MEDICAL)


def test_the_centre_lets_a_proposal_lapse_but_takes_no_order_back() -> None:
    world = make_world()
    lapsed, ordered = propose(world, "a1"), order(world, "a2")
    for move_id in (lapsed, ordered):
        world.do(EndMove(move_id=move_id), SYSTEM)
    assert ended(world, lapsed) == ("ended", "lapsed")
    assert ended(world, ordered) == ("ordered", None)


@pytest.mark.parametrize(
    ("gain_s", "station_id", "unit_id", "why"),
    [
        (29.9, "s115-2", "a1", "move_gains_little"),
        (float("nan"), "s115-2", "a1", "move_gains_little"),
        (60.0, "s114-2", "a1", "unknown_station"),
        (60.0, "s113", "p1", "move_gains_little"),
    ],
)
def test_it_is_proposed_only_for_enough_gain_within_the_agency(
    gain_s: float, station_id: str, unit_id: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        propose(make_world(), unit_id, station_id, gain_s)


def test_a_crew_is_moved_so_many_times_in_a_shift_and_a_new_crew_begins_anew() -> None:
    world = make_world()
    world.do(SignOnCrew(crew_id="k", unit_ids=("a1",)), MEDICAL)
    for _ in range(2):
        world.do(ArriveMove(move_id=order(world)), CREW)
    with pytest.raises(Refused, match="move_cap"):
        propose(world)
    propose(world, "a2")
    world.wait(3600)
    world.do(EndMove(move_id=world.state.live_moves["a2"]), SYSTEM)
    with pytest.raises(Refused, match="move_cap"):
        propose(world)


def test_who_goes_out_of_service_or_home_waits_nowhere() -> None:
    world = make_world()
    broken, home = order(world, "a1"), order(world, "a2")
    world.do(SetUnitStatus(unit_id="a1", status_code="out_of_service"), CREW)
    assert ended(world, broken) == ("ended", "not_free")
    world.do(AcceptMove(move_id=home), MEDICAL)
    world.do(SetUnitStatus(unit_id="a2", status_code="home"), MEDICAL)
    assert ended(world, home) == ("ended", "own_station")


@pytest.mark.parametrize(
    ("actor", "why"),
    [(FIRE, "not_your_agency"), (crew_of("a2", "115"), "not_allowed"), (CREW, "not_allowed")],
)
def test_only_a_desk_of_the_agency_orders_it(actor: Actor, why: str) -> None:
    world = make_world()
    move_id = propose(world)
    with pytest.raises(Refused, match=why):
        world.do(OrderMove(move_id=move_id), actor)


def test_a_crew_answers_for_itself_alone_and_only_what_was_ordered() -> None:
    world = make_world()
    move_id = propose(world)
    with pytest.raises(Refused, match="move_ended"):
        world.do(AcceptMove(move_id=move_id), CREW)
    world.do(OrderMove(move_id=move_id), MEDICAL)
    with pytest.raises(Refused, match="not_yours"):
        world.do(AcceptMove(move_id=move_id), crew_of("a2", "115"))


def test_an_order_that_no_crew_answers_is_an_alert_until_it_does() -> None:
    world = make_world()
    move_id = order(world)
    assert alerts_after(world, 59) == {}
    assert alerts_after(world, 1) == {"move_unaccepted": "B"}
    world.do(AcceptMove(move_id=move_id), CREW)
    assert alerts_after(world, 0) == {}


def test_what_is_over_leaves_the_memory_after_a_day() -> None:
    world = make_world()
    move_id = order(world)
    world.do(DeclineMove(move_id=move_id, reason="x"), CREW)
    alerts_after(world, 24 * 3600)
    left: dict[str, Move] = world.state.moves
    assert left == {}
    assert world.state.deliveries == {}


def test_an_empty_zone_is_an_alarm_until_a_unit_is_back() -> None:
    world = make_world()
    count = RecordCover(agency_id="115", zone="city", free=0)
    assert world.do(count).events
    assert not world.do(count).events
    (alert,) = world.state.alerts.values()
    assert (alert.kind, alert.level, alert.agency_id) == ("level_zero", "A", "115")
    world.do(ClaimAlert(alert_id=alert.id), CHIEF)
    assert next_timer(thaw(freeze(world.state)), world.now) == next_timer(world.state, world.now)
    assert alerts_after(world, 60) == {"level_zero": "A"}
    assert world.state.alerts[alert.id].claimed_by is None
    world.do(RecordCover(agency_id="115", zone="city", free=1))
    assert world.state.alerts == {}


def test_a_zone_that_the_agency_does_not_have_is_refused() -> None:
    with pytest.raises(Refused, match="unknown_zone"):
        make_world().do(RecordCover(agency_id="113", zone="city", free=0))
