"""Two policies on the same days: every figure side by side, and where in the city it got better or worse.

`question.py` says what can be asked and what is answered.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

import msgspec
import numpy as np
from scipy.stats import t as student

from dispatch.simulate.city_days import Day
from dispatch.simulate.city_kernel import AgencySimulation, Response
from dispatch.simulate.city_model import AgencyModel, CityModel
from dispatch.simulate.city_run import CityMeasures, measure_agency
from dispatch.simulate.files import SIDES
from dispatch.simulate.question import AgencyComparison, Comparison, Figure, IncidentChange, WardChange

NOTICED_MIN = 0.5
"""An incident counts as sooner or later from so much of a difference on."""

MOST_NAMED = 20
"""Incidents of a recorded day that are told one by one, those that changed most."""


Wards = Sequence[tuple[str, str]]
"""(code, name) in the order of the model's places."""

Keep = Callable[[Day, str, dict[str, AgencySimulation]], None]
"""Given a day, one of the sides, and that policy's runs by agency."""


@dataclass
class _Tally:
    """What the days of one agency have come to so far."""

    own: list[dict[str, float]] = field(default_factory=list)
    other: list[dict[str, float]] = field(default_factory=list)
    sooner: int = 0
    later: int = 0
    same: int = 0
    wards: defaultdict[int, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    incidents: list[IncidentChange] = field(default_factory=list)

    def pair(self, day: Day, agency: AgencyModel, own: Sequence[Response], other: Sequence[Response]) -> None:
        """Incident by incident."""
        theirs = _list_whole(other)
        for number, response in _list_whole(own).items():
            if number not in theirs:
                continue
            incident, pair = day.incidents[number], (_last_min(response), _last_min(theirs[number]))
            differs = pair[0] - pair[1]
            self.sooner += differs < -NOTICED_MIN
            self.later += differs > NOTICED_MIN
            self.same += abs(differs) <= NOTICED_MIN
            self.wards[incident.place].append(pair)
            if incident.number and abs(differs) > NOTICED_MIN:
                self.incidents.append(
                    IncidentChange(
                        number=incident.number,
                        type_code=incident.type_code,
                        priority=incident.priority,
                        policy_min=pair[0],
                        other_min=pair[1],
                        policy_units=[agency.units[sent.unit].unit_id for sent in response.sent],
                        other_units=[agency.units[sent.unit].unit_id for sent in theirs[number].sent],
                    )
                )


def compare(
    model: CityModel,
    wards: Wards,
    days: Sequence[Callable[[], Day]],
    policies: tuple[str, str],
    *,
    targets: Mapping[str, float] | None = None,
    left_out: int = 0,
    progress: Callable[[float], None] = lambda _share: None,
    keep: Keep = lambda _day, _side, _runs: None,
) -> Comparison:
    """Every agency of the model through every day under both policies. `targets`: agency → minutes. `keep`
    gets the runs of the first day."""
    tallies = {agency_id: _Tally() for agency_id in model.agencies}
    incidents, done, tasks = 0, 0, 2 * len(days) * len(model.agencies)
    for draw in days:
        day = draw()
        incidents += sum(not model.agencies.keys().isdisjoint(i.needs) for i in day.incidents)
        runs: dict[str, dict[str, AgencySimulation]] = {side: {} for side in SIDES}
        for agency_id, agency in model.agencies.items():
            tally, found = tallies[agency_id], list[list[Response]]()
            target = (targets or {}).get(agency_id)
            for side, figures in zip(SIDES, (tally.own, tally.other), strict=True):
                simulation = AgencySimulation(agency, policies[SIDES.index(side)], day)
                responses = simulation.run()
                figures.append(_measure(day, responses, simulation, len(wards), target))
                found.append(responses)
                runs[side][agency_id] = simulation
                done += 1
                progress(done / tasks)
            tally.pair(day, agency, *found)
        if draw is days[0]:
            for side in SIDES:
                keep(day, side, runs[side])
    return Comparison(
        days=len(days),
        incidents=incidents,
        left_out=left_out,
        agencies={
            agency_id: _conclude(tally, wards, (targets or {}).get(agency_id))
            for agency_id, tally in tallies.items()
        },
    )


def find_difference(own: Sequence[float], other: Sequence[float]) -> Figure:
    """Paired by day: the interval of the mean difference by Student's t."""
    ours, theirs = np.array(own, dtype=float), np.array(other, dtype=float)
    differs, count = ours - theirs, len(ours)
    half = float(student.ppf(0.975, count - 1) * differs.std(ddof=1) / sqrt(count)) if count > 1 else None
    return Figure(
        policy=float(ours.mean()),
        other=float(theirs.mean()),
        difference=float(differs.mean()),
        plus_minus=half,
    )


def _measure(
    day: Day, responses: Sequence[Response], run: AgencySimulation, places: int, target_min: float | None
) -> dict[str, float]:
    found: dict[str, Any] = msgspec.structs.asdict(measure_agency(day, responses, run, places))
    if target_min is not None:
        firsts = [min(sent.there_min for sent in r.sent) for r in responses if r.sent]
        found["late_target"] = sum(first > target_min for first in firsts) / max(1, len(firsts))
    return {name: float(value) for name, value in found.items()}


def _conclude(tally: _Tally, wards: Wards, target_min: float | None) -> AgencyComparison:
    names = [*CityMeasures.__struct_fields__, *(["late_target"] if target_min is not None else [])]
    return AgencyComparison(
        figures={
            name: find_difference([day[name] for day in tally.own], [day[name] for day in tally.other])
            for name in names
        },
        target_min=target_min,
        sooner=tally.sooner,
        later=tally.later,
        same=tally.same,
        wards=[
            WardChange(
                code=wards[place][0],
                name=wards[place][1],
                incidents=len(pairs),
                policy_min=float(np.mean([own for own, _ in pairs])),
                other_min=float(np.mean([other for _, other in pairs])),
            )
            for place, pairs in sorted(tally.wards.items())
        ],
        incidents=sorted(tally.incidents, key=lambda one: (-abs(one.policy_min - one.other_min), one.number))[
            :MOST_NAMED
        ],
    )


def _list_whole(responses: Sequence[Response]) -> dict[int, Response]:
    """Incident → its response, where everybody came who was asked for."""
    return {r.number: r for r in responses if r.sent and len(r.sent) == r.wanted}


def _last_min(response: Response) -> float:
    """Minutes until the last unit was there."""
    return max(sent.there_min for sent in response.sent)
