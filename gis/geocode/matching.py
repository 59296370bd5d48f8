"""Which streets of the gazetteer the words may name."""

from __future__ import annotations

import re

import msgspec

from gis.geocode.areas import split_areas
from gis.geocode.candidate import FORMER
from gis.geocode.fold import accented, fold, has_marks, street_key
from gis.geocode.placing import Part, Scale
from gis.geocode.tokens import Area
from gis.geometry import LonLat
from gis.store import queries
from gis.store.names import Lookup, Names
from gis.store.queries import Row
from gis.zones import Zones

_MAX_WORDS = 10
_LEAST_SIMILARITY = 0.42
_INITIALS = re.compile(r"^[a-z]{2,6}\d{0,2}$")
_CUT_D = re.compile(r"^d [a-z] [a-z]{2,}")
_PROVINCE_ROAD = re.compile(r"^(?:tinh|dt) (\d+[a-z]?)$")
_SAME_ROADS = {"quoc lo 1": "quoc lo 1a", "quoc lo 1a": "quoc lo 1", "quoc lo 1 a": "quoc lo 1a"}
_ROAD_KINDS = frozenset({"dai lo", "duong", "pho", "dl", "bd"})
NO_NAMES = frozenset({"duong", "cau", "cho", "hem", "nha", "quan", "cua", "truong", "khu"})
"""What a single word of them says is a kind, whatever the map may call a street."""
_VOWELS = frozenset("aeiouy")
_TAKEN_SIMILARITY, _SHOWN = 0.55, 0.25
_LONGEST = 80
"""Letters of a key that a street's name may be like or begin with: one of 40 in more is too little alike."""
_OF_A_PART = 0.6
"""A street that half of the words name may be none that was meant: those alike by all words are looked at."""
_WRONG_MARK = 0.88
SAME, _BEGUN, _LEAST_START = 0.95, 0.86, 4
"""A name that is the same; how much one is that only begins as what was typed so far, of so many letters."""
_OTHER_NAME = 0.97
_BY_INITIALS = 0.9


class StreetMatch(msgspec.Struct):
    """A street the words may mean, how well they fit its name, and the words left over as an area."""

    id: int
    name: str
    alley: bool
    length_m: float
    ward_codes: frozenset[str]
    center: LonLat
    scale: Scale
    fit: float
    why: str
    parts: tuple[Part, ...] = ()
    areas: tuple[Area, ...] = ()
    former: bool = False
    """Whether the words are what the street was called before."""
    alike: bool = False
    """Whether its name is only like the words."""


async def match_streets(source: Lookup, name: str, zones: Zones) -> list[StreetMatch]:
    """The streets that fit best: of the same key, else by initials, else of a similar spelling."""
    words = name.split()[:_MAX_WORDS]
    if not words or fold(name) in NO_NAMES:
        return []
    spans = _spans(words)
    rows = source.names.list_streets_by_keys(spans, _initials(words))
    matches = _exact(rows, spans, words, zones) if not _CUT_D.match(fold(name)) else []
    best = max((match.fit for match in matches), default=0.0)
    key = street_key(name)
    half_typed = best < SAME and key in spans and spans[key] == (0, len(words))  # "lê lợ" is Lê Lỗ as well
    if best >= 0.7 and not half_typed:
        return _one_each(matches)
    pattern = _pattern(key, name)
    if pattern:
        rows = await queries.list_streets_by_pattern(source, pattern)
        matches += [_match(row, name, 0.92, "tên viết tắt") for row in rows]
    if len(key) > _LONGEST:
        return _one_each(matches)
    if len(key) >= _LEAST_START and max((match.fit for match in matches), default=0.0) < _BEGUN:
        rows = [r for r in source.names.list_streets_by_prefix(key) if same_numbers(key, r["key"])]
        matches += [_match(row, " ".join(words[:-1]), _BEGUN, "tên bắt đầu như đã gõ") for row in rows]
    best = max((match.fit for match in matches), default=0.0)
    if best < _OF_A_PART:
        matches += [match for match in _alike_streets(source.names, key, name) if match.fit > best]
    return _one_each(matches)


def _alike_streets(names: Names, key: str, name: str) -> list[StreetMatch]:
    """Streets of a similar spelling: "Nguyễn Thị Minh Khia"."""
    matches = [
        _match(row, name, _alike(similarity), f"gần giống “{row['name']}”")
        for row, similarity in names.list_streets_like(key)
        if similarity >= _LEAST_SIMILARITY and same_numbers(key, row["key"])
    ]
    best = max((match.fit for match in matches), default=0.0)
    for match in matches:
        match.alike = True
    return [match for match in matches if match.fit >= best * 0.8]


def _alike(similarity: float) -> float:
    """How well a name fits that is only alike: one with few letters the same is shown and never taken."""
    return similarity if similarity >= _TAKEN_SIMILARITY else similarity * _SHOWN


def same_numbers(asked: str, known: str) -> bool:
    """Whether a name has the numbers that were said: Thạnh Xuân 21 and Thạnh Xuân 25 are two streets."""
    said = [word for word in asked.split() if word[0].isdigit()]
    return not said or said == [word for word in known.split() if word[0].isdigit()]


