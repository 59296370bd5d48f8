"""The city a benchmark runs on: Ho Chi Minh City where its data is, else the generated one."""

import os
from pathlib import Path

from gis.city import CityPack, build_city
from gis.importers.contents import CitySources
from gis.importers.generated import write_generated_city
from routing.graph.file import GRAPH_FILE_NAME, compile_graph

DEFAULT_DATA = Path(__file__).parents[2] / "shared" / "data" / "hcmc"


def build_bench_city(dsn: str, data_dir: Path, *, known_addresses: bool = True) -> CityPack:
    """Build it into a migrated database and a folder, with or without the known addresses."""
    data = Path(os.environ.get("HCMC_DATA") or DEFAULT_DATA)
    if (data / "hcmc_2018.osm.pbf").exists():
        sources = CitySources(
            data / "hcmc_2018.osm.pbf",
            data / "hcmc_wards_2025.geojson",
            (data / "hospitals_osm2026.json", data / "facilities_osm2018.csv"),
            (data / "addresses_dev.csv",) if known_addresses else (),
        )
    else:
        sources = write_generated_city(data_dir / "sources")
    return build_city(
        dsn,
        data_dir,
        sources.osm,
        sources.wards,
        sources.facilities,
        sources.addresses,
        generated=sources.generated,
        graph_builder=lambda pbf, folder: compile_graph(pbf, folder / GRAPH_FILE_NAME),
    )
