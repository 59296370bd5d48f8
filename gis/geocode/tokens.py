"""An address as words: split, kept beside their plain form, areas (ward, district, city) taken out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import msgspec

from gis.geocode.fold import DATE_STREETS, accented, fold, has_marks, is_inside, ward_key

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


_NO_AREAS: frozenset[str] = frozenset()


class KnownAreas(msgspec.Struct, frozen=True):
    """Keys (`fold.ward_key`) of the city's wards and districts of any generation, for those named without
    their kind."""

    wards: frozenset[str] = _NO_AREAS
    districts: frozenset[str] = _NO_AREAS


NOT_KNOWN = KnownAreas()

_GLUED = re.compile(r"(?:(?<=[a-zà-ỹ0-9])|(?<=\d[A-Z]))(?=(?:Phường|Xã|Quận|Huyện|Thị trấn|TP)\b)")
_GLUED_NUMBER = re.compile(r"\b(phường|phuong|quận|quan|hẻm|hem|số|so|đường|duong)(?=\d)", re.IGNORECASE)
_CONTINUED = re.compile(r"\(\s*nối dài\s*\)", re.IGNORECASE)
_ASIDE = re.compile(r"\(([^()]*)\)")
_WORD = re.compile(
    r"(?<![\w.])0{1,2}\.\d+[A-Za-z]?\b|[^\W\d_]{1,2}\.\d+(?:[/\\]\d+)*(?![\w.])|[^\W\d_]+\d+\.\d+|[^\W_]+(?:[/\\][^\W_]+)*\.?|\.{2,}|[…,;:\n()–—+&-]"
)
_ALNUM_AREA = re.compile(r"([pqf])(\d{1,2})")
_ALNUM_AREAS = re.compile(r"^(?:[pqf]\d{1,2}){1,2}$")
_AREA_FIRST = re.compile(
    r"^(?:[pqf] ?\d{1,2}(?: ?[pqf] ?\d{1,2}| ?(?:tp|hcm|phuong|quan)\b.*)?$"
    r"|(?:q ?(?:1[0-2]|[1-9])|[pf] ?\d{1,2} ?q(?: ?(?:1[0-2]|[1-9])| [a-z]{2,6}))(?: |$))"
)
_WARD_FIRST = re.compile(r"[Pp]\.? ?\d{1,2}(?=[ ,;]|$)")
_WARD_WORD = re.compile(r"\b(?:phường|phuong|xã|thị trấn)\b", re.IGNORECASE)
_DOTTED_LETTER = re.compile(r"^([^\W\d_]{1,2})\.(\d.*)$")
_MARKED_INSIDE = frozenset({"gian", "quay", "lo", "phong", "kios", "kiot", "sap", "block", "can", "toa"})
"""Words that a mark such as F14 or Q2 follows, which is then no ward."""
_GLUED_UNIT = re.compile(r"^(km|kp)(\d{1,4})$")
_GLUED_DISTRICT = re.compile(r"^(q|tp)([a-tv-z][a-z]{1,4})$")
_SPACED_SLASH = re.compile(r"(?<=\d)([A-Za-z]?)\s*[/\\]\s*(?=\d)")
_WORD_SLASH = re.compile(r"(?<=[^\W\d_]{2})\s*/\s*(?=[^\W\d_]{2})")
_BLOCK_OF_FLATS = re.compile(r"\bc/c\b", re.IGNORECASE)
_DOTTED_PAIR = re.compile(r"(?<![.\w])([TKk])\.\s?([TPp])(?:\.|(?=[\s\d]))(?=\s*[^\W\d_]{2}|\s*\d)")
_KINDS = {
    "phuong": ("ward", "phương1"),
    "xa": ("ward", "xa3"),
    "quan": ("district", "quân5"),
    "huyen": ("district", "huyên5"),
}
_NO_KIND = frozenset({("ba", "huyen"), ("thanh", "quan"), ("cong", "xa"), ("cu", "xa")})
_OFFICES = frozenset({("nhan", "dan"), ("cong", "an"), ("y", "te"), ("quan", "su")})
_HOSPITALS = frozenset({("benh", "vien"), ("hanh", "chinh"), ("the", "thao"), ("van", "hoa")})
"""Bà Huyện Thanh Quan, Công xã Paris and Xa lộ Hà Nội are streets, "UBND phường 5" is a house."""
_SHORT_KINDS = {"p": "ward", "f": "ward", "q": "district", "h": "district", "tt": "ward", "tx": "district"}
_NAMED_KINDS = frozenset({"tt", "tx", "h"})
"""No town is called by a number: "đường TX 21"."""
_STREET_LEADS = frozenset({"duong", "hem"})
_LONG_KINDS = {("thi", "tran"): "ward", ("dac", "khu"): "ward", ("thi", "xa"): "district"}
_CITY_NAMES = ("ho chi minh", "hcm", "hcmc", "tphcm", "sai gon", "saigon", "sg", "viet nam", "vietnam", "vn")
_MAX_AREA_WORDS = 4
_BEFORE_AREAS = frozenset({BREAK, "o", "tai", "vang", "alo", "phia"})
_YES = frozenset(map(accented, ("dạ", "da")))
_ROAD_NUMBER = re.compile(r"^(?:ql|tl|hl)\d+[a-z]?$")
_NOT_FIRST_TEXT = "gan canh doi ke sau truoc dau cuoi anh chi nhanh le"
_NOT_FIRST = frozenset(_NOT_FIRST_TEXT.split())
_OLD_OR_NEW = frozenset(map(accented, ("cũ", "mới", "cu")))
_BECAME = frozenset({("nay", "la"), ("gio", "la"), ("truoc", "la"), ("nay", "thuoc"), ("bay", "gio", "la")})
_NO_HOUSE = frozenset({"km", "+", "ap", "to", "kp", "pho", "cay", "khu"})
"""Behind these a number waits for no street: ấp 3, km 12."""
_GRID_STREET = re.compile(r"^[a-z]\d{1,2}[a-z]?$")
"""A street of an estate laid out by letters: D2, N1."""
_NO_NAME_BEHIND = frozenset({"so", "duong", "lo", "-", "ap", "pho", "kp"})
_EXPATS_DISTRICT = re.compile(r"^d([1-9]|1[0-2])$")
SHORT_DISTRICTS = {
    "bt": "Bình Thạnh", "bthanh": "Bình Thạnh", "btan": "Bình Tân", "bc": "Bình Chánh", "tb": "Tân Bình",
    "tphu": "Tân Phú", "gv": "Gò Vấp", "pn": "Phú Nhuận", "td": "Thủ Đức", "tduc": "Thủ Đức", "hm": "Hóc Môn",
    "cc": "Củ Chi", "nb": "Nhà Bè", "cg": "Cần Giờ", "nhat": "1", "nhi": "2",
}  # fmt: skip
"""Districts by the letters everybody writes."""


def tokenise(text: str) -> list[Token]:
    """The words and breaks of a text, in order."""
    plain = unicodedata.normalize("NFC", text[:MAX_CHARACTERS]).replace("Ð", "Đ").replace("ð", "đ")
    plain = _GLUED_NUMBER.sub(r"\1 ", _GLUED.sub(", ", plain))
    plain = _BLOCK_OF_FLATS.sub("chung cư", _DOTTED_PAIR.sub(r"\1\2 ", plain))
    plain = _WORD_SLASH.sub(" - ", _SPACED_SLASH.sub(r"\1/", plain))
    plain = _ASIDE.sub(r", \1, ", _CONTINUED.sub(" nối dài", plain))
    tokens: list[Token] = []
    for match in _WORD.finditer(plain):
        area = not tokens and (
            (_WARD_FIRST.match(plain, match.start()) and not _WARD_WORD.search(plain))
            or _AREA_FIRST.match(fold(plain[match.start() :][:24]))
        )
        tokens += _read_word(match[0], bool(tokens or area) and not _is_booth(tokens))
    return [_alley_letter(token, tokens[i + 1 : i + 2]) for i, token in enumerate(tokens)]


def _is_booth(before: Sequence[Token]) -> bool:
    """Whether a mark that follows is a booth's or a flat's, no ward: "quầy Q2", "gian hàng F11-F12"."""
    keys = [token.key for token in before[-2:]]
    row = keys[1:] == ["-"] and bool(_ALNUM_AREAS.match(keys[0]))
    name = bool(keys) and not is_inside(before[-1].raw, "".join(keys[:-1]))
    pair = keys in (["gian", "hang"], ["can", "ho"], ["toa", "nha"])
    return row or pair or (bool({*keys[-1:]} & _MARKED_INSIDE) and not name)


def _read_word(word: str, area_may_stand: bool) -> list[Token]:
    """One word or sign as tokens; "P.3Q.5", "km12" and "C.12" are taken apart or put together."""
    key = (
        fold(word.rstrip(".").replace(".", "")) if any(c.isdigit() for c in word) else fold(word.rstrip("."))
    )
    if word[0] == "0" and "." in word[1:-1]:
        return [Token(word, word.lower())]  # "0.07": a flat or a booth, no house
    if word in "–—-&+":
        return [Token("+", "+") if word == "+" else Token("-", "-")]
    if not key:
        return [Token(BREAK, BREAK)]
    if area_may_stand and "." not in word[2:-1] and _ALNUM_AREAS.match(key):
        pairs = _ALNUM_AREA.findall(key)
        return [Token(part, part, dotted=part.isalpha()) for pair in pairs for part in pair]
    glued = _GLUED_UNIT.match(key)
    if glued:
        return [Token(word[: len(glued[1])], glued[1]), Token(glued[2], glued[2])]
    district = _GLUED_DISTRICT.match(key)
    if district and district[2] in SHORT_DISTRICTS:
        return [Token(part, part, dotted=True) for part in district.groups()]  # "QGV", "TPTĐ"
    letter = _DOTTED_LETTER.match(word)
    if letter and fold(letter[1]) in {"d", "h", "hem", "so"}:
        return [Token(letter[1], fold(letter[1]), dotted=True), Token(letter[2], fold(letter[2]))]
    if letter:
        return [Token(letter[1] + letter[2], key)]
    return [Token(word.rstrip("."), key, dotted=word.endswith("."))]


def _alley_letter(token: Token, after: Sequence[Token]) -> Token:
    """ "H. 654" is a hẻm: no district is called by a number with an H."""
    if token.key == "h" and after and after[0].key[0].isdigit():
        return Token("hẻm", "hem")
    return token


def take_areas(tokens: list[Token], known: KnownAreas = NOT_KNOWN) -> tuple[list[Token], list[Area]]:
    """The tokens without wards, districts and the city, and the areas that were named.

    Without its kind an area is taken where it fills its own place between two breaks (or ends a numbered
    street) and is `known`, or where it ends the text right behind a ward: "…, Phường 9, Tân Bình".
    """
    marked = any(has_marks(token.raw) for token in tokens)
    rest: list[Token] = []
    areas: list[Area] = []
    i = 0
    while i < len(tokens):
        city = _city_length(tokens, i)
        if city:
            rest.append(Token(BREAK, BREAK))
            i += city
            continue
        kind, width = _area_kind(tokens, i, marked)
        name, used = _kind_named(tokens, i + width, marked, known) if kind else ("", 0)
        unknown = i == 0 and width == 1 and not {ward_key(name)} & (known.wards | known.districts)
        if kind and unknown and name.isalpha() and known is not NOT_KNOWN:
            kind = ""  # "P. Lợi"
        if kind and known is not NOT_KNOWN and _is_middle_name(tokens, i, name):
            kind = ""
        if not kind:
            kind, name, used = _bare_area(tokens, i, marked, known, areas, rest)
        if kind and name:
            areas.append(Area(kind, _own_name(name, kind)))
            rest.append(Token(BREAK, BREAK))
            i += width + used
            i += _told_of_area(tokens, i)
        else:
            at_house = tokens[i].key == "q" and _is_of_house(tokens, i)
            rest.append(Token("quận", "quan") if at_house else tokens[i])
            i += 1
    return rest, areas


def _told_of_area(tokens: list[Token], i: int) -> int:
    """How many words behind an area only say of when it is: "cũ", "nay là"."""
    at = i
    while at < len(tokens) and tokens[at].key != BREAK and accented(tokens[at].raw) in _OLD_OR_NEW:
        at += 1
    commas = at
    while _key(tokens, commas) == BREAK and commas < len(tokens):
        commas += 1
    keys = tuple(_key(tokens, n) for n in range(commas, commas + 3))
    became = next((len(words) for words in _BECAME if keys[: len(words)] == words), 0)
    return commas + became - i if became else at - i


def _is_middle_name(tokens: list[Token], i: int, name: str) -> bool:
    """Whether a letter with a dot is a name's, cut short: "Trần Q. Thảo" (no district has one such word)."""
    inside = i > 0 and tokens[i].dotted and tokens[i - 1].key.isalpha() and len(tokens[i - 1].key) > 1
    return inside and name.isalpha() and len(name) > 2 and fold(name) not in SHORT_DISTRICTS


