"""Which way the planner is asked for, and how it tells it. Positions are (lon, lat) WGS84."""

from typing import Annotated

import msgspec

LonLat = tuple[float, float]


class RouteRequest(msgspec.Struct, frozen=True, tag="route"):
    """Which way from here to there, told step by step (guidance), and with how many alternatives?

    via: the way over this junction, as an alternative named it; the fastest one where that way is more than
    via_slower_s slower, or leads there and back.
    """

    origin: LonLat
    destination: LonLat
    vehicle_class: str
    hot: bool = False
    guidance: bool = False
    alternatives: Annotated[int, msgspec.Meta(ge=0, le=2)] = 0
    via: LonLat | None = None
    via_slower_s: float = 0.0


class Step(msgspec.Struct, frozen=True):
    """One instruction: what to do at lon_lat (a `manoeuvres.Turn`), and how far and long it goes on."""

    turn: str
    vi: str
    en: str
    name: str
    distance_m: float
    travel_s: float
    lon_lat: LonLat


class Route(msgspec.Struct, frozen=True, tag="route_answer"):
    """The fastest way, or the one over the junction via. carry_m of distance_m and carry_s of travel_s are on
    foot, where no vehicle gets to, and wait_s is what one waits for ferries on average.

    lon_lats is the line driven: it ends at the last place the vehicle gets to. names: the streets in order.
    Half of such ways take eta_p50_s at most, nine of ten eta_p90_s, as finished runs tell.
    """

    travel_s: float
    distance_m: float
    carry_m: float
    lon_lats: list[LonLat]
    carry_s: float = 0.0
    names: list[str] = []
    steps: list[Step] = []
    alternatives: list["Route"] = []
    eta_p50_s: float | None = None
    eta_p90_s: float | None = None
    wait_s: float = 0.0
    via: LonLat | None = None
