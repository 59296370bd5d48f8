"""R3: which incidents a report may concern. Found through the index, they are those the walk would find."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.agencies.loader import load_codebook
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.report import Report
from dispatch.domain.model.values import LonLat, Place, PlaceState
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.find_duplicates import AT_MOST, compare, find_duplicates

NOW = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)
BOOK = load_codebook()
TYPES = ("smoke", "traffic_injury", "chest_pain", "large_forest_fire", "no such type")
WORDS = (
    "", "12 Lê Lợi", "12/3 Lê Lợi", "14 Lê Lợi", "đường Lê Lợi", "654/12 Lạc Long Quân", "chợ Bến Thành",
    "654 Lạc Long Quân",
)  # fmt: skip

places = st.builds(
    Place,
    heard=st.sampled_from(WORDS),
    label=st.sampled_from(WORDS),
    level=st.sampled_from(("door", "street", "handset")),
    lon_lat=st.none()
    | st.builds(LonLat, st.floats(106.69, 106.73).map(float), st.floats(10.76, 10.79).map(float)),
    radius_m=st.none() | st.sampled_from((0.0, 20.0, 290.0, 310.0, 900.0, 2_500.0, 40_000.0)),
)


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    closed = draw(st.booleans())
    return Incident(
        id=f"i{draw(st.integers(0, 15))}", number="260712-0457", type_code=draw(st.sampled_from(TYPES)),
        priority=1, subject="s", opened_at=NOW, opened_by="d", leg_ids=[], place=draw(places),
        state="closed" if closed else "open", test=draw(st.booleans()),
        closed_at=NOW - timedelta(minutes=draw(st.sampled_from((1, 59, 61)))) if closed else None,
    )  # fmt: skip


@st.composite
def reports(draw: st.DrawFn, id_: str = "r") -> Report:
    return Report(
        id=id_, receipt_code="AAAAA-BBBBB", channel="app", agency_id="114",
        subject=draw(st.sampled_from(("s1", "s2"))), received_at=NOW, occurred_at=NOW, place=draw(places),
        type_code=draw(st.none() | st.sampled_from(TYPES)), test=draw(st.booleans()),
        incident_id=draw(st.none() | st.integers(0, 15).map(lambda n: f"i{n}")),
    )  # fmt: skip


@settings(deadline=None, max_examples=120)
@given(st.lists(incidents(), max_size=40), st.lists(reports(id_="other"), max_size=1), reports(), st.data())
def test_duplicates_found_through_the_index_are_those_found_by_the_walk(
    put: list[Incident], others: list[Report], report: Report, data: st.DataObject
) -> None:
    picture = Picture(BOOK)
    for incident in put:  # the same id again is the incident changed
        picture.put("incident", incident.id, incident)
    for other in others:
        picture.put("report", other.id, other)
    for id_ in data.draw(st.sets(st.sampled_from(sorted(picture.incidents)))) if picture.incidents else ():
        picture.drop("incident", id_)
    by_walk = compare(report, picture.incidents.values(), same_caller(report, picture), picture, NOW)
    assert find_duplicates(report, picture, NOW) == by_walk
    assert len(by_walk) <= AT_MOST


def same_caller(report: Report, picture: Picture) -> set[str]:
    return {
        other.incident_id
        for other in picture.reports.values()
        if other.subject == report.subject and other.incident_id is not None and other.id != report.id
    }


def incident_at(id_: str, lon: float, radius_m: float = 20.0, **fields: object) -> Incident:
    place = Place(heard="", lon_lat=LonLat(lon, 10.77), radius_m=radius_m)
    return Incident(
        id=id_, number="260712-0457", type_code=str(fields.get("type_code", "chest_pain")), priority=1,
        subject="s", opened_at=NOW, opened_by="d", leg_ids=[], place=place,
    )  # fmt: skip


def test_smoke_is_seen_from_afar_and_the_nearest_stands_first() -> None:
    picture = Picture(BOOK)
    picture.put("incident", "far", incident_at("far", 106.715, type_code="smoke"))
    picture.put("incident", "near", incident_at("near", 106.701))
    picture.put("incident", "elsewhere", incident_at("elsewhere", 106.715))
    report = Report(
        id="r", receipt_code="AAAAA-BBBBB", channel="app", agency_id="114", subject="s1", received_at=NOW,
        occurred_at=NOW,
        place=Place(heard="", lon_lat=LonLat(106.70, 10.77), radius_m=20.0),
    )  # fmt: skip
    found = find_duplicates(report, picture, NOW)
    assert [(duplicate.incident_id, duplicate.why) for duplicate in found] == [
        ("near", ("near",)), ("far", ("near",)),
    ]  # fmt: skip


def test_one_number_on_two_streets_of_one_name_is_no_same_street_once_both_are_matched() -> None:
    far = Place(
        heard="12 An Dương Vương", lon_lat=LonLat(106.6196, 10.7208), radius_m=60.0, state=PlaceState.MATCHED
    )
    near = Place(heard="12 An Dương Vương", lon_lat=LonLat(106.6830, 10.7611), radius_m=1_976.0)
    picture = Picture(BOOK)
    picture.put("incident", "i", msgspec.structs.replace(incident_at("i", 106.6), place=far))
    report = Report(
        id="r", receipt_code="AAAAA-BBBBB", channel="app", agency_id="114", subject="s1", received_at=NOW,
        occurred_at=NOW, place=near,
    )  # fmt: skip
    assert [found.why for found in find_duplicates(report, picture, NOW)] == [("same_street",)]
    matched = msgspec.structs.replace(near, state=PlaceState.MATCHED)
    assert find_duplicates(msgspec.structs.replace(report, place=matched), picture, NOW) == ()


def test_what_only_a_wide_circle_reaches_stands_behind_what_is_near_and_says_so() -> None:
    picture = Picture(BOOK)
    picture.put("incident", "wide", incident_at("wide", 106.705, radius_m=4_000.0))
    picture.put("incident", "smoke", incident_at("smoke", 106.715, type_code="smoke"))
    report = Report(
        id="r", receipt_code="AAAAA-BBBBB", channel="app", agency_id="114", subject="s1", received_at=NOW,
        occurred_at=NOW,
        place=Place(heard="", lon_lat=LonLat(106.70, 10.77), radius_m=20.0),
    )  # fmt: skip
    found = find_duplicates(report, picture, NOW)
    assert [(duplicate.incident_id, duplicate.why) for duplicate in found] == [
        ("smoke", ("near",)), ("wide", ("in_circle",)),
    ]  # fmt: skip
