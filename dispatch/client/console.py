"""A screen's copy of the centre: one pure step per frame."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from dispatch.client.account import Account
from dispatch.client.link import Json, Link

LOG_KEPT = 10_000


class Copy:
    """Rows by (kind, id) as of `seq` of the log `log_id`."""

    def __init__(self) -> None:
        self.log_id = ""
        self.seq = 0
        self.rows: dict[tuple[str, str], Json] = {}
        self.log: list[Json] = []

    def replace(self, snapshot: Json) -> None:
        """Begin anew from a snapshot."""
        self.log_id, self.seq = snapshot["log_id"], snapshot["seq"]
        self.rows = {(row["kind"], row["id"]): row for row in snapshot["rows"]}

    def take(self, frame: Json) -> bool:
        """Take a `changes` frame in; False for a gap, which only a resume can fill."""
        if frame["seq"] <= self.seq:
            return True
        if frame["prev"] > self.seq:
            return False
        for row in frame.get("rows", ()):
            key = (row["kind"], row["id"])
            known = self.rows.get(key)
            if known is None or known["version"] <= row["version"]:
                self.rows[key] = row
        for kind, id_ in frame.get("gone", ()):
            self.rows.pop((kind, id_), None)
        self.log.extend(frame.get("log", ()))
        del self.log[:-LOG_KEPT]
        self.seq = frame["seq"]
        return True


class ConsoleClient(Link):
    """A console: `copy` is what it shows, `positions` the newest position of each unit in its window."""

    channel = "console"
    silent_s = 5.0  # heads come every 2 s

    def __init__(self, account: Account, *, now: Callable[[], datetime] | None = None) -> None:
        super().__init__(account, now=now)
        self.account = account
        self.copy = Copy()
        self.positions: dict[str, list[Any]] = {}
        self.head: Json = {}
        self.snapshots = 0
        self._window: Json = {}

    def have(self) -> Json | None:
        """Where the copy stands."""
        return {"log_id": self.copy.log_id, "seq": self.copy.seq} if self.copy.log_id else None

    def find(self, kind: str, id_: str) -> Json | None:
        """The body of a row, or None."""
        row = self.copy.rows.get((kind, id_))
        return None if row is None else dict(row["body"])

    def list_bodies(self, kind: str) -> list[Json]:
        """Bodies of every row of a kind."""
        return [row["body"] for (row_kind, _), row in self.copy.rows.items() if row_kind == kind]

    async def begin(self, welcome: Json) -> None:
        """Fetch the snapshot when the centre asks for it."""
        if welcome.get("snapshot"):
            self.copy.replace(await self.account.get_json(welcome["snapshot"]))
            self.snapshots += 1
        if self._window:
            await self.send_frame(self._window)

    async def take(self, frame: Json) -> None:
        """Changes, positions, heads."""
        if frame["t"] == "changes":
            if not self.copy.take(frame):
                await self.break_connection()
        elif frame["t"] == "positions":
            self.positions.update((cell[0], cell) for cell in frame["p"])
        elif frame["t"] == "head":
            self.head = frame

    async def look_at(self, bbox: tuple[float, float, float, float] | None, units: list[str]) -> None:
        """Choose the window of the map and the units to watch; a connection that heals keeps to it."""
        self._window = {"t": "viewport", "bbox": bbox, "units": units}
        await self.send_frame(self._window)
