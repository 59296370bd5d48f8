"""A small city for tests of its days: three services, eight wards in a row, two minutes a kilometre."""

from dispatch.agencies.loader import load_codebook
from dispatch.simulate.city_model import AGENCIES, CityModel, make_model, make_up_fleet
from dispatch.usecases.cover.cover_prices import list_shares
from gis.geometry import LonLat, haversine_m
from gis.store.stations import StationSite

WARDS = [(f"w{n}", (106.60 + 0.02 * n, 10.75), 1.0 + n % 3) for n in range(8)]
STATIONS = [
    StationSite(f"{agency}-{n}", agency, f"{agency}-{n}", LonLat(106.60 + 0.03 * n, 10.76), True)
    for agency in AGENCIES
    for n in range(5)
]


def measure(
    origins: list[tuple[float, float]], ends: list[tuple[float, float]], vehicle_class: str
) -> list[list[float | None]]:
    """Straight lines, two minutes a kilometre."""
    return [[haversine_m(a, b) * 0.12 for b in ends] for a in origins]


def make_city() -> CityModel:
    """The same every time."""
    book = load_codebook()
    return make_model(
        book, WARDS, make_up_fleet(book, STATIONS), {a: list_shares(book, a) for a in AGENCIES}, measure
    )
