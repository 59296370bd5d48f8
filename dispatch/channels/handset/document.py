"""A PIDF-LO document (RFC 4119) with a point, circle, ellipse, sphere or polygon (RFC 5491).

Read by expat as it streams by. A document type is refused before anything of it is expanded: without one
there are no entities, and neither a file nor a network is ever asked for.
"""

import math
from datetime import datetime
from xml.parsers import expat

import msgspec

_KEPT = frozenset(("pos", "posList", "radius", "semiMajorAxis", "timestamp", "method", "confidence"))
_MOST_TEXT = 20_000
_MOST_DEPTH = 40
_POINT_RADIUS_M = 100.0
_SURE = 0.95
"""RFC 7459: what a document means that names no confidence."""


class BadDocument(ValueError):
    """What is wrong with the document."""


class LocationDocument(msgspec.Struct, frozen=True):
    """A circle around the shape, with its sender's confidence; `number` is the entity's, "" when none."""

    lon: float
    lat: float
    radius_m: float
    confidence: float
    at: datetime | None
    method: str
    number: str


class _Reader:
    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self.entity = ""
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self._path.append(local)
        if len(self._path) > _MOST_DEPTH:
            raise BadDocument("too deep")
        if local == "presence":
            self.entity = attributes.get("entity", "")
        self._text = []

    def text(self, data: str) -> None:
        self._length += len(data)
        if self._length > _MOST_TEXT:
            raise BadDocument("too long")
        self._text.append(data)

    def end(self, _name: str) -> None:
        local = self._path.pop()
        if local in _KEPT:
            self.found.setdefault(
                local, "".join(self._text).strip()
            )  # the first location counts (RFC 5491, 3.4)
        self._text = []


def read_document(body: bytes) -> LocationDocument:
    """The location of the document. Raises BadDocument."""
    reader = _Reader()
    # The bytes are UTF-8, whatever the document says of itself: expat fails on names it does not know.
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(body, True)
    except expat.ExpatError as fault:
        raise BadDocument(f"no XML: {fault}") from fault
    found = reader.found
    lon, lat, radius_m = _read_shape(found)
    number = reader.entity.partition(":")[2].partition("@")[0].partition(";")[0]
    return LocationDocument(
        lon=lon,
        lat=lat,
        radius_m=radius_m,
        confidence=_read_confidence(found.get("confidence", "")),
        at=_read_time(found.get("timestamp", "")),
        method=found.get("method", ""),
        number=number if reader.entity.startswith(("tel:", "sip:", "pres:")) else "",
    )


def _refuse(*_told: object) -> None:
    raise BadDocument("a document type or entity")


def _read_shape(found: dict[str, str]) -> tuple[float, float, float]:
    """The middle and radius of what is drawn; positions are latitude, longitude[, height]."""
    if "pos" in found:
        lat, lon = _numbers(found["pos"], 2)[:2]
        reach = found.get("radius") or found.get("semiMajorAxis")
        return lon, lat, _numbers(reach, 1)[0] if reach else _POINT_RADIUS_M
    if "posList" not in found:
        raise BadDocument("no position in it")
    values = _numbers(found["posList"], 6)
    step = 3 if len(values) % 3 == 0 and len(values) % 2 else 2
    corners = [(values[i + 1], values[i]) for i in range(0, len(values) - step + 1, step)]
    lon = (min(x for x, _ in corners) + max(x for x, _ in corners)) / 2
    lat = (min(y for _, y in corners) + max(y for _, y in corners)) / 2
    per_degree = 111_320.0
    reach_m = max(
        math.hypot((x - lon) * per_degree * math.cos(math.radians(lat)), (y - lat) * per_degree)
        for x, y in corners
    )
    return lon, lat, reach_m


def _numbers(text: str, least: int) -> list[float]:
    try:
        values = [float(part) for part in text.split()]
    except ValueError as fault:
        raise BadDocument(f"no number: {text[:40]!r}") from fault
    if len(values) < least or not all(map(math.isfinite, values)):
        raise BadDocument(f"no position: {text[:40]!r}")
    return values


def _read_confidence(text: str) -> float:
    try:
        return float(text) / 100 if text and text != "unknown" else _SURE
    except ValueError as fault:
        raise BadDocument(f"confidence {text[:20]!r}") from fault


def _read_time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as fault:
        raise BadDocument(f"timestamp {text[:40]!r}") from fault
    if at.tzinfo is None:
        raise BadDocument(f"timestamp without zone {text[:40]!r}")
    return at
