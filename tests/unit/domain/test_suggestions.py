"""Which busy units may be suggested beside a plan, and what a suggestion changes: nothing that was seen."""

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.model.assignment import AcceptRecommendation, QueueUnit, ReassignUnit, ReportPhase
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.suggestion import (
    QUEUE,
    REASSIGN,
    BusyUnit,
    ComparedNeed,
    Comparison,
    Instead,
    RecordSuggestions,
    Suggestion,
)
from dispatch.domain.model.unit import CallMayday
from dispatch.domain.model.values import Phase
from dispatch.domain.rows import project
from dispatch.domain.rules.status import ABOARD, ENDING
from dispatch.domain.rules.suggestion import LAST_S, NEARLY_FREE, SAVES_S, UNDER_WAY, choose_suggestions
from tests.unit.domain.test_dispatching import PLACE, opened, plan, propose
from tests.unit.domain.world import CHIEF, FIRE, World, crew_of, send

ENGINE = "i1-4/1/engine"
NEEDS = ("n1", "n2", "n3")

seconds = st.floats(0, 2000).map(lambda s: round(s, 1))
needs = st.lists(
    st.builds(
        ComparedNeed,
        need_id=st.sampled_from(NEEDS),
        leg_id=st.just("leg"),
        capability=st.just("als"),
        eta_s=st.none() | seconds,
        unit_id=st.sampled_from(["p1", "p2", "p3"]),
        gone_s=st.sampled_from([0.0, 60.0, 300.0]),
        late_after_s=st.sampled_from([0.0, 480.0]),
        late_price_s=st.just(120.0),
    ),
    unique_by=lambda need: need.need_id,
)
instead = st.builds(
    Instead,
    unit_id=st.sampled_from(["p1", "p2", "p3", "q1"]),
    eta_s=seconds,
    price_s=st.sampled_from([0.0, 300.0]),
    gone_s=st.sampled_from([0.0, 60.0]),
)
units = st.lists(
    st.builds(
        BusyUnit,
        unit_id=st.sampled_from([f"u{n}" for n in range(8)]),
        phase=st.sampled_from(Phase),
        priority=st.integers(1, 4),
        need_ids=st.sets(st.sampled_from(NEEDS)).map(lambda ids: tuple(sorted(ids))),
        travel_s=seconds,
        left_s=st.none() | seconds | st.just(LAST_S),
        runs=st.integers(0, 30),
        gone_s=st.sampled_from([0.0, 60.0, 300.0]),
        instead=st.lists(instead, max_size=3).map(tuple),
        rate=st.sampled_from([0.1, 0.4, 0.5]),
    ),
    unique_by=lambda unit: unit.unit_id,
)
comparisons = st.builds(
    Comparison,
    version=st.just(1),
    priority=st.integers(1, 4),
    needs=needs.map(tuple),
    units=units.map(tuple),
)


@given(comparisons)
def test_whatever_is_compared_a_suggestion_keeps_to_every_bound(weighed: Comparison) -> None:
    chosen = choose_suggestions(weighed)
    of, wanted = {u.unit_id: u for u in weighed.units}, {n.need_id: n for n in weighed.needs}
    assert len({s.unit_id for s in chosen}) == len({s.need_id for s in chosen}) == len(chosen)
    for s in chosen:
        unit, need = of[s.unit_id], wanted[s.need_id]
        assert s.need_id in unit.need_ids
        assert unit.left_s is not None
        if s.kind == REASSIGN:
            assert unit.phase not in ABOARD
            assert unit.phase in UNDER_WAY
            assert unit.priority > weighed.priority
            assert unit.left_s > LAST_S
            assert s.eta_s == unit.travel_s
        else:
            assert unit.phase in NEARLY_FREE
            assert s.eta_s == pytest.approx(unit.travel_s + unit.left_s, abs=0.06)
        assert (s.saves_s is None) == (need.eta_s is None)
        if s.saves_s is not None:
            assert s.saves_s > SAVES_S
            assert s.net_s is not msgspec.UNSET
            assert s.net_s > 0, "both incidents together cost less"


def called_away(travel_s: float, left_s: float, rate: float, *others: Instead) -> Comparison:
    """E1 might serve a need that E2 would be at in 400 s, E3 serving another."""
    busy = BusyUnit(
        unit_id="e1", phase=Phase.EN_ROUTE, priority=3, need_ids=("n1",), travel_s=travel_s,
        left_s=left_s, instead=others, rate=rate,
    )  # fmt: skip
    wanted = [
        ComparedNeed(need_id=f"n{n}", leg_id="leg", capability="als", eta_s=400.0, unit_id=f"e{n + 1}")
        for n in (1, 2)
    ]
    return Comparison(version=2, priority=1, needs=tuple(wanted), units=(busy,))


def goes(unit_id: str, eta_s: float, gone_s: float = 0.0) -> Instead:
    return Instead(unit_id=unit_id, eta_s=eta_s, price_s=0.0, gone_s=gone_s)


