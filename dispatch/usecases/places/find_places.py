"""The geocoder's answers in the domain's words, for reports and for the form on the screen."""

from collections.abc import Callable
from datetime import datetime

from dispatch.domain.model.values import LonLat, PlaceCandidate
from dispatch.store.audit import Audit
from dispatch.store.connect import Pool, translated
from dispatch.usecases.places.learnt_places import LearntPlaces
from gis.geocode.candidate import Candidate
from gis.geocode.geocoder import Geocoder
from gis.geometry import LonLat as CityLonLat


class PlaceFinder:
    """Candidates for words, for a handset's position, or for both together."""

    def __init__(self, geocoder: Geocoder) -> None:
        self._geocoder = geocoder

    @classmethod
    async def open(cls, pool: Pool) -> "PlaceFinder":
        """One that has read the city's wards and names: the first to ask need not wait for them.

        Raises DatabaseLost.
        """
        geocoder = Geocoder(pool)
        with translated():
            await geocoder.reload()
        return cls(geocoder)

    def look_after(self, pool: Pool, audit: Audit, now: Callable[[], datetime]) -> LearntPlaces:
        """What was learnt of addresses, read by the same words."""
        return LearntPlaces(pool, self._geocoder, audit, now)

    async def for_report(
        self, words: str, near: LonLat | None, radius_m: float | None
    ) -> tuple[PlaceCandidate, ...]:
        """Candidates of the words, nearness to the handset counting; without words what is at the handset.

        Raises DatabaseLost.
        """
        spot = CityLonLat(near.lon, near.lat) if near is not None else None
        with translated():
            if words.strip():
                found = await self._geocoder.geocode(words, near=spot, near_radius_m=radius_m)
                return tuple(_to_place_candidate(candidate) for candidate in found)
            return (await self._describe(spot, radius_m),) if spot is not None else ()

    async def for_screen(self, words: str, near: LonLat | None) -> tuple[PlaceCandidate, ...]:
        """Candidates as the call-taker types; `near` is the handset or the middle of the map."""
        return await self.for_report(words, near, None)

    async def _describe(self, spot: CityLonLat, radius_m: float | None) -> PlaceCandidate:
        zones = await self._geocoder.zones()
        ward = zones.find_ward(spot)
        return PlaceCandidate(
            lon_lat=LonLat(spot.lon, spot.lat),
            radius_m=radius_m or 0.0,
            level="handset",
            label=await self._geocoder.describe(spot),
            ward_code=ward.code if ward else "",
            ward=ward.name if ward else "",
            zone=await self._geocoder.zone_at(spot),
            confidence=0.0,  # a description of where the handset is says nothing of where the event is
        )


def _to_place_candidate(candidate: Candidate) -> PlaceCandidate:
    return PlaceCandidate(
        lon_lat=LonLat(candidate.lon, candidate.lat),
        radius_m=candidate.radius_m,
        level=candidate.level,
        label=candidate.label,
        ward_code=candidate.ward_code,
        ward=candidate.ward,
        confidence=candidate.confidence,
        distinguishing=candidate.distinguishing or "",
        mouth=LonLat(*candidate.mouth) if candidate.mouth else None,
        mouth_m=candidate.mouth_m,
        zone=candidate.zone,
    )
