"""Where a simulated ambulance takes its patient: the hospital that the live centre would propose first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from dispatch.agencies.hospitals import HospitalRules
from routing.hospitals.choice import HospitalNow, rank
from routing.terms.deployment import Times
from routing.terms.messages import LonLat


@dataclass(frozen=True)
class Word:
    """What a hospital said, in force from one minute of the day until another: whom it does not take ("" is
    everybody), or how many it could take when it said so."""

    from_min: float
    until_min: float
    diverted: frozenset[str] = frozenset()
    beds: int | None = None


@dataclass(frozen=True)
class CityHospital:
    """A hospital, what it can treat, and what it said that day."""

    hospital_id: str
    lon_lat: LonLat
    capabilities: frozenset[str]
    words: tuple[Word, ...] = ()

    def find_diverted(self, at_min: float) -> frozenset[str]:
        """Whom it does not take at a minute."""
        return frozenset[str]().union(*(w.diverted for w in self.words if w.from_min <= at_min < w.until_min))

    def count_beds(self, at_min: float, came_min: Sequence[float]) -> int | None:
        """Beds left of those it told of, fewer by all who were sent there since; None where nobody told."""
        told = (w for w in self.words if w.beds is not None and w.from_min <= at_min < w.until_min)
        word = next(told, None)
        if word is None or word.beds is None:
            return None
        return word.beds - sum(word.from_min < came <= at_min for came in came_min)


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
    Beds and diversions are told of recorded days alone."""

    places: tuple[int, ...]
    hospitals: tuple[CityHospital, ...] = ()
    rules: HospitalRules | None = None

    def choose(
        self,
        type_code: str,
        drive_min: Times,
        brought: Mapping[int, int],
        at_min: float = 0.0,
        came: Mapping[int, Sequence[float]] = MappingProxyType({}),
    ) -> Care:
        """The first of the ranking at a minute of the day; `drive_min` to every place now, `brought` who is
        on the way where, `came` when patients were sent where so far."""
        if self.rules is None:
            place = min(self.places, key=lambda one: float(drive_min[one]))
            return Care(place, float(drive_min[place]), treated=True, arriving=brought.get(place, 0))
        known = [
            HospitalNow(
                hospital_id=one.hospital_id,
                travel_s=60.0 * float(drive_min[place]),
                capabilities=one.capabilities,
                diverted=one.find_diverted(at_min),
                beds=one.count_beds(at_min, came.get(place, ())),
                arriving=brought.get(place, 0),
            )
            for place, one in zip(self.places, self.hospitals, strict=True)
        ]
        best = rank(self.rules.list_needs(type_code, {}), known, self.rules.prices)[0]
        place = self.places[
            next(n for n, one in enumerate(self.hospitals) if one.hospital_id == best.hospital_id)
        ]
        return Care(place, float(drive_min[place]), not best.missing, brought.get(place, 0))
