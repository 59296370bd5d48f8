"""Which of ours could be somewhere, and when: asked before there is an incident, or without one. Makes
nothing."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec

from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.values import LonLat, PlaceCandidate
from dispatch.usecases.free_units import list_planned_units
from dispatch.usecases.picture import Picture
from dispatch.usecases.planner import Planner
from dispatch.usecases.unit_positions import FindPosition
from routing.terms.messages import PlanNeed, PlanRequest

EACH = 2
"""Units proposed of each capability; the planner names the next ones beside them."""

Geocode = Callable[[str, LonLat | None], Awaitable[tuple[PlaceCandidate, ...]]]


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One unit, what it would come for, and the seconds until it would be there."""

    unit_id: str
    agency_id: str
    capability: str
    eta_s: float


class WhoCould(msgspec.Struct, frozen=True, kw_only=True):
    """Arrivals at the likeliest place of the words, soonest first; no place, no arrivals. `others` counts the
    other places the words may mean; `degraded` = by straight line."""

    place: PlaceCandidate | None
    others: int
    arrivals: tuple[Arrival, ...]
    degraded: bool


FindWho = Callable[[str, LonLat | None, Sequence[str]], Awaitable[WhoCould]]
"""(words of a place, near, agencies) → who could be there."""


class WhoFinder:
    """Asks the geocoder, then the planner, with the picture of now."""

    def __init__(
        self,
        picture: Picture,
        book: CodeBook,
        *,
        geocode: Geocode,
        planner: Planner,
        find_position: FindPosition,
        now: Callable[[], datetime],
    ) -> None:
        self._picture = picture
        self._book = book
        self._geocode = geocode
        self._planner = planner
        self._find_position = find_position
        self._now = now

    async def find(self, words: str, near: LonLat | None, agencies: Sequence[str]) -> WhoCould:
        """The soonest free units of these agencies, of each capability."""
        candidates = await self._geocode(words, near)
        if not candidates:
            return WhoCould(place=None, others=0, arrivals=(), degraded=False)
        place = candidates[0]
        request = self._build_request(place.lon_lat, agencies)
        answer = await self._planner.plan(request)
        agency_of = {unit.unit_id: unit.agency_id for unit in request.units}
        soonest: dict[str, Arrival] = {}
        for proposal in answer.proposals:
            named = [
                (proposal.unit_id, proposal.eta_s),
                *((a.unit_id, a.eta_s) for a in proposal.alternatives),
            ]
            for unit_id, eta_s in named:
                soonest.setdefault(
                    unit_id,
                    Arrival(
                        unit_id=unit_id,
                        agency_id=agency_of[unit_id],
                        capability=proposal.capability,
                        eta_s=eta_s,
                    ),
                )
        arrivals = tuple(sorted(soonest.values(), key=lambda a: (a.eta_s, a.unit_id)))
        return WhoCould(place=place, others=len(candidates) - 1, arrivals=arrivals, degraded=answer.degraded)

    def _build_request(self, target: LonLat, agencies: Sequence[str]) -> PlanRequest:
        """A question about every capability that the agencies' units have."""
        wanted = [
            (agency_id, capability)
            for agency_id in agencies
            if agency_id in self._book.agencies
            for capability in dict.fromkeys(
                c for t in self._book.agencies[agency_id].unit_types.values() for c in t.capabilities
            )
        ]
        units = {
            unit.unit_id: unit
            for capability in {c for _, c in wanted}
            for unit in list_planned_units(
                capability, target, self._picture, self._find_position, self._now()
            )
            if not unit.neighbour
        }
        needs = [
            PlanNeed(
                need_id=f"{agency_id}/{capability}",
                leg_id=agency_id,
                agency_id=agency_id,
                capability=capability,
                count=EACH,
                minimum=0,
                priority=1,
                lon_lat=(target.lon, target.lat),
                hot=True,
            )
            for agency_id, capability in wanted
        ]
        return PlanRequest(incident_lon_lat=(target.lon, target.lat), needs=needs, units=list(units.values()))
