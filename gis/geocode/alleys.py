"""Alleys told one out of the other, with the words between them; pure.

"số 6 ở hẻm 45 của hẻm 123" goes from the door outwards, "vô hẻm 123 rồi hẻm 45 nhà số 6" the way one walks.
"""

from __future__ import annotations

from collections.abc import Sequence

from gis.geocode.numbers import number_path
from gis.geocode.tokens import BREAK, Token

ALLEY_WORDS = frozenset({"hem", "ngo", "ngach", "kiet"})
_INWARDS = frozenset({"roi", "vo", "vao", "co", "queo", "re", "tiep", "toi", "den", "them", "nhanh"})
"""Behind one of these the next alley lies in the one before."""
_OUTWARDS = frozenset({"cua", "thuoc", "nam", "trong", "o"})
_KINDS = frozenset({"nho", "cut", "lon", "con", "phu", "chinh", "so"})
_BETWEEN = 4


def join_alleys(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with alleys told inwards as one number ("hẻm 123 rồi hẻm 45" is hẻm 123/45) and without the
    words that lead from one to the next."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        led, at = _led(tokens, i)
        number = _alley_number(tokens, at)
        begun = _last_alley(out)
        if number and led & _INWARDS and begun is not None and not _has_door(out, begun):
            outer = out[begun]
            out[begun] = Token(f"{outer.raw}/{tokens[number].raw}", f"{outer.key}/{tokens[number].key}")
            i = number + 1
            continue
        if at > i and (number or _is_door(tokens, at)) and _behind_number(out):
            i = at  # "số 6 nằm trong hẻm 45", "hẻm 45 quẹo vô nhà số 6"
            continue
        if number and number > at + 1 and tokens[at + 1].key != "so":
            out.append(tokens[at])  # "hẻm nhỏ số 3"
            i = number
            continue
        out.append(tokens[i])
        i += 1
    return out


def _key(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].key if 0 <= i < len(tokens) else BREAK


def _led(tokens: Sequence[Token], i: int) -> tuple[frozenset[str], int]:
    """The words from i that lead to an alley, and where they end."""
    at = i
    while at - i < _BETWEEN and _key(tokens, at) in _INWARDS | _OUTWARDS:
        at += 1
    led = frozenset(token.key for token in tokens[i:at])
    if "nhanh" in led and _key(tokens, at)[0].isdigit():
        at -= 1  # "hẻm 45 nhánh 3": the branch is the alley
    return led, at


def _alley_number(tokens: Sequence[Token], i: int) -> int:
    """Where the number of the alley stands whose word is at i; 0 when there is none."""
    if _key(tokens, i) not in ALLEY_WORDS | {"nhanh"}:
        return 0
    at = i + 1
    while at - i <= _BETWEEN and _key(tokens, at) in _KINDS:
        at += 1
    return at if _key(tokens, at)[0].isdigit() and number_path(tokens[at].raw) else 0


def _is_door(tokens: Sequence[Token], i: int) -> bool:
    at = i
    while _key(tokens, at) in {"nha", "so"}:
        at += 1
    return at > i and _key(tokens, at)[0].isdigit()


def _last_alley(out: Sequence[Token]) -> int | None:
    """Where the number of the last alley told stands."""
    for i in range(len(out) - 1, 0, -1):
        if out[i].key[0].isdigit() and number_path(out[i].raw):
            before = i - 1 - (out[i - 1].key == "so" and i > 1)
            return i if out[before].key in ALLEY_WORDS else None
    return None


def _has_door(out: Sequence[Token], alley: int) -> bool:
    """Whether a house was told before the alley: "số 6 hẻm 45"."""
    return any(token.key[0].isdigit() for token in out[:alley])


def _behind_number(out: Sequence[Token]) -> bool:
    return bool(out) and out[-1].key[0].isdigit()
