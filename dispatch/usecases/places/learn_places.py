"""Confirmed places become known house numbers, for the next call.

A crew that says "here it is" knows the address better than any map: where its vehicle stands then is where
that number is. A made-up unit has no vehicle: where a simulated crew stands is where the geocoder sent it,
and it teaches nothing, in any centre. A call-taker who read an address back teaches only where the place came
as coordinates; a place that the geocoder only guessed would otherwise confirm itself.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from dispatch.core.port import CorePort
from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.incident import Incident, PlaceChanged
from dispatch.domain.model.messages import Envelope
from dispatch.domain.model.values import Phase, Place, PlaceState
from dispatch.store.confirmed_places import find_past_incident, list_events_of_type, list_last_fixes
from dispatch.store.connect import Pool, translated
from dispatch.store.errors import StoreError
from dispatch.usecases.picture import Picture
from dispatch.usecases.unit_positions import FindPosition
from gis.errors import CityError
from gis.geometry import LonLat, haversine_m
from gis.learning import Learner, Lesson

log = logging.getLogger(__name__)

FRESH = timedelta(minutes=2)
"""A vehicle's position so far from that moment may be from before it arrived, or after it left."""

FARTHEST_M = 2000.0
"""A vehicle farther than this from where it was sent confirms another place, or by mistake."""

ARRIVAL_TRUST = 0.8
CALLER_TRUST = 0.7
_THERE = frozenset({Phase.ON_SCENE, Phase.AT_PATIENT})
_LEFT = frozenset({Phase.TRANSPORTING, Phase.AT_HOSPITAL, Phase.CLEARING, Phase.RETURNING})
_AT_ONCE = 200


class PlaceLearner:
    """Follows the log; `run` goes on until it is cancelled.

    Up to which event it has learnt stands beside what was learnt, so that what was confirmed while it was
    away, or while the database would not take it, is learnt afterwards.
    """

    def __init__(
        self,
        core: CorePort,
        picture: Picture,
        find_position: FindPosition,
        database: Pool,
    ) -> None:
        self._core = core
        self._picture = picture
        self._find_position = find_position
        self._database = database
        self._learner = Learner(database)

    async def run(self) -> None:
        """Learn from every place confirmed since the last time, then from every one as it happens."""
        await self._picture.wait_loaded()
        seq = self._picture.seq
        await self._try_up_to(seq)
        async for commit in self._core.commits(seq):
            if any(envelope.type == PlaceChanged.TYPE for envelope in commit.events):
                await self._try_up_to(commit.seq)

    async def _try_up_to(self, seq: int) -> None:
        try:
            await self.learn_up_to(seq)
        except (StoreError, CityError) as error:
            log.warning("places up to event %d are learnt later: %s", seq, error)

    async def learn_up_to(self, seq: int) -> int:
        """Learn from the places confirmed since the last time; how many taught something.

        The first time of a centre only what comes from now on counts, as in a log that is shorter than what
        was learnt, which is another one. Raises StoreError or CityError; what was not learnt stays to do.
        """
        with translated():
            done = await self._learner.find_progress()
            if done is None or done > seq:
                await self._learner.note_progress(seq)
                return 0
        taught = 0
        while events := await list_events_of_type(self._database, PlaceChanged.TYPE, done, seq, _AT_ONCE):
            for envelope in events:
                taught += await self.learn(envelope)
                done = envelope.seq
                with translated():
                    await self._learner.note_progress(done)
        return taught

    async def learn(self, envelope: Envelope) -> bool:
        """Whether the event taught where an address is. Raises StoreError or CityError."""
        incident, sent = await self._find_scene(envelope)
        lesson = self.find_lesson(envelope, await self._list_fixes(envelope, sent), incident)
        if lesson is None:
            return False
        with translated():
            kept = await self._learner.learn(lesson, envelope.recorded_at)
        if not kept:
            return False
        log.info("learnt a place from %s: event %d", lesson.source, envelope.seq)
        return True

    async def _find_scene(self, envelope: Envelope) -> tuple[Incident | None, Sequence[Assignment]]:
        """The incident of a change of place and who was sent to it, as the picture has them; of one that has
        left the board since, as the read models do."""
        id_ = msgspec.json.decode(envelope.payload, type=PlaceChanged).incident_id
        incident = self._picture.incidents.get(id_)
        if incident is not None:
            return incident, self._list_sent(id_)
        return await find_past_incident(self._database, id_) or (None, ())

    def _list_sent(self, incident_id: str) -> list[Assignment]:
        return [sent for sent in self._picture.assignments.values() if sent.incident_id == incident_id]

    def find_lesson(
        self, envelope: Envelope, fixes: Iterable[LonLat], incident: Incident | None
    ) -> Lesson | None:
        """What a change of an incident's place teaches, `fixes` being where the units were that were there;
        None for tests, guesses, and places without an address."""
        place = msgspec.json.decode(envelope.payload, type=PlaceChanged).place
        if incident is None or incident.test or place.lon_lat is None:
            return None
        spot = LonLat(place.lon_lat.lon, place.lon_lat.lat)
        ref = str(envelope.seq)
        if place.state == PlaceState.CONFIRMED:
            near = min(fixes, key=lambda fix: haversine_m(fix, spot), default=None)
            if near is not None and haversine_m(near, spot) <= FARTHEST_M:
                return Lesson(_address(place), near, "arrival", ARRIVAL_TRUST, ref)
        if place.level == "coordinates" and place.state in (PlaceState.READ_BACK, PlaceState.CONFIRMED):
            return Lesson(place.heard, spot, "call-taker", CALLER_TRUST, ref)
        return None

    async def _list_fixes(self, envelope: Envelope, sent: Sequence[Assignment]) -> list[LonLat]:
        """Where the units stood that were there when it happened, as is known now and as was kept."""
        at = envelope.occurred_at
        units = list(self.list_units_there(sent, at))
        kept = await list_last_fixes(self._database, units, at - FRESH, at) if units else []
        return [*self.list_fresh(sent, at), *(LonLat(fix.lon, fix.lat) for fix in kept)]

    def list_fresh(self, sent: Iterable[Assignment], at: datetime) -> list[LonLat]:
        """Where the units stand that were there at an instant, if they still stand as they did then."""
        fixes = [self._find_position(unit_id) for unit_id in self.list_units_there(sent, at)]
        return [LonLat(fix.lon, fix.lat) for fix in fixes if fix is not None and abs(fix.at - at) <= FRESH]

    def list_units_there(self, sent: Iterable[Assignment], at: datetime) -> Iterator[str]:
        """Of those sent the real units that said they were there at an instant, or say so now."""
        for assignment in sent:
            unit = self._picture.units.get(assignment.unit_id)
            if unit is None or unit.synthetic:
                continue
            is_there = assignment.state == "active" and unit.phase in _THERE
            if is_there or _was_there(assignment, at):
                yield assignment.unit_id


def _was_there(assignment: Assignment, at: datetime) -> bool:
    """Whether the unit had reported that it was there and not yet that it left."""
    came = [time.occurred_at for phase, time in assignment.times.items() if phase in _THERE]
    left = [time.occurred_at for phase, time in assignment.times.items() if phase in _LEFT]
    if assignment.ended_at is not None:
        left.append(assignment.ended_at)
    return bool(came) and min(came) <= at <= min(left, default=at)


def _address(place: Place) -> str:
    """The geocoder's own reading of the words where it found the street, else the words."""
    return place.label if place.level in {"door", "interpolated", "alley"} else place.heard
