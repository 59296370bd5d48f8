"""Assignment: one unit on one leg of one incident, with its times; and the recommendation before it."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.hospital import ChosenHospital
from dispatch.domain.model.messages import Command, Event
from dispatch.domain.model.suggestion import Suggestion
from dispatch.domain.model.values import LonLat, Phase, PhaseTime
from routing.terms.weighing import Weighing


class AssignmentUpdate(msgspec.Struct, kw_only=True):
    """A numbered change after dispatch, with its own two acknowledgements.

    `kind`: place, type, priority, level, incident (moved by a merge), words, note, hospital, stand_down.
    `old` and `new` are shown, the old one struck through; for words and notes `new` is the id of the report
    or note, since sealed text is never copied.
    """

    n: int
    kind: str
    old: str
    new: str
    at: datetime
    received_at: datetime | None = None
    accepted_at: datetime | None = None


class Assignment(msgspec.Struct, kw_only=True):
    """state: queued, active, ended. `times` holds the phases reported; a skipped phase has no entry.

    `received_at` is the device's acknowledgement, `accepted_at` a person's; `standing_down` waits for
    the crew's acknowledgement of a stand-down after receipt. `eta_s` is what was expected when it was sent,
    half of such arrivals keep `eta_p50_s` and nine of ten `eta_p90_s`; `eta_at` is what is expected since the
    roads changed under way. `automatic`: sent by the centre itself, nobody having stopped the countdown.
    `also_need_ids`: what the unit serves at once with `need_id`. `hospital`: where its patients are taken.
    """

    id: str
    incident_id: str
    leg_id: str
    unit_id: str
    agency_id: str
    need_id: str | None
    state: str
    hot: bool
    dispatched_by: str
    created_at: datetime
    dispatched_at: datetime | None = None
    received_at: datetime | None = None
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    declined_at: datetime | None = None
    declined_reason: str | None = None
    eta_s: float | None = None
    eta_p50_s: float | None = None
    eta_p90_s: float | None = None
    eta_at: datetime | None = None
    recommendation_version: int | None = None
    override: bool = False
    times: dict[Phase, PhaseTime] = msgspec.field(default_factory=dict)
    corrected: list[tuple[Phase, PhaseTime]] = msgspec.field(default_factory=list)
    updates: list[AssignmentUpdate] = msgspec.field(default_factory=list)
    stand_down_reason: str | None = None
    ended_at: datetime | None = None
    ended_how: str | None = None
    outcome: str | None = None
    crew_id: str | None = None
    test: bool = False
    version: int = 0
    automatic: bool | msgspec.UnsetType = msgspec.UNSET
    also_need_ids: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    hospital: ChosenHospital | msgspec.UnsetType = msgspec.UNSET


class Delivery(msgspec.Struct, kw_only=True):
    """One thing a unit (or its station) must get, in the order of its own numbers `n` (F1, F3).

    `kind`: assignment, update, stand_down, withdrawn, and move. `update_n` names the update, `move_id` the
    move (then `assignment_id` is empty). `done` once received.
    """

    id: str
    unit_id: str
    station_id: str
    agency_id: str
    n: int
    kind: str
    assignment_id: str
    update_n: int
    at: datetime
    done: bool = False
    version: int = 0
    move_id: str | msgspec.UnsetType = msgspec.UNSET


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    params: dict[str, str | float | int] = msgspec.field(default_factory=dict)


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    unit_id: str
    eta_s: float


class ProposedUnit(msgspec.Struct, frozen=True, kw_only=True):
    """One unit for one need, with what was known when it was chosen (D3). Half of such arrivals keep
    `eta_p50_s`, nine of ten `eta_p90_s`; None where no road was known. It serves `also_need_ids` at once.
    `instead_of`: queued assignments whose place it takes once accepted."""

    need_id: str
    leg_id: str
    unit_id: str
    capability: str
    eta_s: float
    travel_s: float
    turnout_s: float
    distance_m: float
    position: LonLat
    position_age_s: float
    phase: Phase
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    eta_p50_s: float | None = None
    eta_p90_s: float | None = None
    also_need_ids: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    instead_of: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET

    @property
    def need_ids(self) -> tuple[str, ...]:
        """All needs that it serves."""
        return (self.need_id, *(self.also_need_ids or ()))


class MissingUnits(msgspec.Struct, frozen=True, kw_only=True):
    need_id: str
    leg_id: str
    capability: str
    missing: int
    below_minimum: bool
    reason: Reason


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """Units proposed for every open need of an incident. `degraded` marks straight-line answers.

    `inputs_digest` is sha256 of the request as sent to the planner; `version` counts per incident;
    `row_version` is the seq of the event that last changed it or who may see it; `suggested` are busy units.
    `hasty`: there was no time for the best plan, and it has not spoken yet."""

    incident_id: str
    version: int
    proposed: tuple[ProposedUnit, ...]
    missing: tuple[MissingUnits, ...]
    method: str
    degraded: bool
    graph_date: str
    took_ms: float
    inputs_digest: str
    made_at: datetime
    row_version: int = 0
    hasty: bool | msgspec.UnsetType = msgspec.UNSET
    suggested: tuple[Suggestion, ...] | msgspec.UnsetType = msgspec.UNSET


class RecordRecommendation(Command, frozen=True, kw_only=True, tag="recommendation.record"):
    """The planner's answer (or the straight-line one) for an incident; `version` is given by the rules.

    `for_version` is the version of the incident whose facts were planned with; an answer to facts that
    have changed since is refused."""

    incident_id: str
    for_version: int
    proposed: tuple[ProposedUnit, ...]
    missing: tuple[MissingUnits, ...]
    method: str
    degraded: bool
    graph_date: str = ""
    took_ms: float = 0.0
    inputs_digest: str = ""
    weighed: Weighing | None = None
    hasty: bool = False


class AcceptRecommendation(Command, frozen=True, kw_only=True, tag="recommendation.accept"):
    """Send what was seen. Another version, or a unit that is gone, sends nothing and says the difference.

    `leg_ids` limits it to some legs; empty means every leg of the actor's agencies.
    """

    incident_id: str
    version: int
    leg_ids: tuple[str, ...] = ()


class DispatchUnits(Command, frozen=True, kw_only=True, tag="assignment.dispatch"):
    """Override: these units to this incident, whatever was proposed. All or none."""

    incident_id: str
    unit_ids: tuple[str, ...]
    leg_id: str | None = None


class QueueUnit(Command, frozen=True, kw_only=True, tag="assignment.queue"):
    """A busy unit takes this incident next, by name."""

    incident_id: str
    unit_id: str
    leg_id: str | None = None


class ReassignUnit(Command, frozen=True, kw_only=True, tag="assignment.reassign"):
    """Move a busy unit to a more urgent incident; its old leg returns to pending with its original age.
    Refused with a patient or detainee on board, or at the patient's side."""

    unit_id: str
    incident_id: str
    leg_id: str | None = None


