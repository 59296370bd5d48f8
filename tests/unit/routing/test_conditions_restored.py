"""What holds on the roads outlives the planner that was told of it: the client tells the next one first, and
believes no planner that makes no sense."""

import asyncio
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from routing.graph.file import compile_graph
from routing.process.client import (
    TOLD_ROUNDS,
    PlannerClient,
    PlannerRefused,
    PlannerUnavailable,
    plan_or_fallback,
)
from routing.process.framing import encode_frame, read_frame
from routing.terms.messages import (
    Answer,
    AnswerBody,
    ConditionsAnswer,
    ConditionsRequest,
    Failure,
    MatrixAnswer,
    MatrixRequest,
    PlanAnswer,
    PlanRequest,
    Reason,
    Request,
    RoadChange,
    Shortfall,
    StatusAnswer,
    TravelTimesAnswer,
    TravelTimesRequest,
)
from tests.unit.routing.test_planner_process import DRAWN, REQUEST, START_S, running_planner, start_planner

START, END = DRAWN.place("a"), DRAWN.place("b")
SLOW = RoadChange("x", "slow", "point", [DRAWN.place("a", east_m=300)], factor=3.0)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Folder with a compiled graph."""
    compile_graph(DRAWN.write(tmp_path / "map.osm"), tmp_path)
    return tmp_path


async def test_a_planner_started_anew_answers_its_first_question_from_the_roads_as_they_are(
    pack: Path,
) -> None:
    async with running_planner(pack) as (process, client):
        free = (await client.route(START, END, "car")).travel_s
        await client.set_conditions([SLOW])
        process.kill()
        await process.communicate()
        second = await start_planner(pack)
        try:
            await client.wait_connected(START_S)
            assert (await client.route(START, END, "car")).travel_s == pytest.approx(3 * free, rel=0.01)
        finally:
            second.kill()
            await second.communicate()


async def test_what_was_told_while_there_was_no_planner_is_the_first_that_a_planner_hears(pack: Path) -> None:
    async with PlannerClient(pack / "planner.sock", deadline_s=30) as client:
        with pytest.raises(PlannerUnavailable):
            await client.set_conditions([SLOW])
        process = await start_planner(pack)
        try:
            await client.wait_connected(START_S)
            slow = (await client.route(START, END, "car")).travel_s
            await client.set_conditions([])
            assert slow == pytest.approx(3 * (await client.route(START, END, "car")).travel_s, rel=0.01)
        finally:
            process.kill()
            await process.communicate()


async def test_a_client_whose_planner_never_takes_the_roads_can_still_be_closed(pack: Path) -> None:
    """The planner hangs up on whatever it hears: the client goes on trying, and ends when told to."""
    heard = asyncio.Event()

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set()
        writer.close()

    server = await asyncio.start_unix_server(hang_up, str(pack / "planner.sock"))
    async with server, PlannerClient(pack / "planner.sock") as client:
        with pytest.raises(PlannerUnavailable):
            await client.set_conditions([SLOW])
        await asyncio.wait_for(heard.wait(), START_S)
        assert not client.is_connected


@pytest.mark.parametrize("moves", ["hour", "roads"])
async def test_what_moves_faster_than_a_planner_takes_it_in_keeps_nobody_from_asking(
    tmp_path: Path, moves: str
) -> None:
    """While a planner takes in what holds, its client is told anew, as a centre tells every second."""
    told: list[ConditionsRequest] = []

    async def tell_anew() -> None:
        number = len(told)
        slow = msgspec.structs.replace(SLOW, factor=2.0 + number)
        with pytest.raises(PlannerUnavailable):
            await client.set_conditions([slow if moves == "roads" else SLOW], hour=number / 1000)

    async def take_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (payload := await read_frame(reader)) is not None:
            asked = msgspec.msgpack.decode(payload, type=Request)
            body: AnswerBody = StatusAnswer("", 0, 0, [], 0)
            if isinstance(asked.body, ConditionsRequest):
                told.append(asked.body)
                await tell_anew()
                body = ConditionsAnswer({}, 0, 0.0)
            writer.write(encode_frame(msgspec.msgpack.encode(Answer(asked.request_id, body))))

    server = await asyncio.start_unix_server(take_in, str(tmp_path / "planner.sock"))
    client = PlannerClient(tmp_path / "planner.sock")
    async with server:
        await tell_anew()
        async with client:
            await client.wait_connected(START_S)
            assert await client.status(deadline_s=START_S)
        assert len(told) == (1 if moves == "hour" else TOLD_ROUNDS)


RUBBISH = [
    encode_frame(b"\xc1"),
    encode_frame(b"\x91" * 100_000),
    (2**31).to_bytes(4, "big"),
    # A failure whose words are no text.
    encode_frame(
        msgspec.msgpack.encode(Answer(1, Failure("internal", "NONE"))).replace(b"NONE", b"\xff\xfe\xfd\xfc")
    ),
]
BESIDE_THE_QUESTION: dict[type, AnswerBody] = {
    TravelTimesRequest: TravelTimesAnswer([]),
    MatrixRequest: MatrixAnswer(memoryview(b"eight by eight, nearly"), memoryview(bytes(64))),
    PlanRequest: PlanAnswer([], [Shortfall("n9", 1, True, Reason("none"))], "", False, 1, 0.0, ""),
}


async def test_a_planner_that_answers_rubbish_is_asked_anew_and_what_it_makes_up_is_not_taken(
    tmp_path: Path,
) -> None:
    """Rubbish of another kind on each connection; on the last one answers to what was not asked."""
    rubbish = iter(RUBBISH)

    async def make_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(rubbish, b"")
        writer.write(first)
        while not first and (payload := await read_frame(reader)) is not None:
            asked = msgspec.msgpack.decode(payload, type=Request)
            body = BESIDE_THE_QUESTION.get(type(asked.body), StatusAnswer("", 0, 0, [], 0))
            writer.write(encode_frame(msgspec.msgpack.encode(Answer(asked.request_id, body))))

    server = await asyncio.start_unix_server(make_up, str(tmp_path / "planner.sock"))
    async with server, PlannerClient(tmp_path / "planner.sock", deadline_s=START_S) as client:
        answered = False
        async with asyncio.timeout(START_S):
            while not answered:
                await client.wait_connected(START_S)
                with suppress(PlannerUnavailable):
                    answered = await client.status() == StatusAnswer("", 0, 0, [], 0)
        with pytest.raises(PlannerRefused, match="wrong_answer"):
            await client.travel_times([START], END, "car")
        with pytest.raises(PlannerRefused, match="wrong_answer"):
            await client.matrix([START], [END], "car")
        with pytest.raises(PlannerRefused, match="wrong_answer"):
            await client.route(START, END, "car")
        plan = await plan_or_fallback(client, REQUEST, START_S)
        assert plan.degraded
        assert [proposal.unit_id for proposal in plan.proposals] == ["A"]
