"""Junctions by whatever people call them: the map has "Công trường Dân Chủ", its stop "Ngã 6 Dân Chủ", and
callers say "vòng xoay" or "bùng binh". The kind is a word of habit; what follows it is the name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gis.geocode.candidate import Find
from gis.geocode.fold import place_key
from gis.geometry import LonLat, haversine_m
from gis.store import queries
from gis.store.queries import Row, Source

_KINDS = re.compile(
    r"^(?:(?:cau vuot |khu vuc )?(?:nga (?:ba|tu|nam|sau|bay|[3-7])|vong xoay|bung binh"
    r"|nut giao(?: thong)?|cong truong|quang truong) )+"
)
_WORDS = "mot hai ba bon nam sau bay tam"
_FIGURES = {str(n): word for n, word in enumerate(_WORDS.split(), 1)}
_FIGURE_OF = {word: figure for figure, word in _FIGURES.items()}
_KINDS_ALONE = frozenset({"cau vuot", "ham chui", "duong dan", "cau bo hanh"})
_ARMS = re.compile(r"\bnga (\d)\b")
_SAME_JUNCTION_M = 350.0
_RADIUS_M, _STOPS_RADIUS_M = 60.0, 90.0
_SCORE, _OTHER_ARMS, _OTHER_KIND, _LONGER_NAME, _ONLY_FLYOVER = 0.8, 0.8, 0.95, 0.85, 0.85
_STOPS = ("highway=bus_stop", "public_transport=")


def junction_name(words: str) -> str:
    """The junction's own name in plain letters, "" when the words name no junction: "vòng xoay Dân Chủ" is
    called dan chu, "vòng xoay ngã sáu Gò Vấp" go vap, "ngã 4 7 Hiền" bay hien."""
    key = place_key(words)
    kinds = _KINDS.match(key)
    first, _, rest = key[kinds.end() :].partition(" ") if kinds else ("", "", "")
    return f"{_FIGURES.get(first, first)} {rest}".strip() if rest or first.isalpha() else ""


def is_only_kind(words: str) -> bool:
    """Whether they name a kind and no place: a ring that the map calls "Vòng xoay", "cầu vượt"."""
    key = place_key(words)
    return key in _KINDS_ALONE or bool(_KINDS.fullmatch(f"{key} "))


async def find_junctions(source: Source, words: str) -> list[Find]:
    """The junctions of that name, each once, in the middle of what the map has of it; [] when the words name
    none or it is not known."""
    name = junction_name(words)
    if not name:
        return []
    first, _, rest = name.partition(" ")
    figure = _FIGURE_OF.get(first)
    spelled = [name, *([f"{figure} {rest}".strip()] if figure else [])]
    rows = [
        row
        for row in await queries.list_junctions(source, _KINDS.pattern, spelled)
        if f"{junction_name(row['key'])} ".startswith(f"{name} ")
    ]
    whole = [row for row in rows if junction_name(row["key"]) == name]
    return sorted(
        (_junction(group, words, name) for group in _together(whole or rows)), key=lambda f: -f.score
    )


def _together(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows in groups that are each one junction: its ring, its stops, the flyover over it."""
    groups: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: (_rank(row), row["lon"], row["lat"])):
        here = LonLat(row["lon"], row["lat"])
        group = next((g for g in groups if haversine_m(_middle(g), here) < _SAME_JUNCTION_M), None)
        if group is None:
            groups.append([row])
        else:
            group.append(row)
    return groups


def _rank(row: Row) -> int:
    """A junction's own ring or quarter tells best where it is, then the stops around it, then a flyover."""
    return 1 if str(row["kind"]).startswith(_STOPS) else 2 if row["key"].startswith("cau ") else 0


def _best(group: Sequence[Row]) -> list[Row]:
    return [row for row in group if _rank(row) == _rank(group[0])]


def _middle(group: Sequence[Row]) -> LonLat:
    best = _best(group)
    return LonLat(sum(r["lon"] for r in best) / len(best), sum(r["lat"] for r in best) / len(best))


def _junction(group: Sequence[Row], words: str, name: str) -> Find:
    asked = place_key(words)
    same = [row for row in group if place_key(row["key"]) == asked]
    row = (same or group)[0]
    arms, known = _ARMS.search(asked), _ARMS.search(place_key(row["key"]))
    score = _SCORE if same else _SCORE * _OTHER_KIND
    score *= _OTHER_ARMS if arms and known and arms[1] != known[1] else 1.0
    score *= 1.0 if junction_name(row["key"]) == name else _LONGER_NAME
    score *= _ONLY_FLYOVER if _rank(group[0]) > 1 else 1.0
    middle = _middle(group)
    spread = max(haversine_m(middle, (row["lon"], row["lat"])) for row in _best(group))
    radius = max(_RADIUS_M if _rank(group[0]) == 0 else _STOPS_RADIUS_M, spread)
    why = "tên địa điểm" if same else f"cùng nơi với “{row['name']}”"
    return Find(middle, radius, score, "landmark", row["name"], [why])
