"""What a simulated day would have left in a log: the rules' own events, and the ways of the units.

Only what the simulation knows is told: who was sent when, left, was there, took somebody where, was free,
went where to wait. Nobody received, accepted or said anything, since nobody was there. An incident of the log
keeps its number and place; one that was drawn by chance lies in the middle of its ward, on a day long past.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dispatch.domain.codebook import CodeBook
from dispatch.domain.ids import LOCAL_TIME, local_day, name_leg, name_need
from dispatch.domain.model.incident import (
    IncidentClosed,
    IncidentOpened,
    LegRequested,
)
from dispatch.domain.model.values import LonLat, Need, Place, PlaceState
from dispatch.replay.simulated import SimulatedDay, Way, write_day
from dispatch.simulate.city_days import Day, Incident
from dispatch.simulate.city_kernel import AgencySimulation
from dispatch.simulate.city_model import CityModel
from dispatch.simulate.comparison import Keep, Wards
from dispatch.simulate.files import SIDES, name_day
from dispatch.simulate.telling import ACTOR, AgencyTeller, Clock, Told
from dispatch.simulate.utrecht import DataUnusable

NEVER = datetime(2000, 1, 1, tzinfo=LOCAL_TIME).astimezone(UTC)
"""Midnight of the day on which days by chance are shown: nobody takes it for a real one."""


def tell_day(
    model: CityModel,
    wards: Wards,
    day: Day,
    runs: Mapping[str, AgencySimulation],
    policy: str,
    start: datetime,
    hours: float,
) -> SimulatedDay:
    """The log of what the agencies did in their runs of this day, which begins at `start`."""
    clock = Clock(start)
    told: list[Told] = []
    ways: list[Way] = []
    names = _name_incidents(day, start)
    for agency_id, run in runs.items():
        teller = AgencyTeller(model, model.agencies[agency_id], day, names, clock)
        told += [*teller.tell_fleet(), *teller.tell_works(run), *teller.tell_drives(run)]
        ways += teller.list_ways(run)
    told += list(_tell_incidents(model, wards, day, names, runs))
    told.sort(key=lambda one: (one.at_min, one.rank))
    return SimulatedDay(
        policy=policy,
        start=start,
        end=start + timedelta(hours=hours),
        events=[clock.record(seq, one) for seq, one in enumerate(told, start=1)],
        ways=ways,
    )


def keep_days(
    model: CityModel, wards: Wards, policies: tuple[str, str], start: datetime, hours: float, result: Path
) -> Keep:
    """What writes the day of either side beside the result of a comparison. It raises DataUnusable."""

    def keep(day: Day, side: str, runs: dict[str, AgencySimulation]) -> None:
        path = name_day(result, side)
        try:
            write_day(tell_day(model, wards, day, runs, policies[SIDES.index(side)], start, hours), path)
        except OSError as error:
            raise DataUnusable(
                f"Không ghi được {path} ({error.strerror}).",
                f"{path} cannot be written ({error.strerror}).",
            ) from error

    return keep


def _name_incidents(day: Day, start: datetime) -> list[tuple[str, str]]:
    """Each incident's id and number: the log's, or the day's and a counter."""
    prefix = local_day(start)
    return [
        (one.told.id if one.told is not None else f"{ACTOR}-{n}", one.number or f"{prefix}-{n:04}")
        for n, one in enumerate(day.incidents, start=1)
    ]


def _tell_incidents(
    model: CityModel,
    wards: Wards,
    day: Day,
    names: Sequence[tuple[str, str]],
    runs: Mapping[str, AgencySimulation],
) -> Iterator[Told]:
    """Opened with a leg for each agency that was simulated, closed when the last of these is done."""
    frees: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    for agency_id, run in runs.items():
        for work in run.works:
            frees[agency_id, work.number].append(work.free_min)
    for n, incident in enumerate(day.incidents):
        asked = [agency_id for agency_id in runs if incident.needs.get(agency_id)]
        if not asked:
            continue
        incident_id, number = names[n]
        opened = IncidentOpened(
            incident_id=incident_id,
            number=number,
            type_code=incident.type_code,
            priority=incident.priority,
            place=_place_of(model, wards, incident),
            subject=incident_id,
            restricted=incident.told.restricted if incident.told is not None else False,
            report_id=None,
            test=False,
        )
        yield Told(incident.at_min, (0,), asked[0], opened)
        ends: list[float] = []
        for agency_id in asked:
            yield from _tell_leg(model.book, incident, incident_id, agency_id)
            own, wanted = frees[agency_id, n], runs[agency_id].responses[n].wanted
            ends.append(max(own) if len(own) == wanted else float("inf"))
        if max(ends) < float("inf"):
            yield Told(max(ends), (2,), asked[0], IncidentClosed(incident_id=incident_id))


def _tell_leg(book: CodeBook, incident: Incident, incident_id: str, agency_id: str) -> Iterator[Told]:
    suffix = book.agencies[agency_id].suffix
    leg_id = name_leg(incident_id, suffix)
    needs = tuple(
        Need(
            need_id=f"{name_need(leg_id, 1, need.capability)}/{row}",
            capability=need.capability,
            count=need.count,
            minimum=need.minimum,
            substitutes=need.substitutes,
        )
        for row, need in enumerate(incident.needs[agency_id])
    )
    requested = LegRequested(
        leg_id=leg_id,
        incident_id=incident_id,
        agency_id=agency_id,
        suffix=suffix,
        priority=incident.priority,
        needs=needs,
        test=False,
    )
    yield Told(incident.at_min, (0,), agency_id, requested)


def _place_of(model: CityModel, wards: Wards, incident: Incident) -> Place:
    if incident.told is not None:
        return incident.told.place
    code, name = wards[incident.place]
    lon, lat = model.wards[incident.place]
    return Place(
        heard=name,
        lon_lat=LonLat(lon, lat),
        level="ward",
        label=name,
        ward_code=code,
        ward=name,
        confidence=1.0,
        state=PlaceState.MATCHED,
    )
