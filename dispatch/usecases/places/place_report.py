"""A report's words (and the handset's circle, if any) → candidates, and the one that is clearly meant.

Ambiguity is shown, never guessed: without a clear best candidate the place stays open, with the list.
"""

import re
from collections.abc import Awaitable, Callable

import msgspec

from dispatch.domain.model.report import PlaceReport, Report
from dispatch.domain.model.values import HandsetFix, LonLat, Place, PlaceCandidate, PlaceState
from gis.geometry import haversine_m

CLEAR_CONFIDENCE = 0.1
CLEAR_RATIO = 1.5
"""A candidate is taken as meant when it is at least this sure and so many times as sure as the next one. How
far it may be off its circle says; what must be clear is that no other place is as likely meant."""

CONTRADICTED_CONFIDENCE = 0.3
ELSEWHERE_M = 1_000.0
"""Where the telephone is so far from the circle of the place named, the words must be surer to be taken."""

HANDSET_CONFIDENCE = 0.5

_POSITION_BEHIND = re.compile(r"\s*\[[^\[\]]*,[^\[\]]*\]$")

UNPLACED = "unplaced"
"""Level of a place that was looked for and not found: the call-taker sees «không rõ vị trí»."""

Geocode = Callable[[str, LonLat | None, float | None], Awaitable[tuple[PlaceCandidate, ...]]]
"""(words, handset position, its radius in metres) → candidates, best first. Empty words ask what is there."""


HANDSET = "handset"
"""Level of a place that is no more than where the telephone was."""

_OPEN_LEVELS = ("unknown", UNPLACED, HANDSET)


def needs_placing(report: Report, fix: HandsetFix | None = None) -> bool:
    """Whether the centre has not yet looked for this report's place, or its telephone has told another since.

    What was matched, chosen or read back is never looked for again: a later fix moves no confirmed place.
    """
    if report.status != "waiting":
        return False
    place = report.place
    moved = fix is not None and (place.lon_lat, place.radius_m) != (fix.lon_lat, fix.radius_m)
    if moved and place.level in _OPEN_LEVELS and place.state == PlaceState.HEARD:
        return True
    return place.level == "unknown" and not report.candidates


async def place_report(report: Report, geocode: Geocode, fix: HandsetFix | None = None) -> PlaceReport:
    """The command that places a report, or marks it as looked for and not found. The words and the circle of
    its telephone are taken together: of the places that the words may mean the near one counts more."""
    told = report.place
    if fix is not None:
        told = msgspec.structs.replace(told, lon_lat=fix.lon_lat, radius_m=fix.radius_m)
    candidates = await geocode(strip_position(told.heard), told.lon_lat, told.radius_m)
    return PlaceReport(report_id=report.id, place=choose_place(told, candidates), candidates=candidates)


def strip_position(heard: str) -> str:
    """The words without the impossible position that was kept behind them; that alone if there are none."""
    return _POSITION_BEHIND.sub("", heard) or heard


def choose_place(told: Place, candidates: tuple[PlaceCandidate, ...]) -> Place:
    """The place meant, in state matched; or the handset's own circle; or unplaced. `heard` is kept."""
    if candidates and _is_clear(told, candidates):
        return at_candidate(told.heard, candidates[0])
    if told.lon_lat is not None:
        return Place(
            heard=told.heard,
            lon_lat=told.lon_lat,
            radius_m=told.radius_m,
            level=HANDSET,
            confidence=HANDSET_CONFIDENCE,
            label=candidates[0].label if candidates and not told.heard else "",
            ward_code=candidates[0].ward_code if candidates else "",
            ward=candidates[0].ward if candidates else "",
        )
    return Place(heard=told.heard, level=UNPLACED)


def at_candidate(heard: str, chosen: PlaceCandidate) -> Place:
    """The place of a candidate, with the words that were used kept beside it."""
    return Place(
        heard=heard,
        lon_lat=chosen.lon_lat,
        radius_m=chosen.radius_m,
        level=chosen.level,
        label=chosen.label,
        ward_code=chosen.ward_code,
        ward=chosen.ward,
        confidence=chosen.confidence,
        mouth=chosen.mouth,
        mouth_m=chosen.mouth_m,
        state=PlaceState.MATCHED,
    )


def _is_clear(told: Place, candidates: tuple[PlaceCandidate, ...]) -> bool:
    best = candidates[0]
    second = candidates[1].confidence if len(candidates) > 1 else 0.0
    least = CONTRADICTED_CONFIDENCE if _is_elsewhere(told, best) else CLEAR_CONFIDENCE
    return best.confidence >= least and best.confidence >= CLEAR_RATIO * second


def _is_elsewhere(told: Place, candidate: PlaceCandidate) -> bool:
    """Whether the telephone stood well outside the candidate's circle."""
    if told.lon_lat is None:
        return False
    apart_m = haversine_m(
        (told.lon_lat.lon, told.lon_lat.lat), (candidate.lon_lat.lon, candidate.lon_lat.lat)
    )
    return apart_m > ELSEWHERE_M + (told.radius_m or 0.0) + candidate.radius_m
