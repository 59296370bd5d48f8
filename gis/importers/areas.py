"""Areas of responsibility from a GeoJSON file; faults are told by feature before anything is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import shapely
from shapely import STRtree
from shapely.geometry import shape as to_shape
from shapely.geometry.base import BaseGeometry

from gis.errors import AreasRefused, SourceBroken, SourceMissing, WrongProjection
from gis.geometry import Bbox, PositionError, check_lon_lat
from gis.importers.metres import LocalMetres
from gis.store.areas import KeptArea

_CODE_KEYS = ("code", "ma", "id")
_VI_KEYS = ("name_vi", "ten", "name")
_EN_KEYS = ("name_en", "name")
_LONGEST = 200
_WGS84 = ("CRS84", "4326", "4979")
_MENDED_SHARE = 0.001
"""Rings that cross are mended where the area changes by less than this; a bow tie is no slip of the pen."""
_OVERLAP_SHARE, _OVERLAP_M2 = 0.001, 1_000.0
_GAP_M2 = 10_000.0
_WARDS_NAMED = 5
_TOUCHED_SHARE = 0.02
"""A ward of which less is covered is beside the areas and not in them."""


class ReadArea(msgspec.Struct, frozen=True):
    """One area of a file: ground in degrees (lon, lat); `valid_to` is not in it, None is open."""

    code: str
    name_vi: str
    name_en: str
    ground: shapely.MultiPolygon
    valid_from: dt.datetime | None = None
    valid_to: dt.datetime | None = None

    def kept(self) -> KeptArea:
        """As the store takes it."""
        return KeptArea(
            code=self.code,
            name_vi=self.name_vi,
            name_en=self.name_en,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            wkb=self.ground.wkb,
        )


class Ground(msgspec.Struct, frozen=True):
    """The city that areas are held against: names and grounds of its wards, degrees."""

    names: tuple[str, ...]
    shapes: tuple[BaseGeometry, ...]

    @property
    def bbox(self) -> Bbox:
        """The box around it."""
        return Bbox(*map(float, shapely.total_bounds(list(self.shapes))))


class AreaFile(msgspec.Struct, frozen=True):
    """What a file holds, and what a reader should know of it though it was taken (`notices`)."""

    areas: tuple[ReadArea, ...]
    sha256: str
    notices: tuple[str, ...]


class _Fault(Exception):
    """Why a feature cannot be taken in, Vietnamese / English."""


def read_areas(path: Path, city: Ground, local: dt.tzinfo, *, whole_city: bool) -> AreaFile:
    """Every area of a GeoJSON FeatureCollection: `code`, `name_vi` (or `name`), `name_en`, `valid_from`,
    `valid_to` (a day of `local`, or an instant with its zone), and a Polygon or MultiPolygon in WGS84.

    With `whole_city`, gaps are told. Raises SourceMissing, SourceBroken or WrongProjection for a file, and
    AreasRefused with every fault of its features.
    """
    content, digest = _open(path)
    features = content.get("features")
    if content.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
        raise SourceBroken(path, "FeatureCollection")
    _check_projection(path, content.get("crs"))
    shapely.prepare(list(city.shapes))
    areas: list[ReadArea] = []
    faults: list[str] = []
    notices: list[str] = []
    codes: dict[str, int] = {}
    for n, feature in enumerate(features, start=1):
        try:
            area = _read(feature, city, local, partial(_note, notices, n, feature))
            if area.code in codes:
                raise _Fault(f"mã trùng với đối tượng {codes[area.code]} / same code as there")
        except _Fault as fault:
            faults.append(_of(n, feature, str(fault)))
        else:
            codes[area.code] = n
            areas.append(area)
    if faults:
        raise AreasRefused(path, faults)
    notices += _overlaps(areas, city.bbox)
    notices += _gaps(areas, city) if whole_city else ()
    return AreaFile(tuple(areas), digest, tuple(notices))


def _open(path: Path) -> tuple[Mapping[str, Any], str]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SourceMissing(path) from error
    try:
        content = msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise SourceBroken(path, str(error)) from error
    if not isinstance(content, dict):
        raise SourceBroken(path, "FeatureCollection")
    return content, hashlib.sha256(raw).hexdigest()


def _check_projection(path: Path, crs: object) -> None:
    """GeoJSON is WGS84 (RFC 7946); files of before may name another system."""
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if not name.endswith(_WGS84):
        raise WrongProjection(path, f"crs {name!r}")


def _of(n: int, feature: object, text: str) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = _text(properties, _CODE_KEYS) if isinstance(properties, dict) else ""
    return f"đối tượng / feature {n}{f' ({code[:40]})' if code else ''}: {text}"


def _note(notices: list[str], n: int, feature: object, text: str) -> None:
    notices.append(_of(n, feature, text))


def _text(properties: Mapping[str, object], keys: Sequence[str]) -> str:
    values = (properties.get(key) for key in keys)
    return next((str(v).strip() for v in values if isinstance(v, str | int) and str(v).strip()), "")


def _read(feature: object, city: Ground, local: dt.tzinfo, tell: Callable[[str], None]) -> ReadArea:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(properties, dict):
        raise _Fault("không có properties / no properties")
    code = _text(properties, _CODE_KEYS)
    name_vi = _text(properties, _VI_KEYS) or code
    name_en = _text(properties, _EN_KEYS) or name_vi
    if not code:
        raise _Fault("thiếu mã (code) / no code")
    if max(len(code), len(name_vi), len(name_en)) > _LONGEST or not (code + name_vi + name_en).isprintable():
        raise _Fault(f"tên quá {_LONGEST} ký tự, hoặc có ký tự lạ / too long or unprintable")
    since, until = (_instant(properties.get(key), local) for key in ("valid_from", "valid_to"))
    if since is not None and until is not None and since >= until:
        raise _Fault("valid_from không trước valid_to / not before")
    ground = _ground(feature.get("geometry"), city, tell)
    return ReadArea(code, name_vi, name_en, ground, since, until)


def _instant(told: object, local: dt.tzinfo) -> dt.datetime | None:
    if told is None or told == "":
        return None
    try:
        at = dt.datetime.fromisoformat(str(told))
        if at.tzinfo is None and at.time() != dt.time():
            raise _Fault(f"giờ thiếu múi giờ {str(told)[:40]!r} / a time without its zone")
        return (at if at.tzinfo is not None else at.replace(tzinfo=local)).astimezone(dt.UTC)
    except (ValueError, OverflowError):  # the first and the last day of the calendar have no UTC here
        raise _Fault(f"ngày không đọc được {str(told)[:40]!r} / no date") from None


def _ground(geometry: object, city: Ground, tell: Callable[[str], None]) -> shapely.MultiPolygon:
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        raise _Fault(f"không phải Polygon, MultiPolygon: {str(kind)[:40]} / no polygon")
    for lon, lat in _positions(geometry.get("coordinates")):
        _check_position(lon, lat, city.bbox)
    try:
        ground = to_shape(geometry)
    except (shapely.errors.ShapelyError, ValueError, TypeError, IndexError) as error:
        raise _Fault(f"hình hỏng ({error}) / broken geometry") from error
    ground = shapely.force_2d(ground)
    if not ground.is_valid:
        mended = shapely.make_valid(ground, method="structure", keep_collapsed=False)
        if mended.area <= 0 or abs(mended.area - ground.area) > _MENDED_SHARE * mended.area:
            raise _Fault(
                f"{shapely.is_valid_reason(ground)[:80]}: đường biên tự cắt / the ring crosses itself"
            )
        tell("đường biên tự cắt, đã sửa / a ring that crossed itself was mended")
        ground = mended
    polygons = [p for p in shapely.get_parts(ground).tolist() if p.geom_type == "Polygon" and p.area > 0]
    if not polygons:
        raise _Fault("không có diện tích / no area")
    whole = shapely.MultiPolygon(polygons)
    if not any(ward.intersects(whole) for ward in city.shapes):
        raise _Fault("nằm ngoài thành phố / outside the city")
    return whole


def _positions(coordinates: object) -> Iterator[tuple[float, float]]:
    """Every position of nested lists of coordinates."""
    waiting = [coordinates]
    while waiting:
        item = waiting.pop()
        if not isinstance(item, list):
            raise _Fault("toạ độ không phải số / coordinates that are no numbers")
        if item and all(isinstance(x, int | float) and not isinstance(x, bool) for x in item):
            if len(item) < 2:
                raise _Fault("toạ độ thiếu số / a position of one number")
            try:
                yield float(item[0]), float(item[1])
            except OverflowError as error:
                raise _Fault("toạ độ quá lớn / a coordinate beyond all numbers") from error
        else:
            waiting += item


def _check_position(lon: float, lat: float, city: Bbox) -> None:
    try:
        check_lon_lat(lon, lat, city)
    except PositionError as error:
        if error.reason == "swapped":
            raise _Fault("vĩ độ đứng trước kinh độ / latitude stands before longitude") from error
        far = math.isfinite(lon) and math.isfinite(lat)
        why = "không phải độ WGS84 / no degrees WGS84" if far else "không phải số / no number"
        raise _Fault(f"{lon:g}, {lat:g}: {why}") from error


def _overlaps(areas: Sequence[ReadArea], city: Bbox) -> Iterator[str]:
    """Pairs that hold at one time and lie over one another by more than a shaky hand."""
    metres = LocalMetres(city)
    flat = [metres.to_plane(area.ground) for area in areas]
    firsts, seconds = STRtree(flat).query(flat, predicate="intersects")
    for i, j in sorted(zip(firsts.tolist(), seconds.tolist(), strict=True)):
        a, b = areas[i], areas[j]
        if i >= j or not _at_one_time(a, b):
            continue
        shared = flat[i].intersection(flat[j]).area
        if shared > max(_OVERLAP_M2, _OVERLAP_SHARE * min(flat[i].area, flat[j].area)):
            yield f"{a.code} và / and {b.code}: chồng nhau / overlap {shared / 1e6:.3f} km²"


def _at_one_time(a: ReadArea, b: ReadArea) -> bool:
    def ends_before(x: ReadArea, y: ReadArea) -> bool:
        return x.valid_to is not None and y.valid_from is not None and x.valid_to <= y.valid_from

    return not ends_before(a, b) and not ends_before(b, a)


def _gaps(areas: Sequence[ReadArea], city: Ground) -> Iterator[str]:
    """What of the city no area covers, and the wards that most of it lies in; of a file that is evidently for
    a part of the city what it covers, and which wards not wholly."""
    metres = LocalMetres(city.bbox)
    covered = shapely.union_all([metres.to_plane(area.ground) for area in areas])
    shapely.prepare(covered)
    wards = [(name, metres.to_plane(ward)) for name, ward in zip(city.names, city.shapes, strict=True)]
    total = sum(flat.area for _, flat in wards)
    bare = {
        name: 0.0 if covered.covers(flat) else shapely.difference(flat, covered).area for name, flat in wards
    }
    without = {name for name, flat in wards if flat.area - bare[name] <= _TOUCHED_SHARE * flat.area}
    gaps = {name: m2 for name, m2 in bare.items() if m2 > _GAP_M2}
    if len(without) * 2 > len(wards):
        there = [name for name, _ in wards if name not in without]
        partly = [name for name in there if name in gaps]
        held = (total - sum(bare.values())) / 1e6
        yield (
            f"tệp cho một phần thành phố / a file for a part of the city: {held:.2f} km², "
            f"{_name_some(there)}; {len(without)} phường khác chưa có / other wards have none"
            + (f"; chưa phủ hết / not wholly covered: {_name_some(partly)}" if partly else "")
        )
    elif gaps:
        open_m2 = sum(gaps.values())
        named = _name_some(sorted(gaps, key=lambda name: (-gaps[name], name)))
        yield f"còn trống / not covered: {open_m2 / 1e6:.2f} km² ({open_m2 / total:.1%}), {named}"


def _name_some(names: Sequence[str]) -> str:
    """How many wards, and the first of them by name."""
    more = f" … +{len(names) - _WARDS_NAMED}" if len(names) > _WARDS_NAMED else ""
    return f"{len(names)} phường / wards: {', '.join(names[:_WARDS_NAMED])}{more}"