def _kind_named(tokens: list[Token], i: int, marked: bool, known: KnownAreas) -> tuple[str, int]:
    """The name behind an area's kind: the longest that the city has ("Chợ Quán"), else up to a break."""
    for used in range(min(_MAX_AREA_WORDS, len(tokens) - i), 1, -1):
        words = tokens[i : i + used]
        if all(word.key not in {BREAK, "-"} for word in words):
            name = " ".join(word.raw for word in words)
            if ward_key(name) in known.wards or ward_key(name) in known.districts:
                return name, used
    return _area_name(tokens, i, marked)


def _own_name(name: str, kind: str) -> str:
    """The area's name without "cũ" behind it, spelled out where it is always cut."""
    words = name.split()
    while len(words) > 1 and accented(words[-1]) in _OLD_OR_NEW:
        words.pop()
    key = fold(" ".join(words))
    return SHORT_DISTRICTS.get(key, " ".join(words)) if kind == "district" else " ".join(words)


def _bare_area(
    tokens: list[Token], i: int, marked: bool, known: KnownAreas, areas: list[Area], rest: list[Token]
) -> tuple[str, str, int]:
    """An area named without its kind from i to the next break: (kind, name, tokens), else ("", "", 0)."""
    before = tokens[i - 1].key if i else BREAK
    yes = i > 0 and before == "da" and accented(tokens[i - 1].raw) in _YES
    alone = yes or before in _BEFORE_AREAS or (bool(rest) and rest[-1].key == BREAK)
    if not alone and not _ends_numbered(rest):
        return "", "", 0
    if tokens[i].key in {BREAK, "-", "+"}:
        return "", "", 0
    width = 2 if tokens[i].key == "d" and tokens[i].dotted else 1
    alone = bool(rest) and before == _key(tokens, i + width) == BREAK
    expats = _EXPATS_DISTRICT.match("".join(token.key for token in tokens[i : i + width])) if alone else None
    near = [token.raw for token in tokens[max(0, i - 3) : i] if token.key != BREAK]
    foreign = not marked or all(word.isascii() and word.isalpha() for word in near)
    if expats and (areas or foreign) and not _lacks_street(rest):
        return "district", expats[1], width  # "12 Road 8, Thao Dien, D2"
    name, used = _area_name(tokens, i, marked)
    if fold(name.split()[-1] if name else "") == "cu" and marked:
        name = " ".join(name.split()[:-1])
    key = ward_key(name)
    led = i + used < len(tokens) and tokens[i + used].key in _STREET_LEADS
    if (
        i + used < len(tokens)
        and tokens[i + used].key not in {BREAK, "-"}
        and not led
        and not _area_kind(tokens, i + used, marked)[0]
    ):
        return "", "", 0
    if key.isdigit() or not key or _lacks_street(rest):
        return "", "", 0
    if key in known.districts or (areas and fold(name) in SHORT_DISTRICTS):
        return "district", name, used
    if key in known.wards and (areas or rest or led):
        return "ward", name, used
    behind_ward = bool(areas) and areas[-1].kind == "ward" and all(a.kind != "district" for a in areas)
    last = all(token.key == BREAK for token in tokens[i + used :]) or bool(_city_length(tokens, i + used))
    named = 1 < len(key.split()) < 4 and key.replace(" ", "").isalpha() and _is_name(name, marked)
    return ("district", name, used) if known is NOT_KNOWN and behind_ward and last and named else ("", "", 0)


