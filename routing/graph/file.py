"""The compiled road graph on disk: one NumPy archive, replaced whole or not at all."""

import json
import os
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from routing.graph.build import build_graph
from routing.graph.errors import BrokenGraphFile, GraphError, GraphFileMissing
from routing.graph.model import HourlyRules, OtherNames, RoadGraph

FORMAT_VERSION = 7  # 7: ferries by the hour
GRAPH_FILE_NAME = "roads.npz"
_TEXTS = ("names", "unexpressed_restrictions", "timed_rules", "unread_rules", "source_date")
_TABLES: dict[str, type[HourlyRules] | type[OtherNames]] = {"by_hour": HourlyRules, "other_names": OtherNames}
# What reading a damaged archive may end in: a wrong bit can also tell of encryption or another compression.
_DAMAGED = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile)
_ARRAYS = tuple(f.name for f in fields(RoadGraph) if f.name not in (*_TEXTS, *_TABLES))


def save(graph: RoadGraph, path: Path) -> None:
    """Writes a graph to a file, or into the folder of a city pack.

    It is written beside its place first, so that a reader sees the old file or the new one. Raises OSError.
    """
    path = _find_file(path)
    texts = {name: getattr(graph, name) for name in _TEXTS} | {"format_version": FORMAT_VERSION}
    packed = np.frombuffer(json.dumps(texts, ensure_ascii=False).encode(), dtype=np.uint8)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            arrays: dict[str, Any] = {name: getattr(graph, name) for name in _ARRAYS}
            for table, kind in _TABLES.items():
                arrays |= {f"{table}_{f.name}": getattr(getattr(graph, table), f.name) for f in fields(kind)}
            np.savez(file, texts=packed, **arrays)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)  # still there only where the disk was full


def load(path: Path) -> RoadGraph:
    """Reads a compiled graph; path is the file or the folder of the city pack that holds it.

    Raises GraphFileMissing and BrokenGraphFile.
    """
    path = _find_file(path)
    if not path.is_file():
        raise GraphFileMissing(path)
    try:
        with np.load(path, allow_pickle=False) as archive:
            texts = json.loads(archive["texts"].tobytes())
            if texts.get("format_version") != FORMAT_VERSION:
                raise BrokenGraphFile(path, f"format {texts.get('format_version')}, not {FORMAT_VERSION}")
            arrays = {name: archive[name] for name in _ARRAYS}
            by_hour = HourlyRules(**_read_table(archive, "by_hour"))
            other_names = OtherNames(**_read_table(archive, "other_names"))
    except _DAMAGED as error:
        raise BrokenGraphFile(path, str(error)) from error
    return RoadGraph(
        **arrays,
        by_hour=by_hour,
        other_names=other_names,
        names=tuple(texts["names"]),
        unexpressed_restrictions=tuple(texts["unexpressed_restrictions"]),
        timed_rules=tuple(texts["timed_rules"]),
        unread_rules=tuple(texts["unread_rules"]),
        source_date=texts["source_date"],
    )


def _read_table(archive: Any, table: str) -> dict[str, Any]:
    return {f.name: archive[f"{table}_{f.name}"] for f in fields(_TABLES[table])}


def is_current(path: Path) -> bool:
    """Whether a pack's graph can be read by this version, to its last byte; if not, its city has to be built
    anew."""
    try:
        load(path)
    except GraphError:
        return False
    return True


def compile_graph(pbf: Path, path: Path) -> None:
    """Builds the graph of an extract and saves it: the step of a city build that belongs to routing.

    Raises what `build_graph` raises.
    """
    save(build_graph(pbf), path)


def _find_file(path: Path) -> Path:
    return path / GRAPH_FILE_NAME if path.is_dir() else path
