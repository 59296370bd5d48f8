"""A fold of a long log stays as small as what is going on at its end."""

from datetime import UTC, datetime

import msgspec
import pytest

from bench.replay import Day
from dispatch.agencies.loader import load_codebook
from dispatch.core import fold as folding
from dispatch.core.fold import Fold
from dispatch.domain.kernel import freeze, next_timer, state_hash, thaw
from dispatch.store.instance import Instance
from dispatch.store.log import GENESIS, StoredEvent, chain_hash

DAYS = 6
UNITS = 20
BOUND = 300


def take_days(fold: Fold, day: Day, days: range) -> None:
    """Chain the events of so many days, and fold them."""
    for n in days:
        for template in day.fleet if n < 0 else day.repeat(n):
            seq = fold.seq + 1
            raw = template.raw.replace(b"\x01", str(seq).encode(), 1)
            fold.take(StoredEvent(seq, raw, chain_hash(fold.link, raw)))


def test_what_is_long_over_leaves_no_trace_in_memory_or_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "MANY_UNWATCHED", BOUND)
    day = Day(
        Instance(
            centre_id="c", log_id="l", log_after=0, mode="demo", created_at=datetime(2001, 1, 1, tzinfo=UTC)
        ),
        load_codebook(),
        UNITS,
        incidents=30,
    )
    fold = Fold(link=GENESIS)
    take_days(fold, day, range(-1, 1))
    first = len(freeze(fold.state))
    waiting = []
    for n in range(1, DAYS):
        take_days(fold, day, range(n, n + 1))
        waiting.append(len(fold.state.unwatched))
    assert len(freeze(fold.state)) <= first * 1.05
    assert max(waiting) <= 2 * BOUND
    thawed = thaw(freeze(fold.state))
    assert state_hash(thawed) == state_hash(fold.state)
    assert fold.state.recorded_at is not None
    now = fold.state.recorded_at
    assert next_timer(thawed, now) == next_timer(fold.state, now), "no living timer was dropped"
    assert msgspec.msgpack.encode(thawed.due) == msgspec.msgpack.encode(fold.state.due)
