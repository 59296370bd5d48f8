"""Two streets that meet, as people say it: "góc X – Y", "ngã tư X Y" with a sign between, "X giao Y"."""

from __future__ import annotations

import re

from gis.geocode.fold import DATE_STREETS, accented
from gis.geocode.tokens import Token

_CORNER_LEAD = re.compile(
    r"^(?:(?:ngay|cho|o|tai|gan) )?(?:(?:nga (?:ba|tu|nam|sau|bay|[3-7])|giao lo|nut giao"
    r"|(?:vong xoay|bung binh)(?! (?:giao|cat|goc|voi|va|-) )"
    r"|goc(?: duong)?|goc nga (?:ba|tu|[34])|giua|(?:khuc )?cua|den (?:xanh(?: den do)?|do))\s+)+"
)
_CORNER_SPLIT = re.compile(
    r"\s+(?:giao(?: voi| nhau voi)?|cat(?: voi)?|(?<!nguyen )giap(?: voi)?|queo(?: vo| vao| qua)?"
    r"|goc|voi|va|and|x)\s+"
)
_BARE_STREET = re.compile(r"^(?:duong|dg|d|street)\s+")
_CUT = accented("cắt")


def find_corner(segments: list[list[Token]], marked: bool) -> tuple[str, str] | None:
    """Two streets that meet: "góc X – Y", "ngã tư X Y" (with a sign between), "X giao Y"; behind other words
    only where a word such as "giao lộ" begins it."""
    for n, segment in enumerate(segments):
        words = " ".join(_corner_word(token, marked) for token in segment)
        lead = _CORNER_LEAD.match(words)
        if n and (lead is None or segment[0].key == "giua"):
            continue
        body = words[lead.end() :] if lead else words
        after = segments[n + 1] if lead and "goc" in lead[0] and n + 1 < len(segments) else []
        corner = _two_streets(body, lead is not None, " ".join(token.key for token in after))
        if corner is None and lead is None and len(segments) == 1:
            corner = _hyphened(body)
        if corner is not None:
            return corner
    return None


def _two_streets(body: str, led: bool, after: str) -> tuple[str, str] | None:
    """The two names in the words of a corner, `after` those behind a comma."""
    parts = [part.strip() for part in _CORNER_SPLIT.split(body) if part.strip()]
    if led and len(parts) == 1:
        parts = [part.strip() for part in parts[0].split(" - ") if part.strip()]
        if len(parts) == 1 and after:
            parts.append(after)
    parts = [_BARE_STREET.sub("", part) if part.count(" ") else part for part in parts]
    if len(parts) == 2 and (led or not parts[0][0].isdigit() or parts[0] in DATE_STREETS):
        return parts[0].replace(" - ", " "), parts[1].replace(" - ", " ")
    return None


def _hyphened(body: str) -> tuple[str, str] | None:
    """ "Lê Lợi - Pasteur" and nothing else: two names of two words or more."""
    halves = [half.strip() for half in body.split(" - ")] if not body[0].isdigit() else []
    whole = len(halves) == 2 and all(" " in half and not half[-1].isdigit() for half in halves)
    return (halves[0], halves[1]) if whole else None


def _corner_word(token: Token, marked: bool) -> str:
    """The word's plain form; Cát keeps its mark, since plain it is "cắt"."""
    sand = marked and token.key == "cat" and accented(token.raw) != _CUT
    return token.raw.lower() if sand else token.key
