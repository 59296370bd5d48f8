"""How many calls each agency will get, ward by ward and hour by hour: learned from the log into one file
beside the city's roads, read by whoever weighs cover.

What the log tells is one table of calls; what is learned follows from it and can be learned again. A centre
that has no such file goes by the streets alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec

from dispatch.domain.ids import LOCAL_TIME
from dispatch.store.calls_by_ward import WardCall
from routing.cover.demand import WEEK, Call, Demand, ForecastError, estimate, judge

FILE_NAME = "demand.json"
VERSION = 1

LOOKED_BACK = timedelta(days=365)
JUDGED_DAYS = 7
AHEAD_H = 3
"""Cover is weighed by the calls of so many hours from now: so long a unit that goes is away."""

Site = TypeVar("Site")


class AgencyForecast(msgspec.Struct, frozen=True, kw_only=True):
    """One agency's rates, and how wrong such rates were on days they had not seen; None before there were
    enough of those."""

    demand: Demand
    error: ForecastError | None


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """The file: every agency's forecast from the calls up to `until`."""

    version: int
    until: datetime
    agencies: dict[str, AgencyForecast]


def make_forecast(
    calls: Sequence[WardCall], agencies: Iterable[str], street_m: Mapping[str, float], until: datetime
) -> Forecast:
    """From everything told before the hour of `until`; what came later is not looked at."""
    end = count_hours(until)
    heard = [call for call in calls if count_hours(call.at) < end]
    since = min((count_hours(call.at) for call in heard), default=end)
    found = {}
    for agency_id in sorted(agencies):
        own = [Call(count_hours(call.at), call.ward_code) for call in heard if call.agency_id == agency_id]
        found[agency_id] = AgencyForecast(
            demand=estimate(own, street_m, since, end), error=judge(own, street_m, since, end, JUDGED_DAYS)
        )
    return Forecast(version=VERSION, until=until, agencies=found)


def count_hours(at: datetime) -> int:
    """Whole hours of the local clock since a Monday, so that the remainder by 168 is the hour of the week."""
    local = at.astimezone(LOCAL_TIME)
    return (local.toordinal() - 1) * 24 + local.hour


def write_forecast(folder: Path, made: Forecast) -> Path:
    """In place of the one before, whole or not at all. Raises OSError."""
    path, fresh = folder / FILE_NAME, folder / f"{FILE_NAME}.new"
    fresh.write_bytes(msgspec.json.encode(made))
    fresh.replace(path)
    return path


def read_forecast(folder: Path) -> Forecast | None:
    """The forecast in use; None where there is none, or none that can be read."""
    try:
        found = msgspec.json.decode((folder / FILE_NAME).read_bytes(), type=Forecast)
    except (OSError, msgspec.DecodeError):
        return None
    fits = all(len(row) == WEEK for own in found.agencies.values() for row in own.demand.rates.values())
    return found if found.version == VERSION and fits else None


class ForecastFile:
    """The forecast in use, taken from its file anew only when that has changed. `read` blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[int, int] | None = None
        self._made: Forecast | None = None

    def read(self) -> Forecast | None:
        """None where there is none, or none that can be read."""
        try:
            about = (self._folder / FILE_NAME).stat()
        except OSError:
            return None
        if self._seen != (about.st_mtime_ns, about.st_size):
            self._seen, self._made = (about.st_mtime_ns, about.st_size), read_forecast(self._folder)
        return self._made


def list_expected(made: Forecast | None, agency_id: str, at: datetime) -> dict[str, float]:
    """Ward → calls of an agency in the coming `AHEAD_H` hours; empty where nothing was learned."""
    own = made.agencies.get(agency_id) if made is not None else None
    if own is None or not own.demand.calls:
        return {}
    hours = [(count_hours(at) + n) % WEEK for n in range(AHEAD_H)]
    return {code: sum(row[hour] for hour in hours) for code, row in own.demand.rates.items()}


class ForecastSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One agency's calls known, calls expected in the 24 hours from now, and the error."""

    agency_id: str
    calls: int
    next_24_h: float
    error: ForecastError | None


def sum_up(made: Forecast | None, agencies: Iterable[str], at: datetime) -> list[ForecastSummary]:
    """For these agencies, in their order; those of which nothing was learned are left out."""
    hours = [(count_hours(at) + n) % WEEK for n in range(24)]
    known = made.agencies if made is not None else {}
    return [
        ForecastSummary(
            agency_id=agency_id,
            calls=known[agency_id].demand.calls,
            next_24_h=sum(row[hour] for row in known[agency_id].demand.rates.values() for hour in hours),
            error=known[agency_id].error,
        )
        for agency_id in agencies
        if agency_id in known and known[agency_id].demand.calls
    ]


def weigh_wards(
    made: Forecast | None, agency_id: str, wards: Sequence[tuple[str, Site, float]], at: datetime
) -> list[tuple[str, Site, float]]:
    """Wards (code, place, metres of street) with the calls of the coming hours for the metres. By the metres
    where nothing was learned of the agency, or of a ward."""
    calls = list_expected(made, agency_id, at)
    metres = sum(length for _, _, length in wards)
    if not calls or metres <= 0:
        return list(wards)
    rates = {code: count / AHEAD_H for code, count in calls.items()}
    whole = sum(rates.values())
    return [(code, site, rates.get(code, whole * length / metres)) for code, site, length in wards]
