"""A plausible fleet for a city whose real one is not known: which units each station has.

No public list of units exists, so every unit is marked synthetic. The numbers for each station are data
(`fleet.toml` of an agency); a small city gets a small fleet, and at least one unit of each type.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.loader import AGENCIES
from dispatch.agencies.tables import read
from dispatch.domain.codebook import Agency, CodeBook
from dispatch.domain.model.messages import Command
from dispatch.domain.model.unit import RegisterStation, RegisterUnit
from dispatch.domain.model.values import LonLat


class StationSite(msgspec.Struct, frozen=True, kw_only=True):
    """A place where units of an agency belong, as the city knows it."""

    station_id: str
    agency_id: str
    name: str
    lon_lat: LonLat
    synthetic: bool


def plan_fleet(sites: Sequence[StationSite], book: CodeBook, folder: Path = AGENCIES) -> list[Command]:
    """Commands that register every station and its units, stations first.

    The same stations give the same fleet, whatever their order. Raises `CodeTableError` for a fleet table
    that names an unknown unit type, and `Refused("unknown_agency")` for a station of none of the agencies.
    """
    commands: list[Command] = []
    ordered = sorted(sites, key=lambda site: (site.agency_id, site.station_id))
    for site in ordered:
        agency_id = book.get_agency(site.agency_id).id
        commands.append(
            RegisterStation(
                station_id=site.station_id,
                agency_id=agency_id,
                name=site.name,
                lon_lat=site.lon_lat,
                synthetic=site.synthetic,
            )
        )
    for agency in book.agencies.values():
        own = [site for site in ordered if site.agency_id == agency.id]
        if own:
            commands += _plan_units(agency, own, read_ratios(folder, agency))
    return commands


def read_ratios(folder: Path, agency: Agency) -> dict[str, float]:
    """Unit type → units for each station; raises `CodeTableError`."""
    where = folder / agency.id / "fleet.toml"
    ratios = read(where, dict[str, float])
    for type_code, ratio in ratios.items():
        if type_code not in agency.unit_types:
            raise CodeTableError(f"{agency.id}/fleet.toml", f"unknown unit type {type_code!r}")
        if not 0 < ratio < 100:
            raise CodeTableError(f"{agency.id}/fleet.toml", f"{type_code!r}: {ratio} for each station")
    return ratios


def _plan_units(agency: Agency, sites: list[StationSite], ratios: dict[str, float]) -> list[Command]:
    commands: list[Command] = []
    for type_code, ratio in ratios.items():
        prefix = agency.unit_types[type_code].call_sign_prefix
        for number, site in enumerate(_share(sites, ratio), start=1):
            commands.append(
                RegisterUnit(
                    unit_id=f"{agency.id}-{prefix.lower()}-{number}",
                    call_sign=f"{prefix}-{number}",
                    agency_id=agency.id,
                    station_id=site.station_id,
                    type_code=type_code,
                    synthetic=True,
                )
            )
    return commands


def _share(sites: list[StationSite], ratio: float) -> list[StationSite]:
    """The station of each unit, so that units are spread evenly: 0.5 reaches every second station."""
    total = max(1, round(len(sites) * ratio))
    return [sites[number * len(sites) // total] for number in range(total)]
