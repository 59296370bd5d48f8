"""A PIDF-LO document (RFC 4119) with any shape of RFC 5491: point, circle, ellipse, arc band, polygon,
sphere, ellipsoid, prism.

Read by expat as it streams by. A document type is refused before anything of it is expanded: without one
there are no entities, and neither a file nor a network is ever asked for.
"""

import math
from datetime import datetime
from xml.parsers import expat

import msgspec

_KEPT = frozenset(("timestamp", "method", "confidence"))
_OF_SHAPES = frozenset(
    ("pos", "posList", "radius", "semiMajorAxis", "innerRadius", "outerRadius", "startAngle", "openingAngle")
)
_SHAPES = frozenset(("Point", "Circle", "Ellipse", "ArcBand", "Polygon", "Sphere", "Ellipsoid", "Prism"))
_SOLID = "4979"
"""Of EPSG: positions with their height."""
_MOST_TEXT = 20_000
_MOST_DEPTH = 40
_POINT_RADIUS_M = 100.0
_PER_DEGREE_M = 111_320.0
_ARC_STEPS = 12
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
        self.shape = ""
        self.solid = False
        self._ended = False
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
        if local in _SHAPES and not self.shape:
            self.shape = local
        if self.shape and not self._ended:
            of_heights = attributes.get("srsName", "").endswith(_SOLID)
            self.solid = self.solid or of_heights or attributes.get("srsDimension") == "3"
        self._text = []

    def text(self, data: str) -> None:
        self._length += len(data)
        if self._length > _MOST_TEXT:
            raise BadDocument("too long")
        self._text.append(data)

    def end(self, _name: str) -> None:
        local = self._path.pop()
        said = "".join(self._text).strip()
        if local in _KEPT:
            self.found.setdefault(local, said)
        elif local in _OF_SHAPES and not self._ended:
            before = self.found.get(local)  # a ring's corners may be told one by one
            self.found[local] = f"{before} {said}" if before and local.startswith("pos") else before or said
        self._ended = self._ended or (local == self.shape and local not in self._path)
        self._text = []  # the first location counts (RFC 5491, 3.4)


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
    lon, lat, radius_m = _read_shape(reader)
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


def _read_shape(reader: _Reader) -> tuple[float, float, float]:
    """The middle and radius of what is drawn; positions are latitude, longitude[, height]."""
    found = reader.found
    told = found.get("posList") or found.get("pos")
    if not told:
        raise BadDocument("no position in it")
    if reader.shape in {"Polygon", "Prism"} or "posList" in found:
        values = _numbers(told, 6)
        step = 3 if reader.solid or (len(values) % 3 == 0 and len(values) % 2) else 2
        if len(values) % step:
            raise BadDocument(f"no corners: {told[:40]!r}")
        return _around([(values[i + 1], values[i]) for i in range(0, len(values), step)])
    lat, lon = _numbers(told, 2)[:2]
    if reader.shape == "ArcBand":
        return _around(_arc_band(lon, lat, found))
    reach = found.get("radius") or found.get("semiMajorAxis")
    return lon, lat, _numbers(reach, 1)[0] if reach else _POINT_RADIUS_M


def _arc_band(lon: float, lat: float, found: dict[str, str]) -> list[tuple[float, float]]:
    """Positions along both edges of an arc band around its mast: angles in degrees from north, clockwise."""
    inner_m, outer_m, start, opening = (
        _numbers(found.get(name, ""), 1)[0]
        for name in ("innerRadius", "outerRadius", "startAngle", "openingAngle")
    )
    east, north = _PER_DEGREE_M * math.cos(math.radians(lat)), _PER_DEGREE_M
    angles = [math.radians(start + opening * n / _ARC_STEPS) for n in range(_ARC_STEPS + 1)]
    return [
        (lon + radius_m * math.sin(angle) / east, lat + radius_m * math.cos(angle) / north)
        for radius_m in (inner_m, outer_m)
        for angle in angles
    ]


def _around(corners: list[tuple[float, float]]) -> tuple[float, float, float]:
    """The middle of the corners (lon, lat) and how far the farthest is from it."""
    lon = (min(x for x, _ in corners) + max(x for x, _ in corners)) / 2
    lat = (min(y for _, y in corners) + max(y for _, y in corners)) / 2
    per_lon = _PER_DEGREE_M * math.cos(math.radians(lat))
    reach_m = max(math.hypot((x - lon) * per_lon, (y - lat) * _PER_DEGREE_M) for x, y in corners)
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
