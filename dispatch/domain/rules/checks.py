"""Bounds of what a command may carry, checked for every command before its rule sees it."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from dispatch.domain.model.messages import Command, Refused
from dispatch.domain.model.values import HandsetFix, LonLat, Place, PlaceCandidate, Sealed

MAX_ID = 128
MAX_TEXT = 2_000
MAX_BOX = 60_000
MAX_ITEMS = 500


def check_bounds(command: Command) -> None:
    """Refuse texts, lists, times and positions that no rule could use.

    Raises `text_too_long`, `too_many`, `bad_time`, `bad_position`, `id_missing`.
    """
    for name in command.__struct_fields__:
        value = getattr(command, name)
        if value is not None:
            _check(name, value)


def check_position(position: LonLat) -> None:
    """Refuse `bad_position` unless finite and on the globe."""
    lon, lat = position.lon, position.lat
    if not (math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("bad_position", lon=repr(lon), lat=repr(lat))


def _check(name: str, value: object) -> None:
    # By exact type: asking whether something is a struct of a kind costs more than all checks of a command.
    check = _CHECKS.get(type(value))
    if check is not None:
        check(name, value)
    elif isinstance(value, str):
        _check_text(name, value)
    elif isinstance(value, tuple):
        if len(value) > MAX_ITEMS:
            raise Refused("too_many", field=name, limit=MAX_ITEMS)
        for item in value:
            _check(name, item)


def _check_sealed(name: str, value: Sealed) -> None:
    _check_length(name, value.box, MAX_BOX)
    _check_length(name, value.subject, MAX_ID)


def _check_time(name: str, value: datetime) -> None:
    if value.tzinfo is None:
        raise Refused("bad_time", field=name)


def _check_fix(name: str, value: HandsetFix) -> None:
    check_position(value.lon_lat)
    _check_radius(value.radius_m)
    _check_time(f"{name}.at", value.at)
    _check_length(f"{name}.method", value.method, MAX_ID)
    _check_length(f"{name}.floor", value.floor, MAX_ID)


def _check_candidate(value: PlaceCandidate) -> None:
    check_position(value.lon_lat)
    _check_radius(value.radius_m)
    _check_mouth(value)


def _check_text(name: str, value: str) -> None:
    if name.endswith("_id"):
        if not value:
            raise Refused("id_missing", field=name)
        _check_length(name, value, MAX_ID)
    else:
        _check_length(name, value, MAX_TEXT)


def _check_length(name: str, value: str, limit: int) -> None:
    if len(value) > limit:
        raise Refused("text_too_long", field=name, limit=limit)


def _check_place(place: Place) -> None:
    for name in ("heard", "label", "ward", "ward_code", "level"):
        _check_length(f"place.{name}", getattr(place, name), MAX_TEXT)
    if place.lon_lat is not None:
        check_position(place.lon_lat)
    if place.radius_m is not None:
        _check_radius(place.radius_m)
    _check_mouth(place)


def _check_mouth(place: Place | PlaceCandidate) -> None:
    if place.mouth is not None:
        check_position(place.mouth)
    if place.mouth_m is not None:
        _check_radius(place.mouth_m)


def _check_radius(radius_m: float) -> None:
    if not (math.isfinite(radius_m) and radius_m >= 0):
        raise Refused("bad_position", radius_m=repr(radius_m))


_CHECKS: dict[type, Callable[[str, Any], None]] = {
    Sealed: _check_sealed,
    Place: lambda _name, place: _check_place(place),
    LonLat: lambda _name, position: check_position(position),
    datetime: _check_time,
    PlaceCandidate: lambda _name, candidate: _check_candidate(candidate),
    HandsetFix: _check_fix,
    str: _check_text,
}
