"""Where a telephone says it is: AML and ELS messages, and PIDF-LO documents.

AML (ETSI TS 103 625) and Android's ELS send name-value pairs by HTTPS POST, or AML's short message
`A"ML=1;…`; a network or another centre sends a PIDF-LO (RFC 4119, shapes of RFC 5491, confidence of
RFC 7459).
"""

import math
import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import msgspec

from dispatch.channels.handset.document import BadDocument, read_document
from dispatch.domain.model.values import HandsetFix, LonLat

LIMIT = 64 * 1024
"""Bytes of a message; a PIDF-LO has two thousand."""

CONFIDENCE = 0.9
"""Of the circles kept: the telephone is inside nine times in ten."""

_USUAL_CONFIDENCE = 0.6827
_FORM = "application/x-www-form-urlencoded"
_XML = re.compile(r"^(?:application|text)/(?:[\w.+-]+\+)?xml$")
_SMS_KEYS = {
    "lt": "location_latitude", "lg": "location_longitude", "rd": "location_accuracy", "top": "location_time",
    "lc": "location_confidence", "pm": "location_source", "floor": "location_floor",
}  # fmt: skip
_METHODS = {
    "g": "gps",
    "w": "wifi",
    "c": "cell",
    "n": "unknown",
    "gnss": "gps",
    "a-gps": "gps",
    "802.11": "wifi",
}
_MOST_FIELDS = 100
_MOST_RADIUS_M = 100_000.0


class BadLocation(ValueError):
    """What is wrong with the message, in words for its sender."""


class HandsetMessage(msgspec.Struct, frozen=True):
    """A position and whose it is; `number` as the sender wrote it, "" when it named none."""

    number: str
    fix: HandsetFix


def read_message(content_type: str, body: bytes, received_at: datetime) -> HandsetMessage:
    """The message of a request's body. Raises BadLocation.

    A time that the telephone does not tell, or one to come, is the time of receipt.
    """
    kind = content_type.partition(";")[0].strip().lower()
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BadLocation(f"not UTF-8: {fault.reason}") from fault
    if _XML.match(kind) or text.lstrip().startswith("<"):
        return _from_document(body, received_at)
    if text.startswith('A"ML='):
        return _from_fields(_read_short_message(text), received_at)
    if kind in (_FORM, "text/plain", ""):
        return _from_fields(_read_form(text), received_at)
    if kind == "application/json":
        return _from_fields(_read_json(body), received_at)
    raise BadLocation(f"unknown kind of content {kind[:60]!r}")


def widen(radius_m: float, confidence: float) -> float:
    """The radius that holds a position nine times in ten, from one that does so with another confidence;
    errors spread evenly in all directions (Rayleigh), as RFC 7459 supposes."""
    sure = min(max(confidence, 0.05), 0.9999)
    return radius_m * math.sqrt(math.log(1 - CONFIDENCE) / math.log(1 - sure))


def _from_document(body: bytes, received_at: datetime) -> HandsetMessage:
    try:
        found = read_document(body)
    except BadDocument as fault:
        raise BadLocation(str(fault)) from fault
    fix = _make_fix(
        found.lon, found.lat, widen(found.radius_m, found.confidence), found.at, found.method, "", received_at
    )
    return HandsetMessage(found.number, fix)


def _read_short_message(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.strip().split(";"))
    fields = {_SMS_KEYS.get(name, name): value for name, _, value in pairs}
    if "location_time" in fields:
        fields["location_time"] = _milliseconds(fields["location_time"])
    return fields


def _milliseconds(stamp: str) -> str:
    """The time of positioning, YYYYMMDDhhmmss in UTC, as milliseconds since 1970."""
    try:
        at = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as fault:
        raise BadLocation(f"top={stamp[:20]!r}") from fault
    return str(int(at.timestamp() * 1000))


def _read_form(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, max_num_fields=_MOST_FIELDS))
    except ValueError as fault:
        raise BadLocation(f"more than {_MOST_FIELDS} fields") from fault


def _read_json(body: bytes) -> dict[str, str]:
    try:
        found = msgspec.json.decode(body, type=dict[str, str | int | float | bool | None])
    except (msgspec.DecodeError, RecursionError) as fault:
        raise BadLocation(str(fault)) from fault
    return {name: str(value) for name, value in found.items() if value is not None}


def _from_fields(fields: dict[str, str], received_at: datetime) -> HandsetMessage:
    """From ELS's names. What is not needed is passed over; a confidence may be a share or per cent."""
    lon, lat = _number(fields, "location_longitude"), _number(fields, "location_latitude")
    accuracy_m = _number(fields, "location_accuracy")
    confidence = _number(fields, "location_confidence", _USUAL_CONFIDENCE)
    radius_m = widen(accuracy_m, confidence / 100 if confidence > 1 else confidence)
    at = _number(fields, "location_time", received_at.timestamp() * 1000)
    try:
        told_at = datetime.fromtimestamp(at / 1000, UTC)
    except (OverflowError, ValueError, OSError) as fault:
        raise BadLocation(f"location_time={at!r}") from fault
    method, floor = fields.get("location_source", ""), fields.get("location_floor", "")
    fix = _make_fix(lon, lat, radius_m, told_at, method, floor, received_at)
    return HandsetMessage(fields.get("device_number") or fields.get("msisdn") or "", fix)


def _number(fields: dict[str, str], name: str, usual: float | None = None) -> float:
    told = fields.get(name, "").strip()
    if not told and usual is not None:
        return usual
    try:
        value = float(told)
    except ValueError as fault:
        raise BadLocation(f"{name}={told[:40]!r}") from fault
    if not math.isfinite(value):
        raise BadLocation(f"{name}={told[:40]!r}")
    return value


def _make_fix(
    lon: float,
    lat: float,
    radius_m: float,
    at: datetime | None,
    method: str,
    floor: str,
    received_at: datetime,
) -> HandsetFix:
    if abs(lon) > 180 or abs(lat) > 90:
        raise BadLocation(f"no position: {lat}, {lon}")
    if not 0 <= radius_m <= _MOST_RADIUS_M:
        raise BadLocation(f"no radius: {radius_m:g} m")
    told = method.strip().lower()
    return HandsetFix(
        lon_lat=LonLat(lon, lat),
        radius_m=round(radius_m, 1),
        at=min(at or received_at, received_at),
        method=_METHODS.get(told, told if told in _METHODS.values() else "unknown"),
        floor=floor.strip()[:20],
    )