def test_a_unit_is_left_to_its_own_incident_where_that_would_wait_too_long_for_another() -> None:
    (told,) = choose_suggestions(called_away(300.0, 100.0, 0.1, goes("e2", 700.0)))
    assert (told.saves_s, told.net_s, told.later_s) == (100.0, 40.0, 600.0)
    assert choose_suggestions(called_away(300.0, 100.0, 0.4, goes("e2", 700.0))) == ()
    assert choose_suggestions(called_away(300.0, 100.0, 0.1)) == (), "its own would have nobody"


def test_who_goes_instead_is_free_for_it_and_costs_what_its_absence_costs() -> None:
    (told,) = choose_suggestions(called_away(200.0, 100.0, 0.2, goes("e3", 100.0), goes("q", 300.0, 60.0)))
    assert (told.net_s, told.later_s) == (100.0, 200.0), "E3 serves the other need here"
    assert choose_suggestions(called_away(200.0, 100.0, 0.2, goes("q", 300.0, 160.0))) == ()


def test_a_unit_nearly_free_whose_zone_would_stand_bare_is_not_worth_a_little() -> None:
    alone = called_away(200.0, 50.0, 1.0)
    for gone_s, proposed_gone_s, net_s in ((0.0, 0.0, 150.0), (160.0, 0.0, None), (160.0, 60.0, 50.0)):
        busy = msgspec.structs.replace(alone.units[0], phase=Phase.CLEARING, gone_s=gone_s)
        need = msgspec.structs.replace(alone.needs[0], gone_s=proposed_gone_s)
        told = choose_suggestions(msgspec.structs.replace(alone, units=(busy,), needs=(need,)))
        assert [s.net_s for s in told] == ([] if net_s is None else [net_s])


def test_who_comes_late_counts_as_later_still() -> None:
    late = called_away(300.0, 100.0, 0.4, goes("e2", 340.0))
    (told,) = choose_suggestions(late)
    assert told.net_s == 4.0
    needs = tuple(msgspec.structs.replace(n, late_after_s=320.0, late_price_s=60.0) for n in late.needs)
    (told,) = choose_suggestions(msgspec.structs.replace(late, needs=needs))
    assert told.net_s == 40.0, "late here without it, late there with it"


@given(comparisons)
def test_nothing_that_keeps_to_the_bounds_is_left_out_while_a_need_and_a_unit_are_left(
    weighed: Comparison,
) -> None:
    chosen = choose_suggestions(weighed)
    units, met = {s.unit_id for s in chosen}, {s.need_id for s in chosen}
    left = [unit for unit in weighed.units if unit.unit_id not in units]
    waiting = [need for need in weighed.needs if need.need_id not in met]
    for unit, need in itertools.product(left, waiting):
        alone = msgspec.structs.replace(weighed, units=(unit,), needs=(need,))
        assert choose_suggestions(alone) == ()


@given(comparisons)
def test_the_order_in_which_units_were_compared_decides_nothing(weighed: Comparison) -> None:
    turned = msgspec.structs.replace(weighed, units=weighed.units[::-1], needs=weighed.needs[::-1])
    assert set(choose_suggestions(turned)) == set(choose_suggestions(weighed))


def at_work(phase: Phase, priority: int = 3, **opening: object) -> World:
    """E1 is in this phase on i2; i1, a fire, has a plan with e2."""
    world = opened()
    fire = OpenIncident(incident_id="i2", type_code="fire", subject="s", place=PLACE, priority=priority)
    world.do(msgspec.structs.replace(fire, **opening), FIRE)  # type: ignore[arg-type]
    (assignment_id,) = send(world, "e1", incident_id="i2")
    if phase is not Phase.DISPATCHED:
        world.do(ReportPhase(assignment_id=assignment_id, status_code=phase.value), crew_of("e1"))
    plan(world, propose(ENGINE, "e2"))
    return world


def suggest(world: World, *suggested: Suggestion, version: int = 1) -> None:
    weighed = Comparison(version=1, priority=1, needs=(), units=())
    world.do(RecordSuggestions(incident_id="i1", version=version, suggested=suggested, weighed=weighed))


def e1(kind: str = REASSIGN, eta_s: float = 100.0) -> Suggestion:
    return Suggestion(
        unit_id="e1",
        need_id=ENGINE,
        leg_id="i1-4",
        capability="engine",
        kind=kind,
        eta_s=eta_s,
        saves_s=200.0,
    )


def known(world: World) -> tuple[Suggestion, ...]:
    return world.state.recommendations["i1"].suggested or ()


