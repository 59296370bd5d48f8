"""The writer against a real PostgreSQL: once and only once, durable before answered, one writer at a time."""

import asyncio

import msgspec
import pytest
from uuid6 import uuid7

from dispatch.core.clock import ManualClock
from dispatch.core.fold import Fold
from dispatch.core.port import BehindTheLog, CoreUnavailable
from dispatch.core.writer import Writer, WriterLimits
from dispatch.domain.kernel import state_hash
from dispatch.domain.model.assignment import DispatchUnits, StandDown
from dispatch.domain.model.desk import RunTimers
from dispatch.domain.model.incident import AddNote
from dispatch.domain.model.messages import Command
from dispatch.domain.model.values import Place
from dispatch.host.cluster import PrivateCluster
from dispatch.store.connect import connect
from dispatch.store.errors import LeaseLost, NotDurable
from dispatch.store.log import get_head, list_events
from dispatch.store.migrations import upgrade
from tests.integration.core.world import (
    DISPATCHER,
    RIVAL,
    START,
    Shift,
    ask,
    build_book,
    furnish,
    open_incident,
    receive_report,
    sealed,
    submission,
    work,
    writing,
)


async def _count(dsn: str, what: str) -> int:
    connection = await connect(dsn)
    try:
        return int(await connection.fetchval(f"SELECT count(*) FROM centre.{what}"))
    finally:
        await connection.close()


async def test_answered_command_is_in_the_log(database_url: str) -> None:
    async with writing(database_url) as writer:
        answer = await ask(writer, receive_report())
        assert await _count(database_url, "events") == answer.seq_last
        assert answer.seq_first == 1
        assert (await writer.head()).seq == answer.seq_last


async def test_repeated_command_gets_the_same_answer_and_is_done_once(database_url: str) -> None:
    first = submission(open_incident())
    async with writing(database_url) as writer:
        answers = await asyncio.gather(*(writer.submit(first) for _ in range(5)))
        later = await writer.submit(first)
    async with writing(database_url) as writer:
        after_restart = await writer.submit(first)
    assert [*answers, later] == [after_restart] * 6
    assert await _count(database_url, "incidents") == 1


async def test_refused_command_stays_refused_when_repeated(database_url: str) -> None:
    unknown = submission(DispatchUnits(incident_id="nowhere", unit_ids=("u0",)))
    async with writing(database_url) as writer:
        refused = await writer.submit(unknown)
        assert refused.refused == "unknown_incident"
        assert refused.seq_last == refused.seq_first - 1
    async with writing(database_url) as writer:
        assert await writer.submit(unknown) == refused


async def test_command_id_with_other_content_is_refused(database_url: str) -> None:
    command_id = str(uuid7())
    async with writing(database_url) as writer:
        kept = await writer.submit(submission(open_incident(), command_id=command_id))
        other = await writer.submit(submission(open_incident(), command_id=command_id))
        elsewhere = await writer.submit(submission(open_incident(), RIVAL, command_id))
    assert (kept.refused, other.refused, elsewhere.refused) == (None, "command_conflict", None)
    assert await _count(database_url, "incidents") == 2


async def test_sender_s_digest_makes_a_repeat_whatever_the_rim_made_of_it(database_url: str) -> None:
    command_id, digest = str(uuid7()), "ab" * 32
    sealed_twice = [submission(receive_report(), command_id=command_id) for _ in range(2)]
    async with writing(database_url) as writer:
        first, second = [
            await writer.submit(msgspec.structs.replace(item, digest=digest)) for item in sealed_twice
        ]
    assert first == second
    assert await _count(database_url, "reports") == 1


