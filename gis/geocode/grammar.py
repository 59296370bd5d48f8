"""The grammar of places as people here write and say them; pure, without the gazetteer.

123/45/6 Nguyễn Trãi, P.3 Q.5 · số 6 hẻm 45 hẻm 123 Nguyễn Trãi · hẻm 654 Lạc Long Quân
ngã tư Hàng Xanh · góc Lê Lợi – Pasteur · 10.7769, 106.7009 · 7P28QPHX+2Q · chợ Bến Thành
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec

from gis.geocode.alleys import join_alleys
from gis.geocode.aloud_positions import find_spoken_coordinates
from gis.geocode.asides import without_asides
from gis.geocode.corners import find_corner
from gis.geocode.english import from_english
from gis.geocode.fold import DATE_STREETS, accented, fold, has_marks
from gis.geocode.formerly import is_of_before, take_todays, without_formerly
from gis.geocode.house import join_numbers, read_number
from gis.geocode.inner import take_inner, take_kilometre, take_parts
from gis.geocode.mixed import as_words
from gis.geocode.numbers import main_number, number_path
from gis.geocode.passing import near_what_is_passed, put_named_first
from gis.geocode.positions import find_coordinates, find_plus_code, without_links, without_plus_code
from gis.geocode.segments import estate_at, join_stretches, split_segments
from gis.geocode.slips import mend_slips
from gis.geocode.spoken import read_aloud
from gis.geocode.telling import ENDS, find_relation, split_telling
from gis.geocode.tokens import (
    MAX_CHARACTERS,
    NOT_KNOWN,
    Area,
    KnownAreas,
    Token,
    take_areas,
    tokenise,
)
from gis.geocode.typed import undo_typing
from gis.geocode.written import as_written_plainly, with_plain_characters
from gis.geometry import LonLat

Relation = Literal["", "opposite", "beside", "near", "behind", "before", "inside", "mouth", "end"]
Kind = Literal[
    "coordinates", "plus_code", "kilometre", "corner", "alley", "address", "name", "area", "nothing"
]


class Query(msgspec.Struct, frozen=True):
    """What a text says about a place.

    `path` is the house number, outermost part first; with `alley` it names a hẻm and no door. `names` are
    the words that may be a street or a landmark, likeliest first; `corner` is two streets that meet.
    `relation` is how the place lies to what is named ("đối diện 298", "đầu hẻm"), `inner` where in a
    building, `parts` the group of a ward (tổ, khu phố, ấp), `kilometre` where along a road; `of_before` says
    that the name is told to be a former one ("Lê Văn Duyệt cũ").
    """

    text: str
    coordinates: LonLat | None = None
    plus_code: str | None = None
    corner: tuple[str, str] | None = None
    path: tuple[str, ...] = ()
    alley: bool = False
    names: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()
    nearby: bool = False
    relation: Relation = ""
    inner: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    kilometre: float | None = None
    of_before: bool = False

    @property
    def kind(self) -> Kind:
        """What sort of place is named."""
        if self.coordinates is not None:
            return "coordinates"
        if self.plus_code is not None:
            return "plus_code"
        if self.kilometre is not None and self.names:
            return "kilometre"
        if self.corner is not None:
            return "corner"
        if self.path:
            return "alley" if self.alley else "address"
        if self.names and self.names != self.parts:
            return "name"
        return "area" if self.areas or self.parts else "nothing"


_ABOUT, _UNITS = (
    frozenset({"khoang", "chung", "tam", "do", "co"}),
    frozenset({"m", "met", "km", "thuoc", "cay"}),
)
_LENGTH = re.compile(r"\d+(?:m|met|km)")
_ROAD, _OLD = accented("đường"), accented("cũ")
_ALONE = re.compile(r"^(?:số |nhà |số nhà )?(\d[\w/]*)$", re.IGNORECASE)
_NO_STREET = re.compile(r"^(?:khu|kc[nx]|kd[ct]|chung cu|cao oc|toa|du an|trung tam|block|khoi|va)\b")
"""What a building or an estate begins with, and no street."""
_BUILDING = re.compile(r"^toa nha (\d+[a-z]?)$")
_LOT = re.compile(r"^[a-z]\d+[a-z]?$")


def parse(text: str, known: KnownAreas = NOT_KNOWN) -> Query:
    """What the text says. Never raises: what is not understood stays in `names` as a landmark's words.

    `known` are the city's own areas, for wards and districts that are named without their kind.
    """
    text = text[:MAX_CHARACTERS]
    point, code, tokens = _positions(with_plain_characters(text))
    if point is not None:
        return Query(text, coordinates=point)
    tokens = from_english(tokens)
    marked = any(has_marks(token.raw) for token in tokens)
    tokens = read_aloud(as_words(mend_slips(near_what_is_passed(tokens, marked))))
    tokens = join_alleys(without_asides(join_stretches(tokens, marked), marked))
    tokens, areas = take_areas(tokens, known)
    if code:
        return Query(text, plus_code=code, areas=tuple(areas))
    tokens, kilometre = take_kilometre(take_todays(tokens))
    tokens, inner = take_inner(tokens)
    tokens, parts = take_parts(tokens)
    segments = [part for segment in split_segments(tokens) for part in split_telling(segment, marked)]
    relation, segments = _take_relation(put_named_first(segments, marked), marked)
    corner = find_corner(segments, marked) if kilometre is None else None
    if corner and len(segments) > 1 and segments[0][0].key == "giua":
        corner, segments = None, [*segments[1:], segments[0]]  # "giữa … với …, trên đường Lê Lợi"
    segments, at_end = _take_end(segments)
    segments = _bare_numbers(segments, marked)
    path, alley, names = _read_segments(segments, relation != "" or bool(parts), _in_hamlet(parts))
    if at_end and alley and not relation:
        relation = at_end
    building = next((number for said in inner if (number := _BUILDING.match(fold(said)))), None)
    if not path and names and building:
        path = (building[1].upper(),)  # "tòa nhà 117, Cống Quỳnh"
    path, names = (path, names) if alley else _behind_flat(path, names, bool(inner))
    if kilometre is not None:
        path, names = (), [*([f"{' '.join(path)}"] if path else []), *names]
    return Query(
        text=text,
        corner=corner if not path else None,
        path=path,
        alley=alley,
        names=(*_with_parts(names, marked), *parts),
        areas=tuple(areas),
        nearby=relation not in {"", "mouth", "end", "inside"} and not path,
        relation=relation,
        inner=tuple(inner),
        parts=tuple(parts),
        kilometre=kilometre,
        of_before=is_of_before(names),
    )


def _positions(plain: str) -> tuple[LonLat | None, str | None, list[Token]]:
    """The position told in figures or read aloud, the Plus Code, and the words beside it."""
    point = find_coordinates(plain)
    if point is not None:
        return point, None, []
    code = find_plus_code(plain)
    words = without_links(without_plus_code(plain) if code else plain)
    tokens = tokenise(undo_typing(as_written_plainly(words)))
    return find_spoken_coordinates(tokens), code, tokens


def _with_parts(names: list[str], marked: bool) -> list[str]:
    """The names, a motorway's in one, and behind each the street within it."""
    if len(names) > 1 and fold(names[0]) in {"cao toc", "duong cao toc"}:
        names = [f"cao tốc {names[1]}", *names[2:]]  # "cao tốc TP.HCM - Trung Lương"
    return [each for name in names for each in (*_as_before(name), *_within(name, marked))]


