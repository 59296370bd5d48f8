"""What stands against going by itself: the agency's policy, the place, the type, the plan, the unit's way."""

import msgspec
import pytest

from dispatch.domain.model.assignment import MissingUnits, Reason
from dispatch.domain.model.incident import ChangePlace, ReadBackPlace
from dispatch.domain.model.values import LonLat, Place, PlaceState
from tests.unit.domain.test_automatic import (
    LEG,
    NEED,
    PLACE,
    arm,
    book_of,
    book_with,
    note,
    open_fire,
    plan,
    planned,
    why_not,
)
from tests.unit.domain.test_dispatching import propose
from tests.unit.domain.world import TAKER, make_world, send


def test_without_a_policy_nothing_is_ever_armed() -> None:
    assert why_not(planned(), book_of(())) == "off"


def test_a_type_or_priority_that_the_policy_does_not_name_stays_with_people() -> None:
    assert why_not(planned(), book_with(types=("theft",))) == "off"
    assert why_not(planned(), book_with(priorities=(1, 3))) == "off"


@pytest.mark.parametrize(
    "place",
    [
        msgspec.structs.replace(PLACE, state=PlaceState.MATCHED),
        msgspec.structs.replace(PLACE, radius_m=150.0),
        msgspec.structs.replace(PLACE, radius_m=None),
        msgspec.structs.replace(PLACE, lon_lat=None),
    ],
)
def test_a_place_that_is_less_sure_than_the_policy_asks_sends_nobody(place: Place) -> None:
    world = make_world()
    open_fire(world, place=place)
    plan(world, "a1")
    assert why_not(world) == "place_unsure"


def test_a_matched_place_needs_its_confidence_until_it_is_read_back() -> None:
    world = make_world()
    matched = msgspec.structs.replace(PLACE, state=PlaceState.MATCHED, confidence=0.6)
    open_fire(world, place=matched)
    plan(world, "a1")
    policy = book_with(place_state=PlaceState.MATCHED)
    assert why_not(world, policy) == "place_unsure"
    world.do(ReadBackPlace(incident_id="i1"), TAKER)
    assert arm(world, book=policy) is not None


def test_a_type_that_must_be_assessed_needs_answers_to_its_own_questions() -> None:
    world, policy = planned(), book_with(type_sure="assessed")
    assert why_not(world, policy) == "type_unsure"
    world.state.incidents["i1"].determinant = "trapped"
    assert arm(world, book=policy) is not None


def test_a_plan_by_straight_lines_goes_only_where_the_policy_says_so() -> None:
    assert why_not(planned(degraded=True)) == "straight_line"
    assert arm(planned(degraded=True), book=book_with(straight_line=True)) is not None


def missing() -> tuple[MissingUnits, ...]:
    reason = Reason(code="not_enough_units")
    return (
        MissingUnits(
            need_id=NEED, leg_id=LEG, capability="als", missing=1, below_minimum=False, reason=reason
        ),
    )


def test_a_plan_that_lacks_units_goes_only_where_the_policy_says_so() -> None:
    assert why_not(planned(missing=missing())) == "shortfall"
    assert arm(planned(missing=missing()), book=book_with(shortfall=True)) is not None


@pytest.mark.parametrize(
    ("code", "params", "why"),
    [
        ("carry_on_foot", {"distance_m": 140.0}, "carry"),
        ("carry_on_foot", {"distance_m": float("nan")}, "carry"),
        ("position_old", {"age_s": 300.0}, "position_old"),
        ("mutual_aid", {"neighbour": "Đồng Nai", "price_s": 900.0}, "mutual_aid"),
        ("minimum_cover_broken", {}, "minimum_cover"),
        ("road_unknown_straight_line", {}, "straight_line"),
    ],
)
def test_a_unit_whose_way_is_in_doubt_is_left_to_people(
    code: str, params: dict[str, float], why: str
) -> None:
    world = make_world()
    open_fire(world)
    proposed = propose(NEED, "a1")
    plan(world, msgspec.structs.replace(proposed, reasons=(Reason(code=code, params={**params}),)))
    assert why_not(world) == why


def test_a_caution_at_the_place_leaves_the_decision_to_people() -> None:
    world = planned()
    world.do(note("caution"), TAKER)
    assert why_not(world) == "caution"


def test_it_never_reassigns_and_never_adds_to_what_a_person_sent() -> None:
    world = planned()
    open_fire(world, "i2")
    send(world, "a1", incident_id="i2")
    assert why_not(world) == "unit_gone"
    send(world, "a2")
    assert why_not(world) == "has_units"


def test_a_plan_that_facts_have_overtaken_is_not_armed() -> None:
    world = planned()
    elsewhere = msgspec.structs.replace(PLACE, lon_lat=LonLat(106.6, 10.8))
    world.do(ChangePlace(incident_id="i1", place=elsewhere, seen=world.state.seq), TAKER)
    world.do(ReadBackPlace(incident_id="i1"), TAKER)
    assert why_not(world) == "no_plan"
    world.wait(1)
    plan(world, "a2")
    assert arm(world, 2) is not None
