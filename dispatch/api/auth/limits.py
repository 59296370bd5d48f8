"""How often one may: token buckets by key, and the growing pause after failed sign-ins."""

from collections import OrderedDict
from collections.abc import Callable

Monotonic = Callable[[], float]


class Bucket:
    """Allows `rate` per second on average and `burst` at once."""

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = now

    def take(self, now: float, cost: float = 1.0) -> float:
        """0.0 when allowed, else the seconds after which it would be."""
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level >= cost:
            self._level -= cost
            return 0.0
        return (cost - self._level) / self._rate


class Limiter:
    """A bucket for each key; the keys used longest ago are forgotten first."""

    def __init__(self, rate: float, burst: float, monotonic: Monotonic, keys: int = 100_000) -> None:
        self._rate = rate
        self._burst = burst
        self._monotonic = monotonic
        self._keys = keys
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, key: str, cost: float = 1.0) -> float:
        """0.0 when allowed, else the seconds to wait."""
        return self.get_bucket(key).take(self._monotonic(), cost)

    def get_bucket(self, key: str) -> Bucket:
        """The bucket of a key, to be taken from without looking it up again."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._rate, self._burst, self._monotonic())
            if len(self._buckets) > self._keys:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return bucket


class FailurePauses:
    """After `free` failures of a key in a row, each further one doubles the pause, up to `longest_s`."""

    def __init__(self, monotonic: Monotonic, free: int = 5, longest_s: float = 300.0) -> None:
        self._monotonic = monotonic
        self._free = free
        self._longest_s = longest_s
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def find_pause_s(self, key: str) -> float:
        """Seconds until this key may try again; 0.0 = now."""
        count, at = self._failures.get(key, (0, 0.0))
        if count < self._free:
            return 0.0
        pause = min(self._longest_s, 2.0 ** (count - self._free + 1))
        return max(0.0, at + pause - self._monotonic())

    def fail(self, key: str) -> None:
        """Note a failure."""
        count, _ = self._failures.pop(key, (0, 0.0))
        self._failures[key] = (count + 1, self._monotonic())
        if len(self._failures) > 100_000:
            self._failures.popitem(last=False)

    def succeed(self, key: str) -> None:
        """Forget the failures of a key."""
        self._failures.pop(key, None)
