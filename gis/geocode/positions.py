"""Positions written as figures: degrees in many forms, links of maps, Plus Codes; pure."""

from __future__ import annotations

import re
from urllib.parse import unquote

from gis.geometry import LonLat

_NUMBER = r"[-+]?\d{1,3}[.]\d+"
_PAIR = re.compile(
    rf"(?P<a>[NSEWB])?\s*({_NUMBER})\s*°?\s*([NSEWB-]?)\s*[,;/ ]\s*"
    rf"(?P<b>[NSEWB])?\s*({_NUMBER})\s*°?\s*([NSEWB-]?)",
    re.IGNORECASE,
)
_COMMA_PAIR = re.compile(r"(?<![\d,.])(-?\d{1,3}),(\d{3,})\s*[;, ]\s*(-?\d{1,3}),(\d{3,})(?![\d,.])")
_DMS = re.compile(r"(\d{1,3})°\s*(\d{1,2})['′’]\s*(\d{1,2}(?:\.\d+)?)?[\"″”']*\s*([NSEW])", re.IGNORECASE)
_PIN = re.compile(rf"!3d({_NUMBER})!4d({_NUMBER})")
_MARKER = re.compile(rf"mlat=({_NUMBER})&mlon=({_NUMBER})")
_LINK = re.compile(r"(?:https?://|www\.|geo:)\S+", re.IGNORECASE)
_PLUS_CODE = re.compile(
    r"(?<![0-9A-Za-z])([23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,4})(?![0-9A-Z])", re.IGNORECASE
)


def find_coordinates(text: str) -> LonLat | None:
    """A pair of degrees in the text or in a map's link, either order, told apart by range and by N/E letters.

    Of a link with a marked place and a middle of the picture the marked place counts. A shortened link has no
    position in it: None.
    """
    plain = unquote(text) if "%" in text else text
    for pattern in (_PIN, _MARKER):
        link = pattern.search(plain)
        if link:
            return _lon_lat(float(link[1]), "", float(link[2]))
    parts = _DMS.findall(plain)
    if len(parts) == 2:
        (first, letter), (second, _) = (_degrees(*part) for part in parts)
        return _lon_lat(first, letter, second)
    pair = _PAIR.search(plain)
    if pair:
        letter, other = (pair["a"] or pair[3] or "").upper(), (pair["b"] or pair[6] or "").upper()
        return _lon_lat(_signed(pair[2], letter), letter, _signed(pair[5], other))
    comma = _COMMA_PAIR.search(plain)
    if comma:
        return _lon_lat(float(f"{comma[1]}.{comma[2]}"), "", float(f"{comma[3]}.{comma[4]}"))
    return None


def find_plus_code(text: str) -> str | None:
    """The Plus Code in the text, in capitals; short ones need a place near by to be completed."""
    code = _PLUS_CODE.search(text)
    return code[1].upper() if code else None


def without_links(text: str) -> str:
    """The words of the text; a link that names no position is no word."""
    return _LINK.sub(" ", text)


def without_plus_code(text: str) -> str:
    """The words beside the Plus Code."""
    return _PLUS_CODE.sub(" ", text)


def _degrees(degrees: str, minutes: str, seconds: str, letter: str) -> tuple[float, str]:
    value = int(degrees) + int(minutes) / 60 + float(seconds or 0) / 3600
    return (-value if letter.upper() in {"S", "W"} else value), letter.upper()


def _signed(figures: str, letter: str) -> float:
    value = float(figures)
    return -value if letter in {"S", "W"} else value


def _lon_lat(first: float, letter: str, second: float) -> LonLat | None:
    lon, lat = (first, second) if letter in {"E", "W"} or abs(first) > 90 else (second, first)
    return LonLat(lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
