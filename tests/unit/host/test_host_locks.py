"""Locks between processes; two opened files are two parties, in one process as in two."""

import threading
from pathlib import Path

from dispatch.host.locks import Presence, exclusive


def test_first_knows_it_is_first_and_last_that_it_is_last(tmp_path: Path) -> None:
    one, two = Presence(tmp_path / "users"), Presence(tmp_path / "users")
    assert one.enter()
    assert not two.enter()
    assert not one.leave()
    assert two.leave()


def test_who_comes_again_after_all_left_is_first(tmp_path: Path) -> None:
    presence = Presence(tmp_path / "users")
    assert presence.enter()
    assert presence.leave()
    assert presence.enter()
    assert presence.leave()


def test_exclusive_lock_lets_one_in_at_a_time(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with exclusive(tmp_path):
            order.append("second")

    with exclusive(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
