"""A decision while it is being made: the facts it may read, and the events it has come to so far.

The state does not change while a command is decided. What an earlier event of the same decision means for
a later one (an assignment ended, a leg reopened, a crew taken) is kept in the draft's own small sets.
"""

from datetime import datetime

from dispatch.domain.codebook import CodeBook
from dispatch.domain.ids import derive_id
from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.call import Call
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.messages import Actor, Event, Meta, Refused, Role
from dispatch.domain.model.report import Report
from dispatch.domain.model.unit import Crew, Unit
from dispatch.domain.state import CentreState


class Draft:
    """Facts and events of one decision. Rules call `emit`; `answer` is what the sender is told."""

    __slots__ = (
        "_ids",
        "answer",
        "book",
        "ended",
        "events",
        "leg_states",
        "manned",
        "meta",
        "sent",
        "state",
        "taken",
    )

    def __init__(self, state: CentreState, meta: Meta, book: CodeBook) -> None:
        self.state = state
        self.meta = meta
        self.book = book
        self.events: list[Event] = []
        self.answer: dict[str, object] = {}
        self.ended: set[str] = set()
        """Assignments that this decision ends."""
        self.manned: set[str] = set()
        """Legs to which this decision brings an active assignment."""
        self.leg_states: dict[str, str] = {}
        """States of legs as this decision leaves them, where it changes them."""
        self.sent: set[str] = set()
        """Units that this decision sends."""
        self.taken: dict[str, str] = {}
        """Crews that this decision commits → unit."""
        self._ids = 0

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.meta.actor

    @property
    def now(self) -> datetime:
        """The time the decision is made at."""
        return self.meta.now

    @property
    def claimed_at(self) -> datetime:
        """When it happened, as claimed, but not after we heard of it."""
        return min(self.meta.occurred_at, self.meta.received_at)

    def emit(self, event: Event) -> None:
        """Add an event to the decision."""
        self.events.append(event)

    def new_id(self) -> str:
        """The next id of this command."""
        self._ids += 1
        return derive_id(self.meta.command_id, self._ids, self.meta.actor.id)

    def leg_state(self, leg_id: str) -> str:
        """A leg's state with what this decision has changed so far."""
        return self.leg_states.get(leg_id) or self.state.legs[leg_id].state

    def is_system(self) -> bool:
        """Whether the centre itself asks."""
        return self.meta.actor.role == Role.SYSTEM

    # ── finding, with a refusal when it is not there ──

    def get_report(self, report_id: str) -> Report:
        """The report; refuses `unknown_report`."""
        found = self.state.reports.get(report_id)
        if found is None:
            raise Refused("unknown_report", report_id=report_id)
        return found

    def get_call(self, call_id: str) -> Call:
        """The call; refuses `unknown_call`."""
        found = self.state.calls.get(call_id)
        if found is None:
            raise Refused("unknown_call", call_id=call_id)
        return found

    def get_unit(self, unit_id: str) -> Unit:
        """The unit; refuses `unknown_unit`."""
        found = self.state.units.get(unit_id)
        if found is None:
            raise Refused("unknown_unit", unit_id=unit_id)
        return found

    def get_crew(self, crew_id: str) -> Crew:
        """The crew; refuses `unknown_crew`."""
        found = self.state.crews.get(crew_id)
        if found is None:
            raise Refused("unknown_crew", crew_id=crew_id)
        return found

    def get_incident(self, incident_id: str) -> Incident:
        """The incident; one that the actor may not see is unknown to it."""
        incident = self.state.incidents.get(incident_id)
        if incident is None or (incident.restricted and not self.has_part(incident)):
            raise Refused("unknown_incident", incident_id=incident_id)
        return incident

    def get_open_incident(self, incident_id: str) -> Incident:
        """The incident if it is open; refuses `incident_closed` or `incident_merged`."""
        incident = self.get_incident(incident_id)
        if incident.state == "merged":
            into = self.state.incidents.get(incident.merged_into or "")
            raise Refused("incident_merged", number=incident.number, into=into.number if into else "")
        if incident.state != "open":
            raise Refused("incident_closed", number=incident.number)
        return incident

    def get_leg(self, leg_id: str) -> Leg:
        """The leg of an incident that the actor may see; refuses `unknown_leg`."""
        leg = self.state.legs.get(leg_id)
        if leg is None:
            raise Refused("unknown_leg", leg_id=leg_id)
        self.get_incident(leg.incident_id)
        return leg

    def get_assignment(self, assignment_id: str) -> Assignment:
        """The assignment; refuses `unknown_assignment`."""
        found = self.state.assignments.get(assignment_id)
        if found is None:
            raise Refused("unknown_assignment", assignment_id=assignment_id)
        return found

    # ── rights ──

    def has_part(self, incident: Incident) -> bool:
        """Whether an agency of the actor has a leg here, or the actor opened it, or is the centre itself."""
        if self.is_system() or incident.opened_by == self.actor.id:
            return True
        legs = self.state.legs
        return any(legs[leg_id].agency_id in self.actor.agencies for leg_id in incident.leg_ids)

    def require_part(self, incident: Incident) -> None:
        """Refuse `not_your_incident` to those whose agency has no leg on it."""
        if not self.has_part(incident):
            raise Refused("not_your_incident", number=incident.number)

    def require_agency(self, agency_id: str) -> None:
        """Refuse `not_your_agency` to those who do not work for it."""
        if agency_id not in self.actor.agencies and not self.is_system():
            raise Refused("not_your_agency", agency_id=agency_id)

    def require_unit(self, unit: Unit) -> None:
        """A unit acts for itself, a station for its units, a desk for its agencies' (`not_yours`)."""
        actor = self.actor
        if actor.role == Role.UNIT:
            allowed = actor.unit_id == unit.id
        elif actor.role == Role.STATION:
            allowed = actor.station_id == unit.station_id
        else:
            self.require_agency(unit.agency_id)
            return
        if not allowed:
            raise Refused("not_yours", unit_id=unit.id, call_sign=unit.call_sign)

    def name_of(self, actor_id: str) -> str:
        """The name to tell others; of an account that never acted under a name, its id."""
        person = self.state.people.get(actor_id)
        return actor_id if person is None else person.name

    def require_new(self, known: bool, kind: str, id_: str) -> None:
        """Refuse `id_taken` when a sender chose an id that is in use."""
        if known:
            raise Refused("id_taken", kind=kind, id=id_)
