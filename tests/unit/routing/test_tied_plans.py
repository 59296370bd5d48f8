"""Packages that come whole, units that serve two needs at once, and units that must stay: the whole
recommendation against every plan there is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routing.plans.second_thoughts import think
from routing.process.fallback import plan_straight_line
from routing.terms.messages import MinimumCover, PlanAnswer, PlanNeed, PlanRequest, PlanUnit, Substitute
from routing.terms.weighing import decide
from tests.unit.routing.test_plan_properties import ABLE, find_price, rate, solve
from tests.unit.routing.test_planning import SCENE, codes, need, sent, unit

Serves = Mapping[int, tuple[int, ...]]
"""Unit → the needs it serves, both by number."""


@st.composite
def draw_tied(draw: st.DrawFn, most_units: int = 4) -> PlanRequest:
    """Up to three needs of one leg, some in a package; units of which some do two things at once and some
    must stay."""
    needs = []
    for number in range(draw(st.integers(1, 3))):
        wanted, other = draw(st.permutations(ABLE))[:2]
        count = draw(st.integers(1, 2))
        needs.append(
            need(
                f"n{number}",
                capability=wanted,
                count=count,
                minimum=draw(st.integers(0, count)),
                priority=2,
                substitutes=[Substitute(other, 120.0)] if draw(st.booleans()) else [],
                package=draw(st.sampled_from(["", "team"])),
                most_cover_s=600.0,
            )
        )
    units = []
    for number in range(draw(st.integers(0, most_units))):
        able = draw(st.lists(st.sampled_from(ABLE), min_size=1, max_size=3, unique=True))
        units.append(
            unit(
                f"u{number}",
                draw(st.sampled_from([0.5, 1.0, 2.0, 4.0])),
                capabilities=able,
                at_once=able if draw(st.booleans()) else [],
                cover_s=draw(st.sampled_from([0.0, 300.0])),
            )
        )
    floors = [
        MinimumCover(
            f"f{number}", draw(st.integers(0, 2)), draw(st.lists(st.sampled_from(names), unique=True))
        )
        for names in ([u.unit_id for u in units],)
        for number in range(draw(st.integers(0, 2)) if names else 0)
    ]
    return PlanRequest(SCENE, needs, units, minimum_cover=floors)


def find_means(wanted: PlanNeed, who: PlanUnit) -> str:
    """By what a unit serves a need: what was asked for, else the substitute."""
    return wanted.capability if wanted.capability in who.capabilities else wanted.substitutes[0].capability


def list_ways(request: PlanRequest, who: PlanUnit) -> list[tuple[int, ...]]:
    """The sets of needs that a unit could serve: none, one, or several by different things it does at
    once."""
    able = [n for n, wanted in enumerate(request.needs) if find_price(wanted, who) is not None]
    ways: list[tuple[int, ...]] = [(), *((n,) for n in able)]
    for size in (2, 3):
        for some in combinations(able, size):
            means = [find_means(request.needs[n], who) for n in some]
            if len(set(means)) == size and set(means) <= set(who.at_once):
                ways.append(some)
    return ways


def list_plans(request: PlanRequest, first: int = 0) -> Iterator[dict[int, tuple[int, ...]]]:
    """Every way to send units."""
    if first == len(request.units):
        yield {}
        return
    ways = list_ways(request, request.units[first])
    for rest in list_plans(request, first + 1):
        for way in ways:
            yield {**rest, first: way}


def is_allowed(request: PlanRequest, serves: Serves) -> bool:
    """Nobody too many, and packages whole or not at all."""
    going = [sum(n in way for way in serves.values()) for n in range(len(request.needs))]
    if any(units > wanted.count for units, wanted in zip(going, request.needs, strict=True)):
        return False
    team = [(units, n.count) for units, n in zip(going, request.needs, strict=True) if n.package]
    return all(units == count for units, count in team) or not any(units for units, _ in team)


def rate_tied(request: PlanRequest, serves: Serves) -> tuple[int, ...]:
    """Units missing by tier; units gone that had to stay; the price, with a unit's own counted once."""
    by_need = [[request.units[u] for u, way in serves.items() if n in way] for n in range(len(request.needs))]
    *missing, price_s = rate(request, by_need)
    for number, way in serves.items():
        price_s -= round(request.units[number].cover_s) * max(0, len(way) - 1)
    out = {request.units[u].unit_id for u, way in serves.items() if way}
    beyond = sum(max(0, len(out & set(f.unit_ids)) - f.spare) for f in request.minimum_cover)
    return (*missing, beyond, price_s)


def read_serves(request: PlanRequest, answer: PlanAnswer) -> Serves:
    units = {u.unit_id: n for n, u in enumerate(request.units)}
    needs = {n.need_id: number for number, n in enumerate(request.needs)}
    serves: defaultdict[int, tuple[int, ...]] = defaultdict(tuple)
    for p in answer.proposals:
        serves[units[p.unit_id]] = tuple(sorted((*serves[units[p.unit_id]], needs[p.need_id])))
    return serves


