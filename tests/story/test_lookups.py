"""The verbs that ask the city, beside a running centre."""

import asyncio
import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from dispatch.settings import PROJECT
from tests.story.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("generated_world")]


async def test_a_file_of_texts_is_answered_from_the_command_line(
    generated_world: World, tmp_path: Path
) -> None:
    asked, answered = tmp_path / "asked.csv", tmp_path / "answered.csv"
    asked.write_text("id,text\n1,Nguyễn Huệ\n2,\n", encoding="utf-8")
    command = [sys.executable, "-m", "dispatch", "geocode", "--input", str(asked), "--output", str(answered)]
    environment = generated_world.environment
    done = await asyncio.to_thread(
        lambda: subprocess.run(
            command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
        )
    )
    assert done.returncode == 0, done.stderr
    with answered.open(encoding="utf-8", newline="") as file:
        found, nothing = csv.DictReader(file)
    assert found["id"] == "1"
    assert 106 < float(found["lon"]) < 108
    assert nothing["lon"] == ""


async def test_addresses_are_imported_exported_and_forgotten_from_the_command_line(
    generated_world: World, tmp_path: Path
) -> None:
    given, taken = tmp_path / "given.csv", tmp_path / "taken.csv"
    given.write_text("housenumber,street,lat,lon\n9997,Đường Không Có Thật,10.78,106.7\n", encoding="utf-8")
    address = "9997 Đường Không Có Thật"
    command = [
        sys.executable, "-m", "dispatch", "city", "addresses", "--csv", str(given), "--export", str(taken),
    ]  # fmt: skip
    for asked in (command, [*command[:5], "--forget", address]):
        done = await asyncio.to_thread(
            subprocess.run, asked, cwd=PROJECT, env=generated_world.environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    with taken.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["housenumber"], row["source"]) == ("9997", "import")


async def test_areas_are_imported_and_tell_whose_a_point_is_from_the_command_line(
    generated_world: World, tmp_path: Path
) -> None:
    async def ask(*words: str) -> "subprocess.CompletedProcess[str]":
        return await asyncio.to_thread(
            subprocess.run, [sys.executable, "-m", "dispatch", *words], cwd=PROJECT,
            env=generated_world.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    ring = [[106.0, 10.0], [108.0, 10.0], [108.0, 12.0], [106.0, 12.0], [106.0, 10.0]]
    ground = {"type": "Polygon", "coordinates": [ring]}
    whole = {"type": "Feature", "properties": {"code": "T7", "name_vi": "Tuyến bảy"}, "geometry": ground}
    beats = tmp_path / "beats.geojson"
    beats.write_text(json.dumps({"type": "FeatureCollection", "features": [whole]}), encoding="utf-8")
    chosen = ("city", "areas", "--agency", "113", "--kind", "beat")
    taken = await ask(*chosen, "--geojson", str(beats), "--by", "quantri")
    assert taken.returncode == 0, taken.stderr
    west, south, east, north = json.loads((generated_world.pack / "pack.json").read_bytes())["bbox"]
    place = f"{(west + east) / 2},{(south + north) / 2}"
    told = json.loads((await ask("whose", "--json", "--at", place)).stdout)
    assert told["ward"]
    at_113, at_114 = (
        next(there for there in told["agencies"] if there["agency_id"] == id_) for id_ in ("113", "114")
    )
    assert [(beat["code"], beat["label"]["vi"]) for beat in at_113["beats"]] == [("T7", "Tuyến bảy")]
    assert (at_114["beats"], at_114["beats_known"]) == ([], False)
    assert at_114["nearest"]["distance_m"] >= 0
    removed = await ask(*chosen, "--remove")
    assert removed.returncode == 0, removed.stderr
