"""Tags that hold at certain hours → what a way or a turn restriction is at which hours.

A way with conditional tags is read once for every set of them that holds together, as if its tags said so
plainly: whatever plain tags mean, timed ones mean too. What cannot be read is told. A turn it would refuse
is then refused at all hours, because a turn too few costs a minute and a forbidden one more; a street it
would bar or open stays as its plain tags have it, because a street barred for ever may be the only one.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from routing.graph.ferries import parse_duration_s, parse_interval_s
from routing.graph.hours import ALWAYS, WEEK_MIN, Hours, from_minutes, parse_hours, parse_old_hours
from routing.graph.kinds import Barrier, Mode, RoadClass
from routing.graph.tags import (
    ACCESS_KEYS,
    DIRECTED_KEYS,
    ONEWAY_KEYS,
    BarrierTags,
    RoadTags,
    find_road_tags,
    read_barrier,
)

_CONDITIONAL = ":conditional"
# Of a ferry, what must be a number: another word leaves what is said of all hours as it is.
_TIMES = {"interval": parse_interval_s, "duration": parse_duration_s}
_WAY_KEYS = frozenset({*ACCESS_KEYS, *ONEWAY_KEYS, *DIRECTED_KEYS, *_TIMES, "maxspeed"})
_NODE_KEYS = frozenset(ACCESS_KEYS)
_OPEN_KEY = "opening_hours"
_OLD_KEYS = ("hour_on", "hour_off", "day_on", "day_off")
_CLAUSE = re.compile(r"\s*([^@;()]+?)\s*@\s*(?:\(([^()]*)\)|([^();@]+))\s*(?:;|$)")
# "restriction:motorcar" speaks to cars alone.
SPOKEN_TO = {
    "restriction": ~Mode.NONE,
    "restriction:motorcar": Mode.MOTORCAR | Mode.EMERGENCY,
    "restriction:motorcycle": Mode.MOTORCYCLE,
    "restriction:bus": Mode.BUS,
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One value of a conditional tag and when it holds; hours None where that cannot be read."""

    value: str
    hours: Hours | None