def find_best(request: PlanRequest) -> tuple[int, ...]:
    return min(rate_tied(request, plan) for plan in list_plans(request) if is_allowed(request, plan))


@settings(max_examples=100, deadline=None)
@given(request=draw_tied())
def test_the_tied_recommendation_is_the_best_of_all(request: PlanRequest) -> None:
    answer = solve(request)
    serves = read_serves(request, answer)
    found, best = rate_tied(request, serves), find_best(request)
    assert is_allowed(request, serves)
    assert answer.gap == 0
    assert found[:-1] == best[:-1]
    # Lengths are measured along the parallel here and by the haversine formula there: a second apart.
    assert abs(found[-1] - best[-1]) <= 2 * sum(n.count for n in request.needs)


@settings(max_examples=60, deadline=None)
@given(request=draw_tied(6))
def test_without_a_planner_the_same_rules_are_kept(request: PlanRequest) -> None:
    serves = read_serves(request, plan_straight_line(request))
    assert is_allowed(request, serves)
    for number, way in serves.items():
        assert way in list_ways(request, request.units[number])


@settings(max_examples=15, deadline=None)
@given(request=draw_tied(3), able=st.sampled_from(ABLE))
def test_one_unit_more_never_makes_the_tied_recommendation_worse(request: PlanRequest, able: str) -> None:
    more = unit("more", 1.5, capabilities=[able], at_once=[able])
    grown = msgspec.structs.replace(request, units=[*request.units, more])
    before = rate_tied(request, read_serves(request, solve(request)))
    after = rate_tied(grown, read_serves(grown, solve(grown)))
    assert after[:-1] < before[:-1] or (after[:-1] == before[:-1] and after[-1] <= before[-1] + 12)


@settings(max_examples=15, deadline=None)
@given(request=draw_tied(3))
def test_a_tied_need_that_becomes_more_urgent_never_gets_fewer_units(request: PlanRequest) -> None:
    first = request.needs[0]
    assume(not first.package)
    raised = msgspec.structs.replace(first, priority=1, minimum=first.count)
    urgent = msgspec.structs.replace(request, needs=[raised, *request.needs[1:]])
    before, after = (
        sum(p.need_id == first.need_id for p in solve(asked).proposals) for asked in (request, urgent)
    )
    assert after >= before


def engines_and_ladder(**changes: str) -> list[PlanNeed]:
    return [
        need("pump", capability="fire_engine", **changes),
        need("high", capability="ladder", **changes),
    ]


def quint(unit_id: str, east_km: float, **changes: float) -> PlanUnit:
    both = ["fire_engine", "ladder"]
    return unit(unit_id, east_km, capabilities=both, at_once=both, **changes)


def going(request: PlanRequest) -> set[str]:
    return {p.unit_id for p in solve(request).proposals}


def test_a_unit_that_does_both_at_once_goes_once_for_both() -> None:
    answer = solve(PlanRequest(SCENE, engines_and_ladder(), [quint("Q", 1.0)]))
    assert sent(answer) == [("pump", "Q"), ("high", "Q")]
    assert answer.shortfalls == []
    assert (answer.method, answer.gap) == ("bundles", 0)
    told = [reason for reason in answer.proposals[0].reasons if reason.code == "serves_at_once"]
    assert [reason.params for reason in told] == [{"capability": "ladder"}]
    either = msgspec.structs.replace(quint("Q", 1.0), at_once=[])
    assert len(solve(PlanRequest(SCENE, engines_and_ladder(), [either])).proposals) == 1


def test_two_units_go_where_both_are_sooner_than_the_one_that_could_do_both() -> None:
    far = quint("Q", 4.0)
    near = [unit("E", 1.0, capabilities=["fire_engine"]), unit("L", 1.0, capabilities=["ladder"])]
    assert going(PlanRequest(SCENE, engines_and_ladder(), [far, *near])) == {"E", "L"}
    # As near and dear to those who call next, one absence is better than two.
    dear = [msgspec.structs.replace(u, cover_s=200.0) for u in (quint("Q", 1.0), *near)]
    wanted = [msgspec.structs.replace(n, most_cover_s=600.0) for n in engines_and_ladder()]
    assert going(PlanRequest(SCENE, wanted, dear)) == {"Q"}
    # As little do two tired crews for one.
    tired = [msgspec.structs.replace(u, rest_s=200.0) for u in (quint("Q", 1.0), *near)]
    assert going(PlanRequest(SCENE, engines_and_ladder(), tired)) == {"Q"}


def test_units_of_one_leg_are_not_shared_with_another() -> None:
    pump, high = engines_and_ladder()
    apart = [pump, msgspec.structs.replace(high, leg_id="other")]
    assert len(solve(PlanRequest(SCENE, apart, [quint("Q", 1.0)])).proposals) == 1


