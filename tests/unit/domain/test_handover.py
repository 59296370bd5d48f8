"""Handing a desk over: the state says what is left, two different people sign, nobody is away meanwhile."""

import pytest

from dispatch.domain.model.call import HangUpCall, RingCall
from dispatch.domain.model.desk import OpenDesk, RunTimers, SignOnSeat
from dispatch.domain.model.handover import Handover, TakeHandover, WriteHandover
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Actor, Refused
from dispatch.domain.model.recall import CancelIncident
from dispatch.domain.model.unit import SetUnitStatus
from dispatch.domain.rows import project
from tests.unit.domain.world import CHIEF, EXCHANGE, FIRE, MEDICAL, TAKER, World, make_world, sealed


def a_shift() -> World:
    """Lan sits at 114's desk; a fire is open, a call waits, a unit is out of service."""
    world = make_world()
    world.do(OpenDesk(desk_id="d1", name="Bàn 114", agencies=("114",)), CHIEF)
    world.do(SignOnSeat(seat_id=FIRE.id, desk_ids=("d1",)), FIRE)
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    world.do(OpenIncident(incident_id="i2", type_code="theft", subject="s"), CHIEF)
    world.do(RingCall(call_id="c1", line="114"), EXCHANGE)
    world.do(HangUpCall(call_id="c1"), EXCHANGE)
    world.do(SetUnitStatus(unit_id="e3", status_code="out_of_service"), FIRE)
    world.do(RunTimers())
    return world


def written(world: World, actor: Actor = FIRE) -> Handover:
    told = world.do(WriteHandover(desk_id="d1", notes=sealed("xe thang đang sửa")), actor)
    return world.state.handovers[str(told.answer["handover_id"])]


def refusal(world: World, command: object, actor: Actor) -> str:
    with pytest.raises(Refused) as refused:
        world.do(command, actor)  # type: ignore[arg-type]
    return refused.value.code


def test_it_lists_what_the_desk_leaves_as_the_log_stands() -> None:
    world = a_shift()
    left = written(world).left
    assert (left.incident_ids, left.call_ids, left.unit_ids) == (("i1",), ("c1",), ("e3",))
    assert [world.state.alerts[id_].kind for id_ in left.alert_ids] == ["call_back"]
    world.do(CancelIncident(incident_id="i1", reason="x"), CHIEF)
    assert world.state.handovers[written(world).id].left.incident_ids == ()


def test_a_restricted_incident_that_not_all_of_the_desk_may_see_is_counted_and_not_named() -> None:
    world = a_shift()
    world.do(OpenDesk(desk_id="d1", name="Bàn chung", agencies=("113", "114")), CHIEF)
    world.do(OpenIncident(incident_id="i3", type_code="secret", subject="s"), CHIEF)
    left = written(world).left
    assert "i3" not in left.incident_ids
    assert left.withheld == 1


def test_the_other_signs_and_takes_the_seat_and_the_one_who_wrote_stands_up() -> None:
    world = a_shift()
    handover = written(world)
    world.wait(30)
    world.do(TakeHandover(handover_id=handover.id, seen=handover.version), TAKER)
    assert (handover.written_by_name, handover.taken_by_name) == ("Lan", "Mai")
    assert handover.taken_at == world.now
    assert world.state.desks["d1"].seat_ids == [TAKER.id]
    assert list(world.state.seats) == [TAKER.id]


def test_who_leaves_one_of_two_desks_stays_at_the_other() -> None:
    world = a_shift()
    world.do(OpenDesk(desk_id="d2", name="Hai", agencies=("114",)), CHIEF)
    world.do(SignOnSeat(seat_id=FIRE.id, desk_ids=("d1", "d2")), FIRE)
    handover = written(world)
    world.do(TakeHandover(handover_id=handover.id, seen=handover.version), TAKER)
    assert world.state.desks["d2"].seat_ids == [FIRE.id]
    assert world.state.desks["d1"].seat_ids == [TAKER.id]


def test_nobody_signs_for_both() -> None:
    world = a_shift()
    handover = written(world)
    taking = TakeHandover(handover_id=handover.id, seen=handover.version)
    assert refusal(world, taking, FIRE) == "own_handover"
    world.do(taking, TAKER)
    assert refusal(world, taking, CHIEF) == "handover_taken"


def test_only_the_version_that_was_read_can_be_signed() -> None:
    world = a_shift()
    first = written(world)
    seen = first.version
    again = written(world)
    assert again.id == first.id
    assert refusal(world, TakeHandover(handover_id=first.id, seen=seen), TAKER) == "handover_changed"


def test_a_desk_is_handed_over_by_who_sits_there_or_by_a_chief() -> None:
    world = a_shift()
    assert refusal(world, WriteHandover(desk_id="d1"), TAKER) == "not_at_desk"
    assert refusal(world, WriteHandover(desk_id="d1"), MEDICAL) == "not_your_agency"
    assert refusal(world, WriteHandover(desk_id="d9"), FIRE) == "unknown_desk"
    assert written(world, CHIEF).written_by == CHIEF.id
    handover = written(world)
    taking = TakeHandover(handover_id=handover.id, seen=handover.version)
    assert refusal(world, taking, MEDICAL) == "not_your_agency"
    assert refusal(world, TakeHandover(handover_id="h0", seen=1), TAKER) == "unknown_handover"


def test_it_is_for_the_desks_agencies_alone_and_leaves_memory_a_week_after_the_second_signature() -> None:
    world = a_shift()
    handover = written(world)
    row = project(world.state, "handover", handover.id)
    assert row is not None
    assert (row.visible_to, row.private_to) == (("114",), ("114",))
    world.wait(30 * 86_400)
    world.do(RunTimers())
    assert handover.id in world.state.handovers
    world.do(TakeHandover(handover_id=handover.id, seen=handover.version), TAKER)
    world.wait(7 * 86_400)
    world.do(RunTimers())
    assert world.state.handovers == {}
