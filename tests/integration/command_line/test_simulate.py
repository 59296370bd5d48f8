"""`dispatch simulate utrecht` on the published region: no server, no database."""

import csv
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from dispatch.cli.main import main

FIELDS = [
    "calls",
    "mean_min",
    "late_12",
    "late_15",
    "p90_min",
    "worst_decile_area_mean_min",
    "trips_per_call",
]


class Ended(NamedTuple):
    """How a command ended and what it said."""

    code: int
    stdout: str
    stderr: str


Simulate = Callable[..., Ended]


@pytest.fixture
def simulate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Simulate:
    """Runs `dispatch simulate utrecht` to its end."""

    def run(data: Path, *arguments: str | Path) -> Ended:
        words = ["dispatch", "simulate", "utrecht", "--data", str(data), *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ended(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def copy(utrecht_data: Path, tmp_path: Path) -> Path:
    """The region's data in a folder that a test may spoil, with short traces."""
    folder = tmp_path / "data"
    folder.mkdir()
    for path in utrecht_data.glob("*.csv"):
        shutil.copyfile(path, folder / path.name)
    (folder / "traces").mkdir()
    for path in (utrecht_data / "traces").glob("*diesel_3.csv"):
        lines = path.read_text(encoding="utf-8-sig").splitlines()[:81]
        (folder / "traces" / path.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def read_json(path: Path) -> dict[str, float]:
    found: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(
    ("name", "calls", "mean", "late", "p90"),
    [("diesel_3", 1400, 6.917, 0.06, 11.17), ("diesel_5", 800, 10.178, 0.265, 19.14)],
)
def test_closest_gives_the_published_outcome_call_by_call(
    simulate: Simulate,
    utrecht_data: Path,
    tmp_path: Path,
    name: str,
    calls: int,
    mean: float,
    late: float,
    p90: float,
) -> None:
    out, rows_out = tmp_path / "out.json", tmp_path / "calls.csv"
    ended = simulate(
        utrecht_data, "--trace", name, "--policy", "closest", "--out", out, "--calls-out", rows_out
    )
    assert ended.code == 0, ended.stderr
    found = read_json(out)
    assert list(found) == FIELDS
    assert found["calls"] == calls
    assert found["late_12"] == late
    assert found["mean_min"] == pytest.approx(mean, abs=5e-4)
    assert found["p90_min"] == pytest.approx(p90, abs=5e-3)
    published_file = utrecht_data / "traces" / f"Patient_Test_D{name[1:]}.csv"
    with published_file.open(encoding="utf-8-sig") as file:
        published = list(csv.DictReader(file))
    with rows_out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["unit"]) for row in rows] == [
        int(float(row["assigned_to_ambulance_nr"])) for row in published
    ]
    assert [float(row["response_min"]) for row in rows] == pytest.approx(
        [float(row["response_time"]) for row in published], abs=1e-9, rel=0
    )


def test_default_is_better_than_closest_on_both_published_days(
    simulate: Simulate, utrecht_data: Path, tmp_path: Path
) -> None:
    for name, late, mean in (("diesel_3", 0.032, 6.9), ("diesel_5", 0.18, 9.0)):
        out = tmp_path / f"{name}.json"
        assert simulate(utrecht_data, "--trace", name, "--policy", "default", "--out", out).code == 0
        found = read_json(out)
        assert found["late_12"] <= late
        assert found["mean_min"] <= mean
        assert found["trips_per_call"] <= 1.0


def test_a_generated_day_is_the_same_for_the_same_seed(
    simulate: Simulate, utrecht_data: Path, tmp_path: Path
) -> None:
    def run(seed: int, name: str) -> dict[str, float]:
        out = tmp_path / name
        day = ("--generate", "--seed", seed, "--calls", 150, "--units", 20, "--rate", 0.129)
        ended = simulate(utrecht_data, *map(str, day), "--policy", "default", "--out", out)
        assert ended.code == 0, ended.stderr
        return read_json(out)

    first = run(7, "a.json")
    assert first["calls"] == 150
    assert run(7, "b.json") == first
    assert run(8, "c.json") != first


def test_a_day_without_its_outcome_needs_only_the_number_of_units(
    simulate: Simulate, copy: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    told = simulate(copy, "--trace", "diesel_3", "--policy", "closest", "--units", "23", "--out", out)
    assert (told.code, told.stderr) == (0, "")
    guessed = simulate(copy, "--trace", "diesel_3", "--policy", "closest", "--out", out)
    assert guessed.code == 0
    assert "No file tells how many units diesel_3 has; 20 are taken" in guessed.stderr


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("patient", ",nr_ambulances_available\n0,0.0\n", "line 2: bad value 'nr_ambulances_available 0.0'"),
        ("patient", ",nr_ambulances_available\n\n0,1e9\n", "line 3: bad value 'nr_ambulances_available 1e9'"),
        ("patient", "a,b\n1,2\n", "has no column nr_ambulances_available"),
        ("ambulance", "ambulance_ID\n4\n-1\n", "line 3: bad value 'ambulance_ID -1'"),
    ],
)
def test_an_outcome_that_tells_of_no_fleet_is_named_with_its_line(
    simulate: Simulate, copy: Path, tmp_path: Path, name: str, text: str, said: str
) -> None:
    (copy / "traces" / f"{name}_test_diesel_3.csv").write_text(text, encoding="utf-8")
    out = tmp_path / "out.json"
    ended = simulate(copy, "--trace", "diesel_3", "--policy", "closest", "--out", out)
    assert ended.code == 1
    assert f"{name}_test_diesel_3.csv: {said}" in ended.stderr
    assert not out.exists()


