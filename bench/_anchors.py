"""The city without one kind of evidence, to see what each is worth."""

from __future__ import annotations

_NO_PARTS = "UPDATE gis.streets SET districts = '{}', from_m = '{}', to_m = '{}'"
_NO_OUTLINES = "UPDATE gis.legacy_wards SET outline = NULL"
_NO_MOUTHS = "UPDATE gis.streets SET mouth = NULL"
_NO_ALLEYS = "DELETE FROM gis.streets WHERE alley"
_NO_INFERRED = "DELETE FROM gis.house_numbers WHERE inferred"
_NO_TOLD = "DELETE FROM gis.house_numbers WHERE source = 'osm:name'"
_NO_STREETS = "DELETE FROM gis.house_numbers WHERE source = 'osm:street'"
_NO_BYWAYS = "DELETE FROM gis.byways"
_NO_DEEP = "DELETE FROM gis.house_numbers WHERE path LIKE '%/%'"
_NO_DOORS = "DELETE FROM gis.house_numbers"

MILLION = """
INSERT INTO gis.house_numbers (id, street_id, alley_id, path, number, inferred, along_m, source, geom)
SELECT 10000000 + row_number() OVER (), s.id, NULL, n::text, n, false, s.spine_m * n / numbered.most,
       'made up', ST_LineInterpolatePoint(s.spine, n::float8 / numbered.most)
FROM gis.streets s
CROSS JOIN (SELECT 1000000 / count(*) + 1 AS most FROM gis.streets WHERE NOT alley) numbered
CROSS JOIN generate_series(1, numbered.most) n
WHERE NOT s.alley
"""
"""Fills the city's streets with numbers until there are a million; they are not true, and only fill."""

WITHOUT: dict[str, tuple[str, ...]] = {
    "all": (),
    "numbers that begin anew by district": (_NO_PARTS,),
    "the ground of old wards and districts": (_NO_OUTLINES,),
    "alleys' mouths as numbers of their street": (_NO_MOUTHS,),
    "alleys at all": (_NO_ALLEYS,),
    "doors whose street was inferred": (_NO_INFERRED,),
    "numbers in names and notes of the map": (_NO_TOLD,),
    "numbers that streets bear at their mouths": (_NO_STREETS,),
    "ways without a name as alleys": (_NO_BYWAYS,),
    "doors in alleys": (_NO_DEEP,),
    "doors at all": (_NO_DOORS,),
    "any known number": (_NO_DOORS, _NO_ALLEYS),
}
"""Name of what is taken away, and the statements that do it to a city's database."""
