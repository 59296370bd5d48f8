"""The grammar of places as people here write and say them; pure, without the gazetteer.

123/45/6 Nguyễn Trãi, P.3 Q.5 · số 6 hẻm 45 hẻm 123 Nguyễn Trãi · hẻm 654 Lạc Long Quân
ngã tư Hàng Xanh · góc Lê Lợi – Pasteur · 10.7769, 106.7009 · 7P28QPHX+2Q · chợ Bến Thành
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from gis.geocode.fold import DATE_STREETS, fold
from gis.geocode.numbers import number_path
from gis.geocode.spoken import SLASH_WORDS, read_aloud
from gis.geocode.tokens import BREAK, MAX_CHARACTERS, Area, Token, take_areas, tokenise
from gis.geometry import LonLat


class Query(msgspec.Struct, frozen=True):
    """What a text says about a place.

    `path` is the house number, outermost part first; with `alley` it names a hẻm and no door. `names` are
    the words that may be a street or a landmark, likeliest first; `corner` is two streets that meet.
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


_DECIMAL = r"([-+]?\d{1,3}[.]\d+)\s*°?\s*([NSEWB-]?)"
_PAIR = re.compile(_DECIMAL + r"\s*[,;/ ]\s*" + _DECIMAL, re.IGNORECASE)
_COMMA_PAIR = re.compile(r"^\s*(-?\d{1,3}),(\d{3,})\s*[;, ]\s*(-?\d{1,3}),(\d{3,})\s*$")
_DMS = re.compile(r"(\d{1,3})°\s*(\d{1,2})['′’]\s*(\d{1,2}(?:\.\d+)?)?[\"″”']*\s*([NSEW])", re.IGNORECASE)
_PLUS_CODE = re.compile(
    r"\b([23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,4})(?![0-9A-Z])", re.IGNORECASE
)
_CORNER_LEAD = re.compile(
    r"^(?:(?:nga (?:ba|tu|nam|sau|bay|[3-7])|giao lo|nut giao|goc(?: duong)?|goc nga (?:ba|tu|[34]))\s+)"
)
_CORNER_SPLIT = re.compile(r"\s+(?:giao(?: voi| nhau voi)?|cat(?: voi)?|goc|voi|va|x)\s+")
_ALLEY_WORDS = frozenset({"hem", "ngo", "ngach", "kiet"})
_LEAD_WORDS = frozenset({"so", "nha", "dia", "chi", "can", "o", "tai", "cho"})
_NEAR_WORDS = frozenset(
    {"gan", "canh", "doi", "dien", "truoc", "sau", "lung", "ngay", "ke", "ben", "dau", "cuoi", "trong"}
)
_NAMED_BY_NUMBER = frozenset({"duong", "dg", "d"})
_NOISE = frozenset(
    {"khu", "kp", "to", "ap", "lo", "tang", "lau", "phong", "block", "can", "kios", "sap", "tdp"}
)


def parse(text: str) -> Query:
    """What the text says. Never raises: what is not understood stays in `names` as a landmark's words."""
    text = text[:MAX_CHARACTERS]
    coordinates = find_coordinates(text)
    if coordinates is not None:
        return Query(text, coordinates=coordinates)
    code = _PLUS_CODE.search(text)
    if code:
        return Query(text, plus_code=code[1].upper())
    tokens, areas = take_areas(read_aloud(tokenise(text)))
    segments = _segments(tokens)
    corner = _find_corner(segments)
    path, alley, names = _read_segments(segments)
    nearby = bool(segments) and segments[0][0].key in _NEAR_WORDS and not path
    return Query(
        text=text,
        corner=corner if not path else None,
        path=path,
        alley=alley,
        names=tuple(names),
        areas=tuple(areas),
        nearby=nearby,
    )