def test_a_trace_is_the_same_however_its_files_are_written(
    simulate: Simulate, copy: Path, tmp_path: Path
) -> None:
    def run(name: str) -> bytes:
        out = tmp_path / f"{name}.csv"
        day = ("--trace", "diesel_3", "--units", "23", "--policy", "default", "--out", tmp_path / "out.json")
        ended = simulate(copy, *day, "--calls-out", out)
        assert ended.code == 0, ended.stderr
        return out.read_bytes()

    plain = run("plain")
    went = (copy / "traces" / "to_hospital_bool_test_run_simulation_diesel_3.csv").read_text().splitlines()
    for path in (copy / "traces").iterdir():
        cells = path.read_text(encoding="utf-8").splitlines()
        if path.name.startswith("drop_off"):
            cells = [cell if stays != "False" else "nan" for cell, stays in zip(cells, went, strict=True)]
        rows = [f'{n},"{cell}"' for n, cell in enumerate(cells)]
        path.write_bytes("\r\n".join([*rows, "", ""]).encode("utf-8-sig"))
    assert run("other") == plain


def test_who_goes_to_hospital_has_a_handover(simulate: Simulate, copy: Path, tmp_path: Path) -> None:
    path = copy / "traces" / "drop_off_times_test_run_simulation_diesel_3.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], '""', *lines[2:], ""]), encoding="utf-8")
    ended = simulate(copy, "--trace", "diesel_3", "--units", "23", "--out", tmp_path / "out.json")
    assert ended.code == 1
    assert f"{path}: call 1 goes to hospital and has no handover time" in ended.stderr


@pytest.mark.parametrize(
    ("calls", "units", "rate"), [(1, 1, 0.1), (200, 1, 1e300), (20, 3, 1e-8), (60, 100, 0.129)]
)
def test_days_of_any_size_come_to_figures(
    simulate: Simulate, utrecht_data: Path, tmp_path: Path, calls: int, units: int, rate: float
) -> None:
    out = tmp_path / "out.json"
    day = ("--generate", "--calls", calls, "--units", units, "--rate", rate)
    ended = simulate(utrecht_data, *map(str, day), "--policy", "default", "--out", out)
    assert ended.code == 0, ended.stderr
    found = read_json(out)
    assert found["calls"] == calls
    assert all(0 <= value < float("inf") for value in found.values())


