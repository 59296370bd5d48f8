"""Caution notes: a kind of note that every crew acknowledges apart, also one that is sent later."""

from datetime import timedelta

import pytest

from dispatch.domain.model.assignment import AcceptAssignment
from dispatch.domain.model.incident import AddNote, OpenIncident
from dispatch.domain.model.messages import Refused
from tests.unit.domain.world import FIRE, World, crew_of, make_world, sealed, send


def warned(**more: object) -> World:
    """A fire with a caution about gas."""
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    note = {"incident_id": "i1", "note_id": "gas", "text": sealed("bình gas"), "kind": "caution"}
    world.do(AddNote(**(note | more)), FIRE)  # type: ignore[arg-type]
    return world


def kinds(world: World, assignment_id: str) -> list[tuple[str, str]]:
    return [(update.kind, update.new) for update in world.state.assignments[assignment_id].updates]


def test_a_unit_sent_later_has_the_caution_as_its_first_update() -> None:
    world = warned(source="chủ nhà")
    (assignment_id,) = send(world, "e1")
    assert kinds(world, assignment_id) == [("caution", "gas")]
    note = world.state.incidents["i1"].notes[0]
    assert (note.kind, note.source, note.by) == ("caution", "chủ nhà", FIRE.id)


def test_a_unit_under_way_gets_the_caution_apart_from_other_notes() -> None:
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    (assignment_id,) = send(world, "e1")
    for n, kind in enumerate(("note", "caution", "access", "trapped")):
        note = AddNote(incident_id="i1", note_id=f"n{n}", text=sealed("x"), kind=kind)
        world.do(note, FIRE)
    assert [kind for kind, _ in kinds(world, assignment_id)] == ["note", "caution", "note", "note"]


def test_accepting_the_assignment_does_not_acknowledge_the_caution() -> None:
    world = warned()
    (assignment_id,) = send(world, "e1")
    world.do(AcceptAssignment(assignment_id=assignment_id), crew_of("e1"))
    assert world.state.assignments[assignment_id].updates[0].accepted_at is None
    world.do(AcceptAssignment(assignment_id=assignment_id, n=1), crew_of("e1"))
    assert world.state.assignments[assignment_id].updates[0].accepted_at is not None


def test_an_expired_caution_is_not_told_any_more() -> None:
    world = make_world()
    expires_at = world.now + timedelta(hours=1)
    world = warned(expires_at=expires_at)
    world.wait(3601)
    (assignment_id,) = send(world, "e1")
    assert kinds(world, assignment_id) == []


@pytest.mark.parametrize(("kind", "code"), [("gossip", "malformed_command"), ("access", "bad_time")])
def test_a_note_has_a_known_kind_and_only_cautions_expire(kind: str, code: str) -> None:
    soon = make_world().now + timedelta(hours=1)
    with pytest.raises(Refused, match=code):
        warned(kind=kind, expires_at=soon)
