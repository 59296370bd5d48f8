"""What a visitor says: "12 Le Loi Street, Ward 3, District 5" becomes words of the grammar; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gis.geocode.english_numbers import english_figures
from gis.geocode.fold import has_marks
from gis.geocode.tokens import BREAK, Token

_PHRASES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("next", "to"): ("kế", "bên"),
    ("corner", "of"): ("góc",),
    ("in", "front", "of"): ("trước", "cổng"),
    ("opposite",): ("đối", "diện"),
    ("across", "from"): ("đối", "diện"),
    ("intersection", "of"): ("góc",),
    ("junction", "of"): ("góc",),
    ("apartment",): ("căn", "hộ"),
    ("apt",): ("căn", "hộ"),
    ("flat",): ("căn", "hộ"),
    ("near",): ("gần",),
    ("beside",): ("kế", "bên"),
    ("behind",): ("sau", "lưng"),
    ("alley",): ("hẻm",),
    ("lane",): ("hẻm",),
    ("tower",): ("tháp",),
    ("slash",): ("xẹt",),
}
_FIRST_WORDS = frozenset(phrase[0] for phrase in _PHRASES)
_NTH = re.compile(r"^\d{1,3}(?:st|nd|rd|th)$")
_STARTS = frozenset({"house", "no", "number"})
_FLATS = frozenset({"apartment", "apt", "flat"})
_IS = frozenset({"is", "are", "am"})
_BEHIND_IS = frozenset({"at", "in", "on", "the"})
_SAID_BEFORE = 5
_STREETS = frozenset(
    {"street", "boulevard", "blvd", "avenue", "ave", "st", "str", "rd", "road", "parkway", "pkwy"}
)
_ROADS = _STREETS | {"highway", "bridge"}
_WORDS_OF_A_STREET = 6
_FRENCH = frozenset({"rue", "boulevard", "avenue", "quai"})
"""What stands before a street's name of before 1955, as old people and guidebooks say it."""
_GOES_ON = frozenset({BREAK, "and", "-", "intersection", "corner", "x"})
"""Behind these words the street's name is not the whole."""
_AREAS = {"ward": "phường", "district": "quận", "dist": "quận", "commune": "xã"}
_COUNT = "one two three four five six seven eight nine ten"
_NUMBERS = {word: str(n) for n, word in enumerate(_COUNT.split(), 1)}


