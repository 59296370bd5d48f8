"""A crew of the demonstration on one assignment: reads it, rolls, drives, works, carries, comes home."""

import asyncio
from datetime import datetime

from dispatch.client.demo.chance import Chance, Pace
from dispatch.client.demo.fleet import Fleet, StationLink, Vehicle, tell
from dispatch.client.demo.lines import SayByRadio
from dispatch.client.demo.places import Gazetteer, LonLat, measure_m
from dispatch.client.demo.quarters import find_usual_s
from dispatch.client.demo.telling import find_kind
from dispatch.client.demo.watch import Watch
from dispatch.client.link import Json

READ_S = 6.0
OUT_ALREADY_S = 6.0
DECLINE_SHARE = 0.012
DARK_SHARE = 0.03
DARK_S = 60.0
RADIO_ONLY_SHARE = 0.02
SCENE_MIN = (7.0, 16.0)
HANDOVER_MIN = (5.0, 11.0)
CLEANING_MIN = (2.0, 5.0)
BROKEN_MIN = (6.0, 15.0)
MOVED_M = 60.0
ORDER = ("en_route", "staged", "on_scene", "at_patient", "transporting", "at_hospital", "clearing")
DECLINES = ("Xe không nổ máy", "Kíp thiếu lái xe, đang đổi ca", "Xe thủng lốp")


class Aborted(Exception):
    """The assignment is no longer this crew's: ended, taken over, or handled by a person."""


