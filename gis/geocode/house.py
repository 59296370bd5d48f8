"""The house number in a run of words: written, spoken, or told from the door outwards; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gis.geocode.alleys import ALLEY_WORDS
from gis.geocode.fold import DATE_STREETS, fold
from gis.geocode.numbers import main_number, number_path
from gis.geocode.spoken import SLASH_WORDS, is_month
from gis.geocode.tokens import Token

_LEADS = frozenset({"so", "nha", "dia", "chi", "can", "la", "ma"})
_SUFFIXES_NOT = frozenset("pqfhd")
_STREET_LEADS = frozenset({"duong", "dg"})
_LEAST_ALLEY_ROAD = 100
_BLOCK_LETTERS = frozenset("abcdefghk")
_LEAST_BEHIND = 20
_DEEPEST = 8
"""No door lies in more alleys; what goes on is no number."""
_DAY = re.compile(r"^(?:[12]?\d|3[01])/(?:\d|1[0-2])$")
_BEAR_DAYS = frozenset({"cong", "quang", "cho", "truong", "benh", "bv", "rap", "khach", "sieu", "tuong"})
"""What may be called after a day: "công viên 23/9"."""
_NO_STREETS = frozenset(
    {"cho", "truong", "benh", "bv", "chung", "cu", "tram", "cong", "nha", "cua", "kho", "xi", "quan"}
)
Path = tuple[str, ...]


def join_numbers(groups: Sequence[Path]) -> Path:
    """ "6", "45", "123" said from the door outwards are 123/45/6; repeated outer parts count once."""
    path: Path = ()
    for inner in reversed(groups):
        path = inner if inner[: len(path)] == path and len(inner) > len(path) else path + inner
    return path[:_DEEPEST]


def read_number(
    segment: Sequence[Token], *, first: bool, named: bool
) -> tuple[list[Path], bool, list[Token]]:
    """The numbers at the head of a segment, or behind the words told before it.

    Gives (numbers from the door outwards, whether the first is an alley's, the words left). `first` when no
    number was found before, `named` when a name was: then only "số …" and "hẻm …" may still follow.
    """
    groups, alley, rest = _at_head(segment, first, named)
    if not groups and first:
        at = _asked_later(segment)
        if at is not None:
            groups, alley, rest = _at_head(segment[at:], first, named)
            if groups and not rest:
                rest = list(segment[: at - (segment[at - 1].key in {"nha", "so"})])
    if groups and alley and first:
        at = next((n for n, token in enumerate(rest) if n and token.key in {"so", "nha"}), None)
        door, _, left = _at_head(rest[at:], True, False) if at is not None else ([], False, [])
        if len(door) == 1 and not left and at is not None:
            return [*door, *groups], False, rest[:at]  # "hẻm 123 Nguyễn Trãi số nhà 6"
    if not groups or (first and not alley):
        road, rest = _alley_road(rest)
        groups, alley = [*groups, *road], alley or (bool(road) and not groups)
    return groups, alley, rest


def _asked_later(segment: Sequence[Token]) -> int | None:
    """Where "số 12" or "hẻm 12" stands behind other words: "cháy nhà | số 12 Lê Lợi"."""
    for i, token in enumerate(segment[1:-1], start=1):
        called = token.key in ALLEY_WORDS and segment[i + 1].key == "so" and i + 2 < len(segment)
        numbered = token.key in {"so", "nha", *ALLEY_WORDS} and number_path(segment[i + 1 + called].raw)
        if numbered and segment[i - 1].key not in {"duong", "dg", "d", "lo", "cay"}:
            last = i + 2 >= len(segment)
            if last and token.key == "so" and not _is_alley_name(segment[:i]):
                return i if _is_behind(segment[:i], segment[i + 1]) else None
            return i
        if _is_slashed(segment, i):
            return i
    return len(segment) - 1 if len(segment) > 1 and _is_slashed(segment, len(segment) - 1) else None


def _is_slashed(segment: Sequence[Token], i: int) -> bool:
    """Whether a house number with a slash stands there, which nothing but a house has."""
    key = segment[i].key
    if not key[0].isdigit() or "/" not in key or key in DATE_STREETS or segment[i - 1].key in _STREET_LEADS:
        return False
    return not (segment[0].key in _BEAR_DAYS and _DAY.match(key))


def _is_behind(street: Sequence[Token], number: Token) -> bool:
    """Whether the number stands behind its street: "đường Nguyễn Trãi số 12"; not "trường tiểu học số 2"."""
    led = street[0].key in _STREET_LEADS and (len(street) > 2 or street[-1].key[0].isdigit())
    plain = len(street) > 1 and street[0].key not in _NO_STREETS | _STREET_LEADS
    return led or (plain and ("/" in number.key or main_number(number.key) >= _LEAST_BEHIND))


def _is_alley_name(words: Sequence[Token]) -> bool:
    return bool(words) and words[0].key in ALLEY_WORDS


def _at_head(segment: Sequence[Token], first: bool, named: bool) -> tuple[list[Path], bool, list[Token]]:
    i = 0
    while i < len(segment) and segment[i].key in _LEADS:
        i += 1
    led = any(token.key in {"so", "nha"} for token in segment[:i])
    segment = _with_block(segment, i)
    i += i + 1 < len(segment) and segment[i].key in _STREET_LEADS and segment[i + 1].key in ALLEY_WORDS
    groups: list[Path] = []
    first_is_alley = False
    while i < len(segment):
        if (
            groups
            and segment[i].key in _STREET_LEADS
            and segment[i + 1 :][:1]
            and segment[i + 1].key in ALLEY_WORDS
        ):
            i += 1  # "số 34 đường hẻm 553 Nguyễn Kiệm"
        inside = segment[i].key in {"trong", "o"} and groups and i + 1 < len(segment)
        at = i + 1 if inside and segment[i + 1].key in ALLEY_WORDS else i
        is_alley = segment[at].key in ALLEY_WORDS
        while is_alley and at < len(segment) and segment[at].key in ALLEY_WORDS:
            at += 1  # "ngõ hẻm 34"
        while at < len(segment) and segment[at].key in {"so", "nha"} and (is_alley or first_is_alley):
            led, at = True, at + 1
        number, after = _number_run(segment, at)
        inner = bool(groups) and first_is_alley and led and not is_alley
        if not number or (groups and not is_alley and not inner):
            break
        if not groups and not is_alley and not first and not (led and named) and not _continues(segment):
            break
        if inner:
            groups, first_is_alley, i = [number, *reversed(groups)], False, after  # "hẻm 123 số nhà 6"
            continue
        if not groups:
            first_is_alley = is_alley
        groups.append(number)
        i = after
    return (groups, first_is_alley, list(segment[i:])) if groups else ([], False, list(segment))


def _with_block(segment: Sequence[Token], i: int) -> Sequence[Token]:
    """A block's letter joined to its number, where a slash behind it tells one: "E 7/194", "b 15 xẹt 27"."""
    if i + 1 >= len(segment) or segment[i].key not in _BLOCK_LETTERS or not segment[i].raw.isascii():
        return segment
    number, after = segment[i + 1], segment[i + 2].key if i + 2 < len(segment) else ""
    slashed = "/" in number.key or after in SLASH_WORDS | {"tren"}
    if not number.key[0].isdigit() or not slashed:
        return segment
    joined = Token(segment[i].raw + number.raw, segment[i].key + number.key)
    return [*segment[:i], joined, *segment[i + 2 :]]


def _continues(segment: Sequence[Token]) -> bool:
    """Whether a number behind a break goes on with the one before: "123, 45 Nguyễn Trãi" (a pause)."""
    return len(segment) > 1 and segment[0].key[0].isdigit() and not is_month(segment, 1)


def _number_run(segment: Sequence[Token], i: int) -> tuple[Path, int]:
    """Parts of one number from i on: slashes written, spoken, or a pause between numerals."""
    path: Path = ()
    if i < len(segment) and segment[i].key == "tu" and _is_range(segment, i + 1):
        i += 1
    while i < len(segment):
        token = segment[i]
        after = segment[i + 1].key if i + 1 < len(segment) else ""
        if path and token.key in (SLASH_WORDS | {"tren"}) and number_path(after):
            i += 1
            continue
        if path and token.key in {"-", "den"} and number_path(after):
            i += 2  # a range: the first house stands for all
            continue
        part = number_path(token.raw)
        pause = bool(path) and segment[i - 1].key not in SLASH_WORDS | {"tren"}
        if pause and token.key[0].isalpha():
            break  # "22 D4", "241 QL1K": the street
        if not part or is_month(segment, i + 1) or (path and fold(token.raw) in DATE_STREETS):
            break
        if not any(c.isdigit() for c in token.key) or (not path and _is_road(token.key)):
            break
        path += part
        i += 1
        if i < len(segment) and _is_suffix(segment, i, token):
            path = (*path[:-1], path[-1] + segment[i].key.upper())  # "12 A Lê Lợi"
            i += 1
    return path, i


def _is_range(segment: Sequence[Token], i: int) -> bool:
    return i + 1 < len(segment) and segment[i].key[0].isdigit() and segment[i + 1].key == "den"


def _is_road(key: str) -> bool:
    return key.startswith(("ql", "tl", "hl")) and key[2:3].isdigit()


def _is_suffix(segment: Sequence[Token], i: int, number: Token) -> bool:
    """Whether the letter behind a number belongs to it."""
    token = segment[i]
    if token.dotted or not number.key[-1].isdigit():
        return False
    if token.key == "bis":
        return True
    if len(token.key) != 1 or not token.raw.isascii() or not token.key.isalpha():
        return False
    return token.raw.isupper() or token.key not in _SUFFIXES_NOT


def _alley_road(words: list[Token]) -> tuple[list[Path], list[Token]]:
    """ "đường 817A Tạ Quang Bửu": an alley that was widened keeps its number and its street's name."""
    if len(words) < 4 or words[0].key not in _STREET_LEADS:
        return [], words
    number = number_path(words[1].raw)
    name = [token for token in words[2:] if token.key != "-"]
    digits = "".join(c for c in words[1].key if c.isdigit())
    whole = len(number) == 1 and words[1].key[0].isdigit() and int(digits) >= _LEAST_ALLEY_ROAD
    if not whole or len(name) < 2 or not all(token.key.isalpha() for token in name) or name[0].key == "noi":
        return [], words
    return [number], name
