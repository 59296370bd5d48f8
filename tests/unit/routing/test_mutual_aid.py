"""A neighbour's unit goes where nobody of ours is within its price, and is named."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.plans.second_thoughts import think
from routing.process.fallback import plan_straight_line
from routing.process.planner import Planner
from routing.terms.messages import MinimumCover, PlanRequest, PlanUnit
from routing.terms.weighing import Weighing, decide
from tests.unit.routing.drawn_map import DrawnMap
from tests.unit.routing.test_planner import ToNetwork, ambulance, one_need
from tests.unit.routing.test_planning import SCENE, codes, need, plan, sent, unit
from tests.unit.routing.test_tied_plans import engines_and_ladder, quint, solve

AID_S = 900.0


def theirs(unit_id: str, east_km: float, aid_s: float = AID_S) -> PlanUnit:
    return unit(unit_id, east_km, neighbour="Đồng Nai", aid_s=aid_s)


@pytest.mark.parametrize("plan", [solve, plan_straight_line])
def test_a_neighbour_stays_while_one_of_ours_is_within_its_price_and_is_named_as_sooner(plan: object) -> None:
    assert callable(plan)
    answer = plan(PlanRequest(SCENE, [need()], [theirs("N", 1.0), unit("A", 5.0)]))
    assert sent(answer) == [("n1", "A")]
    (told,) = [r for r in answer.proposals[0].reasons if r.code == "faster_unit_is_neighbour"]
    assert (told.params["unit_id"], told.params["neighbour"]) == ("N", "Đồng Nai")


@pytest.mark.parametrize("plan", [solve, plan_straight_line])
@pytest.mark.parametrize("ours", [[], [unit("A", 9.0)]])
def test_a_neighbour_goes_where_ours_are_missing_or_later_than_its_price_and_says_so_first(
    plan: object, ours: list[PlanUnit]
) -> None:
    assert callable(plan)
    answer = plan(PlanRequest(SCENE, [need()], [theirs("N", 1.0), *ours]))
    assert sent(answer) == [("n1", "N")]
    assert codes(answer.proposals[0])[0] == "mutual_aid"
    assert answer.proposals[0].reasons[0].params == {"neighbour": "Đồng Nai", "price_s": AID_S}
    assert answer.proposals[0].eta_s < 300, "the price is weighed, and is no part of the arrival"


def test_by_road_the_price_counts_as_it_does_by_straight_line(to_network: ToNetwork) -> None:
    drawn = DrawnMap("a....................b").way("ab", highway="tertiary")
    near = ambulance("N", drawn.place("a", east_m=100))
    near = msgspec.structs.replace(near, neighbour="Đồng Nai", aid_s=AID_S)
    ours = ambulance("A", drawn.place("a", east_m=900))
    planner = Planner(to_network(drawn))
    request = PlanRequest(drawn.place("a"), one_need(), [near, ours])
    assert [p.unit_id for p in planner.plan(request).proposals] == ["A"]
    (alone,) = planner.plan(msgspec.structs.replace(request, units=[near])).proposals
    assert codes(alone)[0] == "mutual_aid"


@settings(max_examples=60, deadline=None)
@given(
    ours_km=st.lists(st.floats(0.5, 12.0), max_size=3),
    theirs_km=st.lists(st.floats(0.5, 12.0), max_size=3),
    aid_s=st.sampled_from([120.0, 600.0, AID_S]),
    count=st.integers(1, 2),
)
def test_no_unit_of_ours_that_stays_is_within_the_price_of_a_neighbour_that_goes(
    ours_km: list[float], theirs_km: list[float], aid_s: float, count: int
) -> None:
    units = [unit(f"A{n}", km) for n, km in enumerate(ours_km)]
    units += [theirs(f"N{n}", km, aid_s) for n, km in enumerate(theirs_km)]
    answer = solve(PlanRequest(SCENE, [need(count=count)], units))
    assert len(answer.proposals) == min(count, len(units)), "help comes before nobody comes"
    going = {p.unit_id: p.eta_s for p in answer.proposals}
    arrives = {u.unit_id: solve(PlanRequest(SCENE, [need()], [u])).proposals[0].eta_s for u in units}
    for one in going:
        for other, eta_s in arrives.items():
            if one.startswith("N") and other.startswith("A") and other not in going:
                assert going[one] + aid_s <= eta_s + 1


def test_what_was_kept_gives_the_same_plan_again_with_the_price_of_help() -> None:
    answer = solve(PlanRequest(SCENE, [need()], [theirs("N", 1.0), unit("A", 5.0)]))
    kept = msgspec.json.decode(msgspec.json.encode(answer.weighed), type=Weighing)
    assert [[kept.units[u] for u in units] for units in decide(kept).chosen] == [["A"]]
    assert [o.aid_s for o in kept.needs[0].options if kept.units[o.unit] == "N"] == [AID_S]
    thoughts = think(kept)
    assert {s.unit_id for s in thoughts.closest.sent} == {"A"}, "closest-idle keeps the price of help too"
    (waiting,) = thoughts.waiting
    assert (waiting.unit_id, waiting.eta_s + AID_S - waiting.sooner_s) == ("N", pytest.approx(900, abs=2))


def test_a_plan_kept_before_there_were_neighbours_reads_as_it_did() -> None:
    need_then = {
        "need_id": "n",
        "priority": 1,
        "count": 1,
        "minimum": 1,
        "options": [[0, "als", 0, 100, 0, 0, 0, 0]],
    }
    then = {"version": 2, "method": "min_cost_flow", "policy": "", "units": ["A"], "needs": [need_then]}
    assert decide(msgspec.convert(then, Weighing)).chosen == [[0]]


def test_help_for_two_needs_at_once_is_paid_once() -> None:
    """Two absences would cost more than the one of ours that is a little later than both."""
    near = msgspec.structs.replace(quint("N", 1.0), neighbour="Đồng Nai", aid_s=400.0)
    ours = [unit("E", 3.0, capabilities=["fire_engine"]), unit("L", 3.0, capabilities=["ladder"])]
    answer = solve(PlanRequest(SCENE, engines_and_ladder(), [near, *ours]))
    assert {p.unit_id for p in answer.proposals} == {"N"}
    dearer = msgspec.structs.replace(near, aid_s=AID_S)
    assert {
        p.unit_id for p in solve(PlanRequest(SCENE, engines_and_ladder(), [dearer, *ours])).proposals
    } == {"E", "L"}


def test_a_neighbour_goes_rather_than_the_last_of_ours_that_must_stay() -> None:
    floor = [MinimumCover("city", 0, ["A"])]
    answer = solve(PlanRequest(SCENE, [need()], [unit("A", 1.0), theirs("N", 9.0)], minimum_cover=floor))
    assert sent(answer) == [("n1", "N")]
    assert codes(answer.proposals[0])[:2] == ["mutual_aid", "faster_unit_kept_for_minimum"]


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), -60.0])
def test_a_price_that_is_none_is_nothing(odd: float) -> None:
    assert sent(plan([need()], [theirs("N", 1.0, odd), unit("A", 2.0)])) == [("n1", "N")]
