"""The planner as a process of its own: over its real socket, fed with rubbish, killed and revived."""

import asyncio
import os
import re
import resource
import shlex
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import numpy as np
import pytest
import uvloop

from routing.graph.file import compile_graph
from routing.process.client import (
    PlannerClient,
    PlannerRefused,
    PlannerTooLate,
    PlannerUnavailable,
    plan_or_fallback,
)
from routing.process.framing import MAX_FRAME_BYTES, encode_frame, read_frame
from routing.process.tables import pack_positions
from routing.terms.messages import (
    Answer,
    Failure,
    MatrixRequest,
    PlanNeed,
    PlanRequest,
    PlanUnit,
    Request,
    RoadChange,
    StatusAnswer,
    StatusRequest,
)
from tests.unit.routing.drawn_map import DrawnMap

DRAWN = DrawnMap("a.....b\nx.....y").way("abyx", highway="tertiary")
START_S = 120.0
PROJECT = Path(__file__).parents[3]
REQUEST = PlanRequest(
    DRAWN.place("a"),
    [PlanNeed("n1", "leg", "115", "als", 1, 1, 2)],
    [PlanUnit("A", "115", ["als"], "ambulance", DRAWN.place("b"), 0.0, 5.0, "available")],
)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Folder with a compiled graph."""
    compile_graph(DRAWN.write(tmp_path / "map.osm"), tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def served_pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder of a pack with a planner running on it, for all tests that leave it alive."""
    folder = tmp_path_factory.mktemp("served")
    compile_graph(DRAWN.write(folder / "map.osm"), folder)
    process = subprocess.Popen(list_arguments(folder), cwd=PROJECT)
    yield folder
    process.kill()
    process.wait()


@pytest.fixture
async def client(served_pack: Path) -> AsyncIterator[PlannerClient]:
    """A client of the running planner, connected."""
    async with PlannerClient(served_pack / "planner.sock", deadline_s=30) as client:
        await client.wait_connected(START_S)
        yield client


def list_arguments(pack: Path) -> list[str]:
    """The command line of a planner on the pack's socket."""
    socket = str(pack / "planner.sock")
    return [sys.executable, "-m", "routing.process.service", "--socket", socket, "--pack", str(pack)]


async def start_planner(pack: Path, *options: str) -> asyncio.subprocess.Process:
    """Starts the real process on the pack's socket."""
    return await asyncio.create_subprocess_exec(
        *list_arguments(pack), *options, stderr=asyncio.subprocess.PIPE, cwd=PROJECT
    )


@asynccontextmanager
async def running_planner(
    pack: Path, *options: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, PlannerClient]]:
    """A planner that answers, and a client connected to it; killed at the end whatever happened."""
    process = await start_planner(pack, *options)
    try:
        async with PlannerClient(pack / "planner.sock", deadline_s=30) as client:
            await client.wait_connected(START_S)
            yield process, client
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def exchange(pack: Path, *frames: bytes) -> list[Answer]:
    """Sends raw bytes on a connection of its own and reads one answer to each."""
    reader, writer = await asyncio.open_unix_connection(str(pack / "planner.sock"))
    answers = []
    for frame in frames:
        writer.write(frame)
        payload = await read_frame(reader)
        assert payload is not None
        answers.append(msgspec.msgpack.decode(payload, type=Answer))
    writer.close()
    return answers


async def test_many_questions_at_once_each_get_their_own_answer(client: PlannerClient) -> None:
    places = [DRAWN.place("a", east_m=metres) for metres in range(0, 600, 10)]
    asked = [client.travel_times([place], DRAWN.place("a"), "car") for place in places]
    plan, status, *times = await asyncio.gather(client.plan(REQUEST), client.status(), *asked)
    assert [proposal.unit_id for proposal in plan.proposals] == ["A"]
    assert not plan.degraded
    assert status.edge_count == 1
    seconds = [answer[0] for answer in times]
    assert seconds == sorted(seconds, key=lambda s: s or 0.0)
    assert len(set(seconds)) == len(seconds)


