"""Positions: newest wins, windows cut, history keeps what the rule says."""

import json
import math
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from dispatch.live.position_history import HistoryBuffer
from dispatch.live.positions import CELLS_A_TURN, BadPosition, FuturePosition, Located, PositionHub

NOW = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)


def fix(unit_id: str = "u1", after_s: float = 0.0, lon: float = 106.7, lat: float = 10.77) -> Located:
    """A fix received at its own time."""
    at = NOW + timedelta(seconds=after_s)
    return Located(unit_id=unit_id, agency_id="115", at=at, received_at=at, lon=lon, lat=lat, accuracy_m=5.0)


def test_a_tick_holds_the_newest_fix_of_each_unit_that_moved() -> None:
    hub = PositionHub()
    for after_s, lon in ((0, 106.1), (1, 106.2), (0.5, 106.9)):
        hub.update(fix(after_s=after_s, lon=lon))
    hub.update(fix("u2"))
    cells = hub.make_tick(NOW + timedelta(seconds=3)).cut((106, 10, 108, 11), frozenset())
    assert json.loads(cells["u1"]) == ["u1", 106.2, 10.77, 2.0, 5.0]
    assert cells.keys() == {"u1", "u2"}
    assert hub.make_tick(NOW).cut((106, 10, 108, 11), frozenset()) == {}


def test_a_guess_by_the_cell_in_a_tunnel_does_not_take_the_place_of_a_good_fix_until_that_is_old() -> None:
    hub = PositionHub()
    heard: list[Located] = []
    hub.listen(heard.append)
    by_cell = [
        msgspec.structs.replace(fix(after_s=after_s, lon=106.9), accuracy_m=1200.0)
        for after_s in (5, 60, 179)
    ]
    assert [hub.update(told) for told in (fix(lon=106.7), *by_cell)] == [True, False, False, False]
    assert hub.find("u1") == fix(lon=106.7)
    assert len(heard) == 4, "history has them all"
    assert hub.update(fix(after_s=182, lon=106.71)), "out of the tunnel"
    late = msgspec.structs.replace(fix(after_s=400, lon=106.9), accuracy_m=1200.0)
    assert hub.update(late), "better a guess than a place of long ago"
    better = msgspec.structs.replace(fix(after_s=401, lon=106.8), accuracy_m=900.0)
    assert hub.update(better)


def test_a_window_holds_what_is_in_it_and_what_is_watched() -> None:
    hub = PositionHub()
    for n in range(2000):
        hub.update(fix(f"u{n}", lon=106 + n * 0.001))
    cells = hub.make_tick(NOW).cut((106.0, 10.0, 106.0045, 11.0), frozenset({"u1999"}))
    assert cells.keys() == {"u0", "u1", "u2", "u3", "u4", "u1999"}


def test_a_whole_fleet_is_encoded_with_pauses_and_comes_out_as_without() -> None:
    hub, everywhere = PositionHub(), (100.0, 0.0, 110.0, 20.0)
    for n in range(2000):
        hub.update(fix(f"u{n}", lon=106 + n * 0.001))
    tick = hub.make_tick(NOW)
    assert sum(1 for _ in tick.encode_in_slices(everywhere, frozenset())) == 2000 // CELLS_A_TURN
    cells = tick.cut(everywhere, frozenset())
    assert cells == hub.whole(NOW).cut(everywhere, frozenset())
    assert list(tick.encode_in_slices(everywhere, frozenset())) == []


@pytest.mark.parametrize(("lon", "lat"), [(math.nan, 10), (106, math.inf), (10.7, 106.7), (181, 0)])
def test_what_is_no_place_on_earth_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(BadPosition):
        PositionHub().update(fix(lon=lon, lat=lat))


def test_a_clock_a_little_ahead_counts_as_now_and_far_ahead_is_refused() -> None:
    hub = PositionHub()
    hub.update(msgspec.structs.replace(fix(after_s=30), received_at=NOW))
    found = hub.find("u1")
    assert found is not None
    assert found.at == NOW
    far = msgspec.structs.replace(fix(after_s=3600), received_at=NOW)
    with pytest.raises(FuturePosition):
        hub.update(far)


def test_history_keeps_all_fixes_on_assignments_otherwise_one_per_10_s_or_25_m() -> None:
    assigned: dict[str, str] = {"busy": "a1"}
    buffer = HistoryBuffer(assigned.get)
    for second in range(11):
        buffer.offer(fix("busy", second))
        buffer.offer(fix("parked", second))
        buffer.offer(fix("moving", second, lat=10.77 + second * 0.0001))
    kept = [(located.unit_id, assignment) for located, assignment in buffer.drain()]
    assert kept.count(("busy", "a1")) == 11
    assert kept.count(("parked", None)) == 2
    assert kept.count(("moving", None)) == 4
    assert buffer.drain() == []


def test_a_batch_the_database_did_not_take_waits_in_front() -> None:
    buffer = HistoryBuffer(lambda unit_id: "a")
    buffer.offer(fix(after_s=0))
    batch = buffer.drain()
    buffer.offer(fix(after_s=1))
    buffer.put_back(batch)
    assert [located.at for located, _ in buffer.drain()] == [NOW, NOW + timedelta(seconds=1)]
