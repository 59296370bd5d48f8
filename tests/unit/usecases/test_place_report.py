"""From words and a handset's circle to the place that is clearly meant."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from dispatch.domain.model.messages import Refused
from dispatch.domain.model.report import PlaceReport, Report
from dispatch.domain.model.values import HandsetFix, LonLat, Place, PlaceCandidate, PlaceState
from dispatch.domain.rules.checks import check_bounds
from dispatch.usecases.places.place_report import UNPLACED, choose_place, needs_placing, place_report


def candidate(confidence: float, label: str = "654/3 Lạc Long Quân") -> PlaceCandidate:
    return PlaceCandidate(
        lon_lat=LonLat(106.65, 10.77), radius_m=15.0, level="door", label=label, ward_code="27001",
        ward="Phường Tân Hòa", confidence=confidence,
    )  # fmt: skip


def report(place: Place) -> Report:
    now = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)
    return Report(
        id="r", channel="web", receipt_code="AAAAA-BBBBB", agency_id="115", subject="s",
        occurred_at=now, received_at=now, place=place,
    )  # fmt: skip


def test_a_sure_candidate_becomes_the_place_and_the_words_are_kept() -> None:
    place = choose_place(Place(heard="654 xẹt 3 lạc long quân"), (candidate(0.9), candidate(0.3)))
    assert place.heard == "654 xẹt 3 lạc long quân"
    assert place.label == "654/3 Lạc Long Quân"
    assert place.state is PlaceState.MATCHED


def test_the_alleys_mouth_goes_with_the_place_that_was_chosen() -> None:
    mouth = LonLat(106.651, 10.771)
    place = choose_place(Place(), (msgspec.structs.replace(candidate(0.9), mouth=mouth, mouth_m=156.0),))
    assert (place.mouth, place.mouth_m) == (mouth, 156.0)
    assert choose_place(Place(), (candidate(0.9),)).mouth is None


@pytest.mark.parametrize(
    "part", [{"mouth": LonLat(200.0, 10.7)}, {"mouth_m": -1.0}, {"mouth_m": float("nan")}]
)
def test_a_mouth_that_cannot_be_is_refused(part: dict[str, Any]) -> None:
    whole, bad = candidate(0.9), msgspec.structs.replace(candidate(0.9), **part)
    for place, found in ((msgspec.structs.replace(Place(), **part), whole), (Place(), bad)):
        with pytest.raises(Refused, match="bad_position"):
            check_bounds(PlaceReport(report_id="r", place=place, candidates=(found,)))


def test_two_candidates_equally_sure_leave_the_place_open() -> None:
    place = choose_place(Place(heard="đường số 7"), (candidate(0.8), candidate(0.79)))
    assert place.lon_lat is None
    assert place.level == UNPLACED


def test_words_that_the_telephone_contradicts_must_be_surer_to_be_taken() -> None:
    near, far = LonLat(106.6505, 10.7705), LonLat(106.67, 10.77)
    for confidence, phone, taken in ((0.2, near, True), (0.2, far, False), (0.4, far, True)):
        told = Place(heard="giữa cầu", lon_lat=phone, radius_m=20.0)
        place = choose_place(told, (candidate(confidence),))
        assert (place.state is PlaceState.MATCHED) is taken, (confidence, phone)
        assert taken or place.lon_lat == phone


def test_a_handset_circle_stands_when_the_words_are_not_found() -> None:
    told = Place(heard="chỗ cây đa", lon_lat=LonLat(106.7, 10.78), radius_m=34.0)
    place = choose_place(told, ())
    assert place.lon_lat == LonLat(106.7, 10.78)
    assert place.radius_m == 34.0
    assert place.state is PlaceState.HEARD


async def test_words_that_are_found_nowhere_are_looked_for_once_and_stay_open_for_a_person() -> None:
    asked: list[str] = []

    async def find_nothing(
        words: str, near: LonLat | None, radius_m: float | None
    ) -> tuple[PlaceCandidate, ...]:
        asked.append(words)
        return ()

    heard = report(Place(heard="chỗ cây đa"))
    assert needs_placing(heard)
    command = await place_report(heard, find_nothing)
    assert asked == ["chỗ cây đa"]
    assert not needs_placing(report(command.place))


async def test_every_candidate_is_kept_beside_the_chosen_one() -> None:
    both = (candidate(0.9), candidate(0.4, "654/3 Lý Thường Kiệt"))

    async def find_both(
        words: str, near: LonLat | None, radius_m: float | None
    ) -> tuple[PlaceCandidate, ...]:
        return both

    command = await place_report(report(Place(heard="654/3")), find_both)
    assert command.candidates == both


async def test_an_impossible_position_kept_behind_the_words_does_not_spoil_them() -> None:
    asked: list[str] = []

    async def find_nothing(
        words: str, near: LonLat | None, radius_m: float | None
    ) -> tuple[PlaceCandidate, ...]:
        asked.append(words)
        return ()

    for heard in ("12 Lê Lợi [10.77, 106.7]", "[10.77, 106.7]", "12 Lê Lợi [cổng sau]"):
        command = await place_report(report(Place(heard=heard)), find_nothing)
        assert command.place.heard == heard
    assert asked == ["12 Lê Lợi", "[10.77, 106.7]", "12 Lê Lợi [cổng sau]"]


def fix(lon: float = 106.66, radius_m: float = 40.0) -> HandsetFix:
    return HandsetFix(
        lon_lat=LonLat(lon, 10.77),
        radius_m=radius_m,
        at=datetime(2026, 7, 12, 3, 0, tzinfo=UTC),
        method="gps",
    )


async def test_the_words_and_the_telephones_circle_are_asked_together() -> None:
    asked = []

    async def geocode(words: str, near: LonLat | None, radius_m: float | None) -> tuple[PlaceCandidate, ...]:
        asked.append((words, near, radius_m))
        return (candidate(0.5, "Đường số 7, một"), candidate(0.45, "Đường số 7, hai"))

    placed = await place_report(report(Place(heard="đường số 7")), geocode, fix())
    assert asked == [("đường số 7", LonLat(106.66, 10.77), 40.0)]
    assert (placed.place.level, placed.place.lon_lat, placed.place.radius_m) == (
        "handset",
        LonLat(106.66, 10.77),
        40.0,
    )
    assert placed.place.heard == "đường số 7"
    assert len(placed.candidates) == 2


def test_a_later_circle_is_looked_at_again_until_a_place_is_matched() -> None:
    here = Place(heard="đường số 7", level="handset", lon_lat=LonLat(106.66, 10.77), radius_m=40.0)
    assert not needs_placing(report(here), fix())
    assert needs_placing(report(here), fix(106.67))
    assert needs_placing(report(Place(heard="đường số 7", level=UNPLACED)), fix())
    assert needs_placing(report(Place()), fix())


def test_a_later_circle_moves_no_place_that_was_matched_chosen_or_read_back() -> None:
    matched = candidate(0.9)
    for state in (PlaceState.MATCHED, PlaceState.READ_BACK, PlaceState.CONFIRMED):
        for level in ("door", "handset"):
            place = Place(heard="654/3", level=level, lon_lat=matched.lon_lat, radius_m=15.0, state=state)
            assert not needs_placing(report(place), fix(106.7))
