"""The road graph of the real city, and networks of maps drawn in tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from routing.graph.build import build_graph
from routing.graph.file import load
from routing.graph.model import RoadGraph
from routing.travel_time.network import RoadNetwork
from tests.unit.routing.drawn_map import DrawnMap


@pytest.fixture(scope="session")
def hcmc_graph(hcmc_roads: Path) -> RoadGraph:
    """The road graph of the real city."""
    return load(hcmc_roads)


@pytest.fixture(scope="session")
def hcmc_network(hcmc_graph: RoadGraph) -> RoadNetwork:
    """The real city for every vehicle class, nothing closed."""
    return RoadNetwork(hcmc_graph)


@pytest.fixture
def to_network(tmp_path: Path) -> Callable[[DrawnMap], RoadNetwork]:
    """Turns a drawn map into a road network, through a real OSM file."""
    return lambda drawn: RoadNetwork(build_graph(drawn.write(tmp_path / "drawn.osm.pbf")))
