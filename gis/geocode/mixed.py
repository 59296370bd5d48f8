"""Numbers said half in figures and half in words, as a thumb or a dictating telephone writes them; pure.

"1 trăm 23" · "7 mươi hai" · "hai trăm 5 mươi" · "số một 2 ba": the figures become the words that they are
beside, so that `spoken` reads all of it as one number.
"""

from __future__ import annotations

from collections.abc import Sequence

from gis.geocode.fold import accented, has_marks, strip_marks
from gis.geocode.spoken import is_number_word
from gis.geocode.tokens import BREAK, Token

_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_TENS = frozenset(map(accented, ("mươi", "chục", "muoi", "chuc")))
_SCALES = frozenset(map(accented, ("trăm", "nghìn", "ngàn")))
_COUNTED = frozenset({"m", "met", "dong", "nguoi", "ti", "trieu"})
_ASKS = frozenset({"so", "nha", "hem", "ngo", "duong"})
_DIGIT_BY_DIGIT = 3
"""So many parts one by one, some in figures, are one number; "số 4 Hai Bà Trưng" has none."""


def as_words(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with the figures of a number that is also said in words as words."""
    if not any(is_number_word(token) or _said(token) in _TENS for token in tokens):
        return list(tokens)
    marked = any(has_marks(token.raw) for token in tokens)
    out: list[Token] = []
    for i, token in enumerate(tokens):
        before, after = _at(tokens, i - 1), _at(tokens, i + 1)
        digit = len(token.key) == 1 and token.key.isdigit()
        led = i > 1 and _is_number(tokens[i - 2])
        scaled = _said(after) in _SCALES and _at(tokens, i + 2).key not in _COUNTED
        if digit and (_said(after) in _TENS or scaled or (led and _said(before) in _TENS)):
            out += _words(token.key, marked)  # "7 mươi", "1 trăm", "bốn mươi 5"
        elif token.key.isdigit() and len(token.key) < 3 and led and _said(before) in _SCALES:
            out += _words(token.key.zfill(2), marked)  # "1 trăm 23"
        else:
            out.append(token)
    return _one_by_one(out, marked)


def _one_by_one(tokens: list[Token], marked: bool) -> list[Token]:
    """The tokens with "một 2 ba" behind "số" all in words."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        out.append(tokens[i])
        i += 1
        end = i
        while out[-1].key in _ASKS and _is_part(_at(tokens, end)):
            end += 1
        end -= end > i and _at(tokens, end).key == "thang"  # "số 1 2 ba tháng hai"
        run = tokens[i:end]
        if len(run) >= _DIGIT_BY_DIGIT and len({each.key.isdigit() for each in run}) == 2:
            for each in run:
                out += _words(each.key, marked) if each.key.isdigit() else [each]
            i = end
    return out


def _at(tokens: Sequence[Token], i: int) -> Token:
    return tokens[i] if 0 <= i < len(tokens) else Token(BREAK, BREAK)


def _said(token: Token) -> str:
    return accented(token.raw) if token.key != BREAK else ""


def _is_number(token: Token) -> bool:
    return token.key.isdigit() or is_number_word(token)


def _is_part(token: Token) -> bool:
    return (len(token.key) == 1 and token.key.isdigit()) or (is_number_word(token) and token.raw.islower())


def _words(figures: str, marked: bool) -> list[Token]:
    """The words of one digit, or of two as they are said behind a hundred: "lẻ năm", "hai mươi ba"."""
    digits = [_WORDS[int(figure)] for figure in figures]
    if len(digits) == 2:
        tens, units = digits
        digits = ["lẻ", units] if tens == "không" else ["mười"] if tens == "một" else [tens, "mươi"]
        digits += [units] if tens != "không" and units != "không" else []
    return [Token(word if marked else strip_marks(word), strip_marks(word)) for word in digits]
