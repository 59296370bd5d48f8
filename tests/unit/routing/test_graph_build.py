"""From an OSM file to a compiled graph and back from disk."""

import dataclasses
import resource
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from routing.graph.build import build_graph
from routing.graph.errors import (
    BrokenExtract,
    BrokenGraphFile,
    EmptyExtract,
    ExtractMissing,
    GraphFileMissing,
)
from routing.graph.file import GRAPH_FILE_NAME, compile_graph, is_current, load, save
from routing.graph.kinds import Turn
from routing.graph.model import RoadGraph
from routing.matching.lessons import LESSONS_FILE_NAME, start_lessons, write_lessons
from tests.unit.routing.drawn_map import DrawnMap

CROSSING = """
    .b.
    acd
    .e.
"""


def test_ways_are_cut_where_they_meet(tmp_path: Path) -> None:
    drawn = DrawnMap(CROSSING).way("acd", name="Nguyễn Trãi").way("bce", name="Trần Phú")
    graph = build_graph(drawn.write(tmp_path / "map.osm"))
    assert (graph.node_count, graph.edge_count, graph.arc_count) == (5, 4, 8)
    assert graph.edge_length_m == pytest.approx([100] * 4, rel=1e-3)
    assert {graph.get_edge_name(edge) for edge in range(4)} == {"Nguyễn Trãi", "Trần Phú"}


def test_bend_without_a_junction_is_shape_not_a_node(tmp_path: Path) -> None:
    graph = build_graph(DrawnMap("ab\n.c").way("abc").write(tmp_path / "map.osm"))
    assert (graph.node_count, graph.edge_count) == (2, 1)
    assert len(graph.get_edge_shape(0)) == 3
    assert graph.edge_length_m[0] == pytest.approx(200, rel=1e-3)


def test_ring_without_a_junction_has_no_arc_to_itself(tmp_path: Path) -> None:
    graph = build_graph(DrawnMap("ab\ndc").way("abcda").write(tmp_path / "map.osm"))
    assert (graph.arc_tail != graph.arc_head).all()
    assert graph.edge_length_m.sum() == pytest.approx(400, rel=1e-3)


def test_refused_turn_repeats_only_the_arcs_of_its_junction(tmp_path: Path) -> None:
    drawn = DrawnMap(CROSSING).way("ac").way("cd").way("bc").way("ce").turn("no_left_turn", "ac", "c", "bc")
    graph = build_graph(drawn.write(tmp_path / "map.osm"))
    # A copy of the junction with its four exits, and one of each dead end, to price turning back there.
    assert (graph.node_count, graph.arc_count) == (5 + 1 + 3, 8 + 4 + 3)
    assert ((graph.arc_turn & Turn.REFUSED) != 0).sum() == 1
    assert graph.unexpressed_restrictions == ()


def test_saved_graph_is_read_back_the_same(tmp_path: Path) -> None:
    drawn = DrawnMap(CROSSING).way("acd", name="Hẻm 654").way("bce").stand("c", barrier="bollard")
    drawn.turn("no_left_turn", "acd", "c", "bce", hour_on="06:00", hour_off="09:00")
    drawn.ways[0][1]["oneway:conditional"] = "yes @ (Mo-Fr 06:00-09:00); -1 @ (PH)"
    graph = build_graph(drawn.write(tmp_path / "map.osm"))
    assert len(graph.by_hour.edge)
    save(graph, tmp_path)
    again = load(tmp_path)
    assert (tmp_path / GRAPH_FILE_NAME).is_file()
    pairs = [
        (getattr(one, field.name), getattr(other, field.name))
        for one, other in (
            (graph, again),
            (graph.by_hour, again.by_hour),
            (graph.other_names, again.other_names),
        )
        for field in dataclasses.fields(one)
        if field.name not in ("by_hour", "other_names")
    ]
    for ours, theirs in pairs:
        if isinstance(ours, np.ndarray):
            np.testing.assert_array_equal(ours, theirs)  # NaN is NaN
        else:
            assert ours == theirs


def test_missing_extract_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExtractMissing):
        build_graph(tmp_path / "none.osm.pbf")


def test_file_that_is_no_extract_is_said(tmp_path: Path) -> None:
    (tmp_path / "map.osm.pbf").write_bytes(b"this is not a map" * 100)
    with pytest.raises(BrokenExtract):
        build_graph(tmp_path / "map.osm.pbf")


