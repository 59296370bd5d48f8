"""What a redacted export may hold. Everything that is not known to be harmless is masked, so that a field
added tomorrow is masked until somebody decides about it.
"""

import re
from datetime import datetime
from typing import cast

from dispatch.domain.model.values import TimeSource

MASK = "[redacted]"
DECIMALS = 3
"""Digits left of every fraction: a thousandth of a degree is about 110 m here."""

_CODES = frozenset(
    ("kind", "type", "state", "status", "status_code", "phase", "code", "type_code", "was", "agency",
     "agency_id", "suffix", "line", "capability", "outcome", "how", "ended_how", "channel", "method", "field",
     "vehicle_class", "to_line", "what", "determinant", "form")
)  # fmt: skip
"""Fields that hold a code of a table, checked to look like one."""

_NAMES = frozenset(("number", "call_sign", "ward", "ward_code", "level", "graph_date"))
"""Fields whose text names a place no finer than a ward, an incident or a vehicle."""

_CODE_LISTS = frozenset(("capabilities", "agencies", "why", "about", "types"))

_LOOKS_LIKE_CODE = re.compile(r"[a-z][a-z0-9_.]*|1\d\d", re.ASCII)
_LOOKS_LIKE_ID = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)
_PEOPLE = frozenset(("user_id", "actor_id", "by_id"))
_SOURCES = frozenset(source.value for source in TimeSource)


def redact(value: object, key: str = "") -> object:
    """A JSON value without personal values, exact addresses and fine coordinates; `key` names its field."""
    if isinstance(value, dict):
        return {name: redact(item, str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact(item, key) for item in value]
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, str):
        return value if value == "" or _is_harmless(key, value) else MASK
    return value


def _is_harmless(key: str, value: str) -> bool:
    if key == "source":
        return value in _SOURCES
    if key == "id" or (key.endswith(("_id", "_ids")) and key not in _PEOPLE) or key == "queued":
        return _LOOKS_LIKE_ID.fullmatch(value) is not None and not value.isdigit()
    if key in _CODES or key in _CODE_LISTS:
        return _LOOKS_LIKE_CODE.fullmatch(value) is not None or (
            key == "about" and _LOOKS_LIKE_ID.fullmatch(value) is not None and not value.isdigit()
        )
    return key in _NAMES or _is_time(value)


def _is_time(value: str) -> bool:
    if len(value) < len("2026-01-01T00:00:00Z"):
        return False
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def mask_place(place: dict[str, object]) -> str:
    """An address without its house number: street and ward. Words as heard are never shown."""
    ward = cast(str, place.get("ward") or "")
    if place.get("level") not in ("house", "street", "alley", "intersection"):
        return ward
    street = _without_numbers(cast(str, place.get("label") or ""), ward)
    return ", ".join(part for part in (street, ward) if part)


def _without_numbers(label: str, ward: str) -> str:
    first = label.split(",")[0]
    kept = [word for word in first.split() if not any(letter.isdigit() for letter in word)]
    street = " ".join(kept).strip(" ,-")
    for lead in ("Số ", "số ", "Hẻm ", "hẻm ", "Ngõ ", "ngõ "):
        street = street.removeprefix(lead)
    return "" if street == ward else street
