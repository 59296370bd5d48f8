"""Many patients of one incident: everybody goes somewhere, and each crew is proposed its own place."""

from datetime import timedelta

import msgspec
import pytest

from dispatch.domain.model.hospital import BedsTold, ChooseHospital, ChosenHospital
from dispatch.domain.model.messages import Actor, Command, Role
from dispatch.domain.model.spread import PatientPlace, PatientSpread, SpreadPatients
from dispatch.domain.model.values import Phase, PhaseTime, Place, TimeSource
from dispatch.usecases.command_line.weigh_hospitals import HospitalPreparer
from dispatch.usecases.entry.prepare import Body
from dispatch.usecases.hospitals.choose_hospital import AdviceUnknown, HospitalAdviser
from dispatch.usecases.hospitals.spread_patients import NoHospitals
from dispatch.usecases.picture import Picture
from routing.hospitals.weighing import rank_weighed
from tests.unit.usecases.test_choose_hospital import SCENE, adviser, city, hospital, patient
from tests.unit.usecases.test_cover_prices import NOW, ambulance

DESK = Actor(id="d", role=Role.DISPATCHER, agencies=("115",))


def many(crews: int, *places: PatientPlace) -> Picture:
    """Crews at the scene of the same incident, one minute after another."""
    picture = city(hospital("near", 2), hospital("far", 9))
    for n in range(1, crews + 1):
        picture.put("unit", f"u{n}", ambulance(f"u{n}", "west"))
        there = PhaseTime(occurred_at=NOW + timedelta(minutes=n), recorded_at=NOW, source=TimeSource.CREW)
        picture.put("assignment", f"a{n}", patient(n, times={Phase.ON_SCENE: there}))
    if places:
        spread = PatientSpread(places=places, by="d", at=NOW)
        picture.put("incident", "i1", msgspec.structs.replace(picture.incidents["i1"], spread=spread))
    return picture


def place(triage: str, hospital_id: str, count: int = 1) -> PatientPlace:
    return PatientPlace(triage=triage, hospital_id=hospital_id, name=hospital_id, count=count)


def choose(picture: Picture, number: int, hospital_id: str) -> None:
    chosen = ChosenHospital(
        hospital_id=hospital_id, name=hospital_id, lon_lat=SCENE, by="c", at=NOW + timedelta(minutes=number)
    )
    known = picture.assignments[f"a{number}"]
    picture.put("assignment", known.id, msgspec.structs.replace(known, hospital=chosen))


async def first_of(adviser_: HospitalAdviser, number: int) -> str:
    return (await adviser_.for_assignment(f"a{number}")).options[0].hospital_id


async def test_forty_patients_are_spread_and_all_of_them_go_somewhere() -> None:
    picture = city(*(hospital(f"h{n}", 3 + 2 * n) for n in range(5)))
    advice = await adviser(picture).for_many("i1", {"red": 10, "yellow": 10, "green": 20})
    by_class = {t: sum(p.count for p in advice.places if p.triage == t) for t in ("red", "yellow", "green")}
    assert by_class == {"red": 10, "yellow": 10, "green": 20}
    loads = [sum(p.count for p in advice.places if p.hospital_id == f"h{n}") for n in range(5)]
    assert all(0 < load < 20 for load in loads)
    mean_km = {
        t: sum(p.count * (3 + 2 * int(p.hospital_id[1:])) for p in advice.places if p.triage == t) / n
        for t, n in by_class.items()
    }
    assert mean_km["red"] < mean_km["yellow"] < mean_km["green"]


async def test_more_patients_than_beds_are_told_and_nobody_is_dropped() -> None:
    beds = BedsTold(free=2, at=NOW, until=NOW + timedelta(hours=1), by="d")
    picture = city(hospital("near", 2, beds=beds), hospital("far", 9, beds=beds))
    advice = await adviser(picture).for_many("i1", {"red": 7})
    assert sum(p.count for p in advice.places) == 7
    assert "3 NGƯỜI QUÁ SỐ GIƯỜNG" in advice.why.vi
    assert "3 MORE THAN THE BEDS" in advice.why.en


async def test_where_no_road_leads_anywhere_that_is_told_and_everybody_still_has_a_hospital() -> None:
    picture = city(hospital("near", 2), hospital("far", 9))
    placeless = msgspec.structs.replace(picture.incidents["i1"], place=Place(heard="?"))
    picture.put("incident", "i1", placeless)
    advice = await adviser(picture).for_many("i1", {"red": 2, "green": 1})
    assert sum(p.count for p in advice.places) == 3
    assert "3 người không rõ đường đi" in advice.why.vi


