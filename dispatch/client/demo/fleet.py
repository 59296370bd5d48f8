"""The fleet of the demonstration: a device at each station that has something out, and every unit's place.

A station's account speaks for its units, so that a unit's own stays free for whoever wants to be its crew.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from httpx import HTTPError

from dispatch.client.account import Account, SignInFailed
from dispatch.client.demo.chance import Chance, Pace
from dispatch.client.demo.drive import Drive
from dispatch.client.demo.places import LonLat
from dispatch.client.demo.watch import Watch
from dispatch.client.link import CommandRefused, Json, Link, TurnedAway

log = logging.getLogger("demo")

TICK_S = 1.0
PARKED_EVERY_S = 20.0
TRACK_LIMIT = 150
SIGN_INS_AT_ONCE = 1
"""A person who signs in meanwhile should not have to wait behind the crews."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 15.0


class StationLink(Link):
    """A station's device: rows of its units' work, and its outbox. Crews acknowledge what they get."""

    channel = "unit"

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.account = account
        self.rows: dict[tuple[str, str], Json] = {}
        self.delivered: dict[tuple[str, int], Json] = {}
        self.changed = asyncio.Event()

    async def begin(self, welcome: Json) -> None:
        """Rows come whole after each welcome, deliveries that were not acknowledged again."""
        self.rows.clear()
        self.delivered.clear()

    async def take(self, frame: Json) -> None:
        """Keep the newest of everything."""
        if frame["t"] == "changes":
            for row in frame.get("rows", ()):
                self.rows[row["kind"], row["id"]] = row["body"]
            for kind, id_ in frame.get("gone", ()):
                self.rows.pop((kind, id_), None)
        elif frame["t"] == "delivery":
            self.delivered[frame["assignment_id"], frame["update_n"]] = frame
            while len(self.delivered) > 200:
                self.delivered.pop(next(iter(self.delivered)))
        while len(self.rows) > 400:
            self.rows.pop(next(iter(self.rows)))
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()

    def find(self, kind: str, id_: str) -> Json | None:
        """A row, or None."""
        return self.rows.get((kind, id_))


@dataclass
class Vehicle:
    """A unit as its crew has it. `radio_only`: no device at all; `dark_until`: out of coverage till then."""

    unit_id: str
    station_id: str
    at: LonLat
    radio_only: bool = False
    drive: Drive | None = None
    started_s: float = 0.0
    dark_until_s: float = 0.0
    told_s: float = 0.0
    collected: list[Json] = field(default_factory=list)


