"""What the misses are made of: by what the city knows of the street that was asked for."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence

import asyncpg

from bench._geocoded import Answer, Row
from bench._splits import root_key
from gis.geocode.numbers import main_number, number_path

CAUSES = ("what is known of the number", "n", "in reach", "≤ 200 m", "≤ 500 m", "median m")

# The street of that name at the true place, how far from it the answer lies, and how far off in numbers the
# nearest known one is.
_STREET = """
SELECT s.spine_m, ST_Distance(s.geom::geography, ST_SetSRID(ST_MakePoint($4, $5), 4326)::geography) AS off_m,
       (SELECT min(abs(k.number - $6)) FROM (
            SELECT h.number FROM gis.house_numbers h WHERE h.street_id = s.id AND h.path !~ '/'
            UNION ALL
            SELECT m.number FROM gis.streets m WHERE m.parent_id = s.id AND m.mouth IS NOT NULL) k) AS apart
FROM gis.street_names n JOIN gis.streets s ON s.id = n.street_id
WHERE n.key = $1 AND NOT s.alley
  AND ST_DWithin(s.geom, ST_SetSRID(ST_MakePoint($2, $3), 4326), 0.001)
ORDER BY s.geom <-> ST_SetSRID(ST_MakePoint($2, $3), 4326) LIMIT 1
"""
_ON_THE_STREET_M = 120.0
_CLOSE, _FAR = 15, 60
_LONG_M = 2000.0


async def list_causes(connection: asyncpg.Connection, answers: Sequence[Answer]) -> list[str]:
    """One line under `CAUSES` for each kind of address, that with the most misses first."""
    kinds: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        kinds[await _kind(connection, answer)].append(answer)
    ordered = sorted(kinds.items(), key=lambda item: -sum(not a.hit for a in item[1]))
    return [f"| {' | '.join(_cells(kind, of_kind))} |" for kind, of_kind in ordered]


async def _kind(connection: asyncpg.Connection, answer: Answer) -> str:
    row, path = answer.row, number_path(answer.row["housenumber"])
    if not answer.candidates or not path:
        return "nothing found, or no number in it"
    found, lon, lat = answer.candidates[0], float(row["lon"]), float(row["lat"])
    asked = (root_key(row["street"]), lon, lat, found.lon, found.lat, main_number(path[0]))
    street = await connection.fetchrow(_STREET, *asked)
    if street is None or street["off_m"] > _ON_THE_STREET_M:
        return "another street, or another piece of it"
    return ", ".join(_parts(row, path, street["apart"], street["spine_m"]))


def _parts(row: Row, path: tuple[str, ...], apart: int | None, spine_m: float) -> Iterator[str]:
    if not path[0][0].isdigit():
        yield "block with a letter"
        return
    if row["is_alley"] == "1" or path[1:]:
        yield "in an alley"
    if apart is None:
        yield "no number of the street known"
    elif apart > _FAR:
        yield f"the nearest more than {_FAR} numbers off"
    else:
        yield f"one within {_CLOSE}" if apart <= _CLOSE else f"one within {_FAR}"
    yield "over 2 km long" if spine_m > _LONG_M else "shorter street"


def _cells(kind: str, answers: Sequence[Answer]) -> tuple[str, ...]:
    shares = (sum(a.distance_m <= most for a in answers) / len(answers) for most in (200, 500))
    hits = sum(a.hit for a in answers) / len(answers)
    median = statistics.median(a.distance_m for a in answers)
    return kind, str(len(answers)), *(f"{share:.0%}" for share in (hits, *shares)), f"{median:.0f}"
