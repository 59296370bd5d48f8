"""What the geocoder answers with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Literal

import msgspec

from gis.geocode.fold import place_key
from gis.geometry import LonLat, haversine_m, metres_per_degree

Level = Literal["door", "interpolated", "alley", "street", "intersection", "landmark", "ward", "coordinates"]


FORMER = "tên cũ"
"""Begins the reason of a place that was found by its street's name of before."""


class Candidate(msgspec.Struct, frozen=True):
    """One place the words may mean. Nine times of ten the true place lies within `radius_m`.

    `confidence` (0 to 1) is the chance that the point is right, to within what such a place may be off: 50 m
    for a door, 80 m for a stop, 100 m in an alley. It is shared among places that the words fit equally well.
    `zone` names the agencies' zones at the point, "" where none were imported or none lies there.
    `why` says what it rests on, `distinguishing` what tells this candidate from the others,
    `mouth` where the alley that it is in leaves its street.
    """

    lon: float
    lat: float
    radius_m: float
    confidence: float
    level: Level
    label: str
    ward_code: str
    ward: str
    legacy_ward: str
    why: list[str]
    distinguishing: str | None = None
    mouth: LonLat | None = None
    zone: str = ""

    @property
    def lon_lat(self) -> LonLat:
        """The position."""
        return LonLat(self.lon, self.lat)

    @property
    def mouth_m(self) -> float | None:
        """How far the alley's mouth is, as the crow flies."""
        return round(haversine_m(self.lon_lat, self.mouth), 1) if self.mouth else None


class Find(msgspec.Struct):
    """A place on its way to becoming a candidate; `score` is how well it fits, whatever else fits.

    `former` says that the words are the street's name of before; `weight` counts it less beside others,
    whatever its rank. `base` is the score it began with, `near` the chance that its point is right if
    it is what was meant. `likely_mouth` is where the way begins that the place is in, if that is only
    believed to be the alley.
    """

    lon_lat: LonLat
    radius_m: float
    score: float
    level: Level
    title: str
    why: list[str]
    street_id: int | None = None
    length_m: float = 0.0
    ward_codes: frozenset[str] = frozenset()
    base: float = 1.0
    near: float = 1.0
    mouth: LonLat | None = None
    likely_mouth: LonLat | None = None
    former: bool = False
    weight: float = 1.0

    @property
    def reasons(self) -> list[str]:
        """What it rests on, with how far in it is in what is only believed to be the alley."""
        if self.likely_mouth is None or self.mouth is not None:
            return self.why
        metres = round(haversine_m(self.lon_lat, self.likely_mouth), -1)
        return [*self.why, f"có thể là con hẻm không tên trên bản đồ, cách đầu hẻm đó {metres:.0f} m"]


_SPOKEN_FOR, _FORMER_WEIGHT = 1.25, 0.1
_SAME_PLACE_M = 120.0
_BESIDE_M = 60.0  # two stops of one bridge are one place to go to
_SAME_LANDMARK_M = 500.0  # a market or an airport is mapped by its gates and stops too
_SAME_CORNER_M = 60.0  # of two carriageways
_KILOMETRE_M = 995.0
_DIRECTIONS = ("bắc", "đông bắc", "đông", "đông nam", "nam", "tây nam", "tây", "tây bắc")


def without_doubles(finds: Sequence[Find]) -> list[Find]:
    """The finds, best first, those of one place and title told once."""
    kept: list[Find] = []
    for find in sorted(finds, key=lambda f: (-f.score, -f.length_m, f.title, f.lon_lat)):
        if all(
            haversine_m(find.lon_lat, other.lon_lat) > max(_SAME_PLACE_M, other.radius_m / 2)
            or (find.title != other.title and find.score > 0.8 * other.score)
            for other in kept
        ) and not any(_one_landmark(find, other) or _one_corner(find, other) for other in kept):
            kept.append(find)
    return kept