async def test_route_comes_with_its_line(client: PlannerClient) -> None:
    route = await client.route(DRAWN.place("a"), DRAWN.place("x"), "engine", hot=True)
    assert route.distance_m == pytest.approx(1300, abs=5)
    assert len(route.lon_lats) == 4
    with pytest.raises(PlannerRefused) as refused:
        await client.route(DRAWN.place("a"), (0.0, 0.0), "engine")
    assert refused.value.code == "off_network"


async def test_rubbish_is_answered_and_harms_nobody(client: PlannerClient, served_pack: Path) -> None:
    wrong = msgspec.msgpack.encode({"request_id": 7, "budget_ms": 10, "body": {"type": "plan", "needs": 3}})
    unknown = msgspec.msgpack.encode({"request_id": 8, "budget_ms": 10, "body": {"type": "make_coffee"}})
    deep = b"\x91" * 100_000
    good = msgspec.msgpack.encode(Request(9, 10_000, StatusRequest()))
    frames = [b"", b"\xff\xfe rubbish", wrong, unknown, deep, good]
    answers = await exchange(served_pack, *map(encode_frame, frames))
    assert [answer.request_id for answer in answers] == [0, 0, 7, 8, 0, 9]
    for answer in answers[:-1]:
        assert isinstance(answer.body, Failure)
        assert answer.body.code == "bad_request"
    assert isinstance(answers[-1].body, StatusAnswer)
    assert (await client.status()).edge_count == 1


async def test_frame_too_large_ends_only_its_own_connection(client: PlannerClient, served_pack: Path) -> None:
    (answer,) = await exchange(served_pack, (MAX_FRAME_BYTES + 1).to_bytes(4, "big"))
    assert isinstance(answer.body, Failure)
    assert answer.body.code == "frame_too_large"
    assert (await client.plan(REQUEST)).proposals


async def test_peer_that_leaves_in_the_middle_of_a_frame_harms_nobody(
    client: PlannerClient, served_pack: Path
) -> None:
    _, writer = await asyncio.open_unix_connection(str(served_pack / "planner.sock"))
    writer.write((1000).to_bytes(4, "big") + b"half")
    await writer.drain()
    writer.close()
    assert (await client.status()).edge_count == 1


async def test_question_nobody_waits_for_is_not_worked_on(client: PlannerClient, served_pack: Path) -> None:
    late = msgspec.msgpack.encode(Request(1, -1.0, StatusRequest()))
    (answer,) = await exchange(served_pack, encode_frame(late))
    assert isinstance(answer.body, Failure)
    assert answer.body.code == "too_late"


async def test_killed_planner_is_replaced_by_straight_lines_until_it_is_back(pack: Path) -> None:
    async with running_planner(pack) as (process, client):
        assert not (await plan_or_fallback(client, REQUEST, 10)).degraded
        process.kill()
        await process.wait()
        alone = await plan_or_fallback(client, REQUEST, 10)
        assert alone.degraded
        assert [proposal.unit_id for proposal in alone.proposals] == ["A"]
        async with running_planner(pack):
            await client.wait_connected(START_S)
            assert not (await plan_or_fallback(client, REQUEST, 10)).degraded


async def test_stopped_planner_is_too_late_and_answered_for(pack: Path) -> None:
    async with running_planner(pack) as (process, client):
        os.kill(process.pid, signal.SIGSTOP)
        with pytest.raises(PlannerTooLate):
            await client.status(deadline_s=0.2)
        assert (await plan_or_fallback(client, REQUEST, 0.2)).degraded
        os.kill(process.pid, signal.SIGCONT)
        assert (await client.status(deadline_s=30)).edge_count == 1


async def test_question_under_way_fails_at_once_when_the_planner_dies(pack: Path) -> None:
    async with running_planner(pack) as (process, client):
        os.kill(process.pid, signal.SIGSTOP)
        asked = asyncio.create_task(client.status(deadline_s=60))
        with pytest.raises(PlannerTooLate):
            await client.status(deadline_s=0.05)
        process.kill()
        with pytest.raises(PlannerUnavailable):
            await asked


