"""Questions with numbers that are none: the planner answers, and whoever else can serve goes."""

from collections.abc import Iterator
from math import inf, isfinite, nan
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.graph.build import build_graph
from routing.process.fallback import plan_straight_line
from routing.process.planner import Planner
from routing.process.tables import pack_positions
from routing.terms.messages import (
    AnswerBody,
    ConditionsRequest,
    Failure,
    MatrixRequest,
    MinimumCover,
    PlanAnswer,
    PlanNeed,
    PlanRequest,
    PlanUnit,
    ReachRequest,
    ReachStarter,
    Request,
    RequestBody,
    RoadChange,
    Substitute,
    TravelTimesRequest,
)
from routing.terms.ways import RouteRequest
from routing.travel_time.network import RoadNetwork
from tests.unit.routing.drawn_map import DrawnMap

DRAWN = DrawnMap("a.....b\nx.....y").way("abyx", highway="tertiary")
SCENE = DRAWN.place("a")

ODD = [inf, -inf, nan, 1e308, -1e308, -1.0, 5e-324, -0.0, 86_400.5, 2.0**63]
ODD_NUMBERS = st.sampled_from(ODD) | st.floats()

NEED = PlanNeed(
    "n1",
    "leg",
    "115",
    "als",
    1,
    1,
    2,
    SCENE,
    [Substitute("bls", 60.0)],
    most_cover_s=60.0,
    late_after_s=30.0,
    late_price_s=60.0,
    package="",
)


def unit(unit_id: str, capability: str = "als") -> PlanUnit:
    return PlanUnit(
        unit_id,
        "115",
        [capability],
        "ambulance",
        DRAWN.place("x"),
        30.0,
        5.0,
        "available",
        1.0,
        2.0,
        rest_s=3.0,
    )


ODD_UNIT, EVEN_UNIT = unit("odd"), msgspec.structs.replace(unit("even", "bls"), lon_lat=DRAWN.place("y"))


def list_number_fields(struct: type[msgspec.Struct]) -> list[str]:
    """Fields that hold floats, alone or in a pair."""

    def holds_floats(kind: Any) -> bool:
        return kind is float or (get_origin(kind) is not list and any(map(holds_floats, get_args(kind))))

    return [field.name for field in msgspec.structs.fields(struct) if holds_floats(field.type)]


UNIT_FIELDS, NEED_FIELDS = list_number_fields(PlanUnit), list_number_fields(PlanNeed)


def spoil(whole: Any, field: str, odd: float, other: float) -> Any:
    pair = isinstance(getattr(whole, field), tuple)
    return msgspec.structs.replace(whole, **{field: (odd, other) if pair else odd})


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Planner:
    drawn: Path = DRAWN.write(tmp_path_factory.mktemp("odd") / "drawn.osm.pbf")
    return Planner(RoadNetwork(build_graph(drawn)))


def send(planner: Planner, body: RequestBody) -> AnswerBody:
    """As the process does: read from the wire, answered, written to the wire."""
    read = msgspec.msgpack.decode(msgspec.msgpack.encode(Request(1, 1000.0, body)), type=Request)
    answer = planner.answer(read.body)
    msgspec.msgpack.encode(answer)
    return answer


def list_numbers(value: object) -> Iterator[float]:
    match value:
        case float():
            yield value
        case dict():
            yield from list_numbers(list(value.values()))
        case list():
            for part in value:
                yield from list_numbers(part)


def check_plans(planner: Planner, request: PlanRequest, some: set[str]) -> None:
    """Both ways of planning send one of these, and tell only numbers that can be told."""
    for answer in (send(planner, request), plan_straight_line(request)):
        assert isinstance(answer, PlanAnswer)
        assert {p.unit_id for p in answer.proposals} <= some
        assert len(answer.proposals) == 1
        assert all(map(isfinite, list_numbers(msgspec.to_builtins(answer))))


def test_the_fields_that_are_spoiled_are_those_with_numbers() -> None:
    assert {"lon_lat", "turnout_s", "held_s", "cover_s", "rest_s", "worked_s", "aid_s"} < set(UNIT_FIELDS)
    assert {"lon_lat", "most_cover_s", "late_after_s", "late_price_s"} == set(NEED_FIELDS)


