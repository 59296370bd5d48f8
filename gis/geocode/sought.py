"""What somebody looks for among the learnt numbers, read as a caller's words are: "12 hẻm 45 Lê Lợi"."""

from __future__ import annotations

import shapely

from gis.geocode.areas import resolve_areas, split_areas
from gis.geocode.fold import street_key
from gis.geocode.geocoder import Geocoder, known_areas
from gis.geocode.grammar import parse
from gis.geocode.matching import match_streets
from gis.geocode.numbers import kilometre_text, path_text, split_alley_name
from gis.store import queries
from gis.store.learnt_pages import Sought
from gis.store.names import Lookup
from gis.store.queries import Source

_MEANT = 0.85
"""A street whose name fits as well as this may be the one that is meant."""


async def read_sought(source: Source, geocoder: Geocoder, words: str) -> Sought:
    """What the words look for; without words, or where nothing is read in them, an empty one."""
    zones, gazetteer = await geocoder.zones(), await geocoder.names()
    query = parse(words, known_areas(zones))
    loose = {name: split_areas(name, zones) for name in query.names[1:]}
    areas = [*query.areas, *(area for told in loose.values() for area in told)]
    name, path = query.names[0] if query.names else "", query.path
    if query.kilometre is not None:
        path = (kilometre_text(query.kilometre),)
    matches = []
    if name:
        async with queries.held(source) as connection:
            matches = await match_streets(Lookup(connection, gazetteer), name, zones)
        best = max((match.fit for match in matches), default=0.0)
        matches = [match for match in matches if match.fit >= min(best, _MEANT)]
        areas += next((match.areas for match in matches if match.areas), ())
    alley = split_alley_name(name)
    if alley is not None:
        name, path = alley[1], path if len(path) > 1 else (*alley[0], *path)
    hint = resolve_areas(areas, zones) if areas else None
    return Sought(
        key=street_key(name),
        street_ids=tuple(match.id for match in matches),
        path=path_text(path) if path else "",
        ground=None if hint is None else shapely.to_wkb(hint.edge),
    )
