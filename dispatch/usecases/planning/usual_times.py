"""How long crews usually are in a phase, at a hospital or clearing above all, before they are free: by their
agency's runs."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from statistics import median
from typing import NamedTuple

from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.values import Phase

STATED_S = {Phase.AT_HOSPITAL: 1800.0, Phase.CLEARING: 900.0}
"""Where too few runs are known: a patient handed over within 15 minutes, and the crew ready in 15 more, as
the English health service's standard for ambulance handovers says. No such figure is public here."""

ASSUMED_S = {
    Phase.DISPATCHED: 2700.0,
    Phase.RECEIVED: 2700.0,
    Phase.EN_ROUTE: 2700.0,
    Phase.STAGED: 1800.0,
    Phase.ON_SCENE: 1800.0,
    Phase.AT_PATIENT: 1800.0,
    Phase.TRANSPORTING: 2700.0,
    **STATED_S,
}
"""Where nothing at all is known of runs of a kind: a quarter of an hour to the scene, half an hour there.
Assumed, and always told as such."""

LEAST_RUNS = 10
"""Fewer ended runs of an agency say less than the stated values."""

LEAST_OF_TYPE = 3
"""So many runs to one type of incident say more than what is assumed of all types."""


class Usual(NamedTuple):
    """Seconds from the begin of a phase until free; the median of `runs` runs, a stated value where 0."""

    seconds: float
    runs: int

    @property
    def assumed(self) -> bool:
        """Whether no run says it."""
        return self.runs == 0


class UsualTimes:
    """Medians of the runs that ended lately, by agency and phase, and by type of incident and phase where
    `find_type` knows the type by the incident's id."""

    def __init__(
        self, assignments: Iterable[Assignment], find_type: Callable[[str], str] = lambda _: ""
    ) -> None:
        took: defaultdict[tuple[str, Phase], list[float]] = defaultdict(list)
        by_type: defaultdict[tuple[str, Phase], list[float]] = defaultdict(list)
        for assignment in assignments:
            if assignment.ended_at is None or assignment.ended_how != "cleared":
                continue
            for phase, begun in assignment.times.items():
                seconds = (assignment.ended_at - begun.occurred_at).total_seconds()
                took[assignment.agency_id, phase].append(max(0.0, seconds))
                by_type[find_type(assignment.incident_id), phase].append(max(0.0, seconds))
        self._usual = {key: Usual(median(s), len(s)) for key, s in took.items() if len(s) >= LEAST_RUNS}
        self._of_type = {
            key: Usual(median(s), len(s)) for key, s in by_type.items() if key[0] and len(s) >= LEAST_OF_TYPE
        }

    def look_up(self, agency_id: str, phase: Phase, type_code: str) -> Usual | None:
        """What an agency's crews usually take from the begin of any phase until free, at an incident of a
        type: what the agency's runs say, else those to this type, else what is assumed. None in a phase that
        no run is in."""
        known = self._usual.get((agency_id, phase)) or self._of_type.get((type_code, phase))
        assumed_s = ASSUMED_S.get(phase)
        return known or (Usual(assumed_s, 0) if assumed_s is not None else None)

    def find(self, agency_id: str, phase: Phase) -> Usual:
        """What an agency's crews usually take from the begin of this phase, one of STATED_S."""
        return self._usual.get((agency_id, phase)) or Usual(STATED_S[phase], 0)
