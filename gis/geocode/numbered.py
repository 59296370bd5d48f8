"""A house number or an alley on streets that may be meant: the door itself, else as near as is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from gis.geocode.areas import Hint
from gis.geocode.candidate import Find
from gis.geocode.matching import StreetMatch
from gis.geocode.numbers import main_number, path_text
from gis.geocode.placing import Known, Placed, place_number
from gis.geometry import LonLat
from gis.store import queries
from gis.store.queries import Row, Source

_NEIGHBOURS = 10
_STREETS_AT_MOST = 12
_UNMAPPED_ALLEY_M = 90.0
WardOf = Callable[[LonLat], str]


async def find_numbered(
    source: Source,
    matches: Sequence[StreetMatch],
    path: tuple[str, ...],
    alley: bool,
    hint: Hint | None,
    ward_of: WardOf,
) -> list[Find]:
    """One find for every street that may be meant, numbers on the street itself already moved onto it."""
    chosen = sorted(matches, key=lambda m: (-_likely(m, hint), -m.length_m, m.id))[:_STREETS_AT_MOST]
    ids = [match.id for match in chosen]
    rows = await queries.list_numbers(source, ids, path, main_number(path[0]), _NEIGHBOURS)
    of_street: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        of_street[row["street_id"]].append(row)
    finds: list[Find] = []
    loose: list[Find] = []
    for match in chosen:
        found = _door_or_alley(match, path, alley, of_street[match.id], hint)
        if found is None:
            found = _along(match, path, alley, of_street[match.id], hint, ward_of)
            loose.append(found)
        finds.append(found)
    await snap(source, loose)
    return finds


async def snap(source: Source, finds: Sequence[Find]) -> None:
    """Move the finds onto their streets."""
    rows = await queries.snap_to_streets(
        source,
        [find.street_id for find in finds if find.street_id is not None],
        [find.lon_lat.lon for find in finds if find.street_id is not None],
        [find.lon_lat.lat for find in finds if find.street_id is not None],
    )
    for find, row in zip((find for find in finds if find.street_id is not None), rows, strict=True):
        find.lon_lat = LonLat(row["lon"], row["lat"])


def _likely(match: StreetMatch, hint: Hint | None) -> float:
    return match.fit * (1.0 if hint is None or match.ward_codes & hint.ward_codes else 0.4)


def _position(row: Row) -> LonLat:
    return LonLat(row["lon"], row["lat"])


def _title(match: StreetMatch, path: tuple[str, ...], alley: bool) -> str:
    return f"Hẻm {path_text(path)} {match.name}" if alley else f"{path_text(path)} {match.name}"


def _door_or_alley(
    match: StreetMatch, path: tuple[str, ...], alley: bool, rows: Sequence[Row], hint: Hint | None
) -> Find | None:
    doors = [row for row in rows if row["kind"] == "door"]
    title = _title(match, path, alley)
    if doors and not alley:
        best = max(doors, key=lambda row: (hint.fit(_position(row), "") if hint else 0, not row["inferred"]))
        score = 0.92 if best["inferred"] else 0.97
        return _find(match, _position(best), 20.0, score, "door", title, ["số nhà có trên bản đồ"])
    mapped = [row for row in rows if row["kind"] == "alley"]
    deepest = max((len(row["path"].split("/")) for row in mapped), default=0)
    wanted = len(path) if alley else len(path) - 1
    inside = _inside(path, rows)
    if deepest and (deepest == wanted or not inside):
        row = next(r for r in mapped if len(r["path"].split("/")) == deepest)
        missing = wanted - deepest
        if not alley and deepest == wanted and inside:
            return _find(
                match, inside.lon_lat, min(inside.radius_m, 60.0 + row["length_m"] / 4), 0.86, "interpolated",
                title, [f"hẻm {row['path']} có trên bản đồ", "số nhà bên cạnh"],
            )  # fmt: skip
        radius = 25.0 + row["length_m"] / 2 + _UNMAPPED_ALLEY_M * missing
        why = f"hẻm {row['path']} có trên bản đồ"
        return _find(match, _position(row), radius, 0.84 - 0.08 * missing, "alley", title, [why])
    if inside and not alley:
        return _find(
            match, inside.lon_lat, inside.radius_m + 20, 0.8, "interpolated", title, ["số nhà trong cùng hẻm"]
        )
    return None


def _inside(path: tuple[str, ...], rows: Sequence[Row]) -> Placed | None:
    """The place of the number from doors that share its alley, the deepest shared part first."""
    paths = [(tuple(row["path"].split("/")), row) for row in rows if row["kind"] == "inside"]
    for depth in range(len(path) - 1, 0, -1):
        known = [
            Known(main_number(other[depth]), _position(row), not row["inferred"])
            for other, row in paths
            if len(other) > depth and other[:depth] == path[:depth]
        ]
        placed = place_number(main_number(path[depth]), known)
        if placed is not None:
            return placed
    return None


def _along(
    match: StreetMatch,
    path: tuple[str, ...],
    alley: bool,
    rows: Sequence[Row],
    hint: Hint | None,
    ward_of: WardOf,
) -> Find:
    """From the numbers around it on the street; from nothing but the street when there are none."""
    title = _title(match, path, alley)
    known = [
        (Known(row["number"], _position(row), not row["inferred"] and "/" not in row["path"]))
        for row in rows
        if row["kind"] == "along"
    ]
    if hint is not None:
        fits = [k for k in known if hint.fit(k.lon_lat, ward_of(k.lon_lat)) >= 0.8]
        known = fits or known
    placed = place_number(main_number(path[0]), known)
    off_street = _UNMAPPED_ALLEY_M * (len(path) - 1)
    if placed is None:
        middle = hint.middle if hint is not None else match.center
        why = ["đường có trên bản đồ", "không biết số nhà nào gần đó"]
        return _find(match, middle, 30 + min(match.length_m / 2, 3000.0), 0.45, "street", title, why)
    score = (0.74 if placed.between else 0.6) - 0.06 * (len(path) > 1)
    why = ["giữa hai số nhà đã biết" if placed.between else "ngoài dãy số nhà đã biết"]
    return _find(match, placed.lon_lat, placed.radius_m + off_street, score, "interpolated", title, why)


def _find(
    match: StreetMatch, lon_lat: LonLat, radius_m: float, score: float, level: str, title: str, why: list[str]
) -> Find:
    return Find(
        lon_lat=lon_lat,
        radius_m=radius_m,
        score=score * match.fit,
        level=level,  # type: ignore[arg-type]
        title=title,
        why=[match.why, *why],
        street_id=match.id,
        length_m=match.length_m,
    )
