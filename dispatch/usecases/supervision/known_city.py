"""The city in use as simulated days need it: roads measured, wards, what happened, what was learned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from dispatch.agencies.hospitals import load_hospital_rules
from dispatch.agencies.loader import load_codebook
from dispatch.domain.model.road_condition import RoadCondition
from dispatch.simulate.city_hours import LearnedWeek
from dispatch.simulate.city_model import AGENCIES, CityModel, CitySites, make_model, make_up_fleet
from dispatch.simulate.comparison import Wards
from dispatch.simulate.recorded import read_fleet
from dispatch.simulate.then import Then, list_hospitals
from dispatch.simulate.utrecht import DataUnusable
from dispatch.store.recorded_days import RecordedDay
from dispatch.usecases.cover.cover_prices import list_shares
from dispatch.usecases.cover.forecast import read_forecast
from dispatch.usecases.hospitals.enter_hospitals import plan_hospitals
from dispatch.usecases.roads.keep_roads import make_request
from routing.cover.demand import WEEK
from routing.graph.file import load
from routing.process.planner import Planner
from routing.travel_time.network import RoadNetwork


@dataclass(frozen=True)
class KnownCity:
    """The city in use, its wards in the order of the model's places, what happened in a range, and the folder
    of its roads."""

    model: CityModel
    wards: Wards
    told: RecordedDay
    folder: Path


def know_city(
    folder: Path,
    sites: CitySites,
    then: Then,
    start: datetime | None,
    agencies: Sequence[str],
    progress: Callable[[float], None],
) -> KnownCity:
    """Measure the roads of `folder` with what held on them. Without a `start` of recorded hours the fleet is
    made up. Raises DataUnusable."""
    book, rules = load_codebook(), load_hospital_rules()
    wards = [ward for ward in sites.zones.wards if ward.code in sites.street_m]
    planner = _open_planner(folder, then.roads)
    model = make_model(
        book,
        [(w.name, (w.middle.lon, w.middle.lat), sites.street_m[w.code]) for w in wards],
        read_fleet(sites.told) if start is not None else make_up_fleet(book, sites.stations),
        {agency_id: list_shares(book, agency_id) for agency_id in AGENCIES},
        lambda starts, ends, name: planner.measure_matrix(starts, ends, name, True).tolist(),
        progress,
        agencies,
        list_hospitals(plan_hospitals(sites.hospitals, rules), then, start),
        rules,
    )
    return KnownCity(model, [(w.code, w.name) for w in wards], sites.told, folder)


def read_week(known: KnownCity) -> LearnedWeek:
    """The demand that the centre has learned from its log, for the model's wards. Raises DataUnusable where
    it has learned nothing yet."""
    made = read_forecast(known.folder)
    heard = {a: one.demand for a, one in made.agencies.items() if one.demand.calls} if made else {}
    asked = {
        agency_id: np.array([demand.rates.get(code, [0.0] * WEEK) for code, _ in known.wards]).T
        for agency_id, demand in heard.items()
        if agency_id in AGENCIES
    }
    if not asked:
        raise DataUnusable(
            "Chưa học được nhu cầu nào từ nhật ký. Chạy trước: dispatch forecast.",
            "No demand was learned from the log yet. Run first: dispatch forecast.",
        )
    return LearnedWeek(asked)


def _open_planner(folder: Path, roads: Sequence[RoadCondition]) -> Planner:
    """The roads of a pack, with what holds on them."""
    planner = Planner(RoadNetwork(load(folder)))
    if roads:
        planner.answer(make_request(roads))
    return planner
