"""A busy hour in short: everybody sends the next command as soon as the last is answered.

Callers tell of things at known doors, the room opens incidents, sends whom the centre recommends and closes
them, units report each status, the exchange rings, and everybody at a screen writes notes all the while.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import httpx
import psycopg
from uuid6 import uuid7

from dispatch.client.account import Device, SignInFailed
from tests.soak.ledger import (
    Ledger,
    Recorded,
    RecordedConsole,
    RecordedExchange,
    RecordedReporter,
    RecordedUnit,
)
from tests.story.acts import accept_what_stands
from tests.story.world import World

Json = dict[str, Any]
AnyRecorded = TypeVar("AnyRecorded", bound=Recorded)

ROOM = {"dieuphoi": "115", "giamsat": "114"}
AGENCIES = {"dieuphoi112": "112", "dieuphoi113": "113", "dieuphoi114": "114", "dieuphoi115": "115"}
"""Screens with all agencies, and those with one: the agency whose part their own incidents have."""

WRITERS_A_SCREEN = 8
NOTES_AN_INCIDENT = 20
CALLERS = 8
LINES = 2
TYPES = (("house_fire", 1), ("chest_pain", 2), ("crash_injury", 1))
PATIENCE_S = 300.0
"""Longer than any kill keeps the centre from its work on a slow machine; beyond it something is stuck."""


class BusyHour:
    """Who works in it, and the loops they work in. `links` are all its clients."""

    def __init__(self, world: World, ledger: Ledger, seed: int) -> None:
        self._world = world
        self._ledger = ledger
        self._chance = random.Random(seed)
        self._doors = _list_doors(world)
        self._over = False
        self._units: dict[str, RecordedUnit] = {}
        self._screens: list[RecordedConsole] = []
        self.links: list[Recorded] = []
        self.cases = 0

    @property
    def screens(self) -> Sequence[RecordedConsole]:
        """The room's screens."""
        return self._screens

    @asynccontextmanager
    async def under_way(self) -> AsyncIterator[None]:
        """The hour goes on within; at the end everybody finishes what they have begun."""
        async with asyncio.TaskGroup() as people:
            # All are there before anybody begins: whoever signs in would wait long behind the work of others.
            seats = ROOM | AGENCIES
            self._screens += [await self._join(login, RecordedConsole) for login in seats]
            callers = [RecordedReporter(Device(self._world.base_url)) for _ in range(CALLERS)]
            for caller in callers:
                await self._start(caller)
            exchange = await self._join("tongdai", RecordedExchange)
            for screen, agency_id in zip(self._screens, seats.values(), strict=True):
                for _ in range(WRITERS_A_SCREEN):
                    people.create_task(self._write_notes(screen, agency_id))
            for n, caller in enumerate(callers):
                people.create_task(self._handle_cases(caller, self._screens[n % len(ROOM)]))
            for _ in range(LINES):
                people.create_task(self._ring(exchange))
            yield
            self._over = True

    async def _join(self, login: str, kind: type[AnyRecorded]) -> AnyRecorded:
        """Sign in and connect. Who finds the centre away tries again once it answers somebody."""
        while True:
            answered = self._ledger.answered
            try:
                link = kind(await self._world.sign_in(login))
                await self._start(link)
            except (httpx.TransportError, SignInFailed) as failure:
                if isinstance(failure, SignInFailed) and failure.error["code"] != "storage_unavailable":
                    raise
                await self._ledger.wait_until(lambda n=answered: self._ledger.answered > n, PATIENCE_S)  # type: ignore[misc]
            else:
                return link

    async def _start(self, link: Recorded) -> None:
        link.ledger = self._ledger
        await link.start()
        self._world.links.append(link)
        self.links.append(link)

    async def _write_notes(self, screen: RecordedConsole, agency_id: str) -> None:
        while not self._over:
            open_ = {"type": "incident.open", "type_code": "chest_pain", "priority": 3}
            opened = await screen.send(open_ | {"agencies": [agency_id], "only_agencies": True})
            incident_id = opened["data"]["incident_id"]
            for n in range(NOTES_AN_INCIDENT):
                note = {"type": "incident.note", "incident_id": incident_id, "text": f"ghi chú {n}"}
                await screen.send(note)
            await screen.send({"type": "incident.cancel", "incident_id": incident_id, "reason": "đã xong"})

    async def _ring(self, exchange: RecordedExchange) -> None:
        while not self._over:
            call_id = str(uuid7())
            await exchange.ring(call_id, "115", f"09{self._chance.randrange(10**8):08}")
            await exchange.answer(call_id)
            await exchange.hang_up(call_id)

    async def _handle_cases(self, caller: RecordedReporter, screen: RecordedConsole) -> None:
        while not self._over:
            await self._handle_case(caller, screen)
            self.cases += 1

    async def _handle_case(self, caller: RecordedReporter, screen: RecordedConsole) -> None:
        """One call from the caller's words to the last leg closed."""
        type_code, priority = self._chance.choice(TYPES)
        told = await caller.report("cần giúp gấp", heard=self._chance.choice(self._doors), line="115")
        report_id = told["report_id"]
        await screen.wait_until(lambda: _is_placed(screen, report_id), PATIENCE_S)
        body = {"type": "incident.open", "type_code": type_code, "report_id": report_id}
        incident_id = (await screen.send(body | {"priority": priority}))["data"]["incident_id"]
        assignment_ids = await accept_what_stands(screen, incident_id, PATIENCE_S)
        await asyncio.gather(*(self._serve(screen, id_) for id_ in assignment_ids))
        await self._close(screen, incident_id)
        await caller.wait_until(lambda: caller.stages.get(told["receipt_code"]) == "closed", PATIENCE_S)

    async def _serve(self, screen: RecordedConsole, assignment_id: str) -> None:
        """What a unit does, from the delivery to its way home."""
        await screen.wait_until(lambda: screen.find("assignment", assignment_id) is not None, PATIENCE_S)
        unit_id = (screen.find("assignment", assignment_id) or {})["unit_id"]
        device = await self._device_of(screen, unit_id)
        await device.wait_until(
            lambda: any(d["assignment_id"] == assignment_id for d in device.deliveries), PATIENCE_S
        )
        await device.accept(assignment_id)
        await device.report_phase(assignment_id, "en_route")
        await device.report_phase(assignment_id, "on_scene")
        await device.report_phase(assignment_id, "returning", outcome="resolved_on_scene")

    async def _device_of(self, screen: RecordedConsole, unit_id: str) -> RecordedUnit:
        if unit_id not in self._units:
            login = (screen.find("unit", unit_id) or {})["call_sign"].lower()
            self._units[unit_id] = await self._join(login, RecordedUnit)
        return self._units[unit_id]

    async def _close(self, screen: RecordedConsole, incident_id: str) -> None:
        for leg in [leg for leg in screen.list_bodies("leg") if leg["incident_id"] == incident_id]:
            if leg["state"] == "requested":
                await screen.send({"type": "leg.see", "leg_id": leg["id"]})
            await screen.send({"type": "leg.close", "leg_id": leg["id"], "outcome": "resolved_on_scene"})


def _is_placed(screen: RecordedConsole, report_id: str) -> bool:
    report = screen.find("report", report_id)
    return report is not None and report["place"]["level"] != "unknown"


def _list_doors(world: World) -> list[str]:
    """House numbers the city knows, as callers say them."""
    with psycopg.connect(world.dsn) as connection:
        rows = connection.execute(
            """
            SELECT n.path || ' ' || s.name
            FROM gis.house_numbers n JOIN gis.streets s ON s.id = n.street_id
            WHERE n.path ~ '^[0-9]+$' AND NOT s.alley
            ORDER BY n.id LIMIT 2000
            """
        ).fetchall()
    return [str(row[0]) for row in rows]
