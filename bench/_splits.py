"""The city as it would be without the numbers that are asked for: by whole streets, or by single numbers."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import osmium
from osmium.osm import Node, Relation, Way

from gis.geocode.fold import initials, street_key
from gis.geocode.numbers import number_path, split_alley_name
from gis.importers.survey import find_note, read_note, surveyed_number
from gis.importers.told import TAGS, read_told

_SURVEYED = ("building", "route", "information", "note")
Row = dict[str, str]
_Answer = tuple[str, tuple[str, ...]]
Split = Callable[[str, str], bool]
"""(street, house number) → whether the number is held out of the city."""


def root_key(street: str) -> str:
    """The key of the street that a number is counted along: an alley's is its street's."""
    alley = split_alley_name(street)
    return street_key(alley[1] if alley and alley[1] else street)


def _chosen(text: str, share: float) -> bool:
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big") < share * 2**32


def by_street(street: str, _number: str) -> bool:
    """Three streets of ten lose all their numbers."""
    return _chosen(root_key(street), 0.3)


def by_number(street: str, number: str) -> bool:
    """Three numbers of ten are lost, wherever they are."""
    return _chosen(f"{root_key(street)} {'/'.join(number_path(number))}", 0.3)


def everything(_street: str, _number: str) -> bool:
    """No number is left at all."""
    return True


def hold_out(data: Path, folder: Path, split: Split) -> tuple[Path, list[Path], list[Row]]:
    """Writes the extract and the address files without the held-out numbers.

    Names and notes of the map that tell an address that is asked for are taken out too; what they tell of
    others stays, as the map has it.
    Answers (extract, address files, rows of quality A that are held out).
    """
    inferred = _read(data / "osm_housenumbers_street_inferred_dev.csv")
    streets_of = {row["osm"]: row["street_inferred"] for row in inferred}
    extract = folder / "held_out.osm.pbf"
    rows = _read(data / "addresses_dev.csv")
    kept = [row for row in rows if not split(row["street"], row["housenumber"])]
    asked = [row for row in rows if row["quality"] == "A" and split(row["street"], row["housenumber"])]
    _write_extract(data / "hcmc_2018.osm.pbf", extract, streets_of, split, _answers(asked))
    addresses = folder / "addresses.csv"
    with addresses.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["housenumber", "street", "lat", "lon"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(row for row in kept if row["quality"] == "A")
    return extract, [addresses], asked


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _answers(asked: Sequence[Row]) -> set[_Answer]:
    """The addresses asked for, by the key of their street and by its initials."""
    found = set()
    for row in asked:
        key, path = root_key(row["street"]), number_path(row["housenumber"])
        found |= {(key, path), (initials(key), path)}
    return found


def _tells(text: str, answers: set[_Answer]) -> bool:
    return any((key, path) in answers for path, keys in read_told(text) for key in keys)


def _write_extract(
    source: Path, target: Path, streets_of: dict[str, str], split: Split, answers: set[_Answer]
) -> None:
    with osmium.SimpleWriter(str(target)) as writer:
        for entity in osmium.FileProcessor(str(source)):
            if isinstance(entity, Node | Way | Relation):
                tags = {tag.k: tag.v for tag in entity.tags}
                left = _held_out(tags, f"{entity.type_str()}{entity.id}", streets_of, split, answers)
                writer.add(entity if left == tags else entity.replace(tags=left))
            else:
                writer.add(entity)


def _held_out(
    tags: dict[str, str], name: str, streets_of: dict[str, str], split: Split, answers: set[_Answer]
) -> dict[str, str]:
    """The tags of an object of the map without what is held out."""
    number = tags.get("addr:housenumber") or surveyed_number(tags)
    if number:
        asked = {key for key, _ in answers}
        streets = [tags.get("addr:street") or streets_of.get(name, "")]
        streets += [key for key in read_note(find_note(tags)) if key in asked]
        if any(split(street, number) for street in streets):
            tags = {k: v for k, v in tags.items() if not k.startswith("addr:") and k not in _SURVEYED}
    if "highway" in tags and name.startswith("w"):
        return tags
    return {k: v for k, v in tags.items() if k not in TAGS or not _tells(v, answers)}