class StandDown(Command, frozen=True, kw_only=True, tag="assignment.stand_down"):
    """Call a unit off. Not yet received: withdrawn. Received: the crew must acknowledge it."""

    assignment_id: str
    reason: str = ""


class AcknowledgeReceived(Command, frozen=True, kw_only=True, tag="assignment.received"):
    """The device has it. `n` = 0 is the assignment itself, otherwise the numbered update."""

    assignment_id: str
    n: int = 0


class AcceptAssignment(Command, frozen=True, kw_only=True, tag="assignment.accept"):
    """A person has read it (crew, station duty officer, or dispatcher by radio). `n` as above."""

    assignment_id: str
    n: int = 0


class DeclineAssignment(Command, frozen=True, kw_only=True, tag="assignment.decline"):
    assignment_id: str
    reason: str


class ReportPhase(Command, frozen=True, kw_only=True, tag="assignment.phase"):
    """A status of the unit on its assignment. Any forward phase is accepted whatever was skipped; a step
    back is a correction that keeps both times. `available` ends the assignment (with an outcome)."""

    assignment_id: str
    status_code: str
    outcome: str | None = None


class ReviseEta(Command, frozen=True, kw_only=True, tag="assignment.revise_eta"):
    """The roads changed under way: the unit is now expected at `eta_at`."""

    assignment_id: str
    eta_at: datetime


