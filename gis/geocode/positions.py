"""Positions written as figures: degrees in many forms, links of maps, Plus Codes; pure."""

from __future__ import annotations

import re
from urllib.parse import unquote

from gis.geometry import LonLat

_NUMBER = r"[-+]?\d{1,3}[.]\d+"
_PAIR = re.compile(
    rf"(?:(?<![^\W_])(?P<a>[NSEWBĐ]))?\s*({_NUMBER})\s*°?\s*((?:[NSEWBĐ](?![^\W_])|-)?)\s*[,;/~ ]\s*"
    rf"(?P<b>[NSEWBĐ])?\s*({_NUMBER})\s*°?\s*((?:[NSEWBĐ](?![^\W_])|-)?)",
    re.IGNORECASE,
)
_COMMA_PAIR = re.compile(r"(?<![\d,.])(-?\d{1,3}),(\d{3,})\s*[;, ]\s*(-?\d{1,3}),(\d{3,})(?![\d,.])")
_DMS = re.compile(
    r"(\d{1,3})\s?(?:°|độ|do(?![^\W_]))\s?(\d{1,2}(?:\.\d{1,6})?)\s?(?:['′’]|phút|phut)\s?"
    r"(?:(\d{1,2}(?:\.\d{1,6})?)\s?(?:[\"″”']{1,2}|giây|giay)?)?"
    r"\s?(vĩ |kinh )?(Bắc|Nam|Đông|Tây|[NSEWBĐ])?(?![^\W_])",
    re.IGNORECASE,
)
_PIN = re.compile(rf"!3d({_NUMBER})!4d({_NUMBER})")
_NAMED = (
    re.compile(rf"(?:\blat(?:itude)?|vĩ độ|vi do)[\W_]{{1,4}}({_NUMBER})", re.IGNORECASE),
    re.compile(rf"(?:\bl(?:ong|ng|on)(?:itude)?|kinh độ|kinh do)[\W_]{{1,4}}({_NUMBER})", re.IGNORECASE),
)
"""Degrees behind their names: "vĩ độ 10.7769, kinh độ 106.7009", `?lat=…&lng=…`."""
_GOAL = re.compile(
    rf"[?&](?:q|query|daddr|destination)=(?:loc:)?(?P<a>)({_NUMBER})()\s?,\s?(?P<b>)({_NUMBER})()",
)
_WAY = re.compile(rf"/dir/.*/({_NUMBER}),({_NUMBER})(?=/@|/data|/?$|\s)")
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
    lat, lon = (pattern.search(plain) for pattern in _NAMED)
    if lat and lon:
        return _lon_lat(float(lat[1]), "", float(lon[1]))
    parts = _DMS.findall(plain)
    if len(parts) == 2:
        (first, letter), (second, _) = (_degrees(*part) for part in parts)
        return _lon_lat(first, letter, second)
    way = _WAY.search(plain)
    if way:
        return _lon_lat(float(way[1]), "", float(way[2]))
    pair = _GOAL.search(plain) or _PAIR.search(plain)
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


_LETTERS = {"BẮC": "N", "B": "N", "NAM": "S", "ĐÔNG": "E", "Đ": "E", "TÂY": "W"}


def _degrees(degrees: str, minutes: str, seconds: str, _named: str, told: str) -> tuple[float, str]:
    value = int(degrees) + float(minutes) / 60 + float(seconds or 0) / 3600
    letter = _LETTERS.get(told.upper(), told.upper())
    return (-value if letter in {"S", "W"} else value), letter


def _signed(figures: str, letter: str) -> float:
    value = float(figures)
    return -value if letter in {"S", "W"} else value


def _lon_lat(first: float, letter: str, second: float) -> LonLat | None:
    lon, lat = (first, second) if letter in {"E", "W", "Đ"} or abs(first) > 90 else (second, first)
    return LonLat(lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
