"""A drive along a line: where a vehicle is at every moment, with the unevenness of a city's traffic."""

from bisect import bisect_right
from math import atan2, cos, degrees, radians

from dispatch.client.demo.chance import Chance
from dispatch.client.demo.places import LonLat, measure_m

STRETCH_M = 150.0
"""Speed is even over about so much of the way."""

STOP_CHANCE = 0.10
"""Stretches that end at a red light, for vehicles without siren."""


class Drive:
    """From the line's first point to its last in `duration_s`, which follows from the planner's time."""

    def __init__(self, line: list[LonLat], travel_s: float, chance: Chance, *, hot: bool) -> None:
        self._line = line if len(line) > 1 else [line[0], line[0]]
        self._along_m = [0.0]
        for before, point in zip(self._line, self._line[1:], strict=False):
            self._along_m.append(self._along_m[-1] + measure_m(before, point))
        self.length_m = self._along_m[-1]
        self._times_s, self._marks_m = _draw_profile(self.length_m, travel_s, chance, hot=hot)
        self.duration_s = self._times_s[-1]

    @property
    def end(self) -> LonLat:
        """Where it leads."""
        return self._line[-1]

    def find_progress(self, elapsed_s: float) -> tuple[LonLat, float, float]:
        """Position, heading in degrees from north and speed in m/s after so many seconds."""
        if elapsed_s >= self.duration_s:
            return self.end, self._find_heading(len(self._line) - 2), 0.0
        n = max(1, bisect_right(self._times_s, elapsed_s))
        span_s = self._times_s[n] - self._times_s[n - 1]
        span_m = self._marks_m[n] - self._marks_m[n - 1]
        share = (elapsed_s - self._times_s[n - 1]) / span_s if span_s > 0 else 1.0
        at_m = self._marks_m[n - 1] + span_m * share
        i = min(len(self._line) - 2, max(0, bisect_right(self._along_m, at_m) - 1))
        piece_m = self._along_m[i + 1] - self._along_m[i]
        part = (at_m - self._along_m[i]) / piece_m if piece_m > 0 else 0.0
        (lon, lat), (next_lon, next_lat) = self._line[i], self._line[i + 1]
        place = (lon + (next_lon - lon) * part, lat + (next_lat - lat) * part)
        return place, self._find_heading(i), span_m / span_s if span_s > 0 else 0.0

    def _find_heading(self, i: int) -> float:
        (lon, lat), (next_lon, next_lat) = self._line[i], self._line[i + 1]
        east = (next_lon - lon) * cos(radians(lat))
        return degrees(atan2(east, next_lat - lat)) % 360.0


def _draw_profile(
    length_m: float, travel_s: float, chance: Chance, *, hot: bool
) -> tuple[list[float], list[float]]:
    """Knots (seconds, metres): even stretches at uneven speeds, stops between them where nobody gives way."""
    if length_m <= 0.0 or travel_s <= 0.0:
        return [0.0, 0.0], [0.0, length_m]
    count = max(1, round(length_m / STRETCH_M))
    weights = [chance.between(0.7, 1.4) for _ in range(count)]
    whole_s = travel_s * chance.between(0.9, 1.2)
    times, marks = [0.0], [0.0]
    for n, weight in enumerate(weights, start=1):
        times.append(times[-1] + whole_s * weight / sum(weights))
        marks.append(length_m * n / count)
        if not hot and n < count and chance.happens(STOP_CHANCE):
            times.append(times[-1] + chance.between(5.0, 25.0))
            marks.append(marks[-1])
    return times, marks