def test_a_suggestion_stands_beside_the_plan_and_what_was_seen_can_still_be_accepted() -> None:
    world = at_work(Phase.EN_ROUTE)
    suggest(world, e1())
    made = world.state.recommendations["i1"]
    assert (made.version, [p.unit_id for p in made.proposed], made.suggested) == (1, ["e2"], (e1(),))
    assert made.row_version == world.state.seq
    assert world.state.units["e1"].assignment_id is not None, "nobody is sent by it"
    world.do(AcceptRecommendation(incident_id="i1", version=1), FIRE)


def test_a_person_takes_a_suggestion_up_by_name() -> None:
    world = at_work(Phase.EN_ROUTE)
    suggest(world, e1())
    world.do(ReassignUnit(unit_id="e1", incident_id="i1"), FIRE)
    (moved,) = (a for a in world.state.assignments.values() if a.unit_id == "e1" and a.state == "active")
    assert (moved.incident_id, moved.need_id) == ("i1", ENGINE)
    cleaning = at_work(Phase.CLEARING)
    suggest(cleaning, e1(QUEUE))
    cleaning.do(QueueUnit(unit_id="e1", incident_id="i1"), FIRE)
    assert len(cleaning.state.units["e1"].queued) == 1


def test_another_plan_or_an_empty_comparison_takes_suggestions_back() -> None:
    world = at_work(Phase.EN_ROUTE)
    suggest(world, e1())
    suggest(world)
    assert known(world) == ()
    suggest(world, e1())
    assert plan(world, propose(ENGINE, "e3")) == 2
    assert known(world) == ()


def test_the_same_at_about_the_same_time_is_not_told_again() -> None:
    world = at_work(Phase.EN_ROUTE)
    suggest(world, e1())
    before = world.state.seq
    suggest(world, e1(eta_s=110.0))
    assert world.state.seq == before
    suggest(world, e1(eta_s=140.0))
    assert known(world) == (e1(eta_s=140.0),)


@pytest.mark.parametrize("phase", [p for p in Phase if p not in ENDING])
@pytest.mark.parametrize("kind", [REASSIGN, QUEUE])
def test_by_its_phase_a_unit_is_suggested_in_one_way_or_not_at_all(phase: Phase, kind: str) -> None:
    world = at_work(phase)
    fits = phase in (UNDER_WAY if kind == REASSIGN else NEARLY_FREE)
    if fits:
        suggest(world, e1(kind))
        return
    with pytest.raises(Refused, match="facts_changed"):
        suggest(world, e1(kind))


@pytest.mark.parametrize("priority", [1, 2, 3, 4])
def test_only_from_something_less_urgent(priority: int) -> None:
    world = at_work(Phase.EN_ROUTE, priority)
    if priority > world.state.incidents["i1"].priority:
        suggest(world, e1())
    else:
        with pytest.raises(Refused, match="facts_changed"):
            suggest(world, e1())


def test_one_that_has_been_at_its_scene_called_for_help_or_has_more_to_do_is_left_alone() -> None:
    stepped_back = at_work(Phase.EN_ROUTE)
    assignment_id = stepped_back.state.units["e1"].assignment_id or ""
    stepped_back.do(ReportPhase(assignment_id=assignment_id, status_code="on_scene"), crew_of("e1"))
    helpless = at_work(Phase.EN_ROUTE)
    helpless.do(CallMayday(unit_id="e1"), crew_of("e1"))
    busy = at_work(Phase.CLEARING)
    busy.do(OpenIncident(incident_id="i3", type_code="fire", subject="s", place=PLACE), FIRE)
    busy.do(QueueUnit(unit_id="e1", incident_id="i3"), FIRE)
    for world, kind in ((stepped_back, REASSIGN), (helpless, REASSIGN), (busy, QUEUE)):
        with pytest.raises(Refused, match="facts_changed"):
            suggest(world, e1(kind))


def test_a_plan_that_is_gone_and_a_unit_named_twice_are_refused() -> None:
    world = at_work(Phase.EN_ROUTE)
    with pytest.raises(Refused, match="facts_changed"):
        suggest(world, e1(), version=2)
    with pytest.raises(Refused, match="unit_twice"):
        suggest(world, e1(), e1())
    with pytest.raises(Refused, match="not_allowed"):
        world.do(
            RecordSuggestions(
                incident_id="i1",
                version=1,
                suggested=(),
                weighed=Comparison(version=1, priority=1, needs=(), units=()),
            ),
            CHIEF,
        )


def test_who_may_not_see_a_restricted_incident_learns_nothing_of_it_from_a_suggestion() -> None:
    world = at_work(Phase.EN_ROUTE, restricted=True)
    suggest(world, e1())
    row = project(world.state, "recommendation", "i1")
    assert row is not None
    assert row.visible_to == ("*",)
    told = msgspec.json.decode(row.body)["suggested"]
    event = next(e for e, _ in reversed(world.log) if e.TYPE == "recommendation.suggested")
    hidden = ("i2", world.state.incidents["i2"].number, world.state.units["e1"].assignment_id)
    for text in (repr(told), repr(event)):
        assert not any(repr(secret) in text for secret in hidden)
