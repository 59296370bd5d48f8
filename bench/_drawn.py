"""Positions drawn all over a city, and roads to close in it."""

from collections.abc import Iterator
from itertools import cycle, pairwise
from pathlib import Path

import numpy as np
import osmium

from bench._peers import Road
from routing.graph.model import BoolArray, RoadGraph
from routing.terms.messages import LonLat

DRIVABLE = {
    *("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential"),
    *("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link", "living_street"),
}


def draw_positions(graph: RoadGraph, count: int, seed: int, edges: BoolArray | None = None) -> list[LonLat]:
    """Positions within some 20 m of roads all over the city, of these edges if they are told."""
    rng = np.random.default_rng(seed)
    shapes = graph.shape_lon_lat
    if edges is not None:
        shapes = shapes[np.repeat(edges, np.diff(graph.edge_shape_start))]
    points = shapes[rng.integers(0, len(shapes), count)]
    return [(lon, lat) for lon, lat in (points + rng.normal(0, 0.0002, (count, 2))).tolist()]


def draw_pairs(
    graph: RoadGraph, seed: int, edges: BoolArray | None = None
) -> Iterator[tuple[LonLat, LonLat]]:
    """Two places anywhere, again and again others."""
    places = draw_positions(graph, 4000, seed, edges)
    return cycle(zip(places[::2], places[1::2], strict=True))


def read_roads(pbf: Path, count: int, seed: int) -> list[Road]:
    """So many pieces of drivable streets, drawn all over the extract."""
    pieces: list[tuple[int, int, float, float]] = []
    for way in osmium.FileProcessor(str(pbf), osmium.osm.NODE | osmium.osm.WAY).with_locations():
        if not way.is_way() or way.tags.get("highway") not in DRIVABLE:
            continue
        ends = [(n.ref, n.lon, n.lat) for n in way.nodes if n.location.valid()]
        pieces += [(a, b, (x + u) / 2, (y + v) / 2) for (a, x, y), (b, u, v) in pairwise(ends)]
    chosen = np.random.default_rng(seed).choice(len(pieces), count, replace=False).tolist()
    return [Road((lon, lat), (a, b)) for a, b, lon, lat in (pieces[n] for n in chosen)]
