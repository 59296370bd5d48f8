"""Points from files, and matrices into them."""

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from routing.graph.build import build_graph
from routing.graph.file import save
from routing.points import PointsUnusable, read_points, write_matrix
from routing.travel_time.network import RoadNetwork
from tests.unit.routing.drawn_map import DrawnMap

ToNetwork = Callable[[DrawnMap], RoadNetwork]


def write_points(folder: Path, text: str) -> Path:
    path = folder / "points.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "id, lon, lat"),
        ("id,lon\na,106.7\n", "lat"),
        ("id,lon,lat\n", "no points"),
        ("id,lon,lat\na,nan,10.77\n", "line 2"),
        ("id,lon,lat\na,106.7,10.77\nb,10.77,106.7\n", "line 3"),
        ("id,lon,lat\na,106.7\n", "line 2"),
        ("id,lon,lat\n,106.7,10.77\n", "line 2"),
        ("id,lon,lat\na,106.7,10.77\na,106.7,10.77\n", "line 2 already"),
    ],
)
def test_bad_points_are_refused_with_their_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(PointsUnusable, match=told):
        read_points(write_points(tmp_path, text))


def test_missing_or_binary_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "image.csv").write_bytes(b"\xff\xfe\x00\x81")
    for path in (tmp_path / "none.csv", tmp_path / "image.csv"):
        with pytest.raises(PointsUnusable, match="unreadable"):
            read_points(path)


def test_columns_may_stand_in_any_order_and_ids_be_words(tmp_path: Path) -> None:
    points = read_points(write_points(tmp_path, "\ufefflat,name,lon,id\n10.77,x,106.7,Bến Thành\n"))
    assert [(point.id, point.lon_lat) for point in points] == [("Bến Thành", (106.7, 10.77))]


def test_matrix_says_nothing_where_no_way_leads(tmp_path: Path, to_network: ToNetwork) -> None:
    drawn = DrawnMap("abcd").way("ab").way("bc").way("cd")
    network = to_network(drawn)
    network.apply_closures([int(network.snap([drawn.place("b", east_m=50)], "car").edge[0])])
    (a, b), (c, d) = drawn.place("a", east_m=20), drawn.place("d", east_m=-20)
    points = read_points(write_points(tmp_path, f"id,lon,lat\nw,{a},{b}\ne,{c},{d}\n"))
    assert write_matrix(network, points, "car", tmp_path / "m.csv") == 2
    with (tmp_path / "m.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["src", "dst", "time_s", "distance_m"],
        ["w", "w", "0.0", "0.0"],
        ["w", "e", "", ""],
        ["e", "w", "", ""],
        ["e", "e", "0.0", "0.0"],
    ]


def test_point_outside_is_named_and_nothing_is_written(tmp_path: Path, to_network: ToNetwork) -> None:
    drawn = DrawnMap("ab").way("ab")
    lon, lat = drawn.place("a")
    points = read_points(write_points(tmp_path, f"id,lon,lat\nhere,{lon},{lat}\nhanoi,105.85,21.02\n"))
    with pytest.raises(PointsUnusable, match="hanoi"):
        write_matrix(to_network(drawn), points, "car", tmp_path / "m.csv")
    assert list(tmp_path.glob("*m.csv*")) == []


# Finds no room on the disk first, and is killed when all is written but not yet in its place then.
UNLUCKY = """
import os, resource, signal, sys
from pathlib import Path
from routing.graph.file import load
from routing.points import PointsUnusable, read_points, write_matrix
from routing.travel_time.network import RoadNetwork
from routing.travel_time.vehicle_classes import CIVIL_CAR

folder = Path(sys.argv[1])
network, points = RoadNetwork(load(folder), [CIVIL_CAR]), read_points(folder / "points.csv")
unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (20, unlimited[1]))
try:
    write_matrix(network, points, "car", folder / "m.csv")
except PointsUnusable as refused:
    print(refused, [path.name for path in folder.glob("*.part")], (folder / "m.csv").read_text())
resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
kill = lambda _share: os.kill(os.getpid(), signal.SIGKILL)
write_matrix(network, points, "car", folder / "m.csv", progress=kill)
"""


def test_what_stood_there_stays_when_the_disk_is_full_and_when_the_writer_is_killed(tmp_path: Path) -> None:
    drawn = DrawnMap("ab").way("ab")
    (lon, lat), (east, north) = drawn.place("a"), drawn.place("b")
    graph = build_graph(drawn.write(tmp_path / "drawn.osm.pbf"))
    save(graph, tmp_path)
    points = read_points(write_points(tmp_path, f"id,lon,lat\na,{lon},{lat}\nb,{east},{north}\n"))
    matrix = tmp_path / "m.csv"
    matrix.write_text("of yesterday")
    ended = subprocess.run(
        [sys.executable, "-c", UNLUCKY, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert "không ghi được" in ended.stdout
    assert ended.stdout.endswith("[] of yesterday\n")
    assert matrix.read_text() == "of yesterday"
    # What the killed one left is written over.
    assert write_matrix(RoadNetwork(graph), points, "car", matrix) == 4
    assert len(matrix.read_text().splitlines()) == 5
    assert list(tmp_path.glob(".m.csv*")) == []


def test_second_writer_of_the_same_file_is_refused_and_a_pipe_is_no_file(
    tmp_path: Path, to_network: ToNetwork
) -> None:
    drawn = DrawnMap("ab").way("ab")
    (lon, lat), network = drawn.place("a"), to_network(drawn)
    points = read_points(write_points(tmp_path, f'id,lon,lat\n"Số 1, Lê Lợi",{lon},{lat}\n'))
    matrix = tmp_path / "m.csv"

    def write_too(_share: float) -> None:
        with pytest.raises(PointsUnusable, match="another command"):
            write_matrix(network, points, "car", matrix)

    assert write_matrix(network, points, "car", matrix, progress=write_too) == 1
    assert matrix.read_text().splitlines()[1] == '"Số 1, Lê Lợi","Số 1, Lê Lợi",0.0,0.0'
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PointsUnusable, match="not a file"):
        write_matrix(network, points, "car", tmp_path / "pipe")