@pytest.mark.parametrize("plan", [solve, plan_straight_line])
def test_a_package_comes_whole_or_stays_for_others(plan: object) -> None:
    assert callable(plan)
    wanted = engines_and_ladder(package="team")
    engine, ladder = unit("E", 1.0, capabilities=["fire_engine"]), unit("L", 2.0, capabilities=["ladder"])
    part = plan(PlanRequest(SCENE, wanted, [engine]))
    assert part.proposals == []
    assert [(s.need_id, s.reason.code, s.reason.params) for s in part.shortfalls] == [
        ("pump", "package_not_whole", {"capability": "ladder"}),
        ("high", "package_not_whole", {"capability": "ladder"}),
    ]
    other = need("plain", capability="fire_engine", priority=4)
    assert sent(plan(PlanRequest(SCENE, [*wanted, other], [engine]))) == [("plain", "E")]
    assert len(plan(PlanRequest(SCENE, wanted, [engine, ladder])).proposals) == 2


@pytest.mark.parametrize("plan", [solve, plan_straight_line])
def test_a_unit_that_must_stay_goes_only_where_nothing_else_can_serve(plan: object) -> None:
    assert callable(plan)
    near, far = unit("near", 1.0), unit("far", 40.0)
    last = [MinimumCover("city", 0, ["near"])]
    kept = plan(PlanRequest(SCENE, [need()], [near, far], minimum_cover=last))
    assert sent(kept) == [("n1", "far")]
    assert codes(kept.proposals[0])[0] == "faster_unit_kept_for_minimum"
    alone = plan(PlanRequest(SCENE, [need()], [near], minimum_cover=last))
    assert sent(alone) == [("n1", "near")]
    assert "minimum_cover_broken" in codes(alone.proposals[0])
    spare = [MinimumCover("city", 1, ["near", "far"])]
    assert sent(plan(PlanRequest(SCENE, [need()], [near, far], minimum_cover=spare))) == [("n1", "near")]


def test_one_that_may_go_is_found_behind_any_number_that_must_stay() -> None:
    staying = [unit(f"s{n}", 1.0 + n / 100) for n in range(150)]
    floor = [MinimumCover("city", 0, [u.unit_id for u in staying])]
    answer = solve(PlanRequest(SCENE, [need()], [*staying, unit("far", 40.0)], minimum_cover=floor))
    assert sent(answer) == [("n1", "far")]


def test_a_tied_plan_follows_again_from_what_was_kept_and_is_explained() -> None:
    engine, ladder = unit("E", 2.0, capabilities=["fire_engine"]), unit("L", 3.0, capabilities=["ladder"])
    units = [quint("Q", 1.0), engine, ladder]
    floor = [MinimumCover("city", 1, ["Q", "E"])]
    wanted = engines_and_ladder(package="team")
    answer = solve(PlanRequest(SCENE, wanted, units, minimum_cover=floor))
    kept = msgspec.json.decode(msgspec.json.encode(answer.weighed), type=type(answer.weighed))
    assert kept is not None
    chosen = zip(kept.needs, decide(kept).chosen, strict=True)
    again = [(n.need_id, kept.units[u]) for n, us in chosen for u in us]
    assert sorted(again) == sorted(sent(answer))
    thoughts = think(kept)
    assert thoughts.next_best is not None
    assert {s.unit_id for s in thoughts.next_best.sent} == {"E", "L"}
    assert {(c.leaves, *c.comes) for c in thoughts.changes} == {("Q", "E", "L")}


def test_an_explanation_counts_the_absence_of_a_unit_once_whatever_it_serves() -> None:
    wanted = [msgspec.structs.replace(n, most_cover_s=600.0) for n in engines_and_ladder()]
    answer = solve(PlanRequest(SCENE, wanted, [quint("Q", 1.0, cover_s=200.0)]))
    assert answer.weighed is not None
    plan = think(answer.weighed).plan
    assert (len(plan.sent), plan.missing, plan.cover_s) == (2, 0, 200.0)
    assert think(answer.weighed).gap == answer.gap == 0
    assert plan.cost_s == sum(round(s.eta_s) for s in plan.sent) + 200


def test_ten_thousand_units_all_equal_that_do_two_things_and_must_stay_are_planned_in_time() -> None:
    units = [quint(f"u{n}", 1.0) for n in range(10_000)]
    floor = [MinimumCover("city", 1, [u.unit_id for u in units])]
    wanted = engines_and_ladder(package="team")
    answer = solve(PlanRequest(SCENE, wanted, units, minimum_cover=floor))
    assert len({p.unit_id for p in answer.proposals}) == 1
    assert answer.gap == 0


def test_rules_about_units_that_nobody_knows_hold_nobody() -> None:
    floor = [MinimumCover("odd", -3, ["nobody"]), MinimumCover("none", 0, [])]
    assert sent(solve(PlanRequest(SCENE, [need()], [unit("A")], minimum_cover=floor))) == [("n1", "A")]
    assert (
        solve(PlanRequest(SCENE, [need(package="team")], [], minimum_cover=floor)).shortfalls[0].missing == 1
    )
