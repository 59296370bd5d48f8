"""A client of whoever has read /asyncapi.yaml and nothing else gets through a call.

Nothing of the shipped clients or of the code's own frames is used: addresses, tags, fields and command names
come from the document that the centre serves, and every frame, either way, satisfies its schema.
"""

import json
import re
import secrets
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator
from uuid6 import uuid7
from websockets.asyncio.client import ClientConnection, connect

from tests.integration.api.centre import PASSWORD, Centre, running_centre

Json = dict[str, Any]


class Document:
    """What the stranger read."""

    def __init__(self, text: str) -> None:
        self._read: Json = yaml.safe_load(text)
        self._schemas: Json = self._read["components"]["schemas"]

    def address_of(self, channel: str) -> str:
        """Where a channel is opened."""
        return str(self._read["channels"][channel]["address"])

    def check(self, name: str, value: object) -> None:
        """Raises ValidationError for what does not satisfy a schema."""
        schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": self._schemas}}
        Draft202012Validator(schema).validate(value)

    def make(self, name: str, /, **fields: object) -> Json:
        """A value of a schema: its tag filled in, and no field that the schema does not name."""
        known: Json = self._schemas[name]["properties"]
        assert fields.keys() <= known.keys(), f"{name} has no {fields.keys() - known.keys()}"
        tags = {
            key: given["enum"][0] for key, given in known.items() if key in ("t", "type") and "enum" in given
        }
        made = tags | fields
        self.check(name, made)
        return made

    def make_command(self, channel: str, type_: str, /, **fields: object) -> Json:
        """A command frame whose body may be sent on a channel."""
        refs = [option["$ref"] for option in self._schemas[f"{channel.title()}Command"]["anyOf"]]
        schemas = {ref: self._schemas[ref.rpartition("/")[2]] for ref in refs}
        (ref,) = [ref for ref in refs if schemas[ref]["properties"]["type"]["enum"] == [type_]]
        body = self.make(ref.rpartition("/")[2], **fields)
        return self.make("CommandFrame", command_id=str(uuid7()), body=body)

    def check_given(self, channel: str, frame: Json) -> None:
        """A frame from the centre is one of those that the channel gives."""
        given = self._read["operations"][f"{channel}Gives"]["messages"]
        names = [message["$ref"].rpartition("/")[2] for message in given]
        messages = self._read["components"]["messages"]
        (name,) = [name for name in names if messages[name]["name"] == frame["t"]]
        self.check(name, frame)


@dataclass
class Stranger:
    """A connection that was welcomed, and the rows that it was told of."""

    document: Document
    channel: str
    socket: ClientConnection
    rows: dict[tuple[str, str], Json]
    unread: defaultdict[str, deque[Json]] = field(default_factory=lambda: defaultdict(deque))

    async def next(self, tag: str) -> Json:
        """The next frame of a name; others wait until they are asked for, and rows are kept at once."""
        while not self.unread[tag]:
            frame: Json = json.loads(await self.socket.recv())
            self.document.check_given(self.channel, frame)
            for row in frame["rows"] if frame["t"] == "changes" else ():
                self.rows[row["kind"], row["id"]] = row["body"]
            self.unread[frame["t"]].append(frame)
        return self.unread[tag].popleft()

    async def ask(self, type_: str, /, **fields: object) -> Json:
        """The data of a command's acknowledgement."""
        frame = self.document.make_command(self.channel, type_, **fields)
        await self.socket.send(json.dumps(frame))
        answer = await self.next("ack")
        assert answer["command_id"] == frame["command_id"]
        return dict(answer["data"])

    async def wait_row(self, kind: str, id_: str) -> Json:
        """A row's body, once it was told of."""
        while (kind, id_) not in self.rows:
            await self.next("changes")
        return self.rows[kind, id_]


@asynccontextmanager
async def welcomed(base_url: str, channel: str, login: str = "") -> AsyncIterator[Stranger]:
    """Get in as the document's «Getting in» tells."""
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as http:
        document = Document((await http.get("/asyncapi.yaml")).text)
        device, asked = secrets.token_hex(16), {"for": channel}
        if login:
            signed_in = await http.post("/api/sign-in", json={"login": login, "password": PASSWORD})
            http.headers["X-CSRF-Token"] = signed_in.json()["csrf"]
        else:
            asked["device"] = device
        ticket = (await http.post("/api/tickets", json=asked)).json()["ticket"]
        hello = document.make("Hello", protocol=1, ticket=ticket, device="" if login else device)
        address = base_url.replace("http", "ws", 1) + document.address_of(channel)
        async with connect(address, proxy=None) as socket:
            stranger = Stranger(document, channel, socket, {})
            await socket.send(json.dumps(hello))
            welcome = await stranger.next("welcome")
            if welcome["snapshot"]:
                snapshot = (await http.get(welcome["snapshot"])).json()
                document.check("Snapshot", snapshot)
                stranger.rows |= {(row["kind"], row["id"]): row["body"] for row in snapshot["rows"]}
            yield stranger


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    """A running centre."""
    async with running_centre(database_url) as running:
        yield running


async def test_who_has_only_read_the_served_document_gets_a_call_from_its_report_to_the_crew(
    centre: Centre,
) -> None:
    await centre.furnish()
    async with (
        welcomed(centre.base_url, "report") as reporter,
        welcomed(centre.base_url, "console", "chief") as desk,
        welcomed(centre.base_url, "unit", "u0") as crew,
    ):
        told = await reporter.ask("report.receive", channel="app", words="cháy", place={"heard": "12 Lê Lợi"})
        assert (await reporter.next("report_status"))["receipt_code"] == told["receipt_code"]
        report = await desk.wait_row("report", told["report_id"])
        assert report["words"] == ["cháy"]
        opened = await desk.ask("incident.open", type_code="fire", report_id=told["report_id"])
        sent = await desk.ask("assignment.dispatch", incident_id=opened["incident_id"], unit_ids=["u0"])
        delivery = await crew.next("delivery")
        assert [delivery["assignment_id"]] == sent["assignment_ids"]
        done = {"assignment_id": delivery["assignment_id"], "n": delivery["update_n"]}
        await crew.ask("assignment.received", **done)
        await crew.ask("assignment.accept", **done)
        while (await desk.wait_row("assignment", delivery["assignment_id"]))["accepted_at"] is None:
            await desk.next("changes")
        while (await reporter.next("report_status"))["stage"] != "sent":
            pass


async def test_what_the_document_asks_for_by_http_is_described_where_http_is(centre: Centre) -> None:
    async with httpx.AsyncClient(timeout=60, base_url=centre.base_url) as http:
        told = (await http.get("/asyncapi.yaml")).text
        described = (await http.get("/openapi.json")).json()
    assert described["openapi"].startswith("3.")
    asked = set(re.findall(r"`(?:GET|POST) (/api/[a-z/-]+)`", told))
    assert asked >= {"/api/sign-in", "/api/tickets"}
    assert asked <= described["paths"].keys()
