"""Hours of the week as tags tell them: a part of the grammar of opening hours, read exactly or not at all.

Read are weekdays, lists and ranges of them, times of day, also across midnight, `24/7`, later rules that
replace or take away days (`Mo-Fr 06:00-22:00; Su off`). Not read, and so never guessed at: dates, months,
holidays, dusk and dawn, weights, weather, comments.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from routing.graph.model import BoolArray

DAY_MIN = 24 * 60
WEEK_MIN = 7 * DAY_MIN

_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = tuple(name[:2] for name in _DAY_NAMES)
_DAY = "(?:" + "|".join(_DAYS) + ")"
_ITEM = re.compile(
    rf"(?P<days>{_DAY}(?:-{_DAY})?)?\s*(?:(?P<h1>\d\d?):(?P<m1>\d\d)\s*-\s*(?P<h2>\d\d?):(?P<m2>\d\d))?"
)
_OLD_TIME = re.compile(r"\s*(\d\d?):(\d\d)\s*")
# Times of a night go on after midnight, up to 48:00.
_LAST_MIN = 2 * DAY_MIN
_MIDNIGHTS = np.arange(7) * DAY_MIN

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of the local week, 0 = Monday 00:00, as half-open spans in order that do not touch."""

    spans: tuple[_Span, ...]

    def __or__(self, other: "Hours") -> "Hours":
        """When either holds."""
        return from_minutes(self.to_minutes() | other.to_minutes())

    def __sub__(self, other: "Hours") -> "Hours":
        """When this holds and the other does not."""
        return from_minutes(self.to_minutes() & ~other.to_minutes())

    def __bool__(self) -> bool:
        """Whether there is any such minute."""
        return bool(self.spans)

    def to_minutes(self) -> BoolArray:
        """Whether it holds, by minute of the week."""
        minutes = np.zeros(WEEK_MIN, dtype=np.bool_)
        for begin, end in self.spans:
            minutes[begin:end] = True
        return minutes


ALWAYS = Hours(((0, WEEK_MIN),))
NEVER = Hours(())


def from_minutes(minutes: BoolArray) -> Hours:
    """Hours that hold in exactly these minutes of the week."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], minutes, [False]]).astype(np.int8)))
    return Hours(tuple((int(begin), int(end)) for begin, end in edges.reshape(-1, 2)))


def parse_hours(text: str) -> Hours | None:
    """Hours of a condition such as `Mo-Fr 06:00-09:00,16:00-20:00`; None for what is not surely understood.

    After https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification: behind a semicolon a rule
    replaces the days it names, behind a comma it adds to them.
    """
    by_day: list[list[_Span]] = [[] for _ in _DAYS]
    text = text.lower().replace("–", "-").strip().removesuffix(";")
    for rule in text.split(";"):
        off = re.search(r"\b(?:off|closed)$", rule.strip())
        told = rule.strip()[: off.start()] if off else rule
        parts = _parse_rule(told.strip() or ("24/7" if off else ""))
        if parts is None or (off and len(parts) > 1):
            return None
        named = {day for days, _ in parts for day in days}
        if off:
            _take_away(by_day, *parts[0])
            continue
        had = any(by_day)
        for day in named:
            by_day[day] = []
        if had and not any(by_day):
            return None  # nobody writes a rule of which nothing is to be left: 06:00-09:00; 16:00-20:00
        for days, spans in parts:
            for day in days:
                by_day[day] += spans
    return _gather(by_day) or None


def parse_old_hours(tags: Mapping[str, str]) -> Hours | None:
    """Hours of a turn restriction in its old form: hour_on, hour_off, day_on, day_off; None for what is not
    surely understood."""
    days: Iterable[int] = range(7)
    if "day_on" in tags or "day_off" in tags:
        first, last = (_find_day(tags.get(key, "")) for key in ("day_on", "day_off"))
        if first is None or last is None:
            return None
        days = _list_days(f"{first}-{last}")
    spans: list[_Span] = [(0, DAY_MIN)]
    if "hour_on" in tags or "hour_off" in tags:
        begins, ends = (tags.get(key, "").split(";") for key in ("hour_on", "hour_off"))
        found = [(_OLD_TIME.fullmatch(a), _OLD_TIME.fullmatch(b)) for a, b in zip(begins, ends, strict=False)]
        read = [_to_span(*a.groups(), *b.groups()) for a, b in found if a is not None and b is not None]
        spans = [span for span in read if span is not None]
        if not len(begins) == len(ends) == len(spans):
            return None
    chosen = set(days)
    return _gather([spans if day in chosen else [] for day in range(7)])


def _find_day(text: str) -> str | None:
    word = text.strip().lower().removesuffix(".")
    return next((name[:2] for name in _DAY_NAMES if len(word) > 1 and name.startswith(word)), None)


def _parse_rule(rule: str) -> list[tuple[Iterable[int], list[_Span]]] | None:
    """Days and their times, several where commas add some; None for anything else."""
    if rule == "24/7":
        return [(range(7), [(0, DAY_MIN)])]
    parts: list[tuple[list[int], list[_Span]]] = []
    for item in rule.split(","):
        match = _ITEM.fullmatch(item.strip())
        if match is None or not match[0]:
            return None
        days = _list_days(match["days"]) if match["days"] else []
        span = _to_span(*match.group("h1", "m1", "h2", "m2")) if match["h1"] else None
        if match["h1"] and span is None:
            return None
        if days and parts and not parts[-1][1]:
            parts[-1][0].extend(days)  # Mo,We: days go on
        elif days or not parts:
            parts.append((list(days) or list(range(7)), []))
        elif not parts[-1][1]:
            return None  # Mo,Tu,07:00-09:00: every day or these two
        if span is not None:
            parts[-1][1].append(span)
    return [(days, spans or [(0, DAY_MIN)]) for days, spans in parts]


def _take_away(by_day: list[list[_Span]], days: Iterable[int], spans: list[_Span]) -> None:
    """Times of the days that began them, whole days included."""
    for day in days:
        for begin, end in spans:
            cut = [((a, min(b, begin)), (max(a, end), b)) for a, b in by_day[day]]
            by_day[day] = [(a, b) for pair in cut for a, b in pair if a < b]
        if spans == [(0, DAY_MIN)]:
            by_day[day] = []


def _list_days(text: str) -> list[int]:
    first, _, last = text.partition("-")
    begin, end = _DAYS.index(first), _DAYS.index(last or first)
    return [day % 7 for day in range(begin, end + 1 + 7 * (end < begin))]


def _to_span(h1: str, m1: str, h2: str, m2: str) -> _Span | None:
    """Minutes from the day's beginning; None for no time, and for one that ends when it begins."""
    begin, end = int(h1) * 60 + int(m1), int(h2) * 60 + int(m2)
    if int(m1) > 59 or int(m2) > 59 or begin >= DAY_MIN or end > _LAST_MIN or begin == end:
        return None
    return begin, end + DAY_MIN * (end < begin)


def _gather(by_day: list[list[_Span]]) -> Hours:
    minutes = np.zeros(WEEK_MIN, dtype=np.bool_)
    for midnight, spans in zip(_MIDNIGHTS.tolist(), by_day, strict=True):
        for begin, end in spans:
            minutes[np.arange(midnight + begin, midnight + end) % WEEK_MIN] = True
    return from_minutes(minutes)
