"""The words of a text parted where one thing ends and another begins: at commas, before the street of a house
that was named, before an estate; rows of doors and stretches put in one form; pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gis.geocode.fold import DATE_STREETS, accented
from gis.geocode.numbers import main_number
from gis.geocode.tokens import BREAK, Token

_ROAD = accented("đường")
_ESTATES = frozenset(
    {("khu", "dan"), ("khu", "do"), ("khu", "cong"), ("khu", "che"), ("kcn",), ("kcx",), ("kdc",), ("kpc",),
     ("kdt",), ("chung", "cu"), ("cu", "xa"), ("cong", "vien"), ("toa", "nha")}
)  # fmt: skip
_ESTATE_FIRST_WORDS = frozenset(estate[0] for estate in _ESTATES)
_HOUSES = frozenset(
    {("chung", "cu"), ("benh", "vien"), ("khach", "san"), ("toa", "nha"), ("nha", "tho"), ("sieu", "thi")}
)
_HOUSE_WORDS = frozenset({"truong", "bv"})
_ROW_STEP = 4
"""Doors beside one another differ by 1 or 2; by 3 or 4 where one of them took another in."""
_FROM, _TO = accented("từ"), frozenset(map(accented, ("đến", "tới")))
_NAMES_AT_MOST = 8
_STRETCH_WORDS = frozenset({"duong", "doan", "khuc"})
_NO_NAME = frozenset({"so", "nha", "hem", "tang", "lau", "luc"})
_ENDS = frozenset({BREAK, "o", "tai", "bi", "co", "thi", "huong", "chieu"})
_GAP = Token(BREAK, BREAK)


def split_segments(tokens: Sequence[Token]) -> list[list[Token]]:
    """The runs of words between breaks, none of them empty, without hyphens at their ends."""
    segments: list[list[Token]] = [[]]
    for i, token in enumerate(tokens):
        if token.key == BREAK:
            segments.append([])
        elif _street_of_place(segments[-1], tokens, i) or (
            segments[-1] and estate_at(tokens, i) and any(c.isdigit() for c in segments[-1][-1].key)
        ):
            segments.append([token])
        elif token.key != "+":
            segments[-1].append(token)
    return _without_rows([trimmed for segment in segments if (trimmed := _trim(segment))])


def estate_at(words: Sequence[Token], i: int) -> bool:
    """Whether an estate's name begins at i: khu dân cư, KCN, chung cư."""
    return words[i].key in _ESTATE_FIRST_WORDS and any(
        tuple(token.key for token in words[i : i + len(estate)]) == estate for estate in _ESTATES
    )


def _street_of_place(before: list[Token], tokens: Sequence[Token], i: int) -> bool:
    """Whether at i the street of a house begins that was named before it: "chung cư Mỹ Phước | đường …"."""
    if accented(tokens[i].raw) != _ROAD or i + 2 >= len(tokens):  # Dương Minh Châu is a name
        return False
    keys = [token.key for token in before]
    at = [n for n, pair in enumerate(pairwise(keys)) if pair in _HOUSES or keys[n] in _HOUSE_WORDS]
    return bool(at) and len(before) - at[0] > 2


def _trim(segment: list[Token]) -> list[Token]:
    while segment and segment[0].key == "-":
        segment = segment[1:]
    while segment and segment[-1].key == "-":
        segment = segment[:-1]
    return segment


def _without_rows(segments: list[list[Token]]) -> list[list[Token]]:
    """The segments with the first of a row of doors standing for all: "số 5, 7, 9 Lê Lợi"."""
    kept: list[list[Token]] = []
    last = 0
    for n, segment in enumerate(segments):
        number = _row_number(segment[0])
        steps = last > 0 and 0 < number - last <= _ROW_STEP
        following = segments[n + 1][0] if n + 1 < len(segments) else None
        if steps and len(segment) == 1:
            last = number
            continue
        behind = n > 0 and steps and len(segments[n - 1]) == 1 and segments[n - 1] not in kept
        if behind and len(segment) > 1:
            kept.append(segment[1:])
        else:
            kept.append(segment)
        begins = len(segment) == 1 or (len(segment) == 2 and segment[0].key in {"so", "nha"})
        last = _row_number(segment[-1]) if begins and following is not None else 0
    return kept


def _row_number(token: Token) -> int:
    """The number of a door of a row; 0 for anything else."""
    plain = token.key[0].isdigit() and "/" not in token.key and token.key not in DATE_STREETS
    return main_number(token.key) if plain else 0


def join_stretches(tokens: Sequence[Token], marked: bool) -> list[Token]:
    """The tokens with "Lê Lợi đoạn từ Pasteur tới Nguyễn Huệ" as "Lê Lợi, giữa Pasteur và Nguyễn Huệ"."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        to, end = _stretch_at(tokens, i, marked, out)
        if not end:
            out.append(tokens[i])
            i += 1
            continue
        if out[-1].key in {"doan", "khuc"}:
            out.pop()
        first, second = tokens[i + 1 : to], tokens[to + 1 : end]
        out += [_GAP, Token("giữa", "giua"), *first, Token("và", "va"), *second, _GAP]
        i = end
    return out


def _stretch_at(tokens: Sequence[Token], i: int, marked: bool, out: Sequence[Token]) -> tuple[int, int]:
    """Where "đến" stands and where the second name ends, of a stretch told from i on; (0, 0) for none."""
    led = bool(out) and (out[-1].raw[:1].isupper() or out[-1].key[0].isdigit())
    told = any(token.key in _STRETCH_WORDS for token in out) if marked else _key(out, -1) in {"doan", "khuc"}
    if tokens[i].key != "tu" or not (told or (marked and led)):
        return 0, 0
    if marked and accented(tokens[i].raw) != _FROM:
        return 0, 0
    reach = range(i + 2, min(len(tokens), i + 2 + _NAMES_AT_MOST))
    to = next((n for n in reach if tokens[n].key == BREAK or _is_to(tokens[n], marked)), 0)
    if not to or tokens[to].key == BREAK:
        return 0, 0
    end = to + 1
    while end < len(tokens) and end - to <= _NAMES_AT_MOST and tokens[end].key not in _ENDS:
        end += 1
    names = [tokens[i + 1 : to], tokens[to + 1 : end]]
    named = all(name and not name[0].key[0].isdigit() and name[0].key not in _NO_NAME for name in names)
    return (to, end) if named else (0, 0)


def _is_to(token: Token, marked: bool) -> bool:
    return accented(token.raw) in _TO if marked else token.key in {"den", "toi"}


def _key(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].key if tokens else BREAK
