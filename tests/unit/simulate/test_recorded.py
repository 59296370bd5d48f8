"""A recorded day is answered again with the times that were told, and the day's median where none were."""

from datetime import UTC, datetime, timedelta

from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import LonLat, Need, Phase, PhaseTime, Place, TimeSource
from dispatch.simulate.recorded import USUAL, find_job, find_usual, make_day, read_fleet
from dispatch.store.recorded_days import RecordedDay

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def minutes(after: float) -> datetime:
    return START + timedelta(minutes=after)


def run(id_: str, *, ended: float | None = 50.0, leg: str = "i-5", **times: float) -> Assignment:
    return Assignment(
        id=id_,
        incident_id=leg[0],
        leg_id=leg,
        unit_id=id_,
        agency_id="115",
        need_id="n",
        state="ended",
        hot=True,
        dispatched_by="d",
        created_at=START,
        dispatched_at=START,
        ended_at=minutes(ended) if ended is not None else None,
        times={
            Phase(phase): PhaseTime(occurred_at=minutes(at), recorded_at=minutes(at), source=TimeSource.CREW)
            for phase, at in times.items()
        },
    )


def incident(id_: str, after: float, **changes: object) -> Incident:
    place = Place(heard="x", lon_lat=LonLat(106.7, 10.7))
    return Incident(
        id=id_,
        number=id_,
        type_code="fall",
        priority=2,
        subject="s",
        opened_by="d",
        opened_at=minutes(after),
        **{"place": place, **changes},  # type: ignore[arg-type]
    )


def leg(incident_id: str, count: int = 2) -> Leg:
    need = Need(need_id="n", capability="bls", count=count, minimum=1)
    return Leg(
        id=f"{incident_id}-5",
        incident_id=incident_id,
        agency_id="115",
        suffix="5",
        priority=2,
        state="closed",
        requested_at=START,
        requested_by="d",
        needs=[need],
    )


def day(incidents: list[Incident], assignments: list[Assignment]) -> RecordedDay:
    legs = [leg(i.id) for i in incidents]
    return RecordedDay(incidents=incidents, legs=legs, assignments=assignments, stations=[], units=[])


def test_a_run_took_what_its_crew_told() -> None:
    carried = find_job(run("a", on_scene=10, transporting=25, at_hospital=40), USUAL)
    assert carried is not None
    assert (carried.scene_min, carried.aboard, carried.handover_min) == (15.0, True, 10.0)
    treated = find_job(run("b", on_scene=10, ended=32), USUAL)
    assert treated is not None
    assert (treated.scene_min, treated.aboard) == (22.0, False)


def test_a_run_that_never_arrived_or_goes_on_tells_nothing() -> None:
    assert find_job(run("a", en_route=5), USUAL) is None
    assert find_job(run("a", on_scene=5, ended=None), USUAL) is None


def test_units_that_were_never_sent_take_the_day_s_median() -> None:
    runs = [run("a", on_scene=10, ended=20), run("b", on_scene=10, ended=40), run("c", on_scene=10, ended=90)]
    assert find_usual(runs).scene_min == 30.0
    (only,) = make_day(day([incident("i", 5)], runs[:1]), START, 8.0, lambda _at: 3).incidents
    assert [job.scene_min for job in only.jobs["115"]] == [10.0, 10.0]
    assert (only.at_min, only.place, only.needs["115"][0].count) == (5.0, 3, 2)
    assert find_usual([]) == USUAL


def test_what_was_merged_made_for_tests_or_never_placed_is_left_out() -> None:
    incidents = [
        incident("i", 9),
        incident("j", 1, merged_into="i"),
        incident("k", 1, test=True),
        incident("l", 1, place=Place(heard="?")),
        incident("m", 3),
    ]
    made = make_day(day(incidents, []), START, 8.0, lambda _at: 0)
    assert [i.at_min for i in made.incidents] == [3.0, 9.0]
    assert made.slow(0.0) > 0


def test_the_registered_fleet_is_the_one_that_answers_but_for_test_units() -> None:
    units = [
        Unit(
            id=id_,
            call_sign=id_,
            agency_id="115",
            station_id="s",
            type_code="bls_ambulance",
            capabilities=("bls",),
            vehicle_class="ambulance",
            turnout_s=60.0,
            phase=Phase.AVAILABLE,
            status_code="x",
            phase_since=START,
            test=test,
        )
        for id_, test in (("real", False), ("test", True))
    ]
    recorded = RecordedDay(incidents=[], legs=[], assignments=[], stations=[], units=units)
    assert [unit.unit_id for unit in read_fleet(recorded).units] == ["real"]
