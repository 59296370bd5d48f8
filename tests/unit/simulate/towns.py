"""Small regions and days for tests of the simulator."""

from collections.abc import Sequence

import numpy as np

from dispatch.simulate.kernel import Call
from routing.terms.deployment import Region, Situation, Times


def make_crossing(demand: Sequence[float] = (1.0,)) -> Region:
    """Places between which nothing takes time, a base at each: what remains is queueing."""
    count = len(demand)
    return Region(
        names=tuple(str(place) for place in range(count)),
        drive_min=np.zeros((count, count)),
        xy_m=np.zeros((count, 2)),
        demand=np.array(demand) / sum(demand),
        bases=tuple(range(count)),
        hospitals=(),
    )


def make_town(seed: int, places: int = 25, bases: int = 6) -> Region:
    """A town by chance, 20 km wide, driven at some 40 km/h, one way a little slower than the other."""
    rng = np.random.default_rng(seed)
    xy_m = rng.uniform(0, 20_000, (places, 2))
    direct = np.hypot(*(xy_m[:, None, :] - xy_m[None, :, :]).transpose(2, 0, 1)) / 700
    drive = direct * rng.uniform(1.0, 1.4, (places, places))
    chosen = rng.permutation(places)
    return Region(
        names=tuple(str(place) for place in range(places)),
        drive_min=drive,
        xy_m=xy_m,
        demand=rng.dirichlet(np.ones(places)),
        bases=tuple(sorted(chosen[:bases].tolist())),
        hospitals=tuple(chosen[bases - 1 : bases + 1].tolist()),
    )


def draw_calls(region: Region, seed: int, count: int, per_min: float) -> list[Call]:
    """A day of such a town."""
    rng = np.random.default_rng(seed)
    return [
        Call(
            arrival_min=float(arrival),
            place=int(place),
            on_scene_min=float(rng.lognormal(3, 0.5)),
            to_hospital=bool(rng.random() < 0.6),
            handover_min=float(rng.lognormal(3, 0.5)),
        )
        for arrival, place in zip(
            np.cumsum(rng.exponential(1 / per_min, count)),
            rng.choice(len(region.names), count, p=region.demand),
            strict=True,
        )
    ]


class Preference:
    """Sends the first idle unit of a place's list; everybody stays; first come first served."""

    def __init__(self, lists: Sequence[Sequence[int]]) -> None:
        self._lists = lists

    late_price_min = 0.0

    def price_absence(self, now: Situation) -> Times:
        """Nothing."""
        return np.zeros(len(now.idle))

    def choose_unit(self, now: Situation, place: int) -> int | None:
        """The first of the list who is idle."""
        return next(unit for unit in self._lists[place] if unit in now.idle)

    def choose_call(self, now: Situation, unit: int) -> int | None:
        """Who has waited longest."""
        return 0

    def choose_base(self, now: Situation, unit: int) -> int:
        """Where it is."""
        return now.place[unit]

    def choose_moves(self, now: Situation) -> Sequence[tuple[int, int]]:
        """None."""
        return ()
