"""Which hospital: never a closed one for nothing, never none, and the least in all where many must go."""

from collections.abc import Sequence
from itertools import product
from math import inf, isfinite, nan

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.graph.python import min_cost_flow

from routing.hospital_choice import ChoicePrices, HospitalNow, rank, spread

PRICES = ChoicePrices()
SKILLS = ("emergency", "trauma", "stroke")

hospitals = st.lists(
    st.builds(
        HospitalNow,
        hospital_id=st.just(""),
        travel_s=st.one_of(st.none(), st.integers(0, 5000).map(float)),
        capabilities=st.frozensets(st.sampled_from(SKILLS)),
        diverted=st.frozensets(st.sampled_from(("", *SKILLS)), max_size=1),
        beds=st.one_of(st.none(), st.integers(-1, 3)),
        arriving=st.integers(0, 4),
    ),
    min_size=1,
    max_size=4,
).map(lambda many: [msgspec.structs.replace(h, hospital_id=f"h{n}") for n, h in enumerate(many)])
needs = st.lists(st.sampled_from(SKILLS), unique=True).map(tuple)


def price_of(groups: Sequence[tuple[str, ...]], places: Sequence[int], known: list[HospitalNow]) -> float:
    """What it costs in all to bring patient by patient to these hospitals, counted one by one."""
    total, brought = 0.0, [0] * len(known)
    for wants, at in zip(groups, places, strict=True):
        hospital = known[at]
        arriving = hospital.arriving + brought[at]
        beds = None if hospital.beds is None else hospital.beds - brought[at]
        now = msgspec.structs.replace(hospital, arriving=arriving, beds=beds)
        total += rank(wants, [now], PRICES)[0].price_s
        brought[at] += 1
    return total


@given(needs, hospitals)
def test_everybody_gets_an_answer_of_finite_price_with_every_hospital_in_it(
    wants: tuple[str, ...], known: list[HospitalNow]
) -> None:
    for strange in (nan, inf, -5.0):
        odd = [*known, msgspec.structs.replace(known[0], hospital_id="odd", travel_s=strange)]
        ranked = rank(wants, odd, PRICES)
        assert sorted(w.hospital_id for w in ranked) == sorted(h.hospital_id for h in odd)
        assert all(isfinite(w.price_s) for w in ranked)


@given(needs, hospitals)
def test_a_closed_hospital_comes_first_only_beyond_the_bound(
    wants: tuple[str, ...], known: list[HospitalNow]
) -> None:
    first = rank(wants, known, PRICES)[0]
    by_id = {h.hospital_id: h for h in known}
    open_and_fit = [w for w in rank(wants, known, PRICES) if not w.diverted and not w.missing and not w.full]
    if first.diverted and open_and_fit:
        best = open_and_fit[0]
        assert best.travel_s is None or best.travel_s + PRICES.wait_s * by_id[best.hospital_id].arriving >= (
            PRICES.diverted_s + (first.travel_s or 0.0)
        )


@given(needs, hospitals, st.sampled_from(("nearer", "emptier", "abler", "open")))
def test_a_hospital_that_gets_better_never_falls_behind_one_that_stayed(
    wants: tuple[str, ...], known: list[HospitalNow], how: str
) -> None:
    one = known[0]
    better = {
        "nearer": msgspec.structs.replace(one, travel_s=0.0),
        "emptier": msgspec.structs.replace(one, arriving=0, beds=None),
        "abler": msgspec.structs.replace(one, capabilities=frozenset(SKILLS)),
        "open": msgspec.structs.replace(one, diverted=frozenset()),
    }[how]

    def place_of(all_of_them: list[HospitalNow]) -> int:
        return [w.hospital_id for w in rank(wants, all_of_them, PRICES)].index(one.hospital_id)

    assert place_of([better, *known[1:]]) <= place_of(known)


@given(st.lists(needs, min_size=1, max_size=4), hospitals)
@settings(max_examples=60)
def test_many_are_spread_as_cheaply_as_any_way_of_bringing_them(
    patients: list[tuple[str, ...]], known: list[HospitalNow]
) -> None:
    groups = {str(n): (wants, 1) for n, wants in enumerate(patients)}
    found = spread(groups, known, PRICES)
    ids = [h.hospital_id for h in known]
    places = [ids.index(next(iter(found[str(n)]))) for n in range(len(patients))]
    best = min(price_of(patients, at, known) for at in product(range(len(known)), repeat=len(patients)))
    assert abs(price_of(patients, places, known) - best) < 1e-6


def flow_price(groups: dict[str, tuple[Sequence[str], int]], known: list[HospitalNow]) -> float:
    """The least total by another solver: a source, groups, hospitals, and an arc for each further patient."""
    flow = min_cost_flow.SimpleMinCostFlow()
    sink = 1 + len(groups) + len(known)
    everybody = sum(count for _, count in groups.values())
    for g, (wants, count) in enumerate(groups.values()):
        flow.add_arc_with_capacity_and_unit_cost(0, 1 + g, count, 0)
        for h, hospital in enumerate(known):
            empty = msgspec.structs.replace(hospital, arriving=0, beds=None)
            cost = round(rank(wants, [empty], PRICES)[0].price_s)
            flow.add_arc_with_capacity_and_unit_cost(1 + g, 1 + len(groups) + h, count, cost)
    for h, hospital in enumerate(known):
        for n in range(everybody):
            full = hospital.beds is not None and n >= hospital.beds
            cost = round(PRICES.wait_s * (hospital.arriving + n) + (PRICES.full_s if full else 0))
            flow.add_arc_with_capacity_and_unit_cost(1 + len(groups) + h, sink, 1, cost)
    flow.set_node_supply(0, everybody)
    flow.set_node_supply(sink, -everybody)
    assert flow.solve() == flow.OPTIMAL
    return float(flow.optimal_cost())


@given(hospitals, st.integers(0, 25), st.integers(0, 25))
@settings(max_examples=40)
def test_a_mass_of_patients_costs_what_another_solver_finds(
    known: list[HospitalNow], hurt: int, others: int
) -> None:
    groups: dict[str, tuple[Sequence[str], int]] = {
        "hurt": (("emergency", "trauma"), hurt),
        "others": (("emergency",), others),
    }
    found = spread(groups, known, PRICES)
    ids = [h.hospital_id for h in known]
    patients = [groups[g][0] for g, row in found.items() for n in row.values() for _ in range(n)]
    places = [ids.index(h) for row in found.values() for h, n in row.items() for _ in range(n)]
    assert len(places) == hurt + others
    assert abs(price_of([tuple(p) for p in patients], places, known) - flow_price(groups, known)) < 1e-6


def test_forty_patients_do_not_all_go_to_the_nearest() -> None:
    known = [
        HospitalNow(hospital_id=f"h{n}", travel_s=300.0 + 120.0 * n, capabilities=frozenset(SKILLS))
        for n in range(6)
    ]
    found = spread({"hurt": (("emergency", "trauma"), 40)}, known, PRICES)["hurt"]
    assert len(found) == 6
    assert found["h0"] < 14
    assert found["h0"] >= found["h5"]


def test_nobody_is_placed_without_hospitals() -> None:
    assert spread({"hurt": (("emergency",), 3)}, [], PRICES) == {"hurt": {}}
    assert rank(("emergency",), [], PRICES) == []
