"""What crews found out about streets: "the ladder does not fit here", "the engine got through".

Widths of the map are mostly assumed. A correction holds for its class, and for what follows from it: where an
engine does not fit no bigger class does, and where it fits every smaller one does. The newest of two that
contradict each other holds.
"""

from collections.abc import Sequence

import numpy as np

from routing.graph.model import RoadGraph
from routing.terms.messages import FitCorrection
from routing.travel_time.road_changes import RoadIndex
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES, VehicleClass
from routing.travel_time.weights import Fit


def find_streets(index: RoadIndex, corrections: Sequence[FitCorrection]) -> list[int | None]:
    """The edge each correction means: on the street with its number, else the nearest; None far from every
    street, or for a class that does not exist."""
    places = [(correction.lon_lat, correction.way_id) for correction in corrections]
    return [
        edge if correction.vehicle_class in VEHICLE_CLASSES else None
        for correction, edge in zip(corrections, index.find_nearest(places), strict=True)
    ]


def judge(
    graph: RoadGraph, corrections: Sequence[FitCorrection], edges: Sequence[int | None]
) -> dict[str, Fit]:
    """Corrections (oldest first), each with its edge, by class, for the classes that any of them concerns."""
    fits: dict[str, Fit] = {}
    for correction, edge in zip(corrections, edges, strict=True):
        tried = VEHICLE_CLASSES.get(correction.vehicle_class)
        if tried is None or edge is None:
            continue
        for vehicle in VEHICLE_CLASSES.values():
            if vehicle.name != tried.name and not _follows(tried, vehicle, correction.fits):
                continue
            fit = fits.get(vehicle.name)
            if fit is None:
                nowhere = np.zeros(graph.edge_count, dtype=np.bool_)
                fit = fits[vehicle.name] = Fit(nowhere, nowhere.copy())
            fit.refused[edge] = not correction.fits
            fit.proven[edge] = correction.fits
    return fits


def _follows(tried: VehicleClass, other: VehicleClass, fits: bool) -> bool:
    """Whether what one class found out tells about another: all of its measures are on the same side."""
    small, big = (other, tried) if fits else (tried, other)
    return (
        small.min_width_m <= big.min_width_m
        and small.height_m <= big.height_m
        and small.turning_width_m <= big.turning_width_m
    )
