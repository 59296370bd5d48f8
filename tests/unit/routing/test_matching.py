"""Streams of positions on known ways, with noise: the roads found are the roads driven."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from routing.graph.model import RoadGraph
from routing.matching.matcher import Driven, Fix, Matcher, match, measure_by_edge
from routing.travel_time.network import LonLat, Piece, RoadNetwork
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES
from tests.unit.routing.drawn_map import STEP_LAT, STEP_LON, DrawnMap

ToNetwork = Callable[[DrawnMap], RoadNetwork]

GRID = """
    a..b..c..d
    ..........
    ..........
    e..f..g..h
    ..........
    ..........
    i..j..k..l
"""
NOISE_M = 10.0


def grid() -> DrawnMap:
    drawn = DrawnMap(GRID)
    for row in ("abcd", "efgh", "ijkl", "aei", "bfj", "cgk", "dhl"):
        drawn.way(row)
    return drawn


def drive(
    network: RoadNetwork, start: LonLat, end: LonLat, every_m: float, noise_m: float, seed: int
) -> tuple[list[Fix], list[Piece]]:
    """Positions along the fastest way, one per so many metres, and the pieces of that way."""
    rng = np.random.default_rng(seed)
    origin, destination = network.snap([start], "car"), network.snap([end], "car")
    path = network.get_profile("car", hot=False).find_path(origin, destination)
    assert path is not None
    pieces = network.list_pieces(path, origin, destination)
    line = np.array(network.draw_pieces(pieces))
    step_m = np.hypot(*(np.diff(line, axis=0) / [STEP_LON / 100, STEP_LAT / 100]).T)
    along_m = np.concatenate([[0.0], np.cumsum(step_m)])
    at_m = np.arange(0, along_m[-1], every_m)
    lon, lat = (np.interp(at_m, along_m, line[:, axis]) for axis in (0, 1))
    east, north = rng.normal(0, noise_m, (2, len(at_m)))
    fixes = [
        Fix(float(metres) / 8, (float(x + e * STEP_LON / 100), float(y + n * STEP_LAT / 100)))
        for metres, x, y, e, n in zip(at_m, lon, lat, east, north, strict=True)
    ]
    return fixes, pieces


def share_right(network: RoadNetwork, driven: list[Driven], truth: list[Piece]) -> float:
    """Share of the true length that was found, less what was found beside it."""
    expected = measure_by_edge(network, [Driven(0, 1, tuple(truth))])
    found = measure_by_edge(network, driven)
    right = sum(min(metres, found.get(edge, 0.0)) for edge, metres in expected.items())
    wrong = sum(max(0.0, metres - expected.get(edge, 0.0)) for edge, metres in found.items())
    return (right - wrong) / sum(expected.values())


@pytest.mark.parametrize("seed", range(5))
def test_way_through_a_grid_is_found_in_spite_of_noise(to_network: ToNetwork, seed: int) -> None:
    drawn = grid()
    network = to_network(drawn)
    fixes, truth = drive(network, drawn.place("i"), drawn.place("d"), 40, NOISE_M, seed)
    assert share_right(network, match(network, "car", fixes, noise_m=NOISE_M), truth) >= 0.94


def test_stream_followed_position_by_position_ends_in_the_same_way(to_network: ToNetwork) -> None:
    drawn = grid()
    network = to_network(drawn)
    fixes, truth = drive(network, drawn.place("i"), drawn.place("d"), 15, NOISE_M, 3)
    matcher, driven = Matcher(network, "car", noise_m=NOISE_M), []
    settled_before_the_end = 0
    for fix in fixes:
        settled = matcher.add(fix)
        settled_before_the_end += len(settled)
        driven += settled
    driven += matcher.finish()
    assert settled_before_the_end > 20
    assert share_right(network, driven, truth) >= 0.95
    assert all(a.end_s == b.begin_s for a, b in pairwise(driven))


def test_leap_cuts_the_stream_instead_of_inventing_a_way(to_network: ToNetwork) -> None:
    drawn = DrawnMap("a.....b\n" + ".......\n" * 12 + "x.....y").way("ab").way("xy").way("bx", highway="path")
    network = to_network(drawn)
    west = [Fix(2.0 * n, drawn.place("a", east_m=20 * n)) for n in range(8)]
    south = [Fix(16.0 + 2 * n, drawn.place("x", east_m=20 * n)) for n in range(8)]
    driven = match(network, "motorbike", [*west, *south])
    assert sum(measure_by_edge(network, driven).values()) == pytest.approx(280, abs=3)


# A tunnel from b to e below a river, a street along the bank from b to x, and far around a bridge.
TUNNEL = """
    ..n..................o..
    ........................
    ........................
    ab.........t..........ef
    .x......................
    .y......................
