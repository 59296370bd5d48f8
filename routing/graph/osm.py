"""Reads from an OSM extract what a road graph is made of."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import osmium
import osmium.filter
import osmium.io
from osmium.osm import RELATION, WAY, Node, Relation, Way, WayNodeList

from routing.graph.errors import BrokenExtract, EmptyExtract, ExtractMissing
from routing.graph.hours import ALWAYS, Hours
from routing.graph.kinds import Barrier, Mode
from routing.graph.tags import BarrierTags, RoadTags
from routing.graph.timed_tags import (
    TimedBarrier,
    TimedKind,
    list_timed,
    read_kinds,
    read_timed_barrier,
    read_way,
)


@dataclass(frozen=True, slots=True)
class OsmRoad:
    """One way that somebody may travel on, with the ids and positions (lon, lat) of its known nodes.

    states: what else than by its tags it is at which hours.
    """

    way_id: int
    tags: RoadTags
    node_ids: array[int]
    lons: array[float]
    lats: array[float]
    states: tuple[tuple[Hours, RoadTags], ...] = ()


@dataclass(frozen=True, slots=True)
class OsmRestriction:
    """A turn restriction relation; via is a node or ways, neither when it is incomplete."""

    relation_id: int
    kind: str
    from_way_ids: tuple[int, ...]
    via_node_id: int | None
    via_way_ids: tuple[int, ...]
    to_way_ids: tuple[int, ...]
    exempt: Mode
    hours: Hours = ALWAYS


@dataclass(frozen=True, slots=True)
class OsmRoads:
    """All of an extract that matters for travelling."""

    roads: list[OsmRoad] = field(default_factory=list)
    barriers: dict[int, TimedBarrier] = field(default_factory=dict)
    signals: dict[int, str] = field(default_factory=dict)  # node id → forward, backward or both
    tolls: set[int] = field(default_factory=set)
    timed_rules: list[str] = field(default_factory=list)
    unread_rules: list[str] = field(default_factory=list)
    restrictions: list[OsmRestriction] = field(default_factory=list)
    source_date: str = ""


_EXEMPT_MODES = {
    "motorcycle": Mode.MOTORCYCLE,
    "mortorcycle": Mode.MOTORCYCLE,  # so spelt in the city's own data
    "motorcar": Mode.MOTORCAR,
    "emergency": Mode.EMERGENCY,
    "foot": Mode.FOOT,
    "psv": Mode.BUS,
    "bus": Mode.BUS,
}


def read_osm_roads(pbf: Path) -> OsmRoads:
    """Roads, barriers and turn restrictions of an extract.

    Raises ExtractMissing, BrokenExtract (unreadable or cut short) and EmptyExtract (no road in it).
    """
    if not pbf.is_file():
        raise ExtractMissing(pbf)
    try:
        roads = _read(pbf)
    except (RuntimeError, ValueError, OSError) as error:
        raise BrokenExtract(pbf, str(error)) from error
    if not roads.roads:
        raise EmptyExtract(pbf)
    return roads


def _read(pbf: Path) -> OsmRoads:
    read = OsmRoads(source_date=_read_date(pbf))
    wanted = osmium.filter.KeyFilter("highway", "route", "barrier", "restriction", "type")
    for item in osmium.FileProcessor(str(pbf)).with_locations().with_filter(wanted):
        if isinstance(item, Node):
            _read_node(item.id, dict(item.tags), read)
        elif isinstance(item, Way):
            tags_of_way = dict(item.tags)
            way = read_way(tags_of_way)
            if way.plain is not None:
                read.roads.extend(_known_pieces(item.id, way.plain, way.states, item.nodes))
                _note_timed(f"way {item.id}", tags_of_way, way.unread, read)
        elif isinstance(item, Relation):
            tags_of_relation = dict(item.tags)
            if tags_of_relation.get("type", "").startswith("restriction"):
                told = read_kinds(tags_of_relation)
                _note_timed(f"relation {item.id}", tags_of_relation, told.unread, read)
                kinds = told.kinds or [TimedKind("", Mode.NONE)] * (not list_timed(tags_of_relation))
                read.restrictions.extend(_read_restriction(item, tags_of_relation, kind) for kind in kinds)
    return read


def _read_node(node_id: int, tags: dict[str, str], read: OsmRoads) -> None:
    barrier = read_timed_barrier(tags)
    if barrier.states or barrier.plain != BarrierTags(Barrier.NONE):
        read.barriers[node_id] = barrier
        _note_timed(f"node {node_id}", tags, barrier.unread, read)
    if tags.get("highway") == "traffic_signals":
        read.signals[node_id] = tags.get("traffic_signals:direction", "both")
    if tags.get("barrier") == "toll_booth":
        read.tolls.add(node_id)


def _note_timed(what: str, tags: dict[str, str], unread: Sequence[str], read: OsmRoads) -> None:
    """Rules with hours as "way 12: access:conditional = no @ (06:00-09:00)", and what of them is not read."""
    if timed := list_timed(tags):
        read.timed_rules.append(f"{what}: {timed}")
    read.unread_rules.extend(f"{what}: {words}" for words in unread)


def _known_pieces(
    way_id: int, tags: RoadTags, states: tuple[tuple[Hours, RoadTags], ...], nodes: WayNodeList
) -> Iterator[OsmRoad]:
    """A way cut at nodes that lie outside the extract, so that no piece jumps across a gap."""
    piece = OsmRoad(way_id, tags, array("q"), array("d"), array("d"), states)
    for node in nodes:
        if node.location.valid():
            piece.node_ids.append(node.ref)
            piece.lons.append(node.lon)
            piece.lats.append(node.lat)
            continue
        if len(piece.node_ids) > 1:
            yield piece
        piece = OsmRoad(way_id, tags, array("q"), array("d"), array("d"), states)
    if len(piece.node_ids) > 1:
        yield piece


def _read_restriction(relation: Relation, tags: dict[str, str], kind: TimedKind) -> OsmRestriction:
    members = list(relation.members)
    via = [member for member in members if member.role == "via"]
    exempt = kind.exempt
    for word in tags.get("except", "").replace(",", ";").split(";"):
        exempt |= _EXEMPT_MODES.get(word.strip(), Mode.NONE)
    return OsmRestriction(
        relation_id=relation.id,
        kind=kind.kind,
        from_way_ids=tuple(m.ref for m in members if m.role == "from" and m.type == "w"),
        via_node_id=via[0].ref if len(via) == 1 and via[0].type == "n" else None,
        via_way_ids=tuple(m.ref for m in via if m.type == "w"),
        to_way_ids=tuple(m.ref for m in members if m.role == "to" and m.type == "w"),
        exempt=exempt,
        hours=kind.hours,
    )


def _read_date(pbf: Path) -> str:
    """Date of the data (ISO, UTC day) from the file's header, else the newest object in it."""
    with osmium.io.Reader(str(pbf)) as reader:
        stamp = reader.header().get("osmosis_replication_timestamp", "")
    if stamp:
        return stamp[:10]
    newest = datetime(1970, 1, 1, tzinfo=UTC)
    for item in osmium.FileProcessor(str(pbf), WAY | RELATION):
        if isinstance(item, Way | Relation):
            newest = max(newest, item.timestamp)
    return newest.date().isoformat() if newest.year > 1970 else ""
