"""How long a ferry is waited for and takes, from its tags: `interval` and `duration` of OpenStreetMap."""

import math
import re
from collections.abc import Mapping

# Where nobody tagged how often a boat leaves, by what kind of boat it is. Assumptions: the city's car ferries
# (Cát Lái, Bình Khánh) leave as they fill, about every quarter of an hour, its small boats for people and
# motorbikes more often; what takes longer than this to cross has a timetable by the hour.
_CAR_FERRY_INTERVAL_S = 840.0
_SMALL_BOAT_INTERVAL_S = 600.0
_LINER_INTERVAL_S = 3600.0
_LINER_RUN_S = 2700.0

_ISO = re.compile(r"P(?:(\d{1,2})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?)?", re.IGNORECASE)


def parse_duration_s(text: str) -> float:
    """Seconds of "1:30" (hours:minutes), "0:05:00", "20" (minutes) or "PT20M"; NaN for anything else."""
    text = text.strip()
    if match := _ISO.fullmatch(text):
        days, *clock = (int(part or 0) for part in match.groups())
        hours, minutes, seconds = days * 24 + clock[0], clock[1], clock[2]
    else:
        parts = text.split(":")
        if not all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts) or len(parts) > 3:
            return math.nan
        hours, minutes, seconds = ([0] * (len(parts) == 1) + [int(part) for part in parts] + [0, 0])[:3]
    total = float(hours * 3600 + minutes * 60 + seconds)
    return total if total > 0 else math.nan


def parse_interval_s(text: str) -> float:
    """Seconds between two departures; the longer one of "15-20", NaN for what is no time and for what is
    longer than a day."""
    told = [parse_duration_s(part) for part in re.split(r"\s*[-–]\s*", text.strip())]
    if len(told) > 2 or any(math.isnan(seconds) for seconds in told) or max(told) > 86_400:
        return math.nan
    return max(told)


def read_wait_s(tags: Mapping[str, str], takes_cars: bool) -> float:
    """Seconds that who comes at any moment waits for the boat on average: half of the time between two."""
    interval_s = parse_interval_s(tags.get("interval", ""))
    if math.isnan(interval_s):
        if parse_duration_s(tags.get("duration", "")) > _LINER_RUN_S:
            interval_s = _LINER_INTERVAL_S
        else:
            interval_s = _CAR_FERRY_INTERVAL_S if takes_cars else _SMALL_BOAT_INTERVAL_S
    return interval_s / 2
