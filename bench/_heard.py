"""What every peer is told: the words as our grammar reads them, so that none fails for how they were said."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import msgspec

from bench._geocoded import Ask
from gis.geocode import Candidate
from gis.geocode.areas import resolve_areas
from gis.geocode.grammar import parse
from gis.geocode.numbers import path_text
from gis.geocode.tokens import Area, KnownAreas
from gis.geometry import LonLat
from gis.zones import Zones

_KIND = re.compile(r"^đường (?!số\b|\d)", re.IGNORECASE)
_FAMILY = re.compile(r"\bNg\b\.? *")
_HIGHWAY = re.compile(r"\bQL\.? *")


class Heard(msgspec.Struct, frozen=True):
    """Number and street, the areas named as they are written in full, and the wards of today in them; and the
    words themselves."""

    text: str
    number: str
    street: str
    areas: tuple[str, ...]
    ward_codes: frozenset[str]


def hear(text: str, zones: Zones, known: KnownAreas) -> Heard:
    """The parts of what was said."""
    query = parse(text, known)
    hint = resolve_areas(query.areas, zones)
    return Heard(
        text,
        path_text(query.path),
        _plain(query.names[0]) if query.names else "",
        tuple(_in_full(area) for area in query.areas),
        hint.ward_codes if hint else frozenset(),
    )


def as_ask(find: Callable[[Heard], Awaitable[LonLat | None]], zones: Zones, known: KnownAreas) -> Ask:
    """A peer asked as ours is: it tells a place and nothing of how sure it is."""

    async def ask(text: str) -> list[Candidate]:
        place = await find(hear(text, zones, known))
        if place is None:
            return []
        ward = zones.find_ward(place)
        code, name = (ward.code, ward.name) if ward else ("", "")
        return [Candidate(*place, 0.0, 0.0, "street", "", code, name, "", [])]

    return ask


def _plain(street: str) -> str:
    """A street as maps write it: without a leading "đường" that is not part of its name, words in full."""
    return _HIGHWAY.sub("Quốc lộ ", _FAMILY.sub("Nguyễn ", _KIND.sub("", street)))


def _in_full(area: Area) -> str:
    kinds = {"ward": "Phường", "district": "Quận"}
    return f"{kinds[area.kind]} {area.name}" if area.name.isdigit() and area.kind in kinds else area.name
