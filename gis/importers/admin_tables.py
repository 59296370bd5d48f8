"""Ward names, centroids and the changes of 2025, from the tables of the `vietnamadminunits` package.

The package's files are read as data; its code is never imported and nothing goes over a network.
"""

from __future__ import annotations

import importlib.util
import json
import math
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from gis.errors import SourceMissing
from gis.geometry import Bbox, LonLat
from gis.importers.model import LegacyWard

HCMC_PROVINCE_CODE = "79"

_FORMER_DISTRICTS = {
    # Thủ Đức city (2021-2025) was three districts before; people still say them.
    "Quận 2": (
        "thaodien anphu binhan binhkhanh anloidong thuthiem ankhanh binhtrungdong binhtrungtay catlai "
        "thanhmyloi"
    ),
    "Quận 9": (
        "hiepphu longbinh longphuoc longthanhmy longtruong phuhuu phuocbinh phuoclonga phuoclongb tanphu "
        "tangnhonphua tangnhonphub truongthanh"
    ),
    "Quận Thủ Đức": (
        "binhchieu binhtho hiepbinhchanh hiepbinhphuoc linhchieu linhdong linhtay linhtrung linhxuan tambinh "
        "tamphu truongtho"
    ),
}


class WardCentre(msgspec.Struct, frozen=True):
    """A ward of today as the tables know it: a name, a code, a middle and an area."""

    code: str
    name: str
    lon_lat: LonLat
    area_km2: float


@cache
def _folder() -> Path:
    spec = importlib.util.find_spec("vietnamadminunits")
    places = list(spec.submodule_search_locations or []) if spec else []
    if not places:
        raise SourceMissing(Path("vietnamadminunits/data"))
    return Path(places[0]) / "data"


def _query(statement: str, *values: object) -> list[tuple[Any, ...]]:
    path = _folder() / "dataset.db"
    if not path.is_file():
        raise SourceMissing(path)
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        return connection.execute(statement, values).fetchall()
    finally:
        connection.close()


def list_ward_centres(bbox: Bbox) -> list[WardCentre]:
    """The country's wards of today whose middle lies in the box, by code."""
    rows = _query(
        "SELECT wardCode, ward, wardLon, wardLat, wardAreaKm2 FROM admin_units "
        "WHERE wardLon BETWEEN ? AND ? AND wardLat BETWEEN ? AND ? ORDER BY wardCode",
        bbox.west, bbox.east, bbox.south, bbox.north,
    )  # fmt: skip
    return [WardCentre(code, name, LonLat(lon, lat), area) for code, name, lon, lat, area in rows]


def list_city_ward_centres(province_code: str = HCMC_PROVINCE_CODE) -> list[WardCentre]:
    """The wards of today of one province-level city, by code."""
    rows = _query(
        "SELECT wardCode, ward, wardLon, wardLat, wardAreaKm2 FROM admin_units "
        "WHERE provinceCode = ? ORDER BY wardCode",
        province_code,
    )
    return [WardCentre(code, name, LonLat(lon, lat), area) for code, name, lon, lat, area in rows]


def list_legacy_wards(codes: set[str]) -> list[LegacyWard]:
    """The wards of before July 2025 whose ground belongs to the given wards of today, by code."""
    keys = {
        (province, ward): code
        for code, province, ward in _query("SELECT wardCode, provinceKey, wardKey FROM admin_units")
        if code in codes
    }
    path = _folder() / "converter_2025.json"
    changes: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    today: dict[str, set[str]] = {}
    for province, mapping in changes["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for new_key, old_keys in mapping.items():
            code = keys.get((province, new_key))
            for old in old_keys if code else ():
                today.setdefault(old, set()).add(str(code))
    for province, mapping in changes["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in mapping.items():
            found = {keys[province, p["newWardKey"]] for p in parts if (province, p["newWardKey"]) in keys}
            if found:
                today.setdefault(old, set()).update(found)
    return _named(today)


def _named(today: dict[str, set[str]]) -> list[LegacyWard]:
    found = []
    for code, name, district, key, lon, lat in _query(
        "SELECT wardCode, ward, district, provinceKey || '_' || districtKey || '_' || coalesce(wardKey, ''), "
        "coalesce(wardLon, districtLon), coalesce(wardLat, districtLat) FROM admin_units_legacy "
        "ORDER BY wardCode"
    ):
        if key in today and name and lon is not None and math.isfinite(lon):
            former = _find_former_district(key)
            found.append(
                LegacyWard(code, name, district, former, LonLat(lon, lat), tuple(sorted(today[key])))
            )
    return found


def _find_former_district(key: str) -> str | None:
    _, district, ward = key.split("_", 2)
    if district != "thanhphothuduc":
        return None
    bare = ward.removeprefix("phuong")
    return next((name for name, wards in _FORMER_DISTRICTS.items() if bare in wards.split()), None)
