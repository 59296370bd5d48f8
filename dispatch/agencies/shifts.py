"""Whether an agency's table of shifts can be meant."""

from dispatch.agencies.errors import CodeTableError
from dispatch.domain.codebook import Agency

MOST_OVERLAP_MIN = 120.0


def check_shifts(agency: Agency) -> None:
    """Raises `CodeTableError` for hours that are none or not in order, and an overlap longer than a shift may
    have."""
    where, shifts = f"{agency.id}/agency.toml: shifts", agency.shifts
    if shifts is None:
        return
    hours = list(shifts.begin_h)
    if not hours or not all(0 <= hour < 24 for hour in hours):
        raise CodeTableError(where, "begin_h are hours of the day, at least one, from 0 to below 24")
    if hours != sorted(set(hours)):
        raise CodeTableError(where, "begin_h are in order, each once")
    if not 0 <= shifts.overlap_min <= MOST_OVERLAP_MIN:
        raise CodeTableError(where, f"overlap_min is a number of minutes from 0 to {MOST_OVERLAP_MIN:g}")
