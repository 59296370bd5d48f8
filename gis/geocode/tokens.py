"""An address as words: split, kept beside their plain form, areas (ward, district, city) taken out."""

from __future__ import annotations

import re
import unicodedata

import msgspec

from gis.geocode.fold import accented, fold, has_marks

MAX_CHARACTERS = 400
"""A place needs no more words; the rest of a long text is not read."""

BREAK = ","


class Token(msgspec.Struct, frozen=True):
    """One word as written, its plain form, and whether a dot followed it (an abbreviation)."""

    raw: str
    key: str
    dotted: bool = False


class Area(msgspec.Struct, frozen=True):
    """A named area of the address: kind is ward, district or any (not said)."""

    kind: str
    name: str


_GLUED = re.compile(r"(?<=[a-zà-ỹ0-9])(?=(?:Phường|Xã|Quận|Huyện|Thị trấn|TP)\b)")
_ASIDE = re.compile(r"\(([^()]*)\)")
_WORD = re.compile(r"[^\W_]+(?:[/\\][^\W_]+)*\.?|[,;\n()–—-]")
_ALNUM_AREA = re.compile(r"^([pqf])(\d{1,2})$")
_KINDS = {
    "phuong": ("ward", "phương1"),
    "xa": ("ward", "xa3"),
    "quan": ("district", "quân5"),
    "huyen": ("district", "huyên5"),
}
_SHORT_KINDS = {"p": "ward", "f": "ward", "q": "district", "h": "district", "tt": "ward", "tx": "district"}
_LONG_KINDS = {("thi", "tran"): "ward", ("dac", "khu"): "ward", ("thi", "xa"): "district"}
_CITY_NAMES = ("ho chi minh", "hcm", "hcmc", "tphcm", "sai gon", "saigon", "sg", "viet nam", "vietnam", "vn")
_MAX_AREA_WORDS = 4


def tokenise(text: str) -> list[Token]:
    """The words and breaks of a text, in order."""
    plain = unicodedata.normalize("NFC", text[:MAX_CHARACTERS]).replace("Ð", "Đ").replace("ð", "đ")
    plain = _GLUED.sub(", ", plain)
    asides = _ASIDE.findall(plain)
    plain = ", ".join([_ASIDE.sub(" ", plain), *asides])
    tokens: list[Token] = []
    for match in _WORD.finditer(plain):
        word = match[0]
        key = fold(word.rstrip("."))
        if not key:
            tokens.append(Token("-" if word in "–—-" else BREAK, "-" if word in "–—-" else BREAK))
            continue
        area = _ALNUM_AREA.match(key)
        if area and tokens:
            tokens += [Token(area[1], area[1], dotted=True), Token(area[2], area[2])]
        else:
            tokens.append(Token(word.rstrip("."), key, dotted=word.endswith(".")))
    return tokens


def take_areas(tokens: list[Token]) -> tuple[list[Token], list[Area]]:
    """The tokens without wards, districts and the city, and the areas that were named."""
    marked = any(has_marks(token.raw) for token in tokens)
    rest: list[Token] = []
    areas: list[Area] = []
    i = 0
    while i < len(tokens):
        city = _city_length(tokens, i)
        if city:
            i += city
            continue
        kind, width = _area_kind(tokens, i, marked)
        name, used = _area_name(tokens, i + width, marked) if kind else ("", 0)
        if kind and name:
            areas.append(Area(kind, name))
            rest.append(Token(BREAK, BREAK))
            i += width + used
        else:
            rest.append(tokens[i])
            i += 1
    return rest, areas


def _city_length(tokens: list[Token], i: int) -> int:
    """How many tokens at i name the city or the country, which every address here shares."""
    at = i
    if tokens[at].key == "tp":
        at += 1
    elif tokens[at].key == "thanh" and _key(tokens, at + 1) == "pho":
        at += 2
    elif i > 0 and tokens[i - 1].key != BREAK and tokens[i].key not in {"hcm", "tphcm", "hcmc", "vn"}:
        return 0
    for name in _CITY_NAMES:
        words = name.split()
        if i > 0 and [token.key for token in tokens[at : at + len(words)]] == words:
            return at - i + len(words)
    return 0


def _key(tokens: list[Token], i: int) -> str:
    return tokens[i].key if i < len(tokens) else BREAK


def _area_kind(tokens: list[Token], i: int, marked: bool) -> tuple[str, int]:
    """Kind of area whose word stands at i and how many tokens that word takes; ("", 0) when none."""
    token, after = tokens[i], _key(tokens, i + 1)
    before = tokens[i - 1].key if i else BREAK
    pair = _LONG_KINDS.get((token.key, after))
    if pair:
        return pair, 2
    if token.key in {"tp", "thanh"} and i:
        width = 1 if token.key == "tp" else 2 if after == "pho" else 0
        return ("district", width) if width else ("", 0)
    if token.key in _SHORT_KINDS:
        sure = after.isdigit() or token.dotted or before == BREAK
        return (_SHORT_KINDS[token.key], 1) if sure and (i or after.isdigit()) and after != BREAK else ("", 0)
    if token.key in _KINDS:
        kind, spelled = _KINDS[token.key]
        if (before, token.key) in {("ba", "huyen"), ("thanh", "quan"), ("cong", "xa")} or after == "lo":
            return "", 0  # Bà Huyện Thanh Quan, Công xã Paris, Xa lộ Hà Nội: streets
        if accented(token.raw) == spelled or after.isdigit():
            return kind, 1
        if not marked and not has_marks(token.raw) and (before == BREAK or token.key != "phuong"):
            return kind, 1
        if not marked and after not in _KINDS and after not in _SHORT_KINDS and after != BREAK:
            return kind, 1
    return "", 0


def _area_name(tokens: list[Token], i: int, marked: bool) -> tuple[str, int]:
    """The area's own name from i on, up to a break or the next area; a number stands alone."""
    words: list[str] = []
    while i + len(words) < len(tokens) and len(words) < _MAX_AREA_WORDS:
        at = i + len(words)
        token = tokens[at]
        if token.key in {BREAK, "-"}:
            break
        if words and (_area_kind(tokens, at, marked)[0] or _city_length(tokens, at)):
            break
        if words and words[0].isdigit():
            break
        words.append(token.raw)
    return " ".join(words), len(words)
