"""Replications of city days under policies, side by side in processes; what they are judged by, and files."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from math import ceil, sqrt
from pathlib import Path

import msgspec
import numpy as np
from scipy.stats import t as student

from dispatch.simulate.city_days import Day, draw_day
from dispatch.simulate.city_hours import DayOptions
from dispatch.simulate.city_kernel import AgencySimulation, Response
from dispatch.simulate.city_model import CityModel
from dispatch.simulate.fan_out import HERE, Where, fan_out
from dispatch.simulate.files import write_whole


class CityMeasures(msgspec.Struct, frozen=True, kw_only=True):
    """Of an agency's incidents, in minutes. Response is the time of the last unit that the plan asks for, and
    of the first in `first_mean_min`; `unserved` lacked a unit to the end, and count in nothing else.
    `p95_p1_min` is of priority 1 alone. Areas are wards; the rest as for Utrecht. `below_minimum`: the share
    of incidents after whose dispatch a minimum that must stay did not hold; `packages_mean_min` is the
    response to incidents of which something had to come whole. Of who was taken to a hospital
    `transport_mean_min` is the way, `treated` the share for whom it treats all that was needed, and
    `crowd_most` the most who were on the way to one hospital, or being handed over there, at once."""

    calls: int
    units_sent: int
    unserved: int
    mean_min: float
    first_mean_min: float
    late_12: float
    late_15: float
    p50_min: float
    p90_min: float
    p95_p1_min: float
    worst_decile_area_mean_min: float
    trips_per_call: float
    below_minimum: float
    packages_mean_min: float
    transport_mean_min: float
    treated: float
    crowd_most: int


class Replication(msgspec.Struct, frozen=True, kw_only=True):
    """One seed: measures by agency."""

    seed: int
    agencies: dict[str, CityMeasures]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Mean of this policy less the other's on the same days, its half 95 % interval, and the other's mean."""

    difference: float
    plus_minus: float
    other: float


class CityResult(msgspec.Struct, frozen=True, kw_only=True):
    """All replications; `mean` over them by agency. `against` compares with another policy, by measure.
    `options` of generated days; None for a recorded one."""

    policy: str
    options: DayOptions | None
    replications: list[Replication]
    mean: dict[str, dict[str, float]]
    other_policy: str | None = None
    against: dict[str, dict[str, Difference]] = {}


@dataclass(frozen=True)
class _Task:
    seed: int
    policy: str


Row = tuple[int, int, str, str, int, float, str, str, str]
_ROW = ("seed", "incident", "agency", "type", "priority", "at_min", "first_min", "response_min", "units")

What = DayOptions | Day
"""Days to be drawn with these options, or the one that was recorded."""


def run_city(
    model: CityModel,
    what: What,
    policy: str,
    seeds: Sequence[int],
    *,
    other: str | None = None,
    where: Where = HERE,
    progress: Callable[[float], None] = lambda _share: None,
) -> tuple[CityResult, list[Row]]:
    """Every seed under the policy, and under the other on the same days; rows are of the policy. Of a
    recorded day there is one, whatever its seed is called. Raises ClusterUnusable."""
    tasks = [_Task(seed, name) for seed in seeds for name in (policy, other) if name is not None]
    done: list[tuple[Replication, list[Row]]] = []
    for replication in fan_out(_run_one, (model, what), tasks, where):
        done.append(replication)
        progress(len(done) / len(tasks))
    own = [pair for task, pair in zip(tasks, done, strict=True) if task.policy == policy]
    others = [pair[0] for task, pair in zip(tasks, done, strict=True) if task.policy != policy]
    replications = [replication for replication, _ in own]
    result = CityResult(
        policy=policy,
        options=what if isinstance(what, DayOptions) else None,
        replications=replications,
        mean=_average(replications),
        other_policy=other if others else None,
        against=_compare(replications, others) if others else {},
    )
    return result, [row for _, rows in own for row in rows]


def write_result(result: CityResult, path: Path) -> None:
    """As JSON."""
    write_whole(path, msgspec.json.format(msgspec.json.encode(result), indent=2).decode() + "\n")


def write_rows(found: Iterable[Row], path: Path) -> None:
    """A row for each incident and agency; empty where nobody came."""
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_ROW)
    rows.writerows(found)
    write_whole(path, text.getvalue())


