"""Who is proposed and why, by straight lines: the same rules as with roads."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.process.fallback import plan_straight_line
from routing.terms.messages import PlanAnswer, PlanNeed, PlanRequest, PlanUnit, Proposal, Substitute

SCENE = (106.70, 10.77)


def need(need_id: str = "n1", **changes: Any) -> PlanNeed:
    """One ALS ambulance at the scene, unless changed."""
    plain = PlanNeed(need_id, "leg", "115", "als", count=1, minimum=1, priority=2, hot=True)
    return msgspec.structs.replace(plain, **changes)


def unit(unit_id: str, east_km: float = 1.0, **changes: Any) -> PlanUnit:
    """A free ALS ambulance so far east of the scene, unless changed."""
    lon_lat = (SCENE[0] + east_km * 0.00915527, SCENE[1])
    plain = PlanUnit(unit_id, "115", ["als"], "ambulance", lon_lat, 0.0, 5.0, "available")
    return msgspec.structs.replace(plain, **changes)


def plan(needs: list[PlanNeed], units: list[PlanUnit]) -> PlanAnswer:
    """The straight-line plan at the scene."""
    return plan_straight_line(PlanRequest(SCENE, needs, units))


def sent(answer: PlanAnswer) -> list[tuple[str, str]]:
    """Needs with the units proposed for them."""
    return [(proposal.need_id, proposal.unit_id) for proposal in answer.proposals]


def codes(proposal: Proposal) -> list[str]:
    """Codes of the reasons."""
    return [reason.code for reason in proposal.reasons]


def test_plan_without_roads_says_so() -> None:
    answer = plan([need()], [unit("A")])
    assert answer.degraded
    assert answer.method == "greedy"
    assert "road_unknown_straight_line" in codes(answer.proposals[0])


def test_travel_time_is_straight_line_times_detour_at_the_speed_of_the_class() -> None:
    proposal = plan([need()], [unit("A", 2.0)]).proposals[0]
    assert proposal.distance_m == pytest.approx(2800, rel=0.01)
    assert proposal.travel_s == pytest.approx(2800 * 3.6 / 28, rel=0.01)
    assert proposal.eta_s == proposal.travel_s + proposal.turnout_s


def test_nearest_unit_goes_and_the_next_three_are_named() -> None:
    answer = plan([need()], [unit("E", 5), unit("B", 2), unit("A", 1), unit("D", 4), unit("C", 3)])
    assert sent(answer) == [("n1", "A")]
    assert [alternative.unit_id for alternative in answer.proposals[0].alternatives] == ["B", "C", "D"]
    assert codes(answer.proposals[0])[0] == "fastest"


def test_unit_in_quarters_is_slower_by_its_turnout_and_that_is_a_reason() -> None:
    answer = plan([need()], [unit("A", 1, turnout_s=200.0), unit("B", 1.5)])
    assert sent(answer) == [("n1", "B")]
    reasons = {reason.code: reason.params for reason in answer.proposals[0].reasons}
    assert reasons["closest_straight_line_is_slower"]["unit_id"] == "A"
    alone = plan([need()], [unit("A", 1, turnout_s=200.0)])
    assert "in_quarters_turnout" in codes(alone.proposals[0])


def test_unit_of_another_agency_is_not_proposed() -> None:
    answer = plan([need()], [unit("P", 0.1, agency_id="113"), unit("A", 3)])
    assert sent(answer) == [("n1", "A")]


def test_need_of_no_agency_takes_any() -> None:
    answer = plan([need(agency_id="")], [unit("P", 0.1, agency_id="113"), unit("A", 3)])
    assert sent(answer) == [("n1", "P")]


def test_substitute_goes_when_it_saves_more_than_its_price() -> None:
    wanted = need(substitutes=[Substitute("bls", 120.0)])
    bls = unit("B", 1, capabilities=["bls"])
    assert sent(plan([wanted], [bls, unit("A", 1.2)])) == [("n1", "A")]
    far = plan([wanted], [bls, unit("A", 8)])
    assert sent(far) == [("n1", "B")]
    assert far.proposals[0].capability == "bls"
    assert far.proposals[0].substitute_price_s == 120.0
    assert "substitute" in codes(far.proposals[0])


def test_unit_offered_elsewhere_is_left_there_unless_it_saves_more_than_its_price() -> None:
    near = unit("u1", 1.0, held_s=60.0)
    little_later = plan([need()], [near, unit("u2", 1.1)])
    assert sent(little_later) == [("n1", "u2")]
    assert "faster_unit_offered_elsewhere" in codes(little_later.proposals[0])
    much_later = plan([need()], [near, unit("u2", 9.0)])
    assert sent(much_later) == [("n1", "u1")]
    assert "offered_elsewhere" in codes(much_later.proposals[0])


def test_only_unit_with_the_capability_is_named_as_that() -> None:
    answer = plan([need()], [unit("A"), unit("B", capabilities=["bls"])])
    assert "only_with_capability" in codes(answer.proposals[0])


def test_unit_that_is_faster_but_needed_elsewhere_is_named() -> None:
    urgent, other = need("urgent", priority=1), need("other", priority=3)
    answer = plan([other, urgent], [unit("A", 1), unit("B", 5)])
    assert sorted(sent(answer)) == [("other", "B"), ("urgent", "A")]
    reasons = {reason.code: reason.params for reason in answer.proposals[0].reasons}
    assert reasons["faster_unit_serves_other_need"]["unit_id"] == "A"
    assert reasons["faster_unit_serves_other_need"]["need_id"] == "urgent"


def test_old_position_is_a_reason() -> None:
    assert "position_old" in codes(plan([need()], [unit("A", position_age_s=300.0)]).proposals[0])
    assert "position_old" in codes(plan([need()], [unit("A", position_age_s=float("nan"))]).proposals[0])


def test_shortfall_is_said_with_what_there_is() -> None:
    answer = plan([need(count=3, minimum=2)], [unit("A")])
    assert sent(answer) == [("n1", "A")]
    (shortfall,) = answer.shortfalls
    assert (shortfall.missing, shortfall.below_minimum, shortfall.reason.code) == (
        2,
        True,
        "not_enough_units",
    )


def test_capability_nobody_has_is_a_shortfall_of_its_own_kind() -> None:
    (shortfall,) = plan([need(capability="hazmat")], [unit("A")]).shortfalls
    assert shortfall.reason.code == "no_unit_with_capability"


def test_needs_of_several_incidents_are_served_where_each_is() -> None:
    west = (SCENE[0] - 0.1, SCENE[1])
    answer = plan([need("east"), need("west", lon_lat=west)], [unit("E", 1), unit("W", -10)])
    assert sorted(sent(answer)) == [("east", "E"), ("west", "W")]


@pytest.mark.parametrize("lon_lat", [(float("nan"), 10.0), (10.77, 106.7), (float("inf"), 0.0)])
def test_unit_without_a_real_position_is_skipped_and_named(lon_lat: tuple[float, float]) -> None:
    answer = plan([need()], [unit("X", lon_lat=lon_lat), unit("A", 3)])
    assert sent(answer) == [("n1", "A")]
    assert [(s.unit_id, s.reason.code) for s in answer.skipped_units] == [("X", "position_invalid")]


def test_unit_with_somebody_on_board_is_never_proposed() -> None:
    answer = plan([need()], [unit("T", 0.1, phase="transporting"), unit("A", 3)])
    assert sent(answer) == [("n1", "A")]
    assert answer.skipped_units[0].reason.code == "phase_not_proposed"


def test_need_without_a_real_place_is_a_shortfall_and_no_crash() -> None:
    answer = plan([need(lon_lat=(float("nan"), float("nan")))], [unit("A")])
    assert answer.proposals == []
    assert answer.shortfalls[0].reason.code == "place_invalid"


def test_unit_at_the_other_end_of_the_world_is_no_answer() -> None:
    answer = plan([need()], [unit("A", lon_lat=(0.0, 0.0))])
    assert answer.proposals == []
    assert answer.shortfalls[0].missing == 1


@settings(max_examples=60, deadline=None)
@given(
    wanted=st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 4), st.sampled_from(["als", "bls"])), max_size=4
    ),
    fleet=st.lists(
        st.tuples(st.floats(-9, 9), st.lists(st.sampled_from(["als", "bls"]), max_size=2)), max_size=8
    ),
)
def test_every_need_is_proposed_for_or_short_and_nobody_goes_twice(
    wanted: list[tuple[int, int, str]], fleet: list[tuple[float, list[str]]]
) -> None:
    needs = [
        need(str(i), count=count, minimum=count // 2, priority=priority, capability=capability)
        for i, (count, priority, capability) in enumerate(wanted)
    ]
    units = [unit(f"u{i}", km, capabilities=skills) for i, (km, skills) in enumerate(fleet)]
    answer = plan(needs, units)
    going = [proposal.unit_id for proposal in answer.proposals]
    assert len(going) == len(set(going))
    for asked in needs:
        served = sum(proposal.need_id == asked.need_id for proposal in answer.proposals)
        short = sum(
            shortfall.missing for shortfall in answer.shortfalls if shortfall.need_id == asked.need_id
        )
        assert served + short == asked.count
