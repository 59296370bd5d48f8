"""Small maps drawn in tests: letters are nodes, 100 m from column to column and from row to row."""

from dataclasses import dataclass, field
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

ORIGIN = (106.70, 10.77)
STEP_LON, STEP_LAT = 0.000915527, 0.000899322  # 100 m each at the origin's latitude


@dataclass
class DrawnMap:
    """A picture of nodes, the ways between them, what stands on nodes, and turn restrictions."""

    picture: str
    ways: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    node_tags: dict[str, dict[str, str]] = field(default_factory=dict)
    turns: list[tuple[str, str, str, str, dict[str, str]]] = field(default_factory=list)
    row_m: float = 100.0

    def way(self, nodes: str, highway: str = "residential", **tags: str) -> "DrawnMap":
        """Adds a way along these letters; `_` in a tag's name stands for a colon."""
        named = {key.replace("_", ":"): value for key, value in tags.items()}
        self.ways.append((nodes, {**({"highway": highway} if highway else {}), **named}))
        return self

    def stand(self, node: str, **tags: str) -> "DrawnMap":
        """Puts something on a node, such as barrier=bollard."""
        self.node_tags[node] = tags
        return self

    def turn(self, kind: str, from_way: str, via: str, to_way: str, **tags: str) -> "DrawnMap":
        """Adds a turn restriction between two ways, named by their letters, over a node or a way."""
        self.turns.append((kind, from_way, via, to_way, tags))
        return self

    def place(self, node: str, east_m: float = 0.0, north_m: float = 0.0) -> tuple[float, float]:
        """Position of a letter, shifted by metres."""
        lon, lat = self.places[node]
        return lon + east_m / 100 * STEP_LON, lat + north_m / 100 * STEP_LAT

    @property
    def places(self) -> dict[str, tuple[float, float]]:
        """Position of every letter in the picture."""
        rows = self.picture.strip("\n").splitlines()
        indent = min(len(row) - len(row.lstrip()) for row in rows if row.strip())
        return {
            letter: (ORIGIN[0] + column * STEP_LON, ORIGIN[1] - line * STEP_LAT * self.row_m / 100)
            for line, row in enumerate(rows)
            for column, letter in enumerate(row[indent:])
            if letter.isalpha()
        }

    def write(self, path: Path) -> Path:
        """Writes the map as an OSM file."""
        ids = {letter: number for number, letter in enumerate(self.places, start=1)}
        path.unlink(missing_ok=True)
        with osmium.SimpleWriter(str(path)) as writer:
            for letter, lon_lat in self.places.items():
                writer.add_node(Node(id=ids[letter], location=lon_lat, tags=self.node_tags.get(letter, {})))
            for number, (nodes, tags) in enumerate(self.ways, start=1):
                writer.add_way(Way(id=number, nodes=[ids[letter] for letter in nodes], tags=tags))
            way_ids = {nodes: number for number, (nodes, _) in enumerate(self.ways, start=1)}
            for number, (kind, start, via, end, tags) in enumerate(self.turns, start=1):
                over = ("n", ids[via], "via") if via in ids else ("w", way_ids[via], "via")
                members = [("w", way_ids[start], "from"), over, ("w", way_ids[end], "to")]
                relation_tags = {"type": "restriction", **({"restriction": kind} if kind else {}), **tags}
                writer.add_relation(Relation(id=number, members=members, tags=relation_tags))
        return path