@pytest.mark.parametrize("outcome", ["Patient_Test_Diesel_3.csv", "Ambulance_Test_Diesel_3.csv"])
def test_the_number_of_units_is_read_from_either_outcome(
    simulate: Simulate, utrecht_data: Path, copy: Path, tmp_path: Path, outcome: str
) -> None:
    shutil.copyfile(utrecht_data / "traces" / outcome, copy / "traces" / outcome.upper())
    ended = simulate(copy, "--trace", "diesel_3", "--policy", "closest", "--out", tmp_path / "out.json")
    assert (ended.code, ended.stderr) == (0, ""), "23 units, whose fleet was published"


def test_a_fleet_that_nobody_published_is_based_by_a_plan(
    simulate: Simulate, copy: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    ended = simulate(copy, "--trace", "diesel_3", "--policy", "default", "--units", "9", "--out", out)
    assert ended.code == 0
    assert "planned by MEXCLP" in ended.stderr
    assert read_json(out)["calls"] == 80


@pytest.mark.parametrize(
    ("file", "line", "text", "said"),
    [
        ("traces/location_IDs_test_run_simulation_diesel_3.csv", 3, "9999", "line 4: bad value '9999'"),
        ("traces/on_site_aid_times_test_run_simulation_diesel_3.csv", 2, "nan", "line 3: bad value 'nan'"),
        ("traces/interarrival_times_test_run_simulation_diesel_3.csv", 1, "-1", "line 2: bad value '-1'"),
        ("traces/to_hospital_bool_test_run_simulation_diesel_3.csv", 1, "perhaps", "bad value 'perhaps'"),
        ("traces/drop_off_times_test_run_simulation_diesel_3.csv", 5, "", "differ in length"),
        ("traces/on_site_aid_times_test_run_simulation_diesel_3.csv", 2, "1e300", "line 3: bad value '1e300"),
        ("traces/interarrival_times_test_run_simulation_diesel_3.csv", 4, '"5', "line 5: bad value '5"),
        ("traces/interarrival_times_test_run_simulation_diesel_3.csv", 3, "1" * 140_000, "line 4: cannot be"),
        ("siren_driving_matrix_2022.csv", 4, "1427,nan", "a row of another length"),
        ("nodes_Utrecht_2021.csv", 2, "1393,x,y,z,z", "no number"),
        ("RAVU_base_locations_Utrecht_2021.csv", 2, "1", "line 3: unknown place '1'"),
        ("Base_Locations_Ambulances_MEXCLP_21_22_23.csv", 23, "", "needs 23 units, has 22"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_its_line(
    simulate: Simulate, copy: Path, tmp_path: Path, file: str, line: int, text: str, said: str
) -> None:
    lines = (copy / file).read_text(encoding="utf-8-sig").splitlines()
    lines[line] = text
    (copy / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    out = tmp_path / "out.json"
    ended = simulate(copy, "--trace", "diesel_3", "--units", "23", "--policy", "closest", "--out", out)
    assert ended.code == 1
    assert Path(file).name in ended.stderr or "the files of diesel_3" in ended.stderr
    assert said in ended.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--trace", "nope"), "Recorded days here: diesel_3."),
        (("--trace", "../diesel_3"), "There is no file"),
        ((), "Give either --trace NAME or --generate."),
        (("--trace", "diesel_3", "--generate"), "Give either --trace NAME or --generate."),
        (("--trace", "diesel_3", "--policy", "best"), "There is no policy 'best'"),
        (("--generate", "--rate", "0"), "--rate must be positive"),
        (("--generate", "--rate", "1e-300"), "is too small for 1400 calls"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(
    simulate: Simulate, copy: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ended = simulate(copy, *arguments, "--out", tmp_path / "out.json")
    assert ended.code == 1
    assert said in ended.stderr


def test_an_output_that_cannot_be_written_is_named(simulate: Simulate, copy: Path, tmp_path: Path) -> None:
    out = tmp_path / "missing" / "out.json"
    ended = simulate(copy, "--trace", "diesel_3", "--units", "23", "--policy", "closest", "--out", out)
    assert ended.code == 1
    assert f"{out} cannot be written" in ended.stderr
