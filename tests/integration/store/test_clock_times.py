"""Clocks of a range, counted in the database from times that the rules recorded: exact to the millisecond."""

from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random

import pytest

from dispatch.domain import clocks as trade
from dispatch.domain.model.assignment import AcceptAssignment, AcknowledgeReceived, ReportPhase
from dispatch.domain.model.call import AnswerCall, HangUpCall, RingCall
from dispatch.domain.model.incident import CloseLeg, OpenIncident, RequestLeg
from dispatch.domain.model.messages import Actor, Role
from dispatch.domain.model.report import AttachReport, EndReport, OpenReport, ReceiveReport
from dispatch.domain.rows import ROW_KINDS, project
from dispatch.domain.state import get_table
from dispatch.store.clock_times import ClockSpread, ClockTimes
from dispatch.store.connect import Pool, connect, open_pool
from dispatch.store.rows import put_rows
from tests.unit.domain.world import CHIEF, EXCHANGE, FIRE, START, TAKER, World, crew_of, make_world, send

ALL = ("113", "114", "115")
RUN = ("en_route", "on_scene", "at_patient", "transporting", "at_hospital", "road")


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database_url, max_size=2)
    yield pool
    await pool.close()


async def spreads(
    pool: Pool, database_url: str, world: World, targets: list[tuple[str, str, float]] | None = None
) -> dict[tuple[str, str], ClockSpread]:
    """The world's rows put into the database, and every clock of its time counted there."""
    rows = [project(world.state, kind, id_) for kind in ROW_KINDS for id_ in get_table(world.state, kind)]
    connection = await connect(database_url)
    await put_rows(connection, [row for row in rows if row is not None], [])
    await connection.close()
    until = world.now + timedelta(seconds=1)
    found = await ClockTimes(pool).list_spreads(START, until, ALL, targets or [])
    return {(spread.agency_id, spread.clock): spread for spread in found}


def call(world: World, call_id: str, answered_after_s: float) -> None:
    """A call to 114 that rings and is answered."""
    world.do(RingCall(call_id=call_id, line="114"), EXCHANGE)
    world.wait(answered_after_s)
    world.do(AnswerCall(call_id=call_id), TAKER)


def incident(world: World, incident_id: str, call_id: str, *, test: bool = False) -> None:
    """What a call to 114 told, released for 114 alone."""
    report_id = f"r-{incident_id}"
    world.do(
        ReceiveReport(
            report_id=report_id, receipt_code=report_id, channel="phone", agency_id="114", subject="s",
            call_id=call_id, test=test,
        ),
        TAKER,
    )  # fmt: skip
    world.do(
        OpenIncident(
            incident_id=incident_id, type_code="fire", subject="s", report_id=report_id,
            agencies=("114",), only_agencies=True, test=test,
        ),
        FIRE,
    )  # fmt: skip


def run(world: World, incident_id: str, unit_id: str, *steps: tuple[float, str]) -> str:
    """Dispatched, received after 2 s and accepted; then each status so many seconds after the last."""
    (assignment_id,) = send(world, unit_id, incident_id=incident_id)
    crew = crew_of(unit_id)
    world.wait(2)
    world.do(AcknowledgeReceived(assignment_id=assignment_id), crew)
    world.do(AcceptAssignment(assignment_id=assignment_id), crew)
    for seconds, status in steps:
        world.wait(seconds)
        world.do(ReportPhase(assignment_id=assignment_id, status_code=status), crew)
    return assignment_id


async def test_answers_are_counted_with_percentiles_shares_and_what_is_missing(
    pool: Pool, database_url: str
) -> None:
    world = make_world()
    for n in range(1, 11):
        call(world, f"c{n}", n)
    world.do(RingCall(call_id="gone", line="114"), EXCHANGE)
    world.do(HangUpCall(call_id="gone"), EXCHANGE)
    world.do(RingCall(call_id="rings", line="114"), EXCHANGE)
    found = await spreads(pool, database_url, world, [("114", "answer_s", 8.0), ("114", "answer_s", 9.5)])
    answer = found["114", "answer_s"]
    assert (answer.n, answer.missing, answer.running) == (10, 1, 1)
    assert (answer.p10, answer.p50, answer.p90) == (1.9, 5.5, 9.1)
    assert sorted((share.within_s, share.met) for share in answer.shares) == [(8.0, 8), (9.5, 9)]


async def test_a_channel_without_ringing_is_answered_when_somebody_opens_the_report(
    pool: Pool, database_url: str
) -> None:
    world = make_world()
    for report_id in ("opened", "unopened", "ended"):
        told = ReceiveReport(
            report_id=report_id,
            receipt_code=report_id,
            channel="web",
            agency_id="115",
            subject="s",
            device="d",
        )  # fmt: skip
        world.do(told, Actor(id="d", role=Role.REPORTER))
    # Nobody waits for an answer to what a person of the room writes down.
    written = ReceiveReport(report_id="w", receipt_code="w", channel="console", agency_id="115", subject="s")
    world.do(written, CHIEF)
    world.wait(12.25)
    world.do(OpenReport(report_id="opened"), CHIEF)
    world.do(EndReport(report_id="ended", reason="information"), CHIEF)
    answer = (await spreads(pool, database_url, world))["115", "answer_s"]
    assert (answer.n, answer.missing, answer.running, answer.p50) == (1, 1, 1, 12.25)


