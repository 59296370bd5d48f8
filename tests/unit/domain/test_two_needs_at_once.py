"""A unit that serves two needs at once goes once, and counts for both."""

import msgspec
import pytest

from dispatch.domain.codebook import CodeBook, PlanLeg, PlanNeed, ResponsePlan
from dispatch.domain.model.assignment import (
    AcceptRecommendation,
    DispatchUnits,
    ProposedUnit,
    RecordRecommendation,
    StandDown,
)
from dispatch.domain.model.incident import MergeIncidents, OpenIncident
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.values import LonLat, Phase, Place
from dispatch.domain.rules.plan import list_open_needs
from tests.unit.domain.world import BOOK, FIRE, World, make_world

PLACE = Place(label="12 Lê Lợi", lon_lat=LonLat(106.7, 10.77))
BOTH = ("i1-4/1/fire_engine", "i1-4/1/ladder")


def make_book() -> CodeBook:
    """The same, but engines carry a ladder too, and a fire asks for both."""
    engine = msgspec.structs.replace(
        BOOK.agencies["114"].unit_types["engine"],
        capabilities=("fire_engine", "ladder"),
        at_once=("fire_engine", "ladder"),
    )
    needs = tuple(PlanNeed(capability=c, count=1, package="team") for c in ("fire_engine", "ladder"))
    plan = ResponsePlan(code="both", types=("fire",), levels=((PlanLeg(agency_id="114", needs=needs),),))
    agency = msgspec.structs.replace(
        BOOK.agencies["114"], unit_types={**BOOK.agencies["114"].unit_types, "engine": engine}
    )
    return msgspec.structs.replace(
        BOOK,
        agencies={**BOOK.agencies, "114": agency},
        plans=(plan,),
        capabilities={**BOOK.capabilities, "ladder": engine.label},
    )


QUINTS = make_book()


def opened(*incident_ids: str) -> World:
    world = make_world()
    for unit in world.state.units.values():
        if unit.type_code == "engine":
            unit.capabilities = ("fire_engine", "ladder")
    for incident_id in incident_ids:
        command = OpenIncident(incident_id=incident_id, type_code="fire", subject="s", place=PLACE)
        world.do(command, FIRE, book=QUINTS)
    return world


def list_open(world: World, leg_id: str = "i1-4") -> list[str]:
    return [need.need_id for need, _ in list_open_needs(world.state, world.state.legs[leg_id])]


def plan(world: World) -> int:
    proposed = ProposedUnit(
        need_id=BOTH[0],
        also_need_ids=BOTH[1:],
        leg_id="i1-4",
        unit_id="e1",
        capability="fire_engine",
        eta_s=300.0,
        travel_s=300.0,
        turnout_s=0.0,
        distance_m=1000.0,
        position=LonLat(106.7, 10.7),
        position_age_s=1.0,
        phase=Phase.AVAILABLE,
    )
    command = RecordRecommendation(
        incident_id="i1",
        for_version=world.state.incidents["i1"].version,
        proposed=(proposed,),
        missing=(),
        method="bundles",
        degraded=False,
    )
    return int(str(world.do(command, book=QUINTS).answer["version"]))


def test_what_is_accepted_goes_once_and_is_taken_off_both_needs() -> None:
    world = opened("i1")
    assert list_open(world) == list(BOTH)
    decision = world.do(AcceptRecommendation(incident_id="i1", version=plan(world)), FIRE, book=QUINTS)
    (sent,) = (world.state.assignments[id_] for id_ in decision.answer["assignment_ids"])  # type: ignore[attr-defined]
    assert (sent.need_id, sent.also_need_ids) == (BOTH[0], BOTH[1:])
    assert list_open(world) == []
    world.do(StandDown(assignment_id=sent.id), FIRE, book=QUINTS)
    assert list_open(world) == list(BOTH)


def test_a_need_that_was_met_meanwhile_refuses_the_whole_unit() -> None:
    world = opened("i1")
    version = plan(world)
    world.do(DispatchUnits(incident_id="i1", unit_ids=("e2",)), FIRE, book=QUINTS)
    with pytest.raises(Refused, match="unit_gone"):
        world.do(AcceptRecommendation(incident_id="i1", version=version), FIRE, book=QUINTS)


def test_sent_by_hand_it_serves_both_and_the_next_one_nothing_that_is_asked_for() -> None:
    world = opened("i1")
    sent = world.do(DispatchUnits(incident_id="i1", unit_ids=("e1", "e2")), FIRE, book=QUINTS)
    first, second = (world.state.assignments[id_] for id_ in sent.answer["assignment_ids"])  # type: ignore[attr-defined]
    assert (first.need_id, first.also_need_ids) == (BOTH[0], BOTH[1:])
    assert (second.need_id, second.also_need_ids) == (None, msgspec.UNSET)


def test_moved_by_a_merge_it_serves_both_there() -> None:
    world = opened("i1", "i2")
    world.do(DispatchUnits(incident_id="i2", unit_ids=("e1",)), FIRE, book=QUINTS)
    world.do(MergeIncidents(incident_id="i2", into="i1"), FIRE, book=QUINTS)
    assert list_open(world) == []


def test_needs_of_a_package_say_so_and_others_are_as_they_were() -> None:
    world = opened("i1")
    assert {need.package for need in world.state.legs["i1-4"].needs} == {"team"}
    plain = make_world()
    plain.do(OpenIncident(incident_id="i1", type_code="fire", subject="s", place=PLACE), FIRE)
    assert b"package" not in msgspec.json.encode(plain.state.legs["i1-4"].needs)