def test_whoever_asks_on_while_the_connection_breaks_off_is_told_that_it_is_gone(pack: Path) -> None:
    async def ask_on() -> None:
        async with running_planner(pack) as (process, client):
            asking = [asyncio.create_task(client.status()) for _ in range(20)]
            process.kill()
            told = 0
            while client.is_connected or told < 200:
                with suppress(PlannerUnavailable):
                    await client.status()
                told += 1
                await asyncio.sleep(0)
            await asyncio.gather(*asking, return_exceptions=True)

    # On the server's own loop, where a broken connection is another error than on asyncio's.
    uvloop.run(ask_on())


async def test_without_a_client_or_connection_there_is_a_plan_at_once(tmp_path: Path) -> None:
    assert (await plan_or_fallback(None, REQUEST, 1)).degraded
    async with PlannerClient(tmp_path / "nobody.sock") as client:
        with pytest.raises(PlannerUnavailable):
            await client.status()
        assert (await plan_or_fallback(client, REQUEST, 60)).degraded


async def test_planner_without_a_graph_says_so_and_fails(tmp_path: Path) -> None:
    process = await start_planner(tmp_path)
    _, said = await process.communicate()
    assert process.returncode == 2
    assert "Không có bản đồ đường" in said.decode()
    assert "no road graph" in said.decode()


async def test_second_planner_at_one_socket_gives_way(client: PlannerClient, served_pack: Path) -> None:
    second = await start_planner(served_pack)
    _, said = await second.communicate()
    assert second.returncode == 3
    assert "already answers" in said.decode()
    assert (await client.status()).edge_count == 1


async def test_asked_to_stop_it_leaves_no_socket_behind(pack: Path) -> None:
    async with running_planner(pack) as (process, _):
        process.terminate()
        _, said = await process.communicate()
        assert process.returncode == 0
        assert not (pack / "planner.sock").exists()
        assert "Traceback" not in said.decode()


async def test_planner_ends_with_its_parent(pack: Path) -> None:
    """A shell starts the planner, tells its number and dies; the planner's socket goes with it."""
    shell = await asyncio.create_subprocess_exec(
        "sh",
        "-c",
        f"{shlex.join(list_arguments(pack))} 2>/dev/null & echo $!; read line",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=PROJECT,
    )
    assert shell.stdout is not None
    planner = int(await shell.stdout.readline())
    try:
        async with PlannerClient(pack / "planner.sock") as client:
            await client.wait_connected(START_S)
            shell.kill()
            # The planner held the shell's output: its end is the planner's end.
            async with asyncio.timeout(START_S):
                assert await shell.stdout.read() == b""
        assert not (pack / "planner.sock").exists()
    finally:
        if (pack / "planner.sock").exists():
            os.kill(planner, signal.SIGKILL)


async def test_condition_is_in_force_when_its_answer_comes(pack: Path) -> None:
    async with running_planner(pack) as (_, client):
        start, end = DRAWN.place("a"), DRAWN.place("b")
        before = (await client.route(start, end, "car")).travel_s
        change = RoadChange("x", "slow", "point", [DRAWN.place("a", east_m=300)], factor=3.0)
        asked = [client.travel_times([start], end, "car") for _ in range(20)]
        answer, *times = await asyncio.gather(client.set_conditions([change]), *asked)
        assert answer.stretches == {"x": 1}
        after = (await client.route(start, end, "car")).travel_s
        assert after == pytest.approx(3 * before, rel=0.01)
        # Questions asked meanwhile see the old weights or the new ones, nothing between.
        assert {round(seen or 0) for (seen,) in times} <= {round(before), round(after)}
        await client.set_conditions([])
        assert (await client.route(start, end, "car")).travel_s == pytest.approx(before)


async def read_pair(process: asyncio.subprocess.Process) -> tuple[int, int]:
    """The processes that answer and rest, as the planner says when both honour what was told last."""
    assert process.stderr is not None
    async with asyncio.timeout(START_S):
        while (line := (await process.stderr.readline()).decode()) != "":
            if said := re.search(r"process (\d+) answers, (\d+) rests", line):
                return int(said[1]), int(said[2])
    raise AssertionError("the planner ended")


