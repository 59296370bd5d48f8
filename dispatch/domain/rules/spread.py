"""Many patients of one incident: given to hospitals beforehand, and taken up by crews one by one (D8)."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.model.spread import (
    TRIAGE,
    PatientPlace,
    PatientSpread,
    PatientsSpread,
    SpreadPatients,
)
from dispatch.domain.model.values import Phase
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.hospital import find_chosen
from dispatch.domain.rules.incident import get_mine
from dispatch.domain.rules.registry import DESK, applies, decides
from dispatch.domain.rules.touch import touch
from dispatch.domain.state import CentreState

MOST_PATIENTS = 500


class Allotment(msgspec.Struct, frozen=True):
    """What a spread means now: assignment → the place that its crew is proposed; `left` places that nobody
    has taken yet, those proposed among them."""

    given: dict[str, PatientPlace]
    left: tuple[PatientPlace, ...]


@decides(SpreadPatients, *DESK)
def spread(draft: Draft, command: SpreadPatients) -> None:
    """Everybody who was counted goes somewhere, or the command is no spread."""
    incident = get_mine(draft, command.incident_id)
    counts = command.count()
    if any(count < 0 for count in counts.values()) or sum(counts.values()) > MOST_PATIENTS:
        raise Refused("bad_patients", limit=MOST_PATIENTS)
    if not sum(counts.values()):
        if find_spread(incident) is None:
            raise Refused("nothing_spread")
        draft.emit(PatientsSpread(incident_id=incident.id, places=()))
        return
    if not command.places:
        raise Refused("no_hospitals")
    placed = {
        triage: sum(p.count for p in command.places if p.triage == triage and p.count > 0)
        for triage in TRIAGE
    }
    if placed != counts or any(p.hospital_id not in draft.state.hospitals for p in command.places):
        raise Refused("malformed_command", type="incident.spread_patients", fault="places")
    draft.emit(
        PatientsSpread(
            incident_id=incident.id, places=command.places, weighed=command.weighed, why=command.why
        )
    )


def find_spread(incident: Incident) -> PatientSpread | None:
    """Where its many patients are to go; None where nobody has said, or it is over."""
    return None if incident.spread is msgspec.UNSET or incident.state != "open" else incident.spread


def allot(spread: PatientSpread, assignments: Iterable[Assignment]) -> Allotment:
    """Which crew is proposed which place; `assignments` are those of the incident that bring patients.

    Whoever has chosen since takes a place of that hospital, or, having chosen another, the most urgent that
    is left. The others are proposed what is left in its order: who came to the scene first, then who is to
    come. So no place that a crew at the scene sees goes to somebody who comes after it.
    """
    known = list(assignments)
    left = [place for place in spread.places for _ in range(place.count)]
    gone = [a for a in known if _has_left(a, spread.at)]
    for assignment in sorted(gone, key=_chosen_at):
        chosen = find_chosen(assignment)
        own = next((p for p in left if chosen is not None and p.hospital_id == chosen.hospital_id), None)
        if left:
            left.remove(own or left[0])
    waiting = [a for a in known if a.state == "active" and find_chosen(a) is None]
    given = {a.id: place for a, place in zip(sorted(waiting, key=_turn), left, strict=False)}
    return Allotment(given, tuple(msgspec.structs.replace(place, count=1) for place in left))


def _has_left(assignment: Assignment, since: datetime) -> bool:
    chosen = find_chosen(assignment)
    is_patient = assignment.state == "active" or Phase.AT_HOSPITAL in assignment.times
    return chosen is not None and chosen.at >= since and is_patient


def _chosen_at(assignment: Assignment) -> tuple[datetime, str]:
    chosen = find_chosen(assignment)
    return (chosen.at if chosen is not None else assignment.created_at), assignment.id


def _turn(assignment: Assignment) -> tuple[bool, datetime, str]:
    there = assignment.times.get(Phase.ON_SCENE)
    return there is None, there.occurred_at if there is not None else assignment.created_at, assignment.id


@applies(PatientsSpread)
def apply_spread(state: CentreState, event: PatientsSpread, recorded: Envelope) -> None:
    incident = state.incidents[event.incident_id]
    incident.spread = msgspec.UNSET
    if event.places:
        incident.spread = PatientSpread(places=event.places, by=recorded.actor, at=recorded.recorded_at)
    touch(state, "incident", incident, recorded)
