"""The way of a vehicle between two places: by road from the planner, by straight line without it."""

from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from dispatch.domain.model.values import LonLat
from gis.geometry import LonLat as CityLonLat
from gis.geometry import haversine_m
from routing.process.client import PlannerError
from routing.terms.ways import Route
from routing.travel_time.straight_line import estimate_travel_s
from routing.travel_time.vehicle_classes import DETOUR_FACTOR, VEHICLE_CLASSES


class WayStep(msgspec.Struct, frozen=True, kw_only=True):
    """What to do at a place of the way, in both languages; `turn` is its kind."""

    turn: str
    vi: str
    en: str
    lon_lat: LonLat


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds and metres in all, the metres on foot at its end, the line, and its steps if asked. Half of
    such ways take `eta_p50_s` at most, nine of ten `eta_p90_s`. `degraded`: no road was asked, the line is
    straight."""

    travel_s: float
    distance_m: float
    carry_m: float
    lon_lats: tuple[LonLat, ...]
    degraded: bool
    steps: tuple[WayStep, ...] = ()
    eta_p50_s: float | None = None
    eta_p90_s: float | None = None


class WayUnknown(Exception):
    """No vehicle of this class, or no way for it between these places."""


class Router(Protocol):
    """What finding needs of the planner's client."""

    async def route(
        self,
        origin: tuple[float, float],
        destination: tuple[float, float],
        vehicle_class: str,
        *,
        hot: bool,
        guidance: bool,
    ) -> Route: ...


FindWay = Callable[[LonLat, LonLat, str, bool, bool], Awaitable[Way]]
"""(origin, destination, vehicle class, with siren, told in steps) → the way; raises WayUnknown."""


class WayFinder:
    """Asks the planner; `router` is None where none is named."""

    def __init__(self, router: Router | None) -> None:
        self._router = router

    async def find(
        self, origin: LonLat, destination: LonLat, vehicle_class: str, hot: bool, guidance: bool
    ) -> Way:
        """The fastest way on the roads of the moment. Raises WayUnknown for a class that does not exist."""
        if vehicle_class not in VEHICLE_CLASSES:
            raise WayUnknown(f"vehicle class {vehicle_class!r}")
        start, end = (origin.lon, origin.lat), (destination.lon, destination.lat)
        if self._router is not None:
            try:
                route = await self._router.route(start, end, vehicle_class, hot=hot, guidance=guidance)
            except PlannerError:
                return draw_straight(origin, destination, vehicle_class)
            if route.lon_lats:
                return Way(
                    travel_s=route.travel_s,
                    distance_m=route.distance_m,
                    carry_m=route.carry_m,
                    lon_lats=tuple(LonLat(lon, lat) for lon, lat in route.lon_lats),
                    degraded=False,
                    steps=tuple(
                        WayStep(turn=s.turn, vi=s.vi, en=s.en, lon_lat=LonLat(*s.lon_lat))
                        for s in route.steps
                    ),
                    eta_p50_s=route.eta_p50_s,
                    eta_p90_s=route.eta_p90_s,
                )
        return draw_straight(origin, destination, vehicle_class)


def draw_straight(origin: LonLat, destination: LonLat, vehicle_class: str) -> Way:
    """Straight line stretched by the detour factor, at the plain speed of the class."""
    straight_m = haversine_m(CityLonLat(*_pair(origin)), CityLonLat(*_pair(destination)))
    return Way(
        travel_s=estimate_travel_s(straight_m, vehicle_class),
        distance_m=straight_m * DETOUR_FACTOR,
        carry_m=0.0,
        lon_lats=(origin, destination),
        degraded=True,
    )


def _pair(place: LonLat) -> tuple[float, float]:
    return place.lon, place.lat
