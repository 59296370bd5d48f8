"""Stations of the four agencies: real posts where known, else made-up ones, marked synthetic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import shapely
from shapely import STRtree

from gis.geometry import LonLat
from gis.importers.metres import LocalMetres
from gis.importers.model import Facility, Ward
from gis.importers.streets import Street

_STATION_ROADS = ("trunk", "primary", "secondary", "tertiary", "unclassified")
_WARDS_PER_FIRE_STATION = 5
_WARDS_PER_AMBULANCE_STATION = 3


class Station(msgspec.Struct, frozen=True):
    """A place where units of an agency (113, 114, 115, 112) belong."""

    id: str
    agency: str
    name: str
    ward_code: str
    lon_lat: LonLat
    synthetic: bool
    source: str


def place_stations(
    wards: Sequence[Ward], facilities: Sequence[Facility], streets: Sequence[Street], metres: LocalMetres
) -> list[Station]:
    """Stations for the wards that hold roads: a police post for every ward, fire and ambulance stations
    spread so that the farthest ward is as near as can be (greedy k-centre), one command for the city.
    """
    roads = [street.plane for street in streets if street.highway in _STATION_ROADS]
    tree = STRtree(roads)
    sites: dict[str, tuple[Ward, shapely.Point]] = {}
    for ward in wards:
        site = _site(ward, roads, tree, metres)
        if site is not None:
            sites[ward.code] = (ward, site)
    if not sites:
        return []
    stations = [*_police(sites, facilities, metres)]
    stations += _spread(
        "114", "Đội CC&CNCH khu vực", "fire", sites, facilities, metres, _WARDS_PER_FIRE_STATION
    )
    stations += _spread(
        "115", "Trạm cấp cứu vệ tinh", "ambulance", sites, facilities, metres, _WARDS_PER_AMBULANCE_STATION
    )
    middle = shapely.MultiPoint([point for _, point in sites.values()]).centroid
    ward, point = min(sites.values(), key=lambda site: (site[1].distance(middle), site[0].code))
    stations.append(
        Station(
            "112-1",
            "112",
            "Bộ Tư lệnh Thành phố",
            ward.code,
            metres.position(point.x, point.y),
            True,
            "generated",
        )
    )
    return stations


def _site(
    ward: Ward, roads: list[shapely.MultiLineString], tree: STRtree, metres: LocalMetres
) -> shapely.Point | None:
    """A point on a larger road inside the ward, near its middle; None where the map has no such road."""
    area = metres.to_plane(ward.geometry)
    middle = area.representative_point()
    pieces = [shapely.intersection(roads[i], area) for i in sorted(tree.query(area, predicate="intersects"))]
    pieces = [piece for piece in pieces if not piece.is_empty]
    if not pieces:
        return None
    nearest = min(pieces, key=lambda piece: piece.distance(middle))
    return shapely.Point(shapely.shortest_line(nearest, middle).coords[0])


def _police(
    sites: dict[str, tuple[Ward, shapely.Point]], facilities: Iterable[Facility], metres: LocalMetres
) -> list[Station]:
    posts = [f for f in facilities if f.kind == "police"]
    stations = []
    for code, (ward, site) in sites.items():
        area = ward.geometry
        known = next((f for f in posts if area.covers(shapely.Point(f.lon_lat))), None)
        stations.append(
            Station(
                id=f"113-{code}",
                agency="113",
                name=f"Công an {ward.name[0].lower()}{ward.name[1:]}",
                ward_code=code,
                lon_lat=known.lon_lat if known else metres.position(site.x, site.y),
                synthetic=known is None or known.synthetic,
                source=known.source if known else "generated",
            )
        )
    return stations


def _spread(
    agency: str, title: str, kind: str, sites: dict[str, tuple[Ward, shapely.Point]],
    facilities: Iterable[Facility], metres: LocalMetres, wards_each: int,
) -> list[Station]:  # fmt: skip
    """The known stations, then made-up ones in the ward farthest from any, one per `wards_each` in all."""
    wanted = max(1, len(sites) // wards_each)
    tree = STRtree([ward.geometry for ward, _ in sites.values()])
    codes = list(sites)
    stations: list[Station] = []
    taken: list[shapely.Point] = []
    for facility in (f for f in facilities if f.kind == kind):
        inside = tree.query(shapely.Point(facility.lon_lat), predicate="within")
        point = metres.point(facility.lon_lat)
        if not len(inside) or any(point.distance(other) < 300 for other in taken):
            continue
        taken.append(point)
        stations.append(
            Station(
                f"{agency}-{len(taken)}",
                agency,
                facility.name,
                codes[int(inside[0])],
                facility.lon_lat,
                facility.synthetic,
                facility.source,
            )
        )
    while len(stations) < wanted:
        ward, point = max(
            sites.values(),
            key=lambda site: (min((site[1].distance(p) for p in taken), default=0.0), site[0].code),
        )
        taken.append(point)
        stations.append(
            Station(
                f"{agency}-{len(taken)}",
                agency,
                f"{title} {len(taken)}",
                ward.code,
                metres.position(point.x, point.y),
                True,
                "generated",
            )
        )
    return stations
