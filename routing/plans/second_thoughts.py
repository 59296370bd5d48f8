"""What stands beside a plan: the next best, what would change it, and what closest-idle would have done.

All of it follows from what was weighed (`routing.terms.weighing`), by solving again with something forbidden
or forced; nothing is estimated.
"""

from collections.abc import Iterable

import msgspec

from routing.terms.policy import NO_RULES, Choice, Demand, Rules, Worth, get_policy, rate
from routing.terms.weighing import WeighedNeed, WeighedOption, Weighing, decide, to_demands, to_rules

CLOSEST_METHOD = "greedy"
TRIED = 5
"""Of a need whose plan takes a solver (packages, two needs at once, minimum cover), so many of the cheapest
units that stay are tried in it; of others all."""


class Sent(msgspec.Struct, frozen=True):
    """One unit on one need in some plan."""

    need_id: str
    unit_id: str
    capability: str
    eta_s: float
    cover_s: float
    cost_s: int


class Whole(msgspec.Struct, frozen=True):
    """A whole plan: whom it sends, how many it lacks, when the last is there, its price and that of cover."""

    sent: list[Sent]
    missing: int
    last_eta_s: float
    sum_eta_s: float
    cover_s: float
    cost_s: int


class Change(msgspec.Struct, frozen=True):
    """A proposed unit is given up for `unit_id` once it costs `later_s` more; None where none could take over
    (`missing` more would then be missing)."""

    need_id: str
    leaves: str
    comes: list[str]
    later_s: int | None
    missing: int


class Waits(msgspec.Struct, frozen=True):
    """A unit that stays would go instead if it came `sooner_s` sooner."""

    need_id: str
    unit_id: str
    eta_s: float
    sooner_s: int


class Thoughts(msgspec.Struct, frozen=True):
    """A plan made again from what it weighed, with all that stands beside it. The best of all is better by
    `gap` at most (`policy.Solution`), None where nothing was proven."""

    plan: Whole
    next_best: Whole | None
    changes: list[Change]
    waiting: list[Waits]
    closest: Whole
    gap: int | None = None


def think(weighing: Weighing) -> Thoughts:
    """Raises what `weighing.decide` raises."""
    solution = decide(weighing)
    chosen = solution.chosen
    changes, others = _take_each_away(weighing, chosen)
    # The best plan with other units lacks at least one of these, so that it is the best of those without one.
    best_other = min(others, key=lambda choice: _rate(weighing, choice), default=None)
    return Thoughts(
        plan=_describe(weighing, chosen),
        next_best=_describe(weighing, best_other) if best_other is not None else None,
        changes=changes,
        waiting=_force_each(weighing, chosen),
        closest=_describe(weighing, choose_closest(weighing)),
        gap=solution.gap,
    )


def choose_closest(weighing: Weighing) -> Choice:
    """Need after need by priority, whoever is there first: no cover, no price but the agency's own for a
    substitute or a neighbour, no thought of the needs that come after."""
    plain = [_replace_options(need, map(_forget_prices, need.options)) for need in weighing.needs]
    return get_policy(CLOSEST_METHOD)(to_demands(plain), NO_RULES).chosen


def _forget_prices(option: WeighedOption) -> WeighedOption:
    return msgspec.structs.replace(option, held_s=0.0, cover_s=0.0, late_s=0.0, rest_s=0.0)


def _rate(weighing: Weighing, choice: Choice) -> Worth:
    return rate(to_demands(weighing.needs), to_rules(weighing), choice)


def _take_each_away(weighing: Weighing, chosen: Choice) -> tuple[list[Change], list[Choice]]:
    """For every unit sent: what would be done without it, and from which price on that would be better."""
    needs, before, rules = weighing.needs, _rate(weighing, chosen), to_rules(weighing)
    changes: list[Change] = []
    others: list[Choice] = []
    for need, units in zip(needs, chosen, strict=True):
        for unit in units:
            without = [_replace_options(n, (o for o in n.options if o.unit != unit)) for n in needs]
            other = get_policy(weighing.method)(to_demands(without), rules.without(unit)).chosen
            after = _rate(weighing, other)
            others.append(other)
            comes = sorted({u for us in other for u in us} - {u for us in chosen for u in us})
            same_tiers = after[:-1] == before[:-1]
            changes.append(
                Change(
                    need_id=need.need_id,
                    leaves=weighing.units[unit],
                    comes=[weighing.units[u] for u in comes],
                    later_s=after[-1] - before[-1] if same_tiers else None,
                    missing=sum(after[:-2]) - sum(before[:-2]),
                )
            )
    return changes, others


def _force_each(weighing: Weighing, chosen: Choice) -> list[Waits]:
    """For every option whose unit nobody sends: how much sooner it must come to be sent. One whose forcing
    would leave something more urgent unserved is left out: no seconds help it."""
    needs, before, rules = weighing.needs, _rate(weighing, chosen), to_rules(weighing)
    going = {unit for units in chosen for unit in units}
    waits: list[Waits] = []
    for row, need in enumerate(needs):
        staying = [option for option in need.options if option.unit not in going and need.count > 0]
        for option in staying[:TRIED] if rules else staying:
            after = _rate_forced(weighing, rules, row, option)
            if after is not None and after[:-1] == before[:-1]:
                waits.append(
                    Waits(need.need_id, weighing.units[option.unit], option.eta_s, after[-1] - before[-1])
                )
    return sorted(waits, key=lambda w: (w.sooner_s, w.need_id, w.unit_id))


def _rate_forced(weighing: Weighing, rules: Rules, row: int, option: WeighedOption) -> Worth | None:
    """The worth of the best plan in which one unit serves one need; None where that breaks a package."""
    rest: list[Demand] = to_demands(
        [_replace_options(n, (o for o in n.options if o.unit != option.unit)) for n in weighing.needs]
    )
    forced = rest[row]
    rest[row] = Demand(forced.count - 1, max(0, forced.minimum - 1), forced.priority, forced.candidates)
    choice = get_policy(weighing.method)(rest, rules.after(option.unit)).chosen
    choice[row] = [*choice[row], option.unit]
    demands = to_demands(weighing.needs)
    return rate(demands, rules, choice) if rules.are_kept(demands, choice) else None


def _replace_options(need: WeighedNeed, options: Iterable[WeighedOption]) -> WeighedNeed:
    return msgspec.structs.replace(need, options=tuple(options))


def _describe(weighing: Weighing, choice: Choice) -> Whole:
    sent = [
        Sent(
            need.need_id,
            weighing.units[option.unit],
            option.capability,
            option.eta_s,
            option.cover_s,
            option.cost_s,
        )
        for need, units in zip(weighing.needs, choice, strict=True)
        for option in sorted(need.options, key=lambda o: o.eta_s)
        if option.unit in units
    ]
    wanted = sum(need.count for need in weighing.needs)
    # Who serves two needs at once is away only once.
    cover_s: dict[str, float] = {}
    for one in sent:
        cover_s[one.unit_id] = max(one.cover_s, cover_s.get(one.unit_id, 0.0))
    return Whole(
        sent=sent,
        missing=wanted - len(sent),
        last_eta_s=max((s.eta_s for s in sent), default=0.0),
        sum_eta_s=sum(s.eta_s for s in sent),
        cover_s=sum(cover_s.values()),
        cost_s=_rate(weighing, choice)[-1],
    )
