"""What can go wrong while a city is built or opened. Each error names its cause in words for the operator,
Vietnamese on the first line, English on the second."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_SHOWN = 20
"""So many faults of one file are told in words, the rest counted."""


class CityError(Exception):
    """Anything that keeps a city from being built or opened."""


class CityBuildError(CityError):
    """A city could not be built; the city in use before is untouched."""


class SourceMissing(CityBuildError):
    """A source file does not exist or cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: không có tệp này, hoặc không đọc được\n{path}: no such file, or it cannot be read"
        )
        self.path = path


class SourceBroken(CityBuildError):
    """A source file is not what its name promises."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"{path}: tệp hỏng hoặc không đúng dạng ({detail})\n"
            f"{path}: the file is broken or of another format ({detail})"
        )
        self.path = path
        self.detail = detail


class WrongProjection(CityBuildError):
    """Coordinates of a source are not degrees WGS84 in the order lon, lat."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"{path}: tọa độ phải là độ WGS84 (EPSG:4326), kinh độ trước vĩ độ; {detail}\n"
            f"{path}: coordinates must be degrees WGS84 (EPSG:4326), lon before lat; {detail}"
        )
        self.path = path


class NoRoads(CityBuildError):
    """A source holds no drivable road."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: vùng trống, không có đường xe chạy\n"
            f"{path}: the area is empty: it holds no drivable road"
        )
        self.path = path


class ForeignPlace(CityBuildError):
    """The map and the wards do not lie in the same place."""

    def __init__(self, osm: Path, wards: Path, share: float) -> None:
        super().__init__(
            f"{osm}: chỉ {share:.0%} đường nằm trong các phường của {wards}; "
            "bản đồ là của nơi khác, hoặc các phường là của nơi khác\n"
            f"{osm}: only {share:.0%} of its roads lie in the wards of {wards}; "
            "the extract is of another place, or the wards are"
        )
        self.share = share


class StepFailed(CityBuildError):
    """A step of the build (tiles, road graph, database) failed."""

    def __init__(self, step: str, detail: str) -> None:
        super().__init__(f"Bước {step} không xong: {detail}\n{step} failed: {detail}")
        self.step = step


class FetchFailed(CityBuildError):
    """No extract could be downloaded."""

    def __init__(self, url: str, detail: str) -> None:
        super().__init__(
            f"Không tải được {url} ({detail}); "
            "đặt bản đồ vào thư mục dữ liệu, hoặc đặt CITY_OSM để dùng tệp có sẵn\n"
            f"{url} could not be downloaded ({detail}); "
            "put an extract into the data folder or set CITY_OSM to use one without a network"
        )
        self.url = url


class LearningRefused(CityError):
    """The database does not let learnt places be kept, or its tables are not what they should be."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"Không giữ được nơi đã học: {detail}; `dispatch city build` tạo bảng cho chúng\n"
            f"Learnt places cannot be kept: {detail}; `dispatch city build` makes their table"
        )
        self.detail = detail


class NoCity(CityError):
    """No city has been built in this folder."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(
            f"Chưa có thành phố trong {data_dir}: dựng bằng `dispatch city build`\n"
            f"There is no city in {data_dir}: build one with `dispatch city build`"
        )
        self.data_dir = data_dir


class NotWritten(CityError):
    """A file of answers cannot be written where it should be."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"{path}: không ghi được tệp này ({detail})\n{path}: this file cannot be written ({detail})"
        )
        self.path = path


class AreasRefused(CityError):
    """Areas of responsibility that cannot be taken in as they are; nothing was changed. `faults` are told by
    their feature."""

    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        shown = "\n".join(f"  {fault}" for fault in faults[:_SHOWN])
        more = f"\n  … +{len(faults) - _SHOWN}" if len(faults) > _SHOWN else ""
        super().__init__(
            f"{path}: {len(faults)} lỗi, chưa thay đổi gì\n"
            f"{path}: {len(faults)} faults, nothing was changed\n{shown}{more}"
        )
        self.path = path
        self.faults = tuple(faults)


class AreasNotKept(CityError):
    """The database does not take areas of responsibility."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"Không giữ được địa bàn: {detail}\nAreas of responsibility cannot be kept: {detail}"
        )
        self.detail = detail