"""


def test_tunnel_without_positions_is_bridged_and_no_other_way_is_made_up(to_network: ToNetwork) -> None:
    drawn = DrawnMap(TUNNEL).way("ab", name="Mai Chí Thọ").way("ef", name="Võ Văn Kiệt")
    drawn.way("bte", name="Hầm sông Sài Gòn", tunnel="yes", layer="-1").way("bnoe").way("bxy")
    network = to_network(drawn)
    fixes, truth = drive(network, drawn.place("a"), drawn.place("f"), 20.0, 6.0, seed=3)
    mouth_m, end_m = (100 * (column) for column in (1, 22))
    seen = [fix for fix in fixes if not mouth_m + 30 < fix.at_s * 8 < end_m - 30]
    assert 2 < len(seen) < len(fixes) / 3
    driven = match(network, "car", seen)
    assert share_right(network, driven, truth) > 0.95
    assert all(one.end_s == two.begin_s for one, two in pairwise(driven)), "one drive without a cut"
    # Some receivers repeat their last place until they see the sky again.
    stuck = [*seen]
    last = max(n for n, fix in enumerate(seen) if fix.at_s * 8 <= mouth_m + 30)
    stuck[last + 1 : last + 1] = [Fix(seen[last].at_s + n, seen[last].lon_lat) for n in range(1, 200)]
    assert share_right(network, match(network, "car", stuck), truth) > 0.95


def test_standing_still_old_and_impossible_positions_add_nothing(to_network: ToNetwork) -> None:
    drawn = grid()
    network = to_network(drawn)
    here = drawn.place("a", east_m=50)
    still = [Fix(float(n), here) for n in range(50)]
    assert match(network, "car", still) == []
    assert match(network, "car", [Fix(0.0, (float("nan"), 1.0)), Fix(1.0, (0.0, 0.0))]) == []
    backwards = [Fix(10.0, here), Fix(5.0, drawn.place("a", east_m=150))]
    assert match(network, "car", backwards) == []


@pytest.mark.hcmc
def test_ways_through_the_city_are_found_at_ten_metres_of_noise(hcmc_graph: RoadGraph) -> None:
    network = RoadNetwork(hcmc_graph, [VEHICLE_CLASSES["car"]])
    rng = np.random.default_rng(4)
    places = [(float(106.64 + 0.09 * x), float(10.75 + 0.06 * y)) for x, y in rng.random((7, 2))]
    metres = right = wrong = 0.0
    for seed, (start, end) in enumerate(pairwise(places)):
        fixes, truth = drive(network, start, end, 30, NOISE_M, seed)
        expected = measure_by_edge(network, [Driven(0, 1, tuple(truth))])
        found = measure_by_edge(network, match(network, "car", fixes, noise_m=NOISE_M))
        metres += sum(expected.values())
        right += sum(min(length_m, found.get(edge, 0.0)) for edge, length_m in expected.items())
        wrong += sum(max(0.0, length_m - expected.get(edge, 0.0)) for edge, length_m in found.items())
    assert metres > 20_000
    assert right / metres >= 0.95
    assert wrong / metres <= 0.05
