"""A proposal stays on the screens while it is possible and nothing is better by more than the threshold."""

from collections.abc import Sequence

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dispatch.domain.model.assignment import MissingUnits, ProposedUnit, Reason, Recommendation
from dispatch.domain.model.values import LonLat, Phase
from dispatch.usecases.planning.keep_proposal import BETTER_BY_S, ask_again, is_better, stays
from dispatch.usecases.planning.recommend import build_record
from routing.plans.reasons import STRAIGHT_LINE
from routing.terms.messages import PlanNeed, PlanRequest, PlanUnit
from tests.unit.routing.test_plan_properties import ABLE, solve
from tests.unit.routing.test_planning import SCENE, need, unit
from tests.unit.routing.test_tied_plans import (
    Serves,
    draw_tied,
    find_means,
    is_allowed,
    list_plans,
    list_ways,
    rate_tied,
    read_serves,
)
from tests.unit.usecases.test_recommend import NOW, picture_of

_, INCIDENT = picture_of()


def tell(request: PlanRequest, serves: Serves) -> Recommendation:
    """A plan as it stands on the screens."""
    proposed, going = [], [0] * len(request.needs)
    for number, way in serves.items():
        who, (first, *others) = request.units[number], [request.needs[n] for n in way] or [None]
        if first is None:
            continue
        for n in way:
            going[n] += 1
        proposed.append(
            ProposedUnit(
                need_id=first.need_id, leg_id=first.leg_id, unit_id=who.unit_id,
                capability=find_means(first, who), eta_s=1.0, travel_s=1.0, turnout_s=0.0, distance_m=1.0,
                position=LonLat(*who.lon_lat), position_age_s=0.0, phase=Phase.AVAILABLE,
                reasons=(Reason(code=STRAIGHT_LINE),),
                also_need_ids=tuple(other.need_id for other in others if other is not None) or msgspec.UNSET,
            )
        )  # fmt: skip
    missing = [
        MissingUnits(
            need_id=n.need_id, leg_id=n.leg_id, capability=n.capability, missing=n.count - units,
            below_minimum=units < n.minimum, reason=Reason(code="none"),
        )
        for n, units in zip(request.needs, going, strict=True)
        if units < n.count
    ]  # fmt: skip
    return Recommendation(
        incident_id="i", version=1, proposed=tuple(proposed), missing=tuple(missing), method="bundles",
        degraded=False, graph_date="", took_ms=0.0, inputs_digest="", made_at=NOW,
    )  # fmt: skip


def keeps(known: Recommendation, now: PlanRequest) -> bool:
    """Whether it stays by the facts of now."""
    again = ask_again(known, now)
    return again is not None and stays(known, build_record(INCIDENT, now, solve(now)), solve(again))


def find_serves(known: Recommendation, now: PlanRequest) -> dict[int, tuple[int, ...]] | None:
    """The standing plan by the numbers of now; None where it is none by the rules as they are told."""
    units, needs = ({id_: n for n, id_ in enumerate(ids)} for ids in (
        [u.unit_id for u in now.units], [n.need_id for n in now.needs],
    ))  # fmt: skip
    serves: dict[int, tuple[int, ...]] = {}
    for p in known.proposed:
        if p.unit_id not in units:
            return None
        number, way = units[p.unit_id], tuple(sorted(needs[need_id] for need_id in p.need_ids))
        if way not in list_ways(now, now.units[number]):
            return None
        if find_means(now.needs[needs[p.need_id]], now.units[number]) != p.capability:
            return None
        serves[number] = way
    told = tell(now, serves).missing
    lacking = [{(m.need_id, m.missing, m.below_minimum) for m in some} for some in (told, known.missing)]
    return serves if is_allowed(now, serves) and lacking[0] == lacking[1] else None


@st.composite
def draw_moment(draw: st.DrawFn) -> tuple[Recommendation, PlanRequest]:
    """A plan of some moment, good or bad, and the same facts a little later: units have moved, become able to
    do something else, or gone; needs have grown or shrunk."""
    before = draw(draw_tied())
    plans = [plan for plan in list_plans(before) if is_allowed(before, plan) and any(plan.values())]
    assume(plans)
    if draw(st.booleans()):
        plans.sort(key=lambda plan: rate_tied(before, plan))
        plans = plans[:5]
    known = tell(before, draw(st.sampled_from(plans)))
    seldom = st.sampled_from([False] * 7 + [True])
    units = []
    for who in before.units:
        step_km = draw(st.sampled_from([0.0, 0.0, 0.03, -0.03, 0.06, 0.2]))
        lon_lat = (who.lon_lat[0] + step_km * 0.00915527, who.lon_lat[1])
        able = draw(st.lists(st.sampled_from(ABLE), min_size=1, unique=True)) if draw(seldom) else None
        units.append(msgspec.structs.replace(who, lon_lat=lon_lat, capabilities=able or who.capabilities))
    units = [who for who in units if not draw(seldom)]
    needs = [
        msgspec.structs.replace(wanted, count=draw(st.integers(1, 2)), minimum=1) if draw(seldom) else wanted
        for wanted in before.needs
    ]
    return known, msgspec.structs.replace(before, units=units, needs=needs)


