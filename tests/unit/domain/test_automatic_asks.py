"""Before anything goes by itself: is it the second of an open incident, and does anybody sit at the desk?"""

from datetime import timedelta

import msgspec
import pytest

from dispatch.domain.codebook import CodeBook, IncidentType, Label
from dispatch.domain.kernel import freeze, thaw
from dispatch.domain.model.assignment import DispatchUnits
from dispatch.domain.model.automatic import ArmAutomatic, Countdown, SecondOf
from dispatch.domain.model.desk import OpenDesk, RunTimers, SignOffSeat, SignOnSeat
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.recall import CancelIncident
from dispatch.domain.model.report import ReceiveReport
from dispatch.domain.model.values import LonLat, Place
from dispatch.domain.rules.likeness import find_possible_duplicate
from tests.unit.domain.test_automatic import (
    FAR,
    PLACE,
    arm,
    armed,
    book_with,
    countdown,
    open_fire,
    plan,
    run_timers,
    sent_units,
    sit_down,
)
from tests.unit.domain.world import BOOK, CHIEF, FIRE, MEDICAL, TAKER, World, make_world

NEAR = msgspec.structs.replace(PLACE, label="40 Lê Lợi", lon_lat=LonLat(106.7, 10.772))
"""222 m away."""


def second_at(place: Place) -> World:
    """A fire, and another that was released a minute later, with its plan."""
    world = make_world()
    sit_down(world)
    open_fire(world)
    world.wait(60)
    open_fire(world, "i2", place)
    plan(world, "a2", incident_id="i2")
    world.do(ArmAutomatic(leg_id="i2-5", version=1))
    return world


def of_second(world: World) -> Countdown:
    found = world.state.legs["i2-5"].automatic
    assert isinstance(found, Countdown)
    return found


def alerts(world: World) -> list[tuple[str, str | None]]:
    """Alerts of what goes by itself unseen: their level and incident."""
    found = (a for a in world.state.alerts.values() if a.kind == "automatic_unattended")
    return [(alert.level, alert.incident_id) for alert in found]


@pytest.mark.parametrize(
    "place", [PLACE, NEAR, msgspec.structs.replace(PLACE, lon_lat=FAR.lon_lat, level="door")]
)
def test_what_may_be_the_second_of_an_open_incident_stops_and_says_what_would_have_gone(place: Place) -> None:
    world = make_world()
    sit_down(world)
    open_fire(world, place=msgspec.structs.replace(PLACE, level="door"))
    world.wait(60)
    open_fire(world, "i2", place)
    plan(world, "a2", incident_id="i2")
    world.do(ArmAutomatic(leg_id="i2-5", version=1))
    found = of_second(world)
    assert (found.state, found.why, found.unit_ids) == ("stopped", "duplicate", ("a2",))
    run_timers(world, 60)
    assert world.state.legs["i2-5"].assignment_ids == []


def seconds(world: World) -> list[dict[str, str]]:
    """What the alerts of possible seconds say."""
    return [a.params for a in world.state.alerts.values() if a.kind == "automatic_second"]


def test_the_other_incident_is_named_on_the_part_and_in_an_alert_until_a_unit_is_sent() -> None:
    world = second_at(NEAR)
    second = of_second(world).second_of
    assert isinstance(second, SecondOf)
    first = world.state.incidents["i1"]
    assert (second.incident_id, second.number, second.type_code) == ("i1", first.number, "fire")
    assert second.why == ("near",)
    assert second.distance_m == pytest.approx(222.0, abs=2.0)
    world.do(RunTimers())
    told = {"second_of": first.number, "second_type": "fire", "second_why": "near", "distance_m": "222"}
    assert seconds(world) == [told]
    world.do(DispatchUnits(incident_id="i2", unit_ids=("a2",)), MEDICAL)
    world.do(RunTimers())
    assert seconds(world) == []


def test_of_two_that_it_may_be_the_second_of_the_one_at_the_door_is_named() -> None:
    world = make_world()
    sit_down(world)
    door = msgspec.structs.replace(PLACE, level="door")
    open_fire(world, place=msgspec.structs.replace(door, lon_lat=FAR.lon_lat))
    open_fire(world, "i9", NEAR)
    world.wait(60)
    open_fire(world, "i2", door)
    plan(world, "a2", incident_id="i2")
    world.do(ArmAutomatic(leg_id="i2-5", version=1))
    second = of_second(world).second_of
    assert isinstance(second, SecondOf)
    assert (second.incident_id, second.why) == ("i1", ("door",))


def test_a_restricted_incident_stops_the_second_without_its_name() -> None:
    world = make_world()
    sit_down(world)
    open_fire(world)
    world.state.incidents["i1"].restricted = True
    world.wait(60)
    open_fire(world, "i2", NEAR)
    plan(world, "a2", incident_id="i2")
    world.do(ArmAutomatic(leg_id="i2-5", version=1))
    assert (of_second(world).why, of_second(world).second_of) == ("duplicate", msgspec.UNSET)
    world.do(RunTimers())
    assert seconds(world) == [{}]


