"""Why those units: a recommendation made again from the log, with what stood beside it.

Everything comes from `recommendation.made` as it was kept: no roads, no positions, no clock. The same log
gives the same explanation.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from dispatch.domain.kernel import decode_event
from dispatch.domain.model.assignment import (
    MissingUnits,
    ProposedUnit,
    Recommendation,
    RecommendationMade,
    UnitAssigned,
)
from dispatch.domain.model.hasty import RecommendationConfirmed
from dispatch.domain.model.messages import Envelope
from dispatch.domain.model.suggestion import Comparison, Suggestion, UnitsSuggested
from dispatch.domain.rules.suggestion import RULE_VERSION, choose_suggestions
from dispatch.usecases.hospitals.explain_hospitals import (
    ChoiceExplained,
    SpreadExplained,
    explain_choices,
    explain_spreads,
)
from routing.plans.second_thoughts import Thoughts, think
from routing.terms.weighing import Weighing


class NothingToExplain(Exception):
    """Why there is no explanation, in Vietnamese and English."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi}\n{en}")
        self.vi, self.en = vi, en


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that was sent: by which version of the recommendation, or by a person's own choice;
    `automatic`: by the centre itself."""

    unit_id: str
    by: str
    at: datetime
    version: int | None
    override: bool
    automatic: bool = False


class SuggestedBeside(msgspec.Struct, frozen=True, kw_only=True):
    """Busy units that were suggested beside the plan at a moment (none: they were taken back), and whether
    the same follow again; None for a rule of another version."""

    at: datetime
    seq: int
    suggested: tuple[Suggestion, ...]
    weighed: Comparison
    same_again: bool | None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an incident's recommendation, of `versions` in all; the last that was accepted, unless
    another is asked for. `again` and `same_again` are None where nothing was kept to make it again from.
    `hasty`: there was no time for the best plan, which `confirmed` it later.
    Beside it every choice of a hospital, every spread of patients, and the busy units suggested beside it."""

    incident_id: str
    version: int
    versions: int
    seq: int
    made_at: datetime
    method: str
    policy: str
    weighing_version: int | None
    degraded: bool
    graph_date: str
    inputs_digest: str
    proposed: tuple[ProposedUnit, ...]
    missing: tuple[MissingUnits, ...]
    taken: tuple[Taken, ...]
    weighed: Weighing | None
    again: Thoughts | None
    same_again: bool | None
    hospitals: tuple[ChoiceExplained, ...] = ()
    spreads: tuple[SpreadExplained, ...] = ()
    beside: tuple[SuggestedBeside, ...] = ()
    hasty: bool = False
    confirmed: bool = False


def explain(incident_id: str, events: Sequence[Envelope], version: int | None = None) -> Explanation:
    """Explain from the events of an incident. Raises NothingToExplain, and UnknownWeighing or
    UnknownHospitalWeighing for a log of a newer centre."""
    made: dict[int, tuple[int, RecommendationMade]] = {}
    taken: list[Taken] = []
    told = [(e, decode_event(e.type, e.type_version, e.payload)) for e in events]
    for envelope, event in told:
        if isinstance(event, RecommendationMade):
            made[event.recommendation.version] = (envelope.seq, event)
        elif isinstance(event, UnitAssigned) and event.incident_id == incident_id:
            taken.append(_tell_taken(envelope, event))
    if not made:
        raise NothingToExplain("Vụ này chưa có đề xuất nào.", "This incident has no recommendation.")
    accepted = [t.version for t in taken if t.version in made and not t.override]
    wanted = version or (accepted[-1] if accepted else max(made)) or max(made)
    if wanted not in made:
        known = ", ".join(map(str, sorted(made)))
        raise NothingToExplain(
            f"Không có đề xuất {wanted}; có: {known}.", f"There are only versions {known}."
        )
    seq, recommended = made[wanted]
    unit_of = {event.assignment_id: event.unit_id for _, event in told if isinstance(event, UnitAssigned)}
    return msgspec.structs.replace(
        _explain_made(incident_id, seq, recommended, tuple(taken), len(made)),
        hospitals=explain_choices(told, unit_of),
        spreads=explain_spreads(told),
        confirmed=any(isinstance(e, RecommendationConfirmed) and e.version == wanted for _, e in told),
        beside=tuple(
            _tell_beside(envelope, event)
            for envelope, event in told
            if isinstance(event, UnitsSuggested) and event.version == wanted
        ),
    )


def _tell_taken(envelope: Envelope, event: UnitAssigned) -> Taken:
    return Taken(
        unit_id=event.unit_id,
        by=envelope.actor,
        at=envelope.recorded_at,
        version=event.recommendation_version,
        override=event.override,
        automatic=event.automatic,
    )


def _tell_beside(envelope: Envelope, event: UnitsSuggested) -> SuggestedBeside:
    known = event.weighed.version == RULE_VERSION
    return SuggestedBeside(
        at=envelope.recorded_at,
        seq=envelope.seq,
        suggested=event.suggested,
        weighed=event.weighed,
        same_again=choose_suggestions(event.weighed) == event.suggested if known else None,
    )


def _explain_made(
    incident_id: str, seq: int, event: RecommendationMade, taken: tuple[Taken, ...], versions: int
) -> Explanation:
    plan = event.recommendation
    weighed = event.weighed
    again = think(weighed) if weighed is not None else None
    return Explanation(
        incident_id=incident_id,
        version=plan.version,
        versions=versions,
        seq=seq,
        made_at=plan.made_at,
        method=plan.method,
        policy=weighed.policy if weighed is not None else "",
        weighing_version=weighed.version if weighed is not None else None,
        degraded=plan.degraded,
        graph_date=plan.graph_date,
        inputs_digest=plan.inputs_digest,
        proposed=plan.proposed,
        missing=plan.missing,
        taken=taken,
        weighed=weighed,
        again=again,
        same_again=_is_same(plan, again) if again is not None else None,
        hasty=bool(plan.hasty),
    )


def _is_same(plan: Recommendation, again: Thoughts) -> bool:
    told = sorted((need_id, p.unit_id) for p in plan.proposed for need_id in p.need_ids)
    return told == sorted((s.need_id, s.unit_id) for s in again.plan.sent)