def _lacks_street(rest: list[Token]) -> bool:
    """Whether a number waits for its street: in "109, Hiệp Bình" a street is meant, no ward called so too."""
    said = [token.key for token in rest if token.key not in {BREAK, "-"}]
    digits = (
        i
        for i, key in enumerate(said)
        if any(c.isdigit() for c in key)
        and not _ROAD_NUMBER.match(key)
        and not {*said[max(0, i - 1) : i]} & _NO_HOUSE
    )
    number = next(digits, None)
    if number is None or {"duong", "dg", "lo"} & set(said[:number]):
        return False
    names = [key for key in said[number + 1 :] if (key[0].isalpha() and len(key) > 1) or key == "d"]
    return not set(names) - {"so", "nha", "hem", "bis"}


def _is_name(name: str, marked: bool) -> bool:
    """Whether the words are written as a name is; without diacritics, whether they begin like none."""
    words = name.split()
    return all(word[:1].isupper() for word in words) if marked else fold(words[0]) not in _NOT_FIRST


def _ends_numbered(rest: list[Token]) -> bool:
    """Whether the words so far end with a street's number, behind which no street's name goes on."""
    if not rest:
        return False
    last, before = rest[-1].key, rest[-2].key if len(rest) > 1 else ""
    if last in DATE_STREETS or _ROAD_NUMBER.match(last):
        return len(rest) > 1 or not last[0].isdigit()
    if _GRID_STREET.match(last):
        return before == "duong" or before[:1].isdigit()
    return last[0].isdigit() and before in _NO_NAME_BEHIND and (before != "-" or len(rest) > 3)


