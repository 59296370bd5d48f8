"""Valhalla beside ours: executables out of its wheel, with its own car and a file of live traffic."""

import json
import mmap
import shutil
import struct
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench._peers import (
    LonLat,
    NotAsked,
    Road,
    Way,
    ask,
    build_once,
    end,
    find_half_way,
    read_cpu_ms,
    read_memory_mb,
    start_quietly,
    wait_for_answer,
)
from bench._wheels import decode_polyline

# valhalla/baldr/traffictile.h: a tile's head, then eight bytes an edge. Closed: no speed on its first part,
# which is all of it (breakpoint1, bits 28 to 35, is 255).
_HEAD = struct.Struct("<2Q4I")
_CLOSED = struct.pack("<Q", 255 << 28)
_UNKNOWN = bytes(8)
_NOW = {"date_time": {"type": 0}}
_LOCATED_AT_A_TIME = 20
_CONFIG_IN_USE, _TRAFFIC_IN_USE = "in-use.json", "traffic-in-use.tar"


@dataclass
class Valhalla:
    """One Valhalla. Closed roads are written into the file of live traffic that its service has mapped; it
    reads that where it is asked for a departure now, so its questions say so once a road is closed."""

    unpacked: Path
    home: Path
    port: int
    watched: tuple[LonLat, LonLat]
    name: str = "Valhalla"
    build: tuple[float, float] = (0.0, 0.0)
    load_s: float = 0.0
    closing_s: float = 0.0
    _when: dict[str, Any] = field(default_factory=dict)
    _edges: dict[Road, list[int]] = field(default_factory=dict)
    _written: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._base = f"http://127.0.0.1:{self.port}"
        started = time.perf_counter()
        program = self.unpacked / "valhalla" / "bin" / "valhalla_service"
        self._service: subprocess.Popen[bytes] = start_quietly([program, self.home / _CONFIG_IN_USE, 1])
        wait_for_answer(lambda: self.find_way(*self.watched), started, self._service)
        self.load_s = time.perf_counter() - started
        path = self.home / _TRAFFIC_IN_USE
        with path.open("r+b") as file:
            self._traffic = mmap.mmap(file.fileno(), 0)
        self._tiles: dict[int, int] = {}
        with tarfile.open(path) as archive:
            for member in archive:
                if member.name.endswith(".gph"):
                    tile_id, *_ = _HEAD.unpack_from(self._traffic, member.offset_data)
                    self._tiles[tile_id] = member.offset_data + _HEAD.size

    def cpu_ms(self) -> float:
        return read_cpu_ms(self._service.pid)

    def memory_mb(self) -> float:
        return read_memory_mb(self._service.pid)

    def matrix(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        body = {"sources": _tell(origins), "targets": _tell(destinations), "costing": "auto"}
        return ask(f"{self._base}/sources_to_targets", body | self._when)

    def places(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        raise NotAsked("cannot be asked apart")

    def matrix_again(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        raise NotAsked("it remembers no places")

    def route(self, origin: LonLat, destination: LonLat) -> Any:
        ends = {"locations": _tell([origin, destination]), "costing": "auto"}
        return ask(f"{self._base}/route", ends | self._when)

    def find_way(self, origin: LonLat, destination: LonLat) -> Way:
        trip = self.route(origin, destination)["trip"]
        line = decode_polyline(trip["legs"][0]["shape"])
        return Way(trip["summary"]["time"], Road(find_half_way(line)))

    def prepare(self, roads: list[Road]) -> None:
        """Finds where the edges of these roads, in both directions, stand in the file of live traffic."""
        self._when = _NOW
        for first in range(0, len(roads), _LOCATED_AT_A_TIME):
            some = roads[first : first + _LOCATED_AT_A_TIME]
            body = {"locations": _tell([road.middle for road in some]), "costing": "auto", "verbose": True}
            for road, found in zip(some, ask(f"{self._base}/locate", body), strict=True):
                ids = [edge["edge_id"] for edge in found["edges"] or []]
                # GraphId: level and tile in the lowest 25 bits, as a traffic tile is called.
                self._edges[road] = [self._tiles[e["value"] & 0x1FFFFFF] + 8 * e["id"] for e in ids]

    def close_roads(self, roads: list[Road]) -> float:
        before = time.process_time()
        for road in roads:
            for place in self._edges[road]:
                self._traffic[place : place + len(_CLOSED)] = _CLOSED
                self._written.add(place)
        return time.process_time() - before

    def open_roads(self) -> None:
        for place in self._written:
            self._traffic[place : place + len(_CLOSED)] = _UNKNOWN
        self._written.clear()

    def stop(self) -> None:
        end(self._service)


def _tell(lon_lats: list[LonLat]) -> list[dict[str, float]]:
    return [{"lon": lon, "lat": lat} for lon, lat in lon_lats]


def start_valhalla(
    unpacked: Path, pbf: Path, folder: Path, port: int, watched: tuple[LonLat, LonLat]
) -> Valhalla:
    """Builds and starts Valhalla."""
    home, programs = folder / "valhalla", unpacked / "valhalla"
    config = home / "config.json"
    commands: list[list[object]] = [
        [programs / "bin" / "valhalla_build_tiles", "-c", config, pbf],
        [sys.executable, programs / "valhalla_build_extract.py", "-c", config, "-t", "-O"],
    ]
    described = _make_config(unpacked, home, port)

    def make() -> None:
        config.write_text(json.dumps(described))

    build = build_once(home, [pbf], commands, make)
    # Closing roads writes into the file of live traffic.
    shutil.copyfile(home / "traffic.tar", home / _TRAFFIC_IN_USE)
    described["mjolnir"]["traffic_extract"] = str(home / _TRAFFIC_IN_USE)
    config.with_name(_CONFIG_IN_USE).write_text(json.dumps(described))
    return Valhalla(unpacked, home, port, watched, build=build)


def _make_config(unpacked: Path, home: Path, port: int) -> dict[str, Any]:
    script = (
        "import importlib.util, json, sys; s = importlib.util.spec_from_file_location('c', sys.argv[1]);"
        "m = importlib.util.module_from_spec(s); s.loader.exec_module(m);"
        "print(json.dumps(m.config, default=lambda _: None))"
    )
    source = str(unpacked / "valhalla" / "valhalla_build_config.py")
    told = subprocess.run([sys.executable, "-c", script, source], check=True, capture_output=True).stdout
    config = _without_nothing(json.loads(told))
    for key in ("admin", "timezone", "transit_dir", "landmarks"):
        config["mjolnir"].pop(key, None)
    config["mjolnir"] |= {
        "tile_dir": str(home / "tiles"),
        "tile_extract": str(home / "tiles.tar"),
        "traffic_extract": str(home / "traffic.tar"),
    }
    config["httpd"]["service"]["listen"] = f"tcp://127.0.0.1:{port}"
    for key in ("loopback", "interrupt"):
        config["httpd"]["service"][key] = f"ipc://{home}/{key[0]}"
    for part in ("loki", "thor", "odin"):
        config[part]["service"]["proxy"] = f"ipc://{home}/{part}"
    config["service_limits"]["auto"] |= {"max_matrix_location_pairs": 10**7, "max_matrix_distance": 10**7}
    return config


def _without_nothing(config: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _without_nothing(value) if isinstance(value, dict) else value
        for key, value in config.items()
        if value is not None
    }
