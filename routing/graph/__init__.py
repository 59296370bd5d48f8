"""OSM → compact road graph with names, classes, widths and turn restrictions."""

from routing.graph.build import build_graph
from routing.graph.errors import (
    BrokenExtract,
    BrokenGraphFile,
    EmptyExtract,
    ExtractMissing,
    GraphError,
    GraphFileMissing,
)
from routing.graph.file import GRAPH_FILE_NAME, compile_graph, load, save
from routing.graph.model import RoadGraph

__all__ = [
    "GRAPH_FILE_NAME",
    "BrokenExtract",
    "BrokenGraphFile",
    "EmptyExtract",
    "ExtractMissing",
    "GraphError",
    "GraphFileMissing",
    "RoadGraph",
    "build_graph",
    "compile_graph",
    "load",
    "save",
]
