"""A need that a queued unit is to serve stays open for somebody who would be there sooner."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from dispatch.domain.codebook import Label
from dispatch.domain.model.assignment import (
    AcceptRecommendation,
    Assignment,
    QueueUnit,
    Recommendation,
    ReportPhase,
)
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.unit import CallMayday, RegisterStation, RegisterUnit, SignOnCrew
from dispatch.domain.model.values import LonLat, Phase, Place
from dispatch.usecases.command_line.undo import compensate, record_act
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.reactors import Reactors
from dispatch.usecases.planning.usual_times import ASSUMED_S, STATED_S, UsualTimes
from dispatch.usecases.unit_positions import UnitPosition
from tests.unit.domain.world import BOOK, CHIEF, SYSTEM, World, crew_of
from tests.unit.usecases.any_order import PLACES, Core, Roads

HERE, FAR = PLACES[0], PLACES[1]


class Centre:
    """Police cars of one station, thefts here and there, and the centre's own plans."""

    def __init__(self) -> None:
        self.world, self.picture, self.roads = World(), Picture(BOOK), Roads()
        self.core, self.seen = Core(self.world, BOOK, self.picture), dict[str, UnitPosition]()
        self.core.do(RegisterStation(station_id="s", agency_id="113", name="s", lon_lat=FAR), SYSTEM)
        self.reactors = Reactors(
            self.core, self.picture, BOOK, geocode=None, planner=self.roads,  # type: ignore[arg-type]
            find_position=self.seen.get, now=lambda: self.world.now,
        )  # fmt: skip

    def register(self, unit_id: str) -> None:
        car = RegisterUnit(
            unit_id=unit_id, call_sign=unit_id.upper(), agency_id="113", station_id="s", type_code="car"
        )
        assert self.core.do(car, SYSTEM) is None

    def open(self, incident_id: str, at: LonLat) -> Recommendation:
        place = Place(heard="x", lon_lat=at, radius_m=20.0)
        theft = OpenIncident(incident_id=incident_id, type_code="theft", subject="s", place=place)
        assert self.core.do(theft, CHIEF) is None
        return self.plan(incident_id)

    def plan(self, incident_id: str) -> Recommendation:
        asyncio.run(self.reactors._plan(incident_id))
        return self.picture.recommendations[incident_id]

    def accept(self, incident_id: str) -> str | None:
        made = self.picture.recommendations[incident_id]
        return self.core.do(AcceptRecommendation(incident_id=incident_id, version=made.version), CHIEF)

    def report(self, unit_id: str, phase: Phase, at: LonLat) -> None:
        unit = self.world.state.units[unit_id]
        self.seen[unit_id] = UnitPosition(at.lon, at.lat, self.world.now)
        command = ReportPhase(assignment_id=unit.assignment_id or "", status_code=phase.value)
        assert self.core.do(command, crew_of(unit_id, "113")) is None

    def queue(self, unit_id: str, incident_id: str) -> str:
        assert self.core.do(QueueUnit(incident_id=incident_id, unit_id=unit_id), CHIEF) is None
        (assignment_id,) = self.world.state.units[unit_id].queued
        return assignment_id

    def way_s(self, unit_id: str) -> float:
        """From the station to here, turnout included."""
        times = self.roads.travel_times([(FAR.lon, FAR.lat)], (HERE.lon, HERE.lat), "car", hot=False)
        (travel_s,) = asyncio.run(times)
        assert travel_s is not None
        return self.world.state.units[unit_id].turnout_s + travel_s


@pytest.fixture
def centre() -> Centre:
    """One car works at a scene here; a second theft here has it queued."""
    made = Centre()
    made.register("p1")
    made.open("first", HERE)
    assert made.accept("first") is None
    made.report("p1", Phase.ON_SCENE, HERE)
    made.open("second", HERE)
    return made


def test_a_free_unit_is_proposed_where_nobody_knows_when_the_queued_one_comes(centre: Centre) -> None:
    queued = centre.queue("p1", "second")
    assert not centre.plan("second").proposed, "nobody is free: whoever is queued counts as sent"
    centre.world.wait(ASSUMED_S[Phase.ON_SCENE] + 1)  # it has been there longer than is usual
    centre.register("p2")
    (proposed,) = centre.plan("second").proposed
    assert (proposed.unit_id, proposed.instead_of) == ("p2", (queued,))
    assert proposed.reasons[0].code == "sooner_than_queued_unknown"
    assert proposed.reasons[0].params["unit_id"] == "p1"
    assert centre.world.state.assignments[queued].state == "queued", "it is told, and nothing is done"


def test_who_accepts_it_takes_the_queued_unit_off_by_the_same(centre: Centre) -> None:
    queued = centre.queue("p1", "second")
    centre.register("p2")
    centre.plan("second")
    assert centre.accept("second") is None
    state = centre.world.state
    assert (state.assignments[queued].state, state.assignments[queued].ended_how) == ("ended", "withdrawn")
    assert state.units["p1"].queued == []
    assert state.units["p1"].phase is Phase.ON_SCENE, "what it does goes on"
    sent = state.assignments[state.units["p2"].assignment_id or ""]
    assert (sent.incident_id, sent.need_id) == ("second", state.legs["second-3"].needs[0].need_id)
    assert not centre.plan("second").proposed


