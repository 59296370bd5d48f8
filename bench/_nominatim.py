"""Nominatim beside ours: its own programs in an environment of their own, asked through a pipe.

It is imported from the same extract, into a database beside ours in the same cluster; numbers that ours has
from a file are added to that extract as addresses. Debian's osm2pgsql does the import and must be installed;
both are separate programs, nothing of theirs is loaded here.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import osmium
from osmium.osm.mutable import Node
from psycopg.conninfo import conninfo_to_dict

from bench._heard import Heard
from gis.geometry import LonLat

_ASK = """
import json, sys
import nominatim_api
with nominatim_api.NominatimAPI(sys.argv[1]) as api:
    for line in sys.stdin:
        found = None
        for words in json.loads(line):
            results = api.search(words, max_results=1)
            if results:
                found = [float(results[0].centroid.x), float(results[0].centroid.y)]
                break
        print(json.dumps(found), flush=True)
"""
_FIRST_ID = 10**12
_DATABASE = "nominatim"


class Nominatim:
    """A database of Nominatim's, and one process that answers from it. Use as a context manager."""

    name = "Nominatim"

    def __init__(self, python: Path, project: Path) -> None:
        command = [str(python), "-c", _ASK, str(project)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Nominatim:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    async def find(self, heard: Heard) -> LonLat | None:
        """The first result of the first form of the words that gives any."""
        return self._ask(list_forms(heard))

    async def find_as_said(self, heard: Heard) -> LonLat | None:
        """The first result of the words as they were said."""
        return self._ask([heard.text])

    def _ask(self, forms: list[str]) -> LonLat | None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(forms) + "\n")
        self._process.stdin.flush()
        answer = msgspec.json.decode(self._process.stdout.readline(), type=tuple[float, float] | None)
        return LonLat(*answer) if answer else None


def list_forms(heard: Heard) -> list[str]:
    """The words as Nominatim reads them best: number before street, then areas; less and less of it."""
    areas = ", ".join(heard.areas)
    house = f"{heard.number} {heard.street}".strip()
    return list(dict.fromkeys([f"{house}, {areas}", house, f"{heard.street}, {areas}", heard.street]))


def install_nominatim(folder: Path) -> Path:
    """Its programs in an environment of their own, by the hashes of requirements-nominatim.txt."""
    if shutil.which("osm2pgsql") is None:
        raise SystemExit("--peers needs osm2pgsql: apt-get install osm2pgsql")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    requirements = Path(__file__).with_name("requirements-nominatim.txt")
    command = [str(folder / "bin" / "pip"), "install", "--quiet", "--require-hashes"]
    subprocess.run([*command, "-r", str(requirements)], check=True)
    return folder / "bin"


def open_nominatim(bin_: Path, folder: Path, dsn: str, extract: Path, addresses: Sequence[Path]) -> Nominatim:
    """Import an extract and address files. Takes minutes."""
    project = folder / "project"
    project.mkdir(parents=True)
    whole = folder / "with_addresses.osm.pbf"
    _add_addresses(extract, whole, addresses)
    where = conninfo_to_dict(dsn)
    settings = {
        "DATABASE_DSN": f'"pgsql:host={where["host"]};user={where["user"]};dbname={_DATABASE}"',
        "DATABASE_WEBUSER": str(where["user"]),
        "OSM2PGSQL_BINARY": str(shutil.which("osm2pgsql")),
        "IMPORT_STYLE": "address",
    }
    lines = [f"NOMINATIM_{key}={value}\n" for key, value in settings.items()]
    (project / ".env").write_text("".join(lines), encoding="utf-8")
    command = [bin_ / "nominatim", "import", "--osm-file", whole, "--project-dir", project, "--threads", 2]
    command += ["--no-updates", "--offline", "--no-partitions"]
    with (folder / "import.log").open("w") as log:
        words = [str(word) for word in command]
        done = subprocess.run(words, check=False, cwd=project, stdout=log, stderr=log)
    if done.returncode:
        raise SystemExit(f"nominatim import failed:\n{(folder / 'import.log').read_text()[-2000:]}")
    return Nominatim(bin_ / "python", project)


def _add_addresses(source: Path, target: Path, files: Sequence[Path]) -> None:
    """The extract with each row of the files as an address of its own, behind the other nodes."""
    rows: list[dict[str, str]] = []
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    left: Sequence[dict[str, str]] = rows
    with osmium.SimpleWriter(str(target)) as writer:
        for entity in osmium.FileProcessor(str(source)):
            if left and not isinstance(entity, osmium.osm.Node):
                _write_addresses(writer, left)
                left = ()
            writer.add(entity)
        _write_addresses(writer, left)


def _write_addresses(writer: osmium.SimpleWriter, rows: Sequence[dict[str, str]]) -> None:
    for n, row in enumerate(rows):
        tags = {"addr:housenumber": row["housenumber"], "addr:street": row["street"]}
        place = (float(row["lon"]), float(row["lat"]))
        writer.add_node(Node(id=_FIRST_ID + n, version=1, location=place, tags=tags))
