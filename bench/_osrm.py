"""OSRM beside ours: executables out of their wheel, with its own car, hierarchy CH or cells MLD."""

import re
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench._peers import (
    LonLat,
    Road,
    Way,
    ask,
    build_once,
    end,
    read_cpu_ms,
    read_memory_mb,
    start_quietly,
    wait_for_answer,
    wait_timed,
)
from bench._wheels import encode_polyline

_PLAIN = "generate_hints=false&skip_waypoints=true"


@dataclass
class Osrm:
    """One OSRM. Closed roads get no speed (a segment speed file), its weights are made anew from that, and a
    second osrm-routed takes them up before the first ends."""

    programs: Path
    built: Path
    home: Path
    algorithm: str
    first_port: int
    watched: tuple[LonLat, LonLat]
    name: str = ""
    build: tuple[float, float] = (0.0, 0.0)
    load_s: float = 0.0
    closing_s: float = 0.0
    _closed: list[Road] = field(default_factory=list)
    _routed: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _base: str = ""
    _hints: dict[LonLat, str] = field(default_factory=dict)
    _under_way: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.name = f"OSRM {self.algorithm}"
        # Whatever is closed, a hierarchy is contracted anew, and that is nearly all of its building.
        self.closing_s = self.build[0] if self.algorithm == "CH" else 0.0
        self.load_s = self._start()

    def _start(self) -> float:
        """Starts one more osrm-routed and asks that one once it answers; the wall seconds until then."""
        started, port = time.perf_counter(), self.first_port + len(self._routed)
        command = [self.programs / "osrm-routed", "-a", self.algorithm, "-i", "127.0.0.1", "-p", port]
        command += ["-t", 1, "--max-table-size", 10000, "--max-header-size", 10**7, self.home / "city.osrm"]
        base = f"http://127.0.0.1:{port}"
        self._routed.append(start_quietly(command))
        first = f"{base}/route/v1/driving/{_join(self.watched)}"
        wait_for_answer(lambda: ask(first), started, self._routed[-1])
        self._base = base
        return time.perf_counter() - started

    def cpu_ms(self) -> float:
        return read_cpu_ms(self._routed[-1].pid)

    def memory_mb(self) -> float:
        return read_memory_mb(self._routed[-1].pid)

    def matrix(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        return ask(self._ask_table(origins, destinations, len(origins), len(destinations)))

    def matrix_again(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        """With the hints that it gave of these places when it was asked first."""
        places = [*origins, *destinations]
        asked = self._ask_table(origins, destinations, len(origins), len(destinations))
        if not all(place in self._hints for place in places):
            answer = ask(asked.replace(_PLAIN, "generate_hints=true"))
            found = [*answer["sources"], *answer["destinations"]]
            self._hints = {place: told["hint"] for place, told in zip(places, found, strict=True)}
            return answer
        return ask(f"{asked}&hints={';'.join(self._hints[place] for place in places)}")

    def places(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        # Every position that is told is looked for, though one pair alone is asked.
        return ask(self._ask_table(origins, destinations, 1, 1))

    def _ask_table(self, origins: list[LonLat], destinations: list[LonLat], rows: int, columns: int) -> str:
        count = len(origins)
        line = encode_polyline([*origins, *destinations])
        sources = ";".join(map(str, range(rows)))
        ends = ";".join(map(str, range(count, count + columns)))
        asked = f"sources={sources}&destinations={ends}&{_PLAIN}"
        return f"{self._base}/table/v1/driving/polyline({line})?{asked}"

    def route(self, origin: LonLat, destination: LonLat) -> object:
        return ask(f"{self._ask_route(origin, destination)}?steps=true&overview=full&generate_hints=false")

    def _ask_route(self, origin: LonLat, destination: LonLat) -> str:
        return f"{self._base}/route/v1/driving/{_join((origin, destination))}"

    def find_way(self, origin: LonLat, destination: LonLat) -> Way:
        """The road half-way has no middle: OSRM asks for its points' numbers alone."""
        answer = ask(f"{self._ask_route(origin, destination)}?annotations=nodes&overview=false")
        best = answer["routes"][0]
        nodes = best["legs"][0]["annotation"]["nodes"]
        middle = len(nodes) // 2
        return Way(best["duration"], Road((0.0, 0.0), (nodes[middle - 1], nodes[middle])))

    def prepare(self, roads: list[Road]) -> None:
        """Nothing: it calls roads by the map's numbers of their points."""

    def close_roads(self, roads: list[Road]) -> float:
        self._closed += roads
        told = self.home / "closed.csv"
        ends = [road.nodes for road in self._closed]
        told.write_text("".join(f"{a},{b},0\n{b},{a},0\n" for a, b in ends))
        program = "osrm-customize" if self.algorithm == "MLD" else "osrm-contract"
        command = [self.programs / program, "--segment-speed-file", told, self.home / "city.osrm"]
        self._under_way = start_quietly(command)
        used_s, _ = wait_timed(self._under_way, time.perf_counter())
        self._start()
        # Questions under way are answered by the one before; the one before that has none any more.
        for process in self._routed[:-2]:
            process.terminate()
        return used_s + self.cpu_ms() / 1000

    def open_roads(self) -> None:
        # What is closed is written into what was built, and no later file of speeds takes it back.
        self._closed.clear()
        shutil.copytree(self.built, self.home, dirs_exist_ok=True)

    def stop(self) -> None:
        if self._under_way is not None and self._under_way.returncode is None:
            self._under_way.terminate()  # whoever waits for it hears of that
        for process in self._routed:
            end(process)


def _join(places: tuple[LonLat, LonLat]) -> str:
    return ";".join(f"{lon},{lat}" for lon, lat in places)


def write_car(profiles: Path) -> Path:
    """Its own car without what a question may ask to avoid. Nobody asks, and for each kind of it a hierarchy
    or cells of their own are made: contracting took 1.7 times as long with them, cells 3 times."""
    told, count = re.subn(
        r"excludable = Sequence \{.*?\n    \},",
        "excludable = Sequence {},",
        (profiles / "car.lua").read_text(),
        flags=re.DOTALL,
    )
    if count != 1:
        raise OSError("car.lua is not as expected")
    car = profiles / "car-plain.lua"
    car.write_text(told)
    return car


def start_osrm(
    unpacked: Path, pbf: Path, folder: Path, algorithm: str, port: int, watched: tuple[LonLat, LonLat]
) -> Osrm:
    """Builds and starts OSRM; ports from this on are taken, one more each time that roads are closed."""
    home, programs = folder / f"osrm-{algorithm.lower()}", unpacked / "osrm" / "bin"
    lua = write_car(unpacked / "osrm" / "share" / "profiles")
    steps: list[list[object]] = [["osrm-extract", "-p", lua, home / "city.osm.pbf"]]
    later = ("osrm-partition", "osrm-customize") if algorithm == "MLD" else ("osrm-contract",)
    steps += [[program, home / "city.osrm"] for program in later]

    def make() -> None:
        shutil.copyfile(pbf, home / "city.osm.pbf")

    build = build_once(home, [pbf, lua], [[programs / str(step[0]), *step[1:]] for step in steps], make)
    in_use = folder / f"{home.name}-in-use"  # closing roads writes into what was built
    shutil.rmtree(in_use, ignore_errors=True)
    shutil.copytree(home, in_use)
    return Osrm(programs, home, in_use, algorithm, port, watched, build=build)
