"""What can be asked of a comparison of two policies, and what it comes to. Nothing here computes.

Response is the time of the last unit that the plan asks for; differences are the policy's figures less the
other's.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from dispatch.simulate.city_hours import DayOptions


class GeneratedDays(
    msgspec.Struct, frozen=True, kw_only=True, tag="generated", tag_field="kind", forbid_unknown_fields=True
):
    """Days by chance, a seed each, from `seed` on; see `DayOptions`. Bounds keep a comparison to minutes."""

    seed: Annotated[int, Meta(ge=0, le=1_000_000)] = 1
    days: Annotated[int, Meta(ge=1, le=20)] = 5
    hours: Annotated[float, Meta(ge=1, le=24)] = 24.0
    per_hour: Annotated[float, Meta(ge=1, le=240)] = 60.0
    rain: bool = False
    flood: Annotated[float, Meta(ge=1, le=5)] = 1.4
    burst: Annotated[int, Meta(ge=0, le=2000)] = 0
    mass_casualty: bool = False

    @property
    def options(self) -> DayOptions:
        """As days are drawn. What strikes does so at 17:30, or in the middle of a shorter day."""
        usual = DayOptions.burst_min
        return DayOptions(
            per_hour=self.per_hour,
            hours=self.hours,
            rain=self.rain,
            flood=self.flood,
            burst=self.burst,
            burst_min=usual if usual + 30.0 <= 60.0 * self.hours else 30.0 * self.hours,
            mass_casualty=self.mass_casualty,
        )


class RecordedHours(
    msgspec.Struct, frozen=True, kw_only=True, tag="recorded", tag_field="kind", forbid_unknown_fields=True
):
    """Hours of the own log."""

    start: Annotated[datetime, Meta(tz=True)]
    hours: Annotated[float, Meta(ge=0.1, le=24)] = 24.0


Name = Annotated[str, Meta(max_length=64)]


class CompareQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which days, for whom, and under which two policies."""

    day: GeneratedDays | RecordedHours
    agencies: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=3)]
    policy: Name
    other: Name


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A measure's mean over the days under each policy; the mean difference by day with its half 95 %
    interval, None for a single day."""

    policy: float
    other: float
    difference: float
    plus_minus: float | None


class WardChange(msgspec.Struct, frozen=True, kw_only=True):
    """Mean response, in minutes, of the incidents in a ward that both policies served."""

    code: str
    name: str
    incidents: int
    policy_min: float
    other_min: float


class IncidentChange(msgspec.Struct, frozen=True, kw_only=True):
    """An incident of the log that both policies served: who would have gone, and minutes until the last of
    them was there."""

    number: str
    type_code: str
    priority: int
    policy_min: float
    other_min: float
    policy_units: list[str]
    other_units: list[str]


class AgencyComparison(msgspec.Struct, frozen=True, kw_only=True):
    """`figures` by measure: those of `CityMeasures`, and `late_target` (the first unit came later than
    `target_min`) where the agency names a target. Counts of incidents that both served: answered sooner,
    later, or as soon; wards by their place in the city; of a recorded day the incidents that changed most."""

    figures: dict[str, Figure]
    target_min: float | None
    sooner: int
    later: int
    same: int
    wards: list[WardChange]
    incidents: list[IncidentChange] = []


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. `incidents` of all days that concern an agency, `left_out` more of a recorded day that
    lack a place. `told` is the day that can be played as either policy would have had it: the first."""

    days: int
    incidents: int
    left_out: int
    agencies: dict[str, AgencyComparison]
    told: tuple[datetime, datetime] | None = None