def from_english(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with English words of an address in the grammar's own; names stay as they are."""
    out: list[Token] = []
    tokens = english_figures(_told_on_a_street(_without_leads(tokens)))
    i = 0
    while i < len(tokens):
        phrase = _phrase_at(tokens, i)
        after = tokens[i + 1].key if i + 1 < len(tokens) else BREAK
        road = _numbered_road(tokens, i, out)
        if road:
            out += [Token("đường", "duong"), Token("số", "so"), tokens[i + road[0]]]
            i += road[1]
            continue
        if after == "floor" and _NTH.match(tokens[i].key):
            out += [Token(BREAK, BREAK), Token("tầng", "tang"), Token(tokens[i].key[:-2], tokens[i].key[:-2])]
            out.append(Token(BREAK, BREAK))
            i += 2
        elif phrase in {("alley",), ("lane",)} and _is_behind(after, out):
            i += 1  # "45/6 Alley"
        elif phrase and _says(phrase, after, out):
            out += [Token(word, _key(word)) for word in _PHRASES[phrase]]
            i += len(phrase)
        elif tokens[i].key == "no" and after[0].isdigit() and _is_told_last(tokens, i, out):
            out.append(Token("số", "so"))
            i += 1
        elif _is_idle(tokens[i].key, after, out):
            if tokens[i].key in _STREETS and after not in _GOES_ON:
                out.append(Token(BREAK, BREAK))
            i += 1
        elif tokens[i].key == "number" and after[0].isdigit():
            out.append(Token("số", "so"))
            i += 1
        elif tokens[i].key in _AREAS:
            i += _area(tokens, i, after, out)
        elif tokens[i].key == "city" and out and out[-1].key in {"minh", "duc"}:
            i += 1
        else:
            out.append(tokens[i])
            i += 1
    return out


def _without_leads(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without "we are at the", "my hotel is", and without the article beside "corner of"."""
    marked = any(has_marks(token.raw) for token in tokens)
    verb = next((n for n, t in enumerate(tokens[:_SAID_BEFORE]) if t.key in _IS or t.key == BREAK), None)
    begin = 0
    short = next((n + 1 for n in range(min(_SAID_BEFORE, len(tokens) - 1)) if _is_short(tokens, n)), None)
    verb = short if short is not None else verb
    if not marked and verb is not None and (short is not None or tokens[verb].key in _IS):
        begin = verb + 1
        while begin < len(tokens) and tokens[begin].key in _BEHIND_IS and not _phrase_at(tokens, begin):
            begin += 1
    kept = tokens[begin:]
    return [token for n, token in enumerate(kept) if token.key != "the" or not _is_article(kept, n)]


def _is_short(tokens: Sequence[Token], i: int) -> bool:
    """Whether "I'm", "we're" stands at i, which are two words here."""
    return (tokens[i].key, tokens[i + 1].key) in {("i", "m"), ("we", "re"), ("they", "re")}


def _told_on_a_street(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with "on", "along" and "off" before an English street as "ở", and "by" behind it as
    "gần": "accident on … Highway", "alley 45 off … street", "… parkway by SC VivoCity"."""
    out: list[Token] = []
    for i, token in enumerate(tokens):
        end = next((n for n in range(i, len(tokens)) if tokens[n].key == BREAK), len(tokens))
        ahead = [later.key for later in tokens[i + 1 : end]][:_WORDS_OF_A_STREET]
        street = not {*ahead[1:]}.isdisjoint(_ROADS)
        if token.key in {"on", "along", "off"} and street and not has_marks(token.raw):
            behind_number = bool(out) and out[-1].key[0].isdigit()
            out += [] if behind_number else [Token("ở", "o")]
        elif token.key == "by" and out and out[-1].key in _ROADS and ahead:
            out.append(Token("near", "near"))
        elif token.key == "somewhere" and not out:
            continue
        else:
            out.append(token)
    return out


def _says(phrase: tuple[str, ...], after: str, out: list[Token]) -> bool:
    """Whether the phrase is no part of a name: "Bitexco Financial Tower"."""
    marked = after != BREAK and (after[0].isdigit() or len(after) < 3)
    if phrase == ("tower",):
        return marked and (not out or out[-1].key == BREAK)
    return phrase[0] not in _FLATS or marked or after == BREAK


def _is_article(tokens: Sequence[Token], i: int) -> bool:
    """Whether "the" is no name there (Thế Lữ): before "corner of", behind "next to", "behind", "at"."""
    before = [token.key for token in tokens[max(0, i - 3) : i]]
    led = any(before[-len(phrase) :] == list(phrase) for phrase in _PHRASES) or before[-1:] == ["at"]
    return led or bool(_phrase_at(tokens, i + 1)) if i + 1 < len(tokens) else False


def _is_behind(after: str, out: list[Token]) -> bool:
    """Whether the word stands behind a number and before none."""
    return bool(out) and out[-1].key[0].isdigit() and not after[0].isdigit()


def _numbered_road(tokens: Sequence[Token], i: int, out: list[Token]) -> tuple[int, int] | None:
    """ "street no. 8", "Road 8", "No. 8 Street", "8th Street": where from i the number is, and how many words
    say it; None for anything else."""
    keys = [token.key for token in tokens[i : i + 3]] + [BREAK] * 3
    if keys[0] in {"street", "road"} and (not out or out[-1].key == BREAK or out[-1].key[0].isdigit()):
        at = 1 + (keys[1] in {"no", "number"})
        return (at, at + 1) if keys[at][0].isdigit() else None
    at = int(keys[0] in {"no", "number"})
    begun = bool(out) and (at or out[-1].key == BREAK)
    return (at, at + 2) if begun and keys[at].isdigit() and keys[at + 1] in _STREETS else None


def _phrase_at(tokens: Sequence[Token], i: int) -> tuple[str, ...] | None:
    if tokens[i].key not in _FIRST_WORDS:
        return None
    return next((p for p in _PHRASES if tuple(token.key for token in tokens[i : i + len(p)]) == p), None)


def _is_idle(key: str, after: str, out: list[Token]) -> bool:
    """Whether the word says nothing here: "No." before a number, "St" behind a name."""
    behind_name = bool(out) and out[-1].key != BREAK
    short = key in {"st", "str", "rd", "road"} and after not in _GOES_ON | _AREAS.keys()
    if key == "intersection":
        return behind_name
    if key in _FRENCH and after[0].isalpha() and (not behind_name or out[-1].key[0].isdigit()):
        return True
    number = not behind_name and key in _STARTS and (after[0].isdigit() or after in _STARTS)
    return number or (key == "no" and after[0].isdigit()) or (key in _STREETS and behind_name and not short)


def _is_told_last(tokens: Sequence[Token], i: int, out: list[Token]) -> bool:
    """Whether a house's "No. 12" stands behind its street and ends the text."""
    return i + 2 == len(tokens) and any(token.key.isalpha() for token in out) and out[-1].key == BREAK


def _area(tokens: Sequence[Token], i: int, after: str, out: list[Token]) -> int:
    """ "Ward 3" and "Ben Thanh Ward" in our order; how many tokens were taken."""
    word = _AREAS[tokens[i].key]
    kind = Token(word, _key(word), dotted=True)
    if after in _NUMBERS or after[0].isdigit():
        out += [kind, Token(_NUMBERS.get(after, after), _NUMBERS.get(after, after))]
        return 2
    if after != BREAK and (not out or out[-1].key == BREAK):
        out.append(kind)
        return 1  # "Ward Ben Nghe"
    begin = len(out)
    while begin and out[begin - 1].key != BREAK and len(out) - begin < 4:
        begin -= 1
    if begin < len(out) and not out[begin].key[0].isdigit():
        out.insert(begin, kind)
        return 1
    out.append(tokens[i])
    return 1


def _key(word: str) -> str:
    return _KEYS[word]


_KEYS = {
    "phường": "phuong", "quận": "quan", "xã": "xa", "kế": "ke", "bên": "ben", "góc": "goc", "trước": "truoc",
    "cổng": "cong", "đối": "doi", "diện": "dien", "gần": "gan", "sau": "sau", "lưng": "lung", "hẻm": "hem",
    "xẹt": "xet", "căn": "can", "hộ": "ho", "tháp": "thap",
}  # fmt: skip
