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
    BUS = 16


class EdgeFlag(IntFlag):
    """Facts about an edge that are yes or no."""

    NONE = 0
    BRIDGE = 1
    TUNNEL = 2
    FERRY = 4
    ROUNDABOUT = 8
    PRIVATE = 16
    TOLL = 32


class Turn(IntFlag):
    """What the turn in front of an arc is; a turn nobody restricts is NONE."""

    NONE = 0
    REFUSED = 1  # by a sign
    BACK = 2  # back into the street one came from
    TIGHT = 4  # so sharp, between streets so narrow, that a long vehicle cannot take it


class Crossing(IntFlag):
    """What delays a vehicle on a directed edge: at its far end where nothing else is said."""

    NONE = 0
    SIGNAL = 1
    GIVE_WAY = 2  # a bigger road crosses or begins
    JUNCTION = 4  # streets of the same rank meet
    BOARDING = 8  # the edge is a ferry's and one has to wait for the boat at its near end
    TOLL = 16
    TURN_OFF = 32  # at its near end: it begins at a bigger road, which one leaves or crosses to get here


class Barrier(IntFlag):
    """What stands on a node and whom it stops."""

    NONE = 0
    NARROW = 1  # bollard, block, cycle barrier: two wheels and feet pass
    GATE = 2  # gate, lift gate: someone must open it, which takes time
    CLOSED = 4  # wall, fence, debris, jersey barrier: nothing on wheels passes
