"""Whether the times that crews take to turn out can be meant: every hour has one, and no hour has two."""

from collections.abc import Sequence
from itertools import pairwise

from dispatch.agencies.errors import CodeTableError
from dispatch.domain.codebook import Agency, TurnoutHours

MOST_TURNOUT_S = 7_200.0
"""Who needs longer than two hours is not on duty."""


def check_station_turnouts(agency: Agency) -> None:
    """Raises `CodeTableError` for the first line that is unclear, or that a station and unit type have twice.
    Whether there is such a station only the log knows: stations are registered, not written in tables."""
    where = f"{agency.id}/agency.toml: station_turnouts"
    seen: set[tuple[str, str]] = set()
    for line in agency.station_turnouts:
        if not line.station_id.strip():
            raise CodeTableError(where, "station_id is the id of a station")
        check_turnout(where, line.station_id, line.turnout_s, line.turnout_hours)
        for code in line.unit_types:
            if code not in agency.unit_types:
                raise CodeTableError(where, f"{line.station_id}: unknown unit type {code!r}")
        for code in line.unit_types or agency.unit_types:
            if (line.station_id, code) in seen:
                raise CodeTableError(where, f"{line.station_id}: {code!r} stands twice")
            seen.add((line.station_id, code))


def check_turnout(where: str, what: str, turnout_s: float, hours: Sequence[TurnoutHours]) -> None:
    """Raises `CodeTableError` for a time that is none, hours that are none, and hours with two times."""
    if not 0 <= turnout_s <= MOST_TURNOUT_S:
        raise CodeTableError(where, f"{what}: turnout_s is a number from 0 to {MOST_TURNOUT_S:g}")
    pieces: list[tuple[float, float]] = []
    for one in hours:
        if not 0 <= one.turnout_s <= MOST_TURNOUT_S:
            raise CodeTableError(where, f"{what}: turnout_s is a number from 0 to {MOST_TURNOUT_S:g}")
        if not (0 <= one.from_h < 24 and 0 < one.to_h <= 24) or one.from_h == one.to_h:
            raise CodeTableError(where, f"{what}: turnout_hours go from an hour (0 to 23) to another (to 24)")
        past_midnight = one.from_h > one.to_h
        pieces += [(one.from_h, 24.0), (0.0, one.to_h)] if past_midnight else [(one.from_h, one.to_h)]
    for (_, end), (begin, _) in pairwise(sorted(pieces)):
        if begin < end:
            raise CodeTableError(where, f"{what}: two turnout_hours hold at {begin:g} o'clock")
