"""Large plans against a clock of their own: what is cut, what never is, what follows again from the log."""

import asyncio
import socket
from collections.abc import Callable
from math import inf
from pathlib import Path

import msgspec
import pytest

from routing.graph.build import build_graph
from routing.graph.file import compile_graph
from routing.plans.planning import choose_plan, make_plan
from routing.plans.reasons import STRAIGHT_LINE
from routing.plans.road_times import PIECE
from routing.plans.second_thoughts import think
from routing.plans.work import FLOW_S, GREEDY_S, PLAN_S, Deadline, is_large
from routing.process.fallback import StraightLines
from routing.process.half import Half, _make_planner
from routing.process.planner import Planner
from routing.terms.messages import MinimumCover, PlanAnswer, PlanNeed, PlanRequest, PlanUnit, Request
from routing.terms.weighing import decide
from routing.travel_time.network import RoadNetwork
from tests.unit.routing.drawn_map import DrawnMap

DRAWN = DrawnMap("a.....b\nx.....y").way("abyx", highway="tertiary")
NEEDS = PIECE + 2


def make_request(needs: int = NEEDS, units: int = 30, **more: object) -> PlanRequest:
    """Needs along one street, the most urgent last, and units along another: each wants the same few."""
    return PlanRequest(
        DRAWN.place("a"),
        [
            PlanNeed(f"n{n}", f"l{n}", "115", "als", 1, 1, 1 + 3 * (n < needs - 5), lon_lat=place(n))
            for n in range(needs)
        ],
        [
            PlanUnit(
                f"u{n}", "115", ["als"], "ambulance", DRAWN.place("x", east_m=5 * n), 0.0, 5.0, "available"
            )
            for n in range(units)
        ],
        **more,  # type: ignore[arg-type]
    )


def stand(n: int) -> tuple[float, float]:
    return DRAWN.place("x", east_m=5 * n)


def place(n: int) -> tuple[float, float]:
    return DRAWN.place("a", east_m=2 * n)


@pytest.fixture
def planner(tmp_path: Path) -> Planner:
    return Planner(RoadNetwork(build_graph(DRAWN.write(tmp_path / "drawn.osm.pbf"))))


def plan(planner: Planner, request: PlanRequest, left_s: Callable[[int], float]) -> PlanAnswer:
    """A plan by a clock that is told how many seconds are left after so many pieces."""
    pieces = 0
    work = planner.begin_plan(request, Deadline(lambda: -left_s(pieces), 0.0))
    for _ in work.measure():
        pieces += 1
    work.choose()
    return work.tell()


def list_guessed(answer: PlanAnswer) -> set[str]:
    return {p.need_id for p in answer.proposals if any(r.code == STRAIGHT_LINE for r in p.reasons)}


def test_with_time_for_all_a_plan_is_the_best_and_the_same_as_without_a_clock(planner: Planner) -> None:
    request = make_request()
    found = plan(planner, request, lambda _: PLAN_S + 1)
    assert (found.method, found.hasty, found.degraded, found.gap) == ("min_cost_flow", False, False, 0)
    assert msgspec.structs.replace(found, took_ms=0.0) == msgspec.structs.replace(
        planner.plan(request), took_ms=0.0
    )


def test_without_time_for_the_best_plan_it_is_the_greedy_one_on_real_roads(planner: Planner) -> None:
    request = make_request()
    found = plan(planner, request, lambda _: (GREEDY_S + FLOW_S / 2) * NEEDS)
    assert (found.method, found.hasty, found.degraded, found.gap) == ("greedy", True, False, None)
    assert not list_guessed(found)
    assert found.weighed is not None
    chosen = decide(found.weighed).chosen
    needs = [n.need_id for n in found.weighed.needs]
    again = {(needs[row], found.weighed.units[u]) for row, us in enumerate(chosen) for u in us}
    assert again == {(p.need_id, p.unit_id) for p in found.proposals}, "the log gives the same plan again"
    assert {(s.need_id, s.unit_id) for s in think(found.weighed).plan.sent} == again
    whole = planner.plan(msgspec.structs.replace(request, patient=True))
    assert len(whole.proposals) == len(found.proposals) == 30
    urgent = {f"n{n}" for n in range(NEEDS - 5, NEEDS)}
    assert urgent <= {p.need_id for p in found.proposals}, "the most urgent are served first"


def test_a_hasty_plan_is_what_greedy_chooses_of_all_units_there_are() -> None:
    request = make_request(needs=70, units=400)
    times = StraightLines(request.units)
    hasty = choose_plan(request, times, "min_cost_flow", hasty=True)
    sent = [[hasty.weighed.units[unit] for unit in units] for units in hasty.solution.chosen]
    whole = make_plan(request, times, "greedy")
    assert sum(map(len, sent)) == len(whole.proposals) == 70
    assert [(f"n{n}", unit) for n, units in enumerate(sent) for unit in units] == [
        (p.need_id, p.unit_id) for p in whole.proposals
    ]
    assert sum(len(n.options) for n in hasty.weighed.needs) < 70 * 74, "without looking at so many"


def test_out_of_time_on_the_roads_the_most_urgent_are_measured_and_others_marked(
    planner: Planner,
) -> None:
    request = make_request(units=NEEDS)
    found = plan(planner, request, lambda _: -1.0)
    assert (found.method, found.hasty, found.degraded) == ("greedy", True, True)
    guessed = list_guessed(found)
    assert guessed
    assert not guessed & {f"n{n}" for n in range(NEEDS - 5, NEEDS)}
    assert len(found.proposals) == NEEDS


@pytest.mark.parametrize("patient", [False, True])
def test_small_and_patient_questions_are_never_cut(planner: Planner, patient: bool) -> None:
    request = make_request(needs=NEEDS if patient else 5, patient=patient)
    assert is_large(request) == patient
    found = plan(planner, request, lambda _: -inf)
    assert (found.method, found.hasty, found.degraded, found.gap) == ("min_cost_flow", False, False, 0)


def test_a_large_tied_plan_is_greedy_by_the_rules_first_and_proven_for_the_patient(planner: Planner) -> None:
    floor = MinimumCover(code="keep", spare=2, unit_ids=[f"u{n}" for n in range(20)])
    request = make_request(needs=30, minimum_cover=[floor])
    hasty = plan(planner, request, lambda _: PLAN_S)
    assert (hasty.method, hasty.hasty, hasty.gap) == ("greedy", True, None)
    best = plan(planner, msgspec.structs.replace(request, patient=True), lambda _: PLAN_S)
    assert (best.method, best.hasty) == ("bundles", False)


async def test_an_urgent_question_gets_its_turn_between_the_pieces_of_a_large_plan(tmp_path: Path) -> None:
    """By the order of answers alone: the small question is asked while the large one is under way."""
    compile_graph(DRAWN.write(tmp_path / "map.osm"), tmp_path)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        half = Half(theirs, tmp_path)
        served = await asyncio.get_running_loop().run_in_executor(half._worker, _make_planner, tmp_path)
        order: list[str] = []

        async def ask(name: str, request: PlanRequest) -> None:
            body = await half._find_answer(served, Request(1, 60_000.0, request), inf)
            assert isinstance(body, PlanAnswer)
            order.append(name)

        large = asyncio.create_task(ask("large", make_request(needs=8 * PIECE)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        small = asyncio.create_task(ask("small", make_request(needs=1)))
        await asyncio.gather(large, small)
        assert order == ["small", "large"]
        half._worker.shutdown()