def _city_length(tokens: list[Token], i: int) -> int:
    """How many tokens at i name the city or the country, which every address here shares."""
    if i >= len(tokens):
        return 0
    at = i
    if tokens[at].key == "tp":
        at += 1
    elif tokens[at].key == "thanh" and _key(tokens, at + 1) == "pho":
        at += 2
    elif i > 0 and tokens[i - 1].key != BREAK and tokens[i].key not in {"hcm", "tphcm", "hcmc", "vn"}:
        return 0
    for name in _CITY_NAMES:
        words = name.split()
        whole = i == 0 and (at > 0 or name == "viet nam") and at + len(words) == len(tokens)
        if (i > 0 or whole) and [token.key for token in tokens[at : at + len(words)]] == words:
            return at - i + len(words)
    return 0


def _key(tokens: list[Token], i: int) -> str:
    return tokens[i].key if i < len(tokens) else BREAK


def _is_of_house(tokens: list[Token], i: int) -> bool:
    """Whether the area at i is part of a house's own name: "UBND phường 5", "bệnh viện quận 7"."""
    before = (_key(tokens, i - 2), _key(tokens, i - 1)) if i > 1 else ("", _key(tokens, i - 1) if i else "")
    if before in _OFFICES or before[1] == "ubnd":
        return True
    district = tokens[i].key in {"quan", "q", "huyen"}
    return district and (before in _HOSPITALS or before[1] in {"bv", "ttyt"})


