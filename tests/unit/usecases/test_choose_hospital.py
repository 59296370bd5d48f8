"""Hospitals proposed for a patient: by road, by what they told and have coming, and never none."""

from datetime import timedelta

import msgspec
import pytest

from dispatch.agencies.hospitals import load_hospital_rules
from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.hospital import BedsTold, ChosenHospital, Diversion, Hospital
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.values import LonLat as At
from dispatch.domain.model.values import Phase, PhaseTime, Place, TimeSource
from dispatch.usecases.hospitals.choose_hospital import AdviceUnknown, HospitalAdviser
from dispatch.usecases.hospitals.enter_hospitals import list_changes, plan_hospitals
from dispatch.usecases.picture import Picture
from gis.geometry import LonLat
from gis.store.hospitals import HospitalSite
from tests.unit.usecases.test_cover_prices import NOW, Roads, ambulance, town

RULES = load_hospital_rules()
SCENE = At(106.66, 10.76)
EVERYTHING = ("emergency", "trauma", "stroke", "cardiac_cath")


def hospital(id_: str, km: float, *capabilities: str, **told: object) -> Hospital:
    """So many kilometres east of the scene; a minute each by the roads here."""
    at = At(SCENE.lon + km / 109.3, SCENE.lat)
    return Hospital(id=id_, name=id_, lon_lat=at, capabilities=capabilities or EVERYTHING, **told)  # type: ignore[arg-type]


def patient(number: int, *, hospital_id: str = "", **fields: object) -> Assignment:
    made = Assignment(
        id=f"a{number}", incident_id="i1", leg_id="i1-5", unit_id=f"u{number}", agency_id="115", need_id=None,
        hot=True, dispatched_by="d", created_at=NOW, **{"state": "active", **fields},  # type: ignore[arg-type]
    )  # fmt: skip
    if hospital_id:
        made.hospital = ChosenHospital(
            hospital_id=hospital_id, name=hospital_id, lon_lat=SCENE, by="c", at=NOW
        )
    return made


def city(*hospitals: Hospital, type_code: str = "traffic_injury") -> Picture:
    picture = town(ambulance("u1", "west"))
    place = Place(heard="x", lon_lat=SCENE)
    incident = Incident(
        id="i1", number="261122-0457", type_code=type_code, priority=1, place=place, subject="s",
        opened_at=NOW, opened_by="d",
    )  # fmt: skip
    picture.put("incident", "i1", incident)
    for known in hospitals:
        picture.put("hospital", known.id, known)
    picture.put("assignment", "a1", patient(1))
    return picture


def adviser(picture: Picture, roads: Roads | None = None) -> HospitalAdviser:
    return HospitalAdviser(picture, RULES, roads or Roads(), find_position=lambda _: None, now=lambda: NOW)


async def order_of(picture: Picture) -> list[str]:
    return [o.hospital_id for o in (await adviser(picture).for_assignment("a1")).options]


async def test_the_nearest_that_treats_it_comes_first_with_its_minutes_in_both_languages() -> None:
    picture = city(hospital("skin", 1, "emergency"), hospital("near", 4), hospital("far", 9))
    advice = await adviser(picture).for_assignment("a1")
    assert [o.hospital_id for o in advice.options] == ["near", "far", "skin"]
    assert advice.needs == ("emergency", "trauma")
    assert advice.options[0].why.vi == "4 phút · có cấp cứu, chấn thương"
    assert advice.options[2].why.en == "1 min · lacks trauma · has emergency"
    assert not advice.degraded


async def test_the_answers_to_key_questions_say_what_a_child_needs() -> None:
    needs = RULES["115"].list_needs("cardiac_arrest", {"age": "child"})
    assert needs == ("paediatrics",)
    assert RULES["115"].list_needs("cardiac_arrest", {"age": "adult"}) == ("emergency", "cardiac_cath")
    assert RULES["115"].list_needs("agitation", {}) == ("psychiatry",)


async def test_a_diversion_counts_until_its_end_and_is_told_with_its_reason() -> None:
    told = Diversion(reason="hết máy thở", until=NOW + timedelta(minutes=30), at=NOW, by="d")
    picture = city(hospital("near", 2, diversion=told), hospital("far", 9))
    advice = await adviser(picture).for_assignment("a1")
    assert [o.hospital_id for o in advice.options] == ["far", "near"]
    assert "NGỪNG NHẬN đến 19:12: hết máy thở" in advice.options[1].why.vi
    stale = msgspec.structs.replace(told, until=NOW)
    assert await order_of(city(hospital("near", 2, diversion=stale), hospital("far", 9))) == ["near", "far"]


