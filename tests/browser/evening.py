"""An evening told by real clients, and the first steps into its replay."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from dispatch.client.account import Account, Device
from dispatch.client.console import ConsoleClient
from dispatch.client.reporter import ReporterClient
from dispatch.client.unit import UnitClient
from tests.browser.desk import come_in, middle
from tests.browser.world import RunningCentre

CITY = ZoneInfo("Asia/Ho_Chi_Minh")
WORDS = "khói ra cửa sổ lầu ba, có người kẹt"
PHONE, SECRET_PHONE = "0900000041", "0900000077"
TYPED_AGAIN = 60
SECRET = "đối tượng có hung khí, đừng báo qua đàm"


@dataclass
class Evening:
    """What was told: a fire with one engine that drove there, and something only 113 may know of."""

    centre: RunningCentre
    fire: dict[str, Any]
    hidden: dict[str, Any]
    call_sign: str
    driven: list[tuple[datetime, float, float]]
    began: datetime
    ended: datetime
    accounts: dict[str, Account] = field(default_factory=dict)

    def fetch(self, login: str, path: str, **params: Any) -> Any:
        """An answer over HTTP as an account gets it."""

        async def ask() -> Any:
            if login not in self.accounts:
                self.accounts[login] = await Account.sign_in(
                    self.centre.base_url, login, self.centre.password
                )
            return await self.accounts[login].get_json(path, **params)

        return self.centre.run(ask())

    async def close(self) -> None:
        """Let the connections of those who asked go."""
        for account in self.accounts.values():
            await account.aclose()

    def state_at(self, at: datetime, login: str = "giamsat") -> dict[str, Any]:
        """What the centre says of an instant, rows by (kind, id)."""
        told = self.fetch(login, "/api/replay/state", at=at.isoformat())
        return {"seq": told["seq"], "rows": {(r["kind"], r["id"]): r["body"] for r in told["rows"]}}


async def tell_evening(centre: RunningCentre) -> Evening:
    began = datetime.now(UTC)
    lon, lat = middle(centre)
    desk = ConsoleClient(await Account.sign_in(centre.base_url, "dieuphoi", centre.password))
    await desk.start()
    fire = await _open(centre, desk, WORDS, (lon, lat), "house_fire")
    free = next(
        u for u in desk.list_bodies("unit") if u["call_sign"].startswith("CC-") and not u["assignment_id"]
    )
    sent = await desk.send(
        {"type": "assignment.dispatch", "incident_id": fire["id"], "unit_ids": [free["id"]]}
    )
    assignment_id = sent["data"]["assignment_ids"][0]
    account = await Account.sign_in(centre.base_url, free["call_sign"].lower(), centre.password)
    engine = UnitClient(account)
    await engine.start()
    await engine.accept(assignment_id)
    await engine.report_phase(assignment_id, "en_route")
    driven = await _drive(desk, engine, free["id"], lon, lat)
    hidden = await _open(
        centre, desk, SECRET, (lon + 0.01, lat), "kidnapping", SECRET_PHONE,
        only_agencies=True, agencies=["113"],
    )  # fmt: skip
    await engine.report_phase(assignment_id, "on_scene")
    await desk.send({"type": "incident.note", "incident_id": fire["id"], "text": "cổng sau khóa"})
    ended = datetime.now(UTC)
    await engine.stop()
    await _wait_kept(desk.account, free["id"], began)
    await desk.stop()
    return Evening(centre, fire, hidden, free["call_sign"], driven, began, ended)


async def _wait_kept(account: Account, unit_id: str, began: datetime) -> None:
    """Until the history of positions holds the whole drive."""
    fixes = 0
    while fixes < 6:
        now = datetime.now(UTC).isoformat()
        told = await account.get_json("/api/replay/tracks", start=began.isoformat(), end=now)
        fixes = max((len(t["t"]) for t in told["tracks"] if t["unit_id"] == unit_id), default=0)


async def _open(
    centre: RunningCentre,
    desk: ConsoleClient,
    words: str,
    lon_lat: tuple[float, float],
    type_code: str,
    phone: str = PHONE,
    **more: object,
) -> dict[str, Any]:
    """Somebody tells it, the desk opens it; the incident."""
    async with ReporterClient(Device(centre.base_url)) as reporter:
        assert isinstance(reporter, ReporterClient)
        told = await reporter.report(words, lon_lat=lon_lat, radius_m=20.0, phone=phone)
    report_id = str(told["report_id"])
    await desk.wait_until(lambda: desk.find("report", report_id) is not None)
    body = {"type": "incident.open", "type_code": type_code, "report_id": report_id, **more}
    opened = await desk.send(body)
    incident_id = str(opened["data"]["incident_id"])
    await desk.wait_until(lambda: desk.find("incident", incident_id) is not None)
    found = desk.find("incident", incident_id)
    assert found is not None
    return found


async def _drive(
    desk: ConsoleClient, engine: UnitClient, unit_id: str, lon: float, lat: float
) -> list[tuple[datetime, float, float]]:
    """Six fixes on the way, each on the desk's map before the next is sent: an instant at which it was the
    newest, and where it was."""
    await desk.look_at(None, [unit_id])
    driven: list[tuple[datetime, float, float]] = []
    for n in range(6):
        there = round(lon - 0.006 + n * 0.001, 6)
        await engine.send_position(there, lat)

        def seen(there: float = there) -> bool:
            return unit_id in desk.positions and abs(desk.positions[unit_id][1] - there) < 1e-6

        await desk.wait_until(seen)
        driven.append((datetime.now(UTC), there, lat))
        # An answer over HTTP parts this instant from the next fix by more than a typed time can tell apart.
        await desk.account.get_json("/api/me")
    return driven


async def close_a_street(centre: RunningCentre) -> tuple[datetime, datetime, datetime]:
    """A desk closes a street and opens it again; an instant before, one in which it held, one after."""
    async with ConsoleClient(await Account.sign_in(centre.base_url, "dieuphoi", centre.password)) as desk:
        before = datetime.now(UTC)
        await desk.account.get_json("/api/me")
        put = {"type": "road_condition.put", "kind": "closed", "form": "point", "reason": "cầu sập"}
        told = await desk.send(put | {"lon_lats": [middle(centre)]})
        await desk.account.get_json("/api/me")
        closed = datetime.now(UTC)
        # An answer over HTTP parts this instant from the next by more than a typed time can tell apart.
        await desk.account.get_json("/api/me")
        lift = {"type": "road_condition.lift", "condition_id": told["data"]["condition_id"]}
        await desk.send(lift | {"reason": "đã thông"})
        await desk.account.get_json("/api/me")
        return before, closed, datetime.now(UTC)


def open_replay(page: Page, evening: Evening, login: str = "giamsat", query: str = "") -> None:
    """Come in at the page itself and wait for its first rows."""
    where = query or f"incident={evening.fire['number']}"
    come_in(page, evening.centre, login, f"/replay?{where}")
    settled(page)


def settled(page: Page) -> None:
    """Nothing is being fetched for the instant shown."""
    expect(page.locator(".replay-body")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".replay-line").first).to_be_visible()


def go_to(page: Page, at: datetime) -> None:
    """Type an instant, to the millisecond, and wait until it is shown."""
    local = at.astimezone(CITY)
    clock = page.locator(".replay-clock")
    wanted = f"{local:%H:%M:%S},{local.microsecond // 100_000}"
    # The last seconds are not the past yet: the page stops before them, and is told again.
    for _ in range(TYPED_AGAIN):
        page.keyboard.press("t")
        field = page.get_by_label("Tới giờ")
        field.fill(f"{local:%d/%m/%Y %H:%M:%S},{local.microsecond // 1000:03}")
        field.press("Enter")
        try:
            expect(clock).to_have_text(wanted, timeout=1000)
            break
        except AssertionError:
            continue
    expect(clock).to_have_text(wanted, timeout=1000)
    settled(page)


def milliseconds(at: datetime) -> datetime:
    """As precise as a typed time."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
