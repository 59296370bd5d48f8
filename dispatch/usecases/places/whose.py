"""Whose a point is, in the domain's words: imported areas first, then what tables and stations say.

What was not imported is marked as reckoned or said to be unknown; nothing here decides who gets an incident.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from dispatch.domain.codebook import CodeBook, CoverZone, Label
from dispatch.domain.model.unit import Station
from dispatch.domain.model.values import LonLat
from dispatch.store.connect import Pool, translated
from gis.geometry import LonLat as Position
from gis.geometry import haversine_m
from gis.whose import AgencyHere, Named, find_whose


class AreaHere(msgspec.Struct, frozen=True, kw_only=True):
    """An area that lies over the point. `reckoned`: not imported, but of the agency's table of cover, where
    one may be the whole city."""

    code: str
    label: Label
    reckoned: bool = False
    whole_city: bool = False


class StationHere(msgspec.Struct, frozen=True, kw_only=True):
    """The nearest station of an agency as the crow flies: reckoned, where no station's area is known."""

    id: str
    name: str
    distance_m: float
    synthetic: bool


class AgencyThere(msgspec.Struct, frozen=True, kw_only=True):
    """One agency at a point: `responsible` by its imported area (`by_area`), without one all over the city.

    Without `zones_known` and `beats_known` an empty list says that nobody imported any; `nearest` stands
    where no area of a station does.
    """

    agency_id: str
    responsible: bool
    by_area: bool
    zones: tuple[AreaHere, ...]
    zones_known: bool
    beats: tuple[AreaHere, ...]
    beats_known: bool
    stations: tuple[AreaHere, ...]
    nearest: StationHere | None


class WhoseAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The ward ("" outside the city), and the agencies in the order of the tables."""

    ward_code: str
    ward: str
    agencies: tuple[AgencyThere, ...]


FindWhose = Callable[[LonLat], Awaitable[WhoseAnswer]]
"""(place) → whose it is; raises DatabaseLost."""


async def know_nothing(_at: LonLat) -> WhoseAnswer:
    """Where no city is known yet."""
    return WhoseAnswer(ward_code="", ward="", agencies=())


class Fleet(Protocol):
    """Stations by id, as they are now."""

    @property
    def stations(self) -> Mapping[str, Station]: ...


class KnownFleet(msgspec.Struct, frozen=True):
    """The stations of a centre that does not run, by id."""

    stations: dict[str, Station]


class WhoseFinder:
    """Asks the city in use. `fleet` has the centre's own stations; without any of an agency the city's are
    taken, made-up ones only where `made_up` is allowed."""

    def __init__(
        self,
        pool: Pool,
        book: CodeBook,
        fleet: Fleet,
        now: Callable[[], datetime],
        *,
        made_up: bool,
    ) -> None:
        self._pool = pool
        self._book = book
        self._fleet = fleet
        self._now = now
        self._made_up = made_up

    async def find(self, at: LonLat) -> WhoseAnswer:
        """Whose a place is now. Raises DatabaseLost."""
        with translated():
            found = await find_whose(self._pool, (at.lon, at.lat), tuple(self._book.agencies), self._now())
        stations = tuple(self._fleet.stations.values()) if found.ward_code else ()
        return WhoseAnswer(
            ward_code=found.ward_code,
            ward=found.ward,
            agencies=tuple(
                self._there(here, at, None if here.stations else self._reckon(here, at, stations))
                for here in found.agencies
            ),
        )

    def _there(self, here: AgencyHere, at: LonLat, nearest: StationHere | None) -> AgencyThere:
        zones = _imported(here.zones)
        if not here.zones_known and here.responsible:
            cover = self._book.agencies[here.agency_id].cover.zones
            zones = tuple(_of_table(zone) for zone in cover if is_inside(zone, at))
        return AgencyThere(
            agency_id=here.agency_id,
            responsible=here.responsible,
            by_area=here.by_area,
            zones=zones,
            zones_known=here.zones_known,
            beats=_imported(here.beats),
            beats_known=here.beats_known,
            stations=_imported(here.stations),
            nearest=nearest,
        )

    def _reckon(self, here: AgencyHere, at: LonLat, stations: Sequence[Station]) -> StationHere | None:
        own = [station for station in stations if station.agency_id == here.agency_id]
        if own:
            near = min(own, key=lambda station: (_distance_m(station, at), station.id))
            far_m = round(_distance_m(near, at), 1)
            return StationHere(id=near.id, name=near.name, distance_m=far_m, synthetic=near.synthetic)
        if here.nearest is None or (here.nearest.synthetic and not self._made_up):
            return None
        return StationHere(**msgspec.structs.asdict(here.nearest))


def _distance_m(station: Station, at: LonLat) -> float:
    return haversine_m((station.lon_lat.lon, station.lon_lat.lat), (at.lon, at.lat))


def _imported(areas: Sequence[Named]) -> tuple[AreaHere, ...]:
    return tuple(AreaHere(code=area.code, label=Label(area.vi, area.en)) for area in areas)


def _of_table(zone: CoverZone) -> AreaHere:
    return AreaHere(code=zone.code, label=zone.label, reckoned=True, whole_city=zone.centre is None)


def is_inside(zone: CoverZone, at: LonLat) -> bool:
    """Whether a place is in a zone."""
    return (
        zone.centre is None or haversine_m(Position(*zone.centre), Position(at.lon, at.lat)) <= zone.radius_m
    )
