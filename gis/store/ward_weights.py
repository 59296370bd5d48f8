"""How much of the city each ward is, where nobody has counted its people."""

from __future__ import annotations

from gis.store.queries import Source

_STREET_M = """
SELECT code, sum(length_m / cardinality(ward_codes)) AS metres
FROM gis.streets, unnest(ward_codes) AS code
GROUP BY code
ORDER BY code
"""


async def list_street_m(source: Source) -> dict[str, float]:
    """Metres of street and alley by ward code: where there is more to live along, more people call."""
    return {row["code"]: float(row["metres"]) for row in await source.fetch(_STREET_M)}
