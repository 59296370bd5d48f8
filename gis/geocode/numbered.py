"""A house number or an alley on streets that may be meant: the door itself, else as near as is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from gis.geocode.areas import Hint
from gis.geocode.candidate import Find
from gis.geocode.matching import StreetMatch
from gis.geocode.numbers import main_number, path_text
from gis.geocode.placing import Known, KnownDoor, place_along, place_inside
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
    spans = await _list_spans(source, chosen, hint)
    finds: list[Find] = []
    along: list[tuple[Find, float]] = []
    for match in chosen:
        found = _door_or_alley(match, path, alley, of_street[match.id], hint)
        if found is None:
            found, share = _along(
                match, path, alley, of_street[match.id], hint, ward_of, spans.get(match.id, ())
            )
            along.append((found, share))
        finds.append(found)
    await _set_along(source, along)
    return finds


async def _list_spans(
    source: Source, matches: Sequence[StreetMatch], hint: Hint | None
) -> dict[int, list[tuple[float, float]]]:
    """The stretches of each street that lie in the ward that was named."""
    spans: dict[int, list[tuple[float, float]]] = defaultdict(list)
    if hint is None or not hint.of_ward:
        return spans
    ids = [match.id for match in matches if match.ward_codes & hint.ward_codes]
    for row in await queries.list_ward_spans(source, ids, sorted(hint.ward_codes)) if ids else ():
        spans[row["street_id"]].append((row["from_m"], row["to_m"]))
    return spans


async def move_into(source: Source, finds: Sequence[Find], hint: Hint, ward_of: WardOf) -> None:
    """Guesses on a street that fell outside the named ground: onto the part of the street that lies in it.

    What the caller says of the ward is surer than a number counted from far away.
    """
    outside = [
        find
        for find in finds
        if find.street_id is not None
        and find.ward_codes & hint.ward_codes
        and find.level in {"interpolated", "street"}
        and hint.fit(find.lon_lat, ward_of(find.lon_lat)) < 0.9
    ]
    if not outside:
        return
    places = [(find.street_id or 0, *find.lon_lat) for find in outside]
    rows = await queries.move_within(
        source, places, sorted(hint.ward_codes), hint.middle, hint.radius_m * 1.5
    )
    for find, row in zip(outside, rows, strict=True):
        if row["lon"] is not None:
            find.lon_lat = LonLat(row["lon"], row["lat"])
            find.radius_m = max(find.radius_m, 40.0 + row["length_m"] / 2)
            find.score *= 0.9
            find.why.append("chuyển vào phần đường trong địa bàn đã nói")


async def _set_along(source: Source, finds: Sequence[tuple[Find, float]]) -> None:
    """Put each find at its share of its street's spine."""
    ids = [find.street_id for find, _ in finds if find.street_id is not None]
    rows = await queries.place_along_streets(source, ids, [share for _, share in finds]) if ids else []
    for (find, _), row in zip(finds, rows, strict=True):
        find.lon_lat = LonLat(row["lon"], row["lat"])


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
    wanted = len(path) if alley else len(path) - 1
    mapped = [row for row in rows if row["kind"] == "alley" and len(row["path"].split("/")) <= wanted]
    deepest = max((len(row["path"].split("/")) for row in mapped), default=0)
    inside = _inside(path, rows)
    if deepest and (deepest == wanted or not inside):
        row = next(r for r in mapped if len(r["path"].split("/")) == deepest)
        missing = wanted - deepest
        if not alley and deepest == wanted and inside:
            return _find(
                match, inside[0], min(inside[1], 60.0 + row["length_m"] / 4), 0.86, "interpolated",
                title, [f"hẻm {row['path']} có trên bản đồ", "số nhà bên cạnh"],
            )  # fmt: skip
        radius = 25.0 + row["length_m"] / 2 + _UNMAPPED_ALLEY_M * missing
        why = f"hẻm {row['path']} có trên bản đồ"
        return _find(match, _position(row), radius, 0.84 - 0.08 * missing, "alley", title, [why])
    if inside and not alley:
        return _find(match, inside[0], inside[1] + 20, 0.8, "interpolated", title, ["số nhà trong cùng hẻm"])
    return None


def _inside(path: tuple[str, ...], rows: Sequence[Row]) -> tuple[LonLat, float] | None:
    """The place of the number from doors that share its alley, the deepest shared part first."""
    paths = [(tuple(row["path"].split("/")), row) for row in rows if row["kind"] == "inside"]
    for depth in range(len(path) - 1, 0, -1):
        doors = [
            KnownDoor(main_number(other[depth]), _position(row))
            for other, row in paths
            if len(other) > depth and other[:depth] == path[:depth]
        ]
        placed = place_inside(main_number(path[depth]), doors)
        if placed is not None:
            return placed
    return None


def _noise_m(row: Row) -> float:
    """How far from its number's true place along the street a known one may stand."""
    if "/" in row["path"]:
        return _DEEP_NOISE_M
    return _INFERRED_NOISE_M if row["inferred"] else _KNOWN_NOISE_M


_KNOWN_NOISE_M = 16.0
_INFERRED_NOISE_M = 40.0
_DEEP_NOISE_M = 60.0  # a door deep in an alley tells of its mouth only roughly

_BASIS = {
    "between": (0.74, "giữa các số nhà đã biết"),
    "beyond": (0.62, "ngoài dãy số nhà đã biết"),
    "custom": (0.52, "ước theo lệ đánh số, chưa biết số nhà nào trên đường này"),
}


def _along(
    match: StreetMatch,
    path: tuple[str, ...],
    alley: bool,
    rows: Sequence[Row],
    hint: Hint | None,
    ward_of: WardOf,
    spans: Sequence[tuple[float, float]],
) -> tuple[Find, float]:
    """From the numbers around it on the street, and the share of the street's spine where that is."""
    near = [row for row in rows if row["kind"] == "along"]
    if hint is not None:
        near = [row for row in near if hint.fit(_position(row), ward_of(_position(row))) >= 0.8] or near
    known = [Known(row["number"], row["along_m"], _noise_m(row)) for row in near]
    placed = place_along(main_number(path[0]), known, match.scale, spans)
    score, why = _BASIS[placed.basis]
    deep = len(path) - 1
    radius = placed.radius_m + _UNMAPPED_ALLEY_M * deep
    title = _title(match, path, alley)
    find = _find(match, match.center, radius, score - 0.06 * (deep > 0), "interpolated", title, [why])
    return find, min(1.0, max(0.0, placed.along_m / (match.scale.length_m or 1.0)))


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
        ward_codes=match.ward_codes,
    )
