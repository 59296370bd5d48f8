"""House numbers of the city's alleys: 123/45/6 is house 6 in branch 45 of the alley at number 123."""

from __future__ import annotations

import re

from gis.geocode.fold import fold

_PART = re.compile(r"^([a-z]{0,2})(\d+)([a-z0-9+]*)$")
_KILOMETRE = re.compile(r"^km ?(\d{1,4})(?: (\d{1,3})(?: ?m)?)?$")
_STONE = re.compile(r"^KM(\d+)(?:\+(\d{3}))?$")
_FIRST = r"[a-z]{0,2}\d+(?:\s?bis\b|[a-z]{1,2}\d{0,2}(?![a-z0-9])|(?=[a-z]{3})|(?![a-z0-9]))"
"""45, 45A, 45 bis; of "65Mai Văn Vĩnh" 65."""
_ALLEY_NAME = re.compile(
    rf"^(?:hem|ngo|ngach|kiet)\s*(?P<path>{_FIRST}(?:/[a-z]{{0,2}}\d+[a-z0-9]{{0,3}})*)\s*(?P<street>.*)$"
)
_WIDTH = re.compile(r"^\d*\s?m\b")


def number_path(text: str) -> tuple[str, ...]:
    """The parts of a written house number, outermost first; () when it is none.

    Of a range ("12-14", "115-117-119") the first house stands for all. Leading zeros fall,
    letters are capitals: "0123/45a" is ("123", "45A").
    """
    stone = _KILOMETRE.match(fold(text))
    if stone:
        return (kilometre_text(int(stone[1]) + int((stone[2] or "").ljust(3, "0")) / 1000),)
    compact = fold(text.replace("\\", "/").replace("-", " ").replace("–", " ")).split(" ")
    if not compact[0]:
        return ()
    head = compact[0]
    if len(compact) > 1 and len(compact[1]) == 1 and compact[1].isalpha():
        head += compact[1]
    parts: list[str] = []
    for part in head.strip("/").split("/"):
        if parts and not parts[-1][-2:].isalpha() and len(part) == 1 and part.isalpha():
            parts[-1] += part.upper()  # "12/A" is painted for 12A, "13D/A" is beside 13D
            continue
        match = _PART.match(part)
        if match is None or len(part) > 7:
            return ()
        letters, digits, rest = match.groups()
        parts.append(f"{letters}{digits.lstrip('0') or '0'}{rest}".upper())
    return tuple(parts)


def kilometre_text(km: float) -> str:
    """A road's kilometre as it stands among its numbers: KM12, KM12+300."""
    whole, metres = divmod(round(km * 1000), 1000)
    return f"KM{whole}+{metres:03}" if metres else f"KM{whole}"


def read_kilometre(path: str) -> float | None:
    """The kilometre that a number is, None for a house's."""
    stone = _STONE.match(path)
    return int(stone[1]) + int(stone[2] or 0) / 1000 if stone else None


def main_number(part: str) -> int:
    """The number in a part of a path, for parity and for order along a street: 45A is 45."""
    match = _PART.match(part.lower())
    return int(match[2][:6]) if match else 0


def split_alley_name(name: str) -> tuple[tuple[str, ...], str] | None:
    """The number path and the street's name in an alley's name, or None when it is no alley's.

    "Hẻm 654/12 Lạc Long Quân" gives (("654", "12"), "lac long quan"); the street may be empty. "Hẻm 1.4m" is
    as wide as that and has no number.
    """
    match = _ALLEY_NAME.match(fold(name))
    if match is None or _WIDTH.match(match["street"]):
        return None
    path = number_path(match["path"])
    return (path, match["street"]) if path else None


def path_text(path: tuple[str, ...]) -> str:
    """The path as it is painted on the wall."""
    return "/".join(path)
