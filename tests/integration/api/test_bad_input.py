"""Whatever comes in wrong gets a row of the error table, is kept, and costs nobody anything."""

import asyncio
from contextlib import suppress

import pytest
from uuid6 import uuid7
from websockets.exceptions import ConnectionClosed

from dispatch.api.server import FRAME_MAX
from dispatch.client import CommandRefused, ReporterClient
from tests.integration.api.centre import Centre
from tests.integration.api.raw import greeted

DECOMPOSED = "cha\u0301y nha\u0300"
COMPOSED = "ch\u00e1y nh\u00e0"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "malformed_json"),
        ('{"t":"command","command_id":NaN}', "malformed_json"),
        ("[1, 2]", "malformed_frame"),
        ('{"t":"dance"}', "unknown_frame"),
        ('{"t":"command"}', "malformed_frame"),
        ('{"t":"command","command_id":5,"body":{}}', "malformed_frame"),
        ('{"t":"position","at":"2026-07-12T00:00:00Z","lon":1,"lat":2}', "unknown_frame"),
        ('{"t":"hello","protocol":1}', "already_hello"),
        (b"\x00\x01", "binary_frame"),
    ],
)
async def test_a_frame_that_cannot_be_understood_is_answered_kept_and_survived(
    centre: Centre, text: str | bytes, code: str
) -> None:
    async with greeted(centre.device(), "report") as raw:
        error = await raw.ask(text, "error")
        assert error["error"]["code"] == code
        assert error["error"]["vi"]
        pong = await raw.ask({"t": "ping", "sent_at": "2026-07-12T00:00:00Z"}, "pong")
        assert pong["sent_at"] == "2026-07-12T00:00:00Z"
    await centre.deps.rejected.flush()
    kept = await centre.deps.rejected.list_recent()
    assert [r.code for r in kept] == [code]
    assert kept[0].frame == (text.encode() if isinstance(text, str) else text)


async def test_a_frame_of_a_megabyte_is_answered_and_ends_the_connection(centre: Centre) -> None:
    async with greeted(centre.device(), "report") as raw:
        error = await raw.ask('{"t":"ping","x":"' + "x" * 2**20 + '"}', "error")
        assert error["error"]["code"] == "frame_too_large"
        with pytest.raises(ConnectionClosed) as closed:
            await raw.next()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


@pytest.mark.parametrize("pieces", [1, 60])
async def test_a_message_longer_than_the_transport_takes_is_told_before_the_close(
    centre: Centre, pieces: int
) -> None:
    """Whole, or in pieces, as browsers send what is long."""
    async with greeted(centre.device(), "report") as raw:
        piece = "x" * (3 * FRAME_MAX // pieces)
        with suppress(ConnectionClosed):
            await raw.socket.send(piece if pieces == 1 else [piece] * pieces)
        error = await raw.next("error")
        assert error["error"]["code"] == "frame_too_large"
        assert error["error"]["data"]["limit"] == 64 * 1024
        with pytest.raises(ConnectionClosed) as closed:
            await raw.next()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


async def test_a_command_too_long_for_its_channel_is_refused_and_the_next_is_taken(centre: Centre) -> None:
    async with ReporterClient(centre.device()) as reporter:
        body = {"type": "report.receive", "channel": "app"}
        for times in (2**16, 2**20):
            with pytest.raises(CommandRefused, match="frame_too_large"):
                await asyncio.wait_for(reporter.send(body | {"words": "ở " * times}), 60)
        ack = await reporter.send(body | {"words": "cháy nhà"})
        assert ack["data"]
        assert reporter.connections == 3


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"type": "report.explode"}, "command_not_here"),
        ({"type": "timers.run"}, "command_not_here"),
        ({"type": "report.receive"}, "malformed_command"),
        ({"type": "report.receive", "channel": "app", "words": 7}, "wrong_type"),
        ({"type": "report.receive", "channel": "app", "words": "x" * 10_001}, "too_long"),
        ({"type": "report.add_words", "report_id": "nobody", "words": "x"}, "unknown_report"),
    ],
)
async def test_a_wrong_command_is_refused_for_good(
    centre: Centre, body: dict[str, object], code: str
) -> None:
    async with greeted(centre.device(), "report") as raw:
        refused = await raw.ask({"t": "command", "command_id": str(uuid7()), "body": body}, "refused")
        assert refused["error"]["code"] == code
        assert refused["retry_s"] is None


