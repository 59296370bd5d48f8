"""Crews change on simulated days by the table: who is out drives home first; the same day follows again."""

from dataclasses import replace

import msgspec
import pytest

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.loader import load_codebook
from dispatch.agencies.shifts import check_shifts
from dispatch.domain.codebook import Shifts
from dispatch.simulate.city_days import Day, draw_day
from dispatch.simulate.city_hours import DayOptions
from dispatch.simulate.city_kernel import AgencySimulation, Work
from dispatch.simulate.city_model import AGENCIES, AgencyModel
from dispatch.simulate.city_shifts import TAKE_OVER_MIN, list_changes
from routing.terms.deployment import DEPLOYMENT_MODULES
from tests.unit.simulate.cities import make_city

CITY = make_city()
BUSY = DayOptions(per_hour=30.0, shifts=True)
OVERLAP_MIN = 15.0


def run(
    policy: str = "default", seed: int = 1, shifts: Shifts | None = None
) -> tuple[AgencySimulation, Day, AgencyModel]:
    """An ambulance service's day; with the shipped table unless another is given."""
    model = CITY.agencies["115"]
    model = model if shifts is None else replace(model, shifts=shifts)
    day = draw_day(CITY.book, CITY.demand, AGENCIES, seed, BUSY)
    simulation = AgencySimulation(model, policy, day)
    simulation.run()
    return simulation, day, model


def list_by_unit(simulation: AgencySimulation) -> dict[int, list[Work]]:
    works: dict[int, list[Work]] = {}
    for work in simulation.works:
        works.setdefault(work.unit, []).append(work)
    return works


def test_shifts_change_at_their_hours_by_the_clock_of_the_city() -> None:
    three = Shifts(begin_h=(6, 14, 22), overlap_min=OVERLAP_MIN)
    at = [change.at_min / 60 for change in list_changes(three, 0.0, 24 * 60)]
    assert at == [6, 14, 22]
    assert [c.at_min / 60 for c in list_changes(three, 20.5, 24 * 60)] == [1.5, 9.5, 17.5]
    assert [c.at_min / 60 for c in list_changes(three, 6.0, 48 * 60)] == [8, 16, 24, 32, 40]
    assert {c.until_min - c.at_min for c in list_changes(three, 0.0, 24 * 60)} == {OVERLAP_MIN}
    assert {c.away_min for c in list_changes(three, 0.0, 24 * 60)} == {0.0}, "the overlap covers it"
    bare = list_changes(replace_overlap(three, 0.0), 0.0, 24 * 60)
    assert {c.away_min for c in bare} == {TAKE_OVER_MIN}


def replace_overlap(shifts: Shifts, overlap_min: float) -> Shifts:
    return Shifts(begin_h=shifts.begin_h, overlap_min=overlap_min)


@pytest.mark.parametrize("policy", DEPLOYMENT_MODULES)
def test_who_is_out_when_the_overlap_ends_is_sent_again_only_from_home(policy: str) -> None:
    simulation, day, model = run(policy)
    table = model.shifts
    assert table is not None
    late = 0
    for number, works in list_by_unit(simulation).items():
        home, vehicle_class = model.units[number].base, model.units[number].vehicle_class
        for change in list_changes(table, day.from_h, len(day.slowness)):
            # A crew that was sent from home within the overlap is the next one already.
            old = [w for w in works if w.sent_min < change.until_min]
            if not old or old[-1].free_min <= change.until_min:
                continue
            if old[-1].sent_min >= change.at_min and old[-1].start == home:
                continue
            drive = float(model.drive_min[vehicle_class][old[-1].end, home])
            back = old[-1].free_min + drive * day.slow(old[-1].free_min) / model.region.home_speed
            after = [w for w in works if w.sent_min >= change.until_min]
            late += 1
            assert all(w.sent_min >= back - 1e-6 for w in after)
    assert late > 0


def test_without_an_overlap_a_vehicle_at_home_is_taken_over_before_it_is_sent() -> None:
    table = Shifts(begin_h=(17.5,), overlap_min=0.0)
    simulation, day, _ = run(shifts=table)
    (change,) = list_changes(table, day.from_h, len(day.slowness))
    until = change.at_min + TAKE_OVER_MIN
    assert any(w.sent_min > until for w in simulation.works)
    assert not any(change.at_min <= w.sent_min < until for w in simulation.works), "nobody is ready before"
    calls = [i for i in day.incidents if "115" in i.needs and change.at_min <= i.at_min < until]
    assert calls, "although they were asked for"


def test_shifts_leave_the_calls_as_they_were_and_the_same_day_follows_again() -> None:
    calm = draw_day(CITY.book, CITY.demand, AGENCIES, 3, replace(BUSY, shifts=False))
    shifted = draw_day(CITY.book, CITY.demand, AGENCIES, 3, BUSY)
    assert calm.incidents == shifted.incidents
    first, again = run(seed=3)[0], run(seed=3)[0]
    assert first.works == again.works
    assert first.drives == again.drives
    without = AgencySimulation(CITY.agencies["115"], "default", calm)
    without.run()
    assert without.works != first.works


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (Shifts(begin_h=()), "at least one"),
        (Shifts(begin_h=(24.0,)), "hours of the day"),
        (Shifts(begin_h=(float("nan"),)), "hours of the day"),
        (Shifts(begin_h=(14, 6)), "in order"),
        (Shifts(begin_h=(6, 6)), "each once"),
        (Shifts(begin_h=(6,), overlap_min=-1.0), "overlap_min"),
        (Shifts(begin_h=(6,), overlap_min=float("nan")), "overlap_min"),
    ],
)
def test_a_table_that_cannot_be_meant_stops_the_start(table: Shifts, told: str) -> None:
    agency = msgspec.structs.replace(load_codebook().agencies["115"], shifts=table)
    with pytest.raises(CodeTableError, match=told):
        check_shifts(agency)


def test_the_shipped_tables_have_shifts() -> None:
    shifts = {id_: agency.shifts for id_, agency in load_codebook().agencies.items() if agency.shifts}
    assert set(shifts) == set(AGENCIES)
