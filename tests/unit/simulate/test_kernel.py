"""The kernel's own arithmetic: drives, places on the way, queues, what a policy may answer."""

from collections.abc import Sequence

import numpy as np
import pytest

from dispatch.simulate.kernel import Call, PolicyBroke, Served, Simulation
from routing.terms.deployment import Region, Situation, get_deployment

# Four places on a line, 10 minutes apart; base at 0 and 3, hospital at 2.
LINE = Region(
    names=("a", "b", "c", "d"),
    drive_min=np.abs(np.subtract.outer(np.arange(4), np.arange(4))) * 10.0,
    xy_m=np.array([[0.0, 0.0], [1000.0, 0.0], [2000.0, 0.0], [3000.0, 0.0]]),
    demand=np.full(4, 0.25),
    bases=(0, 3),
    hospitals=(2,),
    home_speed=0.5,
)


class Home:
    """Closest idle and home, but for what a test changes."""

    def __init__(self, homes: Sequence[int]) -> None:
        self._closest = get_deployment("closest")(LINE, homes)
        self.seen: list[Situation] = []
        self.unit: int | None = -1
        self.base = -1
        self.moves: list[tuple[int, int]] = []

    def choose_unit(self, now: Situation, place: int) -> int | None:
        """The changed answer, or the closest."""
        return self._closest.choose_unit(now, place) if self.unit == -1 else self.unit

    def choose_call(self, now: Situation, unit: int) -> int | None:
        """Who has waited longest."""
        return 0

    def choose_base(self, now: Situation, unit: int) -> int:
        """The changed answer, or home."""
        return self._closest.choose_base(now, unit) if self.base == -1 else self.base

    def choose_moves(self, now: Situation) -> Sequence[tuple[int, int]]:
        """Once what a test says."""
        moves, self.moves = self.moves, []
        return moves


def run(homes: list[int], calls: list[Call], policy: Home | None = None) -> tuple[list[Served | None], int]:
    outcome = Simulation(LINE, homes, policy or Home(homes)).run(calls)
    return outcome.served, outcome.trips


def test_a_call_takes_drive_scene_drive_to_hospital_and_handover() -> None:
    served, trips = run([0], [Call(5.0, 1, 7.0, True, 3.0)])
    assert served == [Served(0, 5.0, 10.0, 5.0 + 10 + 7 + 10 + 3)]
    assert trips == 1


def test_a_patient_who_stays_takes_no_drive_to_hospital() -> None:
    served, _ = run([0], [Call(5.0, 1, 7.0, False, 3.0)])
    assert served == [Served(0, 5.0, 10.0, 22.0)]


def test_who_comes_first_is_served_first_when_nobody_is_idle() -> None:
    calls = [Call(0.0, 0, 30.0), Call(1.0, 3, 1.0), Call(2.0, 0, 1.0)]
    served, _ = run([0], calls)
    assert [s.sent_min for s in served if s] == [0.0, 30.0, 61.0]
    assert [s.response_min for s in served if s] == [0.0, 59.0, 89.0]


def test_a_unit_driving_home_counts_where_it_is_on_the_straight_line() -> None:
    # Free at 20 at place 2; home to 0 takes 40 min at half speed. At 45, 5/8 of the way, place 1 is nearest.
    calls = [Call(0.0, 2, 0.0), Call(45.0, 1, 0.0)]
    served, _ = run([0], calls)
    assert served[1] == Served(0, 45.0, 0.0, 45.0)
    late, _ = run([0], [calls[0], Call(60.0, 1, 0.0)])
    assert late[1] == Served(0, 60.0, 10.0, 70.0)


def test_a_drive_to_where_the_unit_is_counts_as_no_trip() -> None:
    _, trips = run([0], [Call(0.0, 0, 1.0), Call(50.0, 0, 1.0)])
    assert trips == 0


def test_a_move_up_takes_its_time_and_counts_as_a_trip() -> None:
    policy = Home([0, 0])
    policy.moves = [(1, 3)]
    served, trips = run([0, 0], [Call(0.0, 0, 100.0), Call(60.0, 3, 1.0)], policy)
    assert served[1] == Served(1, 60.0, 0.0, 61.0)
    assert trips == 2, "up, and home again"
    early = Home([0, 0])
    early.moves = [(1, 3)]
    served, _ = run([0, 0], [Call(0.0, 0, 100.0), Call(21.0, 3, 1.0)], early)
    assert served[1] == Served(1, 21.0, 20.0, 42.0)


def test_a_call_may_wait_though_a_unit_is_idle() -> None:
    class Waits(Home):
        def choose_unit(self, now: Situation, place: int) -> int | None:
            return None if place == 1 else super().choose_unit(now, place)

    served, _ = run([0, 3], [Call(0.0, 3, 4.0), Call(1.0, 1, 1.0)], Waits([0, 3]))
    assert served[1] == Served(1, 4.0, 3.0 + 20.0, 25.0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unit": 7}, "unit 7 is not idle"),
        ({"base": 1}, "place 1 is no base"),
        ({"moves": [(0, 3)]}, "unit 0 is not idle"),
    ],
)
def test_an_answer_that_is_not_allowed_names_what_is_wrong(change: dict[str, object], said: str) -> None:
    policy = Home([0, 3])
    for name, value in change.items():
        setattr(policy, name, value)
    with pytest.raises(PolicyBroke, match=said):
        run([0, 3], [Call(0.0, 0, 1.0)], policy)
