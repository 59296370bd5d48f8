"""A position in words, as a resident would say it: "hẻm 654 Lạc Long Quân, cách đầu hẻm 40 m"."""

from __future__ import annotations

import re

from gis.geometry import LonLat
from gis.store import nearby, queries
from gis.store.queries import Row, Source

_DOOR_REACH_M = 35.0
_ON_STREET_M = 25.0
_STREET_REACH_M = 400.0
_ALLEY_LEAD_M = 6.0
"""By so much an alley may be farther than a street and still be where somebody in it says they are."""

_CORNER_REACH_M = 250.0
_AT_CORNER_M = 30.0
_VISITORS = re.compile(r"\s+(?:Boulevard|Street|Avenue)$")


async def describe_near(source: Source, place: LonLat) -> str | None:
    """The nearest door, alley or corner of a street; None when nothing named is near."""
    async with queries.held(source) as held:
        streets = await nearby.list_near_streets(held, *place)
        if not streets or streets[0]["distance_m"] > _STREET_REACH_M:
            return None
        door = await queries.find_nearest_door(held, *place)
        near_door = door if door is not None and door["distance_m"] <= _DOOR_REACH_M else None
        alley = _alley_of(streets)
        if alley is not None:
            return _in_alley(alley, near_door)
        if near_door is not None:
            return f"gần {near_door['path']} {_said(near_door['name'])}"
        return await _on_street(held, place, streets[0])


def _alley_of(streets: list[Row]) -> Row | None:
    """The alley the position is in: nearest of all, or nearly so."""
    near = streets[0]["distance_m"] + _ALLEY_LEAD_M
    return next((s for s in streets if s["alley"] and s["distance_m"] <= min(near, _ON_STREET_M * 1.6)), None)


def _in_alley(alley: Row, door: Row | None) -> str:
    name = (
        f"hẻm {alley['path']} {alley['parent']}" if alley["path"] and alley["parent"] else str(alley["name"])
    )
    words = [name[0].lower() + name[1:] if name.startswith("Hẻm") else name]
    if alley["from_mouth_m"] is not None:
        metres = rounded_m(alley["from_mouth_m"])
        words.append(f"cách đầu hẻm {metres} m" if metres >= 10 else "ngay đầu hẻm")
    if door is not None and "/" in door["path"]:
        words.append(f"gần số {door['path']}")
    return ", ".join(words)


async def _on_street(source: Source, place: LonLat, street: Row) -> str:
    name = _said(street["name"])
    said = name if street["distance_m"] <= _ON_STREET_M else _off(f"cách {name}", street["distance_m"])
    corner = await nearby.find_near_corner(source, *place, street["id"])
    if corner is None or corner["distance_m"] > _CORNER_REACH_M:
        return said
    if corner["distance_m"] <= _AT_CORNER_M:
        return f"góc {name} – {_said(corner['other'])}"
    return _off(f"{said}, cách góc {_said(corner['other'])}", corner["distance_m"])


def _said(name: str) -> str:
    """A street's name as a resident says it, without the visitors' word behind it."""
    return _VISITORS.sub("", name)


def _off(words: str, metres: float) -> str:
    """How far: a number behind a name that ends in one is told apart ("Đường số 8 chừng 70 m")."""
    return f"{words}{' chừng' if words[-1].isdigit() else ''} {rounded_m(metres)} m"


def rounded_m(metres: float) -> int:
    """As people say it: tens below a hundred, else fifties."""
    step = 10 if metres < 100 else 50
    return int(round(metres / step) * step)
