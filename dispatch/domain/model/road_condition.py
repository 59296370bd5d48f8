"""Road condition: what holds on the streets and changes every way: closed, slow, under water, or too narrow
for a class of vehicle (T1, T4).

Roads belong to nobody: a condition is seen, changed and lifted by every agency, and each of its events says
who.
"""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event
from dispatch.domain.model.values import LonLat


class RoadCondition(msgspec.Struct, kw_only=True):
    """`kind`: closed, slow (driving takes `factor` times as long), flood (`depth_m` of water), unfit
    (`vehicle_class` does not fit through, nor does any bigger one) or fits (it does, and any smaller one).
    `form`: point, line or area; `lon_lats` is the point, the line, or the ring without its closing point.

    `state`: planned (from `from_at` on), in_force, ended. Without `until` it holds until it is lifted, and a
    desk is asked at `review_at`, if there is one, whether it still does: what fits through a street stays so.
    `way_id` is the map's number of the street that was meant, by which it is found on a newer map. What a
    crew told stands unconfirmed until a desk confirms it. `stretches` is how many stretches of street it
    concerns, None until the planner reckons with it. `number` is small, for speaking and typing: unique among
    all that have not been over for a day.
    """

    id: str
    number: int
    kind: str
    form: str
    lon_lats: tuple[LonLat, ...]
    factor: float
    depth_m: float
    where: str
    reason: str
    source: str
    by: str
    agency_id: str
    at: datetime
    from_at: datetime
    until: datetime | None
    review_at: datetime | None
    state: str
    confirmed: bool
    unit_id: str | None = None
    stretches: int | None = None
    ended_at: datetime | None = None
    ended_how: str | None = None
    ended_by: str | None = None
    lift_reason: str = ""
    vehicle_class: str = ""
    way_id: int | None = None
    version: int = 0


# ── commands ──


class PutRoadCondition(Command, frozen=True, kw_only=True, tag="road_condition.put"):
    """This holds on these streets from `from_at` (else from now) until `until`; without an end it is reviewed
    at `review_at`, else in two hours. What fits through a street (unfit, fits) is said of a point and a
    `vehicle_class`, and holds without review unless it is asked for. `where` names the place, `reason` says
    why, `source` who knows it."""

    condition_id: str
    kind: str
    form: str
    lon_lats: tuple[LonLat, ...]
    reason: str
    factor: float = 1.0
    depth_m: float = 0.0
    where: str = ""
    source: str = ""
    from_at: datetime | None = None
    until: datetime | None = None
    review_at: datetime | None = None
    vehicle_class: str = ""


class ReportRoad(Command, frozen=True, kw_only=True, tag="road_condition.report"):
    """What a crew finds where it stands: `kind` closed, flood with `depth_m` as they see it, or unfit or fits
    for a vehicle such as theirs. It holds at once for an hour, at that point alone, unconfirmed, and the desk
    is asked to confirm it."""

    condition_id: str
    unit_id: str
    kind: str
    lon_lat: LonLat
    depth_m: float = 0.5
    reason: str = ""


class ChangeRoadCondition(Command, frozen=True, kw_only=True, tag="road_condition.change"):
    """Another factor, depth, reason or end; None leaves a field as it is. `until` gives it an end,
    `review_at` takes its end away and asks again then. `seen` is the version that was on the screen."""

    condition_id: str
    seen: int
    factor: float | None = None
    depth_m: float | None = None
    reason: str | None = None
    until: datetime | None = None
    review_at: datetime | None = None


class ConfirmRoadCondition(Command, frozen=True, kw_only=True, tag="road_condition.confirm"):
    """What a crew told is so; from now on it has the end given here, else none, and a review in two hours
    unless it is about what fits through."""

    condition_id: str
    until: datetime | None = None
    review_at: datetime | None = None


class LiftRoadCondition(Command, frozen=True, kw_only=True, tag="road_condition.lift"):
    """It holds no more, with the reason. A crew may take back what it told itself while nobody confirmed
    it."""

    condition_id: str
    reason: str


class CountStretches(Command, frozen=True, kw_only=True, tag="road_condition.count"):
    """The planner reckons with it, and found so many stretches of street; 0 is told to the desk. `way_id` is
    the map's number of the street where one alone is meant."""

    condition_id: str
    stretches: int
    way_id: int | None = None


# ── events ──


class RoadConditionPut(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "road_condition.put"
    condition_id: str
    number: int
    kind: str
    form: str
    lon_lats: tuple[LonLat, ...]
    factor: float
    depth_m: float
    where: str
    reason: str
    source: str
    agency_id: str
    from_at: datetime
    until: datetime | None
    review_at: datetime | None
    planned: bool
    confirmed: bool
    unit_id: str | None
    vehicle_class: str = ""


class RoadConditionBegan(Event, frozen=True, kw_only=True):
    """The time for which it was planned has come."""

    TYPE: ClassVar[str] = "road_condition.began"
    condition_id: str


class RoadConditionChanged(Event, frozen=True, kw_only=True):
    """The values from now on, whether they changed or not."""

    TYPE: ClassVar[str] = "road_condition.changed"
    condition_id: str
    factor: float
    depth_m: float
    reason: str
    until: datetime | None
    review_at: datetime | None


class RoadConditionConfirmed(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "road_condition.confirmed"
    condition_id: str
    until: datetime | None
    review_at: datetime | None


class RoadConditionLifted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "road_condition.lifted"
    condition_id: str
    reason: str


class RoadConditionExpired(Event, frozen=True, kw_only=True):
    """Its end has come."""

    TYPE: ClassVar[str] = "road_condition.expired"
    condition_id: str


class StretchesCounted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "road_condition.counted"
    condition_id: str
    stretches: int
    way_id: int | None = None


class RoadConditionArchived(Event, frozen=True, kw_only=True):
    """Over for a day: it leaves memory."""

    TYPE: ClassVar[str] = "road_condition.archived"
    condition_id: str
