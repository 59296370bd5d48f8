"""What a proposal of hospitals weighed gives it again, and says what would change it."""

from math import inf, nan

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.hospitals.choice import ChoicePrices, HospitalNow, Patients
from routing.hospitals.weighing import (
    HospitalWeighing,
    UnknownHospitalWeighing,
    WeighedHospital,
    rank_weighed,
    spread_weighed,
    think_of_hospitals,
    weigh_hospitals,
)
from tests.unit.routing.test_hospital_choice import hospitals, needs

PRICES = ChoicePrices()


def weigh(wants: tuple[str, ...], known: list[HospitalNow], first: str = "") -> HospitalWeighing:
    group = Patients(name="", needs=wants, count=1)
    return weigh_hospitals([group], [(h.hospital_id, h) for h in known], PRICES, first=first)


def put(weighing: HospitalWeighing, hospital_id: str, **changed: object) -> HospitalWeighing:
    """The same with a hospital otherwise."""
    rows = tuple(
        msgspec.structs.replace(row, **changed) if row.hospital_id == hospital_id else row
        for row in weighing.hospitals
    )
    return msgspec.structs.replace(weighing, hospitals=rows)


def row_of(weighing: HospitalWeighing, hospital_id: str) -> WeighedHospital:
    return next(row for row in weighing.hospitals if row.hospital_id == hospital_id)


@given(needs, hospitals)
def test_what_went_through_the_log_ranks_and_spreads_as_it_did(
    wants: tuple[str, ...], known: list[HospitalNow]
) -> None:
    weighing = weigh(wants, known)
    again = msgspec.json.decode(msgspec.json.encode(weighing), type=HospitalWeighing)
    assert again == weighing
    assert rank_weighed(again) == rank_weighed(weighing)
    assert spread_weighed(again) == spread_weighed(weighing)
    assert think_of_hospitals(again) == think_of_hospitals(weighing)


@given(needs, hospitals)
def test_each_thing_said_to_bring_another_to_the_front_does_so_alone(
    wants: tuple[str, ...], known: list[HospitalNow]
) -> None:
    weighing = weigh(wants, known)
    for beside in think_of_hospitals(weighing).beside:
        id_ = beside.weighed.hospital_id
        for fix in beside.fixes:
            changed: dict[str, object] = {
                "sooner": {"travel_s": (beside.weighed.travel_s or 0.0) - fix.seconds},
                "open": {"diverted": ()},
                "beds": {"beds": 1},
                "able": {"has": wants},
            }[fix.kind]
            ranked = rank_weighed(put(weighing, id_, **changed))
            price_s = next(w.price_s for w in ranked if w.hospital_id == id_)
            assert price_s <= ranked[0].price_s + 1e-6, fix


@given(needs, hospitals)
def test_the_first_stays_first_as_long_as_is_said_and_no_longer(
    wants: tuple[str, ...], known: list[HospitalNow]
) -> None:
    weighing = weigh(wants, known)
    thoughts = think_of_hospitals(weighing)
    best = thoughts.ranked[0]
    if thoughts.holds_s is None or best.travel_s is None:
        return
    for more_s, stays in ((thoughts.holds_s - 0.5, True), (thoughts.holds_s + 0.5, False)):
        later = put(weighing, best.hospital_id, travel_s=best.travel_s + more_s)
        if more_s >= 0:
            assert (rank_weighed(later)[0].hospital_id == best.hospital_id) is stays
    if thoughts.holds_patients is not None:
        more = row_of(weighing, best.hospital_id).arriving + thoughts.holds_patients + 1
        assert rank_weighed(put(weighing, best.hospital_id, arriving=more))[0] != best


def test_where_a_spread_sends_somebody_comes_first_whatever_it_costs() -> None:
    known = [
        HospitalNow(hospital_id="near", travel_s=300.0, capabilities=frozenset({"emergency"})),
        HospitalNow(hospital_id="far", travel_s=1300.0, capabilities=frozenset({"emergency"})),
    ]
    thoughts = think_of_hospitals(weigh(("emergency",), known, first="far"))
    assert [w.hospital_id for w in thoughts.ranked] == ["far", "near"]
    assert thoughts.holds_s is None


def test_a_way_that_is_no_number_is_none_and_a_later_version_is_not_guessed() -> None:
    odd = [
        HospitalNow(hospital_id=str(way), travel_s=way, capabilities=frozenset()) for way in (nan, inf, -5.0)
    ]
    weighing = weigh(("emergency",), odd)
    assert [row.travel_s for row in weighing.hospitals] == [None, None, None]
    assert think_of_hospitals(msgspec.structs.replace(weighing, hospitals=())).ranked == ()
    with pytest.raises(UnknownHospitalWeighing):
        rank_weighed(msgspec.structs.replace(weighing, version=99))


@given(st.integers(0, 500))
def test_every_count_of_patients_up_to_the_limit_is_placed_in_full(count: int) -> None:
    known = [
        HospitalNow(hospital_id=f"h{n}", travel_s=60.0 * n, capabilities=frozenset({"emergency"}), beds=n)
        for n in range(3)
    ]
    red = Patients(name="red", needs=("emergency",), count=count, weight=4.0)
    weighing = weigh_hospitals([red], [(h.hospital_id, h) for h in known], PRICES)
    assert sum(spread_weighed(weighing)["red"].values()) == count