async def test_a_half_that_stands_still_is_ended_and_the_other_answers(pack: Path) -> None:
    start, end = DRAWN.place("a"), DRAWN.place("b")
    async with running_planner(pack, "--second-after", "0", "--silent-after", "3") as (process, client):
        answering, resting = await read_pair(process)
        told = (await client.route(start, end, "car")).travel_s
        os.kill(answering, signal.SIGSTOP)
        # Whoever has the patience gets the answer of the other.
        assert (await client.route(start, end, "car", deadline_s=START_S)).travel_s == told
        assert (await read_pair(process))[0] == resting


async def test_conditions_hold_whichever_half_of_the_planner_is_killed(pack: Path) -> None:
    start, end = DRAWN.place("a"), DRAWN.place("b")
    slow = RoadChange("x", "slow", "point", [DRAWN.place("a", east_m=300)], factor=3.0)
    async with running_planner(pack, "--second-after", "0") as (process, client):

        async def drive_s() -> float:
            return round((await client.route(start, end, "car")).travel_s)

        first, second = await read_pair(process)
        free_s = await drive_s()
        await client.set_conditions([slow])
        slow_s = await drive_s()
        assert slow_s > 2 * free_s
        assert await read_pair(process) == (second, first), "they change places"
        os.kill(second, signal.SIGSTOP)
        asked = asyncio.create_task(drive_s())
        await asyncio.sleep(0)
        os.kill(second, signal.SIGKILL)
        assert await asked == slow_s, "the other answers what the killed one was asked"
        answering, third = await read_pair(process)
        assert answering == first
        limit = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (3, limit[1]))
        os.kill(first, signal.SIGKILL)
        assert await drive_s() == slow_s, "who came later was told what holds"
        await client.set_conditions([])
        assert await drive_s() == free_s, "new conditions need no second half"
        assert process.stderr is not None
        async with asyncio.timeout(START_S):
            while b"no room" not in (said := await process.stderr.readline()):
                assert said, "the planner lives on where nothing can be started"
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, limit)
        assert (await read_pair(process))[0] == third, "and has its other half as soon as there is room"
        assert client.is_connected


def ask_for_ever(budget_ms: float) -> bytes:
    """A question that one search is at for half a minute or longer; a planner cannot tell that from for ever:
    nearly as many doors to be walked to as a frame can name."""
    ends = np.linspace(DRAWN.place("a", north_m=50), DRAWN.place("b", north_m=50), 900_000)
    asked = MatrixRequest(pack_positions(ends[:1]), pack_positions(ends), "car")
    return encode_frame(msgspec.msgpack.encode(Request(5, budget_ms, asked)))


async def test_a_half_whose_search_never_ends_is_ended_and_the_other_answers_meanwhile(pack: Path) -> None:
    start, end = DRAWN.place("a"), DRAWN.place("b")
    async with running_planner(pack, "--second-after", "0", "--search-after", "2") as (process, client):
        answering, resting = await read_pair(process)
        told = (await client.route(start, end, "car")).travel_s
        hanging = asyncio.create_task(exchange(pack, ask_for_ever(100)))
        await asyncio.sleep(0)
        # Whoever has the patience gets the answer of the other, also who asked behind the one that hangs.
        routes = [client.route(start, end, "car", deadline_s=START_S) for _ in range(3)]
        assert {route.travel_s for route in await asyncio.gather(*routes)} == {told}
        (answer,) = await hanging
        assert isinstance(answer.body, Failure), "nor is the other asked what held up the first"
        assert answer.body.code == "internal"
        assert "no end" in answer.body.message
        assert (await read_pair(process))[0] == resting
        with pytest.raises(ProcessLookupError):
            os.kill(answering, 0)


async def test_a_half_alone_whose_search_never_ends_makes_room_for_a_new_planner(pack: Path) -> None:
    async with running_planner(pack, "--second-after", "3600", "--search-after", "1") as (process, client):
        (answer,) = await exchange(pack, ask_for_ever(100))
        assert isinstance(answer.body, Failure)
        await process.communicate()
        assert (await plan_or_fallback(client, REQUEST, 1)).degraded