async def test_beds_told_are_fewer_by_all_who_came_since_and_worth_nothing_once_stale() -> None:
    beds = BedsTold(free=2, at=NOW, until=NOW + timedelta(hours=1), by="d")
    picture = city(hospital("near", 2, beds=beds), hospital("far", 9))
    there = PhaseTime(occurred_at=NOW + timedelta(minutes=5), recorded_at=NOW, source=TimeSource.SYSTEM)
    gone = {Phase.AT_HOSPITAL: there, Phase.CLEARING: there}
    picture.put("assignment", "a2", patient(2, hospital_id="near"))
    picture.put("assignment", "a3", patient(3, hospital_id="near", state="ended", times=gone))
    advice = await adviser(picture).for_assignment("a1")
    assert [o.hospital_id for o in advice.options] == ["far", "near"]
    near = advice.options[1]
    assert (near.beds_left, near.full, near.arriving) == (0, True, 1)
    old = msgspec.structs.replace(beds, until=NOW)
    picture.put("hospital", "near", hospital("near", 2, beds=old))
    assert await order_of(picture) == ["near", "far"]


async def test_one_that_was_chosen_and_called_off_is_no_patient_and_its_own_choice_does_not_count() -> None:
    picture = city(hospital("near", 2), hospital("far", 9))
    picture.put("assignment", "a1", patient(1, hospital_id="near"))
    picture.put("assignment", "a2", patient(2, hospital_id="near", state="ended"))
    advice = await adviser(picture).for_assignment("a1")
    assert [o.arriving for o in advice.options] == [0, 0]
    assert advice.chosen_id == "near"


async def test_without_a_planner_the_straight_line_answers_and_says_so() -> None:
    advice = await adviser(city(hospital("near", 2), hospital("far", 9)), Roads(away=True)).for_assignment(
        "a1"
    )
    assert advice.degraded
    assert [o.hospital_id for o in advice.options] == ["near", "far"]


async def test_all_closed_and_unfit_still_gives_the_least_bad_with_what_is_missing_said() -> None:
    told = Diversion(reason="cháy", until=NOW + timedelta(minutes=30), at=NOW, by="d")
    picture = city(hospital("only", 3, "psychiatry", diversion=told))
    (only,) = (await adviser(picture).for_assignment("a1")).options
    assert only.missing == ("emergency", "trauma")
    assert only.diverted


async def test_an_ended_or_unknown_assignment_has_no_hospital() -> None:
    picture = city(hospital("near", 2))
    picture.put("assignment", "a1", patient(1, state="ended"))
    for assignment_id in ("a1", "nobody"):
        with pytest.raises(AdviceUnknown):
            await adviser(picture).for_assignment(assignment_id)


def test_maps_that_name_a_hospital_twice_give_it_once_and_clinics_are_none() -> None:
    at = LonLat(106.66, 10.757)
    sites = [
        HospitalSite("osm-w1", "Bệnh viện Chợ Rẫy", at, False),
        HospitalSite("csv-n7", "BỆNH VIỆN CHỢ RẪY", LonLat(106.661, 10.757), False),
        HospitalSite("osm-w2", "Bệnh viện Da liễu", at, False),
        HospitalSite("osm-w3", "Phòng khám Đắc Tín", at, False),
        HospitalSite("osm-w4", "Bệnh viện Quận 10", at, False),
    ]
    planned = plan_hospitals(sites, RULES)
    assert [c.hospital_id for c in planned] == ["osm-w1", "osm-w4"]
    assert "burns" in planned[0].capabilities
    assert planned[1].capabilities == ("emergency",)


def test_only_what_changed_is_told_and_what_left_the_table_goes_out_of_use() -> None:
    sites = [HospitalSite(f"osm-w{n}", f"Bệnh viện {n}", LonLat(106.6 + n / 10, 10.7), False) for n in (1, 2)]
    planned = plan_hospitals(sites, RULES)
    known = [
        Hospital(id=c.hospital_id, name=c.name, lon_lat=c.lon_lat, capabilities=c.capabilities)
        for c in planned
    ]
    assert list_changes(planned, known) == []
    assert list_changes(planned[:1], known) == [msgspec.structs.replace(planned[1], in_use=False)]
    out = [known[0], msgspec.structs.replace(known[1], in_use=False)]
    assert list_changes(planned[:1], out) == []
    assert list_changes(planned, out) == [planned[1]]