@dataclass(frozen=True, slots=True)
class TimedWay:
    """What a way is where its plain tags hold, and what else it is at which hours; tags None: no road."""

    plain: RoadTags | None
    states: tuple[tuple[Hours, RoadTags], ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimedBarrier:
    """What stands on a node where its plain tags hold, and what else it is at which hours."""

    plain: BarrierTags
    states: tuple[tuple[Hours, BarrierTags], ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimedKind:
    """One kind of turn restriction, whom it does not concern, and when it holds."""

    kind: str
    exempt: Mode
    hours: Hours = ALWAYS


@dataclass(slots=True)
class TimedKinds:
    """What one turn restriction says, and what of it cannot be read."""

    kinds: list[TimedKind] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def parse_conditional(text: str) -> list[Clause]:
    """`no @ (06:00-09:00); yes @ (Su)` in order; one clause without hours where it is not understood."""
    clauses, end = [], 0
    while match := _CLAUSE.match(text, end):
        condition = match[2] if match[2] is not None else match[3]
        clauses.append(Clause(match[1], parse_hours(condition)))
        end = match.end()
    if text[end:].strip():
        return [Clause(text.partition("@")[0].strip(), None)]
    return clauses


def read_way(tags: Mapping[str, str]) -> TimedWay:
    """What a way with these tags is to a traveller, at every hour of the week. Outside its opening hours a
    ferry is no way."""
    plain = find_road_tags(tags)
    if not list_timed(tags):
        return TimedWay(plain)
    timed, unread = _list_timed_values(tags, _WAY_KEYS)
    if plain is not None and plain.road_class is RoadClass.FERRY:
        timed = _list_locked(tags, unread) + timed
    states: dict[RoadTags, Hours] = {}
    for hours, told in _list_sets(tags, timed):
        found = find_road_tags(told)
        if found is None and plain is not None:
            found = replace(plain, forward_modes=Mode.NONE, backward_modes=Mode.NONE)
        if found is not None and found != plain:
            states[found] = states[found] | hours if found in states else hours
    if plain is None and states:
        plain = replace(next(iter(states)), forward_modes=Mode.NONE, backward_modes=Mode.NONE)
    by_hours = tuple((hours, found) for found, hours in states.items())
    return TimedWay(plain, by_hours, tuple(unread) if plain is not None else ())


def read_timed_barrier(tags: Mapping[str, str]) -> TimedBarrier:
    """What a node with these tags stops, at every hour of the week.

    Outside its opening hours a gate is locked: nobody passes but whom another sign on it admits.
    """
    plain = read_barrier(tags)
    if not list_timed(tags):
        return TimedBarrier(plain)
    timed, unread = _list_timed_values(tags, _NODE_KEYS)
    if Barrier.GATE in read_barrier({"barrier": tags.get("barrier", "")}).kind:
        timed = _list_locked(tags, unread) + timed
    states: dict[BarrierTags, Hours] = {}
    for hours, told in _list_sets(tags, timed):
        found = read_barrier(told)
        if found != plain:
            states[found] = states[found] | hours if found in states else hours
    return TimedBarrier(plain, tuple((hours, found) for found, hours in states.items()), tuple(unread))


def read_kinds(tags: Mapping[str, str]) -> TimedKinds:
    """What a turn restriction refuses or prescribes, to whom and when.

    A conditional tag stands in place of the plain one while it holds.
    """
    read = TimedKinds()
    for key, concerned in SPOKEN_TO.items():
        plain = "" if key != "restriction" and "restriction" in tags else tags.get(key, "")
        told = tags.get(key + _CONDITIONAL, "")
        hours = ALWAYS
        for clause in parse_conditional(told):
            if clause.hours is None:
                read.unread.append(f"{key}{_CONDITIONAL} = {told}")
            if _is_kind(clause.value):
                read.kinds.append(TimedKind(clause.value, ~concerned, clause.hours or ALWAYS))
            if clause.hours is not None and clause.value != plain:
                hours -= clause.hours
        if plain and any(old in tags for old in _OLD_KEYS):
            old_hours = parse_old_hours(tags)
            if old_hours is None:
                read.unread.append(", ".join(f"{k} = {tags[k]}" for k in sorted(_OLD_KEYS) if k in tags))
            hours = old_hours or ALWAYS
        if plain and hours:
            read.kinds.append(TimedKind(plain, ~concerned, hours))
    return read


def list_timed(tags: Mapping[str, str]) -> str:
    """Everything in these tags that has hours, in words: "access:conditional = no @ (06:00-09:00)"."""
    opens = "barrier" in tags or tags.get("route") == "ferry"
    keys = (*_OLD_KEYS, _OPEN_KEY) if opens else _OLD_KEYS
    timed = {k: v for k, v in tags.items() if k.endswith(_CONDITIONAL) or k in keys}
    return ", ".join(f"{key} = {value}" for key, value in sorted(timed.items()))


def _is_kind(value: str) -> bool:
    return value.startswith(("no_", "only_"))


def _list_timed_values(
    tags: Mapping[str, str], keys: frozenset[str]
) -> tuple[list[tuple[str, str, Hours]], list[str]]:
    """Values of these keys with the hours they hold in, and in words those whose hours cannot be read."""
    timed: list[tuple[str, str, Hours]] = []
    unread = []
    for key, text in sorted(tags.items()):
        about = key.removesuffix(_CONDITIONAL)
        if key.endswith(_CONDITIONAL) and about in keys:
            clauses = [_check_time(about, clause) for clause in parse_conditional(text)]
            timed += [(about, clause.value, clause.hours) for clause in clauses if clause.hours is not None]
            unread += [f"{key} = {text}"] * any(clause.hours is None for clause in clauses)
    return timed, unread


def _check_time(key: str, clause: Clause) -> Clause:
    """The clause, unread where it should tell a time and does not."""
    is_read = key not in _TIMES or not math.isnan(_TIMES[key](clause.value))
    return clause if is_read else Clause(clause.value, None)


def _list_locked(tags: Mapping[str, str], unread: list[str]) -> list[tuple[str, str, Hours]]:
    """Who is kept out outside opening hours, if there are any: all but whom `emergency` admits."""
    if _OPEN_KEY not in tags:
        return []
    is_open = parse_hours(tags[_OPEN_KEY])
    if is_open is None:
        unread.append(f"{_OPEN_KEY} = {tags[_OPEN_KEY]}")
        return []
    # Where nobody is there to open, it matters little who may pass while somebody is.
    locked = [key for key in ACCESS_KEYS if key == "access" or (key in tags and key != "emergency")]
    return [(key, "no", ALWAYS - is_open) for key in locked]


def _list_sets(
    tags: Mapping[str, str], timed: list[tuple[str, str, Hours]]
) -> Iterator[tuple[Hours, dict[str, str]]]:
    """Every set of timed values that holds together at some hours, as tags that say them plainly."""
    if not timed:
        return
    holding = np.stack([hours.to_minutes() for _, _, hours in timed])
    sets, of_minute = np.unique(holding, axis=1, return_inverse=True)
    for number, holds in enumerate(sets.T.tolist()):
        # Of several values of one key that hold together the last one counts.
        values = {key: value for (key, value, _), held in zip(timed, holds, strict=True) if held}
        yield from_minutes(of_minute.reshape(WEEK_MIN) == number), {**tags, **values}