async def test_every_clock_of_a_full_run_has_its_one_value(pool: Pool, database_url: str) -> None:
    world = make_world()
    call(world, "c1", 4)
    world.wait(20)
    incident(world, "i1", "c1")
    world.wait(10)
    run(world, "i1", "e1", *zip((63, 240, 35, 600, 420, 900), RUN, strict=True))
    found = await spreads(pool, database_url, world)
    assert {clock: found["114", clock].p50 for clock in trade.CLOCKS} == {
        "answer_s": 4.0,
        "processing_s": 30.0,
        "notify_s": 2.0,
        "turnout_s": 63.0,
        "travel_s": 240.0,
        "access_s": 35.0,
        "scene_s": 635.0,
        "transport_s": 420.0,
        "handover_s": 900.0,
        "total_s": 339.0,
    }
    assert all((s.n, s.missing, s.running) == (1, 0, 0) for s in found.values())
    assert found["114", "travel_s"].trend.count(240.0) == 1


async def test_a_skipped_time_is_missing_and_a_run_that_never_came_so_far_is_not(
    pool: Pool, database_url: str
) -> None:
    world = make_world()
    for n, unit_id in enumerate(("e1", "e2", "e3")):
        call(world, f"c{n}", 1)
        incident(world, f"i{n}", f"c{n}")
        steps = {"e1": ((300, "on_scene"), (60, "home")), "e2": ((60, "en_route"),), "e3": ((5, "home"),)}
        run(world, f"i{n}", unit_id, *steps[unit_id])
    found = await spreads(pool, database_url, world)
    turnout, travel = found["114", "turnout_s"], found["114", "travel_s"]
    assert (turnout.n, turnout.missing, turnout.running) == (1, 1, 0)
    assert (travel.n, travel.missing, travel.running) == (0, 1, 1)
    assert (travel.p50, travel.p90) == (None, None)
    assert ("114", "transport_s") not in found


async def test_a_leg_asked_for_later_runs_from_its_request(pool: Pool, database_url: str) -> None:
    world = make_world()
    call(world, "c1", 3)
    incident(world, "i1", "c1")
    world.wait(600)
    world.do(RequestLeg(incident_id="i1", agency_id="115"), FIRE)
    world.wait(45)
    (assignment_id,) = send(world, "a1")
    crew = crew_of("a1", "115")
    world.wait(300)
    world.do(ReportPhase(assignment_id=assignment_id, status_code="on_scene"), crew)
    found = await spreads(pool, database_url, world)
    assert found["115", "processing_s"].p50 == 45.0
    assert found["115", "total_s"].p50 == 345.0


async def test_a_leg_whose_report_nobody_answered_misses_its_processing_time(
    pool: Pool, database_url: str
) -> None:
    world = make_world()
    world.do(ReceiveReport(report_id="r1", receipt_code="r1", channel="web", agency_id="114", subject="s"))
    world.do(
        OpenIncident(incident_id="i1", type_code="fire", subject="s", agencies=("114",), only_agencies=True),
        FIRE,
    )
    world.do(AttachReport(report_id="r1", incident_id="i1"), FIRE)
    send(world, "e1")
    processing = (await spreads(pool, database_url, world))["114", "processing_s"]
    assert (processing.n, processing.missing, processing.running) == (0, 1, 0)


async def test_what_is_a_test_or_another_agencys_is_not_counted(pool: Pool, database_url: str) -> None:
    world = make_world()
    call(world, "c1", 4)
    incident(world, "i1", "c1", test=True)
    found = await spreads(pool, database_url, world)
    assert set(found) == {("114", "answer_s")}
    counted = ClockTimes(pool)
    until = world.now + timedelta(seconds=1)
    assert await counted.list_spreads(START, until, ("115",), []) == []
    assert await counted.list_spreads(until, until + timedelta(hours=1), ALL, []) == []


async def test_the_database_and_the_rules_have_one_definition_of_every_clock(
    pool: Pool, database_url: str
) -> None:
    world, random = make_world(), Random(7)
    assignments: list[str] = []
    for n in range(40):
        call(world, f"c{n}", random.randint(1, 30))
        incident(world, f"i{n}", f"c{n}")
        world.wait(random.randint(1, 90))
        told = [status for status in RUN[:-1] if random.random() < 0.7]
        steps = [(random.randint(1, 900) / 4, status) for status in (*told, "road")]
        assignments.append(run(world, f"i{n}", "e1", *steps))
        world.do(CloseLeg(leg_id=f"i{n}-4", outcome="done"), FIRE)
    found = await spreads(pool, database_url, world)
    runs = [trade.of_assignment(world.state.assignments[id_]) for id_ in assignments]
    for clock in ("notify_s", "turnout_s", "travel_s", "access_s", "scene_s", "transport_s", "handover_s"):
        values = sorted(value for one in runs if (value := getattr(one, clock)) is not None)
        spread = found["114", clock]
        assert spread.n == len(values), clock
        assert spread.p50 == pytest.approx(_percentile(values, 0.5), abs=0.001), clock
        assert spread.p90 == pytest.approx(_percentile(values, 0.9), abs=0.001), clock


def _percentile(values: list[float], share: float) -> float:
    """Between its neighbours, as the database interpolates."""
    place = (len(values) - 1) * share
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)
