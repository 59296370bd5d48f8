"""When the planner is told of the hour anew."""

from datetime import UTC, datetime, timedelta

from dispatch.usecases.roads.keep_roads import HOUR_EVERY_S, find_next_telling

NOW = datetime(2026, 11, 23, 5, 58, 40, tzinfo=UTC)


def test_a_rule_that_changes_soon_is_told_at_its_minute_and_another_with_the_hour() -> None:
    assert find_next_telling(NOW, 2) == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    for minutes in (6, 600, None):
        assert find_next_telling(NOW, minutes) == NOW + timedelta(seconds=HOUR_EVERY_S)
