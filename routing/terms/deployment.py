"""What a deployment policy is given and owes: which unit goes, where a free unit waits, who moves up.

The simulator asks for units; the live centre, which assigns many units to many needs at once, asks for the
prices that the same choice is made of, and sends nobody by itself.

A policy is one file of `routing.policies` with a function `make(region, homes)`. It is asked at three moments
and answers from what a centre can know then: where units are and since when, the calls that wait, the calls
that were. Times to come, the length of what has begun, and whether a patient will go to hospital are not in
what it is given.

It owes: only idle units are sent, only waiting calls are served, units wait only at bases.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.float64]

TUNED_CALLS_AT_ONCE = 7.9
"""Calls served at once on the days that settings were found on: 0.129 a minute, 61 minutes each."""


@dataclass(frozen=True, eq=False)
class Region:
    """Where calls happen and units wait. Places are numbered from 0; times in minutes.

    `drive_min[a, b]` with siren from a to b, not always symmetric; `xy_m` metres; `demand` share of calls;
    `bases` and `hospitals` are places. A unit drives back more slowly: siren time / `home_speed`. A response
    longer than `late_min` is late. `calls_at_once` are served on average: so many times more calls meet the
    absence of a unit than in the region that policies were tuned for.
    """

    names: tuple[str, ...]
    drive_min: Times
    xy_m: Times
    demand: Times
    bases: tuple[int, ...]
    hospitals: tuple[int, ...]
    home_speed: float = 0.95
    late_min: float = 12.0
    calls_at_once: float = TUNED_CALLS_AT_ONCE


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call that nobody serves yet."""

    call: int
    place: int
    arrived_min: float


@dataclass(frozen=True, slots=True)
class Busy:
    """A unit on a call: where it is or is going, what it does there, and since when.

    `phase` is "driving" (to the patient), "on_scene", "to_hospital" or "at_hospital"; a unit that drives
    arrives at `due_min` (None when it is there)."""

    unit: int
    phase: str
    place: int
    since_min: float
    due_min: float | None


@dataclass(slots=True)
class Situation:
    """What is known at `now_min`.

    `idle` are units not on a call, ascending. Of those, `place[unit]` is where it is now (on its way, the
    place nearest to it), `base[unit]` the place it stands at or drives to, `due_min[unit]` when it is there.
    `waiting` are calls in the order of arrival, `calls` is how many there were, `trips` how many drives
    to a base began.
    """

    now_min: float
    idle: list[int]
    place: list[int]
    base: list[int]
    due_min: list[float]
    busy: list[Busy] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    calls: int = 0
    trips: int = 0


class Deployment(Protocol):
    """The questions. A policy may remember what it was shown; it draws no chance.

    `choose_unit` sends one of those with the least sum of response, `late_price_min` where that is late, and
    absence.
    """

    late_price_min: float

    def price_absence(self, now: Situation) -> Times:
        """What taking each idle unit costs those who call next, in minutes, in the order of `idle`."""

    def choose_unit(self, now: Situation, place: int) -> int | None:
        """The idle unit that goes to a new call at this place. Asked only when one is idle and no call
        waits; None leaves the call waiting until a unit becomes free."""

    def choose_call(self, now: Situation, unit: int) -> int | None:
        """The waiting call, by its position in `waiting`, that a unit serves that has become free (it is in
        `idle` already). None: none of them."""

    def choose_base(self, now: Situation, unit: int) -> int:
        """The base to which a unit drives that has become free and serves nobody."""

    def choose_moves(self, now: Situation) -> Sequence[tuple[int, int]]:
        """Move-ups of idle units, (unit, base), after each dispatch and each return. Mostly none."""


Make = Callable[[Region, Sequence[int]], Deployment]

DEPLOYMENT_MODULES = {
    "closest": "routing.policies.closest",
    "default": "routing.policies.expected_response",
    "default_home": "routing.policies.expected_response_home",
    "dmexclp": "routing.policies.dmexclp",
}
"""Name of a policy → its module."""

DEFAULT_DEPLOYMENT = "default"
"""The policy by which the live centre advises where nobody chose another."""


def get_deployment(name: str) -> Make:
    """What makes the policy of this name for a region and the units' home bases. Raises KeyError."""
    make: Make = import_module(DEPLOYMENT_MODULES[name]).make
    return make
