"""How long crews usually are in a phase, at a hospital or clearing above all, before they are free: by their
agency's runs."""

from collections import defaultdict
from collections.abc import Iterable
from statistics import median
from typing import NamedTuple

from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.values import Phase

STATED_S = {Phase.AT_HOSPITAL: 1800.0, Phase.CLEARING: 900.0}
"""Where too few runs are known: a patient handed over within 15 minutes, and the crew ready in 15 more, as
the English health service's standard for ambulance handovers says. No such figure is public here."""

LEAST_RUNS = 10
"""Fewer ended runs say less than the stated values."""


class Usual(NamedTuple):
    """Seconds from the begin of a phase until free; the median of `runs` runs, a stated value where 0."""

    seconds: float
    runs: int


class UsualTimes:
    """Medians of the runs that ended lately, by agency and phase."""

    def __init__(self, assignments: Iterable[Assignment]) -> None:
        took: defaultdict[tuple[str, Phase], list[float]] = defaultdict(list)
        for assignment in assignments:
            if assignment.ended_at is None or assignment.ended_how != "cleared":
                continue
            for phase, begun in assignment.times.items():
                seconds = (assignment.ended_at - begun.occurred_at).total_seconds()
                took[assignment.agency_id, phase].append(max(0.0, seconds))
        self._usual = {key: Usual(median(s), len(s)) for key, s in took.items() if len(s) >= LEAST_RUNS}

    def look_up(self, agency_id: str, phase: Phase) -> Usual | None:
        """What an agency's crews usually take from the begin of any phase; None where nothing is known."""
        stated_s = STATED_S.get(phase)
        known = self._usual.get((agency_id, phase))
        return known or (Usual(stated_s, 0) if stated_s is not None else None)

    def find(self, agency_id: str, phase: Phase) -> Usual:
        """What an agency's crews usually take from the begin of this phase, one of STATED_S."""
        return self._usual.get((agency_id, phase)) or Usual(STATED_S[phase], 0)
