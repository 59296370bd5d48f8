"""Suggestion: a busy unit that would be there sooner than what is proposed. Told beside the plan, never part
of it: a person sends it by name, or nobody does."""

from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event
from dispatch.domain.model.values import Phase

REASSIGN = "reassign"
"""Under way to something less urgent: taken up by `assignment.reassign`."""

QUEUE = "queue"
"""Handing over or cleaning, and expected to be free soon: taken up by `assignment.queue`."""


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """One busy unit for one need. `kind`: reassign, queue.

    `saves_s` is by how much it would be sooner than the unit proposed, None where none is. What the unit is
    on is not said here: whoever may see that finds it by the unit (an incident may be restricted). `runs` is
    on how many runs the time of one nearly free rests, 0 where it is a stated value; None of one under way.
    `net_s`: by how much both incidents together cost less with it, where somebody is proposed; `later_s`: by
    how much its own incident is reached later then.
    """

    unit_id: str
    need_id: str
    leg_id: str
    capability: str
    kind: str
    eta_s: float
    saves_s: float | None
    runs: int | None = None
    net_s: float | msgspec.UnsetType = msgspec.UNSET
    later_s: float | msgspec.UnsetType = msgspec.UNSET


class ComparedNeed(msgspec.Struct, frozen=True, kw_only=True):
    """A need with the arrival that a suggestion must beat: of the last unit proposed for it, None where a
    unit is missing. `gone_s`: what that unit costs beside, its absence above all. Who comes after
    `late_after_s` (0: never) counts as `late_price_s` later."""

    need_id: str
    leg_id: str
    capability: str
    eta_s: float | None
    unit_id: str = ""
    gone_s: float = 0.0
    late_after_s: float = 0.0
    late_price_s: float = 0.0


class Instead(msgspec.Struct, frozen=True, kw_only=True):
    """Who would go to a busy unit's own incident: when it is there, what it costs as a substitute or since it
    is offered elsewhere, and `gone_s`, what its absence costs."""

    unit_id: str
    eta_s: float
    price_s: float
    gone_s: float


class BusyUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A busy unit as it was compared. `priority` is that of the incident it is on.

    `travel_s` is its way to here. `left_s` until its own scene (under way) or until it is expected to be free
    (nearly free); None where nobody knows. `usual_s` from the begin of its phase until units are free, the
    median of `runs` runs of its agency, or a stated value where `runs` is 0; of one under way both are 0.
    `gone_s`: what its absence costs where it would be free (nearly free). `instead` would go to its own
    incident (under way), best first; a second there counts `rate` of one here.
    """

    unit_id: str
    phase: Phase
    priority: int
    need_ids: tuple[str, ...]
    travel_s: float
    left_s: float | None
    usual_s: float = 0.0
    runs: int = 0
    gone_s: float = 0.0
    instead: tuple[Instead, ...] = ()
    rate: float = 1.0


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides which units are suggested for an incident of `priority`. `version` of the rule."""

    version: int
    priority: int
    needs: tuple[ComparedNeed, ...]
    units: tuple[BusyUnit, ...]


class RecordSuggestions(Command, frozen=True, kw_only=True, tag="recommendation.suggest"):
    """Busy units beside version `version` of an incident's recommendation; none take the known ones back."""

    incident_id: str
    version: int
    suggested: tuple[Suggestion, ...]
    weighed: Comparison


class UnitsSuggested(Event, frozen=True, kw_only=True):
    """`weighed` is for `dispatch explain` alone and never part of the state."""

    TYPE: ClassVar[str] = "recommendation.suggested"
    incident_id: str
    version: int
    suggested: tuple[Suggestion, ...]
    weighed: Comparison
