"""Vehicle classes as data: a new kind of vehicle is a row here.

Speeds are what a free street of this city yields, door to door without jams; nobody publishes measured ones,
so these are assumptions that learned speeds will replace. Widths are the clear width a driver of that vehicle
asks for, mirrors and a hand's breadth included.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from routing.graph.kinds import Barrier, Mode, RoadClass

_MOTOR = Mode.MOTORCAR | Mode.EMERGENCY

_CAR_SPEEDS_KMH: dict[RoadClass, float] = {
    RoadClass.MOTORWAY: 85,
    RoadClass.MOTORWAY_LINK: 50,
    RoadClass.TRUNK: 55,
    RoadClass.TRUNK_LINK: 40,
    RoadClass.PRIMARY: 45,
    RoadClass.PRIMARY_LINK: 35,
    RoadClass.SECONDARY: 38,
    RoadClass.SECONDARY_LINK: 30,
    RoadClass.TERTIARY: 32,
    RoadClass.TERTIARY_LINK: 26,
    RoadClass.UNCLASSIFIED: 25,
    RoadClass.RESIDENTIAL: 22,
    RoadClass.LIVING_STREET: 12,
    RoadClass.ALLEY: 12,
    RoadClass.SERVICE: 14,
    RoadClass.ROAD: 20,
    RoadClass.TRACK: 12,
    RoadClass.PATH: 8,
    RoadClass.PEDESTRIAN: 8,
    RoadClass.FOOTWAY: 5,
    RoadClass.STEPS: 3,
    RoadClass.FERRY: 5,  # waiting for the boat included
}
_TWO_WHEELS_KMH: dict[RoadClass, float] = _CAR_SPEEDS_KMH | {
    RoadClass.TRUNK: 45,
    RoadClass.PRIMARY: 40,
    RoadClass.SECONDARY: 36,
    RoadClass.TERTIARY: 32,
    RoadClass.UNCLASSIFIED: 28,
    RoadClass.RESIDENTIAL: 25,
    RoadClass.LIVING_STREET: 15,
    RoadClass.ALLEY: 18,
    RoadClass.SERVICE: 18,
    RoadClass.PATH: 12,
}
_WALK_KMH: dict[RoadClass, float] = dict.fromkeys(RoadClass, 5.0) | {
    RoadClass.STEPS: 2.5,
    RoadClass.FERRY: 5.0,
}


@dataclass(frozen=True, slots=True)
class HotPrivileges:
    """What siren and light allow, in a hot response only.

    speed_factor multiplies the speed of the road and lifts its limit; contraflow_factor multiplies the time
    of a one-way street taken against; turn_price_s is the price of a turn that is otherwise forbidden.
    """

    speed_factor: float
    contraflow_factor: float
    turn_price_s: float


@dataclass(frozen=True, slots=True)
class VehicleClass:
    """One kind of vehicle. Modes: any of them admits it to a road; speeds km/h; widths metres."""

    name: str
    label_vi: str
    label_en: str
    modes: Mode
    min_width_m: float
    speeds_kmh: Mapping[RoadClass, float]
    speed_factor: float = 1.0
    passes: Barrier = Barrier.GATE
    private_factor: float = 1.0
    straight_line_kmh: float = 25.0
    hot: HotPrivileges | None = None


_ROWS = (
    VehicleClass(
        name="ladder_truck",
        label_vi="Xe thang",
        label_en="Ladder truck",
        modes=_MOTOR,
        min_width_m=3.5,
        speeds_kmh=_CAR_SPEEDS_KMH,
        speed_factor=0.75,
        straight_line_kmh=22.0,
        hot=HotPrivileges(speed_factor=1.0, contraflow_factor=3.0, turn_price_s=15.0),
    ),
    VehicleClass(
        name="engine",
        label_vi="Xe chữa cháy",
        label_en="Fire engine",
        modes=_MOTOR,
        min_width_m=3.0,
        speeds_kmh=_CAR_SPEEDS_KMH,
        speed_factor=0.85,
        straight_line_kmh=25.0,
        hot=HotPrivileges(speed_factor=1.1, contraflow_factor=3.0, turn_price_s=12.0),
    ),
    VehicleClass(
        name="mini_fire_truck",
        label_vi="Xe chữa cháy mini",
        label_en="Mini fire truck",
        modes=_MOTOR,
        min_width_m=2.2,
        speeds_kmh=_CAR_SPEEDS_KMH,
        speed_factor=0.9,
        straight_line_kmh=26.0,
        hot=HotPrivileges(speed_factor=1.15, contraflow_factor=2.5, turn_price_s=10.0),
    ),
    VehicleClass(
        name="ambulance",
        label_vi="Xe cấp cứu",
        label_en="Ambulance",
        modes=_MOTOR,
        min_width_m=2.3,
        speeds_kmh=_CAR_SPEEDS_KMH,
        straight_line_kmh=28.0,
        hot=HotPrivileges(speed_factor=1.2, contraflow_factor=2.5, turn_price_s=10.0),
    ),
    VehicleClass(
        name="police_car",
        label_vi="Xe cảnh sát",
        label_en="Police car",
        modes=_MOTOR,
        min_width_m=2.1,
        speeds_kmh=_CAR_SPEEDS_KMH,
        straight_line_kmh=28.0,
        hot=HotPrivileges(speed_factor=1.25, contraflow_factor=2.5, turn_price_s=8.0),
    ),
    VehicleClass(
        name="motorbike",
        label_vi="Xe máy",
        label_en="Motorbike",
        modes=Mode.MOTORCYCLE | Mode.EMERGENCY,
        min_width_m=0.8,
        speeds_kmh=_TWO_WHEELS_KMH,
        passes=Barrier.GATE | Barrier.NARROW,
        straight_line_kmh=28.0,
        hot=HotPrivileges(speed_factor=1.2, contraflow_factor=1.5, turn_price_s=5.0),
    ),
    VehicleClass(
        name="car",
        label_vi="Ô tô",
        label_en="Civil car",
        modes=Mode.MOTORCAR,
        min_width_m=2.1,
        speeds_kmh=_CAR_SPEEDS_KMH,
        private_factor=4.0,
        straight_line_kmh=25.0,
    ),
    VehicleClass(
        name="foot",
        label_vi="Đi bộ",
        label_en="On foot",
        modes=Mode.FOOT,
        min_width_m=0.5,
        speeds_kmh=_WALK_KMH,
        passes=Barrier.GATE | Barrier.NARROW | Barrier.CLOSED,
        straight_line_kmh=5.0,
    ),
)

VEHICLE_CLASSES: dict[str, VehicleClass] = {row.name: row for row in _ROWS}
CIVIL_CAR = VEHICLE_CLASSES["car"]

WALK_KMH = 5.0
DETOUR_FACTOR = 1.4  # road over straight-line distance where the road is not known
