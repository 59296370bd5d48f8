"""Travel times on the real city: equal to Dijkstra's, and close to another router's."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from routing.graph.model import RoadGraph
from routing.travel_time.conditions import make_free_conditions
from routing.travel_time.network import RoadNetwork, measure_carry_s, measure_start_s
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES
from routing.travel_time.weights import find_fitting
from tests.unit.routing.dijkstra import Oracle

pytestmark = pytest.mark.hcmc

PROFILES = [("car", False), ("motorbike", False), ("engine", True), ("ladder_truck", True), ("foot", False)]


def draw_positions(graph: RoadGraph, count: int, seed: int) -> list[tuple[float, float]]:
    """Positions within some 20 m of roads all over the city."""
    rng = np.random.default_rng(seed)
    points = graph.shape_lon_lat[rng.integers(0, len(graph.shape_lon_lat), count)]
    return [(lon, lat) for lon, lat in (points + rng.normal(0, 0.0002, (count, 2))).tolist()]


def test_matrices_of_all_classes_equal_dijkstra_after_their_weights_were_made_beside_each_other(
    hcmc_graph: RoadGraph,
) -> None:
    network = RoadNetwork(hcmc_graph)
    positions = draw_positions(hcmc_graph, 6, seed=4)
    rng = np.random.default_rng(6)
    network.keep_ready([(name, hot, 2) for name, hot in PROFILES])
    network.apply_closures(rng.integers(0, hcmc_graph.edge_count, 5000).tolist())
    for name, hot in PROFILES[1:4]:
        origins, destinations = network.snap(positions[:3], name), network.snap(positions[3:], name)
        oracle = Oracle(hcmc_graph, network.get_profile(name, hot).weights)
        expected = oracle.measure_seconds(origins, destinations)
        expected += measure_start_s(origins)[:, None] + measure_carry_s(destinations)
        found = network.measure_matrix(origins, destinations, name, hot)
        np.testing.assert_allclose(found, expected, rtol=0, atol=0.003)


@pytest.mark.parametrize(("vehicle_class", "hot"), PROFILES)
def test_matrix_equals_dijkstra(hcmc_network: RoadNetwork, vehicle_class: str, hot: bool) -> None:
    positions = draw_positions(hcmc_network.graph, 60, seed=7)
    origins = hcmc_network.snap(positions[:30], vehicle_class)
    destinations = hcmc_network.snap([*positions[30:], positions[0]], vehicle_class)
    weights = hcmc_network.get_profile(vehicle_class, hot).weights
    expected = Oracle(hcmc_network.graph, weights).measure_seconds(origins, destinations)
    expected += measure_start_s(origins)[:, None] + measure_carry_s(destinations)
    found = hcmc_network.measure_matrix(origins, destinations, vehicle_class, hot)
    assert np.isfinite(found).mean() > 0.9
    # Shares of an arc are rounded to the millisecond at either end.
    np.testing.assert_allclose(found, expected, rtol=0, atol=0.003)


def test_matrix_equals_dijkstra_while_roads_are_closed(hcmc_graph: RoadGraph) -> None:
    network = RoadNetwork(hcmc_graph, [VEHICLE_CLASSES["ambulance"]])
    positions = draw_positions(hcmc_graph, 16, seed=3)
    origins, destinations = (
        network.snap(positions[:8], "ambulance"),
        network.snap(positions[8:], "ambulance"),
    )
    rng = np.random.default_rng(5)
    # As by the half of the planner that answers, and by the one that rests.
    steps = ((40, False), (8000, False), (3, False), (8000, True), (3, True), (0, True))
    for closed, at_rest in steps:
        now = make_free_conditions(hcmc_graph)
        now.closed[rng.integers(0, 2 * hcmc_graph.edge_count, closed)] = True
        if at_rest:
            network.keep_ready([("ambulance", True, 3)])
        for _ in network.reweigh_at_rest(now) if at_rest else network.reweigh(now):
            pass
        weights = network.get_profile("ambulance", True).weights
        expected = Oracle(hcmc_graph, weights).measure_seconds(origins, destinations)
        expected += measure_start_s(origins)[:, None] + measure_carry_s(destinations)
        found = network.measure_matrix(origins, destinations, "ambulance", True)
        np.testing.assert_allclose(found, expected, rtol=0, atol=0.003)


@pytest.mark.parametrize("vehicle_class", ["car", "engine", "motorbike"])
def test_route_takes_the_time_that_the_matrix_says(hcmc_network: RoadNetwork, vehicle_class: str) -> None:
    positions = draw_positions(hcmc_network.graph, 80, seed=11)
    for start, end in zip(positions[:40], positions[40:], strict=True):
        origins, destinations = (
            hcmc_network.snap([start], vehicle_class),
            hcmc_network.snap([end], vehicle_class),
        )
        expected = hcmc_network.measure_matrix(origins, destinations, vehicle_class)[0, 0]
        route = hcmc_network.find_route(start, end, vehicle_class)
        assert (np.inf if route is None else route.travel_s) == pytest.approx(expected, abs=0.002)


@pytest.mark.parametrize("vehicle_class", [name for name, row in VEHICLE_CLASSES.items() if row.hot])
def test_siren_is_never_slower_than_a_car_where_both_may_drive(
    hcmc_network: RoadNetwork, vehicle_class: str
) -> None:
    car_ms = hcmc_network.get_profile("car", False).weights.run_ms
    hot_ms = hcmc_network.get_profile(vehicle_class, True).weights.run_ms
    fits = find_fitting(hcmc_network.graph, VEHICLE_CLASSES[vehicle_class])
    assert (hot_ms[fits] <= car_ms[fits]).all()
    # So it is with what waits at the end of a stretch, and with turns, but hairpins too tight for it.
    car, hot = (
        hcmc_network.get_profile(*profile).weights for profile in (("car", False), (vehicle_class, True))
    )
    wide = hcmc_network.graph.arc_turn_room_m >= VEHICLE_CLASSES[vehicle_class].turning_width_m
    there = fits[hcmc_network.graph.arc_directed_edge] & wide
    assert (hot.arc_ms[there] <= car.arc_ms[there]).all()


def test_distances_agree_with_another_router(hcmc_network: RoadNetwork, hcmc_data: Path) -> None:
    with (hcmc_data / "od_points_dev.csv").open() as file:
        places = {row["id"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}
    with (hcmc_data / "od_matrix_valhalla_2018_dev.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["src"] != row["dst"]]
    routes = [hcmc_network.find_route(places[row["src"]], places[row["dst"]], "car") for row in rows]
    found = [(route.distance_m / 1000, route.travel_s) for route in routes if route is not None]
    assert len(found) == len(rows) == 90
    ratios = np.array([km for km, _ in found]) / np.array([float(row["distance_km"]) for row in rows])
    assert np.median(ratios) == pytest.approx(1.0, abs=0.03)
    assert (np.abs(ratios - 1) <= 0.10).mean() >= 0.85
    times = spearmanr([travel_s for _, travel_s in found], [float(row["time_s"]) for row in rows])
    assert times.statistic >= 0.95


def test_graph_hangs_together_for_every_class(hcmc_network: RoadNetwork) -> None:
    for name in VEHICLE_CLASSES:
        usable = hcmc_network.get_profile(name, False).find_usable_edges()
        assert usable.mean() > 0.65, name
