"""How often, how near and how fast the geocoder answers, on real addresses with known positions.

    python -m bench.geocode [--dsn DSN] [--limit N] [--misses FILE]

Without DSN (a database in which the real city was built) the city is built first, without the addresses that
are asked for; they come from HCMC_DATA/addresses_dev.csv, quality A only. A hit lies within the distance
that the source's own accuracy allows: 50 m for mapped doors, 80 m for bus poles and others, 100 m in an
alley. Each address is asked three ways: with the ward and district as the source has them, with today's
ward, and without any.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg

from bench._centre import scratch_database
from bench._city import DEFAULT_DATA, build_bench_city
from gis.geocode import Candidate, Geocoder
from gis.geometry import LonLat, haversine_m

Row = dict[str, str]
ACCEPT_M = {"osm2018": 50.0}
OTHER_ACCEPT_M = 80.0
ALLEY_ACCEPT_M = 100.0


def accept_m(row: Row) -> float:
    """How far from the known position an answer may lie."""
    return ALLEY_ACCEPT_M if row["is_alley"] == "1" else ACCEPT_M.get(row["source"], OTHER_ACCEPT_M)


def as_written(row: Row) -> str:
    """With the ward and district of the source, where it has them."""
    ward = f"Phường {row['ward']}" if row["ward"].isdigit() else row["ward"]
    district = f"Quận {row['district']}" if row["district"].isdigit() else row["district"]
    return ", ".join(part for part in (without_area(row), ward, district) if part)


def with_ward_of_today(row: Row) -> str:
    """With the ward since July 2025."""
    return f"{without_area(row)}, {row['ward_2025']}"


def without_area(row: Row) -> str:
    """Number and street alone."""
    return f"{row['housenumber']} {row['street']}"


async def ask(geocoder: Geocoder, rows: list[Row], question: Callable[[Row], str], misses: list[str]) -> str:
    """One line of the table for one way of asking."""
    times, first_hits, any_hits, in_circle, found = [], 0, 0, 0, 0
    for row in rows:
        text = question(row)
        started = time.perf_counter()
        candidates = await geocoder.geocode(text)
        times.append((time.perf_counter() - started) * 1000)
        truth = LonLat(float(row["lon"]), float(row["lat"]))
        distances = [haversine_m(candidate.lon_lat, truth) for candidate in candidates]
        found += bool(candidates)
        if candidates:
            first_hits += distances[0] <= accept_m(row)
            any_hits += min(distances) <= accept_m(row)
            in_circle += distances[0] <= candidates[0].radius_m + accept_m(row)
        if not candidates or distances[0] > accept_m(row):
            misses.append(_miss(question.__name__, row, text, candidates, distances))
    count = len(rows)
    cuts = statistics.quantiles(times, n=100)
    return (
        f"| {question.__name__.replace('_', ' ')} | {count} | {found / count:.1%} | {first_hits / count:.1%} "
        f"| {any_hits / count:.1%} | {in_circle / count:.1%} | {cuts[49]:.1f} | {cuts[94]:.1f} |"
    )


def _miss(way: str, row: Row, text: str, candidates: list[Candidate], distances: list[float]) -> str:
    told = [
        f"{c.level} {c.label} ±{c.radius_m:.0f} c{c.confidence} {d:.0f}m"
        for c, d in zip(candidates, distances, strict=True)
    ]
    return f"{way}\t{row['source']}\t{text}\t{' ; '.join(told[:3]) or 'nothing'}"


async def main(dsn: str, rows: list[Row]) -> list[str]:
    """Print the table; the misses."""
    pool = await asyncpg.create_pool(dsn, min_size=1, max_size=1)
    geocoder = Geocoder(pool)
    await geocoder.geocode("Lê Lợi")
    misses: list[str] = []
    print("| asked | addresses | found | first in reach | any in reach | in circle | p50 ms | p95 ms |")
    print("|---|---|---|---|---|---|---|---|")
    for question in (as_written, with_ward_of_today, without_area):
        print(await ask(geocoder, rows, question, misses), flush=True)
    await pool.close()
    return misses


def run() -> None:
    """Build the city where none is named, ask, print."""
    parser = argparse.ArgumentParser(description="how often, how near and how fast the geocoder answers")
    parser.add_argument("--dsn", help="a database with the real city")
    parser.add_argument("--limit", type=int, help="ask only so many addresses")
    parser.add_argument("--misses", type=Path, help="write the misses there")
    wanted = parser.parse_args()
    source = Path(os.environ.get("HCMC_DATA") or DEFAULT_DATA) / "addresses_dev.csv"
    if not source.exists():
        print(f"no addresses to ask for: {source} is missing (set HCMC_DATA)")
        return
    with source.open(encoding="utf-8", newline="") as addresses:
        known = [row for row in csv.DictReader(addresses) if row["quality"] == "A"][: wanted.limit]
    if wanted.dsn:
        missed = asyncio.run(main(wanted.dsn, known))
    else:
        with scratch_database() as dsn, tempfile.TemporaryDirectory() as folder:
            build_bench_city(dsn, Path(folder), known_addresses=False)
            missed = asyncio.run(main(dsn, known))
    if wanted.misses:
        wanted.misses.write_text("\n".join(missed), encoding="utf-8")


if __name__ == "__main__":
    run()
