"""Distances and times as the crow flies, for when the road is not known. Plain Python."""

import math

from routing.travel_time.vehicle_classes import CIVIL_CAR, DETOUR_FACTOR, VEHICLE_CLASSES

EARTH_RADIUS_M = 6_371_008.8  # mean radius of the WGS84 ellipsoid, IUGG

# A unit farther away than this is no answer to anything in the city: more likely its position is wrong.
OUT_OF_REACH_M = 200_000.0


def haversine_m(lon_lat_a: tuple[float, float], lon_lat_b: tuple[float, float]) -> float:
    """Great-circle distance in metres between two (lon, lat) in degrees."""
    lon_a, lat_a, lon_b, lat_b = map(math.radians, (*lon_lat_a, *lon_lat_b))
    half_chord = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half_chord))


def estimate_travel_s(straight_m: float, vehicle_class: str) -> float:
    """Seconds for straight line × detour factor at the class's plain speed; an unknown class is a car."""
    vehicle = VEHICLE_CLASSES.get(vehicle_class, CIVIL_CAR)
    return straight_m * DETOUR_FACTOR * 3.6 / vehicle.straight_line_kmh
