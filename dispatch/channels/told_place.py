"""A position that a sender told: a report is never lost for a wrong one."""

import math

Bounds = tuple[float, float, float, float]
Body = dict[str, object]


def soften_place(body: Body, bounds: Bounds | None) -> tuple[Body, str | None, tuple[object, object]]:
    """The body, with a position that is no place in the city moved into the words that were heard.

    Gives also the code of what was wrong with it (`bad_position`, `position_out_of_city`, or None) and the
    two values. Only reports are softened: other commands are left to the rules. `bounds` is west, south,
    east, north.
    """
    place = body.get("place")
    given = place.get("lon_lat") if isinstance(place, dict) else None
    if body.get("type") != "report.receive" or not isinstance(place, dict) or given is None:
        return body, None, ("", "")
    lon, lat = (given[0], given[1]) if isinstance(given, list) and len(given) == 2 else (given, "")
    code = _find_fault(lon, lat, bounds)
    if code is None:
        return body, None, (lon, lat)
    heard = " ".join(part for part in (str(place.get("heard") or ""), f"[{lon}, {lat}]"[:80]) if part)
    return {**body, "place": {**place, "heard": heard, "lon_lat": None, "radius_m": None}}, code, (lon, lat)


def _find_fault(lon: object, lat: object, bounds: Bounds | None) -> str | None:
    for value, limit in ((lon, 180), (lat, 90)):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "bad_position"
        if not math.isfinite(value) or abs(value) > limit:
            return "bad_position"
    if bounds is None or not isinstance(lon, int | float) or not isinstance(lat, int | float):
        return None
    west, south, east, north = bounds
    return None if west <= lon <= east and south <= lat <= north else "position_out_of_city"
