"""Going by itself: only what the agency's policy lets go, only what was shown, and never what was stopped."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from dispatch.domain.codebook import AutomaticRule, CodeBook
from dispatch.domain.kernel import freeze, next_timer, thaw
from dispatch.domain.model.assignment import (
    DispatchUnits,
    ProposedUnit,
    RecordRecommendation,
)
from dispatch.domain.model.automatic import ArmAutomatic, Countdown, StopAutomatic, TakeUpAutomatic
from dispatch.domain.model.desk import OpenDesk, RunTimers, SignOnSeat
from dispatch.domain.model.hold import EndHold, HoldIncident
from dispatch.domain.model.incident import (
    AddNote,
    ChangePlace,
    ChangePriority,
    ChangeType,
    OpenIncident,
    RaiseLevel,
    ReadBackPlace,
    SeeLeg,
)
from dispatch.domain.model.messages import Actor, Command, Refused
from dispatch.domain.model.recall import CancelIncident
from dispatch.domain.model.unit import SetUnitStatus, SignOnCrew
from dispatch.domain.model.values import LonLat, Place, PlaceState
from tests.unit.domain.test_dispatching import propose
from tests.unit.domain.world import (
    AUTOMATIC,
    BOOK,
    CHIEF,
    FIRE,
    MEDICAL,
    POLICE,
    SYSTEM,
    TAKER,
    World,
    make_world,
    sealed,
    send,
)

LEG = "i1-5"
NEED = "i1-5/1/als"
PLACE = Place(
    label="12 Lê Lợi",
    lon_lat=LonLat(106.7, 10.77),
    radius_m=20.0,
    confidence=0.95,
    state=PlaceState.READ_BACK,
)

FAR = msgspec.structs.replace(PLACE, label="4 Tên Lửa", lon_lat=LonLat(106.6, 10.74))


def book_with(**changes: object) -> CodeBook:
    """The book under another policy of 115."""
    rule = msgspec.structs.replace(AUTOMATIC, **changes)
    return book_of((rule,))


def book_of(rules: tuple[AutomaticRule, ...]) -> CodeBook:
    agency = msgspec.structs.replace(BOOK.agencies["115"], automatic=rules)
    return msgspec.structs.replace(BOOK, agencies=BOOK.agencies | {"115": agency})


def open_fire(world: World, incident_id: str = "i1", place: Place = PLACE, priority: int = 2) -> None:
    command = OpenIncident(
        incident_id=incident_id, type_code="fire", subject="s", place=place, priority=priority
    )
    world.do(command, TAKER)


def plan(world: World, *units: str | ProposedUnit, incident_id: str = "i1", **kept: Any) -> int:
    """The planner proposes these ambulances; gives the version."""
    proposed = tuple(
        propose(NEED.replace("i1", incident_id), unit) if isinstance(unit, str) else unit for unit in units
    )
    command = RecordRecommendation(
        incident_id=incident_id,
        for_version=world.state.incidents[incident_id].version,
        proposed=proposed,
        missing=(),
        method="min_cost_flow",
        degraded=False,
    )
    return int(str(world.do(msgspec.structs.replace(command, **kept)).answer["version"]))


def arm(world: World, version: int = 1, book: CodeBook = BOOK) -> Countdown | None:
    world.do(ArmAutomatic(leg_id=LEG, version=version), book=book)
    return countdown(world)


def countdown(world: World) -> Countdown | None:
    automatic = world.state.legs[LEG].automatic
    return automatic if isinstance(automatic, Countdown) else None


def sit_down(world: World, actor: Actor = MEDICAL) -> None:
    """Somebody at a desk of the ambulances."""
    world.do(OpenDesk(desk_id="d5", name="Bàn 115", agencies=("115",)), CHIEF)
    world.do(SignOnSeat(seat_id="s5", desk_ids=("d5",)), actor)


def planned(**kept: Any) -> World:
    world = make_world()
    sit_down(world)
    open_fire(world)
    plan(world, "a1", **kept)
    return world


def armed() -> World:
    world = planned()
    assert arm(world) is not None
    return world


def run_timers(world: World, after: float, book: CodeBook = BOOK) -> None:
    world.wait(after)
    world.do(RunTimers(), book=book)


def sent_units(world: World) -> list[str]:
    legs = world.state.legs[LEG].assignment_ids
    return [world.state.assignments[assignment_id].unit_id for assignment_id in legs]


def why_not(world: World, book: CodeBook = BOOK, version: int = 1) -> object:
    with pytest.raises(Refused, match="automatic_not_allowed") as refused:
        arm(world, version, book)
    return refused.value.data["why"]


def test_a_countdown_says_what_will_go_and_when() -> None:
    found = countdown(armed())
    assert found is not None
    assert (found.state, found.version, found.unit_ids) == ("armed", 1, ("a1",))
    assert found.fires_at - found.armed_at == timedelta(seconds=20)


def test_nothing_goes_before_its_time_and_the_plan_goes_at_it() -> None:
    world = armed()
    assert next_timer(world.state, world.now) == world.now + timedelta(seconds=15)  # 114 must see its leg
    run_timers(world, 19.9)
    assert sent_units(world) == []
    run_timers(world, 0.1)
    assert sent_units(world) == ["a1"]
    found = countdown(world)
    assert found is not None
    assert found.state == "sent"


def test_the_assignment_names_the_machine_and_the_version_that_it_sent() -> None:
    world = armed()
    run_timers(world, 20)
    (sent,) = (world.state.assignments[a] for a in world.state.legs[LEG].assignment_ids)
    assert (sent.automatic, sent.recommendation_version, sent.override) == (True, 1, False)
    assert sent.dispatched_by == SYSTEM.id


def test_a_persons_assignment_does_not_bear_the_machines_mark() -> None:
    world = planned()
    (sent,) = send(world, "a1")
    assert world.state.assignments[sent].automatic is msgspec.UNSET


def test_only_the_legs_of_the_agency_whose_policy_it_is_go_by_themselves() -> None:
    world = make_world()
    sit_down(world)
    open_fire(world)
    plan(world, "a1", propose("i1-4/1/engine", "e1"))
    with pytest.raises(Refused, match="automatic_not_allowed"):
        world.do(ArmAutomatic(leg_id="i1-4", version=1))
    arm(world)
    run_timers(world, 20)
    assert [a.unit_id for a in world.state.assignments.values()] == ["a1"]


def change_place(world: World) -> Command:
    elsewhere = msgspec.structs.replace(PLACE, lon_lat=LonLat(106.6, 10.8))
    return ChangePlace(incident_id="i1", place=elsewhere, seen=world.state.seq)


def hold(world: World) -> Command:
    return HoldIncident(incident_id="i1", until=world.now + timedelta(minutes=9), reason="x")


def note(kind: str = "note") -> Command:
    return AddNote(incident_id="i1", note_id="n1", text=sealed("gas"), kind=kind)


@pytest.mark.parametrize(
    ("act", "actor", "why"),
    [
        (lambda _: StopAutomatic(incident_id="i1"), MEDICAL, "hand"),
        (lambda _: DispatchUnits(incident_id="i1", unit_ids=("a2",)), MEDICAL, "dispatched"),
        (hold, MEDICAL, "held"),
        (change_place, TAKER, "place"),
        (lambda w: ChangeType(incident_id="i1", type_code="theft", seen=w.state.seq), TAKER, "type"),
        (lambda w: ChangePriority(incident_id="i1", priority=3, seen=w.state.seq), TAKER, "priority"),
        (lambda _: RaiseLevel(incident_id="i1", level=2), TAKER, "level"),
        (lambda _: CancelIncident(incident_id="i1", reason="x"), CHIEF, "closed"),
        (lambda _: note("caution"), TAKER, "caution"),
        (lambda _: note(), MEDICAL, "acted"),
    ],
)
def test_what_a_desk_does_on_the_incident_stops_it(
    act: Callable[[World], Command], actor: Actor, why: str
) -> None:
    world = armed()
    world.wait(1)
    world.do(act(world), actor)
    found = countdown(world)
    assert found is not None
    assert (found.state, found.why, found.by) == ("stopped", why, actor.id)
    run_timers(world, 30)
    assert "a1" not in sent_units(world)


def test_looking_reading_back_and_writing_down_do_not_stop_it() -> None:
    world = armed()
    world.do(SeeLeg(leg_id=LEG), MEDICAL)
    world.do(ReadBackPlace(incident_id="i1"), TAKER)
    world.do(note(), TAKER)
    run_timers(world, 20)
    assert sent_units(world) == ["a1"]


def test_what_another_agency_sends_on_its_own_leg_does_not_keep_the_ambulance() -> None:
    world = armed()
    world.do(DispatchUnits(incident_id="i1", unit_ids=("e1", "e2")), FIRE)
    run_timers(world, 20)
    assert sent_units(world) == ["a1"]


def test_only_those_who_work_for_the_agency_stop_its_leg() -> None:
    world = armed()
    assert world.do(StopAutomatic(incident_id="i1"), POLICE).answer == {"stopped": []}
    with pytest.raises(Refused, match="not_your_agency"):
        world.do(StopAutomatic(incident_id="i1", leg_ids=(LEG,)), POLICE)
    assert world.do(StopAutomatic(incident_id="i1", leg_ids=(LEG,)), CHIEF).answer == {"stopped": [LEG]}


def test_a_stopped_one_is_never_armed_again() -> None:
    world = armed()
    world.do(hold(world), MEDICAL)
    world.do(EndHold(incident_id="i1"), MEDICAL)
    world.wait(1)
    assert why_not(world) == "stopped"
    assert plan(world, "a2") == 2
    assert why_not(world, version=2) == "stopped"


def test_stopped_twice_it_is_stopped_once() -> None:
    world = armed()
    assert world.do(StopAutomatic(incident_id="i1"), MEDICAL).events
    assert not world.do(StopAutomatic(incident_id="i1"), MEDICAL).events


def test_another_plan_gets_all_its_time_and_the_same_one_goes_on() -> None:
    world = armed()
    world.wait(15)
    assert not world.do(ArmAutomatic(leg_id=LEG, version=1)).events
    plan(world, "a2")
    found = arm(world, 2)
    assert found is not None
    assert (found.unit_ids, found.fires_at) == (("a2",), world.now + timedelta(seconds=20))


def test_a_plan_that_nobody_was_shown_is_not_sent_but_shown() -> None:
    world = armed()
    world.wait(19)
    plan(world, "a2")
    run_timers(world, 1)
    found = countdown(world)
    assert sent_units(world) == []
    assert found is not None
    assert (found.state, found.unit_ids) == ("armed", ("a2",))


@pytest.mark.parametrize("by_clock", [False, True])
def test_a_more_urgent_incident_that_needs_the_unit_stops_it(by_clock: bool) -> None:
    world = armed()
    open_fire(world, "i2", priority=1)
    plan(world, "a1", incident_id="i2")
    if by_clock:
        run_timers(world, 20)
    else:
        arm(world)
    found = countdown(world)
    assert found is not None
    assert (found.state, found.why) == ("stopped", "unit_needed")
    assert sent_units(world) == []


def test_a_less_urgent_incident_does_not() -> None:
    world = armed()
    open_fire(world, "i2", priority=3)
    plan(world, "a1", incident_id="i2")
    run_timers(world, 20)
    assert sent_units(world) == ["a1"]


def test_a_unit_that_is_gone_at_the_last_moment_stops_it() -> None:
    world = armed()
    world.do(SetUnitStatus(unit_id="a1", status_code="out_of_service"), MEDICAL)
    run_timers(world, 20)
    found = countdown(world)
    assert found is not None
    assert (found.state, found.why) == ("stopped", "unit_gone")


def test_two_that_end_at_once_do_not_take_one_unit_or_crew_twice() -> None:
    world = make_world()
    sit_down(world)
    world.do(SignOnCrew(crew_id="k1", unit_ids=("a1", "a2")), MEDICAL)
    for incident_id, unit_id, place in (("i1", "a1", PLACE), ("i2", "a2", FAR)):
        open_fire(world, incident_id, place)
        plan(world, unit_id, incident_id=incident_id)
        world.do(ArmAutomatic(leg_id=f"{incident_id}-5", version=1))
    run_timers(world, 20)
    ends = sorted(str(world.state.legs[f"{i}-5"].automatic.state) for i in ("i1", "i2"))  # type: ignore[union-attr]
    assert ends == ["sent", "stopped"]
    assert len(world.state.assignments) == 1


def test_a_centre_that_comes_back_gives_people_time_and_sends_once() -> None:
    world = armed()
    world.wait(19)
    world.state = thaw(freeze(world.state))
    world.do(TakeUpAutomatic())
    found = countdown(world)
    assert found is not None
    assert (found.fires_at, found.taken_up) == (world.now + timedelta(seconds=10), True)
    run_timers(world, 10)
    run_timers(world, 10)
    assert sent_units(world) == ["a1"]


def test_a_centre_that_comes_back_soon_leaves_the_time_as_it_was() -> None:
    world = armed()
    world.wait(5)
    assert not world.do(TakeUpAutomatic()).events
    run_timers(world, 15)
    assert sent_units(world) == ["a1"]


def test_a_countdown_that_ended_unwatched_is_not_sent_at_once() -> None:
    world = armed()
    run_timers(world, 25)
    assert sent_units(world) == []
    run_timers(world, 10)
    assert sent_units(world) == ["a1"]


def test_a_centre_that_is_slow_again_and_again_sends_and_one_that_was_away_again_does_not() -> None:
    slow, away = armed(), armed()
    for world in (slow, away):
        run_timers(world, 23)
        assert sent_units(world) == []
    run_timers(slow, 13)
    assert sent_units(slow) == ["a1"]
    run_timers(away, 21)
    assert sent_units(away) == []


def test_a_policy_taken_back_stops_what_counts_down() -> None:
    world = armed()
    run_timers(world, 20, book_of(()))
    found = countdown(world)
    assert found is not None
    assert (found.state, found.why) == ("stopped", "off")