def _as_before(name: str) -> tuple[str, ...]:
    """The name, and it without "hồi xưa", "trước 75"; one with "cũ" may be on the map: Quốc lộ 13 cũ."""
    bare = without_formerly(name)
    if not bare:
        return (name,)
    return (name, bare) if accented(name.split()[-1]) == _OLD else (bare, name)


def _within(name: str, marked: bool) -> tuple[str, ...]:
    """The street within words of which it is not the whole: "xưởng gỗ đường Phan Văn Trị"."""
    words = name.split()
    at = next((i for i, word in enumerate(words) if i and _is_road(word, marked)), len(words))
    if at + 2 >= len(words):
        return ()
    return (" ".join(words[at + (fold(words[at + 1]) != "so") :]),)


def _is_road(word: str, marked: bool) -> bool:
    return accented(word) == _ROAD if marked else word.lower() == "duong"


def _take_relation(segments: list[list[Token]], marked: bool) -> tuple[Relation, list[list[Token]]]:
    """How the place lies to what is named, and the segments without the words that say it."""
    if not segments:
        return "", segments
    relation, width = find_relation(segments[0], marked)
    if not width:
        return "", segments
    rest = segments[0][width:]
    away = fold(segments[0][0].raw) == "cach"
    if away and not any(token.key[0].isdigit() for segment in segments for token in segment):
        return "", segments  # "cách mạng …"
    if relation == "near" and fold(segments[0][0].raw) == "cach":
        rest = _without_distance(rest)
    return relation, [part for part in (rest, *segments[1:]) if part]  # type: ignore[return-value]


