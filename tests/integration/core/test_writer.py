"""The writer against a real PostgreSQL: once and only once, durable before answered, one writer at a time."""

import asyncio

import msgspec
import pytest
from uuid6 import uuid7

from dispatch.core.clock import ManualClock
from dispatch.core.port import BehindTheLog, CoreUnavailable
from dispatch.core.writer import Writer, WriterLimits
from dispatch.domain.kernel import state_hash
from dispatch.domain.model.assignment import DispatchUnits
from dispatch.domain.model.desk import RunTimers
from dispatch.domain.model.incident import AddNote
from dispatch.store.connect import connect
from dispatch.store.errors import LeaseLost, NotDurable
from dispatch.store.log import get_head, list_events
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
        assert await _count(database_url, "events") == answer.seq_last == answer.seq_first == 1
        assert (await writer.head()).seq == 1


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
                writer.submit(submission(DispatchUnits(incident_id=fire.incident_id, unit_ids=(unit_id,)), actor))
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
    from dispatch.domain.model.assignment import StandDown

    await ask(writer, StandDown(assignment_id=assignment_id, reason="test"))
