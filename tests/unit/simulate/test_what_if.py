"""A simulated day as a log: the rules fold it, and it tells what the simulation did and nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dispatch.domain.model.messages import Refused
from dispatch.domain.model.values import Phase
from dispatch.live.reveal import Opener
from dispatch.live.rights import Rights
from dispatch.replay.chunks import Changes
from dispatch.replay.simulated import NoSuchDay, SimulatedPast, read_day, write_day
from dispatch.simulate.city_days import Day, draw_day
from dispatch.simulate.city_hours import DayOptions
from dispatch.simulate.city_kernel import AgencySimulation, Response
from dispatch.simulate.what_if import NEVER, tell_day
from tests.unit.simulate.cities import WARDS, make_city

CITY = make_city()
NAMES = [(name, name.upper()) for name, *_ in WARDS]
ALL = Rights("supervisor", frozenset({"113", "114", "115"}))


class NoKeys:
    """Nothing in a simulated day is sealed; asking for a key is a fault."""

    async def load(self, subjects: list[str]) -> None:
        assert not subjects

    def open(self, subject: str, token: str) -> str | None:
        raise AssertionError((subject, token))


OPENER: Opener = NoKeys()


def play(policy: str, hours: float = 4.0) -> tuple[Day, dict[str, list[Response]], SimulatedPast]:
    day = draw_day(CITY.book, CITY.demand, tuple(CITY.agencies), 3, DayOptions(per_hour=25.0, hours=hours))
    runs = {agency_id: AgencySimulation(agency, policy, day) for agency_id, agency in CITY.agencies.items()}
    responses = {agency_id: run.run() for agency_id, run in runs.items()}
    return day, responses, SimulatedPast(tell_day(CITY, NAMES, day, runs, policy, NEVER, hours))


@pytest.mark.parametrize("policy", ["closest", "default"])
async def test_the_log_tells_every_arrival_of_the_simulation_and_leaves_nothing_open_that_ended(
    policy: str,
) -> None:
    day, responses, past = play(policy)
    state = past.fold_to(past.head).state
    told = {
        (
            a.incident_id,
            a.agency_id,
            a.unit_id,
            round((a.times[Phase.ON_SCENE].occurred_at - NEVER) / timedelta(minutes=1), 6),
        )
        for a in state.assignments.values()
    }
    simulated = {
        (
            f"simulation-{r.number + 1}",
            agency_id,
            CITY.agencies[agency_id].units[sent.unit].unit_id,
            round(day.incidents[r.number].at_min + sent.there_min, 6),
        )
        for agency_id, own in responses.items()
        for r in own
        for sent in r.sent
    }
    assert told == simulated
    whole = all(len(r.sent) == r.wanted for own in responses.values() for r in own)
    assert whole
    assert {incident.state for incident in state.incidents.values()} == {"closed"}
    assert {a.state for a in state.assignments.values()} == {"ended"}
    assert {unit.phase for unit in state.units.values()} == {Phase.AVAILABLE}


async def test_what_is_played_piece_by_piece_ends_in_the_rows_of_each_instant() -> None:
    _, _, past = play("default")
    base = await past.state_at(ALL, OPENER, NEVER - timedelta(seconds=1), None, None)
    assert (base.seq, base.rows, base.link) == (0, (), None)
    rows: dict[tuple[str, str], bytes] = {}
    after = 0
    for hour in range(8):
        until = NEVER + timedelta(hours=hour)
        while True:
            piece: Changes = await past.changes(ALL, OPENER, after, until)
            for moment in piece.moments:
                rows |= {(row.kind, row.id): bytes(row.body) for row in moment.rows}
                for gone in moment.gone:
                    del rows[gone]
            after = piece.seq
            if after == piece.until_seq:
                break
        then = await past.state_at(ALL, OPENER, until, None, None)
        assert then.seq == after
        assert {(row.kind, row.id): bytes(row.body) for row in then.rows} == rows


async def test_units_are_where_the_simulation_had_them() -> None:
    _, _, past = play("closest")
    state = past.fold_to(past.head).state
    one = next(a for a in state.assignments.values() if a.agency_id == "114")
    there = one.times[Phase.ON_SCENE].occurred_at
    (track,) = [t for t in past.tracks(there, there).tracks if t.unit_id == one.unit_id]
    place = state.incidents[one.incident_id].place.lon_lat
    assert place is not None
    assert (track.lon[0] / 1e6, track.lat[0] / 1e6) == pytest.approx((place.lon, place.lat), abs=1e-6)
    whole = past.tracks(NEVER, NEVER + timedelta(hours=1)).tracks
    assert {t.unit_id for t in whole} == {u.unit_id for a in CITY.agencies.values() for u in a.units}
    assert all(step >= 0 for t in whole for step in t.t)


async def test_a_stretch_from_afar_counts_every_event_and_names_what_can_be_seen() -> None:
    day, _, past = play("closest")
    end = NEVER + timedelta(hours=12)
    seen = past.overview(ALL, NEVER, end, 3600.0, None)
    assert sum(seen.city) == past.head == seen.head
    assert len(seen.lanes) == sum(bool(i.needs) for i in day.incidents)
    number = seen.lanes[0].number
    chosen = past.overview(ALL, NEVER, end, 3600.0, number)
    assert chosen.chosen == seen.lanes[0]
    assert [mark.what for mark in chosen.marks][:2] == ["opened", "dispatched"]
    with pytest.raises(Refused, match="unknown_incident"):
        past.overview(ALL, NEVER, end, 3600.0, "000101-9999")


def test_a_day_is_read_as_it_was_written_and_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    _, _, past = play("closest", hours=1.0)
    write_day(past.day, tmp_path / "x.day")
    assert read_day(tmp_path / "x.day") == past.day
    (tmp_path / "y.day").write_bytes(b"no")
    for path in (tmp_path / "y.day", tmp_path / "z.day"):
        with pytest.raises(NoSuchDay):
            read_day(path)


def test_days_by_chance_are_shown_on_a_day_that_nobody_takes_for_a_real_one() -> None:
    assert datetime(1999, 12, 31, 17, tzinfo=UTC) == NEVER
