"""What a line is read against: plain entities of one moment, and who asks."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.assignment import Assignment, Recommendation
from dispatch.domain.model.hospital import Hospital
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.move import Move
from dispatch.domain.model.road_condition import RoadCondition
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import Phase
from dispatch.usecases.command_line.nearest import by_fold, fold
from dispatch.usecases.command_line.reading import Seen
from dispatch.usecases.command_line.undo import Act
from dispatch.usecases.hospitals.choose_hospital import HospitalAdvice
from dispatch.usecases.picture import Picture


class LineContext(msgspec.Struct, frozen=True, kw_only=True):
    """Entities by id, `call_signs` by their exact text. What `agencies` may not see is not found.

    `new_id` is a fresh UUIDv7 for the one thing a line may make; `now` is aware, UTC. `last_act` is what
    the asker did last by command, for undo; `seen` what the screen showed when the line was echoed.
    """

    book: CodeBook
    agencies: tuple[str, ...]
    now: datetime
    new_id: str
    incidents: Mapping[str, Incident]
    legs: Mapping[str, Leg]
    assignments: Mapping[str, Assignment]
    units: Mapping[str, Unit]
    recommendations: Mapping[str, Recommendation]
    call_signs: Mapping[str, str]
    road_conditions: Mapping[str, RoadCondition] = msgspec.field(default_factory=dict)
    live_moves: Mapping[str, Move] = msgspec.field(default_factory=dict)
    """Unit → where it is to wait."""
    hospitals: Mapping[str, Hospital] = msgspec.field(default_factory=dict)
    hospital_advice: Mapping[str, HospitalAdvice] = msgspec.field(default_factory=dict)
    """Assignment → hospitals proposed for its patient, where the line asks for them."""
    selected: str | None = None
    seen: Seen | None = None
    last_act: Act | None = None
    plain_signs: dict[str, list[str]] = msgspec.field(default_factory=dict)
    """Call signs by their `fold`; made when first asked for."""

    def find_incident(self, incident_id: str | None) -> Incident | None:
        """An incident the asker may see, whatever its state."""
        incident = self.incidents.get(incident_id) if incident_id is not None else None
        return incident if incident is not None and self._may_see(incident) else None

    def find_by_number(self, number: str) -> Incident | None:
        """The newest open incident with that daily counter, or the one with that full number."""
        found = (i for i in self.incidents.values() if _has_number(i, number) and self._may_see(i))
        return max(found, key=lambda i: (i.opened_at, i.number), default=None)

    def list_open(self) -> Iterator[Incident]:
        """Every open incident the asker may see."""
        return (i for i in self.incidents.values() if i.state == "open" and self._may_see(i))

    def find_leg(self, incident: Incident, suffix: str) -> Leg | None:
        """The leg of an incident whose number ends in that suffix (-3 -4 -5 -2)."""
        legs = (self.legs.get(leg_id) for leg_id in incident.leg_ids)
        return next((leg for leg in legs if leg is not None and leg.suffix.lstrip("-") == suffix), None)

    def list_units(self, word: str) -> tuple[Unit, ...]:
        """The unit with exactly this call sign, else all whose call sign differs only by hyphens or dots."""
        exact = self.call_signs.get(word)
        ids = (
            [exact]
            if exact is not None
            else [self.call_signs[s] for s in self.by_plain_sign().get(fold(word), ())]
        )
        return tuple(self.units[unit_id] for unit_id in ids if unit_id in self.units)

    def by_plain_sign(self) -> dict[str, list[str]]:
        """Every call sign by what is left of it without marks, hyphens and dots."""
        if not self.plain_signs:
            self.plain_signs.update(by_fold(self.call_signs))
        return self.plain_signs

    def find_active(self, unit: Unit) -> Assignment | None:
        """The unit's active assignment, unless its incident is hidden from the asker."""
        return self._visible(unit.assignment_id)

    def find_move(self, unit: Unit) -> Move | None:
        """Where the unit is proposed, or was ordered, to wait; an agency's own business."""
        return self.live_moves.get(unit.id) if unit.agency_id in self.agencies else None

    def list_queued(self, unit: Unit) -> tuple[Assignment, ...]:
        """The assignments the unit goes to next, in order."""
        found = (self._visible(assignment_id) for assignment_id in unit.queued)
        return tuple(assignment for assignment in found if assignment is not None)

    def list_cancelled(self, unit: Unit) -> tuple[Assignment, ...]:
        """Assignments that ended with their incident, of which the crew has not acknowledged it yet."""
        found = (a for a in self.assignments.values() if a.unit_id == unit.id and is_unacknowledged(a))
        return tuple(a for a in found if self.find_incident(a.incident_id) is not None)

    def find_status(self, agency_id: str, phase: Phase) -> str | None:
        """The agency's status code for a phase; the available one leaves the unit where it stands."""
        statuses = self.book.get_agency(agency_id).statuses.values()
        fitting = [s for s in statuses if s.phase == phase]
        return min(fitting, key=lambda s: s.in_quarters).code if fitting else None

    def _visible(self, assignment_id: str | None) -> Assignment | None:
        assignment = self.assignments.get(assignment_id) if assignment_id is not None else None
        if assignment is None or self.find_incident(assignment.incident_id) is None:
            return None
        return assignment

    def _may_see(self, incident: Incident) -> bool:
        if not incident.restricted:
            return True
        legs = (self.legs.get(leg_id) for leg_id in incident.leg_ids)
        return any(leg is not None and leg.agency_id in self.agencies for leg in legs)


def context_of(
    picture: Picture,
    book: CodeBook,
    *,
    agencies: tuple[str, ...],
    now: datetime,
    new_id: str,
    selected: str | None = None,
    seen: Seen | None = None,
    last_act: Act | None = None,
    hospital_advice: Mapping[str, HospitalAdvice] | None = None,
) -> LineContext:
    """The context of this moment. It shares the picture's tables: read the line before the next await."""
    return LineContext(
        book=book,
        agencies=agencies,
        now=now,
        new_id=new_id,
        incidents=picture.incidents,
        legs=picture.legs,
        assignments=picture.assignments,
        units=picture.units,
        recommendations=picture.recommendations,
        call_signs=picture.units_by_call_sign,
        road_conditions=picture.road_conditions,
        live_moves=picture.live_moves,
        hospitals=picture.hospitals,
        hospital_advice=hospital_advice or {},
        selected=selected,
        seen=seen,
        last_act=last_act,
    )


def is_unacknowledged(assignment: Assignment) -> bool:
    """Whether it ended with its incident, and its crew has still to say that it knows."""
    ended = assignment.state == "ended" and assignment.ended_how == "incident_cancelled"
    return ended and any(u.kind == "stand_down" and u.accepted_at is None for u in assignment.updates)


def _has_number(incident: Incident, number: str) -> bool:
    if len(number) == 4:
        return incident.state == "open" and incident.number.endswith(f"-{number}")
    return incident.number == number