def kinds(**kin: str) -> CodeBook:
    """Types seen from 2 km, each of the kin given or of none, and one that is not."""
    types = {
        code: IncidentType(
            code=code,
            label=Label(vi=code, en=code),
            agency_id="114",
            priority=1,
            radius_m=far,
            kin=kin.get(code, ""),
        )
        for code, far in (("smoke", 2000.0), ("house_fire", 300.0), ("cardiac_arrest", 300.0))
    }
    return msgspec.structs.replace(BOOK, types=types)


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("smoke", "smoke", True),
        ("smoke", "house_fire", True),
        ("house_fire", "smoke", True),
        ("smoke", "cardiac_arrest", False),
        ("cardiac_arrest", "smoke", False),
        ("house_fire", "house_fire", False),
    ],
)
def test_what_is_seen_from_afar_is_one_event_only_with_its_kin(first: str, second: str, found: bool) -> None:
    book = kinds(smoke="fire", house_fire="fire")
    world = second_at(msgspec.structs.replace(PLACE, label="9 Lê Lợi", lon_lat=LonLat(106.7, 10.7815)))
    one, other = world.state.incidents["i1"], world.state.incidents["i2"]
    one.type_code, other.type_code = first, second
    likely = find_possible_duplicate(book, other, [one, other], {})
    assert (likely is not None) is found


def test_an_incident_elsewhere_goes_as_if_it_were_alone() -> None:
    world = second_at(FAR)
    assert of_second(world).state == "armed"
    run_timers(world, 20)
    assert of_second(world).state == "sent"


def test_the_first_of_two_is_nobodys_second_and_goes() -> None:
    world = armed()
    world.wait(5)
    open_fire(world, "i2", NEAR)
    run_timers(world, 15)
    assert sent_units(world) == ["a1"]


def test_an_incident_that_is_over_holds_nobody_up() -> None:
    world = make_world()
    sit_down(world)
    open_fire(world)
    world.do(CancelIncident(incident_id="i1", reason="false_alarm"), FIRE)
    open_fire(world, "i2", NEAR)
    plan(world, "a2", incident_id="i2")
    world.do(ArmAutomatic(leg_id="i2-5", version=1))
    assert of_second(world).state == "armed"


def test_the_same_caller_far_away_may_mean_the_same() -> None:
    world = make_world()
    sit_down(world)
    for number, (incident_id, place) in enumerate((("i1", PLACE), ("i2", FAR))):
        report_id = f"r{number}"
        world.do(
            ReceiveReport(
                report_id=report_id, receipt_code=report_id, channel="phone", agency_id="114", subject="p1"
            ),
            TAKER,
        )
        world.do(
            OpenIncident(
                incident_id=incident_id,
                type_code="fire",
                subject=incident_id,
                place=place,
                priority=2,
                report_id=report_id,
            ),
            TAKER,
        )
        world.wait(1)
    plan(world, "a2", incident_id="i2")
    world.do(ArmAutomatic(leg_id="i2-5", version=1))
    assert (of_second(world).state, of_second(world).why) == ("stopped", "duplicate")


def unattended() -> World:
    """Counting down, and whoever sat at the desk has left; the timers have run."""
    world = armed()
    world.do(SignOffSeat(seat_id="s5"), MEDICAL)
    world.do(RunTimers())
    return world


def test_a_countdown_before_an_empty_desk_is_an_alert_until_somebody_sits_down() -> None:
    world = unattended()
    assert alerts(world) == [("A", "i1")]
    world.do(SignOnSeat(seat_id="s5", desk_ids=("d5",)), MEDICAL)
    world.do(RunTimers())
    assert alerts(world) == []
    run_timers(world, 20)
    assert sent_units(world) == ["a1"]


def test_nobody_at_the_desk_stops_it_at_the_end_and_the_alert_stays() -> None:
    world = unattended()
    run_timers(world, 20)
    found = countdown(world)
    assert found is not None
    assert (found.state, found.why) == ("stopped", "unattended")
    assert sent_units(world) == []
    run_timers(world, 600)
    assert alerts(world) == [("A", "i1")]
    thawed = thaw(freeze(world.state))
    assert [a.kind for a in thawed.alerts.values() if a.incident_id == "i1" and a.level == "A"].count(
        "automatic_unattended"
    ) == 1


def test_an_agency_may_let_it_go_all_the_same_and_is_still_told() -> None:
    world = unattended()
    run_timers(world, 20, book_with(unattended="send"))
    found = countdown(world)
    assert found is not None
    assert (sent_units(world), found.state, found.unattended) == (["a1"], "sent", True)
    assert alerts(world) == [("A", "i1")]
    world.do(SignOnSeat(seat_id="s5", desk_ids=("d5",)), MEDICAL)
    world.do(RunTimers())
    assert alerts(world) == []


def test_a_desk_of_another_agency_or_other_wards_is_nobody() -> None:
    world = unattended()
    world.do(OpenDesk(desk_id="d4", name="Bàn 114", agencies=("114",)), CHIEF)
    world.do(OpenDesk(desk_id="d6", name="Bàn 115 xa", agencies=("115",), areas=("99999",)), CHIEF)
    world.do(SignOnSeat(seat_id="s4", desk_ids=("d4",)), FIRE)
    world.do(SignOnSeat(seat_id="s6", desk_ids=("d6",)), MEDICAL)
    world.do(RunTimers())
    assert alerts(world) == [("A", "i1")]


def test_who_is_sent_before_a_persons_eyes_bears_no_mark_of_an_empty_desk() -> None:
    world = armed()
    assert arm(world) is not None
    run_timers(world, 20)
    found = countdown(world)
    assert found is not None
    assert found.unattended is msgspec.UNSET
    assert found.ended_at == found.armed_at + timedelta(seconds=20)