def find_coordinates(text: str) -> LonLat | None:
    """A pair of degrees in the text, either order, told apart by range and by N/E letters."""
    parts = _DMS.findall(text)
    if len(parts) == 2:
        values = [(int(d) + int(m) / 60 + float(s or 0) / 3600, letter.upper()) for d, m, s, letter in parts]
    else:
        pair = _PAIR.search(text)
        comma = _COMMA_PAIR.match(text)
        if pair:
            values = [(float(pair[1]), pair[2].upper()), (float(pair[3]), pair[4].upper())]
        elif comma:
            values = [(float(f"{comma[1]}.{comma[2]}"), ""), (float(f"{comma[3]}.{comma[4]}"), "")]
        else:
            return None
    (first, letter), (second, _) = [(-v if sign in {"S", "W"} else v, sign) for v, sign in values]
    lon, lat = (first, second) if letter in {"E", "W"} or abs(first) > 90 else (second, first)
    return LonLat(lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def _segments(tokens: list[Token]) -> list[list[Token]]:
    segments: list[list[Token]] = [[]]
    for token in tokens:
        if token.key == BREAK:
            segments.append([])
        else:
            segments[-1].append(token)
    return [trimmed for segment in segments if (trimmed := _trim(segment))]


def _trim(segment: list[Token]) -> list[Token]:
    while segment and segment[0].key == "-":
        segment = segment[1:]
    while segment and segment[-1].key == "-":
        segment = segment[:-1]
    return segment


def _find_corner(segments: list[list[Token]]) -> tuple[str, str] | None:
    """Two streets that meet: "góc X – Y", "ngã tư X Y" (with a sign between), "X giao Y"."""
    if not segments:
        return None
    words = " ".join(token.key for token in segments[0])
    lead = _CORNER_LEAD.match(words)
    body = words[lead.end() :] if lead else words
    parts = [part.strip() for part in _CORNER_SPLIT.split(body) if part.strip()]
    if lead and len(parts) == 1:
        parts = [part.strip() for part in parts[0].split(" - ") if part.strip()]
        if len(parts) == 1 and len(segments) > 1 and "goc" in lead[0]:
            parts.append(" ".join(token.key for token in segments[1]))
    if len(parts) == 2 and not parts[0][0].isdigit():
        return parts[0].replace(" - ", " "), parts[1].replace(" - ", " ")
    if not lead and len(segments) == 1 and len(parts) == 1 and " - " in body and not body[0].isdigit():
        halves = [half.strip() for half in body.split(" - ")]
        return (halves[0], halves[1]) if len(halves) == 2 and all(" " in h for h in halves) else None
    return None


def _read_segments(segments: list[list[Token]]) -> tuple[tuple[str, ...], bool, list[str]]:
    """House number, whether it is an alley's, and the words left, street first, asides last."""
    path: tuple[str, ...] = ()
    alley = False
    names: list[str] = []
    asides: list[str] = []
    for segment in segments:
        rest = segment
        if not path:
            path, alley, rest = _read_number(segment)
        if not path:
            before, inner = _told_before(segment)
            path, alley, rest = _read_number(inner)
            asides += [" ".join(token.raw for token in before)] if before else []
        words = " ".join(token.raw for token in rest if token.key != "-")
        if not words:
            continue
        noise = segment[0].key in _NOISE and (segment[0].key != "can" or path != ())
        (asides if noise else names).append(words)
    if path and not names and _is_date(path):
        return (), False, [f"đường {'/'.join(path)}", *asides]
    if len(path) == 1 and not names and not asides:
        return (), False, [f"số {path[0]}"]
    return path, alley, [*names, *asides]


def _told_before(segment: list[Token]) -> tuple[list[Token], list[Token]]:
    """What happened, told ahead of the address: "cháy nhà | số 12 Lê Lợi"; nothing when no number follows."""
    for i, token in enumerate(segment[1:-1], start=1):
        numbered = token.key in {"so", "nha", *_ALLEY_WORDS} and number_path(segment[i + 1].raw)
        if numbered and segment[i - 1].key not in _NAMED_BY_NUMBER:
            last = i + 2 >= len(segment)
            return (segment[:i], segment[i:]) if not last else ([], segment)
    return [], segment


def _is_date(path: tuple[str, ...]) -> bool:
    return "/".join(path) in DATE_STREETS


def _read_number(segment: list[Token]) -> tuple[tuple[str, ...], bool, list[Token]]:
    """The number at the head of a segment: (path, names an alley, remaining tokens)."""
    i = 0
    while i < len(segment) and segment[i].key in _LEAD_WORDS | {"dau", "trong"}:
        i += 1
    groups: list[tuple[str, ...]] = []
    first_is_alley = False
    while i < len(segment):
        is_alley = segment[i].key in _ALLEY_WORDS
        at = i + 1 if is_alley else i
        if at < len(segment) and segment[at].key == "so":
            at += 1
        number, after = _number_run(segment, at)
        if not number or (groups and not is_alley):
            break
        if not groups:
            first_is_alley = is_alley
        groups.append(number)
        i = after
    if not groups:
        return (), False, segment
    return _join(groups), first_is_alley, segment[i:]


def _join(groups: list[tuple[str, ...]]) -> tuple[str, ...]:
    """ "6", "45", "123" said from the door outwards are 123/45/6; repeated outer parts count once."""
    path: tuple[str, ...] = ()
    for inner in reversed(groups):
        path = inner if inner[: len(path)] == path and len(inner) > len(path) else path + inner
    return path


def _number_run(segment: list[Token], i: int) -> tuple[tuple[str, ...], int]:
    """Parts of one number from i on: slashes written, spoken, or a pause between numerals."""
    path: tuple[str, ...] = ()
    while i < len(segment):
        token = segment[i]
        after = segment[i + 1].key if i + 1 < len(segment) else ""
        if path and token.key in (SLASH_WORDS | {"tren"}) and number_path(after):
            i += 1
            continue
        if path and token.key == "-" and number_path(after):
            i += 2  # a range: the first house stands for all
            continue
        part = number_path(token.raw)
        if not part or after == "thang" or (path and _is_date_token(token)):
            break
        if not path and not token.key[0].isdigit() and not any(c.isdigit() for c in token.key):
            break
        path += part
        i += 1
        if (
            i < len(segment)
            and len(segment[i].key) == 1
            and segment[i].raw.isupper()
            and not segment[i].dotted
        ):
            if i + 1 < len(segment):
                path = (*path[:-1], path[-1] + segment[i].key.upper())  # "12 A Lê Lợi"
            i += 1
    return path, i


def _is_date_token(token: Token) -> bool:
    return fold(token.raw) in DATE_STREETS


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
