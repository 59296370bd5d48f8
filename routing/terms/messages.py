"""What the planner is asked and what it answers, on the wire and in memory.

A frame is a four-byte big-endian length and one msgpack map. Positions are (lon, lat) WGS84, times seconds,
lengths metres. Answers carry the id of their request and may come in any order.
"""

from typing import Annotated, Literal

import msgspec

from routing.terms.ways import LonLat as LonLat
from routing.terms.ways import Route, RouteRequest
from routing.terms.weighing import Weighing

Param = str | float | int
REASONS_VERSION = 1
Count = Annotated[int, msgspec.Meta(ge=0, le=1000)]
Priority = Annotated[int, msgspec.Meta(ge=1, le=4)]


class Substitute(msgspec.Struct, frozen=True):
    """A capability that will do instead, as if its unit were price_s seconds later."""

    capability: str
    price_s: float


class PlanNeed(msgspec.Struct, frozen=True):
    """So many units of one capability for one leg. Its place is lon_lat, or the request's incident_lon_lat.

    An empty agency_id lets units of any agency serve; hot asks for the privileges of siren and light.
    Of a unit's cover_s at most most_cover_s count. A unit that comes later than late_after_s is weighed as if
    it came late_price_s later still. Needs of one leg and package come in full, all of them, or not at all.
    """

    need_id: str
    leg_id: str
    agency_id: str
    capability: str
    count: Count
    minimum: Count
    priority: Priority
    lon_lat: LonLat | None = None
    substitutes: list[Substitute] = []
    hot: bool = False
    most_cover_s: float = 0.0
    late_after_s: float = 0.0
    late_price_s: float = 0.0
    package: str = ""


class PlanUnit(msgspec.Struct, frozen=True):
    """A unit that may be proposed: where it stands, how old that is, and what it takes to get it moving.

    It is weighed as if it came held_s later, the price of taking it although it is offered elsewhere now, and
    cover_s, what its absence costs those who call next, rest_s, what its crew's long day costs (worked_s: on,
    out without a break), and aid_s, what a neighbour's help (by name) costs. Of at_once, things it can do at
    the same time, it serves a need each on one leg.
    """

    unit_id: str
    agency_id: str
    capabilities: list[str]
    vehicle_class: str
    lon_lat: LonLat
    turnout_s: float
    position_age_s: float
    phase: str
    held_s: float = 0.0
    cover_s: float = 0.0
    at_once: list[str] = []
    rest_s: float = 0.0
    worked_s: tuple[float, float] = (0.0, 0.0)
    neighbour: str = ""
    aid_s: float = 0.0


class MinimumCover(msgspec.Struct, frozen=True):
    """Of these units no more than spare may go, unless nothing else can serve."""

    code: str
    spare: int
    unit_ids: list[str]


class PlanRequest(msgspec.Struct, frozen=True, tag="plan"):
    """Which of these units should serve which of these needs, of one incident or several? policy names what
    set the units' cover_s, for the record. patient: the best plan, however long it takes."""

    incident_lon_lat: LonLat
    needs: list[PlanNeed]
    units: list[PlanUnit]
    policy: str = ""
    minimum_cover: list[MinimumCover] = []
    patient: bool = False


class Reason(msgspec.Struct, frozen=True):
    """One fact behind an answer: a code that a screen has words for, and its figures."""

    code: str
    params: dict[str, Param] = {}


class Alternative(msgspec.Struct, frozen=True):
    """A unit that is free for the same need, and when it would be there."""

    unit_id: str
    eta_s: float


class Proposal(msgspec.Struct, frozen=True):
    """One unit for one need. eta_s = turnout_s + travel_s; substitute_price_s is 0 when none is one.
    Half of such arrivals keep eta_p50_s, nine of ten eta_p90_s (by straight line None); wait_s: ferries.
    """

    need_id: str
    unit_id: str
    eta_s: float
    travel_s: float
    turnout_s: float
    distance_m: float
    capability: str
    substitute_price_s: float
    reasons: list[Reason]
    alternatives: list[Alternative]
    eta_p50_s: float | None = None
    eta_p90_s: float | None = None
    wait_s: float = 0.0


class Shortfall(msgspec.Struct, frozen=True):
    """What a need asked for and nobody can serve."""

    need_id: str
    missing: int
    below_minimum: bool
    reason: Reason


class SkippedUnit(msgspec.Struct, frozen=True):
    """A unit that could not be considered at all."""

    unit_id: str
    reason: Reason


class PlanAnswer(msgspec.Struct, frozen=True, tag="plan_answer"):
    """Units proposed, needs unserved, and how it was found; from weighed alone the same units follow again.
    Degraded: straight lines, not roads. The best plan is at most gap better (`policy.Solution`), None:
    nothing was proven. Hasty: there was no time for the best, which a patient question gets."""

    proposals: list[Proposal]
    shortfalls: list[Shortfall]
    method: str
    degraded: bool
    reasons_version: int
    took_ms: float
    graph_date: str
    skipped_units: list[SkippedUnit] = []
    weighed: Weighing | None = None
    gap: int | None = None
    hasty: bool = False


class TravelTimesRequest(msgspec.Struct, frozen=True, tag="travel_times"):
    """How long from each origin to one destination?"""

    origins: list[LonLat]
    destination: LonLat
    vehicle_class: str
    hot: bool = False


class TravelTimesAnswer(msgspec.Struct, frozen=True, tag="travel_times_answer"):
    """Seconds by origin, None where no way leads."""

    travel_s: list[float | None]


class MatrixRequest(msgspec.Struct, frozen=True, tag="matrix"):
    """How long from each origin to each destination? Positions packed (`tables`)."""

    origins: memoryview
    destinations: memoryview
    vehicle_class: str
    hot: bool = False


