"""What a recommendation weighed, kept with it so that it can be explained and made again from the log alone.

The same as `routing.weighing`, which the domain does not know: there the same choice follows from it again.
"""

import msgspec


class WeighedOption(msgspec.Struct, frozen=True, array_like=True):
    """One unit for one need, in seconds; `unit` counts in `Weighing.units`. Kept as a row of values, since a
    large incident has hundreds."""

    unit: int
    capability: str
    turnout_s: float
    travel_s: float
    price_s: float = 0.0
    held_s: float = 0.0
    cover_s: float = 0.0
    late_s: float = 0.0


class WeighedNeed(msgspec.Struct, frozen=True, kw_only=True):
    """A need as the policy got it, its options cheapest first."""

    need_id: str
    priority: int
    count: int
    minimum: int
    options: tuple[WeighedOption, ...]


class Weighing(msgspec.Struct, frozen=True, kw_only=True):
    """`method` assigned the units, `policy` set the prices of absence; `version` says how it is read."""

    version: int
    method: str
    policy: str
    units: tuple[str, ...]
    needs: tuple[WeighedNeed, ...]
