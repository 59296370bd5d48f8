"""What a geocoder's answers were worth: shares near the truth, circles, confidence, time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from gis.geocode import Candidate
from gis.geometry import LonLat, haversine_m

Row = dict[str, str]
Ask = Callable[[str], Awaitable[list[Candidate]]]
ACCEPT_M = {"osm2018": 50.0}
OTHER_ACCEPT_M = 80.0
ALLEY_ACCEPT_M = 100.0
NOWHERE_M = 1e6
_BINS = 10
COLUMNS = (
    "held out", "said", "n", "in reach", "≤ 200 m", "≤ 500 m", "median m", "number", "hẻm", "ward",
    "in circle", "circle m", "ECE", "p50 ms", "p99 ms",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """One address asked for: how far off the first candidate was, and what it said of itself."""

    row: Row
    text: str
    candidates: list[Candidate]
    distance_m: float
    ms: float

    @property
    def hit(self) -> bool:
        """Whether it lies as near as the source of the truth allows."""
        return self.distance_m <= accept_m(self.row)

    @property
    def radius_m(self) -> float:
        """The circle told, 0 without an answer."""
        return self.candidates[0].radius_m if self.candidates else 0.0

    @property
    def confidence(self) -> float:
        """The confidence told, 0 without an answer."""
        return self.candidates[0].confidence if self.candidates else 0.0


def accept_m(row: Row) -> float:
    """How far from the known position an answer may lie."""
    return ALLEY_ACCEPT_M if row["is_alley"] == "1" else ACCEPT_M.get(row["source"], OTHER_ACCEPT_M)


async def ask_all(ask: Ask, rows: Sequence[Row], saying: Callable[[Row], str]) -> list[Answer]:
    """The answers to all rows, said one way."""
    answers = []
    for row in rows:
        text = saying(row)
        started = time.perf_counter()
        candidates = await ask(text)
        ms = (time.perf_counter() - started) * 1000
        truth = LonLat(float(row["lon"]), float(row["lat"]))
        distance = haversine_m(candidates[0].lon_lat, truth) if candidates else NOWHERE_M
        answers.append(Answer(row, text, candidates, distance, ms))
    return answers


def table_line(held_out: str, said: str, answers: Sequence[Answer], *, told: bool = True) -> str:
    """One line under `COLUMNS`; those of circle and confidence empty for who does not tell them."""
    cuts = statistics.quantiles([a.ms for a in answers], n=100)
    ward = [bool(a.candidates) and a.candidates[0].ward_code == a.row["ward_2025_code"] for a in answers]
    alleys = [a for a in answers if a.row["is_alley"] == "1"]
    others = [a for a in answers if a.row["is_alley"] != "1"]
    cells = (
        held_out, said, str(len(answers)), _share(a.hit for a in answers),
        _share(a.distance_m <= 200 for a in answers), _share(a.distance_m <= 500 for a in answers),
        f"{statistics.median(a.distance_m for a in answers):.0f}", _share(a.hit for a in others),
        _share(a.hit for a in alleys), _share(ward), *(_of_circles(answers) if told else ("–", "–", "–")),
        f"{cuts[49]:.1f}", f"{cuts[98]:.1f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _of_circles(answers: Sequence[Answer]) -> tuple[str, str, str]:
    held = _share(a.distance_m <= a.radius_m for a in answers)
    return held, f"{statistics.median(a.radius_m for a in answers):.0f}", f"{calibration_error(answers):.3f}"


def _share(marks: Iterable[bool]) -> str:
    values = list(marks)
    return f"{sum(values) / len(values):.1%}" if values else "–"


def calibration_error(answers: Sequence[Answer]) -> float:
    """Expected calibration error over ten equal bins: how far confidence is from the share of hits."""
    error = 0.0
    for n in range(_BINS):
        held = [a for a in answers if min(int(a.confidence * _BINS), _BINS - 1) == n]
        if held:
            sure = statistics.fmean(a.confidence for a in held)
            error += abs(sure - sum(a.hit for a in held) / len(held)) * len(held) / len(answers)
    return error


def miss_line(held_out: str, said: str, answer: Answer) -> str:
    """A miss, for reading."""
    told = [f"{c.level} {c.label} ±{c.radius_m:.0f} c{c.confidence}" for c in answer.candidates[:3]]
    place = f"{answer.row['source']}\t{answer.text}\t{answer.distance_m:.0f} m"
    return f"{held_out}\t{said}\t{place}\t{' ; '.join(told) or 'nothing'}"