class MatrixAnswer(msgspec.Struct, frozen=True, tag="matrix_answer"):
    """Milliseconds by origin, then destination, and seconds from origins to roads, packed (`tables`)."""

    travel_ms: memoryview
    start_s: memoryview


class RoadChange(msgspec.Struct, frozen=True):
    """Closed to all, slow by a factor, or under depth_m of water: a point, a line or the ring of an area."""

    change_id: str
    kind: Literal["closed", "slow", "flood"]
    form: Literal["point", "line", "area"]
    lon_lats: list[LonLat]
    factor: Annotated[float, msgspec.Meta(ge=1, le=50)] = 1.0
    depth_m: Annotated[float, msgspec.Meta(ge=0, le=10)] = 0.0


class FitCorrection(msgspec.Struct, frozen=True):
    """A crew's word about the street at a place: their class fits through it, or it does not.

    way_id is the map's number of that street where it was found before, 0 where not.
    """

    lon_lat: LonLat
    vehicle_class: str
    fits: bool
    correction_id: str = ""
    way_id: int = 0


class ConditionsRequest(msgspec.Struct, frozen=True, tag="conditions"):
    """Exactly this holds from now on, and nothing else; of corrections, oldest first, the newest counts.
    hour of the local day for usual traffic, weekday (0 = Monday) beside it for rules with hours; since_minute
    of the local week: when an hour was told before."""

    changes: list[RoadChange]
    hour: Annotated[float, msgspec.Meta(ge=0, le=24)] | None = None
    corrections: list[FitCorrection] = []
    weekday: Annotated[int, msgspec.Meta(ge=0, le=6)] | None = None
    since_minute: Annotated[int, msgspec.Meta(ge=0, lt=10_080)] | None = None


class ConditionsAnswer(msgspec.Struct, frozen=True, tag="conditions_answer"):
    """In force in every class: stretches of street each change and correction concerns, by its id, and the
    street's number on the map. Rules with hours: minutes until one changes, where others hold than since."""

    stretches: dict[str, int]
    changed_arcs: int
    took_ms: float
    way_ids: dict[str, int] = {}
    next_rule_min: int | None = None
    other_rules_at: list[LonLat] = []


class ReachStarter(msgspec.Struct, frozen=True):
    """A vehicle at lon_lat that sets out delay_s from now."""

    lon_lat: LonLat
    vehicle_class: str
    hot: bool = False
    delay_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 0.0


class ReachRequest(msgspec.Struct, frozen=True, tag="reach"):
    """Where can at least one of these vehicles be, within each of these times?"""

    starters: Annotated[list[ReachStarter], msgspec.Meta(max_length=5000)]
    limits_s: Annotated[
        list[Annotated[float, msgspec.Meta(gt=0, le=7200)]], msgspec.Meta(min_length=1, max_length=8)
    ]


class ReachArea(msgspec.Struct, frozen=True):
    """What is reached within limit_s: as JSON the coordinates of a GeoJSON MultiPolygon, empty for nothing.

    A fleet's area has tens of thousands of points, which nobody between planner and screen has to read.
    """

    limit_s: float
    coordinates: bytes


class ReachAnswer(msgspec.Struct, frozen=True, tag="reach_answer"):
    """Areas in the order of the limits asked for."""

    areas: list[ReachArea]


class StatusRequest(msgspec.Struct, frozen=True, tag="status"):
    """Are you there, and on which graph?"""


class StatusAnswer(msgspec.Struct, frozen=True, tag="status_answer"):
    """The graph that answers, and the process."""

    graph_date: str
    node_count: int
    edge_count: int
    vehicle_classes: list[str]
    process: int = 0


class AskedRequest(msgspec.Struct, frozen=True, tag="asked"):
    """Within a pair of planners: which classes were asked for lately?"""


class AskedAnswer(msgspec.Struct, frozen=True, tag="asked_answer"):
    """Vehicle class, hot or cold, and for how many changes of the roads its search is to be kept ready; and
    for how long the search has been at one piece of which question (0: of none)."""

    classes: list[tuple[str, bool, int]]
    piece_s: float = 0.0
    request_id: int = 0


class PrepareRequest(msgspec.Struct, frozen=True, tag="prepare"):
    """Within a pair of planners: conditions for the one that nobody asks meanwhile, and the classes that it
    will be asked for. Answered by a ConditionsAnswer."""

    conditions: ConditionsRequest
    asked: list[tuple[str, bool, int]]


class Failure(msgspec.Struct, frozen=True, tag="failure"):
    """No answer, and why: bad_request, frame_too_large, unknown_vehicle_class, no_route, off_network,
    too_late, internal; wrong_answer, where the asker finds it to be none to its question."""

    code: str
    message: str


RequestBody = (
    TravelTimesRequest
    | MatrixRequest
    | RouteRequest
    | PlanRequest
    | ConditionsRequest
    | ReachRequest
    | StatusRequest
    | AskedRequest
    | PrepareRequest
)
AnswerBody = (
    TravelTimesAnswer
    | MatrixAnswer
    | Route
    | PlanAnswer
    | ConditionsAnswer
    | ReachAnswer
    | StatusAnswer
    | AskedAnswer
    | Failure
)


class Request(msgspec.Struct, frozen=True):
    """A question and how many milliseconds its asker will wait."""

    request_id: int
    budget_ms: float
    body: RequestBody


class Answer(msgspec.Struct, frozen=True):
    """An answer to one request; request_id 0 answers a frame whose id could not be read."""

    request_id: int
    body: AnswerBody
