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


def list_exits(network: RoadNetwork, restriction: OsmRestriction) -> set[int]:
    """Ways that a civil car may drive into after the first way of a restriction, and those it lies over."""
    graph, weights = network.graph, network.get_profile("car", hot=False).weights
    leaving: dict[int, list[int]] = {}
    for arc in np.flatnonzero(weights.arc_ms < IMPASSABLE_MS).tolist():
        leaving.setdefault(int(graph.arc_tail[arc]), []).append(arc)
    way_of = graph.edge_way_id[graph.arc_directed_edge >> 1]
    over = np.isin(way_of, restriction.via_way_ids)
    junctions = {*graph.node_osm_id[graph.arc_tail[over]].tolist(), restriction.via_node_id}
    from_way = np.isin(way_of, restriction.from_way_ids)
    approaches = from_way & np.isin(graph.node_osm_id[graph.arc_head], [node for node in junctions if node])
    begun = np.flatnonzero(approaches & (weights.arc_ms < IMPASSABLE_MS)).tolist()

    def go_on(arcs: list[int], onto_via: bool) -> list[int]:
        """Arcs that may follow these, on the ways it lies over or off them; nobody turns back."""
        return [
            ahead
            for arc in arcs
            for ahead in leaving.get(int(graph.arc_head[arc]), ())
            if over[ahead] == onto_via and graph.arc_directed_edge[ahead] ^ 1 != graph.arc_directed_edge[arc]
        ]

    passed: list[int] = []
    while restriction.via_way_ids and begun:
        begun = [arc for arc in go_on(begun, onto_via=True) if arc not in passed]
        passed += begun
    return set(way_of[go_on(passed or begun, onto_via=False)].tolist())


def test_what_signs_over_a_way_or_of_the_only_exit_say_is_obeyed(
    hcmc_network: RoadNetwork, hcmc_data: Path
) -> None:
    unexpressed = {int(told.split()[0]) for told in hcmc_network.graph.unexpressed_restrictions}
    told = [
        restriction
        for restriction in read_osm_roads(hcmc_data / "hcmc_2018.osm.pbf").restrictions
        if restriction.relation_id not in unexpressed
        and (restriction.via_way_ids or restriction.kind.startswith("only_"))
    ]
    for restriction in told:
        exits, ends = list_exits(hcmc_network, restriction), set(restriction.to_way_ids)
        assert exits <= ends if restriction.kind.startswith("only_") else not exits & ends, restriction
    assert {restriction.kind for restriction in told} >= {"only_right_turn", "only_left_turn", "no_u_turn"}


def test_siren_drives_refused_turns_at_a_price(hcmc_network: RoadNetwork) -> None:
    graph = hcmc_network.graph
    refused = (graph.arc_turn & Turn.REFUSED) != 0
    weights = hcmc_network.get_profile("ambulance", True).weights
    priced = weights.turn_ms[refused]
    assert (priced >= 10_000).all()
    assert (priced < IMPASSABLE_MS).all()
    assert not (graph.arc_turn_exempt[refused] & np.uint8(Mode.EMERGENCY)).any()