def _area_kind(tokens: list[Token], i: int, marked: bool) -> tuple[str, int]:
    """Kind of area whose word stands at i and how many tokens that word takes; ("", 0) when none."""
    token, after = tokens[i], _key(tokens, i + 1)
    before = tokens[i - 1].key if i else BREAK
    pair = _LONG_KINDS.get((token.key, after))
    if pair:
        return pair, 2
    if _is_of_house(tokens, i) or (token.key in _NAMED_KINDS and after[0].isdigit()):
        return "", 0
    if token.key in {"tp", "thanh"} and i:
        width = 1 if token.key == "tp" else 2 if after == "pho" else 0
        return ("district", width) if width else ("", 0)
    if token.key in _SHORT_KINDS:
        lower = not marked and token.raw in {"p", "q"} and len(before) > 1 and len(after) > 1
        dotted = token.dotted and (token.key != "h" or before == BREAK)  # "240 H.Bùi Viện" is a hẻm
        sure = after.isdigit() or dotted or before == BREAK or lower
        begins = i > 0 or after.isdigit() or (token.dotted and token.key in {"p", "q"})
        return (_SHORT_KINDS[token.key], 1) if sure and begins and after != BREAK else ("", 0)
    if token.key in _KINDS:
        kind, spelled = _KINDS[token.key]
        if (before, token.key) in _NO_KIND or (token.key == "xa" and after == "lo"):
            return "", 0
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
        if words and (words[0].isdigit() or token.key in _STREET_LEADS):
            break
        words.append(token.raw)
    return " ".join(words), len(words)
