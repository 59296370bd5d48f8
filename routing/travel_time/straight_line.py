"""Times as the crow flies, for when the road is not known. Plain Python."""

from routing.travel_time.vehicle_classes import CIVIL_CAR, DETOUR_FACTOR, VEHICLE_CLASSES

# A unit farther away than this is no answer to anything in the city: more likely its position is wrong.
OUT_OF_REACH_M = 200_000.0


def estimate_travel_s(straight_m: float, vehicle_class: str) -> float:
    """Seconds for straight line × detour factor at the class's plain speed; an unknown class is a car."""
    vehicle = VEHICLE_CLASSES.get(vehicle_class, CIVIL_CAR)
    return straight_m * DETOUR_FACTOR * 3.6 / vehicle.straight_line_kmh
