"""OSM tags → what a road is to us. Pure; every value a mapper may have typed is survived."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from routing.graph.ferries import parse_duration_s, read_wait_s
from routing.graph.kinds import Barrier, EdgeFlag, Mode, RoadClass
from routing.graph.other_names import OtherName, clean_name, list_other_names

_WHEELS = Mode.MOTORCYCLE | Mode.MOTORCAR | Mode.EMERGENCY | Mode.BUS
_ALL = _WHEELS | Mode.FOOT

# Who may use a road of this class when its tags say nothing more.
_DEFAULT_MODES: dict[RoadClass, Mode] = {
    RoadClass.MOTORWAY: Mode.MOTORCAR | Mode.EMERGENCY | Mode.BUS,
    RoadClass.MOTORWAY_LINK: Mode.MOTORCAR | Mode.EMERGENCY | Mode.BUS,
    RoadClass.PATH: Mode.FOOT | Mode.MOTORCYCLE,
    RoadClass.PEDESTRIAN: Mode.FOOT | Mode.EMERGENCY,
    RoadClass.FOOTWAY: Mode.FOOT,
    RoadClass.STEPS: Mode.FOOT,
    RoadClass.FERRY: _ALL,
}

# Clear width assumed where nobody measured, metres. Hardly any street of the city carries a measured one.
ASSUMED_WIDTH_M: dict[RoadClass, float] = {
    RoadClass.MOTORWAY: 12.0,
    RoadClass.MOTORWAY_LINK: 6.0,
    RoadClass.TRUNK: 12.0,
    RoadClass.TRUNK_LINK: 6.0,
    RoadClass.PRIMARY: 12.0,
    RoadClass.PRIMARY_LINK: 6.0,
    RoadClass.SECONDARY: 9.0,
    RoadClass.SECONDARY_LINK: 5.0,
    RoadClass.TERTIARY: 7.0,
    RoadClass.TERTIARY_LINK: 5.0,
    RoadClass.UNCLASSIFIED: 5.0,
    RoadClass.RESIDENTIAL: 5.0,
    RoadClass.LIVING_STREET: 4.0,
    RoadClass.ALLEY: 2.5,
    RoadClass.SERVICE: 3.5,
    RoadClass.ROAD: 5.0,
    RoadClass.TRACK: 3.0,
    RoadClass.PATH: 1.2,
    RoadClass.PEDESTRIAN: 5.0,
    RoadClass.FOOTWAY: 1.5,
    RoadClass.STEPS: 1.5,
    RoadClass.FERRY: 5.0,
}

# So wide is a marked lane at least, where lanes were counted and no width measured.
_LANE_M = 3.0
_MOST_LANES = 12

_SAME_CLASS = {road_class.value: road_class for road_class in RoadClass if road_class is not RoadClass.ALLEY}
_OTHER_CLASSES = {
    "cycleway": RoadClass.PATH,
    "bridleway": RoadClass.PATH,
    "corridor": RoadClass.FOOTWAY,
    "busway": RoadClass.SERVICE,
    "bus_guideway": RoadClass.SERVICE,
}
# A passage through a building or below a roof has sky at both ends and water from neither side.
_NOT_BUILT: dict[str, tuple[str, ...]] = {
    "bridge": ("no",),
    "tunnel": ("no", "building_passage", "covered", "culvert"),
    "toll": ("no",),
}
_ROUND = ("roundabout", "circular")
_ALLEY_NAME = re.compile(r"^(hẻm|hẽm|hem|kiệt|ngõ|ngách)\b", re.IGNORECASE)

# Later keys are more specific and overrule earlier ones.
_ACCESS: tuple[tuple[str, Mode], ...] = (
    ("access", _ALL),
    ("vehicle", _WHEELS),
    ("motor_vehicle", _WHEELS),
    ("motorroad", Mode.NONE),
    ("motorcar", Mode.MOTORCAR | Mode.EMERGENCY),
    ("motorcycle", Mode.MOTORCYCLE),
    ("psv", Mode.BUS),
    ("bus", Mode.BUS),
    ("foot", Mode.FOOT),
    ("emergency", Mode.EMERGENCY),
)
ACCESS_KEYS = tuple(key for key, _ in _ACCESS)
ONEWAY_KEYS = (
    "oneway", "oneway:motorcar", "oneway:motorcycle", "motorcycle:oneway", "oneway:psv", "oneway:bus",
)  # fmt: skip
DIRECTED_KEYS = tuple(f"{key}:{way}" for key in (*ACCESS_KEYS, "maxspeed") for way in ("forward", "backward"))
_DENIED = {"no", "use_sidepath"}
_RESTRICTED = {"private", "customers", "permit", "military"}
_ALLOWED = {"yes", "designated", "permissive", "destination", "delivery", "official", "public"}

_BARRIERS: dict[str, Barrier] = {
    **dict.fromkeys(
        ("bollard", "block", "cycle_barrier", "motorcycle_barrier", "kissing_gate", "turnstile", "stile"),
        Barrier.NARROW,
    ),
    **dict.fromkeys(("gate", "lift_gate", "swing_gate", "sliding_gate", "chain"), Barrier.GATE),
    **dict.fromkeys(("debris", "jersey_barrier", "wall", "fence", "log"), Barrier.CLOSED),
}


@dataclass(frozen=True, slots=True)
class RoadTags:
    """One way's tags, understood. Speeds km/h (0 = not mapped), width in metres.

    Height in metres and weight in tonnes are infinite where no sign limits them; run_s is the seconds a
    ferry's timetable gives the whole way, NaN for all else; wait_s is how long one waits for it on average.
    """

    road_class: RoadClass
    name: str
    forward_modes: Mode
    backward_modes: Mode
    forward_maxspeed_kmh: int
    backward_maxspeed_kmh: int
    width_m: float
    width_assumed: bool
    max_height_m: float
    max_weight_t: float
    run_s: float
    wait_s: float
    flags: EdgeFlag
    others: tuple[OtherName, ...] = ()


@dataclass(frozen=True, slots=True)
class BarrierTags:
    """What stands on a node, and whom the signs on it let pass."""

    kind: Barrier
    modes: Mode = _ALL


def find_road_tags(tags: Mapping[str, str]) -> RoadTags | None:
    """What a way with these tags is to a traveller; None when nobody can travel on it."""
    road_class = find_road_class(tags)
    if road_class is None:
        return None
    along, against, private = _read_modes(road_class, tags)
    if along | against is Mode.NONE:
        return None
    forward, backward = _read_directions(road_class, along, against, tags)
    maxspeed = tags.get("maxspeed", "")
    ferry = road_class is RoadClass.FERRY
    name = clean_name(tags.get("name", "") or tags.get("name:vi", ""))
    width_m = parse_width_m(tags.get("maxwidth", "") or tags.get("width", "") or tags.get("est_width", ""))
    return RoadTags(
        road_class=road_class,
        name=name,
        forward_modes=forward,
        backward_modes=backward,
        forward_maxspeed_kmh=parse_maxspeed_kmh(tags.get("maxspeed:forward", maxspeed)),
        backward_maxspeed_kmh=parse_maxspeed_kmh(tags.get("maxspeed:backward", maxspeed)),
        width_m=assume_width_m(road_class, tags.get("lanes", "")) if width_m is None else width_m,
        width_assumed=width_m is None,
        max_height_m=_parse_limit(tags.get("maxheight", ""), 1.0, 20.0),
        max_weight_t=_parse_limit(tags.get("maxweight", ""), 0.2, 100.0),
        run_s=parse_duration_s(tags.get("duration", "")) if ferry else math.nan,
        wait_s=read_wait_s(tags, bool((along | against) & Mode.MOTORCAR)) if ferry else 0.0,
        flags=_read_flags(tags) | (EdgeFlag.PRIVATE if private else EdgeFlag.NONE),
        others=tuple(list_other_names(tags, name)),
    )


def find_road_class(tags: Mapping[str, str]) -> RoadClass | None:
    """Road class of a way, None for what is planned, being built, or no road at all."""
    if tags.get("route") == "ferry":
        return RoadClass.FERRY
    highway = tags.get("highway", "")
    road_class = _SAME_CLASS.get(highway) or _OTHER_CLASSES.get(highway)
    if tags.get("area") == "yes" and road_class is not RoadClass.PEDESTRIAN:
        return None
    if road_class is RoadClass.SERVICE and tags.get("service") == "alley":
        return RoadClass.ALLEY
    if road_class in (RoadClass.RESIDENTIAL, RoadClass.SERVICE) and _ALLEY_NAME.match(tags.get("name", "")):
        return RoadClass.ALLEY
    return road_class


def parse_maxspeed_kmh(text: str) -> int:
    """Speed limit in whole km/h; 0 for what cannot be a speed limit of a city road (5 to 120)."""
    match = re.match(r"\s*(\d{1,3})(?:\.\d+)?\s*(mph)?", text)
    if match is None:
        return 0
    speed = int(match[1]) * 1.609344 if match[2] else int(match[1])
    return round(speed) if 5 <= speed <= 120 else 0


def assume_width_m(road_class: RoadClass, lanes: str) -> float:
    """Width in metres of a road that nobody measured: of its class, or of its lanes if they are wider. One
    lane says nothing of how wide it is."""
    counted = int(lanes) if re.fullmatch(r"\d{1,2}", lanes.strip()) else 0
    return max(ASSUMED_WIDTH_M[road_class], counted * _LANE_M if 2 <= counted <= _MOST_LANES else 0.0)


def parse_width_m(text: str) -> float | None:
    """Width in metres; None for what cannot be the width of a way (0.5 to 60), such as street numbers."""
    match = re.fullmatch(r"\s*(\d{1,3}(?:[.,]\d+)?)\s*(?:m|met|mét|metre|meter|metres|meters)?\s*", text)
    if match is None:
        return None
    width_m = float(match[1].replace(",", "."))
    return width_m if 0.5 <= width_m <= 60 else None


def _parse_limit(text: str, low: float, high: float) -> float:
    """A limit in metres or tonnes; infinite for what cannot be one."""
    match = re.match(r"\s*(\d{1,3}(?:[.,]\d+)?)\s*(?:m|t|tấn)?\s*$", text)
    limit = float(match[1].replace(",", ".")) if match else math.inf
    return limit if low <= limit <= high else math.inf


def read_barrier(tags: Mapping[str, str]) -> BarrierTags:
    """What a node with these tags stops; a barrier explicitly open to motor traffic stops nothing.

    Signs on gates say who has them opened; what is too narrow is so whatever a sign says.
    """
    kind = _BARRIERS.get(tags.get("barrier", ""), Barrier.NONE)
    open_to = tags.get("motor_vehicle") or tags.get("vehicle") or tags.get("access") or ""
    modes = _read_access(_ALL, tags)[0] if kind is Barrier.GATE else _ALL
    return BarrierTags(Barrier.NONE if open_to in _ALLOWED else kind, modes)


def _read_modes(road_class: RoadClass, tags: Mapping[str, str]) -> tuple[Mode, Mode, bool]:
    """Who may use a road along and against its drawn direction, and whether it is private."""
    modes = _DEFAULT_MODES.get(road_class, _ALL)
    if tags.get("highway") in ("busway", "bus_guideway"):
        modes &= Mode.BUS
    along, private = _read_access(modes, tags, ":forward")
    if not any(key in tags for key in DIRECTED_KEYS):
        return along, along, private
    against, private_against = _read_access(modes, tags, ":backward")
    # Who needs leave for one direction alone takes the other; a siren needs none.
    if private and not private_against:
        along &= ~Mode.MOTORCAR
    if private_against and not private:
        against &= ~Mode.MOTORCAR
    return along, against, private and private_against


def _read_access(modes: Mode, tags: Mapping[str, str], direction: str = "") -> tuple[Mode, bool]:
    """Who of those whom nothing keeps away may pass, and whether they need leave. What a key says of this
    direction stands in place of what it says of both."""
    private = False
    if tags.get("motorroad") == "yes":
        modes &= Mode.MOTORCAR | Mode.EMERGENCY
    for key, concerned in _ACCESS:
        value = tags.get(key + direction) or tags.get(key, "")
        if value in _DENIED:
            modes &= ~concerned
            private = private and key != "access"
        elif value in _RESTRICTED:
            private = private or bool(concerned & Mode.MOTORCAR)
        elif value in _ALLOWED and key != "access":
            modes |= concerned
    return modes, private


def _read_directions(
    road_class: RoadClass, ahead: Mode, back: Mode, tags: Mapping[str, str]
) -> tuple[Mode, Mode]:
    """Modes along and against the drawn direction; people on foot walk both ways."""
    implied = "yes" if road_class is RoadClass.MOTORWAY or tags.get("junction") in _ROUND else "no"
    general = tags.get("oneway", implied)
    motorcar = tags.get("oneway:motorcar", general)
    motorcycle = tags.get("oneway:motorcycle", tags.get("motorcycle:oneway", general))
    bus = tags.get("oneway:psv", tags.get("oneway:bus", general))
    forward, backward = ahead & Mode.FOOT, back & Mode.FOOT
    for mode, oneway in (
        (Mode.MOTORCAR | Mode.EMERGENCY, motorcar),
        (Mode.MOTORCYCLE, motorcycle),
        (Mode.BUS, bus),
    ):
        along, against = _read_oneway(oneway)
        forward |= ahead & mode if along else Mode.NONE
        backward |= back & mode if against else Mode.NONE
    return forward, backward


def _read_oneway(value: str) -> tuple[bool, bool]:
    """(along, against) allowed; contradicting values such as "no;yes" leave the street open both ways."""
    if value in ("yes", "1", "true"):
        return True, False
    if value in ("-1", "reverse"):
        return False, True
    return True, True


def _read_flags(tags: Mapping[str, str]) -> EdgeFlag:
    flags = EdgeFlag.NONE
    for key, flag in (("bridge", EdgeFlag.BRIDGE), ("tunnel", EdgeFlag.TUNNEL), ("toll", EdgeFlag.TOLL)):
        if tags.get(key, "no") not in _NOT_BUILT[key]:
            flags |= flag
    if tags.get("route") == "ferry":
        flags |= EdgeFlag.FERRY
    if tags.get("junction") in _ROUND:
        flags |= EdgeFlag.ROUNDABOUT
    return flags
