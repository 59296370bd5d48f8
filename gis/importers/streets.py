"""Named ways joined into streets, alleys tied to the street they are numbered from, crossings found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

import msgspec
import shapely
from shapely import STRtree

from gis.geocode.fold import initials, street_key
from gis.geocode.numbers import path_text, split_alley_name
from gis.importers.metres import LocalMetres
from gis.importers.model import Road
from gis.importers.spines import CUSTOM_PACE_M, Numbering

_MAIN_ROADS = ("motorway", "trunk", "primary", "secondary")
_SAME_STREET_M = 300.0
_SAME_MAIN_ROAD_M = 1500.0  # long roads have gaps where a bridge or a circle bears another name
_PARENT_REACH_M = 1000.0
_MOUTH_REACH_M = 80.0
_LIKE_NAME_REACH_M = 300.0
_LEAST_SLIP, _ALIKE = 4, 0.8
_MERGE_CROSSINGS_M = 40.0


class Part(msgspec.Struct, frozen=True):
    """From where to where along its spine a street runs through an old district."""

    district: str
    from_m: float
    to_m: float


class Street(msgspec.Struct):
    """All ways of one street of one name in one part of town; `plane` is its geometry in metres."""

    id: int
    name: str
    key: str
    other_names: tuple[str, ...]
    highway: str
    path: tuple[str, ...]
    parent_key: str
    plane: shapely.MultiLineString
    nodes: frozenset[int]
    parent_id: int | None = None
    mouth: shapely.Point | None = None
    mouth_along_m: float | None = None
    spine: shapely.LineString = shapely.LineString()
    numbering: Numbering = Numbering(0.0, CUSTOM_PACE_M, fitted=False)
    parts: tuple[Part, ...] = ()
    former_names: tuple[str, ...] = ()

    @property
    def alley(self) -> bool:
        """Whether it is a hẻm, numbered from another street."""
        return bool(self.path)


class Crossing(msgspec.Struct, frozen=True):
    """Where two streets meet, in metres; street_a < street_b."""

    street_a: int
    street_b: int
    point: shapely.Point


def join_streets(roads: Sequence[Road], metres: LocalMetres) -> list[Street]:
    """Streets of the named roads, in a stable order, alleys tied to their parent."""
    groups: dict[str, list[Road]] = defaultdict(list)
    for road in roads:
        key = _group_key(road.name)
        if key:
            groups[key].append(road)
    streets: list[Street] = []
    for key in sorted(groups):
        for members in _clusters(groups[key], metres):
            streets.append(_street(len(streets) + 1, members, metres))
    _tie_alleys(streets)
    return streets


def _group_key(name: str) -> str:
    alley = split_alley_name(name)
    if alley:
        return f"hem {path_text(alley[0])} {street_key(alley[1])}".strip()
    return street_key(name)


def _clusters(roads: list[Road], metres: LocalMetres) -> list[list[Road]]:
    """Roads of one name, apart where a gap lies between them."""
    if len(roads) == 1:
        return [roads]
    lines = [metres.to_plane(shapely.LineString(road.line)) for road in roads]
    main = any(road.highway.startswith(_MAIN_ROADS) for road in roads)
    reach = _SAME_MAIN_ROAD_M if main else _SAME_STREET_M
    leader = list(range(len(roads)))

    def lead(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    left, right = STRtree(lines).query(lines, predicate="dwithin", distance=reach)
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        low, high = sorted((lead(a), lead(b)))
        leader[high] = low
    members: dict[int, list[Road]] = defaultdict(list)
    for i, road in enumerate(roads):
        members[lead(i)].append(road)
    return list(members.values())


def _street(street_id: int, roads: list[Road], metres: LocalMetres) -> Street:
    lines = [metres.to_plane(shapely.LineString(road.line)) for road in roads]
    plane = shapely.MultiLineString(
        list(shapely.get_parts(shapely.line_merge(shapely.MultiLineString(lines))))
    )
    weights: dict[str, float] = defaultdict(float)
    names: dict[str, float] = defaultdict(float)
    for road, line in zip(roads, lines, strict=True):
        weights[road.highway] += line.length
        names[road.name] += line.length
    name = max(sorted(names), key=names.__getitem__)
    others = dict.fromkeys(
        other for road in roads for other in (road.name, *road.other_names) if other != name
    )
    alley = split_alley_name(name)
    return Street(
        id=street_id,
        name=name,
        key=_group_key(name),
        other_names=tuple(others),
        highway=max(sorted(weights), key=weights.__getitem__),
        path=alley[0] if alley else (),
        parent_key=street_key(alley[1]) if alley and alley[1] else "",
        plane=plane,
        nodes=frozenset(node for road in roads for node in road.nodes),
    )


def _tie_alleys(streets: list[Street]) -> None:
    """Give each alley the nearest street of the name it carries, and the point where it leaves that street.

    An alley whose name carries no street belongs to the nearest street within reach of its mouth.
    """
    open_streets = [street for street in streets if not street.alley]
    by_key: dict[str, list[Street]] = defaultdict(list)
    for street in open_streets:
        by_key[street.key].append(street)
    tree = STRtree([street.plane for street in open_streets])
    for alley in (street for street in streets if street.alley):
        parent = _parent_of(alley, by_key.get(alley.parent_key, []), open_streets, tree)
        if parent is None:
            continue
        alley.parent_id = parent.id
        alley.parent_key = parent.key
        if len(alley.path) == 1 and parent.plane.distance(alley.plane) <= _MOUTH_REACH_M:
            alley.mouth = shapely.Point(shapely.shortest_line(parent.plane, alley.plane).coords[0])


def _parent_of(
    alley: Street, of_its_name: Sequence[Street], streets: Sequence[Street], tree: STRtree
) -> Street | None:
    """The street an alley is numbered from: of the name it carries, else near by and of a like name."""
    choices: list[Street] = list(of_its_name)
    reach = _PARENT_REACH_M if alley.parent_key else _MOUTH_REACH_M
    if not any(street.plane.distance(alley.plane) <= reach for street in choices):
        reach = _MOUTH_REACH_M if len(alley.path) == 1 else _LIKE_NAME_REACH_M
        near = [streets[i] for i in tree.query(alley.plane, predicate="dwithin", distance=reach)]
        choices = [street for street in near if _is_short_for(alley.parent_key, street)]
    parent = min(choices, key=lambda s: (s.plane.distance(alley.plane), s.id), default=None)
    return parent if parent is not None and parent.plane.distance(alley.plane) <= reach else None


def _is_short_for(words: str, street: Street) -> bool:
    """Whether the words behind an alley's number can be the street: none, its initials ("DVB"), its name
    and more ("Cách Mạng Tháng 8 (5.5m)"), its first words ("Tôn Thất") or its name with a
    slip ("Pastuer")."""
    for key in (street.key, *(street_key(name) for name in street.other_names)):
        if not words or words == initials(key) or f"{words} ".startswith(f"{key} "):
            return True
        if (" " in words and key.startswith(f"{words} ")) or _is_slip(words.split(), key.split()):
            return True
    return False


def _is_slip(words: Sequence[str], known: Sequence[str]) -> bool:
    """Whether one word of a name is misspelt, and alike enough: "Trần Văn Qung"."""
    wrong = [(a, b) for a, b in zip(words, known, strict=False) if a != b]
    if len(words) != len(known) or len(wrong) != 1 or min(map(len, wrong[0])) < _LEAST_SLIP:
        return False
    return SequenceMatcher(None, *wrong[0]).ratio() >= _ALIKE


def find_crossings(streets: Iterable[Street], roads: Iterable[Road], metres: LocalMetres) -> list[Crossing]:
    """Where two streets share a node of the map; the corners of one dual carriageway are one crossing."""
    positions = {n: p for road in roads if road.name for n, p in zip(road.nodes, road.line, strict=True)}
    at_node: dict[int, list[int]] = defaultdict(list)
    for street in streets:
        for node in street.nodes:
            at_node[node].append(street.id)
    corners: dict[tuple[int, int], list[shapely.Point]] = defaultdict(list)
    for node in sorted(n for n, ids in at_node.items() if len(ids) > 1):
        ids = sorted(at_node[node])
        for i, a in enumerate(ids):
            for b in ids[i + 1 :]:
                corners[a, b].append(metres.point(positions[node]))
    found = []
    for (a, b), points in sorted(corners.items()):
        rest = points
        while rest:
            near = [p for p in rest if p.distance(rest[0]) <= _MERGE_CROSSINGS_M]
            rest = [p for p in rest if p.distance(rest[0]) > _MERGE_CROSSINGS_M]
            found.append(Crossing(a, b, shapely.MultiPoint(near).centroid))
    return found
