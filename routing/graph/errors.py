"""What can go wrong with a road graph, as one small tree."""

from pathlib import Path


class GraphError(Exception):
    """A road graph could not be built, read or used; the message is fit for an operator,
    Vietnamese / English."""


class ExtractMissing(GraphError):
    """There is no map extract at this path."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"không có bản đồ ở {path} / no map extract at {path}")
        self.path = path


class BrokenExtract(GraphError):
    """The map extract cannot be read to its end: not an OSM PBF, cut short, or damaged."""

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            f"{path} không phải bản đồ OSM đọc được / {path} is not a readable OSM extract: {cause}"
        )
        self.path = path
        self.cause = cause


class EmptyExtract(GraphError):
    """The map extract was read, and holds no road that anything could travel on."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} không có đường nào / {path} holds no roads")
        self.path = path


class GraphFileMissing(GraphError):
    """There is no compiled road graph at this path."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"không có mạng đường đã dựng ở {path}, hãy chạy: dispatch city build / "
            f"no compiled road graph at {path}, run: dispatch city build"
        )
        self.path = path


class BrokenGraphFile(GraphError):
    """The compiled road graph is damaged, or was compiled by another version of the format."""

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            f"{path} không phải mạng đường dùng được, hãy chạy: dispatch city build / "
            f"{path} is not a usable road graph, run: dispatch city build ({cause})"
        )
        self.path = path
        self.cause = cause
