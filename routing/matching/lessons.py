"""What finished runs taught: a file beside the road graph, written by who reads runs, read by the planner."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from time import time

import msgspec
import numpy as np

from routing.graph.model import FloatArray, RoadGraph
from routing.matching.put_in_place import FileDamaged, put_in_place, read_back
from routing.matching.speeds import LearnedSpeeds, Row
from routing.travel_time.network import RoadNetwork

LESSONS_FILE_NAME = "learned_speeds.msgpack"

DAY_S = 86_400.0

log = logging.getLogger(__name__)


class Lessons(msgspec.Struct, kw_only=True):
    """Rows of `LearnedSpeeds`, from how many runs, and the last run that is in them: when it ended, its id.

    What is in the rows and up to where was read stand in one file, so that no run ever counts twice.
    Rows hold for one graph alone, which `identify` tells from others.
    """

    graph: str
    until: float = 0.0
    until_id: str = ""
    runs: int = 0
    rows: list[Row] = []


def start_lessons(graph: RoadGraph) -> Lessons:
    """Nothing learned yet on a graph."""
    return Lessons(graph=identify(graph))


def identify(graph: RoadGraph) -> str:
    """The same for graphs whose directed edges are the same roads."""
    digest = hashlib.sha256(graph.source_date.encode())
    for part in (graph.arc_tail, graph.arc_head, graph.edge_length_m):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()[:16]


def read_lessons(path: Path, graph: RoadGraph) -> Lessons:
    """What is known on this graph: nothing where there is no file, or one of another graph, or a broken one.

    Runs stay in the log: whatever is lost here is learned again from there.
    """
    try:
        lessons = msgspec.msgpack.decode(read_back(path), type=Lessons)
    except FileNotFoundError:
        return start_lessons(graph)
    except (OSError, FileDamaged, msgspec.DecodeError) as error:
        log.warning("%s cannot be read, speeds are learned anew: %s", path, error)
        return start_lessons(graph)
    if lessons.graph != identify(graph):
        log.warning("%s is of another road graph, speeds are learned anew", path)
        return start_lessons(graph)
    return lessons


def write_lessons(path: Path, lessons: Lessons) -> None:
    """Puts the file in place whole or not at all. Raises OSError."""
    put_in_place(path, msgspec.msgpack.encode(lessons))


class LearnedTraffic:
    """Factors by class for the planner, from the newest lessons. `read` may run beside its thread."""

    def __init__(self, network: RoadNetwork, path: Path | None, now_s: Callable[[], float] = time) -> None:
        """now_s: seconds since 1970, by which older runs count less."""
        self._network = network
        self._now_s = now_s
        self._path = path
        self._read_at = 0
        self._speeds = LearnedSpeeds()

    def read(self) -> None:
        """Takes in the file if it is newer than the one taken in last."""
        if self._path is None:
            return
        try:
            changed_at = self._path.stat().st_mtime_ns
        except OSError:
            return
        if changed_at == self._read_at:
            return
        lessons = read_lessons(self._path, self._network.graph)
        self._speeds, self._read_at = LearnedSpeeds(lessons.rows), changed_at
        log.info("speeds on %d stretches learned from %d runs", len(lessons.rows), lessons.runs)

    def list_factors(self, hour: float) -> Mapping[str, FloatArray]:
        """By class and directed edge, as `Conditions.learned` takes them, for an hour of today."""
        speeds, network = self._speeds, self._network
        return {
            name: speeds.find_factors(
                network.graph,
                network.get_profile(name, hot=True).free,
                name,
                day=self._now_s() / DAY_S,
                hour=hour,
            )
            for name in speeds.vehicle_classes
            if network.has_class(name)
        }
