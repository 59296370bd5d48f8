"""How often, how near and how fast the geocoder answers, on real addresses with known positions.

    python -m bench.geocode [--limit N] [--misses FILE]

The addresses are those of HCMC_DATA/addresses_dev.csv of quality A. The city is built twice, without the
numbers that are asked for: once whole streets are left out (three of ten), once single numbers. Each address
is said in four ways (`bench/_sayings.py`). A hit lies within the distance that the source's own accuracy
allows: 50 m for mapped doors, 80 m for bus poles and others, 100 m in an alley.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg

from bench._centre import scratch_database
from bench._city import DEFAULT_DATA
from bench._sayings import abbreviated, in_full, spoken, without_marks
from bench._splits import Split, by_number, by_street, hold_out
from gis.city import build_city
from gis.geocode import Candidate, Geocoder
from gis.geometry import LonLat, haversine_m

Row = dict[str, str]
ACCEPT_M = {"osm2018": 50.0}
OTHER_ACCEPT_M = 80.0
ALLEY_ACCEPT_M = 100.0
SAYINGS = (in_full, without_marks, abbreviated, spoken)
NOWHERE_M = 1e6
COLUMNS = (
    "held out", "said", "n", "in reach", "≤ 200 m", "≤ 500 m", "median m", "hẻm", "in circle", "ward",
    "p50 ms", "p99 ms",
)  # fmt: skip


def accept_m(row: Row) -> float:
    """How far from the known position an answer may lie."""
    return ALLEY_ACCEPT_M if row["is_alley"] == "1" else ACCEPT_M.get(row["source"], OTHER_ACCEPT_M)


async def ask(
    geocoder: Geocoder, split: str, rows: list[Row], saying: Callable[[Row], str], misses: list[str]
) -> str:
    """One line of the table for one way of saying the addresses."""
    times: list[float] = []
    distances: list[float] = []
    hits, alleys, in_circle, ward = 0, [0, 0], 0, 0
    for row in rows:
        text = saying(row)
        started = time.perf_counter()
        candidates = await geocoder.geocode(text)
        times.append((time.perf_counter() - started) * 1000)
        distance = _distance(row, candidates)
        distances.append(distance)
        hit = distance <= accept_m(row)
        hits += hit
        alleys[0] += hit and row["is_alley"] == "1"
        alleys[1] += row["is_alley"] == "1"
        if candidates:
            in_circle += distance <= candidates[0].radius_m
            ward += candidates[0].ward_code == row["ward_2025_code"]
        if not hit:
            misses.append(_miss(f"{split}\t{saying.__name__}", row, text, candidates, distance))
    count, cuts = len(rows), statistics.quantiles(times, n=100)
    near = [sum(distance <= reach for distance in distances) / count for reach in (200, 500)]
    return (
        f"| {split} | {saying.__name__.replace('_', ' ')} | {count} | {hits / count:.1%} | {near[0]:.1%} "
        f"| {near[1]:.1%} | {statistics.median(distances):.0f} | {alleys[0] / max(1, alleys[1]):.1%} "
        f"| {in_circle / count:.1%} | {ward / count:.1%} | {cuts[49]:.1f} | {cuts[98]:.1f} |"
    )


def _distance(row: Row, candidates: list[Candidate]) -> float:
    truth = LonLat(float(row["lon"]), float(row["lat"]))
    return haversine_m(candidates[0].lon_lat, truth) if candidates else NOWHERE_M


def _miss(way: str, row: Row, text: str, candidates: list[Candidate], distance: float) -> str:
    told = [f"{c.level} {c.label} ±{c.radius_m:.0f} c{c.confidence}" for c in candidates[:3]]
    return f"{way}\t{row['source']}\t{text}\t{distance:.0f} m\t{' ; '.join(told) or 'nothing'}"


async def measure(dsn: str, split: str, rows: list[Row]) -> list[str]:
    """Print the lines of one split; the misses."""
    pool = await asyncpg.create_pool(dsn, min_size=1, max_size=1)
    geocoder = Geocoder(pool)
    await geocoder.geocode("Lê Lợi")
    misses: list[str] = []
    for saying in SAYINGS:
        print(await ask(geocoder, split, rows, saying, misses), flush=True)
    await pool.close()
    return misses


def measure_split(data: Path, split: Split, limit: int | None) -> list[str]:
    """Build the city without what is asked for, and ask; the misses."""
    with scratch_database() as dsn, tempfile.TemporaryDirectory() as folder:
        extract, addresses, asked = hold_out(data, Path(folder), split)
        build_city(
            dsn,
            Path(folder) / "city",
            extract,
            data / "hcmc_wards_2025.geojson",
            (data / "hospitals_osm2026.json", data / "facilities_osm2018.csv"),
            tuple(addresses),
            generated=False,
            graph_builder=lambda _pbf, pack: (pack / "no_graph").touch(),
        )
        return asyncio.run(measure(dsn, split.__name__.replace("_", " "), asked[:limit]))


def run() -> None:
    """Measure both splits and print the table."""
    parser = argparse.ArgumentParser(description="how often, how near and how fast the geocoder answers")
    parser.add_argument("--limit", type=int, help="ask only so many addresses of each split")
    parser.add_argument("--misses", type=Path, help="write the misses there")
    wanted = parser.parse_args()
    data = Path(os.environ.get("HCMC_DATA") or DEFAULT_DATA)
    if not (data / "addresses_dev.csv").exists():
        print(f"no addresses to ask for: {data / 'addresses_dev.csv'} is missing (set HCMC_DATA)")
        return
    print(f"| {' | '.join(COLUMNS)} |")
    print("|---" * len(COLUMNS) + "|")
    missed = [miss for split in (by_street, by_number) for miss in measure_split(data, split, wanted.limit)]
    if wanted.misses:
        wanted.misses.write_text("\n".join(missed), encoding="utf-8")


if __name__ == "__main__":
    run()
