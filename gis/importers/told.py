"""House numbers that mappers wrote into names and notes: "tạp hoá 354 Phan Văn Trị", "note=105 Âu Cơ".

A name tells a number only where a street of the words behind it runs past the place: "Ngã 4 Phú Nhuận" and
"Highway 4" tell none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from shapely import STRtree

from gis.geocode.fold import DATE_STREETS, fold, initials, street_key
from gis.geocode.numbers import number_path
from gis.importers.doors import Door
from gis.importers.metres import LocalMetres
from gis.importers.model import Told
from gis.importers.streets import Street

TAGS = ("name", "name:vi", "name:en", "note", "operator", "description", "addr:housename", "addr:street")
"""Of an OSM object, where such texts stand."""
_NUMBER = re.compile(
    r"(?<![\w/.,-])([a-zđ]?\d+[a-z]?(?:\s?bis)?(?:/\d+[a-z]?\d*)*)(?:\s?-\s?\d+[a-z]?)*(?=[\s,])"
)
_NOT_A_DOOR = re.compile(
    r"\b((doi dien|d/d|truoc|gan|ke|canh)( so)?"
    r"|duong( so)?|phuong|quan|p|q|nga|tinh lo|quoc lo|lo|tang|block|benh vien|truong)$"
)
"""Words before a number that stands opposite or near by, or is no house's."""
_LONGEST = 160
_WORDS_AT_MOST = 6
_REACH_M, _DEEP_REACH_M = 100.0, 300.0
_SOURCE = "osm:name"


def list_told(tags: Mapping[str, str]) -> list[str]:
    """Texts of an object without a house number of its own that may tell one."""
    texts = (tags.get(key, "")[:_LONGEST] for key in TAGS)
    return [text for text in texts if " " in text.strip() and any(c.isdigit() for c in text)]


def tie_told(told: Iterable[Told], streets: Sequence[Street], metres: LocalMetres) -> list[Door]:
    """The numbers told on a street that runs past the place, each once."""
    open_streets = [street for street in streets if not street.alley]
    tree = STRtree([street.plane for street in open_streets])
    doors: dict[tuple[object, ...], Door] = {}
    for one in told:
        point = metres.point(one.lon_lat)
        near = [
            open_streets[i] for i in tree.query(point, predicate="dwithin", distance=_DEEP_REACH_M).tolist()
        ]
        for path, street in _read(one.text, near):
            if street.plane.distance(point) > (_REACH_M if len(path) == 1 else _DEEP_REACH_M):
                continue
            door = Door(street.id, None, path, False, _SOURCE, point)
            doors.setdefault((door.street_id, path, round(point.x / 50), round(point.y / 50)), door)
    return list(doors.values())


def read_told(text: str) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Each number path in a text, with the keys that the words behind it may be, the longest first."""
    for match in _NUMBER.finditer(text.lower()):
        before, behind = fold(text[: match.start()]), text[match.end() :].strip(" ,")
        path = number_path(match[1].replace(" ", ""))
        of_a_day = match[1] in DATE_STREETS and behind.startswith("-")  # a corner of the street of that day
        if not path or of_a_day or _NOT_A_DOOR.search(before):
            continue
        words = re.split(r"[\s,]+", behind)[:_WORDS_AT_MOST]
        keys = (street_key(" ".join(words[:count])) for count in range(len(words), 0, -1))
        yield path, [key for key in keys if key]


def _read(text: str, near: Sequence[Street]) -> Iterator[tuple[tuple[str, ...], Street]]:
    names: dict[str, Street] = {}
    for street in near:
        for key in _keys(street):
            names.setdefault(key, street)
    for path, keys in read_told(text):
        found = next((names[key] for key in keys if key in names), None)
        if found is not None:
            yield path, found


def _keys(street: Street) -> Iterator[str]:
    for key in (street.key, *(street_key(name) for name in street.other_names)):
        if key:
            yield key
            if len(key.split()) > 1 and not key.startswith("so "):
                yield initials(key)