class RecordArrival(Command, frozen=True, kw_only=True, tag="assignment.record_arrival"):
    """The centre sees by its positions that the unit stays where it was sent; `source` is geofence."""

    assignment_id: str


class RecommendationMade(Event, frozen=True, kw_only=True):
    """`weighed` is for `dispatch explain` alone and never part of the state; None where nothing was weighed,
    and in logs from before it was kept."""

    TYPE: ClassVar[str] = "recommendation.made"
    recommendation: Recommendation
    weighed: Weighing | None = None


class UnitAssigned(Event, frozen=True, kw_only=True):
    """`queued` assignments stand outside the one-active rule. `status_code` is the unit's from now on."""

    TYPE: ClassVar[str] = "assignment.made"
    assignment_id: str
    incident_id: str
    leg_id: str
    unit_id: str
    agency_id: str
    need_id: str | None
    queued: bool
    hot: bool
    eta_s: float | None
    recommendation_version: int | None
    override: bool
    crew_id: str | None
    status_code: str
    test: bool
    eta_p50_s: float | None = None
    eta_p90_s: float | None = None
    automatic: bool = False
    also_need_ids: tuple[str, ...] = ()


class AssignmentActivated(Event, frozen=True, kw_only=True):
    """A queued assignment begins because its unit became free."""

    TYPE: ClassVar[str] = "assignment.activated"
    assignment_id: str
    crew_id: str | None
    status_code: str


class AssignmentMoved(Event, frozen=True, kw_only=True):
    """Its incident was merged into another; the unit keeps its assignment and times."""

    TYPE: ClassVar[str] = "assignment.moved"
    assignment_id: str
    incident_id: str
    leg_id: str
    need_id: str | None
    also_need_ids: tuple[str, ...] = ()


class AssignmentReceived(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "assignment.received"
    assignment_id: str


class AssignmentAccepted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "assignment.accepted"
    assignment_id: str
    status_code: str


class AssignmentDeclined(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "assignment.declined"
    assignment_id: str
    reason: str


class AssignmentUpdated(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "assignment.updated"
    assignment_id: str
    n: int
    kind: str
    old: str
    new: str
    hot: bool


class UpdateReceived(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "assignment.update_received"
    assignment_id: str
    n: int


class UpdateAccepted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "assignment.update_accepted"
    assignment_id: str
    n: int


class EtaRevised(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "assignment.eta_revised"
    assignment_id: str
    eta_at: datetime


class PhaseReported(Event, frozen=True, kw_only=True):
    """`correction` = a step back: the times of later phases move to the corrected list."""

    TYPE: ClassVar[str] = "assignment.phase_reported"
    assignment_id: str
    phase: Phase
    status_code: str
    in_quarters: bool
    time: PhaseTime
    correction: bool


class StandDownOrdered(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "assignment.stand_down_ordered"
    assignment_id: str
    n: int
    reason: str


class AssignmentEnded(Event, frozen=True, kw_only=True):
    """`how`: cleared, out_of_service, stood_down, withdrawn, declined, reassigned, incident_cancelled.

    `status_code` is the unit's from now on, or None when a phase or a new assignment says it.
    """

    TYPE: ClassVar[str] = "assignment.ended"
    assignment_id: str
    how: str
    outcome: str | None
    status_code: str | None
