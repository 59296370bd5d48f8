"""Positions written as figures: degrees in many forms, links of maps, Plus Codes; pure."""

from __future__ import annotations

import re
from urllib.parse import unquote

from gis.geometry import LonLat

_NUMBER = r"[-+]?\d{1,3}[.]\d+"
_SIDE = r"(?:vĩ |kinh )?((?:Bắc|Nam|Đông|Tây|[NSEWBĐ])(?![^\W_])|-)?"
_DEGREE = r"\s*(?:°|độ)?\s*"
_PAIR = re.compile(
    rf"(?:(?<![^\W_])(?P<a>[NSEWBĐ]))?\s*({_NUMBER}){_DEGREE}{_SIDE}\s*[,;/~ ]\s*"
    rf"(?P<b>[NSEWBĐ])?\s*({_NUMBER}){_DEGREE}{_SIDE}",
    re.IGNORECASE,
)
_COMMA_NUMBER = r"(-?\d{1,3},\d{3,8})"
_COMMA_PAIR = re.compile(
    rf"(?<![\d,.]){_COMMA_NUMBER}{_DEGREE}{_SIDE}\s*[;, ]\s*{_COMMA_NUMBER}(?![\d,.]){_DEGREE}{_SIDE}",
    re.IGNORECASE,
)
_PART = r"\d{1,2}(?:[.,]\d{1,6})?"
_LAT, _LON = (
    rf"(?P<{d}>\d{{1,3}})(?:\s|\s?[°-]\s?)(?P<{m}>{_PART})(?:(?:\s|\s?['′-]\s?)(?P<{s}>{_PART}))?"
    for d, m, s in ("abc", "def")
)
_NORTH, _EAST, _GAP = "(?P<north>[NSB])", "(?P<east>[EWĐ])", r"[\s,;]{1,3}"
_SPACED_DMS = (
    re.compile(rf"(?<![^\W_]){_NORTH}\s?{_LAT}{_GAP}{_EAST}\s?{_LON}(?![\d.,])", re.IGNORECASE),
    re.compile(rf"(?<![\d.,]){_LAT}\s?{_NORTH}{_GAP}{_LON}\s?{_EAST}(?![^\W_])", re.IGNORECASE),
)
"""Degrees, minutes and seconds parted by blanks or hyphens, as the screens of receivers show them."""
_DMS = re.compile(
    r"(\d{1,3})\s?(?:°|độ|do(?![^\W_]))\s?(\d{1,2}(?:[.,]\d{1,6})?)\s?(?:['′’]|phút|phut)\s?"
    r"(?:(\d{1,2}(?:[.,]\d{1,6})?)\s?(?:[\"″”'′’]{1,2}|giây|giay)?)?"
    r"\s?(vĩ |kinh )?(Bắc|Nam|Đông|Tây|[NSEWBĐ])?(?![^\W_])",
    re.IGNORECASE,
)
_PIN = re.compile(rf"!3d({_NUMBER})!4d({_NUMBER})")
_NAMED = (
    re.compile(rf"(?:\blat(?:itude)?|vĩ độ|vi do)[\W_]{{1,4}}({_NUMBER})", re.IGNORECASE),
    re.compile(rf"(?:\bl(?:ong|ng|on)(?:itude)?|kinh độ|kinh do)[\W_]{{1,4}}({_NUMBER})", re.IGNORECASE),
)
"""Degrees behind their names: "vĩ độ 10.7769, kinh độ 106.7009", `?lat=…&lng=…`."""
_AXES = re.compile(rf"\bX\s?[:=]\s?({_NUMBER})[\s,;/]{{1,4}}Y\s?[:=]\s?({_NUMBER})", re.IGNORECASE)
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
    for pattern in (_PIN, _MARKER, _AXES):
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
    spaced = _spaced(plain)
    if spaced is not None:
        return spaced
    way = _WAY.search(plain)
    if way:
        return _lon_lat(float(way[1]), "", float(way[2]))
    pair = _GOAL.search(plain) or _PAIR.search(plain)
    if pair:
        letter, other = _letter(pair["a"] or pair[3]), _letter(pair["b"] or pair[6])
        return _lon_lat(_signed(pair[2], letter), letter, _signed(pair[5], other))
    comma = _COMMA_PAIR.search(plain)
    if comma:
        letter, other = _letter(comma[2]), _letter(comma[4])
        one, two = (figures.replace(",", ".") for figures in (comma[1], comma[3]))
        return _lon_lat(_signed(one, letter), letter, _signed(two, other))
    return None


def _spaced(text: str) -> LonLat | None:
    """ "N 10 46 36.8 E 106 42 3", "10-46-36.8N 106-42-03E"."""
    for pattern in _SPACED_DMS:
        told = pattern.search(text)
        if told:
            lat, _ = _degrees(told["a"], told["b"], told["c"] or "", "", told["north"])
            lon, _ = _degrees(told["d"], told["e"], told["f"] or "", "", told["east"])
            return _lon_lat(lat, "N", lon)
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
    value = int(degrees) + _figure(minutes) / 60 + _figure(seconds or "0") / 3600
    letter = _letter(told)
    return (-value if letter in {"S", "W"} else value), letter


def _letter(told: str | None) -> str:
    """N, S, E or W of the side that was told in either language."""
    side = (told or "").upper()
    return _LETTERS.get(side, side)


def _figure(text: str) -> float:
    return float(text.replace(",", "."))


def _signed(figures: str, letter: str) -> float:
    value = float(figures)
    return -value if letter in {"S", "W"} else value


def _lon_lat(first: float, letter: str, second: float) -> LonLat | None:
    lon, lat = (first, second) if letter in {"E", "W"} or abs(first) > 90 else (second, first)
    return LonLat(lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