class Crew:
    """One unit's people on one assignment."""

    def __init__(
        self,
        assignment: Json,
        fleet: Fleet,
        watch: Watch,
        places: Gazetteer,
        chance: Chance,
        pace: Pace,
        by_radio: SayByRadio,
    ) -> None:
        self._id: str = assignment["id"]
        self._incident_id: str = assignment["incident_id"]
        self._unit: Json = watch.of("unit")[assignment["unit_id"]]
        self._hot: bool = assignment["hot"]
        self._reached = max((ORDER.index(p) for p in assignment["times"] if p in ORDER), default=-1)
        self._accepted = assignment["accepted_at"] is not None
        self._was_home: bool = self._unit["in_quarters"]
        told_at: str | None = assignment["dispatched_at"]
        self._told_at = datetime.fromisoformat(told_at) if told_at else watch.now()
        self._fleet, self._watch, self._places = fleet, watch, places
        self._chance, self._pace, self._by_radio = chance, pace, by_radio
        self._vehicle: Vehicle = fleet.get_vehicle(assignment["unit_id"])
        self._station: StationLink | None = None

    async def serve(self) -> None:
        """From the order to the last status. Leaves off when it ends otherwise or a person takes over."""
        self._fleet.halt(self._vehicle)
        try:
            station = self._station = await self._fleet.get_station(self._vehicle.station_id)
            minder = asyncio.create_task(self._mind_updates(station))
            try:
                await self._go()
            finally:
                minder.cancel()
        except Aborted:
            self._fleet.halt(self._vehicle)

    async def _go(self) -> None:
        if not self._accepted:
            await self._take_order()
        if self._reached < ORDER.index("en_route"):
            turnout_s = find_usual_s(self._unit, self._told_at) if self._was_home else OUT_ALREADY_S
            await self._wait(self._chance.reaction_s(turnout_s, 0.25))
            await self._say("en_route")
        if self._reached < ORDER.index("on_scene"):
            await self._drive_to_incident()
            await self._say("on_scene")
        if self._reached < ORDER.index("transporting"):
            aboard = await self._work()
        else:
            aboard = True
        outcome = await self._carry() if aboard else self._choose_end()
        await self._say("returning", outcome=outcome)

    async def _take_order(self) -> None:
        """Receipt by the device within a second, reading by a person a little later; rarely a no."""
        if self._vehicle.radio_only:
            await self._wait(self._chance.reaction_s(18.0))
        else:
            await self._wait(self._chance.between(0.2, 1.2))
            await self._send({"type": "assignment.received", "assignment_id": self._id, "n": 0})
            await self._wait(self._chance.reaction_s(READ_S))
        if self._chance.happens(DECLINE_SHARE) and not self._vehicle.radio_only:
            reason = self._chance.pick(DECLINES)
            await self._send({"type": "assignment.decline", "assignment_id": self._id, "reason": reason})
            await self._repair(reason)
            raise Aborted
        await self._send({"type": "assignment.accept", "assignment_id": self._id, "n": 0})

    async def _repair(self, reason: str) -> None:
        """Out of service for a while after saying no."""
        assert self._station is not None
        status = {"type": "unit.status", "unit_id": self._unit["id"], "status_code": "broken_down"}
        if await tell(self._station, status | {"reason": reason}):
            await self._pace.sleep(self._chance.between(*BROKEN_MIN) * 60)
            await tell(self._station, status | {"status_code": "at_station", "reason": ""})

    async def _drive_to_incident(self) -> None:
        """Drive, and turn when the place changes; some lose their connection for a minute on the way."""
        if self._chance.happens(DARK_SHARE):
            self._vehicle.dark_until_s = self._pace.now_s() + DARK_S * max(1.0, self._pace.factor / 2)
        while True:
            goal = self._find_goal()
            drive = await self._fleet.start_drive(self._vehicle, goal, hot=self._hot)
            until_s = self._pace.now_s() + drive.duration_s
            while self._pace.now_s() < until_s and measure_m(self._find_goal(), goal) < MOVED_M:
                await self._wait(min(3.0 * self._pace.factor, until_s - self._pace.now_s()))
            arrived = self._pace.now_s() >= until_s
            self._fleet.halt(self._vehicle)
            if arrived:
                return

    def _find_goal(self) -> LonLat:
        incident = self._watch.find("incident", self._current_incident_id())
        if incident is None or incident["place"]["lon_lat"] is None:
            raise Aborted
        lon, lat = incident["place"]["lon_lat"]
        return float(lon), float(lat)

    def _current_incident_id(self) -> str:
        """After a merge the assignment belongs to another incident."""
        standing = self._watch.find("assignment", self._id)
        return str(standing["incident_id"]) if standing is not None else self._incident_id

    async def _work(self) -> bool:
        """What is done on scene; whether somebody is taken along then."""
        kind = find_kind(self._type_code())
        low, high = kind.scene_min if kind is not None else SCENE_MIN
        agency_id = self._unit["agency_id"]
        if agency_id != (kind.line if kind is not None else agency_id):
            low, high = low * 0.6, high * 0.7
        scene_s = self._chance.between(low, high) * 60
        if agency_id == "115" and self._reached < ORDER.index("at_patient"):
            access_s = self._chance.reaction_s(75.0)
            await self._wait(access_s)
            await self._say("at_patient")
        await self._wait(scene_s)
        share = kind.aboard if kind is not None else 0.3
        if agency_id == "115":
            can = self._unit["type_code"] != "motorbike_responder" and bool(self._places.hospitals)
            return can and self._chance.happens(share if kind and kind.line == "115" else 0.25)
        return (
            agency_id == "113"
            and self._unit["type_code"] == "patrol_car"
            and self._chance.happens(share * 0.8)
        )

    async def _carry(self) -> str:
        """To the hospital and its hand-over, or to the police post."""
        if self._reached < ORDER.index("transporting"):
            await self._say("transporting")
        ambulance = self._unit["agency_id"] == "115"
        hospital = self._places.find_nearest_hospital(self._vehicle.at)
        goal = (
            hospital
            if ambulance and hospital is not None
            else self._fleet.find_home(self._vehicle.station_id)
        )
        if self._reached < ORDER.index("at_hospital"):
            drive = await self._fleet.start_drive(self._vehicle, goal, hot=False)
            await self._wait(drive.duration_s)
            self._fleet.halt(self._vehicle)
        if not ambulance:
            await self._wait(self._chance.between(3.0, 8.0) * 60)
            return "taken_to_police_post"
        if self._reached < ORDER.index("at_hospital"):
            await self._say("at_hospital")
        if self._reached < ORDER.index("clearing"):
            await self._wait(self._chance.between(*HANDOVER_MIN) * 60)
            await self._say("clearing")
        await self._wait(self._chance.between(*CLEANING_MIN) * 60)
        return "taken_to_hospital"

    def _choose_end(self) -> str:
        kind = find_kind(self._type_code())
        if kind is None or kind.line != self._unit["agency_id"]:
            return "resolved_on_scene"
        return self._chance.pick(kind.ends)

    def _type_code(self) -> str:
        return str((self._watch.find("incident", self._current_incident_id()) or {}).get("type_code", ""))

    async def _mind_updates(self, station: StationLink) -> None:
        """Acknowledge every numbered change as a device and its reader do."""
        seen: set[int] = set()
        while True:
            changed = station.changed
            row = station.find("assignment", self._id)
            for update in row["updates"] if row is not None else ():
                if update["n"] not in seen and update["accepted_at"] is None:
                    seen.add(update["n"])
                    await self._acknowledge(station, update["n"])
            await changed.wait()

    async def _acknowledge(self, station: StationLink, n: int) -> None:
        accept: Json = {"type": "assignment.accept", "assignment_id": self._id, "n": n}
        if self._vehicle.radio_only:
            await self._by_radio(self._unit["agency_id"], self._incident_id, accept)
            return
        await tell(station, {"type": "assignment.received", "assignment_id": self._id, "n": n})
        await self._pace.sleep(self._chance.reaction_s(READ_S))
        if not self._watch.is_crewed_by_person(self._unit["id"]):
            await tell(station, accept)

    async def _wait(self, seconds: float) -> None:
        """Pass time while the assignment is this crew's. Raises Aborted."""
        until_s = self._pace.now_s() + seconds
        while True:
            self._check()
            left_s = until_s - self._pace.now_s()
            if left_s <= 0:
                return
            await self._pace.sleep(min(left_s, 2.0 * self._pace.factor))

    def _check(self) -> None:
        standing = self._watch.find("assignment", self._id)
        if standing is None or standing["state"] != "active":
            raise Aborted
        if self._watch.is_crewed_by_person(self._unit["id"]):
            raise Aborted
        if standing["stand_down_reason"] is not None and self._vehicle.radio_only:
            raise Aborted

    async def _say(self, status_code: str, outcome: str | None = None) -> None:
        """A status, now or, out of coverage, when there is some again, with its own time."""
        self._check()
        at: datetime | None = None
        dark_s = self._vehicle.dark_until_s - self._pace.now_s()
        if dark_s > 0:
            at = self._watch.now()
            await self._wait(dark_s)
        body: Json = {"type": "assignment.phase", "assignment_id": self._id, "status_code": status_code}
        await self._send(body | {"outcome": outcome}, at)
        if status_code in ORDER:
            self._reached = ORDER.index(status_code)

    async def _send(self, body: Json, occurred_at: datetime | None = None) -> None:
        """By the device, or by radio to whoever works the desk. Raises Aborted when refused."""
        self._check()
        if self._vehicle.radio_only:
            while not await self._by_radio(self._unit["agency_id"], self._incident_id, body):
                await self._wait(20.0)
            return
        assert self._station is not None
        if not await tell(self._station, body, occurred_at):
            raise Aborted


async def drive_home(
    vehicle: Vehicle, fleet: Fleet, pace: Pace, by_radio: SayByRadio, agency_id: str
) -> None:
    """Back to the station, free for orders on the way; then in quarters. Cancelled by the next order."""
    drive = await fleet.start_drive(vehicle, fleet.find_home(vehicle.station_id), hot=False)
    await pace.sleep(drive.duration_s)
    fleet.halt(vehicle)
    body: Json = {"type": "unit.status", "unit_id": vehicle.unit_id, "status_code": "at_station"}
    if vehicle.radio_only:
        await by_radio(agency_id, "", body)
    else:
        await tell(await fleet.get_station(vehicle.station_id), body)