def test_extract_cut_short_is_said(tmp_path: Path) -> None:
    whole = DrawnMap(CROSSING).way("acd").way("bce").write(tmp_path / "map.osm.pbf").read_bytes()
    (tmp_path / "half.osm.pbf").write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(BrokenExtract):
        build_graph(tmp_path / "half.osm.pbf")


def test_extract_without_roads_is_said(tmp_path: Path) -> None:
    with pytest.raises(EmptyExtract):
        build_graph(DrawnMap("ab").way("ab", highway="proposed").write(tmp_path / "map.osm"))


def test_failed_compilation_leaves_the_old_graph(tmp_path: Path) -> None:
    compile_graph(DrawnMap("ab").way("ab").write(tmp_path / "map.osm"), tmp_path)
    before = (tmp_path / GRAPH_FILE_NAME).read_bytes()
    (tmp_path / "broken.osm").write_text("<osm")
    with pytest.raises(BrokenExtract):
        compile_graph(tmp_path / "broken.osm", tmp_path)
    assert (tmp_path / GRAPH_FILE_NAME).read_bytes() == before


def test_missing_graph_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(GraphFileMissing):
        load(tmp_path / "nowhere")


@pytest.mark.hcmc
def test_real_city_has_the_roads_and_restrictions_it_is_known_to_have(hcmc_graph: RoadGraph) -> None:
    assert hcmc_graph.source_date == "2017-12-31"
    assert 57_000 < len(set(hcmc_graph.node_osm_id.tolist())) < 62_000
    # 69 relations: 15 lack a member in the extract, two are drawn over ways that do not touch.
    assert sum("member" in told for told in hcmc_graph.unexpressed_restrictions) == 15
    assert len(hcmc_graph.unexpressed_restrictions) == 17
    assert ((hcmc_graph.arc_turn & Turn.REFUSED) != 0).sum() >= 52
    assert not hcmc_graph.arc_turn[: 2 * hcmc_graph.edge_count].any()
    assert len(hcmc_graph.timed_rules) == 2
    assert hcmc_graph.unread_rules == ()
    assert len(set(hcmc_graph.by_hour.turn_hours.tolist())) == 2
    assert "Nguyễn Trãi" in {name.removeprefix("Đường ") for name in hcmc_graph.names}


def test_graph_of_another_format_is_not_current(tmp_path: Path) -> None:
    compile_graph(DrawnMap("ab").way("ab").write(tmp_path / "map.osm"), tmp_path)
    assert is_current(tmp_path)
    np.savez(tmp_path / GRAPH_FILE_NAME, texts=np.frombuffer(b'{"format_version": 1}', dtype=np.uint8))
    assert not is_current(tmp_path)
    assert not is_current(tmp_path / "nowhere")


def test_graph_that_the_disk_damaged_is_refused_with_what_to_do(tmp_path: Path) -> None:
    compile_graph(DrawnMap("ab").way("ab").write(tmp_path / "map.osm"), tmp_path)
    file = tmp_path / GRAPH_FILE_NAME
    whole = file.read_bytes()
    # One wrong bit in the last numbers, in the head of the first array, and in each byte of what the archive
    # tells of the last: sizes, checks, compression, encryption.
    first, told = whole.index(b"\x93NUMPY"), whole.rindex(b"PK\x01\x02")
    places = [told - 1, first + 20, *range(told, told + 20)]
    refused: dict[int, str] = {}
    for place, bit in product(places, range(8)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
        try:
            load(tmp_path)  # a time or a version that nobody reads may be wrong
        except BrokenGraphFile as error:
            refused[place] = str(error)
    assert refused.keys() >= {told - 1, first + 20, told + 8, told + 10}
    assert all("dispatch city build" in words for words in refused.values())
    for length in (0, 1, first, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert not is_current(tmp_path)
    file.write_bytes(whole)
    assert is_current(tmp_path)


def test_what_stood_there_stays_whole_where_the_disk_has_no_room_for_what_is_new(tmp_path: Path) -> None:
    compile_graph(DrawnMap("ab").way("ab").write(tmp_path / "map.osm"), tmp_path)
    graph, lessons = load(tmp_path), tmp_path / LESSONS_FILE_NAME
    write_lessons(lessons, start_lessons(graph))
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, unlimited[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            save(graph, tmp_path)
        with pytest.raises(OSError, match="File too large"):
            write_lessons(lessons, start_lessons(graph))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
