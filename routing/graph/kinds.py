"""The closed sets of words that road data is told in."""

from enum import IntFlag, StrEnum


class RoadClass(StrEnum):
    """Kinds of road that speeds and assumed widths depend on; alley is service=alley or a named hẻm."""

    MOTORWAY = "motorway"
    MOTORWAY_LINK = "motorway_link"
    TRUNK = "trunk"
    TRUNK_LINK = "trunk_link"
    PRIMARY = "primary"
    PRIMARY_LINK = "primary_link"
    SECONDARY = "secondary"
    SECONDARY_LINK = "secondary_link"
    TERTIARY = "tertiary"
    TERTIARY_LINK = "tertiary_link"
    UNCLASSIFIED = "unclassified"
    RESIDENTIAL = "residential"
    LIVING_STREET = "living_street"
    ALLEY = "alley"
    SERVICE = "service"
    ROAD = "road"
    TRACK = "track"
    PATH = "path"
    PEDESTRIAN = "pedestrian"
    FOOTWAY = "footway"
    STEPS = "steps"
    FERRY = "ferry"


ROAD_CLASSES: tuple[RoadClass, ...] = tuple(RoadClass)
ROAD_CLASS_INDEX: dict[RoadClass, int] = {road_class: i for i, road_class in enumerate(ROAD_CLASSES)}


class Mode(IntFlag):
    """Kinds of traffic that access rules speak of."""

    NONE = 0
    FOOT = 1
    MOTORCYCLE = 2
    MOTORCAR = 4
    EMERGENCY = 8


class EdgeFlag(IntFlag):
    """Facts about an edge that are yes or no."""

    NONE = 0
    BRIDGE = 1
    TUNNEL = 2
    FERRY = 4
    ROUNDABOUT = 8
    PRIVATE = 16
    TOLL = 32


class Barrier(IntFlag):
    """What stands on a node and whom it stops."""

    NONE = 0
    NARROW = 1  # bollard, block, cycle barrier: two wheels and feet pass
    GATE = 2  # gate, lift gate: someone must open it
    CLOSED = 4  # wall, fence, debris, jersey barrier: nothing on wheels passes
