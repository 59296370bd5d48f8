"""The door: messages in and out, ids, snapshots, bounds."""

import pkgutil
import uuid
from importlib import import_module

import msgspec
import pytest

from dispatch.domain import model
from dispatch.domain.kernel import (
    COMMANDS,
    EVENTS,
    RULES,
    StateHasher,
    UnknownEvent,
    decode_command,
    decode_event,
    derive_id,
    freeze,
    state_hash,
    thaw,
)
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Command, Event, Refused, Role
from dispatch.domain.model.report import AddWords, EndReport, OpenReport, ReceiveReport, ReportEnded
from dispatch.domain.model.values import Sealed
from dispatch.domain.rules.checks import MAX_BOX, MAX_TEXT
from dispatch.domain.rules.registry import ROLES
from dispatch.domain.upcasters import UPCASTERS, Step, lift
from tests.unit.domain.world import FIRE, TAKER, make_world, sealed

MODEL = [import_module(f"{model.__name__}.{found.name}") for found in pkgutil.iter_modules(model.__path__)]
GOOD = "01981d5c-7e00-7abc-8def-0123456789ab"


def defined(base: type) -> set[type]:
    """Every class of the model that builds on a base."""
    return {
        value
        for module in MODEL
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, base) and value is not base
    }


def test_every_command_has_a_rule_and_every_event_is_applied() -> None:
    assert set(COMMANDS.values()) == defined(Command)
    assert set(EVENTS.values()) == defined(Event)
    assert len(RULES) == len({module.__name__ for module in RULES})


def test_a_command_is_named_by_its_tag() -> None:
    command = decode_command(b'{"type": "report.open", "report_id": "r1"}')
    assert command == OpenReport(report_id="r1")


@pytest.mark.parametrize(
    "raw",
    [
        b'{"type": "report.fly", "report_id": "r1"}',
        b'{"type": "report.open"}',
        b'{"type": "report.open", "report_id": 7}',
        b'{"type": "report.open", "report_id": "r1", "extra": 1}',
    ],
)
def test_a_command_of_another_shape_is_not_understood(raw: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_command(raw)


def may_ask(role: str) -> set[str]:
    return {tag for tag, kind in COMMANDS.items() if role in ROLES[kind]}


def test_a_reporter_may_only_report_and_an_exchange_only_speak_of_calls() -> None:
    assert may_ask(Role.REPORTER) == {"report.receive", "report.add_words", "report.add_photo"}
    assert may_ask(Role.EXCHANGE) == {
        "call.ring", "call.locate", "call.answer", "call.hold", "call.transfer", "call.hang_up",
    }  # fmt: skip


def test_a_unit_may_act_on_its_assignment_and_call_for_help_and_nothing_else() -> None:
    assert may_ask(Role.UNIT) == {
        "assignment.received", "assignment.accept", "assignment.decline", "assignment.phase",
        "assignment.choose_hospital", "unit.status", "unit.mayday", "crew.sign_on", "crew.sign_off",
        "incident.note", "incident.read_back", "incident.add_photo",
        "road_condition.report", "road_condition.lift",
        "move.received", "move.accept", "move.decline", "move.arrive",
    }  # fmt: skip


def test_only_the_centre_itself_runs_timers_and_records_what_the_planner_says() -> None:
    own = {tag for tag, kind in COMMANDS.items() if ROLES[kind] == {Role.SYSTEM}}
    assert own == {
        "timers.run", "recommendation.record", "recommendation.suggest", "recommendation.confirm",
        "report.finish_text",
        "assignment.revise_eta", "road_condition.count", "move.propose", "cover.record",
        "assignment.record_arrival", "hospital.register",
        "automatic.arm", "automatic.take_up",
    }  # fmt: skip
    assert may_ask(Role.SYSTEM) == set(COMMANDS)


def test_an_event_comes_back_from_its_bytes() -> None:
    event = ReportEnded(report_id="r1", reason="why")
    assert decode_event("report.ended", 1, msgspec.json.encode(event)) == event


def test_an_event_of_a_later_version_is_not_guessed() -> None:
    with pytest.raises(UnknownEvent):
        decode_event("report.ended", 2, b"{}")
    with pytest.raises(UnknownEvent):
        decode_event("report.vanished", 1, b"{}")


def test_an_old_event_is_lifted_step_by_step() -> None:
    steps: dict[tuple[str, int], Step] = {
        ("unit.moved", 1): lambda old: {"to": old["where"]},
        ("unit.moved", 2): lambda old: {**old, "by": "crew"},
    }
    assert lift("unit.moved", 1, 3, {"where": "x"}, steps) == {"to": "x", "by": "crew"}
    assert lift("unit.moved", 3, 3, {"to": "x", "by": "y"}, steps) == {"to": "x", "by": "y"}


def test_every_step_from_every_older_version_is_there() -> None:
    older = {(kind.TYPE, version) for kind in EVENTS.values() for version in range(1, kind.VERSION)}
    assert set(UPCASTERS) == older


def test_ids_follow_from_the_command_and_are_shaped_like_its_own() -> None:
    made = [uuid.UUID(derive_id(GOOD, n)) for n in range(100)]
    assert len(set(made)) == 100
    assert {(m.version, m.variant) for m in made} == {(7, uuid.RFC_4122)}
    assert {m.bytes[:6] for m in made} == {uuid.UUID(GOOD).bytes[:6]}
    assert derive_id(GOOD, 1) == derive_id(GOOD, 1)


def test_two_senders_of_one_command_id_make_different_ids() -> None:
    assert derive_id(GOOD, 1, "a") != derive_id(GOOD, 1, "b")


def test_the_kept_hash_follows_the_state() -> None:
    world = make_world()
    hasher = StateHasher(world.state)
    world.state.touched.clear()
    before = hasher.hexdigest()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    hasher.update(world.state.touched)
    assert before != hasher.hexdigest() == state_hash(world.state)


def test_a_snapshot_gives_the_state_again() -> None:
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    thawed = thaw(freeze(world.state))
    assert state_hash(thawed) == state_hash(world.state)
    assert thawed.seq == world.state.seq
    assert thawed.day_counters == world.state.day_counters


def test_an_id_that_is_in_use_is_refused() -> None:
    world = make_world()
    told = ReceiveReport(report_id="r1", receipt_code="A", channel="web", agency_id="114", subject="s")
    world.do(told)
    with pytest.raises(Refused, match="id_taken"):
        world.do(told)


def test_texts_have_bounds() -> None:
    world = make_world()
    with pytest.raises(Refused) as refused:
        world.do(EndReport(report_id="r1", reason="x" * (MAX_TEXT + 1)), TAKER)
    assert (refused.value.code, refused.value.data["field"]) == ("text_too_long", "reason")
    with pytest.raises(Refused, match="id_missing"):
        world.do(EndReport(report_id="", reason="x"), TAKER)
    huge = Sealed(subject="s", box="x" * (MAX_BOX + 1))
    with pytest.raises(Refused, match="text_too_long"):
        world.do(AddWords(report_id="r1", words=huge), TAKER)
    assert sealed("fits").box == "fits"


def test_unknown_things_are_named_in_the_refusal() -> None:
    with pytest.raises(Refused) as refused:
        make_world().do(OpenReport(report_id="r9"), TAKER)
    assert (refused.value.code, refused.value.data) == ("unknown_report", {"report_id": "r9"})