def _take_end(segments: list[list[Token]]) -> tuple[list[list[Token]], Relation]:
    """The segments but one that says no more than "đầu hẻm" or "cuối hẻm" behind the others, and what it
    says."""
    for n, segment in enumerate(segments[1:], start=1):
        keys = [token.key for token in segment if token.key not in {"ngay", "o", "nha"}]
        if len(keys) == 2 and keys[0] in ENDS and keys[1] in {"hem", "ngo"}:
            return [*segments[:n], *segments[n + 1 :]], ENDS[keys[0]]
    return segments, ""


def _bare_numbers(segments: list[list[Token]], marked: bool) -> list[list[Token]]:
    """The segments, "gần số 12" behind a street without its relation: the number is on that street; and of
    "13, 7, Đinh Tiên Hoàng", a pause before and behind, the 7 with what follows it."""
    out: list[list[Token]] = []
    for n, told in enumerate(segments):
        paused = n > 1 and bool(out) and _is_number(out[-1]) and _is_number(segments[n - 2])
        segment = [*out.pop(), *told] if paused else told
        width = find_relation(segment, marked)[1] if n else 0
        rest = segment[width:]
        at = 1 + (len(rest) > 1 and rest[1].key == "so") if rest and rest[0].key in {"so", "nha"} else 0
        alone = width and len(rest) == at + 1 and rest[at].key[0].isdigit()
        out.append([Token("số", "so"), rest[at]] if alone else segment)
    return out


def _is_number(segment: list[Token]) -> bool:
    """Whether it is a house number and nothing else: "số 13"."""
    lead = sum(1 for token in segment[:2] if token.key in {"so", "nha"})
    return len(segment) == lead + 1 and segment[lead].key[0].isdigit()


def _without_distance(tokens: list[Token]) -> list[Token]:
    """ "chợ Bà Chiểu khoảng 100 mét" without how far."""
    for i, token in enumerate(tokens):
        far = token.key in _ABOUT and i + 1 < len(tokens) and tokens[i + 1].key[0].isdigit()
        after = tokens[i + 1].key if i + 1 < len(tokens) else ""
        length = token.key[0].isdigit() and (after in _UNITS or bool(_LENGTH.fullmatch(token.key)))
        if i and (far or length):
            return tokens[:i]
    return tokens


def _in_hamlet(parts: list[str]) -> bool:
    """Whether a hamlet is told: a number before it is no date."""
    return any(fold(part).startswith("ap ") for part in parts)


def _behind_flat(path: tuple[str, ...], names: list[str], inside: bool) -> tuple[tuple[str, ...], list[str]]:
    """The house number that stands alone before its street, of words that began with a flat's or a booth's:
    "S64 tầng 2, Aeon Tân Phú Celadon, 30, Bờ Bao Tân Thắng"."""
    flat = not path or path[0][0].isalpha() or inside
    for i, name in enumerate(names[:-1]):
        alone = _ALONE.match(name)
        number = number_path(alone[1]) if alone else ()
        if number and (flat or i) and not _NO_STREET.match(fold(names[i + 1])):
            return number, [names[i + 1], *names[:i], *names[i + 2 :]]
    return path, names


