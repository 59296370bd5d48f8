"""Whether the neighbours that an agency names can be meant: each by a name, with stations, at a price."""

from dispatch.agencies.errors import CodeTableError
from dispatch.domain.codebook import Agency

MOST_PRICE_S = 7_200.0
"""Who is to help only where that saves more than two hours is not asked at all."""


def check_neighbours(agency: Agency) -> None:
    """Raises `CodeTableError` for the first that is unclear, or a station of two of them. Whether there is
    such a station only the log knows: stations are registered, not written in tables."""
    where = f"{agency.id}/agency.toml: neighbours"
    names: set[str] = set()
    stations: set[str] = set()
    for one in agency.neighbours:
        if not one.name.strip() or one.name in names:
            raise CodeTableError(where, f"{one.name!r}: each has a name of its own")
        if not 0 < one.price_s <= MOST_PRICE_S:
            raise CodeTableError(where, f"{one.name}: price_s is a number above 0, at most {MOST_PRICE_S:g}")
        if not one.stations:
            raise CodeTableError(where, f"{one.name}: names no station")
        for station_id in one.stations:
            if not station_id.strip() or station_id in stations:
                raise CodeTableError(where, f"{one.name}: {station_id!r} is no station, or stands twice")
            stations.add(station_id)
        names.add(one.name)
