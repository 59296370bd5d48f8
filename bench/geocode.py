"""How often, how near, how surely and how fast the geocoder answers, on real addresses with known positions.

    python -m bench.geocode [--limit N] [--misses FILE] [--only PARTS] [--peers]

PARTS are any of sayings,lists,causes,ablation,learning,million; all, if not said.

The addresses are those of HCMC_DATA/addresses_dev.csv of quality A. The city is built twice, without the
numbers that are asked for: once whole streets are left out (three of ten), once single numbers. Each address
is said in four ways (`bench/_sayings.py`). A hit lies within the distance that the source's own accuracy
allows: 50 m for mapped doors, 80 m for bus poles and others, 100 m in an alley. ECE is that of the confidence
as the chance of a hit.

The city then takes in lists of addresses without positions (`bench/_lists.py`) and is asked again.
The misses are counted by what the city knows of the number and its street (`bench/_causes.py`). Then every
kind of evidence is taken away in turn (`bench/_anchors.py`), and a third city without any of these
addresses learns 0, 1,000 and 4,000 other places, as a centre does from its own confirmed ones; and the same
questions are asked of a city of a million made-up numbers, for the time they take.

With --peers a plain baseline and Nominatim answer the same questions beside ours, each told the words as our
grammar reads them; Nominatim also as they were said (`bench/_nominatim.py` says what it needs).
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import asyncpg

from bench._anchors import MILLION, WITHOUT
from bench._causes import CAUSES, list_causes
from bench._centre import scratch_database
from bench._city import DEFAULT_DATA
from bench._geocoded import COLUMNS, Row, ask_all, miss_line, table_line
from bench._heard import as_ask
from bench._lists import write_lists
from bench._nominatim import Nominatim, install_nominatim, open_nominatim
from bench._plain import Plain
from bench._sayings import abbreviated, in_full, spoken, without_marks
from bench._splits import Split, by_number, by_street, everything, hold_out
from dispatch.store.connect import open_pool
from gis.city import build_city
from gis.geocode import Geocoder
from gis.geocode.geocoder import known_areas
from gis.learning import Learner
from gis.zones import load_zones

SAYINGS = (in_full, without_marks, abbreviated, spoken)
SPLITS = (by_street, by_number)
LEARNT = (0, 1000, 4000)
PARTS = ("sayings", "causes", "ablation", "lists", "learning", "million")


@contextmanager
def city_without(data: Path, split: Split) -> Iterator[tuple[str, list[Row], Path]]:
    """A city built without what the split holds out: its database, the rows to ask for, a scratch folder."""
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
        yield dsn, asked, Path(folder)


async def say_all(dsn: str, held_out: str, rows: Sequence[Row]) -> list[str]:
    """Print a line for each way of saying; the misses."""
    misses: list[str] = []
    async with await open_pool(dsn, max_size=1) as pool:
        geocoder = Geocoder(pool)
        await geocoder.geocode("Lê Lợi")
        for saying in SAYINGS:
            said = saying.__name__.replace("_", " ")
            answers = await ask_all(geocoder.geocode, rows, saying)
            print(table_line(held_out, said, answers), flush=True)
            misses += [miss_line(held_out, said, answer) for answer in answers if not answer.hit]
    return misses


async def ask_peers(dsn: str, held_out: str, rows: Sequence[Row], nominatim: Nominatim) -> None:
    """Print a line for each way of saying and each peer."""
    async with await open_pool(dsn, max_size=1) as pool:
        zones = await load_zones(pool)
        known = known_areas(zones)
        for saying in SAYINGS:
            said = saying.__name__.replace("_", " ")
            for peer in (Plain(pool), nominatim):
                answers = await ask_all(as_ask(peer.find, zones, known), rows, saying)
                print(table_line(held_out, f"{said}, {peer.name}", answers, told=False), flush=True)
            raw = as_ask(nominatim.find_as_said, zones, known)
            answers = await ask_all(raw, rows, saying)
            print(table_line(held_out, f"{said}, {nominatim.name}, as said", answers, told=False), flush=True)


async def tell_causes(dsn: str, rows: Sequence[Row]) -> None:
    """Print what the misses are made of."""
    async with await open_pool(dsn, max_size=1) as pool, pool.acquire() as connection:
        answers = await ask_all(Geocoder(connection).geocode, rows, in_full)
        causes = await list_causes(connection, answers)
        print(f"\n| {' | '.join(CAUSES)} |", "|---" * len(CAUSES) + "|", *causes, "", sep="\n", flush=True)


async def take_away(dsn: str, held_out: str, rows: Sequence[Row]) -> None:
    """Print a line for each kind of evidence taken away; the city is as before afterwards."""
    for name, statements in WITHOUT.items():
        connection = await asyncpg.connect(dsn)
        change = connection.transaction()
        await change.start()
        for statement in statements:
            await connection.execute(statement)
        geocoder = Geocoder(connection)
        await geocoder.geocode("Lê Lợi")
        answers = await ask_all(geocoder.geocode, rows, in_full)
        print(table_line(held_out, f"without {name}" if statements else "with all", answers), flush=True)
        await change.rollback()
        await connection.close()


async def take_in_lists(dsn: str, held_out: str, data: Path, rows: Sequence[Row], folder: Path) -> None:
    """Print a line for the city that knows of 17,000 more numbers in which ward they are; they stay."""
    file = folder / "lists.csv"
    write_lists(data, file)
    async with await open_pool(dsn, max_size=1) as pool:
        await Learner(pool).import_file(file, "bench", 0.7, datetime.now(UTC), lambda _share: None)
        await pool.execute("ANALYZE gis.listed_numbers")
        geocoder = Geocoder(pool)
        await geocoder.geocode("Lê Lợi")
        for saying in (in_full, spoken):
            answers = await ask_all(geocoder.geocode, rows, saying)
            print(
                table_line(f"{held_out}, with lists", saying.__name__.replace("_", " "), answers), flush=True
            )


async def fill_up(dsn: str, rows: Sequence[Row]) -> None:
    """Print a line for a city of a million numbers, of which only the times mean anything."""
    async with await open_pool(dsn, max_size=1) as pool:
        await pool.execute(MILLION)
        await pool.execute("ANALYZE gis.house_numbers")
        count = await pool.fetchval("SELECT count(*) FROM gis.house_numbers")
        geocoder = Geocoder(pool)
        await geocoder.geocode("Lê Lợi")
        answers = await ask_all(geocoder.geocode, rows, spoken)
        print(table_line(f"{count:,} numbers", "time alone", answers), flush=True)


async def learn_more(dsn: str, data: Path, asked: Sequence[Row], folder: Path) -> None:
    """Print a line for each number of places learnt in a city that began with none of them."""
    test = [row for row in asked if by_number(row["street"], row["housenumber"])]
    lessons = _lessons(data)
    async with await open_pool(dsn, max_size=1) as pool:
        learner, geocoder, known = Learner(pool), Geocoder(pool), 0
        for count in LEARNT:
            file = folder / f"learnt_{count}.csv"
            _write(file, lessons[known:count])
            if count:
                await learner.import_file(file, "bench", 0.7, datetime.now(UTC), lambda _share: None)
                await pool.execute("ANALYZE gis.house_numbers")
            known = count
            answers = await ask_all(geocoder.geocode, test, in_full)
            print(table_line("all of these", f"{min(count, len(lessons))} learnt", answers), flush=True)


def _lessons(data: Path) -> list[Row]:
    """Places to learn, in a fixed mixed order: never a number that is asked for."""
    rows = _read(data / "addresses_dev.csv")
    rows += [
        row | {"street": row["street_inferred"]}
        for row in _read(data / "osm_housenumbers_street_inferred_dev.csv")
        if "note" in row["how"]
    ]
    others = [row for row in rows if not by_number(row["street"], row["housenumber"])]
    return sorted(others, key=hash_of)


def hash_of(row: Row) -> str:
    """An order that has nothing to do with place."""
    return sha256(f"{row['lat']} {row['lon']} {row['housenumber']}".encode()).hexdigest()


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["housenumber", "street", "lat", "lon"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _measure_split(
    data: Path, split: Split, parts: Sequence[str], limit: int | None, nominatim: Path | None
) -> list[str]:
    """Print what was asked for of a city without a split; the misses. `nominatim`: its programs."""
    misses: list[str] = []
    with city_without(data, split) as (dsn, asked, folder):
        name, rows = split.__name__.replace("_", " "), asked[:limit]
        if "sayings" in parts:
            misses = asyncio.run(say_all(dsn, name, rows))
        if "causes" in parts:
            asyncio.run(tell_causes(dsn, rows))
        if nominatim is not None:
            files = (folder / "held_out.osm.pbf", [folder / "addresses.csv"])
            with open_nominatim(nominatim, folder / "nominatim", dsn, *files) as peer:
                asyncio.run(ask_peers(dsn, name, rows, peer))
        if "ablation" in parts:
            asyncio.run(take_away(dsn, name, rows))
        if "lists" in parts:
            asyncio.run(take_in_lists(dsn, name, data, rows, folder))
    return misses


def run() -> None:
    """Measure what was asked for and print the tables."""
    parser = argparse.ArgumentParser(description="how often, how near and how fast the geocoder answers")
    parser.add_argument("--limit", type=int, help="ask only so many addresses of each split")
    parser.add_argument("--misses", type=Path, help="write the misses there")
    parser.add_argument("--peers", action="store_true", help="ask a plain baseline and Nominatim too")
    parser.add_argument("--only", default=",".join(PARTS), help="of: " + ", ".join(PARTS))
    wanted = parser.parse_args()
    parts = wanted.only.split(",")
    data = Path(os.environ.get("HCMC_DATA") or DEFAULT_DATA)
    if not (data / "addresses_dev.csv").exists():
        print(f"no addresses to ask for: {data / 'addresses_dev.csv'} is missing (set HCMC_DATA)")
        return
    print(f"| {' | '.join(COLUMNS)} |")
    print("|---" * len(COLUMNS) + "|")
    misses: list[str] = []
    with tempfile.TemporaryDirectory() as programs:
        bin_ = install_nominatim(Path(programs)) if wanted.peers else None
        for split in SPLITS if {"sayings", "causes", "ablation", "lists"} & set(parts) else ():
            misses += _measure_split(data, split, parts, wanted.limit, bin_)
    if {"learning", "million"} & set(parts):
        with city_without(data, everything) as (dsn, asked, folder):
            if "learning" in parts:
                asyncio.run(learn_more(dsn, data, asked[: wanted.limit], folder))
            if "million" in parts:
                asyncio.run(fill_up(dsn, asked[: wanted.limit or 1000]))
    if wanted.misses:
        wanted.misses.write_text("\n".join(misses), encoding="utf-8")


if __name__ == "__main__":
    run()
