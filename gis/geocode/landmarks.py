"""Places by name and corners of streets."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gis.geocode.areas import Hint
from gis.geocode.candidate import Find
from gis.geocode.fold import accented, fold, has_marks, place_key, street_key, ward_key
from gis.geocode.junctions import junction_name
from gis.geocode.matching import match_streets, same_numbers
from gis.geometry import LonLat
from gis.store import queries
from gis.store.names import Lookup, Names
from gis.store.queries import Row
from gis.zones import Zones

_LEAST_SIMILARITY = 0.5
_LEAST_OF_JUNCTION = 0.7
"""Of "ngã tư Linh Xuân" half is the kind, which is no likeness."""
_LARGE = {"aeroway": 800.0, "landuse": 300.0, "place": 500.0, "railway": 150.0, "natural": 200.0}
_RADIUS_M = 80.0
_LEAST_SHARE = 0.3
_LEAST_START = 4
_BEGUN = 0.9
"""How much one is like the words that its name only begins with."""
_LONGEST = 120
_JUNCTIONS = ("nga ", "vong xoay")
_ROAD_WORDS = frozenset({"quoc", "tinh", "huong", "dai", "xa"})
_BARE_SO = re.compile(r"\s+(?:số|so)\s+(?=\d)", re.IGNORECASE)
_HEADS = (
    *("cho", "benh vien", "truong", "dai hoc", "chung cu", "cong vien", "nga", "vong xoay", "cau", "ben xe"),
    *("ga", "chua", "nha tho", "san bay", "sieu thi", "toa nha", "khach san", "uy ban", "cong an", "dinh"),
    *("bao tang", "nha hat", "ham", "cang", "khu", "trung tam", "thao cam vien", "buu dien", "ngan hang"),
)
_ENGLISH_KINDS = {
    "market": "cho", "bridge": "cau", "pagoda": "chua", "church": "nha tho", "hospital": "benh vien",
    "airport": "san bay", "park": "cong vien", "hotel": "khach san", "university": "dai hoc",
    "supermarket": "sieu thi", "school": "truong", "theater": "nha hat", "theatre": "nha hat",
}  # fmt: skip


def find_landmarks(names: Names, name: str, nearby: bool, *, half_typed: bool = True) -> list[Find]:
    """Places of this name, else that begin so (`half_typed`), else of a similar one; words before the name
    ("cháy ở", "gần") are passed over."""
    name = _as_said_here(names, name)
    words = name.split()[:12]
    keys = _spans(words)
    rows = names.list_places_by_keys(keys)
    whole = place_key(name)
    rows = [row for row in rows if _is_meant(row, keys[row["key"]], len(words))]
    rows, on_street = _before_streets(names, rows, keys, words)
    share, alike = 1.0, 1.0
    if rows:
        most = max(keys[row["key"]] for row in rows)
        rows = [row for row in rows if keys[row["key"]] == most]
        share = min(1.0, _LEAST_SHARE + most[0] / len(words)) if most[1] and not on_street else 1.0
    elif half_typed and _LEAST_START <= len(whole) <= _LONGEST:
        begun = names.list_places_by_prefix(whole)
        rows, alike = [row for row in begun if same_numbers(whole, row["key"])], _BEGUN
    if not rows and len(whole) <= _LONGEST:
        least = _LEAST_OF_JUNCTION if junction_name(name) else _LEAST_SIMILARITY
        return [
            _landmark(row, words, nearby, share, similarity)
            for row, similarity in names.list_places_like(whole)
            if similarity >= least and same_numbers(whole, row["key"])
        ]
    return [_landmark(row, words, nearby, share, alike) for row in rows]


def _before_streets(
    names: Names, rows: list[Row], keys: dict[str, tuple[int, int]], words: Sequence[str]
) -> tuple[list[Row], bool]:
    """The rows that are all of the words, else those behind whose name a street is told ("chợ Tân Định Hai Bà
    Trưng"), and whether it is so; of the others none that is but half of the words or less."""
    rests = {
        row["key"]: street_key(" ".join(words[keys[row["key"]][0] :])) for row in rows if keys[row["key"]][1]
    }
    if rests and len(rests) == len({row["key"] for row in rows}):
        known = names.list_streets_by_keys(rests.values())
        streets = {row["key"] for row in known if not row["alley"]}
        before = [row for row in rows if rests[row["key"]] in streets]
        if before:
            return before, True
    half = len(words) // 2
    return [row for row in rows if not keys[row["key"]][1] or keys[row["key"]][0] > half], False


def _is_meant(row: Row, span: tuple[int, int], words: int) -> bool:
    """A quarter's name behind other words says where they are, and is not what they name."""
    return span[0] == words or not row["kind"].startswith("place=")


def _spans(words: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Keys of the words from any of them to the end, and from the first on, with how many words they are
    and 0, or 1 for those that leave an end out. No road's number stands alone."""
    spans: dict[str, tuple[int, int]] = {}
    whole = place_key(" ".join(words))
    headed = whole.startswith(_HEADS) and not whole.startswith(_JUNCTIONS)  # those are called after a place
    for start in range(len(words)):
        text = " ".join(words[start:])
        for key in {place_key(text), place_key(_BARE_SO.sub(" ", text))}:
            cut = start > 0 and (fold(words[start - 1]) in _ROAD_WORDS or ward_key(text) != fold(text))
            cut = cut or _is_headed(words, start)
            cut = cut or (
                headed and start > 0 and not key.startswith(_HEADS)
            )  # "cầu Sài Gòn" is no "Sài Gòn"
            if key and not cut and (start == 0 or " " in key):
                spans.setdefault(key, (len(words) - start, 0))
    for end in range(len(words) - 1, 1, -1):
        key = place_key(" ".join(words[:end]))
        if key and key.startswith(_HEADS) and key not in _HEADS:
            spans.setdefault(key, (end, 1))
    return spans


def _is_headed(words: Sequence[str], start: int) -> bool:
    """Whether the words before belong to the name: "… chân cầu | Sài Gòn"."""
    before = {place_key(" ".join(words[max(0, start - n) : start])) for n in (1, 2)}
    return any(key in _HEADS and not f"{key} ".startswith(_JUNCTIONS) for key in before)


def _landmark(row: Row, words: Sequence[str], nearby: bool, share: float, alike: float) -> Find:
    asked = " ".join(words)
    score = share * (0.82 if row["key"].startswith(_HEADS) else 0.62)
    score *= float(alike) ** 1.5
    if has_marks(asked) and not row["accented"].isascii():
        known = set(row["accented"].split())
        letters = {fold(word) for word in known}
        wrong = sum(1 for w in accented(asked).split() if w not in known and fold(w) in letters)
        score *= 0.88 ** min(wrong, 3)
    radius = _LARGE.get(row["kind"].partition("=")[0], _RADIUS_M) + (120.0 if nearby else 0.0)
    other = "" if place_key(row["name"]) == row["key"] else "một tên khác của "
    why = ["tên địa điểm"] if alike == 1 else [f"gần giống {other}“{row['name']}”"]
    title = f"{row['name']}, {row['address']}" if row["address"] else row["name"]
    return Find(LonLat(row["lon"], row["lat"]), radius, score, "landmark", title, why)


def _as_said_here(names: Names, name: str) -> str:
    """The name with an English kind behind it ("Ben Thanh market") as it is called here, where the map has it
    so and not as it stands."""
    rest, _, kind = name.rpartition(" ")
    ours = f"{_ENGLISH_KINDS.get(kind.lower(), '')} {rest}"
    known = names.list_places_by_keys([place_key(name)]) or not rest or ours.startswith(" ")
    return ours if not known and names.list_places_by_keys([place_key(ours)]) else name


async def find_corner(source: Lookup, corner: tuple[str, str], hint: Hint | None, zones: Zones) -> list[Find]:
    """Where the two streets meet, in every part of town where streets of these names do."""
    first = await match_streets(source, corner[0], zones)
    second = await match_streets(source, corner[1], zones)
    if not first or not second:
        return []
    fit = {match.id: match.fit for match in (*first, *second)}
    rows = await queries.list_crossings(source, [m.id for m in first], [m.id for m in second])
    finds = []
    for row in rows:
        score = 0.92 * min(1.0, fit[row["a_id"]]) * min(1.0, fit[row["b_id"]])
        finds.append(
            Find(
                LonLat(row["lon"], row["lat"]),
                35.0 + row["gap_m"],
                score if row["gap_m"] < 40 else score * 0.8,
                "intersection",
                f"Giao lộ {row['a_name']} – {row['b_name']}",
                ["hai đường gặp nhau" if not row["gap_m"] else f"hai đường cách nhau {row['gap_m']:.0f} m"],
            )
        )
    return finds
