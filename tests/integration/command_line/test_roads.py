"""`dispatch matrix` and `dispatch route` on a bare city pack: no server, no database."""

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from dispatch.cli.main import main
from routing.graph.file import compile_graph
from tests.unit.routing.drawn_map import DrawnMap

# West of the canal a, b, c and d, e, f; east of it an island of streets.
CANAL = """
    a..b..c........x..y
    d..e..f........z..w
"""


class Ended(NamedTuple):
    """How a command ended and what it said."""

    code: int
    stdout: str
    stderr: str


Dispatch = Callable[..., Ended]


def draw() -> DrawnMap:
    drawn = DrawnMap(CANAL).way("abc", name="Trần Phú").way("adefc", name="Lê Lợi").way("be", name="Hẻm 12")
    return drawn.way("xy", name="Bờ Đông")


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a compiled graph and nothing else."""
    folder = tmp_path_factory.mktemp("pack")
    compile_graph(draw().write(folder / "drawn.osm.pbf"), folder)
    return folder


@pytest.fixture
def dispatch(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Dispatch:
    """Runs one command to its end on the pack, with no database and no data folder to be found."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "nothing"))

    def run(*arguments: str, on: Path = pack) -> Ended:
        monkeypatch.setattr(sys, "argv", ["dispatch", *arguments, "--pack", str(on)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ended(int(ended.value.code or 0), said.out, said.err)

    return run


def write_points(folder: Path, **places: tuple[float, float]) -> Path:
    """A file of points."""
    path = folder / "points.csv"
    lines = [f"{name},{tell(place)}" for name, place in places.items()]
    path.write_text("\n".join(["id,lon,lat", *lines, ""]), encoding="utf-8")
    return path


def tell(place: tuple[float, float]) -> str:
    return f"{place[0]:.7f},{place[1]:.7f}"


def refuse(ended: Ended) -> str:
    """What a refused command said."""
    assert ended.code == 1, ended.stdout
    return ended.stderr


def test_matrix_has_every_pair_with_time_and_distance(dispatch: Dispatch, tmp_path: Path) -> None:
    drawn = draw()
    points = write_points(tmp_path, west=drawn.place("a", 100), middle=drawn.place("b", 100))
    out = tmp_path / "matrix.csv"
    ended = dispatch("matrix", "--points", str(points), "--profile", "car", "--out", str(out))
    assert ended.code == 0, ended.stderr
    with out.open(encoding="utf-8") as file:
        rows = {(row["src"], row["dst"]): row for row in csv.DictReader(file)}
    assert len(rows) == 4
    assert float(rows["west", "middle"]["distance_m"]) == pytest.approx(300, abs=2)
    assert float(rows["west", "middle"]["time_s"]) > 300 * 3.6 / 50
    assert (rows["west", "west"]["time_s"], rows["west", "west"]["distance_m"]) == ("0.0", "0.0")


def test_matrix_and_route_agree_also_where_a_door_is_walked_to(dispatch: Dispatch, tmp_path: Path) -> None:
    # The street beyond the water is nearer to h as the crow flies than the one that its path comes from.
    drawn = DrawnMap("n....m\n......\n....h.\n......\n......\n......\ns...t.")
    drawn.way("nm").way("st").way("ns").way("th", highway="footway")
    compile_graph(drawn.write(tmp_path / "drawn.osm.pbf"), tmp_path)
    ends = {"n": drawn.place("n", 10), "h": drawn.place("h")}
    points, out = write_points(tmp_path, **ends), tmp_path / "matrix.csv"
    assert dispatch("matrix", "--points", str(points), "--out", str(out), on=tmp_path).code == 0
    with out.open(encoding="utf-8") as file:
        rows = {(row["src"], row["dst"]): row for row in csv.DictReader(file)}
    for pair, row in rows.items():
        start, end = (tell(ends[name]) for name in pair)
        found = json.loads(dispatch("route", "--from", start, "--to", end, "--json", on=tmp_path).stdout)
        assert float(row["time_s"]) == pytest.approx(found["time_s"], abs=0.1), pair
        assert float(row["distance_m"]) == pytest.approx(found["distance_m"], abs=0.1), pair
        assert len(found["geometry"]["coordinates"]) >= 2, "a line of one position is none"
    assert float(rows["n", "h"]["distance_m"]) == pytest.approx(1400, abs=15)
    assert [step["vi"] for step in found["steps"]] == ["đến nơi"], "who is there already has arrived"


def test_route_tells_its_streets_and_its_steps(dispatch: Dispatch) -> None:
    drawn = draw()
    ends = ("--from", tell(drawn.place("a", 100)), "--to", tell(drawn.place("e")))
    told = dispatch("route", *ends, "--profile", "car")
    assert told.code == 0, told.stderr
    assert "rẽ phải vào hẻm 12 / turn right into Hẻm 12" in told.stdout
    found = json.loads(dispatch("route", *ends, "--profile", "car", "--json").stdout)
    assert found["distance_m"] == pytest.approx(300, abs=2)
    assert [step["turn"] for step in found["steps"]] == ["depart", "right", "arrive"]
    assert sum(step["travel_s"] for step in found["steps"]) == pytest.approx(found["time_s"], abs=0.2)
    assert len(found["geometry"]["coordinates"]) >= 3


def test_route_at_an_hour_obeys_the_signs_of_that_hour_and_its_traffic(
    dispatch: Dispatch, tmp_path: Path
) -> None:
    drawn = draw().turn("no_right_turn", "abc", "b", "be", hour_on="06:00", hour_off="09:00")
    compile_graph(drawn.write(tmp_path / "drawn.osm.pbf"), tmp_path)
    ends = ("--from", tell(drawn.place("a", 100)), "--to", tell(drawn.place("e")), "--profile", "car")

    def ask(clock: str) -> tuple[float, float]:
        told = dispatch("route", *ends, "--at", f"2026-11-23 {clock}", "--json", on=tmp_path)
        assert told.code == 0, told.stderr
        found = json.loads(told.stdout)
        return found["distance_m"], found["time_s"]

    (morning_m, _), (night_m, night_s), (noon_m, noon_s) = ask("07:00"), ask("02:00"), ask("12:00")
    assert morning_m > 400
    assert night_m == noon_m == pytest.approx(300, abs=2)
    assert noon_s > 1.1 * night_s, "there is traffic at noon"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "id, lon, lat"),
        ("id,lon,lat\n", "no points"),
        ("id,lon,lat\nA,106.7\n", "line 2"),
        ("id,lon,lat\nA,nan,10.77\n", "line 2"),
        ("id,lon,lat\nA,106,7,10,77\n", "line 2"),
        ("id,id,lon,lat\nA,B,106.7,10.77\n", "two columns id"),
        ("id,lon,lat\nA,10.77,106.7\n", "line 2"),
        ("id,lon,lat\nA,106.7,10.77\nA,106.7,10.77\n", "line 2 already"),
        ("id,lon,lat\nhere,106.7,10.77\nhanoi,105.85,21.02\n", "hanoi"),
    ],
)
def test_bad_points_are_named_and_no_matrix_is_begun(
    dispatch: Dispatch, tmp_path: Path, text: str, told: str
) -> None:
    points, out = tmp_path / "points.csv", tmp_path / "matrix.csv"
    points.write_text(text, encoding="utf-8")
    assert told in refuse(dispatch("matrix", "--points", str(points), "--out", str(out)))
    assert not out.exists()


def test_place_that_no_road_leads_to_is_refused_by_name(dispatch: Dispatch, tmp_path: Path) -> None:
    drawn = draw()
    ends = ("--from", tell(drawn.place("a")), "--to", "106.95,10.77")
    said = refuse(dispatch("route", *ends))
    assert "106.95,10.77" in said
    assert "line" not in said
    points = write_points(tmp_path, mainland=drawn.place("a"), island=drawn.place("y"))
    said = refuse(dispatch("matrix", "--points", str(points), "--out", str(tmp_path / "matrix.csv")))
    assert "island" in said
    assert "mainland" not in said


def test_words_that_are_no_position_are_refused(dispatch: Dispatch) -> None:
    assert "Bến Thành" in refuse(dispatch("route", "--from", "Bến Thành", "--to", "106.7,10.77"))


def test_class_that_does_not_exist_and_folder_without_roads_are_said(
    dispatch: Dispatch, tmp_path: Path
) -> None:
    ends = ("--from", tell(draw().place("a")), "--to", tell(draw().place("b")))
    assert "ambulance" in refuse(dispatch("route", *ends, "--profile", "submarine"))
    assert "dispatch city build" in refuse(dispatch("route", *ends, on=tmp_path))