def _one_landmark(a: Find, b: Find) -> bool:
    """Whether two finds are one landmark, entered in the map more than once, or stand beside one another."""
    if not a.level == b.level == "landmark":
        return False
    if haversine_m(a.lon_lat, b.lon_lat) < _BESIDE_M:
        return True
    return (
        place_key(a.title.partition(",")[0]) == place_key(b.title.partition(",")[0])
        and haversine_m(a.lon_lat, b.lon_lat) < _SAME_LANDMARK_M
    )


def _one_corner(a: Find, b: Find) -> bool:
    """Whether two finds are one corner of a street that is on the map under two names: Lê Lợi Boulevard."""
    corners = a.level == b.level == "intersection"
    return corners and haversine_m(a.lon_lat, b.lon_lat) < _SAME_CORNER_M


def yield_to_todays(finds: Sequence[Find], worth_showing: float, *, of_before: bool = False) -> None:
    """Places by a street's former name give way to those of the street that bears the name today: shown with
    a tenth of the weight, unless the words or the telephone speak for them (a quarter likelier). Where the
    name was said to be one of before, it is the other way round."""
    streets = [find for find in finds if find.street_id is not None]
    best = max((find.score for find in streets if find.former == of_before), default=0.0)
    for find in streets:
        if find.former != of_before and best and find.score <= _SPOKEN_FOR * best:
            find.score = min(find.score, best * worth_showing * 1.02)
            find.weight = _FORMER_WEIGHT


def shares(finds: Sequence[Find]) -> list[float]:
    """Confidence of each, falling: the chance that its point is right, divided among the places that fit
    nearly as well (weights squared)."""
    total = sum(find.weight * find.score**2 for find in finds) or 1.0
    sure = [
        find.weight * find.score**2 / total * find.near * min(1.0, find.score / find.base) for find in finds
    ]
    return list(accumulate(sure, min))


def tell_apart(candidates: Sequence[Candidate], said: str = "") -> list[Candidate]:
    """Each with what distinguishes it from the others: its ward, else where it lies from the first. A
    ward that stands alone with the older area that was `said`."""
    if len(candidates) < 2:
        return [
            msgspec.structs.replace(one, distinguishing=f"{one.ward} ({said} cũ)")
            if one.level == "ward" and said and said != one.ward
            else one
            for one in candidates
        ]
    told = []
    for candidate in candidates:
        others = [other for other in candidates if other is not candidate]
        if all(other.ward_code != candidate.ward_code for other in others):
            mark = candidate.ward + (f" ({candidate.legacy_ward} cũ)" if candidate.legacy_ward else "")
        elif all(other.label != candidate.label for other in others):
            mark = candidate.label
        elif candidate is candidates[0]:
            mark = f"{candidate.ward}, nơi khớp nhất"
        else:
            mark = f"{candidate.ward}, {_bearing(candidates[0].lon_lat, candidate.lon_lat)}"
        before = next((why for why in candidate.why if why.startswith(FORMER)), "")
        mark = f"{mark}, {before}" if before else mark
        told.append(msgspec.structs.replace(candidate, distinguishing=mark))
    return told


def _bearing(origin: LonLat, place: LonLat) -> str:
    per_lon, per_lat = metres_per_degree(origin.lat)
    east, north = (place.lon - origin.lon) * per_lon, (place.lat - origin.lat) * per_lat
    slope = abs(east) / (abs(north) or 1e-9)
    vertical, lateral = (0 if north >= 0 else 4), (2 if east >= 0 else 6)
    if slope < 0.414:
        index = vertical
    elif slope > 2.414:
        index = lateral
    else:
        index = {(0, 2): 1, (4, 2): 3, (4, 6): 5, (0, 6): 7}[vertical, lateral]
    away_m = haversine_m(origin, place)
    far = (
        f"{round(away_m, -1):.0f} m" if away_m < _KILOMETRE_M else f"{away_m / 1000:.1f} km".replace(".", ",")
    )
    return f"cách nơi đầu {far} về phía {_DIRECTIONS[index]}"
