"""OSRM and Valhalla beside ours: executables out of their wheels, each with its own car on one extract."""

import json
import os
import subprocess
import sys
import time
import urllib.request
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

LonLat = tuple[float, float]
_WAIT_S = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")


def unpack_wheels(folder: Path) -> Path:
    """Downloads the wheels of requirements-peers.txt by their hashes and unpacks them; returns the folder."""
    unpacked = folder / "unpacked"
    if unpacked.exists():
        return unpacked
    requirements = Path(__file__).with_name("requirements-peers.txt")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--python-version", "3.12", "--platform", "manylinux_2_28_x86_64"]
    subprocess.run([*command, "-r", str(requirements), "-d", str(folder)], check=True)
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked)
    for program in [*unpacked.glob("osrm/bin/*"), *unpacked.glob("valhalla/bin/*")]:
        program.chmod(0o755)
    return unpacked


@dataclass
class Peer:
    """A router that listens on a port; build_s is the processor time its preparation took."""

    name: str
    process: subprocess.Popen[bytes]
    base: str
    build_s: float

    def cpu_ms(self) -> float:
        """Processor milliseconds the router has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / _TICKS

    def memory_mb(self) -> float:
        """Resident memory."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def matrix(self, origins: list[LonLat], destinations: list[LonLat]) -> Any:
        """Seconds by origin and destination."""
        if self.name == "Valhalla":
            body = {
                "sources": [{"lon": lon, "lat": lat} for lon, lat in origins],
                "targets": [{"lon": lon, "lat": lat} for lon, lat in destinations],
                "costing": "auto",
            }
            return ask(f"{self.base}/sources_to_targets", body)
        count = len(origins)
        line = encode_polyline([*origins, *destinations])
        sources = ";".join(map(str, range(count)))
        ends = ";".join(map(str, range(count, count + len(destinations))))
        return ask(f"{self.base}/table/v1/driving/polyline({line})?sources={sources}&destinations={ends}")

    def route(self, origin: LonLat, destination: LonLat) -> Any:
        """A route with its line and instructions."""
        if self.name == "Valhalla":
            ends = [{"lon": lon, "lat": lat} for lon, lat in (origin, destination)]
            return ask(f"{self.base}/route", {"locations": ends, "costing": "auto"})
        line = ";".join(f"{lon},{lat}" for lon, lat in (origin, destination))
        return ask(f"{self.base}/route/v1/driving/{line}?steps=true&overview=full")


def start_osrm(unpacked: Path, pbf: Path, folder: Path, port: int, algorithm: str) -> Peer:
    """OSRM with its own car; algorithm MLD or CH."""
    home = folder / f"osrm-{algorithm.lower()}"
    home.mkdir(exist_ok=True)
    programs, lua = unpacked / "osrm" / "bin", unpacked / "osrm" / "share" / "profiles" / "car.lua"
    extract = home / "city.osm.pbf"
    extract.write_bytes(pbf.read_bytes())
    steps = [[programs / "osrm-extract", "-p", lua, extract]]
    later = ("osrm-partition", "osrm-customize") if algorithm == "MLD" else ("osrm-contract",)
    steps += [[programs / program, home / "city.osrm"] for program in later]
    build_s = sum(run_timed([str(word) for word in step]) for step in steps)
    command = [programs / "osrm-routed", "-a", algorithm, "-p", port, "-t", 1, "--max-table-size", 10000]
    command.append(home / "city.osrm")
    return _start(f"OSRM {algorithm}", [str(word) for word in command], port, build_s)


def start_valhalla(unpacked: Path, pbf: Path, folder: Path, port: int) -> Peer:
    """Valhalla with its own car."""
    home = folder / "valhalla"
    home.mkdir(exist_ok=True)
    script = (
        "import importlib.util, json, sys; s = importlib.util.spec_from_file_location('c', sys.argv[1]);"
        "m = importlib.util.module_from_spec(s); s.loader.exec_module(m);"
        "print(json.dumps(m.config, default=lambda _: None))"
    )
    source = str(unpacked / "valhalla" / "valhalla_build_config.py")
    told = subprocess.run([sys.executable, "-c", script, source], check=True, capture_output=True).stdout
    config = _without_nothing(json.loads(told))
    for key in ("tile_extract", "traffic_extract", "admin", "timezone", "transit_dir", "landmarks"):
        config["mjolnir"].pop(key, None)
    config["mjolnir"]["tile_dir"] = str(home)
    config["httpd"]["service"]["listen"] = f"tcp://127.0.0.1:{port}"
    for key in ("loopback", "interrupt"):
        config["httpd"]["service"][key] = f"ipc://{home}/{key[0]}"
    for part in ("loki", "thor", "odin"):
        config[part]["service"]["proxy"] = f"ipc://{home}/{part}"
    config["service_limits"]["auto"] |= {"max_matrix_location_pairs": 10**7, "max_matrix_distance": 10**7}
    path = home / "config.json"
    path.write_text(json.dumps(config))
    programs = unpacked / "valhalla" / "bin"
    build_s = run_timed([str(programs / "valhalla_build_tiles"), "-c", str(path), str(pbf)])
    return _start("Valhalla", [str(programs / "valhalla_service"), str(path), "1"], port, build_s)


def run_timed(command: list[str]) -> float:
    """Runs a program to its end; the processor seconds it took."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def ask(url: str, body: object | None = None) -> Any:
    """The answer of a router, decoded."""
    request = urllib.request.Request(url, data=None if body is None else json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=600) as answer:
        return json.load(answer)


def encode_polyline(lon_lats: list[LonLat]) -> str:
    """Google's polyline with five digits, fit for an address."""
    text, before = [], (0, 0)
    for lon, lat in lon_lats:
        now = round(lat * 1e5), round(lon * 1e5)
        for value, last in zip(now, before, strict=True):
            number = (value - last) << 1
            number = ~number if number < 0 else number
            while number >= 0x20:
                text.append(chr((0x20 | (number & 0x1F)) + 63))
                number >>= 5
            text.append(chr(number + 63))
        before = now
    return urllib.request.quote("".join(text), safe="")


def _start(name: str, command: list[str], port: int, build_s: float) -> Peer:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    until = time.monotonic() + _WAIT_S
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(base, timeout=1)
        except urllib.error.HTTPError:
            break
        except URLError:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
    return Peer(name, process, base, build_s)


def _without_nothing(config: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _without_nothing(value) if isinstance(value, dict) else value
        for key, value in config.items()
        if value is not None
    }
