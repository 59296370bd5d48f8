"""One call from end to end with ordinary accounts, told step by step: what a fresh demo centre begins with.

A phone reports a fire, a dispatcher releases it and accepts the recommendation, the crews answer, drive and
arrive. The incident stays open for whoever wants to go on with it. Nothing here knows more than any client.
"""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import Any

from dispatch.client.account import Account, Device
from dispatch.client.console import ConsoleClient
from dispatch.client.link import CommandRefused
from dispatch.client.reporter import ReporterClient
from dispatch.client.unit import UnitClient

Json = dict[str, Any]
Say = Callable[[str, str, float], None]
"""(Vietnamese, English, milliseconds since the step before)."""

TYPE_CODE = "house_fire"
PRIORITY = 1
WITHIN_S = 120.0
DRIVE_STEPS = 20
DRIVE_STEP_S = 0.5
MOVED_ON = ("recommendation_changed", "unit_gone")
"""Refusals of what was read a moment too late: another recommendation stands on the screen, or will."""


class TrialCallFailed(Exception):
    """A step of the call did not happen; the text says which."""


class TrialCall:
    """The call. `say` is told of every step as it happens."""

    def __init__(self, base_url: str, login: str, password: str, say: Say) -> None:
        self._base_url = base_url
        self._login = login
        self._password = password
        self._say = say
        self._since = perf_counter()

    async def run(self, *, only_first: bool = False) -> str | None:
        """Make the call; the incident's number. With `only_first` None where an incident stands already.

        Raises TrialCallFailed, SignInFailed, CommandRefused.
        """
        account = await Account.sign_in(self._base_url, self._login, self._password)
        reporter = ReporterClient(Device(self._base_url))
        console = ConsoleClient(account)
        # The call as a whole has a limit; on a machine that has just been started one step may take long.
        console.patience_s = WITHIN_S
        try:
            async with asyncio.timeout(WITHIN_S), console, reporter:
                if only_first and console.list_bodies("incident"):
                    return None
                return await self._live_through(account, console, reporter)
        except TimeoutError as late:
            raise TrialCallFailed("the centre did not answer in time") from late
        finally:
            await account.http.aclose()

    async def _live_through(self, account: Account, console: ConsoleClient, reporter: ReporterClient) -> str:
        lon, lat = _middle(await account.get_json("/api/city"))
        self._since = perf_counter()
        told = await reporter.report(
            "cháy nhà trong hẻm, khói đen, có người trên lầu", lon_lat=(lon, lat), radius_m=25.0
        )
        self._step(f"tin báo {told['receipt_code']} đã ghi bền", "report durable, receipt given")
        report_id = told["report_id"]
        await console.wait_until(lambda: _is_placed(console, report_id))
        self._step("đã định vị", "placed")
        opening = {"type": "incident.open", "type_code": TYPE_CODE, "priority": PRIORITY}
        opened = (await console.send(opening | {"report_id": report_id}))["data"]
        incident_id, number = str(opened["incident_id"]), str(opened["number"])
        plan, sent = await self._send_proposed(console, incident_id, number)
        self._step(f"đã điều {', '.join(sent['units'])}", "units sent")
        starts = {p["unit_id"]: tuple(p["position"]) for p in plan["proposed"]}
        await asyncio.gather(*(self._crew(console, a, starts, (lon, lat)) for a in sent["assignment_ids"]))
        self._step("các tổ đã nhận lệnh, xuất xe và đến nơi", "crews acknowledged, rolled and arrived")
        return number

    async def _send_proposed(
        self, console: ConsoleClient, incident_id: str, number: str
    ) -> tuple[Json, Json]:
        """Accept what is proposed, and what is proposed next where the centre has meanwhile thought again.
        Gives the recommendation that was accepted, and the answer's data."""
        seen = 0
        while True:
            plan = await _wait_recommended(console, incident_id, seen)
            if not seen:
                how = "đường chim bay / straight line" if plan["degraded"] else "đường thật / real roads"
                told = f"vụ {number}: đề xuất {len(plan['proposed'])} tổ ({how})"
                self._step(told, "units recommended")
            if not plan["proposed"]:
                raise TrialCallFailed("no unit is free")
            accepting = {"type": "recommendation.accept", "incident_id": incident_id}
            seen = plan["version"]
            try:
                return plan, (await console.send(accepting | {"version": seen}))["data"]
            except CommandRefused as refusal:
                if refusal.code not in MOVED_ON:
                    raise

    async def _crew(
        self,
        console: ConsoleClient,
        assignment_id: str,
        starts: dict[str, tuple[float, float]],
        goal: tuple[float, float],
    ) -> None:
        """One unit: acknowledge, roll, drive, arrive."""
        await console.wait_until(lambda: console.find("assignment", assignment_id) is not None)
        unit_id = (console.find("assignment", assignment_id) or {})["unit_id"]
        call_sign = str((console.find("unit", unit_id) or {})["call_sign"])
        account = await Account.sign_in(self._base_url, call_sign.lower(), self._password)
        try:
            async with UnitClient(account) as unit:
                assert isinstance(unit, UnitClient)
                unit.patience_s = WITHIN_S
                await unit.wait_until(
                    lambda: any(d["assignment_id"] == assignment_id for d in unit.deliveries)
                )
                await unit.accept(assignment_id)
                await unit.report_phase(assignment_id, "en_route")
                await _drive(unit, starts[unit_id], goal)
                await unit.report_phase(assignment_id, "on_scene")
        finally:
            await account.http.aclose()

    def _step(self, vi: str, en: str) -> None:
        now = perf_counter()
        self._say(vi, en, (now - self._since) * 1000)
        self._since = now


async def _drive(unit: UnitClient, start: tuple[float, float], goal: tuple[float, float]) -> None:
    """Positions on the way, many times faster than life, so that the map shows vehicles moving."""
    for step in range(1, DRIVE_STEPS + 1):
        share = step / DRIVE_STEPS
        lon = start[0] + (goal[0] - start[0]) * share
        lat = start[1] + (goal[1] - start[1]) * share
        await unit.send_position(lon, lat)
        await asyncio.sleep(DRIVE_STEP_S)


def _middle(city: Json) -> tuple[float, float]:
    west, south, east, north = city["bounds"]
    return (west + east) / 2, (south + north) / 2


async def _wait_recommended(console: ConsoleClient, incident_id: str, after: int) -> Json:
    """The recommendation once it is of a version later than `after`."""

    def find() -> Json | None:
        found = console.find("recommendation", incident_id)
        return found if found is not None and found["version"] > after else None

    await console.wait_until(lambda: find() is not None)
    return find() or {}


def _is_placed(console: ConsoleClient, report_id: str) -> bool:
    report = console.find("report", report_id)
    return report is not None and report["place"]["level"] != "unknown"