async def test_a_command_id_that_is_no_uuid_is_refused(centre: Centre) -> None:
    async with greeted(centre.device(), "report") as raw:
        body = {"type": "report.receive", "channel": "app", "words": "cháy"}
        refused = await raw.ask({"t": "command", "command_id": "1", "body": body}, "refused")
        assert refused["error"]["code"] == "malformed_command_id"


async def test_the_same_id_with_other_words_is_refused_and_with_the_same_gets_the_same_receipt(
    centre: Centre,
) -> None:
    device, command_id = centre.device(), str(uuid7())
    body = {"type": "report.receive", "channel": "app", "words": "cháy", "phone": "0903000001"}
    frame = {"t": "command", "command_id": command_id, "body": body}
    async with greeted(device, "report") as raw:
        first = await raw.ask(frame, "ack")
    async with greeted(device, "report") as raw:
        again = await raw.ask(frame, "ack")
        assert again["data"] == first["data"]
        assert again["seq_first"] == first["seq_first"]
        conflict = await raw.ask(frame | {"body": body | {"words": "lụt"}}, "refused")
        assert conflict["error"]["code"] == "command_conflict"


@pytest.mark.parametrize("lon_lat", [[10.77, 106.7], [106.7, 99], "here", [1], ["a", "b"]])
async def test_a_report_with_a_wrong_position_is_taken_and_its_position_kept_as_words(
    centre: Centre, lon_lat: object
) -> None:
    async with greeted(centre.device(), "report") as raw:
        body = {"type": "report.receive", "channel": "app", "words": "cháy",
                "place": {"heard": "gần chợ", "lon_lat": lon_lat}}  # fmt: skip
        ack = await raw.ask({"t": "command", "command_id": str(uuid7()), "body": body}, "ack")
        assert ack["data"]["notices"][0]["code"] == "bad_position"
        row = centre.deps.board.find_row("report", ack["data"]["report_id"])
        while row is None:
            await raw.next("report_status")
            row = centre.deps.board.find_row("report", ack["data"]["report_id"])
        assert b'"lon_lat":null' in bytes(row.body)
        assert "gần chợ [".encode() in bytes(row.body)


async def test_words_in_decomposed_form_with_emoji_and_of_ten_thousand_characters_are_kept_whole(
    centre: Centre,
) -> None:
    words = f"{DECOMPOSED} 🔥 " + "á" * 9_900
    async with ReporterClient(centre.device()) as reporter:
        told = await reporter.report(words)
    chief = await centre.sign_in("chief")
    snapshot = await chief.get_json("/api/snapshot")
    report = next(row for row in snapshot["rows"] if row["id"] == told["report_id"])
    assert report["body"]["words"] == [words.replace(DECOMPOSED, COMPOSED)]


async def test_a_reporter_who_floods_is_told_and_later_sent_away_while_others_go_on(centre: Centre) -> None:
    async with greeted(centre.device(), "report") as flooder, greeted(centre.device(), "report") as other:
        while flooder.socket.close_code is None:
            # One frame a second is allowed: on a slow machine more than these must come one after the other.
            for _ in range(600):
                await flooder.send({"t": "ping", "sent_at": "2026-07-12T00:00:00Z"})
        codes = [frame["error"]["code"] async for frame in flooder.rest("error")]
        assert codes[-1] == "flooding"
        assert set(codes) <= {"too_fast", "flooding"}
        assert flooder.socket.close_code == 4429
        body = {"type": "report.receive", "channel": "app", "words": "cháy"}
        ack = await other.ask({"t": "command", "command_id": str(uuid7()), "body": body}, "ack")
        assert ack["data"]["receipt_code"]


async def test_another_device_can_neither_repeat_nor_follow_a_report(centre: Centre) -> None:
    command_id = str(uuid7())
    body = {"type": "report.receive", "channel": "app", "words": "cháy"}
    frame = {"t": "command", "command_id": command_id, "body": body}
    async with greeted(centre.device(), "report") as mine, greeted(centre.device(), "report") as theirs:
        own = await mine.ask(frame, "ack")
        await theirs.ask(frame, "ack", "refused")
        assert own["data"]["receipt_code"] not in "".join(theirs.texts)
        words = {"type": "report.add_words", "report_id": own["data"]["report_id"], "words": "thêm"}
        refused = await theirs.ask({"t": "command", "command_id": str(uuid7()), "body": words}, "refused")
        assert refused["error"]["code"] == "not_yours"