async def test_two_hundred_races_for_one_unit_have_one_winner_each(database_url: str) -> None:
    async with writing(database_url) as writer:
        unit_id = (await furnish(writer, 1))[0]
        for _ in range(200):
            fires = open_incident(), open_incident()
            for fire in fires:
                await ask(writer, fire)
            race = [
                writer.submit(
                    submission(DispatchUnits(incident_id=fire.incident_id, unit_ids=(unit_id,)), actor)
                )
                for fire, actor in zip(fires, (DISPATCHER, RIVAL), strict=True)
            ]
            answers = await asyncio.gather(*race)
            won = [answer for answer in answers if answer.refused is None]
            lost = [answer for answer in answers if answer.refused is not None]
            assert len(won) == len(lost) == 1
            assert lost[0].refused == "unit_committed"
            assert {"by", "at", "incident_number"} <= lost[0].data.keys()
            await _stand_down(writer, won[0].data["assignment_ids"][0])  # type: ignore[index]
        assert await _count(database_url, "commitments") == 0


async def _stand_down(writer: Writer, assignment_id: str) -> None:
    await ask(writer, StandDown(assignment_id=assignment_id, reason="test"))


async def test_unit_the_database_knows_to_be_busy_refuses_only_the_guilty_command(database_url: str) -> None:
    async with writing(database_url) as writer:
        await furnish(writer, 4)
        connection = await connect(database_url)
        await connection.execute(
            "INSERT INTO centre.commitments (assignment_id, unit_id) VALUES ('other', 'u1')"
        )
        await connection.close()
        fire = open_incident()
        await ask(writer, fire)
        sendings = [
            submission(DispatchUnits(incident_id=fire.incident_id, unit_ids=(unit_id,)))
            for unit_id in ("u0", "u1", "u2")
        ]
        answers = await asyncio.gather(*(writer.submit(item) for item in sendings))
        assert [answer.refused for answer in answers] == [None, "store_refused", None]
        assert (await writer.submit(sendings[1])).refused == "store_refused"
        events = await _count(database_url, "events")
        assert (await writer.head()).seq == events


async def test_late_commit_of_a_writer_that_was_replaced_is_refused(database_url: str) -> None:
    async with writing(database_url) as replaced:
        await ask(replaced, open_incident())
        successor = Writer(database_url, build_book(), holder="successor", clock=ManualClock(START))
        await successor.start(force=True)
        with pytest.raises(CoreUnavailable):
            await replaced.submit(submission(open_incident()))
        with pytest.raises(LeaseLost):
            await replaced.ended()
        await ask(successor, open_incident())
        assert (await successor.head()).epoch == (await replaced.head()).epoch + 1
        await successor.stop()
    assert await _count(database_url, "incidents") == 2


async def test_second_writer_waits_until_the_first_gives_way(database_url: str) -> None:
    async with writing(database_url) as first:
        second = Writer(database_url, build_book(), clock=ManualClock(START))
        starting = asyncio.create_task(second.start())
        for _ in range(20):
            await ask(first, receive_report())
        assert not starting.done()
    await asyncio.wait_for(starting, 60)
    assert await _count(database_url, "commands") == 20
    assert (await second.head()).seq == await _count(database_url, "events")
    await second.stop()


async def test_writer_whose_connection_dies_reads_the_log_again_and_answers_everyone(
    database_url: str,
) -> None:
    async with writing(database_url) as writer:
        await furnish(writer)
        killer = await connect(database_url)
        shift = Shift(seed=1, units=4)
        for _ in range(5):
            working = asyncio.create_task(work(writer, shift, 64))
            await asyncio.sleep(0)
            await killer.execute(
                "SELECT pg_terminate_backend(backend_pid) FROM centre.lease WHERE backend_pid IS NOT NULL"
            )
            await working
        await killer.close()
        head = await writer.head()
        assert head.seq == await _count(database_url, "events")
        assert head.epoch == 1


async def test_follower_gets_every_commit_although_the_writer_loses_its_connection(database_url: str) -> None:
    async with writing(database_url) as writer:
        await furnish(writer)
        followed: list[int] = []

        async def follow() -> None:
            async for commit in writer.commits(0):
                assert commit.prev == (followed[-1] if followed else 0)
                followed.extend(envelope.seq for envelope in commit.events)

        following = asyncio.create_task(follow())
        killer = await connect(database_url)
        for seed in range(3):
            working = asyncio.create_task(work(writer, Shift(seed, units=4), 64))
            await asyncio.sleep(0)
            await killer.execute("SELECT pg_terminate_backend(backend_pid) FROM centre.lease")
            await working
        await killer.close()
        head = await writer.head()
    with pytest.raises(CoreUnavailable):
        await following
    assert followed == list(range(1, head.seq + 1))


