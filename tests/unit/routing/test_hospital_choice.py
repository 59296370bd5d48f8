"""Which hospital: never a closed one for nothing, never none, and the least in all where many must go."""

from collections.abc import Sequence
from itertools import product
from math import inf, isfinite, nan

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from routing.hospitals.choice import ChoicePrices, HospitalNow, Patients, rank, spread

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


def total_of(
    groups: Sequence[Patients], placed: dict[str, dict[str, int]], known: list[HospitalNow]
) -> float:
    """What a spread costs: what each pays of its own, weighed, and the wait and the bed of each place."""
    load: dict[str, int] = {}
    total = 0.0
    for group in groups:
        for hospital_id, count in placed[group.name].items():
            total += count * own_price(group, next(h for h in known if h.hospital_id == hospital_id))
            load[hospital_id] = load.get(hospital_id, 0) + count
    return total + sum(
        further_price(hospital, n) for hospital in known for n in range(load.get(hospital.hospital_id, 0))
    )


def own_price(group: Patients, hospital: HospitalNow) -> float:
    empty = msgspec.structs.replace(hospital, arriving=0, beds=None)
    return group.weight * rank(group.needs, [empty], PRICES)[0].price_s


def further_price(hospital: HospitalNow, before: int) -> float:
    full = hospital.beds is not None and before >= hospital.beds
    return PRICES.wait_s * (hospital.arriving + before) + (PRICES.full_s if full else 0)


@given(st.lists(st.tuples(needs, st.sampled_from((0.5, 1.0, 4.0))), min_size=1, max_size=4), hospitals)
@settings(max_examples=60)
def test_many_are_spread_as_cheaply_as_any_way_of_bringing_them(
    patients: list[tuple[tuple[str, ...], float]], known: list[HospitalNow]
) -> None:
    groups = [
        Patients(name=str(n), needs=wants, count=1, weight=weight)
        for n, (wants, weight) in enumerate(patients)
    ]
    found = spread(groups, known, PRICES)
    ways = product([h.hospital_id for h in known], repeat=len(patients))
    best = min(total_of(groups, {str(n): {at: 1} for n, at in enumerate(way)}, known) for way in ways)
    assert abs(total_of(groups, found, known) - best) < 1e-6


def assignment_price(groups: Sequence[Patients], known: list[HospitalNow]) -> float:
    """The least total by another solver: every patient a row, every place of every hospital a column."""
    patients = [group for group in groups for _ in range(group.count)]
    places = [(h, n) for h in known for n in range(len(patients))]
    costs = [[own_price(group, h) + further_price(h, n) for h, n in places] for group in patients]
    rows, columns = linear_sum_assignment(costs)
    return float(sum(costs[row][column] for row, column in zip(rows, columns, strict=True)))


@given(hospitals, st.integers(0, 12), st.integers(0, 12))
@settings(max_examples=40)
def test_a_mass_of_patients_costs_what_another_solver_finds_and_nobody_is_left(
    known: list[HospitalNow], hurt: int, others: int
) -> None:
    groups = [
        Patients(name="red", needs=("emergency", "trauma"), count=hurt, weight=1.0),
        Patients(name="green", needs=("emergency",), count=others),
    ]
    found = spread(groups, known, PRICES)
    assert {name: sum(row.values()) for name, row in found.items()} == {"red": hurt, "green": others}
    expected = assignment_price(groups, known) if hurt + others else 0.0
    assert abs(total_of(groups, found, known) - expected) < 1e-6


def test_forty_patients_do_not_all_go_to_the_nearest() -> None:
    known = [
        HospitalNow(hospital_id=f"h{n}", travel_s=300.0 + 120.0 * n, capabilities=frozenset(SKILLS))
        for n in range(6)
    ]
    hurt = Patients(name="hurt", needs=("emergency", "trauma"), count=40)
    found = spread([hurt], known, PRICES)["hurt"]
    assert len(found) == 6
    assert found["h0"] < 14
    assert found["h0"] >= found["h5"]


def test_nobody_is_placed_without_hospitals() -> None:
    hurt = Patients(name="hurt", needs=("emergency",), count=3)
    assert spread([hurt], [], PRICES) == {"hurt": {}}
    assert rank(("emergency",), [], PRICES) == []


def test_who_is_worst_hurt_gets_the_nearest_and_the_lightly_hurt_go_farther() -> None:
    known = [
        HospitalNow(hospital_id="near", travel_s=300.0, capabilities=frozenset(SKILLS), beds=2),
        HospitalNow(hospital_id="far", travel_s=1300.0, capabilities=frozenset(SKILLS), beds=9),
    ]
    green = Patients(name="green", needs=("emergency",), count=2, weight=0.25)
    red = Patients(name="red", needs=("emergency", "trauma"), count=2, weight=1.0)
    assert spread([green, red], known, PRICES) == {"green": {"far": 2}, "red": {"near": 2}}
