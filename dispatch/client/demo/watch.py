"""What colleagues see of the centre: the rows that are still open, and which of them a person works on.

Only what is open is kept: a demonstration may run for days.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dispatch.client.account import Account
from dispatch.client.link import Json, Link

ROOM_ROLES = ("call_taker", "dispatcher", "supervisor", "administrator", "commander")
NEGLECT_S = 900.0
"""What a person has not touched for so long goes back to the colleagues: visitors leave without a word."""

KEPT = 5000
"""Things remembered of what is no longer open."""

OVER: dict[str, Callable[[Json], bool]] = {
    "call": lambda b: b["state"] in ("ended", "abandoned") and not b["call_back_due"],
    "report": lambda b: b["status"] != "waiting",
    "incident": lambda b: b["state"] != "open",
    "leg": lambda b: b["state"] in ("closed", "refused"),
    "assignment": lambda b: b["state"] == "ended",
    "delivery": lambda b: True,
    "move": lambda b: b["state"] == "ended",
    "crew": lambda b: False,
}
"""Kind of row → whether it needs no more looking at."""

BY = {
    "call": ("answered_by",),
    "report": ("opened_by",),
    "incident": ("opened_by",),
    "leg": ("seen_by",),
    "assignment": ("dispatched_by", "accepted_by"),
    "alert": ("claimed_by",),
}
"""Kind of row → the fields that name who acted: what a snapshot tells of the time before it."""


class Watch(Link):
    """A console that keeps open rows by kind. `own` holds the accounts of the demonstration itself."""

    channel = "console"
    silent_s = 15.0

    def __init__(self, account: Account, own: set[str]) -> None:
        super().__init__(account)
        self._account = account
        self.own = own
        self.rows: dict[str, dict[str, Json]] = {}
        self.positions: dict[str, tuple[float, float]] = {}
        self.on_assignment: Callable[[Json], None] = lambda _body: None
        self.on_move: Callable[[Json], None] = lambda _body: None
        self.on_report: Callable[[Json], None] = lambda _body: None
        self.outcomes: dict[str, str] = {}
        self._touched: dict[str, datetime] = {}
        self._crewed: dict[str, datetime] = {}

    def of(self, kind: str) -> dict[str, Json]:
        """Open rows of a kind by id."""
        return self.rows.setdefault(kind, {})

    def find(self, kind: str, id_: str | None) -> Json | None:
        """An open row, or None."""
        return self.of(kind).get(id_ or "")

    def is_persons(self, *ids: str | None) -> bool:
        """Whether a person has lately worked on any of these incidents, reports, calls or alerts."""
        now = self.now()
        return any(
            (now - at).total_seconds() < NEGLECT_S for id_ in ids if id_ and (at := self._touched.get(id_))
        )

    def is_crewed_by_person(self, unit_id: str) -> bool:
        """Whether a person has lately used the unit's own device, or signed a crew on."""
        at = self._crewed.get(unit_id)
        if at is not None and (self.now() - at).total_seconds() < NEGLECT_S:
            return True
        return bool((self.find("unit", unit_id) or {}).get("crew_id"))

    def is_person_at_desk(self, agency_id: str, roles: tuple[str, ...]) -> bool:
        """Whether a person with one of these roles sits at a desk that works this agency."""
        desks, persons = self.of("desk"), self.of("person")
        return any(
            seat["user_id"] not in self.own
            and persons.get(seat["user_id"], {}).get("role") in roles
            and any(agency_id in desks.get(desk_id, {}).get("agencies", ()) for desk_id in seat["desk_ids"])
            for seat in self.of("seat").values()
        )

    async def begin(self, welcome: Json) -> None:
        """Take in everything that is open."""
        if welcome.get("snapshot"):
            snapshot = await self._account.get_json(welcome["snapshot"])
            self.rows.clear()
            for row in sorted(snapshot["rows"], key=lambda row: row["kind"] != "person"):
                self._take_row(row)
                self._look_who(row)

    def have(self) -> Json | None:
        """Always a snapshot: the open rows alone are no copy."""
        return None

    async def take(self, frame: Json) -> None:
        """Changes, and where units are when it was asked for."""
        if frame["t"] == "positions":
            self.positions.update((cell[0], (cell[1], cell[2])) for cell in frame["p"])
        elif frame["t"] == "changes":
            for row in frame.get("rows", ()):
                self._take_row(row)
            for kind, id_ in frame.get("gone", ()):
                self.of(kind).pop(id_, None)
            for line in frame.get("log", ()):
                self._take_line(line)

    def _take_row(self, row: Json) -> None:
        kind, body = row["kind"], row["body"]
        over = OVER.get(kind)
        if over is not None and over(body):
            self.of(kind).pop(row["id"], None)
        else:
            self.of(kind)[row["id"]] = body
        if kind == "assignment":
            if body["outcome"]:
                self.outcomes[body["leg_id"]] = body["outcome"]
                _forget_oldest(self.outcomes)
            self.on_assignment(body)
        elif kind == "move":
            self.on_move(body)
        elif kind == "report":
            self.on_report(body)

    def _look_who(self, row: Json) -> None:
        body = row["body"]
        for field in BY.get(row["kind"], ()):
            if self._is_person(body.get(field)):
                self._touch(row["kind"], row["id"], body.get("incident_id"), body.get("opened_at"))

    def _take_line(self, line: Json) -> None:
        actor = line["actor"]
        if actor in self.own:
            return
        person = self.of("person").get(actor)
        if person is None:
            return
        if person["role"] == "unit":
            unit_id = next(
                (u["id"] for u in self.of("unit").values() if u["call_sign"] == person["name"]), None
            )
            if unit_id is not None:
                self._crewed[unit_id] = self.now()
        elif person["role"] in ROOM_ROLES:
            kind, id_ = line["about"]
            self._touch(kind, id_, line["incident_id"], None)

    def _touch(self, kind: str, id_: str, incident_id: str | None, at: str | None) -> None:
        when = datetime.fromisoformat(at) if at else self.now()
        for touched in (id_, incident_id):
            if touched:
                self._touched[touched] = max(when, self._touched.get(touched, _LONG_AGO))
        alert = self.find("alert", id_) if kind == "alert" else None
        if alert is not None and alert["incident_id"]:
            self._touched[alert["incident_id"]] = when
        _forget_oldest(self._touched)

    def _is_person(self, actor: str | None) -> bool:
        if not actor or actor in self.own:
            return False
        person = self.of("person").get(actor)
        return person is not None and person["role"] in ROOM_ROLES


class Seat(Link):
    """The console of one colleague: it acts; what there is to see comes from the shared `Watch`."""

    channel = "console"
    silent_s = 15.0

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        user = account.me["user"]
        self.user_id: str = user["id"]
        self.agencies: tuple[str, ...] = tuple(user["agencies"])
        self.role: str = user["role"]

    async def begin(self, welcome: Json) -> None:
        """Nothing to fetch."""


def _forget_oldest(kept: dict[str, Any]) -> None:
    while len(kept) > KEPT:
        kept.pop(next(iter(kept)))


_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
