"""Distances on the sphere. Plain Python, for who has no use for arrays."""

import math

EARTH_RADIUS_M = 6_371_008.8  # mean radius of the WGS84 ellipsoid, IUGG


def haversine_m(lon_lat_a: tuple[float, float], lon_lat_b: tuple[float, float]) -> float:
    """Great-circle distance in metres between two (lon, lat) in degrees."""
    lon_a, lat_a, lon_b, lat_b = map(math.radians, (*lon_lat_a, *lon_lat_b))
    half_chord = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half_chord))
