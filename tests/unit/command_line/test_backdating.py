"""A time at the end of a line: what is typed, and what will count."""

from datetime import timedelta

from dispatch.domain.model.values import Phase, PhaseTime
from dispatch.usecases.command_line.parse import parse
from tests.unit.command_line.line_world import NOW, context


def test_minutes_at_the_end_backdate() -> None:
    reading = parse("O CC-20 -3", context())
    assert reading.occurred_at == NOW - timedelta(minutes=3)
    assert reading.echo.vi.endswith("· lúc 18:39")


def test_a_typed_time_before_the_dispatch_is_said_with_the_time_that_counts() -> None:
    reading = parse("O CC-20 -9", context())
    assert reading.occurred_at == NOW - timedelta(minutes=9)
    assert reading.echo.vi.endswith("· giờ đã nhập 18:33 sớm hơn việc trước đó, tính là 18:34:00")
    assert reading.echo.en.endswith("· 18:33 typed is before what came earlier, counts as 18:34:00")


def test_a_minute_typed_within_the_same_minute_is_said_to_count_from_the_step_before() -> None:
    rolling = PhaseTime(occurred_at=NOW + timedelta(seconds=16), recorded_at=NOW, source="crew")
    there = context(now=NOW + timedelta(seconds=40))
    there.assignments["a-CC-20-0457"].times[Phase.EN_ROUTE] = rolling
    assert parse("O CC-20 @1842", there).echo.vi.endswith("tính là 18:42:16")
    assert parse("R CC-20 @1842", there).echo.vi.endswith("· lúc 18:42")
    assert parse("K CC-20 -9", there).echo.vi.endswith("tính là 18:34:00")
    assert parse("D 0457 CC-12 -9", there).echo.vi.endswith("tính là 18:34:00")


def test_a_clock_time_at_the_end_backdates_in_local_time() -> None:
    reading = parse("O CC-20 @1405", context())
    assert reading.occurred_at is not None
    assert reading.occurred_at.isoformat() == "2026-11-22T07:05:00+00:00"


def test_a_clock_time_still_to_come_means_yesterdays() -> None:
    night = NOW.replace(hour=17, minute=10)
    reading = parse("O CC-20 @2350", context(now=night))
    assert reading.occurred_at == night - timedelta(minutes=20)
    assert reading.echo.en.endswith("· at 23:50 22/11")
