"""Every frame between the shipped clients and a running centre satisfies the published schemas."""

from collections.abc import AsyncIterator, Iterator

import msgspec
import pytest
from jsonschema import Draft202012Validator

from dispatch.api.protocol.commands import COMMANDS_BY_CHANNEL
from dispatch.api.protocol.schemas import CHANNEL_FRAMES, list_frames, make_schemas, tag_of
from dispatch.client import ConsoleClient, ExchangeClient, ReporterClient, TelephoneExchangeDouble, UnitClient
from dispatch.client.link import Json, Link
from tests.integration.api.centre import Centre, running_centre


class Witness:
    """Reads along on both ways of every client."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int, Json]] = []

    def watch(self, link: Link) -> None:
        """Keep copies of what a client sends and gets."""
        emit, take = link._emit, link._take

        async def emitting(text: str) -> None:
            self.seen.append((link.channel, 0, msgspec.json.decode(text)))
            await emit(text)

        async def taking(frame: Json) -> None:
            self.seen.append((link.channel, 1, frame))
            await take(frame)

        link._emit, link._take = emitting, taking  # type: ignore[method-assign]

    def list_faults(self) -> Iterator[str]:
        """What does not satisfy the schema of its frame."""
        schemas = make_schemas()
        for channel, way, frame in self.seen:
            frames = {tag_of(kind): kind.__name__ for kind in list_frames(CHANNEL_FRAMES[channel][way])}
            name = frames[frame["t"]]
            yield from _check(schemas, name, frame)
            if frame["t"] == "command":
                assert frame["body"]["type"] in COMMANDS_BY_CHANNEL[channel]
                yield from _check(schemas, f"{channel.title()}Command", frame["body"])


def _check(schemas: dict[str, Json], name: str, frame: Json) -> Iterator[str]:
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    for fault in Draft202012Validator(schema).iter_errors(frame):
        yield f"{name}: {fault.message} at {fault.json_path}"


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    """A running centre."""
    async with running_centre(database_url) as running:
        yield running


async def test_one_call_speaks_the_published_protocol_only(centre: Centre) -> None:
    await centre.furnish()
    witness = Witness()
    reporter = ReporterClient(centre.device())
    console = ConsoleClient(await centre.sign_in("chief"))
    unit = UnitClient(await centre.sign_in("u0"))
    exchange = ExchangeClient(await centre.sign_in("exchange"))
    for link in (reporter, console, unit, exchange):
        witness.watch(link)
    async with reporter, console, unit, exchange:
        call = await TelephoneExchangeDouble(exchange).ring("114", "0903000009")
        told = await reporter.report("cháy", heard="12 Lê Lợi", lon_lat=(106.7, 10.77), radius_m=30)
        await reporter.add_words(told["report_id"], "thêm khói")
        await console.look_at((106.0, 10.0, 107.0, 11.0), [])
        body = {"type": "incident.open", "type_code": "fire", "report_id": told["report_id"]}
        opened = await console.send(body)
        incident_id = opened["data"]["incident_id"]
        await console.send({"type": "incident.note", "incident_id": incident_id, "text": "hẻm nhỏ"})
        dispatched = {"type": "assignment.dispatch", "incident_id": incident_id, "unit_ids": ["u0"]}
        await console.send(dispatched)
        await unit.wait_until(lambda: bool(unit.deliveries))
        assignment_id = unit.deliveries[0]["assignment_id"]
        await unit.accept(assignment_id)
        await unit.send_position(106.7, 10.77)
        await unit.report_phase(assignment_id, "on_scene")
        await console.wait_until(lambda: "u0" in console.positions)
        await reporter.wait_until(lambda: reporter.stages.get(told["receipt_code"]) == "on_scene")
        await console.wait_until(lambda: console.find("call", call.call_id) is not None)
    assert {frame["t"] for _, _, frame in witness.seen} >= {
        "command",
        "ack",
        "changes",
        "delivery",
        "positions",
    }
    assert list(witness.list_faults()) == []