class Fleet:
    """Vehicles and the stations' devices. `run` sends positions until it is cancelled."""

    def __init__(self, base_url: str, password: str, watch: Watch, chance: Chance, pace: Pace) -> None:
        self._base_url = base_url
        self._password = password
        self._watch = watch
        self._chance = chance
        self._pace = pace
        self._stations: dict[str, asyncio.Task[StationLink]] = {}
        self._signing_in = asyncio.Semaphore(SIGN_INS_AT_ONCE)
        self.vehicles: dict[str, Vehicle] = {}

    def get_vehicle(self, unit_id: str) -> Vehicle:
        """The vehicle of a unit, made at its last known place or at its station."""
        vehicle = self.vehicles.get(unit_id)
        if vehicle is None:
            unit = self._watch.of("unit")[unit_id]
            home = self.find_home(unit["station_id"])
            at = home if unit["in_quarters"] else self._watch.positions.get(unit_id, home)
            vehicle = self.vehicles[unit_id] = Vehicle(unit_id, unit["station_id"], at)
        return vehicle

    def find_home(self, station_id: str) -> LonLat:
        """Where a station is."""
        lon, lat = self._watch.of("station")[station_id]["lon_lat"]
        return float(lon), float(lat)

    async def get_station(self, station_id: str) -> StationLink:
        """The device of a station, connected at the first need."""
        task = self._stations.get(station_id)
        if task is None:
            task = self._stations[station_id] = asyncio.create_task(self._connect(station_id))
        return await asyncio.shield(task)

    async def stop(self) -> None:
        """Let every connection go."""
        for task in self._stations.values():
            if task.done():
                await task.result().stop()
                await task.result().account.aclose()
            else:
                task.cancel()

    async def start_drive(self, vehicle: Vehicle, to: LonLat, *, hot: bool) -> Drive:
        """Ask the centre for the way and set off; the drive says how long it will take."""
        station = await self.get_station(vehicle.station_id)
        unit = self._watch.of("unit")[vehicle.unit_id]
        wanted: dict[str, Any] = {"vehicle_class": unit["vehicle_class"], "hot": hot}
        wanted |= {"from": f"{vehicle.at[0]:.6f},{vehicle.at[1]:.6f}", "to": f"{to[0]:.6f},{to[1]:.6f}"}
        line, travel_s = [vehicle.at, to], 0.0
        try:
            way = await station.account.get_json("/api/way", **wanted)
            line, travel_s = [(lon, lat) for lon, lat in way["lon_lats"]], float(way["travel_s"])
        except (SignInFailed, HTTPError) as error:
            log.info("no way for %s: %s", vehicle.unit_id, error)
            travel_s = 300.0
        vehicle.drive = Drive(line, travel_s, self._chance, hot=hot)
        vehicle.started_s = self._pace.now_s()
        return vehicle.drive

    def halt(self, vehicle: Vehicle) -> None:
        """Stop where it is."""
        if vehicle.drive is not None:
            vehicle.at = vehicle.drive.find_progress(self._pace.now_s() - vehicle.started_s)[0]
            vehicle.drive = None

    def count_moving(self) -> int:
        """Vehicles on the way somewhere."""
        return sum(1 for vehicle in self.vehicles.values() if vehicle.drive is not None)

    async def run(self) -> None:
        """Tell every moving vehicle's position once a second, a parked one's now and then."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            for vehicle in self.vehicles.values():
                await self._tell(vehicle, loop.time())
            due = max(due + TICK_S, loop.time())
            await asyncio.sleep(due - loop.time())

    async def _tell(self, vehicle: Vehicle, now_s: float) -> None:
        unit = self._watch.find("unit", vehicle.unit_id)
        if vehicle.radio_only or unit is None or self._watch.is_crewed_by_person(vehicle.unit_id):
            return
        if vehicle.drive is None and (unit["in_quarters"] or now_s - vehicle.told_s < PARKED_EVERY_S):
            return
        task = self._stations.get(vehicle.station_id)
        if task is None or not task.done():
            return
        vehicle.told_s = now_s
        await self._send(vehicle, task.result())

    async def _send(self, vehicle: Vehicle, station: StationLink) -> None:
        heading, speed = 0.0, 0.0
        if vehicle.drive is not None:
            elapsed_s = self._pace.now_s() - vehicle.started_s
            vehicle.at, heading, speed = vehicle.drive.find_progress(elapsed_s)
        fix: Json = {
            "at": station.now().isoformat(),
            "lon": round(vehicle.at[0], 6),
            "lat": round(vehicle.at[1], 6),
        }
        fix |= {"accuracy": 5.0, "speed": round(speed, 1), "heading": round(heading)}
        if self._pace.now_s() < vehicle.dark_until_s:
            vehicle.collected.append(fix)
            del vehicle.collected[:-TRACK_LIMIT]
            return
        if vehicle.collected:
            track = {"t": "track", "unit": vehicle.unit_id, "fixes": vehicle.collected}
            vehicle.collected = []
            await station.send_frame(track)
        await station.send_frame({"t": "position", "unit": vehicle.unit_id, **fix})

    async def _connect(self, station_id: str) -> StationLink:
        """Until it succeeds: passwords are dear to check, and a busy centre may ask to come again."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                async with self._signing_in:
                    return await self._connect_once(station_id)
            except (HTTPError, SignInFailed, TurnedAway) as error:
                log.info("%s cannot connect yet: %s", station_id, error)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _connect_once(self, station_id: str) -> StationLink:
        account = await Account.sign_in(self._base_url, station_id.lower(), self._password)
        self._watch.own.add(account.me["user"]["id"])
        link = StationLink(account)
        try:
            await link.start()
        except BaseException:
            await account.aclose()
            raise
        return link


async def tell(station: StationLink, body: Json, occurred_at: datetime | None = None) -> bool:
    """Send a crew's word; False when the centre refuses, since things have moved on."""
    try:
        await station.send(body, occurred_at=occurred_at)
    except CommandRefused as refusal:
        log.info("%s refused: %s", body["type"], refusal.code)
        return False
    return True
