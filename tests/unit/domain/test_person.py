"""Who acts is known by name to everybody who reads the log."""

import msgspec
import pytest

from dispatch.domain.model.call import AnswerCall, RingCall
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.person import PersonNamed
from tests.unit.domain.world import EXCHANGE, FIRE, TAKER, World, make_world


def named(world: World) -> list[tuple[str, str]]:
    return [(event.person_id, event.name) for event, _ in world.log if isinstance(event, PersonNamed)]


def ring(world: World, call_id: str) -> None:
    world.do(RingCall(call_id=call_id, line="114"), EXCHANGE)


def test_the_first_act_of_a_person_brings_the_name_and_the_second_does_not() -> None:
    world = make_world()
    for call_id in ("c1", "c2"):
        ring(world, call_id)
        world.do(AnswerCall(call_id=call_id), TAKER)
    assert named(world) == [(TAKER.id, "Mai")]
    assert world.state.people[TAKER.id].name == "Mai"


def test_a_person_who_changed_name_is_named_again() -> None:
    world = make_world()
    for call_id, name in (("c1", "Lan"), ("c2", "Lan Anh")):
        ring(world, call_id)
        world.do(AnswerCall(call_id=call_id), msgspec.structs.replace(FIRE, name=name))
    assert named(world) == [(FIRE.id, "Lan"), (FIRE.id, "Lan Anh")]


def test_an_act_that_is_refused_names_nobody() -> None:
    world = make_world()
    ring(world, "c1")
    world.do(AnswerCall(call_id="c1"), TAKER)
    before = len(world.log)
    with pytest.raises(Refused):
        world.do(AnswerCall(call_id="c1"), FIRE)
    assert len(world.log) == before
    assert FIRE.id not in world.state.people


def test_devices_and_the_exchange_are_no_persons() -> None:
    world = make_world()
    world.do(RingCall(call_id="c1", line="114"), msgspec.structs.replace(EXCHANGE, name="PBX"))
    assert named(world) == []
