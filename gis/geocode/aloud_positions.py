"""A position read aloud from a telephone: "mười phẩy bảy bảy sáu chín, một trăm lẻ sáu chấm bảy …"; pure."""

from __future__ import annotations

from collections.abc import Sequence

from gis.geocode.fold import accented, has_marks
from gis.geocode.spoken import read_number, say_number_words
from gis.geocode.tokens import Token
from gis.geometry import LonLat

_POINTS = frozenset(map(accented, ("phẩy", "chấm", "phảy", "phay", "cham")))
_LEAST_DECIMALS = 3
"""A position told with less is off by a kilometre, and may as well be a house in an alley."""
_FURTHEST, _POLE = 180, 90


def find_spoken_coordinates(tokens: Sequence[Token]) -> LonLat | None:
    """The two numbers with decimals that are said, in either order; None where there are not two."""
    marked = any(has_marks(token.raw) for token in tokens)
    words = say_number_words(tokens, marked)
    found = [value for i in range(1, len(tokens)) if (value := _read_at(tokens, words, i)) is not None]
    if len(found) != 2:
        return None
    lat, lon = found if found[0] <= _POLE else found[::-1]
    return LonLat(lon, lat) if lat <= _POLE else None


def _read_at(tokens: Sequence[Token], words: Sequence[str], i: int) -> float | None:
    """The number whose decimal point is said at i."""
    if accented(tokens[i].raw) not in _POINTS:
        return None
    begin = i
    while begin and words[begin - 1]:
        begin -= 1
    whole = tokens[i - 1].key if tokens[i - 1].key.isdigit() else read_number(words[begin:i])[0]
    decimals = ""
    for token, word in zip(tokens[i + 1 :], words[i + 1 :], strict=True):
        figures = token.key if token.key.isdigit() else read_number([word])[0] if word else ""
        if not figures:
            break
        decimals += figures
    if not whole or int(whole) > _FURTHEST or len(decimals) < _LEAST_DECIMALS:
        return None
    return float(f"{whole}.{decimals}")
