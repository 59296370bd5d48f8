"""How long a crew has been on and out, what that costs a plan, and what so many people can do.

Everything follows from the log's state: when the crew signed on, and when its assignments began and ended. Of
a vehicle that nobody signed on nothing is known: it is rested, and has all its people.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from dispatch.domain.codebook import RestRule
from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.unit import Crew
from routing.terms.weighing import LAST_RESORT_S

TOLD_IN = timedelta(minutes=10)
"""Hours are counted and told in whole steps of this: a price that crept by seconds would change plans for
nothing."""


class Work(msgspec.Struct, frozen=True):
    """Seconds since a crew signed on, and since it has been out without a break, in whole steps."""

    on_s: float
    out_s: float


class Rest(msgspec.Struct, frozen=True):
    """What a crew's work costs, in seconds of arrival; `last`: past its limit, `LAST_RESORT_S` in it."""

    work: Work
    price_s: float
    last: bool


def measure_work(crew: Crew, runs: Iterable[Assignment], now: datetime, pause: timedelta) -> Work:
    """Of its assignments those that it was sent on count, from the order until the end, and not from before
    it signed on; pauses shorter than `pause` do not end the time it is out, and count as work."""
    on = max(timedelta(0), now - crew.signed_on_at)
    spans = sorted(
        (
            (min(now, run.ended_at or now), max(crew.signed_on_at, run.dispatched_at))
            for run in runs
            if run.dispatched_at is not None
        ),
        reverse=True,
    )
    out_since = now
    for ended_at, begun_at in spans:
        if out_since - ended_at >= pause:
            break
        out_since = min(out_since, begun_at)
    return Work(_in_steps(on), _in_steps(now - out_since))


def price_rest(rule: RestRule, work: Work) -> Rest:
    """More for more hours, never more than `most_s` below the limits."""
    over_s = sum(
        max(0.0, done_s - 3600 * after_h)
        for done_s, after_h in ((work.on_s, rule.after_on_h), (work.out_s, rule.after_out_h))
        if after_h is not None
    )
    last = any(
        last_h is not None and done_s >= 3600 * last_h
        for done_s, last_h in ((work.on_s, rule.last_on_h), (work.out_s, rule.last_out_h))
    )
    price_s = round(min(rule.most_s, over_s / 3600 * rule.price_s_per_h), 1)
    return Rest(work, price_s + LAST_RESORT_S if last else price_s, last)


def list_manned(
    capabilities: Sequence[str], least_crew: Sequence[tuple[str, int]], crew: Crew | None
) -> tuple[str, ...]:
    """What a unit can do with the people that signed on. A crew that gave no names has nobody counted."""
    if crew is None or not crew.names:
        return tuple(capabilities)
    least = dict(least_crew)
    return tuple(c for c in capabilities if len(crew.names) >= least.get(c, 0))


def _in_steps(length: timedelta) -> float:
    return (length // TOLD_IN) * TOLD_IN.total_seconds()
