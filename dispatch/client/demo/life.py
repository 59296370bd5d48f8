"""The whole demonstration: who takes part, and how they find each other."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any
from zlib import crc32

from httpx import TimeoutException

from dispatch.client.account import Account
from dispatch.client.demo.call_taker import CallTaker
from dispatch.client.demo.chance import Chance, Pace
from dispatch.client.demo.crew import RADIO_ONLY_SHARE, Crew, drive_home
from dispatch.client.demo.dispatcher import Dispatcher
from dispatch.client.demo.fleet import Fleet
from dispatch.client.demo.lines import Exchange
from dispatch.client.demo.moving import wait_elsewhere
from dispatch.client.demo.outside import PATIENCE_S, City
from dispatch.client.demo.patrol import Patrols, come_back, list_coming_back, patrol, pause
from dispatch.client.demo.places import Gazetteer
from dispatch.client.demo.watch import Seat, Watch
from dispatch.client.exchange import ExchangeClient
from dispatch.client.link import Json
from dispatch.client.telephone_double import TelephoneExchangeDouble

log = logging.getLogger("demo")

CALL_TAKERS = ("dongnghiep1", "dongnghiep2", "dongnghiep3", "dongnghiep4", "dongnghiep5")
DISPATCHERS = ("dongnghiep113", "dongnghiep114", "dongnghiep115", "dongnghiep112")
EXCHANGE = "tongdai"
PATROL_SHARE, PATROLS_AT_MOST = 0.15, 24
PATROL_EVERY_S = 0.7
SETTLING_S = 2.0


class DemoLife:
    """Callers, colleagues, crews at `base_url`, all with the demo accounts' `password`.

    `per_hour` contacts reach the centre on average; `pace` lets time run faster for measurements.
    """

    def __init__(
        self, base_url: str, password: str, *, per_hour: float, seed: int = 1, pace: float = 1.0
    ) -> None:
        self._base_url = base_url
        self._password = password
        self._per_hour = per_hour
        self._chance = Chance(seed)
        self._pace = Pace(pace)
        self._exchange = Exchange()
        self._duties: dict[str, asyncio.Task[None]] = {}
        self._patrols: set[str] = set()
        self._dispatchers: dict[str, Dispatcher] = {}
        self._staffed = asyncio.Event()
        self._accounts: dict[str, Account] = {}
        self.watch: Watch
        self.fleet: Fleet
        self._places: Gazetteer

    async def run(self) -> None:
        """Take part until cancelled. Raises SignInFailed, TurnedAway, httpx.HTTPError, NoPlaces."""
        async with AsyncExitStack() as stack:
            await self._enter(stack)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.fleet.run())
                tasks.create_task(self._places.learn())
                coming_back = list_coming_back(self.watch.of("unit").values(), self._chance)
                await self._resume()
                # Who drives about needs no desk: the road lives while the room still sits down.
                for unit_id in coming_back:
                    self._come_back(unit_id)
                tasks.create_task(self._send_patrols())
                for colleague, desk_id in await self._staff(stack):
                    tasks.create_task(colleague.work(desk_id))
                tasks.create_task((await self._open_city(stack)).run())

    async def _enter(self, stack: AsyncExitStack) -> None:
        # Whoever is not known to be ours when the rows come in would be taken for a person.
        logins = (*CALL_TAKERS, *DISPATCHERS, EXCHANGE)
        accounts = await asyncio.gather(*(self._sign_in(stack, login) for login in logins))
        self._accounts = dict(zip(logins, accounts, strict=True))
        own = {str(account.me["user"]["id"]) for account in self._accounts.values()}
        account = self._accounts[CALL_TAKERS[0]]
        self.watch = Watch(account, own)
        await self.watch.start()
        stack.push_async_callback(self.watch.stop)
        self._places = Gazetteer(account, self._chance)
        await self._places.begin()
        if any(not unit["in_quarters"] for unit in self.watch.of("unit").values()):
            await self._look_where_they_are(account)
        self.fleet = Fleet(self._base_url, self._password, self.watch, self._chance, self._pace)
        stack.push_async_callback(self.fleet.stop)
        stack.callback(self._dismiss)

    async def _look_where_they_are(self, account: Account) -> None:
        """Units that are out since before this start go on from where they were last seen."""
        west, south, east, north = (await account.get_json("/api/city"))["bounds"]
        await self.watch.send_frame({"t": "viewport", "bbox": (west, south, east, north), "units": []})
        await asyncio.sleep(SETTLING_S)
        await self.watch.send_frame({"t": "viewport", "bbox": None, "units": []})

    async def _staff(self, stack: AsyncExitStack) -> list[tuple[CallTaker | Dispatcher, str]]:
        staff: list[tuple[CallTaker | Dispatcher, str]] = []
        for login in CALL_TAKERS:
            seat = await self._sit(stack, login)
            staff.append((CallTaker(seat, self.watch, self._chance, self._pace, self._exchange), "central"))
        for login in DISPATCHERS:
            seat = await self._sit(stack, login)
            dispatcher = Dispatcher(seat, self.watch, self._chance, self._pace)
            self._dispatchers[dispatcher.agency_id] = dispatcher
            staff.append((dispatcher, dispatcher.agency_id))
        self._staffed.set()
        return staff

    async def _sit(self, stack: AsyncExitStack, login: str) -> Seat:
        seat = Seat(self._accounts[login])
        await seat.start()
        stack.push_async_callback(seat.stop)
        return seat

    async def _open_city(self, stack: AsyncExitStack) -> City:
        client = ExchangeClient(self._accounts[EXCHANGE])
        await client.start()
        stack.push_async_callback(client.stop)
        telephone = TelephoneExchangeDouble(client, PATIENCE_S)
        city = City(
            self._base_url,
            telephone,
            self._exchange,
            self._places,
            self.watch,
            self._chance,
            self._pace,
            self._per_hour,
        )
        stack.callback(city.stop)
        return city

    async def _sign_in(self, stack: AsyncExitStack, login: str) -> Account:
        while True:
            try:
                account = await Account.sign_in(self._base_url, login, self._password)
            except TimeoutException:
                # Passwords are dear to check, and all of them come at once: a busy machine takes its time.
                log.info("%s could not sign in yet", login)
            else:
                stack.push_async_callback(account.aclose)
                return account

    async def _resume(self) -> None:
        """Go on with what was under way when the demonstration last stopped; then follow what comes."""
        for assignment in list(self.watch.of("assignment").values()):
            self._assign(assignment)
        for unit in list(self.watch.of("unit").values()):
            if unit["assignment_id"] is None and not unit["in_quarters"] and unit["crew_id"] is None:
                self._send_home(unit)
        for move in list(self.watch.of("move").values()):
            self._move(move)
        self.watch.on_assignment, self.watch.on_move = self._assign, self._move

    def _assign(self, assignment: Json) -> None:
        """A crew takes an assignment that is active now; the one before, or its way home, is over."""
        unit_id = assignment["unit_id"]
        name = f"assignment {assignment['id']}"
        if assignment["state"] != "active" or unit_id not in self.watch.of("unit"):
            return
        if self.watch.is_crewed_by_person(unit_id):
            return
        standing = self._duties.get(unit_id)
        if standing is not None and not standing.done():
            if standing.get_name() == name:
                return
            standing.cancel()
        self._begin(unit_id, self._serve(assignment), name)

    def _move(self, move: Json) -> None:
        """A free crew is sent to wait elsewhere, or is sent there no more. One that only the radio reaches
        stays: nobody of the room speaks for it here."""
        unit_id, name = move["unit_id"], f"move {move['id']}"
        standing = self._duties.get(unit_id)
        is_known = standing is not None and not standing.done() and standing.get_name() == name
        if move["state"] == "ended" and is_known and standing is not None:
            standing.cancel()
            self.fleet.halt(self.fleet.get_vehicle(unit_id))
        if move["state"] != "ordered" or is_known or unit_id not in self.watch.of("unit"):
            return
        if self.watch.is_crewed_by_person(unit_id) or is_radio_only(unit_id):
            return
        if standing is not None:
            standing.cancel()
        vehicle = self.fleet.get_vehicle(unit_id)
        self._begin(unit_id, wait_elsewhere(move, vehicle, self.fleet, self._chance, self._pace), name)

    async def _serve(self, assignment: Json) -> None:
        unit_id = assignment["unit_id"]
        vehicle = self.fleet.get_vehicle(unit_id)
        vehicle.radio_only = is_radio_only(unit_id)
        crew = Crew(
            assignment, self.fleet, self.watch, self._places, self._chance, self._pace, self._say_by_radio
        )
        await crew.serve()
        unit = self.watch.of("unit")[unit_id]
        idle = unit["assignment_id"] is None and not unit["in_quarters"] and unit["phase"] != "out_of_service"
        if idle and not self.watch.is_crewed_by_person(unit_id):
            await drive_home(vehicle, self.fleet, self._pace, self._say_by_radio, unit["agency_id"])

    def _come_back(self, unit_id: str) -> None:
        if not is_radio_only(unit_id) and not self.watch.is_crewed_by_person(unit_id):
            self._begin(unit_id, self._return(unit_id), "home")

    async def _return(self, unit_id: str) -> None:
        vehicle = self.fleet.get_vehicle(unit_id)
        await come_back(vehicle, self.fleet, self._places)
        agency_id = self.watch.of("unit")[unit_id]["agency_id"]
        await drive_home(vehicle, self.fleet, self._pace, self._say_by_radio, agency_id)

    def _send_home(self, unit: Json) -> None:
        vehicle = self.fleet.get_vehicle(unit["id"])
        vehicle.radio_only = is_radio_only(unit["id"])
        home = drive_home(vehicle, self.fleet, self._pace, self._say_by_radio, unit["agency_id"])
        self._begin(unit["id"], home, "home")

    async def _send_patrols(self) -> None:
        patrols = Patrols(self.watch, self._chance, PATROL_SHARE, PATROLS_AT_MOST)
        while True:
            unit_id = patrols.find_next(len(self._patrols))
            if unit_id is not None and not self.watch.is_crewed_by_person(unit_id):
                standing = self._duties.get(unit_id)
                if (standing is None or standing.done()) and not is_radio_only(unit_id):
                    self._patrols.add(unit_id)
                    self._begin(unit_id, self._patrol(unit_id), "patrol")
                    # One at a time: a crew that gets an order shall not wait behind many that sign in.
                    await self.fleet.get_station(self.watch.of("unit")[unit_id]["station_id"])
            else:
                await pause(self._pace)
            await asyncio.sleep(PATROL_EVERY_S)

    async def _patrol(self, unit_id: str) -> None:
        vehicle = self.fleet.get_vehicle(unit_id)
        try:
            await patrol(vehicle, self.fleet, self._places, self._chance, self._pace)
        finally:
            self._patrols.discard(unit_id)
        unit = self.watch.of("unit")[unit_id]
        await drive_home(vehicle, self.fleet, self._pace, self._say_by_radio, unit["agency_id"])

    async def _say_by_radio(self, agency_id: str, incident_id: str, body: Json) -> bool:
        # Crews go on with their work at once, the room sits down after them: nobody hears a word before.
        await self._staffed.wait()
        dispatcher = self._dispatchers.get(agency_id)
        return dispatcher is not None and await dispatcher.hear(incident_id, body)

    def _begin(self, unit_id: str, duty: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(duty, name=name)
        self._duties[unit_id] = task
        task.add_done_callback(lambda done: _tell_failure(unit_id, done))

    def _dismiss(self) -> None:
        for task in self._duties.values():
            task.cancel()


def is_radio_only(unit_id: str) -> bool:
    """A few crews have no device that works; always the same ones."""
    return crc32(unit_id.encode()) % 1000 < RADIO_ONLY_SHARE * 1000


def _tell_failure(unit_id: str, task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("%s failed at %s", unit_id, task.get_name(), exc_info=task.exception())
