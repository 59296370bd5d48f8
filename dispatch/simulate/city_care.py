"""Where a simulated ambulance takes its patient: the hospital that the live centre would propose first."""

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.agencies.hospitals import HospitalRules
from routing.deployment import Times
from routing.hospital_choice import HospitalNow, rank
from routing.messages import LonLat


@dataclass(frozen=True)
class CityHospital:
    """A hospital and what it can treat."""

    hospital_id: str
    lon_lat: LonLat
    capabilities: frozenset[str]


@dataclass(frozen=True)
class Care:
    """Where somebody was brought: the place, minutes of the way, whether all that was needed is treated
    there, and how many others were on the way there or being handed over."""

    place: int
    travel_min: float
    treated: bool
    arriving: int


@dataclass(frozen=True)
class CareRules:
    """Hospitals by their places, and the table that weighs them; without a table whatever place is nearest.
    Nobody tells of beds or diversions on a simulated day."""

    places: tuple[int, ...]
    hospitals: tuple[CityHospital, ...] = ()
    rules: HospitalRules | None = None

    def choose(self, type_code: str, drive_min: Times, brought: Mapping[int, int]) -> Care:
        """The first of the ranking; `drive_min` to every place now, `brought` who is on the way where."""
        if self.rules is None:
            place = min(self.places, key=lambda one: float(drive_min[one]))
            return Care(place, float(drive_min[place]), treated=True, arriving=brought.get(place, 0))
        known = [
            HospitalNow(
                hospital_id=one.hospital_id,
                travel_s=60.0 * float(drive_min[place]),
                capabilities=one.capabilities,
                arriving=brought.get(place, 0),
            )
            for place, one in zip(self.places, self.hospitals, strict=True)
        ]
        best = rank(self.rules.list_needs(type_code, {}), known, self.rules.prices)[0]
        place = self.places[
            next(n for n, one in enumerate(self.hospitals) if one.hospital_id == best.hospital_id)
        ]
        return Care(place, float(drive_min[place]), not best.missing, brought.get(place, 0))
