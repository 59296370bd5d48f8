"""A city made up from a seed, for a first look without any data: real names, invented ground."""

from __future__ import annotations

from pathlib import Path
from random import Random

from gis.importers.contents import CitySources
from gis.importers.generated.build import build_ground
from gis.importers.generated.layout import HALF_SIZE_M, draw_layout
from gis.importers.generated.writer import bend, make_wards, write_osm, write_wards


def write_generated_city(folder: Path, seed: int = 1, half_size_m: float = HALF_SIZE_M) -> CitySources:
    """Write generated.osm.pbf and generated_wards.geojson into the folder; the same seed, the same city.

    The city is a square of twice half_size_m. The files go through the same build as real ones.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(seed)
    shape = bend(random)
    ground = build_ground(draw_layout(random, half_size_m), random)
    wards = make_wards(shape, half_size_m)
    sources = CitySources(
        folder / "generated.osm.pbf", wards=folder / "generated_wards.geojson", generated=True
    )
    write_osm(ground, wards, shape, random, sources.osm)
    write_wards(wards, folder / "generated_wards.geojson")
    return sources