def measure_agency(
    day: Day, responses: Sequence[Response], run: AgencySimulation, places: int
) -> CityMeasures:
    """Judge one agency's day, which `run` has run."""
    served = [r for r in responses if r.sent and len(r.sent) == r.wanted]
    last = np.array([max(s.there_min for s in r.sent) for r in served])
    first = np.array([min(s.there_min for s in r.sent) for r in served])
    at = np.array([day.incidents[r.number].place for r in served], dtype=int)
    urgent = last[[day.incidents[r.number].priority == 1 for r in served]] if served else last
    sums = np.bincount(at, weights=last, minlength=places)
    counts = np.bincount(at, minlength=places)
    means = np.sort(sums[counts > 0] / counts[counts > 0])
    worst = means[-ceil(len(means) / 10) :] if len(means) else means
    return CityMeasures(
        calls=len(responses),
        units_sent=sum(len(r.sent) for r in responses),
        unserved=len(responses) - len(served),
        mean_min=_mean(last),
        first_mean_min=_mean(first),
        late_12=_mean(last > 12),
        late_15=_mean(last > 15),
        p50_min=float(np.percentile(last, 50)) if len(last) else 0.0,
        p90_min=float(np.percentile(last, 90)) if len(last) else 0.0,
        p95_p1_min=float(np.percentile(urgent, 95)) if len(urgent) else 0.0,
        worst_decile_area_mean_min=_mean(worst),
        trips_per_call=run.trips / max(1, len(responses)),
        below_minimum=run.short / max(1, len(responses)),
        packages_mean_min=_mean(last[[_is_package(day, r, run) for r in served]] if served else last),
        transport_mean_min=_mean(np.array([one.travel_min for one in run.care])),
        treated=_mean(np.array([one.treated for one in run.care])),
        crowd_most=max((one.arriving + 1 for one in run.care), default=0),
    )


def _is_package(day: Day, response: Response, run: AgencySimulation) -> bool:
    return any(need.package for need in day.incidents[response.number].needs[run.agency_id])


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else 0.0


def _run_one(shared: tuple[CityModel, What], task: _Task) -> tuple[Replication, list[Row]]:
    model, what = shared
    day = what
    if not isinstance(day, Day):
        day = draw_day(model.book, model.demand, tuple(model.agencies), task.seed, day, model.learned)
    measures: dict[str, CityMeasures] = {}
    rows: list[Row] = []
    for agency_id, agency in model.agencies.items():
        simulation = AgencySimulation(agency, task.policy, day)
        responses = simulation.run()
        measures[agency_id] = measure_agency(day, responses, simulation, len(model.demand))
        for response in responses:
            incident = day.incidents[response.number]
            there = [s.there_min for s in response.sent]
            whole = len(there) == response.wanted
            rows.append(
                (
                    task.seed,
                    response.number,
                    agency_id,
                    incident.type_code,
                    incident.priority,
                    incident.at_min,
                    repr(min(there)) if there else "",
                    repr(max(there)) if whole else "",
                    " ".join(agency.units[s.unit].unit_id for s in response.sent),
                )
            )
    return Replication(seed=task.seed, agencies=measures), rows


def _average(replications: Sequence[Replication]) -> dict[str, dict[str, float]]:
    return {
        agency_id: {
            name: float(np.mean([getattr(r.agencies[agency_id], name) for r in replications]))
            for name in CityMeasures.__struct_fields__
        }
        for agency_id in replications[0].agencies
    }


def _compare(own: Sequence[Replication], others: Sequence[Replication]) -> dict[str, dict[str, Difference]]:
    """Paired by seed; the interval by Student's t, none for a single day."""
    found: dict[str, dict[str, Difference]] = {}
    for agency_id in own[0].agencies:
        found[agency_id] = {}
        for name in CityMeasures.__struct_fields__:
            ours = np.array([getattr(r.agencies[agency_id], name) for r in own], dtype=float)
            theirs = np.array([getattr(r.agencies[agency_id], name) for r in others], dtype=float)
            count, differs = len(ours), ours - theirs
            half = (
                float(student.ppf(0.975, count - 1) * differs.std(ddof=1) / sqrt(count)) if count > 1 else 0.0
            )
            found[agency_id][name] = Difference(
                difference=float(differs.mean()), plus_minus=half, other=float(theirs.mean())
            )
    return found
