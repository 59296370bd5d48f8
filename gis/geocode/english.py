"""What a visitor says: "12 Le Loi Street, Ward 3, District 5" becomes words of the grammar; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gis.geocode.tokens import BREAK, Token

_PHRASES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("next", "to"): ("kế", "bên"),
    ("corner", "of"): ("góc",),
    ("in", "front", "of"): ("trước", "cổng"),
    ("opposite",): ("đối", "diện"),
    ("near",): ("gần",),
    ("beside",): ("kế", "bên"),
    ("behind",): ("sau", "lưng"),
    ("alley",): ("hẻm",),
    ("slash",): ("xẹt",),
    ("street",): (),
    ("boulevard",): (),
    ("blvd",): (),
    ("avenue",): (),
}
_FIRST_WORDS = frozenset(phrase[0] for phrase in _PHRASES)
_NTH = re.compile(r"^\d{1,3}(?:st|nd|rd|th)$")
_STARTS = frozenset({"house", "no", "number"})
_ENDS = frozenset({"st", "str", "rd", "road"})
_AREAS = {"ward": "phường", "district": "quận", "dist": "quận", "commune": "xã"}
_COUNT = "one two three four five six seven eight nine ten"
_NUMBERS = {word: str(n) for n, word in enumerate(_COUNT.split(), 1)}


def from_english(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with English words of an address in the grammar's own; names stay as they are."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        phrase = _phrase_at(tokens, i)
        after = tokens[i + 1].key if i + 1 < len(tokens) else BREAK
        if after == "floor" and _NTH.match(tokens[i].key):
            out += [Token(BREAK, BREAK), Token("tầng", "tang"), Token(tokens[i].key[:-2], tokens[i].key[:-2])]
            out.append(Token(BREAK, BREAK))
            i += 2
        elif phrase and (out or _PHRASES[phrase]):
            out += [Token(word, _key(word)) for word in _PHRASES[phrase]]
            i += len(phrase)
        elif _is_idle(tokens[i].key, after, out):
            i += 1
        elif tokens[i].key in _AREAS:
            i += _area(tokens, i, after, out)
        elif tokens[i].key == "city" and out and out[-1].key == "minh":
            i += 1
        else:
            out.append(tokens[i])
            i += 1
    return out


def _phrase_at(tokens: Sequence[Token], i: int) -> tuple[str, ...] | None:
    if tokens[i].key not in _FIRST_WORDS:
        return None
    return next((p for p in _PHRASES if tuple(token.key for token in tokens[i : i + len(p)]) == p), None)


def _is_idle(key: str, after: str, out: list[Token]) -> bool:
    """Whether the word says nothing here: "No." before a number, "St" behind a name."""
    behind_name = bool(out) and out[-1].key != BREAK and (after == BREAK or after in _AREAS)
    return (key in _STARTS and after[0].isdigit()) or (key in _ENDS and behind_name)


def _area(tokens: Sequence[Token], i: int, after: str, out: list[Token]) -> int:
    """ "Ward 3" and "Ben Thanh Ward" in our order; how many tokens were taken."""
    word = _AREAS[tokens[i].key]
    kind = Token(word, _key(word), dotted=True)
    if after in _NUMBERS or after[0].isdigit():
        out += [kind, Token(_NUMBERS.get(after, after), _NUMBERS.get(after, after))]
        return 2
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
    "xẹt": "xet",
}  # fmt: skip
