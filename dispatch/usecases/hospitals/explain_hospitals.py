"""Why that hospital: a choice, or a spread of many patients, made again from the log alone.

As for units (`explain`): everything comes from the events as they were kept, without roads and without the
hospitals of today, so that the same log gives the same explanation.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from dispatch.domain.model.hospital import HospitalChosen
from dispatch.domain.model.messages import Envelope, Event
from dispatch.domain.model.spread import PatientPlace, PatientsSpread
from dispatch.usecases.hospitals.spread_patients import list_places
from routing.hospitals.weighing import HospitalThoughts, HospitalWeighing, think_of_hospitals


class ChoiceExplained(msgspec.Struct, frozen=True, kw_only=True):
    """One choice. `proposed` is the list that the chooser saw, `again` that list made again; `same_again`
    whether it is the same, None where nothing was kept, or no list was seen."""

    seq: int
    at: datetime
    by: str
    unit_id: str
    hospital_id: str
    name: str
    proposed: tuple[str, ...]
    weighed: HospitalWeighing | None
    again: HospitalThoughts | None
    same_again: bool | None


class SpreadExplained(msgspec.Struct, frozen=True, kw_only=True):
    """One spread of many patients; `same_again` whether it comes out so again, None where nothing was
    kept."""

    seq: int
    at: datetime
    by: str
    places: tuple[PatientPlace, ...]
    weighed: HospitalWeighing | None
    same_again: bool | None


Told = Iterable[tuple[Envelope, Event]]


def explain_choices(told: Told, unit_of: dict[str, str]) -> tuple[ChoiceExplained, ...]:
    """Every choice of a hospital among these events; `unit_of` gives the unit of each assignment. Raises
    UnknownHospitalWeighing for a log of a newer centre."""
    return tuple(
        _explain_choice(envelope, event, unit_of.get(event.assignment_id, ""))
        for envelope, event in told
        if isinstance(event, HospitalChosen) and event.hospital_id is not None
    )


def explain_spreads(told: Told) -> tuple[SpreadExplained, ...]:
    """Every spread among these events. Raises UnknownHospitalWeighing."""
    return tuple(
        SpreadExplained(
            seq=envelope.seq,
            at=envelope.recorded_at,
            by=envelope.actor,
            places=event.places,
            weighed=event.weighed,
            same_again=list_places(event.weighed) == event.places if event.weighed is not None else None,
        )
        for envelope, event in told
        if isinstance(event, PatientsSpread) and event.places
    )


def _explain_choice(envelope: Envelope, event: HospitalChosen, unit_id: str) -> ChoiceExplained:
    again = think_of_hospitals(event.weighed) if event.weighed is not None else None
    order = tuple(w.hospital_id for w in again.ranked[: len(event.proposed)]) if again is not None else ()
    return ChoiceExplained(
        seq=envelope.seq,
        at=envelope.recorded_at,
        by=envelope.actor,
        unit_id=unit_id,
        hospital_id=event.hospital_id or "",
        name=event.name,
        proposed=event.proposed,
        weighed=event.weighed,
        again=again,
        same_again=order == event.proposed if again is not None and event.proposed else None,
    )
