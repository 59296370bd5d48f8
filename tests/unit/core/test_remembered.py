"""Which answers are known, and which commands must be looked up before they are decided."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dispatch.core.port import Answer
from dispatch.core.remembered import RememberedAnswers, find_time

START = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)


def id_made(seconds: float, tail: int = 0) -> str:
    """An id of version 7 that was made so many seconds after START."""
    milliseconds = int((START + timedelta(seconds=seconds)).timestamp() * 1000)
    head = f"{milliseconds:012x}"
    return f"{head[:8]}-{head[8:]}-7000-8000-{tail:012x}"


def answer(command_id: str) -> tuple[bytes, Answer]:
    return b"digest", Answer(command_id=command_id, seq_first=1, seq_last=1)


def test_an_id_tells_when_it_was_made() -> None:
    assert find_time(id_made(1.5)) == START + timedelta(seconds=1.5)
    for other in ("018f0000-0000-4000-8000-000000000000", "", "x" * 36, "ffffffff-ffff-7000-8000-0"):
        assert find_time(other) is None


def test_only_what_was_made_since_the_writer_began_is_decided_without_a_look() -> None:
    answers = RememberedAnswers(100)
    assert answers.may_be_stored(("a", id_made(60)), START + timedelta(seconds=61))
    answers.begin(START)
    now = START + timedelta(seconds=60)
    assert not answers.may_be_stored(("a", id_made(59)), now)
    assert answers.may_be_stored(("a", id_made(-1)), now)
    assert answers.may_be_stored(("a", id_made(9)), now), "its clock may be fast: it may be from before"
    assert answers.may_be_stored(("a", id_made(71)), now), "a clock that is far ahead proves nothing"
    assert answers.may_be_stored(("a", "018f0000-0000-4000-8000-000000000000"), now)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=40), st.integers(1, 20))
def test_a_command_answered_by_this_writer_is_remembered_or_looked_up(sizes: list[int], limit: int) -> None:
    answers = RememberedAnswers(limit)
    answers.begin(START)
    given_: list[tuple[str, str]] = []
    for second, size in enumerate(sizes, start=30):
        keys = [("a", id_made(second, tail)) for tail in range(size)]
        answers.add({key: answer(key[1]) for key in keys}, START + timedelta(seconds=second + 1))
        given_ += keys
    now = START + timedelta(seconds=30 + len(sizes) + 1)
    for key in given_:
        assert answers.find(key) is not None or answers.may_be_stored(key, now)
    assert sum(answers.find(key) is not None for key in given_) <= limit
