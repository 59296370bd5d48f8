"""What stands beside a plan is exact: compared with every plan there is."""

import itertools
from collections.abc import Iterable, Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.plans.second_thoughts import choose_closest, think
from routing.process.fallback import plan_straight_line
from routing.terms.messages import PlanRequest
from routing.terms.policy import NO_RULES, Choice, Worth, rate
from routing.terms.weighing import (
    WEIGHING_VERSION,
    UnknownWeighing,
    WeighedNeed,
    WeighedOption,
    Weighing,
    decide,
    to_demands,
)
from tests.unit.routing.test_planning import SCENE, need, unit


@st.composite
def draw_weighing(draw: st.DrawFn) -> Weighing:
    """Up to three needs over up to five units, prices of every kind."""
    units = draw(st.integers(0, 5))
    needs = []
    for number in range(draw(st.integers(1, 3))):
        count = draw(st.integers(0, 2))
        options = tuple(
            WeighedOption(who, "als", 0.0, float(draw(st.integers(0, 900))), 0.0, 0.0, float(price))
            for who in range(units)
            if (price := draw(st.sampled_from([None, 0, 50, 300]))) is not None
        )
        needs.append(
            WeighedNeed(f"n{number}", draw(st.integers(1, 2)), count, draw(st.integers(0, count)), options)
        )
    return Weighing(
        WEIGHING_VERSION, "min_cost_flow", "default", tuple(f"u{u}" for u in range(units)), tuple(needs)
    )


def list_choices(weighing: Weighing) -> Iterator[Choice]:
    """Every plan, no unit twice."""
    ways = [
        [
            list(picked)
            for size in range(n.count + 1)
            for picked in itertools.combinations([o.unit for o in n.options], size)
        ]
        for n in weighing.needs
    ]
    for choice in itertools.product(*ways):
        going = [unit for units in choice for unit in units]
        if len(going) == len(set(going)):
            yield list(choice)


def rate_all(weighing: Weighing, choices: Iterable[Choice]) -> list[Worth]:
    demands = to_demands(weighing.needs)
    return [rate(demands, NO_RULES, choice) for choice in choices]


def going(choice: Choice) -> frozenset[int]:
    return frozenset(unit for units in choice for unit in units)


@settings(max_examples=60, deadline=None)
@given(weighing=draw_weighing())
def test_next_best_is_the_best_plan_that_leaves_out_a_unit_of_the_best(weighing: Weighing) -> None:
    thoughts = think(weighing)
    best = decide(weighing).chosen
    others = [c for c in list_choices(weighing) if not going(best) <= going(c)]
    assert (thoughts.next_best is None) == (not others)
    if thoughts.next_best is not None:
        worth = min(rate_all(weighing, others))
        assert (thoughts.next_best.missing, thoughts.next_best.cost_s) == (sum(worth[:-1]), worth[-1])


@settings(max_examples=60, deadline=None)
@given(weighing=draw_weighing())
def test_what_would_change_it_is_the_difference_to_the_best_plan_without_or_with_the_unit(
    weighing: Weighing,
) -> None:
    thoughts = think(weighing)
    (best,) = rate_all(weighing, [decide(weighing).chosen])
    choices = list(list_choices(weighing))
    for change in thoughts.changes:
        left = weighing.units.index(change.leaves)
        worth = min(rate_all(weighing, (c for c in choices if left not in going(c))))
        assert change.later_s == (worth[-1] - best[-1] if worth[:-1] == best[:-1] else None)
    for wait in thoughts.waiting:
        comes, row = (
            weighing.units.index(wait.unit_id),
            [n.need_id for n in weighing.needs].index(wait.need_id),
        )
        worth = min(rate_all(weighing, (c for c in choices if comes in c[row])))
        assert worth[:-1] == best[:-1]
        assert wait.sooner_s == worth[-1] - best[-1]


def test_closest_idle_knows_no_cover() -> None:
    near, far = WeighedOption(0, "als", 0, 60, cover_s=300), WeighedOption(1, "als", 0, 100)
    weighing = Weighing(
        WEIGHING_VERSION,
        "min_cost_flow",
        "default",
        ("near", "far"),
        (WeighedNeed("n", 2, 1, 1, (far, near)),),
    )
    thoughts = think(weighing)
    assert [s.unit_id for s in thoughts.plan.sent] == ["far"]
    assert [s.unit_id for s in thoughts.closest.sent] == ["near"]
    assert choose_closest(weighing) == [[0]]
    assert thoughts.changes[0].later_s == 260
    assert thoughts.closest.cover_s - thoughts.plan.cover_s == 300


def test_a_plan_follows_again_from_what_was_kept_as_text() -> None:
    units = [unit(f"u{n}", 1 + n / 7, cover_s=float(40 * n % 130)) for n in range(9)]
    wanted = [
        need("a", count=2, most_cover_s=120.0),
        need("b", priority=1, late_after_s=200, late_price_s=90),
    ]
    answer = plan_straight_line(PlanRequest(SCENE, wanted, units, policy="default"))
    kept = msgspec.json.decode(msgspec.json.encode(answer.weighed), type=Weighing)
    again = [
        (n.need_id, kept.units[u]) for n, us in zip(kept.needs, decide(kept).chosen, strict=True) for u in us
    ]
    assert sorted(again) == sorted((p.need_id, p.unit_id) for p in answer.proposals)
    assert kept.policy == "default"


def test_what_a_log_of_the_first_version_kept_is_decided_as_it_was() -> None:
    kept = (
        b'{"version":1,"method":"min_cost_flow","policy":"default","units":["a","b"],"needs":[{"need_id":"n",'
        b'"priority":1,"count":1,"minimum":1,"options":[[0,"als",60.0,90.0,0.0,0.0,30.0,0.0],[1,"als",0.0,175.0]]}]}'
    )
    weighing = msgspec.json.decode(kept, type=Weighing)
    assert decide(weighing).chosen == [[1]]


def test_a_weighing_of_another_version_is_refused_rather_than_read_wrongly() -> None:
    with pytest.raises(UnknownWeighing):
        decide(Weighing(WEIGHING_VERSION + 1, "greedy", "", (), ()))