@pytest.mark.parametrize("field", UNIT_FIELDS)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=40,
    deadline=None,
)
@given(odd=ODD_NUMBERS, other=ODD_NUMBERS)
def test_a_unit_with_an_odd_number_costs_no_plan(
    planner: Planner, field: str, odd: float, other: float
) -> None:
    spoilt = spoil(ODD_UNIT, field, odd, other)
    request = PlanRequest(SCENE, [NEED], [spoilt, EVEN_UNIT], minimum_cover=[MinimumCover("m", 0, ["odd"])])
    check_plans(planner, request, {"odd", "even"})
    tied = msgspec.structs.replace(request, needs=[msgspec.structs.replace(NEED, package="whole")])
    check_plans(planner, tied, {"odd", "even"})


@pytest.mark.parametrize("field", [name for name in NEED_FIELDS if name != "lon_lat"])
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=40,
    deadline=None,
)
@given(odd=ODD_NUMBERS, price_s=ODD_NUMBERS)
def test_a_need_with_odd_prices_is_served_all_the_same(
    planner: Planner, field: str, odd: float, price_s: float
) -> None:
    need = spoil(NEED, field, odd, odd)
    need = msgspec.structs.replace(need, substitutes=[Substitute("bls", price_s)])
    check_plans(planner, PlanRequest(SCENE, [need], [ODD_UNIT, EVEN_UNIT]), {"odd", "even"})


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
    deadline=None,
)
@given(lon=ODD_NUMBERS, lat=ODD_NUMBERS)
def test_a_place_that_is_none_is_told_or_simply_not_reached(planner: Planner, lon: float, lat: float) -> None:
    odd = lon, lat
    answer = send(planner, PlanRequest(odd, [msgspec.structs.replace(NEED, lon_lat=odd)], [EVEN_UNIT]))
    assert isinstance(answer, PlanAnswer)
    assert answer.proposals or answer.shortfalls
    questions: list[RequestBody] = [
        TravelTimesRequest([odd, SCENE], odd, "car"),
        MatrixRequest(pack_positions([odd]), pack_positions([SCENE, odd]), "car"),
        RouteRequest(odd, SCENE, "car"),
        RouteRequest(SCENE, odd, "car", guidance=True, alternatives=2),
        ReachRequest([ReachStarter(odd, "car"), ReachStarter(SCENE, "car")], [60.0]),
        ConditionsRequest([RoadChange("c", "closed", "line", [odd, SCENE])]),
        ConditionsRequest([RoadChange("c", "slow", "area", [odd, SCENE, DRAWN.place("y")], factor=3.0)]),
        ConditionsRequest([RoadChange("c", "flood", "point", [odd], depth_m=0.5)]),
    ]
    for question in questions:
        told = send(planner, question)
        assert not isinstance(told, Failure) or told.code in ("off_network", "no_route"), question
    send(planner, ConditionsRequest([]))


def test_what_is_no_number_counts_nothing_and_what_is_too_much_counts_a_day(planner: Planner) -> None:
    for odd, cover_s in ((nan, 0.0), (inf, 0.0), (-60.0, 0.0), (1e308, 60.0)):
        spoilt = msgspec.structs.replace(ODD_UNIT, cover_s=odd)
        answer = send(planner, PlanRequest(SCENE, [NEED], [spoilt]))
        assert isinstance(answer, PlanAnswer)
        assert answer.weighed is not None
        assert answer.weighed.needs[0].options[0].cover_s == cover_s
    for field in ("turnout_s", "held_s"):
        spoilt = msgspec.structs.replace(ODD_UNIT, **{field: 1e308})
        answer = send(planner, PlanRequest(SCENE, [NEED], [spoilt, EVEN_UNIT]))
        assert isinstance(answer, PlanAnswer)
        assert [(s.unit_id, s.reason.code) for s in answer.skipped_units] == [("odd", "turnout_invalid")]
