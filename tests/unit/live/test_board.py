"""The board answers «what changed since» for any rights and any moment it remembers."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import msgspec
import pytest

from dispatch.core.port import Answer, Board, Commit, Head, Submission
from dispatch.domain.model.messages import Envelope
from dispatch.domain.rows import Row
from dispatch.live.board import LiveBoard
from dispatch.live.rights import Rights
from tests.unit.live.rows import OpenBook, row

ALL = Rights("supervisor", frozenset({"113", "114", "115"}))
MEDIC = Rights("dispatcher", frozenset({"115"}))
NOW = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)
HEAD = Head(centre_id="c", log_id="l", seq=10, epoch=1)


class StillCore:
    """A writer at which nothing happens."""

    async def submit(self, submission: Submission) -> Answer:
        """Nobody asks."""
        raise AssertionError(submission)

    async def head(self) -> Head:
        """Where it stands."""
        return HEAD

    async def board(self) -> Board:
        """No rows."""
        return Board(head=HEAD, rows=())

    async def commits(self, after: int) -> AsyncIterator[Commit]:
        """None."""
        return
        yield


def commit(
    prev: int,
    seq: int,
    *rows: Row,
    gone: tuple[tuple[str, str], ...] = (),
    events: tuple[Envelope, ...] = (),
) -> Commit:
    """A commit of rows."""
    return Commit(prev=prev, seq=seq, events=events, rows=rows, gone=gone)


def alert_event(seq: int, type_: str, **more: object) -> Envelope:
    """Something happened to alert a1."""
    payload = {"alert_id": "a1", **more}
    if type_ == "alert.raised":
        payload |= {"about": ("assignment", "x"), "params": {}}
    return Envelope(
        centre_id="c",
        log_id="l",
        seq=seq,
        epoch=1,
        command_id="k",
        type=type_,
        type_version=1,
        actor="centre",
        agency="",
        occurred_at=NOW,
        received_at=NOW,
        recorded_at=NOW,
        payload=msgspec.Raw(msgspec.json.encode(payload)),
    )


@pytest.fixture
async def board() -> LiveBoard:
    """Two units, seq 10."""
    made = LiveBoard(StillCore(), OpenBook())
    await made.load(Board(head=HEAD, rows=(row("unit", "u1", 4), row("unit", "u2", 9))))
    return made


def ids(board: LiveBoard, rights: Rights, after: int) -> tuple[list[str], list[tuple[str, str]]]:
    """Ids of the rows that changed, and what went."""
    changes = board.find_changes(rights, after)
    assert changes is not None
    return [json.loads(bytes(raw))["id"] for raw in changes.rows], sorted(changes.gone)


async def test_only_rows_changed_since_come_each_once_as_they_are_now(board: LiveBoard) -> None:
    await board.take(commit(10, 12, row("unit", "u1", 12)))
    await board.take(commit(12, 14, row("unit", "u1", 14), row("unit", "u3", 13)))
    assert ids(board, ALL, 10) == (["u3", "u1"], [])
    assert ids(board, ALL, 13) == (["u1"], [])
    assert ids(board, ALL, 14) == ([], [])


async def test_what_went_is_told_to_those_who_saw_it_only(board: LiveBoard) -> None:
    await board.take(commit(10, 11, row("alert", "a1", 11, visible_to=("114",))))
    await board.take(commit(11, 12, gone=(("alert", "a1"),)))
    assert ids(board, ALL, 10) == ([], [("alert", "a1")])
    assert ids(board, MEDIC, 10) == ([], [])


async def test_a_row_that_becomes_hidden_goes_from_the_screens_that_saw_it(board: LiveBoard) -> None:
    await board.take(commit(10, 11, row("report", "r1", 11)))
    await board.take(commit(11, 12, row("report", "r1", 12, visible_to=("114",))))
    await board.take(commit(12, 13, row("report", "r2", 13, visible_to=("114",))))
    assert ids(board, MEDIC, 11) == ([], [("report", "r1")])
    assert ids(board, ALL, 11) == (["r1", "r2"], [])


async def test_before_the_boards_memory_and_after_the_head_only_a_snapshot_helps(board: LiveBoard) -> None:
    assert board.find_changes(ALL, 9) is None
    assert board.find_changes(ALL, 11) is None


async def test_a_recalled_past_lets_clients_of_an_earlier_process_resume_and_names_no_hidden_row() -> None:
    async def past(keys: list[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
        return {key: ["114"] for key in keys}

    board = LiveBoard(StillCore(), OpenBook(), past)
    await board.load(Board(head=HEAD, rows=(row("unit", "u1", 8),)))
    floor = await board.recall(commit(2, 10, row("unit", "u1", 8), gone=(("alert", "a1"),)))
    assert floor <= 2
    board.begin_resumes(floor)
    assert ids(board, ALL, 5) == (["u1"], [("alert", "a1")])
    assert ids(board, MEDIC, 5) == (["u1"], [])


async def test_an_alert_that_ended_before_a_restart_goes_from_the_screens_that_saw_it() -> None:
    async def nothing_kept(_keys: list[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
        return {}

    board = LiveBoard(StillCore(), OpenBook(), nothing_kept)
    await board.load(Board(head=HEAD, rows=()))
    raised = alert_event(4, "alert.raised", kind="unaccepted", level="B", agency_id="114", incident_id=None)
    ended = commit(2, 10, gone=(("alert", "a1"),), events=(raised, alert_event(7, "alert.cleared")))
    board.begin_resumes(await board.recall(ended))
    assert ids(board, ALL, 5) == ([], [("alert", "a1")])
    assert ids(board, MEDIC, 5) == ([], [])


async def test_who_may_show_an_alert_raised_too_long_ago_begins_anew() -> None:
    async def nothing_kept(_keys: list[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
        return {}

    board = LiveBoard(StillCore(), OpenBook(), nothing_kept)
    await board.load(Board(head=HEAD, rows=()))
    ended = commit(2, 10, gone=(("alert", "a1"),), events=(alert_event(7, "alert.cleared"),))
    board.begin_resumes(await board.recall(ended))
    assert board.find_changes(ALL, 6) is None
    assert ids(board, ALL, 7) == ([], [])


async def test_a_recalled_report_that_is_hidden_now_bars_resumes_from_before_it() -> None:
    board = LiveBoard(StillCore(), OpenBook())
    await board.load(Board(head=HEAD, rows=(row("report", "r1", 7, visible_to=("114",)),)))
    assert await board.recall(commit(2, 10, row("report", "r1", 7, visible_to=("114",)))) == 7
