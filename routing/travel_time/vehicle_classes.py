"""Vehicle classes as data: a new kind of vehicle is a row here.

Speeds are what a free street of this city yields between its delays; nobody publishes measured ones, so
these are assumptions that learned speeds will replace. Between the ranks of streets they differ more than
limits do: that keeps a car on the main roads, as drivers and other routers do. Widths are the clear width a
driver of that vehicle asks for, mirrors and a hand's breadth included.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from routing.graph.kinds import Barrier, Mode, RoadClass

_MOTOR = Mode.MOTORCAR | Mode.EMERGENCY

_CAR_SPEEDS_KMH: dict[RoadClass, float] = {
    RoadClass.MOTORWAY: 80,
    RoadClass.MOTORWAY_LINK: 50,
    RoadClass.TRUNK: 72,
    RoadClass.TRUNK_LINK: 56,
    RoadClass.PRIMARY: 53,
    RoadClass.PRIMARY_LINK: 36,
    RoadClass.SECONDARY: 44,
    RoadClass.SECONDARY_LINK: 42,
    RoadClass.TERTIARY: 28,
    RoadClass.TERTIARY_LINK: 21,
    RoadClass.UNCLASSIFIED: 26,
    RoadClass.RESIDENTIAL: 23,
    RoadClass.LIVING_STREET: 10,
    RoadClass.ALLEY: 10,
    RoadClass.SERVICE: 11,
    RoadClass.ROAD: 18,
    RoadClass.TRACK: 12,
    RoadClass.PATH: 8,
    RoadClass.PEDESTRIAN: 8,
    RoadClass.FOOTWAY: 5,
    RoadClass.STEPS: 3,
    RoadClass.FERRY: 9,
}
_TWO_WHEELS_KMH: dict[RoadClass, float] = _CAR_SPEEDS_KMH | {
    RoadClass.TRUNK: 45,
    RoadClass.PRIMARY: 40,
    RoadClass.SECONDARY: 36,
    RoadClass.TERTIARY: 28,
    RoadClass.UNCLASSIFIED: 26,
    RoadClass.RESIDENTIAL: 22,
    RoadClass.LIVING_STREET: 15,
    RoadClass.ALLEY: 18,
    RoadClass.SERVICE: 18,
    RoadClass.PATH: 12,
}
_WALK_KMH: dict[RoadClass, float] = dict.fromkeys(RoadClass, 5.0) | {
    RoadClass.STEPS: 2.5,
    RoadClass.FERRY: 9.0,
}


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds beside the driving itself: at signals, giving way to a bigger road, turning off one, at a
    junction of equals, at a gate that someone opens, at a toll booth, and for turning back in the street.
    """

    signal_s: float = 10.0
    give_way_s: float = 10.0
    turn_off_s: float = 10.0
    junction_s: float = 2.0
    gate_s: float = 20.0
    toll_s: float = 10.0
    back_s: float = 25.0


_TWO_WHEELS = Delays(
    signal_s=8.0, give_way_s=5.0, turn_off_s=4.0, junction_s=0.5, gate_s=10.0, toll_s=3.0, back_s=5.0
)
_ON_FOOT = Delays(
    signal_s=10.0, give_way_s=5.0, turn_off_s=0.0, junction_s=0.0, gate_s=5.0, toll_s=0.0, back_s=0.0
)


@dataclass(frozen=True, slots=True)
class HotPrivileges:
    """What siren and light allow, in a hot response only.

    speed_factor multiplies the speed of the road and lifts its limit; contraflow_factor multiplies the time
    of a one-way street taken against; turn_price_s is the price of a turn that is otherwise forbidden;
    delay_factor multiplies every delay of the class, not the wait for a ferry; modes are what it may use
    besides its own, such as bus lanes.
    """

    speed_factor: float
    contraflow_factor: float
    turn_price_s: float
    delay_factor: float = 0.4
    modes: Mode = Mode.BUS


@dataclass(frozen=True, slots=True)
class VehicleClass:
    """One kind of vehicle. Modes: any of them admits it to a road; speeds km/h; lengths metres.

    min_width_m is the clear width its driver asks for; turning_width_m is how wide two streets must be
    together for it to take a hairpin from one into the other; height_m and weight_t are compared with signs;
    posted_share is the part of a posted limit it drives where that is more than its speed on such a road;
    ford_m is the deepest water it drives through; rush_share is how much of a rush hour's delay it suffers.
    """

    name: str
    label_vi: str
    label_en: str
    modes: Mode
    min_width_m: float
    height_m: float
    weight_t: float
    speeds_kmh: Mapping[RoadClass, float]
    turning_width_m: float = 0.0
    ford_m: float = 0.3
    rush_share: float = 1.0
    delays: Delays = Delays()
    speed_factor: float = 1.0
    posted_share: float = 0.92
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
        height_m=3.6,
        weight_t=20.0,
        turning_width_m=7.5,
        ford_m=0.6,
        rush_share=0.9,
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
        height_m=3.4,
        weight_t=14.0,
        turning_width_m=6.5,
        ford_m=0.6,
        rush_share=0.9,
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
        height_m=2.4,
        weight_t=4.0,
        ford_m=0.4,
        rush_share=0.85,
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
        height_m=2.7,
        weight_t=3.5,
        ford_m=0.35,
        rush_share=0.8,
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
        height_m=2.0,
        weight_t=2.5,
        ford_m=0.3,
        rush_share=0.8,
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
        height_m=1.8,
        weight_t=0.4,
        delays=_TWO_WHEELS,
        posted_share=0.65,
        ford_m=0.25,
        rush_share=0.4,
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
        height_m=2.0,
        weight_t=2.5,
        ford_m=0.3,
        rush_share=1.0,
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
        height_m=2.0,
        weight_t=0.1,
        delays=_ON_FOOT,
        posted_share=0.0,
        ford_m=0.6,
        rush_share=0.0,
        speeds_kmh=_WALK_KMH,
        passes=Barrier.GATE | Barrier.NARROW | Barrier.CLOSED,
        straight_line_kmh=5.0,
    ),
)

VEHICLE_CLASSES: dict[str, VehicleClass] = {row.name: row for row in _ROWS}
CIVIL_CAR = VEHICLE_CLASSES["car"]

WALK_KMH = 5.0
DETOUR_FACTOR = 1.4  # road over straight-line distance where the road is not known
