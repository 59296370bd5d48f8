"""A peer's clock against ours."""

from datetime import UTC, datetime, timedelta

from dispatch.api.ws.clock_offset import ClockOffset

NOW = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)


def offset_of(*ways_s: float, behind: timedelta) -> ClockOffset:
    """A clock that is so far behind ours, heard of by frames that took so long."""
    clock = ClockOffset()
    for way_s in ways_s:
        clock.note(NOW - behind, NOW + timedelta(seconds=way_s))
    return clock


def test_the_fastest_frame_tells_the_offset_best() -> None:
    clock = offset_of(3.0, 0.5, 1.0, behind=timedelta(minutes=10))
    assert clock.offset == timedelta(minutes=10, seconds=0.5)


def test_a_difference_as_small_as_a_frames_way_is_no_offset() -> None:
    assert offset_of(0.1, behind=timedelta(0)).offset == timedelta(0)


def test_a_claim_is_put_on_our_clock_whichever_way_the_peers_is_wrong() -> None:
    for behind in (timedelta(minutes=10), -timedelta(minutes=10)):
        clock = offset_of(0.0, behind=behind)
        assert clock.correct(NOW - behind, NOW) == NOW


def test_a_claim_of_the_future_is_left_for_the_rules_to_mark() -> None:
    later = NOW + timedelta(minutes=10)
    assert ClockOffset().correct(later, NOW) == later


def test_without_a_claim_the_receipt_counts() -> None:
    assert offset_of(0.0, behind=timedelta(hours=1)).correct(None, NOW) == NOW


def test_the_last_day_that_can_be_written_overflows_nothing() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    assert offset_of(0.0, behind=timedelta(hours=1)).correct(last, NOW) == last