async def test_follower_from_long_ago_gets_the_newest_rows_and_what_is_gone(database_url: str) -> None:
    async with writing(database_url) as writer:
        await furnish(writer)
        await work(writer, Shift(seed=2, units=4), 64)
        middle = (await writer.head()).seq
        rows_then = {(row.kind, row.id): row for row in (await writer.board()).rows}
        await work(writer, Shift(seed=3, units=4), 64)
    async with writing(database_url) as writer:
        board = await writer.board()
        commits = writer.commits(middle)
        commit = await anext(commits)
        await commits.aclose()  # type: ignore[attr-defined]
        assert (commit.prev, commit.seq) == (middle, board.head.seq)
        assert [envelope.seq for envelope in commit.events] == list(range(middle + 1, board.head.seq + 1))
        for row in commit.rows:
            rows_then[row.kind, row.id] = row
        for key in commit.gone:
            rows_then.pop(key, None)
        assert rows_then == {(row.kind, row.id): row for row in board.rows}


async def test_follower_ahead_of_the_log_is_told_to_take_a_board(database_url: str) -> None:
    async with writing(database_url) as writer:
        with pytest.raises(BehindTheLog):
            await anext(writer.commits(7))


async def test_timers_run_when_they_are_due_and_not_before(database_url: str) -> None:
    clock = ManualClock(START)
    async with writing(database_url, clock=clock) as writer:
        await furnish(writer, 2)
        fire = open_incident()
        # The other agency has yet to see its part: 15 s, then somebody is told.
        await ask(writer, fire, msgspec.structs.replace(DISPATCHER, agencies=("114",)), at=START)
        following = writer.commits((await writer.head()).seq)
        clock.advance(14.9)
        await ask(writer, AddNote(incident_id=fire.incident_id, note_id=str(uuid7()), text=sealed("x")))
        assert [envelope.type for envelope in (await anext(following)).events] == ["incident.note_added"]
        clock.advance(0.1)
        alert = (await anext(following)).events[0]
        assert (alert.type, alert.actor) == ("alert.raised", "timers")
        assert alert.recorded_at == clock.now()


async def test_timers_with_nothing_to_do_leave_no_trace(database_url: str) -> None:
    async with writing(database_url) as writer:
        system = msgspec.structs.replace(DISPATCHER, role="system")
        answer = await writer.submit(submission(RunTimers(), system))
    assert answer.seq_last < answer.seq_first
    assert await _count(database_url, "commands") == 0


async def test_recorded_times_never_step_back(database_url: str) -> None:
    clock = ManualClock(START)
    async with writing(database_url, clock=clock) as writer:
        for step_s in (5.0, -3600.0, 1.0, 7200.0):
            await ask(writer, receive_report())
            clock.advance(step_s)
        seqs = (await writer.head()).seq
    connection = await connect(database_url)
    rows = await connection.fetch("SELECT recorded_at FROM centre.events ORDER BY seq")
    await connection.close()
    times = [row["recorded_at"] for row in rows]
    assert len(times) == seqs
    assert times == sorted(times)


async def test_full_queue_turns_commands_away_and_says_when_to_return(database_url: str) -> None:
    async with writing(database_url, limits=WriterLimits(queue=10)) as writer:
        asked = [asyncio.create_task(writer.submit(submission(receive_report()))) for _ in range(30)]
        done = await asyncio.gather(*asked, return_exceptions=True)
        busy = [error for error in done if isinstance(error, CoreUnavailable)]
        assert len(busy) == 20
        assert {(error.code, error.retry_after_s) for error in busy} == {("busy", 0.5)}
    assert await _count(database_url, "commands") == 10


