"""The city in use as a simulation needs it: where people call, stations, a made-up fleet, minutes between."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dispatch.agencies.fleet import StationSite, plan_fleet
from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.unit import RegisterUnit
from dispatch.domain.model.values import LonLat as At
from dispatch.simulate.utrecht import DataUnusable
from dispatch.store.connect import open_pool
from gis.store.stations import StationSite as CityStation
from gis.store.stations import list_stations
from gis.store.ward_weights import list_street_m
from gis.zones import Zones, load_zones
from routing.city_region import make_city_region
from routing.deployment import Region, Times
from routing.messages import LonLat

AGENCIES = ("113", "114", "115")

Measure = Callable[[list[LonLat], list[LonLat], str], list[list[float | None]]]
"""(origins, destinations, vehicle class) → seconds, with siren where the class has one."""


@dataclass(frozen=True)
class CityUnit:
    """A unit and the place of its station."""

    unit_id: str
    capabilities: tuple[str, ...]
    vehicle_class: str
    turnout_min: float
    base: int


@dataclass(frozen=True, eq=False)
class AgencyModel:
    """One agency's part. Places: wards, then its stations. `drive_min` by vehicle class; hospitals are places
    where ambulances hand over: this city's ambulances stand at hospitals, so these are its stations."""

    agency_id: str
    region: Region
    drive_min: dict[str, Times]
    units: tuple[CityUnit, ...]
    shares: dict[str, float]


@dataclass(frozen=True, eq=False)
class CityModel:
    """All of it. `demand` are the wards' shares of calls, in the order of every agency's first places."""

    book: CodeBook
    ward_names: tuple[str, ...]
    demand: tuple[float, ...]
    agencies: dict[str, AgencyModel]


async def read_sites(dsn: str) -> tuple[Zones, Mapping[str, float], list[CityStation]]:
    """Wards, metres of street by ward, and stations of the city in use."""
    async with await open_pool(dsn, max_size=1) as pool:
        return await load_zones(pool), await list_street_m(pool), await list_stations(pool)


def make_model(
    book: CodeBook,
    wards: Sequence[tuple[str, LonLat, float]],
    stations: Sequence[CityStation],
    shares: Mapping[str, dict[str, float]],
    measure: Measure,
    progress: Callable[[float], None] = lambda _share: None,
) -> CityModel:
    """Measure the roads of every agency. Raises DataUnusable for a city without stations."""
    sites = [
        StationSite(
            station_id=s.id, agency_id=s.agency, name=s.name, lon_lat=At(*s.lon_lat), synthetic=s.synthetic
        )
        for s in stations
    ]
    fleet = [c for c in plan_fleet(sites, book) if isinstance(c, RegisterUnit)]
    agencies: dict[str, AgencyModel] = {}
    for number, agency_id in enumerate(AGENCIES):
        own = sorted((s for s in stations if s.agency == agency_id), key=lambda s: s.id)
        units = [c for c in fleet if c.agency_id == agency_id]
        if not own or not units:
            raise DataUnusable(
                f"Thành phố không có trạm nào của {agency_id}.", f"The city has no station of {agency_id}."
            )
        agencies[agency_id] = _model_agency(book, agency_id, wards, own, units, shares[agency_id], measure)
        progress((number + 1) / len(AGENCIES))
    total = sum(metres for _, _, metres in wards)
    names = tuple(name for name, _, _ in wards)
    return CityModel(book, names, tuple(metres / total for _, _, metres in wards), agencies)


def _model_agency(
    book: CodeBook,
    agency_id: str,
    wards: Sequence[tuple[str, LonLat, float]],
    stations: Sequence[CityStation],
    units: Sequence[RegisterUnit],
    shares: dict[str, float],
    measure: Measure,
) -> AgencyModel:
    bases = [(s.id, (s.lon_lat.lon, s.lon_lat.lat)) for s in stations]
    points = [at for _, at, _ in wards] + [at for _, at in bases]
    types = book.agencies[agency_id].unit_types
    classes = Counter(types[c.type_code].vehicle_class for c in units)
    regions = {
        vehicle_class: make_city_region(
            wards,
            bases,
            measure(points, points, vehicle_class),
            vehicle_class,
            calls_at_once=max(1.0, 0.25 * len(units)),
        ).region
        for vehicle_class in classes
    }
    places = {s.id: len(wards) + number for number, s in enumerate(stations)}
    return AgencyModel(
        agency_id=agency_id,
        region=regions[classes.most_common(1)[0][0]],
        drive_min={vehicle_class: region.drive_min for vehicle_class, region in regions.items()},
        units=tuple(
            CityUnit(
                c.unit_id,
                types[c.type_code].capabilities,
                types[c.type_code].vehicle_class,
                types[c.type_code].turnout_s / 60.0,
                places[c.station_id],
            )
            for c in units
        ),
        shares=shares,
    )
