"""Streets' former names, which people still say and the map seldom has: a table of the city's renamings.

`street_renames.csv`: the former and today's name, the year since which today's holds (1975, 1985 and 1990 are
rough), the old districts where it does, how certain that is and by what. The names are facts that residents
know; nothing is taken from another's list.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec

from gis.geocode.fold import street_key, ward_key
from gis.importers.streets import Street

_MAP_MAY_LACK = 2009
"""A map of some years ago bears the former name of a street that was renamed since: today's is added then."""


class Rename(msgspec.Struct, frozen=True):
    """One renaming; `districts` are keys (`fold.ward_key`) of the old districts where it holds."""

    former: str
    today: str
    since: int
    districts: frozenset[str]
    certainty: str
    source: str


@cache
def list_renames() -> tuple[Rename, ...]:
    """The city's table."""
    text = files(__package__).joinpath("street_renames.csv").read_text(encoding="utf-8")
    return tuple(
        Rename(
            former=row["former"],
            today=row["today"],
            since=int(row["since"]),
            districts=frozenset(map(ward_key, row["districts"].split(";"))),
            certainty=row["certainty"],
            source=row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def add_former_names(streets: Sequence[Street]) -> None:
    """Give each street its former names; to one that the map still calls by a former name, today's.

    A street counts where it runs through one of the districts (`Street.parts`), and bears today's name too
    where the map has that beside another.
    """
    by_key: dict[str, list[Street]] = defaultdict(list)
    by_any: dict[str, list[Street]] = defaultdict(list)
    for street in streets:
        if not street.alley:
            by_key[street.key].append(street)
            for key in {street.key, *map(street_key, street.other_names)}:
                by_any[key].append(street)
    for rename in list_renames():
        today = _within(by_any[street_key(rename.today)], rename)
        for street in today:
            street.former_names = (*street.former_names, rename.former)
        if not today and rename.since >= _MAP_MAY_LACK:
            for street in _within(by_key[street_key(rename.former)], rename):
                street.other_names = (*street.other_names, rename.today)


def _within(streets: Sequence[Street], rename: Rename) -> list[Street]:
    return [s for s in streets if rename.districts & {part.district for part in s.parts}]
