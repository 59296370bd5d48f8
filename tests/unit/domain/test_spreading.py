"""A spread of patients by the rules: everybody counted is placed, desks alone say so, it can be undone."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.hospital import ChosenHospital
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.spread import PatientPlace, PatientSpread, SpreadPatients
from dispatch.domain.model.values import LonLat
from dispatch.domain.rules.spread import allot, find_spread
from tests.unit.domain.test_hospitals import town
from tests.unit.domain.world import FIRE, TAKER, World, crew_of, make_world

AT = LonLat(106.66, 10.757)


def place(triage: str, count: int, hospital_id: str = "h1") -> PatientPlace:
    return PatientPlace(triage=triage, hospital_id=hospital_id, name=hospital_id, count=count)


@pytest.fixture
def world() -> World:
    return town()


def test_what_was_spread_stands_until_it_is_taken_back(world: World) -> None:
    places = (place("red", 2), place("green", 1))
    world.do(SpreadPatients(incident_id="i1", red=2, green=1, places=places), FIRE)
    spread = find_spread(world.state.incidents["i1"])
    assert spread is not None
    assert (spread.places, spread.by) == (places, FIRE.id)
    world.do(SpreadPatients(incident_id="i1"), FIRE)
    assert find_spread(world.state.incidents["i1"]) is None


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (SpreadPatients(incident_id="i1"), "nothing_spread"),
        (SpreadPatients(incident_id="i1", red=-1, green=1), "bad_patients"),
        (SpreadPatients(incident_id="i1", red=501), "bad_patients"),
        (SpreadPatients(incident_id="i1", red=1), "no_hospitals"),
        (SpreadPatients(incident_id="i1", red=2, places=(place("red", 1),)), "malformed_command"),
        (SpreadPatients(incident_id="i1", red=1, places=(place("red", 1, "h9"),)), "malformed_command"),
        (SpreadPatients(incident_id="i9", red=1, places=(place("red", 1),)), "unknown_incident"),
    ],
)
def test_what_leaves_somebody_out_is_no_spread(world: World, command: SpreadPatients, code: str) -> None:
    with pytest.raises(Refused) as refused:
        world.do(command, FIRE)
    assert refused.value.code == code


@pytest.mark.parametrize("actor", [TAKER, crew_of("a1", "115")])
def test_only_a_desk_spreads(world: World, actor: Any) -> None:
    with pytest.raises(Refused) as refused:
        world.do(SpreadPatients(incident_id="i1", red=1, places=(place("red", 1),)), actor)
    assert refused.value.code == "not_allowed"


@given(
    st.lists(st.tuples(st.sampled_from(("h1", "h2")), st.integers(1, 3)), max_size=4),
    st.lists(st.sampled_from(("", "h1", "h2", "h3")), max_size=8),
)
def test_no_place_is_given_twice_and_none_is_lost(spread: list[tuple[str, int]], crews: list[str]) -> None:
    world = make_world()
    kinds = ("red", "yellow", "green", "green")
    places = tuple(place(kind, n, h) for kind, (h, n) in zip(kinds, spread, strict=False))
    made = []
    for n, hospital_id in enumerate(crews):
        one = Assignment(
            id=f"a{n}", incident_id="i1", leg_id="i1-5", unit_id=f"u{n}", agency_id="115", need_id=None,
            hot=True, dispatched_by="d", created_at=world.now, state="active",
        )  # fmt: skip
        if hospital_id:
            chosen = ChosenHospital(
                hospital_id=hospital_id, name=hospital_id, lon_lat=AT, by="c", at=world.now
            )
            one = msgspec.structs.replace(one, hospital=chosen)
        made.append(one)
    allotted = allot(PatientSpread(places=places, by="d", at=world.now), made)
    everybody, gone = sum(p.count for p in places), sum(1 for c in crews if c)
    assert len(allotted.left) == max(0, everybody - gone)
    assert len(allotted.given) == min(len(allotted.left), len(crews) - gone)
    assert set(allotted.given) <= {a.id for a in made if a.hospital is msgspec.UNSET}
    order = [kinds.index(p.triage) for p in allotted.given.values()]
    assert order == sorted(order)
