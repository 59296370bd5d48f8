"""Agencies' own status codes and the phases they stand for."""

from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import Phase

ORDER = {phase: number for number, phase in enumerate(Phase)}
"""The phases in the order in which an assignment runs through them; free and out of service come last."""
ORDER[Phase.AVAILABLE] = len(ORDER)
ORDER[Phase.OUT_OF_SERVICE] = len(ORDER) + 1

ENDING = frozenset({Phase.RETURNING, Phase.AVAILABLE, Phase.OUT_OF_SERVICE})
"""Phases in which a unit is no longer on its assignment."""

WITHOUT_ASSIGNMENT = ENDING | {Phase.CLEARING}

ABOARD = frozenset({Phase.AT_PATIENT, Phase.TRANSPORTING, Phase.AT_HOSPITAL})
"""A patient or detainee is with the crew; such a unit is never sent elsewhere."""


def get_code(book: CodeBook, unit: Unit, phase: Phase) -> str:
    """The agency's first status code of a phase; for `available` the one that fits where the unit stands."""
    fitting = [s for s in book.get_agency(unit.agency_id).statuses.values() if s.phase is phase]
    if phase is Phase.AVAILABLE:
        fitting = [s for s in fitting if s.in_quarters == unit.in_quarters] or fitting
    if not fitting:
        raise Refused("unknown_status", agency_id=unit.agency_id, status_code=phase.value)
    return fitting[0].code