async def test_restart_from_snapshot_and_tail_gives_the_state_of_the_whole_log(database_url: str) -> None:
    limits = WriterLimits(snapshot_events=50)
    async with writing(database_url, limits=limits) as writer:
        await furnish(writer)
        await work(writer, Shift(seed=5, units=4), 256)
        left = await writer.board()
    assert await _count(database_url, "snapshots") >= 2
    connection = await connect(database_url)
    await connection.execute("DELETE FROM centre.snapshots WHERE seq > $1", left.head.seq - 20)
    await connection.close()
    async with writing(database_url, limits=limits) as from_snapshot:
        first = await from_snapshot.board()
        hashed = state_hash(from_snapshot._memory.state)
    connection = await connect(database_url)
    await connection.execute("TRUNCATE centre.snapshots")
    await connection.close()
    async with writing(database_url, limits=limits) as from_events:
        assert state_hash(from_events._memory.state) == hashed
        assert {(r.kind, r.id): r for r in (await from_events.board()).rows} == {
            (r.kind, r.id): r for r in first.rows
        }
    assert {(r.kind, r.id): r for r in left.rows} == {(r.kind, r.id): r for r in first.rows}


async def test_log_is_chained_and_without_gaps(database_url: str) -> None:
    async with writing(database_url) as writer:
        await furnish(writer)
        await work(writer, Shift(seed=6, units=4), 64)
    connection = await connect(database_url)
    head = await get_head(connection)
    fold = Fold()
    fold.take_all(await list_events(connection, 0, head.seq))
    await connection.close()
    assert fold.link == head.link


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
async def test_writer_refuses_a_database_that_may_lose_commits(
    scratch_postgres: PrivateCluster, setting: str
) -> None:
    dsn = scratch_postgres.dsn()
    upgrade(dsn)
    connection = await connect(dsn)
    await connection.execute(f"ALTER SYSTEM SET {setting} = off")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()
    with pytest.raises(NotDurable, match=setting):
        async with writing(dsn):
            raise AssertionError("the writer must not start")


async def test_full_disk_turns_commands_away_and_heals_by_itself(database_url: str) -> None:
    async with writing(database_url) as writer:
        await ask(writer, open_incident())
        disk = await connect(database_url)
        await disk.execute(
            "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$"
        )
        await disk.execute(
            "CREATE TRIGGER disk_full BEFORE INSERT ON centre.commands EXECUTE FUNCTION fill()"
        )
        turned_away = submission(open_incident())
        with pytest.raises(CoreUnavailable) as refusal:
            await writer.submit(turned_away)
        assert refusal.value.code == "storage_full"
        await disk.execute("DROP TRIGGER disk_full ON centre.commands")
        await disk.close()
        assert (await writer.submit(turned_away)).refused is None
    assert await _count(database_url, "incidents") == 2


class Nonsense(Command, frozen=True, kw_only=True, tag="test.nonsense"):
    """A command that no rule knows."""


async def test_command_the_rules_cannot_digest_is_refused_and_stops_nobody_else(database_url: str) -> None:
    async with writing(database_url) as writer:
        answers = await asyncio.gather(
            *(writer.submit(submission(item)) for item in (open_incident(), Nonsense(), open_incident()))
        )
    assert [answer.refused for answer in answers] == [None, "internal_error", None]
    assert await _count(database_url, "incidents") == 2


async def test_text_that_postgresql_cannot_hold_costs_only_its_own_command(database_url: str) -> None:
    nul = msgspec.structs.replace(receive_report(), place=Place(heard="12 Lê\0Lợi"))
    unspeakable = submission(receive_report(), command_id="a\0b")
    async with writing(database_url) as writer:
        asked = [submission(receive_report()), submission(nul), unspeakable, submission(receive_report())]
        answers = await asyncio.gather(*(writer.submit(item) for item in asked))
        assert [answer.refused for answer in answers] == [None, "store_refused", "store_refused", None]
        assert (await writer.submit(asked[1])).refused == "store_refused"
    assert await _count(database_url, "reports") == 2