def test_undoing_it_queues_the_unit_again_and_calls_the_other_off(centre: Centre) -> None:
    """What undo sends is what the rules take; a queued unit that is free by then sets out, as it would."""
    for freed in (False, True):
        queued = centre.queue("p1", "second") if not freed else centre.world.state.units["p1"].queued[0]
        if not freed:
            centre.register("p2")
        made = centre.plan("second")
        accept = AcceptRecommendation(incident_id="second", version=made.version)
        act = record_act((accept,), Label("x", "x"), centre.world.now, centre.picture)
        assert centre.core.do(accept, CHIEF) is None
        assert centre.world.state.assignments[queued].ended_how == "withdrawn"
        if freed:
            unit = centre.world.state.units["p1"]
            free = ReportPhase(assignment_id=unit.assignment_id or "", status_code="road")
            assert centre.core.do(free, crew_of("p1", "113")) is None
        undo = compensate(act, centre.picture)
        assert undo is not None
        assert [centre.core.do(command, CHIEF) for command in undo] == [None, None]
        state = centre.world.state
        assert state.units["p2"].assignment_id is None
        of_p1 = [a for a in state.assignments.values() if a.unit_id == "p1" and a.state != "ended"]
        assert ("second", "active" if freed else "queued") in {(a.incident_id, a.state) for a in of_p1}


def test_nothing_is_sent_in_the_place_of_a_queued_unit_that_has_set_out_meanwhile(centre: Centre) -> None:
    centre.queue("p1", "second")
    centre.register("p2")
    centre.plan("second")
    centre.report("p1", Phase.CLEARING, HERE)
    unit = centre.world.state.units["p1"]
    free = ReportPhase(assignment_id=unit.assignment_id or "", status_code="road")
    assert centre.core.do(free, crew_of("p1", "113")) is None
    assert centre.world.state.units["p1"].assignment_id is not None, "it goes there now"
    assert centre.accept("second") == "unit_gone"
    assert not centre.plan("second").proposed


@pytest.mark.parametrize(("sooner_s", "proposed"), [(30, False), (90, True)])
def test_of_a_unit_just_queued_it_is_assumed_when_it_comes_as_long_as_no_run_says_it(
    centre: Centre, sooner_s: float, proposed: bool
) -> None:
    """On the scene where it is wanted next: nobody is proposed only because no run has ended yet."""
    centre.queue("p1", "second")
    centre.register("p2")
    centre.world.wait(ASSUMED_S[Phase.ON_SCENE] - centre.way_s("p2") - sooner_s)
    told = centre.plan("second").proposed
    assert bool(told) == proposed
    assert [p.reasons[0].code for p in told] == ["sooner_than_queued_assumed"] * proposed
    for p in told:
        assert p.reasons[0].params["eta_s"] == pytest.approx(centre.way_s("p2") + sooner_s, abs=1)


def test_until_an_agency_has_ten_runs_those_to_the_type_of_incident_say_when_a_unit_is_free(
    centre: Centre,
) -> None:
    state = centre.world.state
    (one,) = (a for a in state.assignments.values() if a.unit_id == "p1")
    begun = one.times[Phase.ON_SCENE]

    def ended(minutes: float, incident_id: str) -> Assignment:
        at = begun.occurred_at + timedelta(minutes=minutes)
        return msgspec.structs.replace(one, incident_id=incident_id, ended_at=at, ended_how="cleared")

    def look_up(*runs: Assignment) -> tuple[float, bool]:
        usual = UsualTimes(runs, lambda id_: "theft" if id_ == "first" else "fire")
        found = usual.look_up("113", Phase.ON_SCENE, "theft")
        assert found is not None
        return found.seconds / 60, found.assumed

    few = [ended(m, "first") for m in (4, 5, 9)]
    fires = [ended(m, "fire") for m in range(50, 60)]
    assert look_up(*few[:2]) == (ASSUMED_S[Phase.ON_SCENE] / 60, True)
    assert look_up(*few, *fires[:5]) == (5, False)
    assert look_up(*few, *fires)[0] > 50, "ten of the agency itself"


@pytest.mark.parametrize(("sooner_s", "proposed"), [(30, False), (90, True)])
def test_one_that_is_sooner_by_more_than_a_minute_is_proposed(
    centre: Centre, sooner_s: float, proposed: bool
) -> None:
    centre.report("p1", Phase.CLEARING, HERE)
    centre.queue("p1", "second")
    centre.register("p2")
    # The queued car is where it is wanted, free after the stated time: let so much of it pass.
    centre.world.wait(STATED_S[Phase.CLEARING] - centre.way_s("p2") - sooner_s)
    told = centre.plan("second").proposed
    assert bool(told) == proposed


def test_a_crew_that_mans_two_vehicles_is_proposed_with_one_and_gone_with_both() -> None:
    centre = Centre()
    for unit_id in ("p1", "p2"):
        centre.register(unit_id)
    both = SignOnCrew(crew_id="c", unit_ids=("p1", "p2"), names=("An", "Bình"))
    assert centre.core.do(both, CHIEF) is None
    assert len(centre.open("first", HERE).proposed) == 1
    assert centre.accept("first") is None
    second = centre.open("second", HERE)
    assert not second.proposed
    assert [m.missing for m in second.missing] == [1]


def test_a_crew_in_distress_is_proposed_for_nothing() -> None:
    centre = Centre()
    centre.register("p1")
    assert centre.open("first", HERE).proposed
    assert centre.core.do(CallMayday(unit_id="p1"), CHIEF) is None
    assert not centre.plan("first").proposed
