"""How long made-up crews take to roll: by the tables that plans reckon with, at the hour of the order."""

from datetime import datetime
from functools import cache

from dispatch.agencies.loader import load_codebook
from dispatch.client.link import Json
from dispatch.domain.codebook import CodeBook
from dispatch.domain.turnout import find_hour, find_turnout


def find_usual_s(unit: Json, told_at: datetime) -> float:
    """Seconds from an order until a unit that stands in quarters rolls, as its agency's tables say for the
    hour on the city's clocks; `unit` is its row."""
    usual = find_turnout(
        _load(), unit["agency_id"], unit["type_code"], unit["station_id"], float(unit["turnout_s"])
    )
    return usual.at_hour(find_hour(told_at))


@cache
def _load() -> CodeBook:
    return load_codebook()
