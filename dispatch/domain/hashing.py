"""The hash of a state: a sum over entities, so that a change costs only what changed."""

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from dispatch.domain.state import TABLES, CentreState, get_table

_MODULUS = 1 << 256
_encoder = msgspec.json.Encoder(order="deterministic")


class StateHasher:
    """Keeps the digest of every entity; tell it what was touched and it follows the state."""

    def __init__(self, state: CentreState) -> None:
        self._state = state
        self._digests: dict[tuple[str, str], int] = {}
        self._total = 0
        self.update((kind, id_) for kind in TABLES for id_ in get_table(state, kind))

    def update(self, touched: Iterable[tuple[str, str]]) -> None:
        """Take up entities that were changed, added or removed."""
        for key in touched:
            entity = get_table(self._state, key[0]).get(key[1])
            before = self._digests.pop(key, 0)
            after = 0
            if entity is not None:
                after = _digest(f"{key[0]}/{key[1]}", entity)
                self._digests[key] = after
            self._total = (self._total - before + after) % _MODULUS

    def hexdigest(self) -> str:
        """The hash as 64 hexadecimal digits; includes the counters that live beside the entities."""
        counters = _digest("day_counters", self._state.day_counters)
        return f"{(self._total + counters) % _MODULUS:064x}"


def state_hash(state: CentreState) -> str:
    """The hash of a whole state, computed afresh."""
    return StateHasher(state).hexdigest()


def _digest(name: str, value: object) -> int:
    return int.from_bytes(sha256(name.encode() + b"\0" + _encoder.encode(value)).digest(), "big")
