"""Lists of addresses without positions, as the city's registers of clinics and pharmacies are."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from gis.geocode.grammar import parse

_FILES = ("clinics_hcmc_dev.csv", "pharmacies_hcmc_dev.csv")
COLUMNS = ("housenumber", "street", "ward", "district")


def write_lists(data: Path, target: Path) -> int:
    """The addresses of the lists that name number, street and ward, as a file to import; how many."""
    count = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for name in _FILES:
            for text in _texts(data / name):
                query = parse(text)
                ward = next((area.name for area in query.areas if area.kind == "ward"), "")
                district = next((area.name for area in query.areas if area.kind == "district"), "")
                if query.path and query.names and ward:
                    writer.writerow(("/".join(query.path), query.names[0], ward, district))
                    count += 1
    return count


def _texts(path: Path) -> Iterator[str]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["address"] if "address" in row else ", ".join(row.values())
