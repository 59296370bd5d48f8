"""A need that a queued unit is to serve stays open for somebody who would be there sooner."""

import asyncio

import pytest

from dispatch.domain.model.assignment import AcceptRecommendation, QueueUnit, Recommendation, ReportPhase
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.unit import CallMayday, RegisterStation, RegisterUnit, SignOnCrew
from dispatch.domain.model.values import LonLat, Phase, Place
from dispatch.usecases.picture import Picture
from dispatch.usecases.reactors import Reactors
from dispatch.usecases.recommend import UnitPosition
from dispatch.usecases.usual_times import STATED_S
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
def test_one_that_is_sooner_by_more_than_a_minute_is_proposed(
    centre: Centre, sooner_s: float, proposed: bool
) -> None:
    centre.report("p1", Phase.CLEARING, HERE)
    centre.queue("p1", "second")
    centre.register("p2")
    way_s = (
        centre.world.state.units["p2"].turnout_s
        + asyncio.run(
            centre.roads.travel_times([(FAR.lon, FAR.lat)], (HERE.lon, HERE.lat), "car", hot=False)
        )[0]
    )  # type: ignore[operator]
    # The queued car is where it is wanted, free after the stated time: let so much of it pass.
    centre.world.wait(STATED_S[Phase.CLEARING] - way_s - sooner_s)
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
