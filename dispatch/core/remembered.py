"""Answers that were given lately, and which others may stand in the table of commands."""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from dispatch.core.port import Answer

Key = tuple[str, str]
"""Actor and command id."""

CLOCKS_DIFFER = timedelta(seconds=10)
"""Ids made within this of a moment may have been made on either side of it."""


class RememberedAnswers:
    """The newest `limit` answers of this writer by actor and command id, with the digest of what was
    asked."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._answers: dict[Key, tuple[bytes, Answer]] = {}
        self._batches: deque[tuple[datetime, int]] = deque()
        self._complete_from = datetime.max.replace(tzinfo=UTC)

    def begin(self, now: datetime) -> None:
        """From now on every answer is added here; what was answered before may be in the table alone."""
        self._complete_from = now

    def add(self, answers: Mapping[Key, tuple[bytes, Answer]], now: datetime) -> None:
        """Keep the answers of a commit, and forget the oldest beyond the limit."""
        self._answers.update(answers)
        self._batches.append((now, len(answers)))
        while len(self._answers) > self._limit and self._batches:
            at, count = self._batches.popleft()
            for key in [key for _, key in zip(range(count), self._answers, strict=False)]:
                del self._answers[key]
            self._complete_from = max(self._complete_from, at)

    def find(self, key: Key) -> tuple[bytes, Answer] | None:
        """The digest and the answer, or None."""
        return self._answers.get(key)

    def may_be_stored(self, key: Key, now: datetime) -> bool:
        """Whether a command that is not remembered may have been answered all the same.

        An id of version 7 tells when it was made, and of what was made since a moment every answer is here.
        A clock that lies is found out by the table's own key: then the command must be looked up.
        """
        if key in self._answers:
            return False
        made_at = find_time(key[1])
        if made_at is None or self._complete_from > now:
            return True
        return not self._complete_from + CLOCKS_DIFFER < made_at < now + CLOCKS_DIFFER


def find_time(command_id: str) -> datetime | None:
    """When an id was made, by its maker's clock: the first 48 bits of a UUID of version 7 (RFC 9562, section
    5.7), milliseconds since 1970; None for any other id."""
    if len(command_id) != 36 or command_id[14] != "7":
        return None
    try:
        return datetime.fromtimestamp(int(command_id[:8] + command_id[9:13], 16) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
