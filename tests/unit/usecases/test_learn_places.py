"""What a confirmed place teaches, and what it must not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.incident import Incident, PlaceChanged
from dispatch.domain.model.messages import Envelope
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import LonLat, Phase, PhaseTime, Place, PlaceState, TimeSource
from dispatch.usecases.picture import Picture
from dispatch.usecases.places.learn_places import PlaceLearner
from dispatch.usecases.unit_positions import UnitPosition
from gis.learning import Lesson

NOW = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)
GUESS = Place(
    heard="dạ 654 xẹt 3 lạc long quân", lon_lat=LonLat(106.65, 10.77), radius_m=300.0,
    level="interpolated", label="654/3 Lạc Long Quân, Phường Tân Hoà", state=PlaceState.MATCHED,
)  # fmt: skip
DOOR = UnitPosition(106.6512, 10.7707, NOW - timedelta(seconds=20))


def picture_of(phase: Phase, *, test: bool = False, synthetic: bool = False) -> Picture:
    picture = Picture()
    picture.incidents["i"] = Incident(
        id="i", number="260712-0457", type_code="fire", priority=1, subject="s", opened_at=NOW,
        opened_by="d", place=GUESS, test=test,
    )  # fmt: skip
    picture.units["u"] = Unit(
        id="u", call_sign="U", agency_id="114", station_id="s", type_code="engine",
        capabilities=("engine",), vehicle_class="engine", turnout_s=60.0, phase=phase, status_code="x",
        phase_since=NOW, synthetic=synthetic,
    )  # fmt: skip
    picture.assignments["a"] = Assignment(
        id="a", incident_id="i", leg_id="i-4", unit_id="u", agency_id="114", need_id=None, state="active",
        hot=True, dispatched_by="d", created_at=NOW,
    )  # fmt: skip
    return picture


def place_changed(place: Place, seq: int = 7) -> Envelope:
    changed = PlaceChanged(incident_id="i", place=place, was=GUESS)
    return Envelope(
        centre_id="c", log_id="l", seq=seq, epoch=1, command_id="x", type=PlaceChanged.TYPE, type_version=1,
        actor="u", agency="114", occurred_at=NOW, received_at=NOW, recorded_at=NOW,
        payload=msgspec.Raw(msgspec.json.encode(changed)),
    )  # fmt: skip


def find_lesson(picture: Picture, place: Place, fix: UnitPosition | None) -> Lesson | None:
    nothing: Any = None
    learner = PlaceLearner(nothing, picture, lambda _unit: fix, nothing)
    fresh = learner.list_fresh(picture.assignments.values(), NOW)
    return learner.find_lesson(place_changed(place), fresh, picture.incidents["i"])


def confirmed(place: Place = GUESS) -> Place:
    return msgspec.structs.replace(place, state=PlaceState.CONFIRMED)


def test_where_a_crew_stands_that_confirms_the_address_is_where_the_address_is() -> None:
    lesson = find_lesson(picture_of(Phase.ON_SCENE), confirmed(), DOOR)
    assert lesson is not None
    assert lesson.address == "654/3 Lạc Long Quân, Phường Tân Hoà"
    assert lesson.lon_lat == (106.6512, 10.7707)
    assert (lesson.source, lesson.ref) == ("arrival", "7")


def test_a_guess_that_was_only_read_back_never_confirms_itself() -> None:
    read_back = msgspec.structs.replace(GUESS, state=PlaceState.READ_BACK)
    assert find_lesson(picture_of(Phase.ON_SCENE), read_back, DOOR) is None
    assert find_lesson(picture_of(Phase.ON_SCENE), confirmed(), None) is None


def test_units_under_way_old_fixes_and_far_ones_teach_nothing() -> None:
    old = DOOR._replace(at=NOW - timedelta(minutes=5))
    assert find_lesson(picture_of(Phase.EN_ROUTE), confirmed(), DOOR) is None
    assert find_lesson(picture_of(Phase.ON_SCENE), confirmed(), old) is None
    assert find_lesson(picture_of(Phase.ON_SCENE), confirmed(), DOOR._replace(lon=106.9)) is None


def test_a_made_up_unit_that_arrives_teaches_nothing() -> None:
    assert find_lesson(picture_of(Phase.ON_SCENE, synthetic=True), confirmed(), DOOR) is None


def test_a_test_call_teaches_nothing() -> None:
    assert find_lesson(picture_of(Phase.ON_SCENE, test=True), confirmed(), DOOR) is None


def test_coordinates_that_the_call_taker_read_back_belong_to_the_words_said() -> None:
    told = Place(
        heard="12 Lê Lợi", lon_lat=LonLat(106.7, 10.77), level="coordinates", state=PlaceState.READ_BACK
    )
    lesson = find_lesson(picture_of(Phase.EN_ROUTE), told, None)
    assert lesson is not None
    assert (lesson.address, lesson.source) == ("12 Lê Lợi", "call-taker")


@pytest.mark.parametrize(
    ("times", "ended_at", "there"),
    [
        ({Phase.ON_SCENE: -10}, None, True),
        ({Phase.ON_SCENE: -10, Phase.TRANSPORTING: 5}, None, True),
        ({Phase.ON_SCENE: -10, Phase.TRANSPORTING: 5}, 40, True),
        ({Phase.ON_SCENE: -10, Phase.TRANSPORTING: -2}, None, False),
        ({Phase.ON_SCENE: -10}, -1, False),
        ({Phase.ON_SCENE: 3}, None, False),
        ({Phase.EN_ROUTE: -10}, None, False),
    ],
)
def test_a_unit_that_has_left_since_was_there_if_its_times_say_so(
    times: dict[Phase, int], ended_at: int | None, there: bool
) -> None:
    picture = picture_of(Phase.AVAILABLE)
    assignment = picture.assignments["a"]
    assignment.state = "ended"
    assignment.ended_at = None if ended_at is None else NOW + timedelta(minutes=ended_at)
    for phase, minutes in times.items():
        at = NOW + timedelta(minutes=minutes)
        assignment.times[phase] = PhaseTime(occurred_at=at, recorded_at=at, source=TimeSource.CREW)
    nothing: Any = None
    learner = PlaceLearner(nothing, picture, lambda _unit: None, nothing)
    assert list(learner.list_units_there([assignment], NOW)) == (["u"] if there else [])
