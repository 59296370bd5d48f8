"""Confirmed places become known house numbers, for the next call.

A crew that says "here it is" knows the address better than any map: where its vehicle stands then is where
that number is. A made-up unit has no vehicle: where a simulated crew stands is where the geocoder sent it,
and it teaches nothing, in any centre. A call-taker who read an address back teaches only where the place came
as coordinates; a place that the geocoder only guessed would otherwise confirm itself.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import msgspec

from dispatch.core.port import CorePort
from dispatch.domain.model.incident import PlaceChanged
from dispatch.domain.model.messages import Envelope
from dispatch.domain.model.values import Phase, Place, PlaceState
from dispatch.store.connect import translated
from dispatch.store.errors import StoreError
from dispatch.usecases.picture import Picture
from dispatch.usecases.recommend import FindPosition, UnitPosition
from gis.errors import CityError
from gis.geometry import LonLat, haversine_m
from gis.learning import Learner, Lesson
from gis.store.learnt import Writer

log = logging.getLogger(__name__)

FRESH = timedelta(minutes=2)
"""A vehicle's position older than this may be from before it arrived."""

FARTHEST_M = 2000.0
"""A vehicle farther than this from where it was sent confirms another place, or by mistake."""

ARRIVAL_TRUST = 0.8
CALLER_TRUST = 0.7
_THERE = frozenset({Phase.ON_SCENE, Phase.AT_PATIENT})


class PlaceLearner:
    """Follows the log; `run` goes on until it is cancelled."""

    def __init__(
        self,
        core: CorePort,
        picture: Picture,
        find_position: FindPosition,
        database: Writer,
        now: Callable[[], datetime],
    ) -> None:
        self._core = core
        self._picture = picture
        self._find_position = find_position
        self._learner = Learner(database)
        self._now = now

    async def run(self) -> None:
        """Learn from every place confirmed from now on."""
        await self._picture.wait_loaded()
        async for commit in self._core.commits(self._picture.seq):
            for envelope in commit.events:
                if envelope.type == PlaceChanged.TYPE:
                    try:
                        await self.learn(envelope)
                    except (StoreError, CityError) as error:
                        log.warning("event %d taught nothing: %s", envelope.seq, error)

    async def learn(self, envelope: Envelope) -> bool:
        """Whether the event taught where an address is."""
        lesson = self.find_lesson(envelope)
        if lesson is None:
            return False
        with translated():
            kept = await self._learner.learn(lesson, self._now())
        if not kept:
            return False
        log.info("learnt a place from %s: event %d", lesson.source, envelope.seq)
        return True

    def find_lesson(self, envelope: Envelope) -> Lesson | None:
        """What a change of place teaches; None for tests, guesses, and places without an address."""
        event = msgspec.json.decode(envelope.payload, type=PlaceChanged)
        incident = self._picture.incidents.get(event.incident_id)
        place = event.place
        if incident is None or incident.test or place.lon_lat is None:
            return None
        spot = LonLat(place.lon_lat.lon, place.lon_lat.lat)
        ref = str(envelope.seq)
        if place.state == PlaceState.CONFIRMED:
            fixes = [LonLat(fix.lon, fix.lat) for fix in self._fixes(event.incident_id)]
            near = min(fixes, key=lambda fix: haversine_m(fix, spot), default=None)
            if near is not None and haversine_m(near, spot) <= FARTHEST_M:
                return Lesson(_address(place), near, "arrival", ARRIVAL_TRUST, ref)
        if place.level == "coordinates" and place.state in (PlaceState.READ_BACK, PlaceState.CONFIRMED):
            return Lesson(place.heard, spot, "call-taker", CALLER_TRUST, ref)
        return None

    def _fixes(self, incident_id: str) -> Iterator[UnitPosition]:
        """Fresh positions of the real units that say they are there."""
        for assignment in self._picture.assignments.values():
            if assignment.incident_id != incident_id or assignment.state != "active":
                continue
            unit = self._picture.units.get(assignment.unit_id)
            fix = self._find_position(assignment.unit_id)
            there = unit is not None and unit.phase in _THERE and not unit.synthetic
            if there and fix is not None and self._now() - fix.at <= FRESH:
                yield fix


def _address(place: Place) -> str:
    """The geocoder's own reading of the words where it found the street, else the words."""
    return place.label if place.level in {"door", "interpolated", "alley"} else place.heard
