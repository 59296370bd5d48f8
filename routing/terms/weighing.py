"""What a plan weighed, small enough to be kept for ever, and the choice that follows from it alone.

A plan is made from this and nothing else, so that what was kept gives the same plan again: elsewhere, years
later, without roads. Seconds are rounded to tenths before anything is chosen. The planner answers with it,
the log keeps it with the recommendation, `dispatch explain` reads it: the one form of what was weighed.
"""

from collections.abc import Sequence

import msgspec

from routing.terms.policy import Bundle, Candidate, Demand, Floor, Rules, Solution, get_policy

WEIGHING_VERSION = 4
"""Another way to add up prices, or other tiers, takes another number; `decide` knows how each was read. 1
knew nothing that ties needs together, 2 no crew's rest, 3 no neighbours; all read as 4 does."""

KNOWN_VERSIONS = (1, 2, 3, 4)


LAST_RESORT_S = 21_600.0
"""The `rest_s` of a crew past its limit, with its price: longer than any way within a city, so that whoever
else can serve goes."""


class UnknownWeighing(Exception):
    """A plan of a version that this program does not know; carries it."""


class WeighedOption(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One unit for one need, in seconds to the tenth; `unit` counts in `Weighing.units`. Kept as a row of
    values, since a large incident has hundreds.

    `price_s` is a substitute's, `held_s` that of a unit offered elsewhere, `cover_s` what its absence costs
    others, `late_s` what coming late costs beyond its seconds, `rest_s` what its crew's long day costs,
    `aid_s` is a neighbour's."""

    unit: int
    capability: str
    turnout_s: float
    travel_s: float
    price_s: float = 0.0
    held_s: float = 0.0
    cover_s: float = 0.0
    late_s: float = 0.0
    rest_s: float = 0.0
    aid_s: float = 0.0

    @property
    def eta_s(self) -> float:
        """Seconds until arrival."""
        return self.turnout_s + self.travel_s

    @property
    def cost_s(self) -> int:
        """All that is weighed, in the whole seconds that policies count in."""
        eta_s = self.turnout_s + self.travel_s  # asked of thousands in one plan
        soon_s = eta_s + self.price_s + self.held_s + self.cover_s + self.late_s
        return round(soon_s + self.rest_s + self.aid_s)


class WeighedNeed(msgspec.Struct, frozen=True):
    """A need as the policy got it, its options cheapest first. Needs of one `package` come whole or not."""

    need_id: str
    priority: int
    count: int
    minimum: int
    options: tuple[WeighedOption, ...]
    package: str = ""


class WeighedBundle(msgspec.Struct, frozen=True, array_like=True):
    """A unit that can serve these needs at once, both counted in the weighing."""

    unit: int
    needs: tuple[int, ...]


class WeighedFloor(msgspec.Struct, frozen=True):
    """The units of an area that must keep a minimum; so many are spare."""

    code: str
    spare: int
    units: tuple[int, ...]


class Weighing(msgspec.Struct, frozen=True):
    """All that decided a plan. `method` assigned, `policy` set the prices of absence ("" = none)."""

    version: int
    method: str
    policy: str
    units: tuple[str, ...]
    needs: tuple[WeighedNeed, ...]
    bundles: tuple[WeighedBundle, ...] = ()
    floors: tuple[WeighedFloor, ...] = ()


def to_demands(needs: Sequence[WeighedNeed]) -> list[Demand]:
    """Needs as policies get them."""
    return [
        Demand(
            need.count,
            need.minimum,
            need.priority,
            [Candidate(option.unit, option.cost_s) for option in need.options],
        )
        for need in needs
    ]


def to_rules(weighing: Weighing) -> Rules:
    """What ties the needs together, as policies get it."""
    packages: dict[str, list[int]] = {}
    for row, need in enumerate(weighing.needs):
        if need.package and need.count:
            packages.setdefault(need.package, []).append(row)
    return Rules(
        tuple(tuple(rows) for rows in packages.values()),
        tuple(bundle for b in weighing.bundles for bundle in _to_bundle(weighing.needs, b)),
        tuple(Floor(frozenset(floor.units), floor.spare) for floor in weighing.floors),
    )


def _to_bundle(needs: Sequence[WeighedNeed], bundle: WeighedBundle) -> list[Bundle]:
    """Every need counts its arrival, but the unit is gone only once: its prices of absence count once, the
    dearest. None where it is no option of one of the needs."""
    options = [option for row in bundle.needs for option in needs[row].options if option.unit == bundle.unit]
    if len(options) < len(bundle.needs):
        return []
    gone_s = [option.held_s + option.cover_s + option.rest_s + option.aid_s for option in options]
    cost_s = sum(option.cost_s for option in options) - round(sum(gone_s) - max(gone_s))
    return [Bundle(bundle.unit, bundle.needs, cost_s)]


def decide(weighing: Weighing, demands: Sequence[Demand] | None = None) -> Solution:
    """The units chosen for each need, counted in `weighing.units`; `demands` are `to_demands` of its needs,
    from who has them. Raises UnknownWeighing, SolverFailed, and KeyError for a method that is no more."""
    if weighing.version not in KNOWN_VERSIONS:
        raise UnknownWeighing(weighing.version)
    demands = to_demands(weighing.needs) if demands is None else demands
    return get_policy(weighing.method)(demands, to_rules(weighing))
