"""Words that are no name of the map as they stand, read anew with the gazetteer's help: a number behind its
street ("Nguyễn Trãi 123") or behind other words ("khách sạn Rex 141 Nguyễn Huệ"), two streets without a sign
between them ("ngã tư Lê Lợi Pasteur")."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from gis.geocode.fold import DATE_STREETS, fold, place_key, street_key
from gis.geocode.numbers import number_path
from gis.store.names import Names

_JUNCTION = re.compile(
    r"^(?:nga (?:ba|tu|nam|sau|bay|[3-7])|giao lo|nut giao|goc|vong xoay|bung binh"
    r"|den xanh(?: den do)?|den do|duong)\s+"
)
_ALLEYS = frozenset({"hem", "ngo", "ngach", "kiet"})
_NUMBERED_TOO = frozenset(
    {"nga", "khu", "lo", "cong", "tang", "lau", "block", "cho", "vien", "dong", "thang", "dai"}
)
"""Behind these a number is no house's: ngã 3, khu 2, cổng 5, bệnh viện 115, Nhi Đồng 2, Vành Đai 3."""
_LEADS = frozenset({"so", "nha", "duong", "dg"})
_WORDS_AT_MOST = 10
_READINGS_AT_MOST = 3


class Reading(msgspec.Struct, frozen=True):
    """A number's path with the street it may stand on, and whether it is an alley's."""

    path: tuple[str, ...]
    street: str
    alley: bool = False


def is_known_whole(names: Names, name: str) -> bool:
    """Whether the words as they stand are the name of a street or a landmark."""
    known = names.list_streets_by_keys([street_key(name)]) or names.list_places_by_keys([place_key(name)])
    return bool(known)


def list_readings(name: str) -> list[Reading]:
    """What the words may say with one of their numbers as a house's, likeliest first."""
    return list(_readings(name.split()[:_WORDS_AT_MOST]))[:_READINGS_AT_MOST]


def _readings(words: list[str]) -> Iterator[Reading]:
    for i in range(len(words) - 1, -1, -1):
        path = number_path(words[i])
        if not path or not words[i][0].isdigit() or words[i] in DATE_STREETS:
            continue
        before = fold(words[i - 1]) if i else ""
        if before in _NUMBERED_TOO:
            continue
        alley = before in _ALLEYS
        if i + 1 < len(words) and before not in {"duong", "lo"}:
            yield Reading(path, " ".join(words[i + 1 :]), alley)
        begin = i - 1 if before in _LEADS | _ALLEYS else i
        if begin and fold(words[0]) not in _NUMBERED_TOO:
            yield Reading(path, " ".join([*words[:begin], *words[i + 1 :]]), alley)


def find_two_streets(names: Names, name: str) -> tuple[str, str] | None:
    """The two streets whose names the words are, one behind the other; None when they are not."""
    words = fold(name)
    while lead := _JUNCTION.match(words):
        words = words[lead.end() :]
    parts = words.split()[:_WORDS_AT_MOST]
    pairs = [(" ".join(parts[:i]), " ".join(parts[i:])) for i in range(1, len(parts))]
    pairs = [
        (a, b.removeprefix("duong "))
        for a, b in pairs
        if not a[-1].isdigit() or " " in a or a in DATE_STREETS
    ]
    keys = {street_key(text) for pair in pairs for text in pair}
    rows = names.list_streets_by_keys(keys)
    known = {row["key"] for row in rows if not row["alley"]}
    both = [pair for pair in pairs if {street_key(text) for text in pair} <= known]
    return max(both, key=lambda pair: min(len(pair[0]), len(pair[1])), default=None)
