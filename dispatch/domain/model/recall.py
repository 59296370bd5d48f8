"""All units of an incident called off as one act: it is cancelled with them, or stays open without them."""

from typing import ClassVar

from dispatch.domain.model.messages import Command, Event


class CancelIncident(Command, frozen=True, kw_only=True, tag="incident.cancel"):
    """Ends every open leg and stands every unit down; refused while anybody is in the care of one.

    `seen` is the incident's version and `assignment_ids` its living assignments, as the sender saw them: when
    either is another by now, nothing is done and the difference is told. Without them nothing is compared.
    """

    incident_id: str
    reason: str
    seen: int | None = None
    assignment_ids: tuple[str, ...] | None = None


class RecallUnits(Command, frozen=True, kw_only=True, tag="incident.recall"):
    """Mass recall: every unit of the incident is called off, which stays open and waits for others.

    `agencies` limits it to their legs; empty means every leg of the actor's agencies. Units that have
    somebody aboard, or are at a patient's side, are left where they are and named in the answer. `seen` and
    `assignment_ids` (of those legs) as of a cancelled incident.
    """

    incident_id: str
    reason: str
    agencies: tuple[str, ...] = ()
    seen: int | None = None
    assignment_ids: tuple[str, ...] | None = None


class IncidentCancelled(Event, frozen=True, kw_only=True):
    """What it does to legs and assignments stands in the events that follow. `called_unit_ids` must
    acknowledge it; `withdrawn_unit_ids` had not received their order, or were to come next."""

    TYPE: ClassVar[str] = "incident.cancelled"
    incident_id: str
    reason: str
    called_unit_ids: tuple[str, ...]
    withdrawn_unit_ids: tuple[str, ...]


class UnitsRecalled(Event, frozen=True, kw_only=True):
    """As `IncidentCancelled`, of the legs of `agencies` alone; `left_unit_ids` go on."""

    TYPE: ClassVar[str] = "incident.recalled"
    incident_id: str
    reason: str
    agencies: tuple[str, ...]
    called_unit_ids: tuple[str, ...]
    withdrawn_unit_ids: tuple[str, ...]
    left_unit_ids: tuple[str, ...]
