"""Every turn restriction of the real city, looked for in routes that pass it."""

from pathlib import Path

import numpy as np
import pytest

from routing.graph.kinds import Mode, Turn
from routing.graph.osm import OsmRestriction, read_osm_roads
from routing.travel_time.network import RoadNetwork
from routing.travel_time.weights import IMPASSABLE_MS

pytestmark = pytest.mark.hcmc


@pytest.fixture(scope="module")
def over_nodes(hcmc_data: Path) -> list[OsmRestriction]:
    """The city's restrictions over a node whose ways are all in the extract."""
    return [r for r in read_osm_roads(hcmc_data / "hcmc_2018.osm.pbf").restrictions if r.via_node_id]


def list_driven_turns(network: RoadNetwork, vehicle_class: str, hot: bool) -> set[tuple[int, int, int, int]]:
    """(from way, node, to way, milliseconds of the turn) at junctions with refused turns."""
    graph, weights = network.graph, network.get_profile(vehicle_class, hot).weights
    copies = np.unique(graph.arc_tail[2 * graph.edge_count :])
    ending: dict[int, list[int]] = {node: [] for node in copies.tolist()}
    for arc in np.flatnonzero(np.isin(graph.arc_head, copies)).tolist():
        ending[int(graph.arc_head[arc])].append(arc)
    found = set()
    for arc in range(2 * graph.edge_count, graph.arc_count):
        if weights.arc_ms[arc] >= IMPASSABLE_MS:
            continue
        node = int(graph.arc_tail[arc])
        for approach in ending[node]:
            ways = [int(graph.edge_way_id[graph.arc_directed_edge[a] >> 1]) for a in (approach, arc)]
            found.add((ways[0], int(graph.node_osm_id[node]), ways[1], int(weights.turn_ms[arc])))
    return found


@pytest.mark.parametrize("vehicle_class", ["car", "motorbike", "engine"])
def test_no_class_without_siren_drives_a_refused_turn(
    hcmc_network: RoadNetwork, over_nodes: list[OsmRestriction], vehicle_class: str
) -> None:
    driven = {turn[:3] for turn in list_driven_turns(hcmc_network, vehicle_class, hot=False)}
    modes = hcmc_network.get_profile(vehicle_class, False).vehicle.modes
    checked = 0
    for restriction in over_nodes:
        if restriction.exempt & modes or not restriction.kind.startswith("no_"):
            continue
        for start in restriction.from_way_ids:
            for end in restriction.to_way_ids:
                checked += 1
                assert (start, restriction.via_node_id, end) not in driven, restriction
    assert checked > (10 if vehicle_class == "motorbike" else 40)


def test_siren_drives_refused_turns_at_a_price(hcmc_network: RoadNetwork) -> None:
    graph = hcmc_network.graph
    refused = (graph.arc_turn & Turn.REFUSED) != 0
    weights = hcmc_network.get_profile("ambulance", True).weights
    priced = weights.turn_ms[refused]
    assert (priced >= 10_000).all()
    assert (priced < IMPASSABLE_MS).all()
    assert not (graph.arc_turn_exempt[refused] & np.uint8(Mode.EMERGENCY)).any()
