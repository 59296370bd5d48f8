"""Chance with a seed, and the pace at which simulated time runs."""

import asyncio
from collections.abc import Sequence
from math import exp
from random import Random
from typing import TypeVar

T = TypeVar("T")


LEFT_SHARE, LEFT_AT_MOST_S = 0.2, 4.0


class Chance:
    """Draws that repeat with the seed. While `in_midst` people are found in the middle of what they do."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.in_midst = False

    def reaction_s(self, median_s: float, spread: float = 0.45) -> float:
        """A human reaction time: log-normal about the median, between a third and four times of it; what is
        left of one that began before."""
        drawn = median_s * exp(self._random.gauss(0.0, spread))
        whole_s = min(4.0 * median_s, max(median_s / 3.0, drawn))
        return min(LEFT_AT_MOST_S, LEFT_SHARE * whole_s) if self.in_midst else whole_s

    def waiting_s(self, mean_s: float) -> float:
        """The time to the next of events that know nothing of each other: exponential, at most five means."""
        return min(5.0 * mean_s, self._random.expovariate(1.0 / mean_s))

    def between(self, low: float, high: float) -> float:
        """Evenly between two values."""
        return self._random.uniform(low, high)

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._random.randint(low, high)

    def happens(self, share: float) -> bool:
        """True in this share of cases."""
        return self._random.random() < share

    def pick(self, things: Sequence[T]) -> T:
        """One of them."""
        return self._random.choice(things)

    def pick_weighted(self, things: Sequence[T], weights: Sequence[float]) -> T:
        """One of them, in proportion to the weights."""
        return self._random.choices(things, weights)[0]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """All of them in another order."""
        return self._random.sample(things, len(things))


class Pace:
    """Simulated seconds for each real one; 1 is life, more lets a measurement see hours in minutes."""

    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor

    async def sleep(self, seconds: float) -> None:
        """Pass so many simulated seconds."""
        await asyncio.sleep(max(0.0, seconds) / self.factor)

    def now_s(self) -> float:
        """A clock of simulated seconds; only differences mean anything."""
        return asyncio.get_running_loop().time() * self.factor
