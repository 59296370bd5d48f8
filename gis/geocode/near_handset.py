"""What a handset's circle says about the places that the words may mean, and where an alley begins."""

from __future__ import annotations

from collections.abc import Sequence

from gis.geocode.candidate import Find
from gis.geometry import LonLat, haversine_m
from gis.store import nearby, queries
from gis.store.queries import Source

_SLACK_M = 200.0
_FADES_OVER_M = 3000.0
_LEAST_WEIGHT = 0.25
_OFF_STREET_M = 150.0
_ON_STREET_M = 30.0
_MOUTH_RADIUS_M, _END_RADIUS_M = 40.0, 80.0  # an alley with branches has several ends


async def weigh_nearness(source: Source, finds: Sequence[Find], near: LonLat, radius_m: float) -> None:
    """Make finds near the handset likelier, and move those known by their street alone, or by a number
    guessed from afar, to where that street passes the handset. Callers may tell of another place: none is
    hidden."""
    on_street = [find for find in finds if find.street_id is not None and _is_vague(find, near, radius_m)]
    rows = (
        await queries.snap_to_streets(
            source,
            [find.street_id for find in on_street if find.street_id is not None],
            [near.lon] * len(on_street),
            [near.lat] * len(on_street),
        )
        if on_street
        else []
    )
    for find, row in zip(on_street, rows, strict=True):
        passing = LonLat(row["lon"], row["lat"])
        off_m = haversine_m(near, passing)
        if off_m <= radius_m + _OFF_STREET_M:
            find.lon_lat, find.likely_mouth = passing, None
            find.radius_m = max(radius_m, off_m) + _ON_STREET_M
            find.why.append("chỗ đường này gần máy gọi nhất")
    for find in finds:
        if (
            find.level == "ward"
            and radius_m < find.radius_m
            and haversine_m(near, find.lon_lat) <= find.radius_m
        ):
            find.lon_lat, find.radius_m = near, radius_m + _ON_STREET_M
            find.why.append("chỗ máy gọi trong địa bàn đã nói")
        beyond = max(0.0, haversine_m(near, find.lon_lat) - radius_m - find.radius_m - _SLACK_M)
        find.score *= max(_LEAST_WEIGHT, 1.0 - beyond / _FADES_OVER_M)
        if not beyond:
            find.why.append("gần vị trí máy gọi")


def _is_vague(find: Find, near: LonLat, radius_m: float) -> bool:
    """Whether the handset knows the place better than the words do, and does not speak against them."""
    if find.level not in {"street", "interpolated"} or radius_m + _ON_STREET_M >= find.radius_m:
        return False
    return find.level == "street" or haversine_m(near, find.lon_lat) <= find.radius_m * 1.5 + radius_m


async def add_mouths(source: Source, finds: Sequence[Find], alley: str, relation: str) -> None:
    """Tell of finds in the alley of this number where it leaves its street; residents wait there. With the
    relation "mouth" that is the place meant, with "end" the alley's other end."""
    ids = [find.street_id for find in finds if find.street_id is not None]
    rows = await nearby.list_mouths(source, ids, alley) if ids else []
    mouths = {row["street_id"]: LonLat(row["lon"], row["lat"]) for row in rows}
    ends = {row["street_id"]: LonLat(row["end_lon"], row["end_lat"]) for row in rows}
    for find in finds:
        mouth = mouths.get(find.street_id) if find.street_id is not None else None
        if mouth is None:
            if relation == "mouth" and find.likely_mouth is not None:
                find.lon_lat = find.likely_mouth
            continue
        find.mouth = mouth
        if relation == "mouth":
            find.lon_lat, find.radius_m = mouth, min(find.radius_m, _MOUTH_RADIUS_M)
            find.why.append("đầu hẻm")
        elif relation == "end" and find.street_id in ends:
            find.lon_lat, find.radius_m = ends[find.street_id], min(find.radius_m, _END_RADIUS_M)
            find.why.append("cuối hẻm")