def _spans(words: list[str]) -> dict[str, tuple[int, int]]:
    """Keys of all runs of words, with the longest run of each key."""
    spans: dict[str, tuple[int, int]] = {}
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            key = street_key(" ".join(words[start:end]))
            for spelled in {key, _also(key)} - {""}:
                if spelled not in spans or end - start > spans[spelled][1] - spans[spelled][0]:
                    spans[spelled] = (start, end)
    return spans


def _also(key: str) -> str:
    """Another key of the same road: the first highway is 1 and 1A, a province's road "đường tỉnh" and ĐT."""
    road = _PROVINCE_ROAD.match(key)
    return f"tinh lo {road[1]}" if road else _SAME_ROADS.get(key, "")


def _initials(words: list[str]) -> list[str]:
    """Words that look like the first letters of a name: in capitals, or without a vowel."""
    first = words[0]
    key = fold(first)
    looks = _INITIALS.match(key) and (first.isupper() or not _VOWELS & set(key))
    return [key] if looks and len(key) > 2 else []


def _pattern(key: str, name: str) -> str | None:
    """A regular expression for a key with words cut to their first letter: "n t minh khai"."""
    words = key.split()
    if words[:2] == ["cao", "toc"] and len(words) > 3:
        return "cao toc .*" + ".*".join(map(re.escape, words[2:]))  # by its far end: "cao tốc Trung Lương"
    if len(words) > 1 and len(words[0]) == 1 and _CUT_D.match(fold(name)):
        words = ["d", *words]  # "Đ.T.Hoàng": no street T
    cut = [word for word in words if len(word) == 1 and word.isalpha()]
    if not cut or len(words) < 2 or len(cut) == len(words) == 2:
        return None
    return "^" + " ".join(f"{word}[a-z]*" if len(word) == 1 else re.escape(word) for word in words) + "$"


def _exact(
    rows: list[Row], spans: dict[str, tuple[int, int]], words: list[str], zones: Zones
) -> list[StreetMatch]:
    found: list[tuple[int, StreetMatch]] = []
    areas_of: dict[str, tuple[Area, ...]] = {}
    for row in rows:
        span = spans.get(row["key"])
        if span is None:
            rest = " ".join(words[1:])
            match = _match(row, row["name"], _BY_INITIALS, "chữ cái đầu")
            _take_rest(match, rest, len(words), zones, areas_of)
            found.append((1, match))
            continue
        start, end = span
        if end - start == 1 and len(words) > 1 and not _stands_alone(words, start, end, zones):
            continue
        match = _match(row, " ".join(words[start:end]), 1.0, "tên đường")
        rest = " ".join(words[:start] + words[end:])
        _take_rest(match, rest, len(words), zones, areas_of)
        found.append((end - start, match))
    longest = max((width for width, _ in found), default=0)
    return [match for width, match in found if width == longest]


def _stands_alone(words: list[str], start: int, end: int, zones: Zones) -> bool:
    """A street of one word among several: trusted when it leads and an area follows ("Pasteur Bến Nghé")."""
    lone = fold(words[start]) in NO_NAMES
    return start == 0 and not lone and bool(split_areas(" ".join(words[end:]), zones))


def _take_rest(
    match: StreetMatch, rest: str, total: int, zones: Zones, areas_of: dict[str, tuple[Area, ...]]
) -> None:
    """Counts the words beside it: as areas, else against it; `areas_of` keeps what they are."""
    if not rest or fold(rest) in _ROAD_KINDS:
        return
    if rest not in areas_of:
        areas_of[rest] = split_areas(rest, zones)
    if areas_of[rest]:
        match.areas = areas_of[rest]
    else:
        match.fit *= max(0.3, 1 - 0.9 * len(rest.split()) / total)


def _match(row: Row, words: str, fit: float, why: str) -> StreetMatch:
    fit *= _marks_fit(words, row["accented"])
    if row["kind"] != "name":
        fit *= _OTHER_NAME
        why = f"{why}, tên khác"
    if row["kind"] == "former":
        why = f"{FORMER} của {row['name']}"
    return StreetMatch(
        id=row["id"],
        name=row["name"],
        alley=row["alley"],
        length_m=row["length_m"],
        ward_codes=frozenset(row["ward_codes"]),
        center=LonLat(row["lon"], row["lat"]),
        scale=Scale(row["zero_m"], row["pace_m"], row["fitted"], row["spine_m"], row["held"]),
        fit=fit,
        why=why,
        former=row["kind"] == "former",
        parts=tuple(
            Part(start, end, district=district)
            for district, start, end in zip(row["districts"], row["from_m"], row["to_m"], strict=True)
        ),
    )


def _marks_fit(asked: str, known: str) -> float:
    """1 when the diacritics agree or either side has none; less for every word that differs in them."""
    if not has_marks(asked) or known.isascii():
        return 1.0
    names = known.split()
    same_letters = {fold(word): word for word in names}
    wrong = sum(1 for word in accented(asked).split() if same_letters.get(fold(word), word) != word)
    return _WRONG_MARK ** min(wrong, 3)


def _one_each(matches: list[StreetMatch]) -> list[StreetMatch]:
    best: dict[int, StreetMatch] = {}
    for match in matches:
        if match.id not in best or best[match.id].fit < match.fit:
            best[match.id] = match
    return list(best.values())