async def test_without_hospitals_or_without_an_incident_there_is_no_spread() -> None:
    with pytest.raises(NoHospitals):
        await adviser(city()).for_many("i1", {"red": 1})
    with pytest.raises(AdviceUnknown):
        await adviser(city(hospital("near", 2))).for_many("nobody", {"red": 1})


async def test_each_crew_is_proposed_its_own_place_the_most_urgent_first_with_the_class_said() -> None:
    picture = many(3, place("red", "far"), place("yellow", "near"))
    ask = adviser(picture)
    assert [await first_of(ask, n) for n in (1, 2)] == ["far", "near"]
    why = (await ask.for_assignment("a1")).options[0].why
    assert (why.vi.split(" · ")[0], why.en.split(" · ")[0]) == ("phân bổ đỏ", "given for red")
    third = (await ask.for_assignment("a3")).options
    assert "phân bổ" not in third[0].why.vi
    assert {o.hospital_id: o.arriving for o in third} == {"near": 1, "far": 1}


async def test_a_choice_takes_its_place_and_the_crews_behind_keep_theirs() -> None:
    picture = many(3, place("red", "near", 2), place("yellow", "far"))
    ask = adviser(picture)
    assert [await first_of(ask, n) for n in (1, 2, 3)] == ["near", "near", "far"]
    choose(picture, 1, "near")
    assert [await first_of(ask, n) for n in (2, 3)] == ["near", "far"]
    choose(picture, 2, "near")
    assert await first_of(ask, 3) == "far"


async def test_a_place_that_nobody_has_taken_yet_counts_for_other_incidents() -> None:
    picture = many(1, place("red", "near", 30))
    other = msgspec.structs.replace(picture.incidents["i1"], id="i2", spread=msgspec.UNSET)
    picture.put("incident", "i2", other)
    picture.put("unit", "u9", ambulance("u9", "west"))
    picture.put("assignment", "a9", msgspec.structs.replace(patient(9), incident_id="i2"))
    options = (await adviser(picture).for_assignment("a9")).options
    assert [(o.hospital_id, o.arriving) for o in options] == [("far", 0), ("near", 30)]
    closed = msgspec.structs.replace(picture.incidents["i1"], state="closed")
    picture.put("incident", "i1", closed)
    assert await first_of(adviser(picture), 9) == "near"


async def plain(body: Body, _command_id: str, _actor: Actor) -> Command:
    kind = ChooseHospital if body["type"] == "assignment.choose_hospital" else SpreadPatients
    return msgspec.convert(body, kind)


async def test_a_choice_keeps_what_the_chooser_saw_and_nothing_that_the_chooser_says_of_it() -> None:
    picture = many(1)
    ask = adviser(picture)
    prepare = HospitalPreparer(plain, ask).prepare
    shown = tuple(o.hospital_id for o in (await ask.for_assignment("a1")).options)
    picture.put("hospital", "nearest", hospital("nearest", 1))
    await ask.for_assignment("a1")
    body: Body = {
        "type": "assignment.choose_hospital", "assignment_id": "a1", "hospital_id": "far",
        "proposed": shown, "why": {"vi": "x", "en": "x"},
    }  # fmt: skip
    command = await prepare(body, "c", DESK)
    assert isinstance(command, ChooseHospital)
    assert command.weighed is not None
    assert tuple(w.hospital_id for w in rank_weighed(command.weighed)) == shown == ("near", "far")
    assert command.why is not None
    assert command.why.vi == "far · 9:00 · đề xuất đầu là near, hơn 7:00"
    fresh = HospitalPreparer(plain, adviser(picture)).prepare
    unseen = await fresh({**body, "hospital_id": "nearest", "proposed": ()}, "c", DESK)
    assert isinstance(unseen, ChooseHospital)
    assert unseen.why is not None
    assert unseen.why.en == "nearest · 1:00 · proposed first; next near, if this came later by 1:00"


async def test_a_spread_is_completed_by_the_centre_whatever_its_sender_put_in() -> None:
    picture = many(1)
    prepare = HospitalPreparer(plain, adviser(picture)).prepare
    forged = [{"triage": "red", "hospital_id": "far", "name": "x", "count": 2}]
    body: Body = {"type": "incident.spread_patients", "incident_id": "i1", "red": 2, "places": forged}
    command = await prepare(body, "c", DESK)
    assert isinstance(command, SpreadPatients)
    assert command.places == (place("red", "near", 2),)
    nothing = await prepare({**body, "red": 0}, "c", DESK)
    assert isinstance(nothing, SpreadPatients)
    assert nothing.places == ()