def _read_segments(
    segments: list[list[Token]], related: bool, hamlet: bool
) -> tuple[tuple[str, ...], bool, list[str]]:
    """House number, whether it is an alley's, and the words left, street first, asides last."""
    groups: list[tuple[str, ...]] = []
    alley = False
    names: list[str] = []
    asides: list[str] = []
    estates: list[str] = []
    alone = True
    for segment in segments:
        found, is_alley, rest = read_number(segment, first=not groups, named=bool(names) or alley)
        if (names or estates) and not alley and _is_flat(groups, found):
            groups = []
        before = bool(groups)
        if found and not (groups and not names and _is_date(found) and not rest):
            groups, alley = _joined(groups, alley, found, is_alley)
            alone = alone and segment[0].key == "so"
        elif found:
            rest = segment
        words = " ".join(token.raw for token in rest if token.key != "-")
        if not words:
            continue
        if found and names and not before:
            asides, names = [*names, *asides], []
        (estates if estate_at(rest, 0) else names).append(words)
    lots = [name for name in names if _LOT.match(fold(name))]
    if groups and len(lots) < len(names):
        names, asides = [name for name in names if name not in lots], [*lots, *asides]
    names, asides = (names, [*estates, *asides]) if names else (estates, asides)
    path = join_numbers(groups)
    if path and not names and _is_date(path) and not hamlet:
        return (), False, [f"đường {'/'.join(path)}", *asides]
    if (
        len(path) == 1
        and path[0][0].isalpha()
        and not names
        and not asides
        and not alley
        and len(segments) == 1
    ):
        return (), False, ["/".join(path)]  # "D2" is a street
    if len(path) == 1 and not names and not asides and not alley and alone and not related:
        return (), False, [f"số {path[0]}"]
    return path, alley, [*names, *asides]


def _is_flat(before: list[tuple[str, ...]], found: list[tuple[str, ...]]) -> bool:
    """Whether what was read before a house's number is a flat in it: "L2, tòa Landmark 2, 720A Lê Lợi"."""
    single = len(before) == 1 and len(before[0]) == 1 and before[0][0][0].isalpha()
    return single and len(found) == 1 and found[0][0][0].isdigit()


def _joined(
    groups: list[tuple[str, ...]], alley: bool, found: list[tuple[str, ...]], is_alley: bool
) -> tuple[list[tuple[str, ...]], bool]:
    """The numbers so far and those of the next words, from the door outwards."""
    if not groups:
        return list(found), is_alley
    if found == groups[-len(found) :]:
        return groups, alley  # "bốn lăm, bốn lăm Phan Văn Trị": said twice
    if alley and not is_alley:
        return [*found, *groups], False  # "hẻm 123 …, nhà số 6"
    if not is_alley and len(groups) == len(found) == 1:
        step = main_number(found[0][0]) - main_number(groups[0][-1])
        return (
            [(*groups[0], *found[0])] if step not in {1, 2} else groups
        ), alley  # a pause, or a row of doors
    return [*groups, *found], alley


def _is_date(path: tuple[str, ...] | list[tuple[str, ...]]) -> bool:
    parts = [part for group in path for part in ([group] if isinstance(group, str) else group)]
    return "/".join(parts) in DATE_STREETS


def same_street_number(a: str, b: str) -> bool:
    """Whether two texts name the same street with numbers that are equal or one inside the other's alley."""
    (street, path), (other_street, other_path) = read_street_number(a), read_street_number(b)
    if not street or street != other_street:
        return False
    shorter = min(len(path), len(other_path))
    return path[:shorter] == other_path[:shorter]


@lru_cache(maxsize=50_000)
def read_street_number(text: str) -> tuple[str, tuple[str, ...]]:
    """The folded name of the street ("" when none is named) and the number's path. Texts are asked again and
    again: every new report is compared with every incident around it."""
    query = parse(text)
    return (fold(query.names[0]) if query.names else "", query.path)