@settings(max_examples=200, deadline=None)
@given(moment=draw_moment())
def test_it_stays_exactly_while_it_is_possible_and_nothing_is_better_by_more_than_the_threshold(
    moment: tuple[Recommendation, PlanRequest],
) -> None:
    known, now = moment
    serves, kept = find_serves(known, now), keeps(known, now)
    if serves is None:
        assert not kept
        return
    *standing, standing_s = rate_tied(now, serves)
    *new, new_s = rate_tied(now, read_serves(now, solve(now)))
    # Lengths are measured a little otherwise here than there.
    unsure_s = 2 * sum(n.count for n in now.needs)
    if standing != new:
        assert kept == (standing < new)
    elif abs(standing_s - new_s - BETTER_BY_S) > unsure_s:
        assert kept == (standing_s - new_s < BETTER_BY_S)


@settings(max_examples=60, deadline=None)
@given(moment=draw_moment(), data=st.data())
def test_in_which_order_units_needs_and_proposals_come_decides_nothing(
    moment: tuple[Recommendation, PlanRequest], data: st.DataObject
) -> None:
    known, now = moment
    other = msgspec.structs.replace(
        now, units=data.draw(st.permutations(now.units)), needs=data.draw(st.permutations(now.needs))
    )
    turned = msgspec.structs.replace(known, proposed=tuple(data.draw(st.permutations(known.proposed))))
    assert keeps(turned, other) == keeps(known, now)


def after(known: Recommendation, units: Sequence[PlanUnit], *needs: PlanNeed) -> bool:
    return keeps(known, PlanRequest(SCENE, list(needs) or [need()], list(units)))


# 100 m are 18 s to an ambulance as the crow flies.
STANDING = PlanRequest(SCENE, [need()], [unit("A", 2.0)])
KNOWN = tell(STANDING, {0: (0,)})


def test_a_unit_a_few_seconds_nearer_changes_nothing_and_one_much_nearer_does() -> None:
    assert after(KNOWN, [unit("A", 2.0), unit("B", 1.94)])
    assert not after(KNOWN, [unit("A", 2.0), unit("B", 1.8)])


def test_many_small_improvements_are_measured_against_what_stands_so_that_it_never_drifts_far() -> None:
    # Each is five seconds better than the one before; the fourth is twenty better than what stands.
    fleet = [unit("A", 2.0), *(unit(f"B{n}", 2.0 - 0.03 * n) for n in range(1, 5))]
    assert [after(KNOWN, fleet[: n + 1]) for n in range(1, 5)] == [True, True, False, False]


def test_what_is_possible_no_longer_does_not_stay_though_it_would_be_the_best() -> None:
    there, other = unit("A", 2.0), unit("B", 5.0)
    assert after(KNOWN, [there, other])
    assert not after(KNOWN, [other]), "it has gone, or declined"
    assert not after(KNOWN, [msgspec.structs.replace(there, phase="transporting"), other])
    assert not after(KNOWN, [msgspec.structs.replace(there, capabilities=["bls"]), other])
    assert not after(KNOWN, [there, other], need(count=2))
    assert not after(KNOWN, [there, other], need("n2"))
    assert not after(KNOWN, [there, other], need(), need("n2"))


def test_a_unit_among_so_many_like_it_that_it_was_ruled_out_is_as_good_as_they_are() -> None:
    crowd = [unit(f"B{n:02}", 2.0) for n in range(40)]
    answer = solve(PlanRequest(SCENE, [need()], [*crowd, unit("A", 2.0)]))
    assert answer.weighed is not None
    assert "A" not in answer.weighed.units
    assert after(KNOWN, [*crowd, unit("A", 2.0)])


def test_a_unit_whose_road_is_known_no_longer_does_not_stay() -> None:
    by_road = msgspec.structs.replace(KNOWN.proposed[0], reasons=())
    assert not after(msgspec.structs.replace(KNOWN, proposed=(by_road,)), [unit("A", 2.0), unit("B", 1.98)])


def test_between_roads_and_straight_lines_nothing_is_compared() -> None:
    now = msgspec.structs.replace(STANDING, units=[*STANDING.units, unit("B", 1.98)])
    record = build_record(INCIDENT, now, solve(now))
    assert stays(KNOWN, record, solve(STANDING))
    for degraded in (False, True):
        known = msgspec.structs.replace(KNOWN, degraded=degraded)
        assert not stays(known, msgspec.structs.replace(record, degraded=not degraded), solve(STANDING))
        assert not stays(known, record, msgspec.structs.replace(solve(STANDING), degraded=True))


@given(
    tiers=st.lists(st.integers(0, 3), min_size=2, max_size=9),
    one_s=st.integers(0, 5000),
    other_s=st.integers(0, 5000),
    data=st.data(),
)
def test_a_unit_missing_less_outweighs_all_seconds(
    tiers: list[int], one_s: int, other_s: int, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, len(tiers) - 1))
    worse = (*tiers[:row], tiers[row] + 1, *tiers[row + 1 :], other_s)
    assert is_better((*tiers, one_s), worse)
    assert not is_better(worse, (*tiers, one_s))
    assert is_better((*tiers, one_s), (*tiers, other_s)) == (other_s - one_s > BETTER_BY_S)
