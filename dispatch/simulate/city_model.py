"""The city in use as a simulation needs it: where people call, stations, a made-up fleet, minutes between."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from dispatch.agencies.fleet import StationSite, plan_fleet
from dispatch.agencies.hospitals import HospitalRules
from dispatch.domain.codebook import CodeBook, MinimumCover, Shifts
from dispatch.domain.model.unit import RegisterUnit
from dispatch.domain.model.values import LonLat as At
from dispatch.domain.turnout import Turnout, find_turnout
from dispatch.simulate.city_care import CareRules, CityHospital
from dispatch.simulate.city_days import count_learned
from dispatch.simulate.city_hours import LearnedWeek
from dispatch.simulate.utrecht import DataUnusable
from dispatch.store.connect import open_pool
from dispatch.store.recorded_days import RecordedDay, RecordedDays
from gis.geometry import haversine_m
from gis.store.hospitals import HospitalSite, list_hospitals
from gis.store.stations import StationSite as CityStation
from gis.store.stations import list_stations
from gis.store.ward_weights import list_street_m
from gis.zones import Zones, load_zones
from routing.cover.city_region import make_city_region
from routing.terms.deployment import Region, Times
from routing.terms.messages import LonLat

AGENCIES = ("113", "114", "115")

Measure = Callable[[list[LonLat], list[LonLat], str], list[list[float | None]]]
"""(origins, destinations, vehicle class) → seconds, with siren where the class has one."""


@dataclass(frozen=True)
class FleetUnit:
    """A unit as it is registered; `call_sign` is its id where nobody named it."""

    unit_id: str
    agency_id: str
    station_id: str
    type_code: str
    call_sign: str = ""


@dataclass(frozen=True)
class Fleet:
    """Stations (id → agency and position, and their names) and units."""

    stations: dict[str, tuple[str, LonLat]]
    units: Sequence[FleetUnit]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CityUnit:
    """A unit and the place of its station."""

    unit_id: str
    capabilities: tuple[str, ...]
    vehicle_class: str
    turnout: Turnout
    base: int
    at_once: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class AgencyModel:
    """One agency's part. Places: wards, then its stations, then hospitals if it takes people there, with
    `points` where they are. `drive_min` by vehicle class; `minimum_cover` must stay unless nothing else can
    serve; `care` says where patients are taken: where no hospitals are known to the nearest station, since
    this city's ambulances stand at hospitals. `fleet` is who and what it was made of, `shifts` when crews
    change on days that have them."""

    agency_id: str
    region: Region
    drive_min: dict[str, Times]
    units: tuple[CityUnit, ...]
    shares: dict[str, float]
    points: tuple[LonLat, ...]
    fleet: Fleet
    minimum_cover: tuple[MinimumCover, ...]
    care: CareRules
    shifts: Shifts | None = None


@dataclass(frozen=True, eq=False)
class CityModel:
    """All of it. `demand` are the wards' shares of calls, in the order of every agency's first places;
    `learned` is what the own log has taught."""

    book: CodeBook
    wards: tuple[LonLat, ...]
    demand: tuple[float, ...]
    agencies: dict[str, AgencyModel]
    learned: LearnedWeek | None = None

    def count_learned(self) -> float:
        """Incidents in a mean hour of the learned week."""
        return count_learned(self.book, self.learned) if self.learned is not None else 0.0

    def find_ward(self, lon_lat: LonLat) -> int:
        """The ward whose middle is nearest in a straight line."""
        return min(range(len(self.wards)), key=lambda ward: haversine_m(self.wards[ward], lon_lat))


@dataclass(frozen=True)
class CitySites:
    """Wards, metres of street by ward, stations and hospitals of the city in use; what happened between two
    moments."""

    zones: Zones
    street_m: Mapping[str, float]
    stations: list[CityStation]
    hospitals: list[HospitalSite]
    told: RecordedDay


async def read_sites(dsn: str, between: tuple[datetime, datetime] | None = None) -> CitySites:
    """What the city in use has. Raises DatabaseLost."""
    nothing = RecordedDay(incidents=[], legs=[], assignments=[], stations=[], units=[])
    async with await open_pool(dsn, max_size=1) as pool:
        told = await RecordedDays(pool).read(*between) if between is not None else nothing
        return CitySites(
            zones=await load_zones(pool),
            street_m=await list_street_m(pool),
            stations=await list_stations(pool),
            hospitals=await list_hospitals(pool),
            told=told,
        )


def make_up_fleet(book: CodeBook, stations: Sequence[CityStation]) -> Fleet:
    """The fleet that a fresh demo centre has: made up, since no public list of units exists."""
    sites = [
        StationSite(
            station_id=s.id, agency_id=s.agency, name=s.name, lon_lat=At(*s.lon_lat), synthetic=s.synthetic
        )
        for s in stations
    ]
    units = [c for c in plan_fleet(sites, book) if isinstance(c, RegisterUnit)]
    return Fleet(
        stations={s.id: (s.agency, (s.lon_lat.lon, s.lon_lat.lat)) for s in stations},
        units=[FleetUnit(c.unit_id, c.agency_id, c.station_id, c.type_code, c.call_sign) for c in units],
        names={s.id: s.name for s in stations},
    )


def make_model(
    book: CodeBook,
    wards: Sequence[tuple[str, LonLat, float]],
    fleet: Fleet,
    shares: Mapping[str, dict[str, float]],
    measure: Measure,
    progress: Callable[[float], None] = lambda _share: None,
    wanted: Sequence[str] = AGENCIES,
    hospitals: Sequence[CityHospital] = (),
    rules: Mapping[str, HospitalRules] = MappingProxyType({}),
) -> CityModel:
    """Measure the roads of every agency that is wanted. Agencies with `rules` for it take patients to the
    hospitals. Raises DataUnusable for a city without stations or units."""
    agencies: dict[str, AgencyModel] = {}
    for number, agency_id in enumerate(wanted):
        bases = sorted((s, at) for s, (agency, at) in fleet.stations.items() if agency == agency_id)
        known = {station_id for station_id, _ in bases}
        units = [u for u in fleet.units if u.agency_id == agency_id and u.station_id in known]
        if not units or not any(metres > 0 for _, _, metres in wards):
            raise DataUnusable(
                f"Thành phố không có phường, trạm hay tổ nào cho {agency_id}.",
                f"The city has no wards, stations or units for {agency_id}.",
            )
        agencies[agency_id] = _model_agency(
            book,
            agency_id,
            wards,
            bases,
            units,
            shares[agency_id],
            measure,
            fleet.names,
            tuple(hospitals) if agency_id in rules else (),
            rules.get(agency_id),
        )
        progress((number + 1) / len(wanted))
    total = sum(metres for _, _, metres in wards)
    lon_lats, demand = tuple(at for _, at, _ in wards), tuple(metres / total for _, _, metres in wards)
    return CityModel(book, lon_lats, demand, agencies)


def _model_agency(
    book: CodeBook,
    agency_id: str,
    wards: Sequence[tuple[str, LonLat, float]],
    bases: Sequence[tuple[str, LonLat]],
    units: Sequence[FleetUnit],
    shares: dict[str, float],
    measure: Measure,
    names: Mapping[str, str],
    hospitals: tuple[CityHospital, ...],
    rules: HospitalRules | None,
) -> AgencyModel:
    points = [at for _, at, _ in wards] + [at for _, at in bases] + [one.lon_lat for one in hospitals]
    types = book.agencies[agency_id].unit_types
    classes = Counter(types[c.type_code].vehicle_class for c in units)
    regions = {
        vehicle_class: make_city_region(
            wards,
            bases,
            measure(points, points, vehicle_class),
            vehicle_class,
            hospitals=[(one.hospital_id, one.lon_lat) for one in hospitals],
            calls_at_once=max(1.0, 0.25 * len(units)),
        ).region
        for vehicle_class in classes
    }
    places = {station_id: len(wards) + number for number, (station_id, _) in enumerate(bases)}
    usual = regions[classes.most_common(1)[0][0]]
    return AgencyModel(
        agency_id=agency_id,
        region=usual,
        drive_min={vehicle_class: region.drive_min for vehicle_class, region in regions.items()},
        units=tuple(
            CityUnit(
                c.unit_id,
                types[c.type_code].capabilities,
                types[c.type_code].vehicle_class,
                find_turnout(book, agency_id, c.type_code, c.station_id),
                places[c.station_id],
                types[c.type_code].at_once,
            )
            for c in units
        ),
        shares=shares,
        points=tuple(points),
        fleet=Fleet({station_id: (agency_id, at) for station_id, at in bases}, units, names),
        minimum_cover=book.agencies[agency_id].minimum_cover,
        care=CareRules(usual.hospitals, hospitals, rules) if hospitals else CareRules(usual.bases),
        shifts=book.agencies[agency_id].shifts,
    )
