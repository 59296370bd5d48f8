"""How far a peer's clock is from ours, from the times its frames claim."""

from collections import deque
from datetime import datetime, timedelta

SAMPLES = 8
NOISE = timedelta(milliseconds=250)
"""A difference smaller than this is the way of the frame, not the clock."""


class ClockOffset:
    """Each sample is our time minus the peer's, plus the frame's way; the smallest is nearest to the truth.
    (The one-way form of the estimate in RFC 5905, section 10: the sample of least delay is taken.)"""

    def __init__(self) -> None:
        self._samples: deque[timedelta] = deque(maxlen=SAMPLES)
        self._offset = timedelta(0)

    def note(self, sent_at: datetime, received_at: datetime) -> None:
        """Take a sample."""
        self._samples.append(received_at - sent_at)
        nearest = min(self._samples)
        self._offset = timedelta(0) if abs(nearest) < NOISE else nearest

    @property
    def offset(self) -> timedelta:
        """What to add to the peer's times; zero when nothing is known or the difference is noise."""
        return self._offset

    def correct(self, claimed: datetime | None, received_at: datetime) -> datetime:
        """The peer's time on our clock; the receipt when it claims none. A claim of the future is left to
        the rules, which bound it and mark that they did."""
        if claimed is None:
            return received_at
        try:
            return claimed + self._offset
        except OverflowError:  # the first or last days that can be written
            return claimed
