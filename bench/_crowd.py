"""Everybody around the centre in a benchmark: reporters, desks, a screen that sees all, units' devices."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
import psycopg

from bench._light_socket import Json
from bench._people import People, Voice
from dispatch.domain.model.messages import Role
from dispatch.store.users import User

REPORTERS = 100
DESKS = 20
ADMINISTRATORS = 25
AT_ONCE = 50
"""Connections made, and commands of one account under way, at the same time."""

AGENCIES = ("112", "113", "114", "115")
FLEETS = (("115", "als_ambulance", "HS"), ("113", "patrol_car", "TT"))
"""Agency, unit type and call sign of each half of the fleet."""

Row = dict[str, object]
Holds = Callable[[Json], bool]


@dataclass
class Accounts:
    """Who takes part: users, and the commands that register stations and units."""

    users: list[User] = field(default_factory=list)
    stations: list[Json] = field(default_factory=list)
    units: list[Json] = field(default_factory=list)


def list_accounts(dsn: str, units: int) -> Accounts:
    """Stations of the city, units spread over them, and an account for everybody."""
    accounts = Accounts()
    for role, count in ((Role.DISPATCHER, DESKS), (Role.ADMINISTRATOR, ADMINISTRATORS), (Role.SUPERVISOR, 1)):
        accounts.users += [_user(f"{role}-{n}", role, AGENCIES) for n in range(count)]
    with psycopg.connect(dsn) as connection:
        for agency, type_code, prefix in FLEETS:
            rows = connection.execute(
                "SELECT id, name, ST_X(geom), ST_Y(geom) FROM gis.stations WHERE agency = %s ORDER BY id",
                (agency,),
            ).fetchall()
            accounts.stations += [
                {
                    "type": "station.register", "station_id": id_, "agency_id": agency, "name": name,
                    "lon_lat": [lon, lat], "synthetic": True,
                }
                for id_, name, lon, lat in rows
            ]  # fmt: skip
            for n in range(units // len(FLEETS)):
                station_id = rows[n % len(rows)][0]
                unit_id = f"{prefix}-{n}".lower()
                accounts.units.append(
                    {
                        "type": "unit.register", "unit_id": unit_id, "call_sign": f"{prefix}-{n}",
                        "agency_id": agency, "station_id": station_id, "type_code": type_code,
                        "synthetic": True,
                    }
                )  # fmt: skip
                accounts.users.append(_user(unit_id, Role.UNIT, (agency,), unit_id))
    return accounts


def _user(id_: str, role: str, agencies: tuple[str, ...], unit_id: str | None = None) -> User:
    return User(id=id_, login=id_, name=id_, role=role, agencies=agencies, unit_id=unit_id)


async def register_fleet(people: People, accounts: Accounts) -> None:
    """Stations first, then units, by as many administrators as the limit of commands asks for."""
    voices = [
        await people.connect(user.id, "console") for user in accounts.users if user.role == Role.ADMINISTRATOR
    ]
    for commands in (accounts.stations, accounts.units):
        parts = [commands[n :: len(voices)] for n in range(len(voices))]
        await asyncio.gather(*(_ask_all(voice, part) for voice, part in zip(voices, parts, strict=True)))
    for voice in voices:
        voice.socket.transport.close()


async def _ask_all(voice: Voice, commands: list[Json]) -> None:
    for first in range(0, len(commands), AT_ONCE):
        await asyncio.gather(*(voice.ask(body) for body in commands[first : first + AT_ONCE]))


class Crowd:
    """Connections of everybody, and what the screen and the devices have seen."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._reporters: list[Voice] = []
        self._desks: list[Voice] = []
        self._devices: dict[str, Voice] = {}
        self._rows: dict[tuple[str, str], Json] = {}
        self._watching: dict[tuple[str, str], tuple[Holds, asyncio.Future[Json]]] = {}
        self._legs: dict[str, str] = {}
        self._units: dict[str, str] = {}
        self._delivered: dict[str, asyncio.Future[None]] = {}

    async def gather(self, accounts: Accounts) -> None:
        """Connect everybody."""
        connect, room = self._people.connect, asyncio.Semaphore(AT_ONCE)

        async def join(unit_id: str) -> None:
            async with room:
                self._devices[unit_id] = await connect(unit_id, "unit", self._take_at_unit)

        await connect(f"{Role.SUPERVISOR}-0", "console", self._take_at_screen)
        self._desks = [await connect(f"{Role.DISPATCHER}-{n}", "console") for n in range(DESKS)]
        self._reporters = [await self._people.connect_device(f"reporter-{n:08}") for n in range(REPORTERS)]
        await asyncio.gather(*(join(str(unit["unit_id"])) for unit in accounts.units))
        self.next_reporter = itertools.cycle(self._reporters).__next__
        self.next_desk = itertools.cycle(self._desks).__next__

    async def watch(self, kind: str, id_: str, holds: Holds) -> Json:
        """A row on the screen, once it holds. One watcher a row."""
        row = self._rows.get((kind, id_))
        if row is not None and holds(row):
            return row
        seen: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._watching[kind, id_] = (holds, seen)
        return await seen

    async def delivered(self, assignment_id: str) -> None:
        """Return once the assignment's frame was decoded at its unit."""
        await self._get_delivery(assignment_id)

    async def accept(self, assignment_id: str) -> None:
        """The crew has read it."""
        device = self._devices[self._units[assignment_id]]
        await device.ask({"type": "assignment.accept", "assignment_id": assignment_id})

    async def clear(self, assignment_id: str) -> None:
        """The crew is free again, at its station."""
        device = self._devices[self._units[assignment_id]]
        body = {"type": "assignment.phase", "assignment_id": assignment_id, "status_code": "at_station"}
        await device.ask(body | {"outcome": "resolved_on_scene"})

    def leg_of(self, assignment_id: str) -> str:
        """The part of the incident that a delivered assignment belongs to."""
        return self._legs[assignment_id]

    def forget(self, incident_id: str, assignment_ids: list[str]) -> None:
        """What is over is no longer on the screen."""
        self._rows.pop(("recommendation", incident_id), None)
        for id_ in assignment_ids:
            del self._legs[id_], self._units[id_], self._delivered[id_]

    def list_errors(self) -> Counter[str]:
        """Error frames that anybody got."""
        voices = (*self._desks, *self._reporters, *self._devices.values())
        return Counter(f"error: {code}" for voice in voices for code in voice.errors)

    def _take_at_screen(self, text: str) -> None:
        if not text.startswith('{"t":"changes"'):
            return
        frame = msgspec.json.decode(text)
        for row in frame["rows"]:
            if row["kind"] in ("report", "recommendation"):
                self._take_row(row["kind"], row["id"], row["body"])

    def _take_row(self, kind: str, id_: str, body: Json) -> None:
        key = (kind, id_)
        self._rows[key] = body
        waiting = self._watching.get(key)
        if waiting is not None and waiting[0](body):
            del self._watching[key]
            if not waiting[1].done():
                waiting[1].set_result(body)

    def _take_at_unit(self, text: str) -> None:
        if not text.startswith('{"t":"delivery"'):
            return
        frame = msgspec.json.decode(text)
        if frame["kind"] != "assignment":
            return
        id_, unit_id = frame["assignment_id"], frame["unit_id"]
        self._legs[id_], self._units[id_] = frame["assignment"]["leg_id"], unit_id
        delivery = self._get_delivery(id_)
        if not delivery.done():
            delivery.set_result(None)
        received = {"type": "assignment.received", "assignment_id": id_, "n": frame["update_n"]}
        self._receiving = asyncio.create_task(self._devices[unit_id].ask(received))

    def _get_delivery(self, assignment_id: str) -> asyncio.Future[None]:
        found = self._delivered.get(assignment_id)
        if found is None:
            found = self._delivered[assignment_id] = asyncio.get_running_loop().create_future()
        return found
