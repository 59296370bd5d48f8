"""The way of a vehicle between two places, and others beside it: by road from the planner, by straight line
without it."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from dispatch.domain.model.values import LonLat
from gis.geometry import LonLat as CityLonLat
from gis.geometry import haversine_m
from routing.process.client import PlannerError
from routing.terms.ways import Route
from routing.travel_time.straight_line import estimate_travel_s
from routing.travel_time.vehicle_classes import DETOUR_FACTOR, VEHICLE_CLASSES

SEEN_WITHIN = timedelta(minutes=3)
"""So long a unit's last position says where its way begins, for a crew whose own device knows none: as long
as it counts as driving on unseen."""

CHOICE_HOLDS_S = 60.0
"""A way that was taken though it is slower is kept until it is slower by so much more: roads changed."""

_NOTABLE_M = 30.0
"""Streets that two ways share for all but so many metres do not tell them apart."""


class AskedWay(msgspec.Struct, frozen=True, kw_only=True):
    """From where, to where, with which vehicle; with siren (`hot`), told in steps (`guidance`), and how many
    other ways beside, at most two. `via` is the junction of a way that was taken though it was `slower_s`
    slower than the fastest."""

    origin: LonLat
    destination: LonLat
    vehicle_class: str = "car"
    hot: bool = False
    guidance: bool = False
    alternatives: int = 0
    via: LonLat | None = None
    slower_s: float = 0.0


class SeenAt(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when the centre last heard of a unit."""

    lon_lat: LonLat
    at: datetime


class WayStep(msgspec.Struct, frozen=True, kw_only=True):
    """What to do at a place of the way, in both languages; `turn` is its kind."""

    turn: str
    vi: str
    en: str
    lon_lat: LonLat


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds and metres in all, the metres on foot at its end, the line, and its steps if asked. Half of
    such ways take `eta_p50_s` at most, nine of ten `eta_p90_s`. `degraded`: no road was asked, the line is
    straight. `via`: the junction by which it can be asked for again, where it is not the fastest. `over`: the
    street that tells it from the `alternatives`, empty where none does. `seen`: it begins where the centre
    last heard of the unit."""

    travel_s: float
    distance_m: float
    carry_m: float
    lon_lats: tuple[LonLat, ...]
    degraded: bool
    steps: tuple[WayStep, ...] = ()
    eta_p50_s: float | None = None
    eta_p90_s: float | None = None
    via: LonLat | None = None
    over: str = ""
    alternatives: tuple["Way", ...] = ()
    seen: SeenAt | None = None


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
        alternatives: int = 0,
        via: tuple[float, float] | None = None,
        via_slower_s: float = 0.0,
    ) -> Route: ...


FindWay = Callable[[AskedWay], Awaitable[Way]]
"""What is asked → the way; raises WayUnknown."""


class WayFinder:
    """Asks the planner; `router` is None where none is named."""

    def __init__(self, router: Router | None) -> None:
        self._router = router

    async def find(self, asked: AskedWay) -> Way:
        """The way on the roads of the moment. Raises WayUnknown for a class that does not exist."""
        if asked.vehicle_class not in VEHICLE_CLASSES:
            raise WayUnknown(f"vehicle class {asked.vehicle_class!r}")
        if self._router is not None:
            try:
                route = await self._router.route(
                    _pair(asked.origin),
                    _pair(asked.destination),
                    asked.vehicle_class,
                    hot=asked.hot,
                    guidance=asked.guidance or asked.alternatives > 0,
                    alternatives=asked.alternatives,
                    via=None if asked.via is None else _pair(asked.via),
                    via_slower_s=asked.slower_s + CHOICE_HOLDS_S,
                )
            except PlannerError:
                return draw_straight(asked.origin, asked.destination, asked.vehicle_class)
            if route.lon_lats:
                return _tell(route)
        return draw_straight(asked.origin, asked.destination, asked.vehicle_class)


def _tell(route: Route) -> Way:
    routes = [route, *route.alternatives]
    best, *others = (
        Way(
            travel_s=found.travel_s,
            distance_m=found.distance_m,
            carry_m=found.carry_m,
            lon_lats=tuple(LonLat(lon, lat) for lon, lat in found.lon_lats),
            degraded=False,
            steps=tuple(
                WayStep(turn=s.turn, vi=s.vi, en=s.en, lon_lat=LonLat(*s.lon_lat)) for s in found.steps
            ),
            eta_p50_s=found.eta_p50_s,
            eta_p90_s=found.eta_p90_s,
            via=None if found.via is None else LonLat(*found.via),
            over=over,
        )
        for found, over in zip(routes, name_apart(routes), strict=True)
    )
    return msgspec.structs.replace(best, alternatives=tuple(others))


def name_apart(routes: Sequence[Route]) -> list[str]:
    """For each of several ways the street on which it is longest without any of the others; empty where no
    street with a name tells it from them, and for a way that is alone."""
    metres: list[Counter[str]] = []
    for route in routes:
        along: Counter[str] = Counter()
        for step in route.steps:
            along[step.name] += round(step.distance_m)
        del along[""]
        metres.append(along)
    return [
        _find_own(along, [others for others in metres if others is not along]) if len(metres) > 1 else ""
        for along in metres
    ]


def _find_own(along: Counter[str], others: Sequence[Counter[str]]) -> str:
    own = {name: length - max(other[name] for other in others) for name, length in along.items()}
    name = max(own, key=lambda each: (own[each], each), default="")
    return name if name and own[name] > _NOTABLE_M else ""


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
