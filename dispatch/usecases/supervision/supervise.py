"""What a supervisor looks at: clocks against targets, closures that ask for a second look, demand."""

import hashlib
import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from dispatch.agencies.targets import Target
from dispatch.domain.clocks import CLOCKS
from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.values import Phase
from dispatch.domain.rows import Row
from dispatch.store.clock_times import ClockSpread, ClockTimes
from dispatch.store.day_counts import Act, ClosedLeg, DayCounts, EndedReport, IncidentLine

TIMEZONE = "Asia/Ho_Chi_Minh"
SAMPLE = 50
"""One closure of so many is drawn for review: 2 % (R14)."""

REVIEWS = 100
WEEKS = 8
"""Same weekdays before today that make the usual demand."""

_NEEDS = {
    "access_s": (Phase.AT_PATIENT,),
    "transport_s": (Phase.TRANSPORTING, Phase.AT_HOSPITAL),
    "handover_s": (Phase.AT_HOSPITAL,),
}
"""Clocks that mean something only where an agency has statuses for these phases."""


class TargetResult(msgspec.Struct, frozen=True, kw_only=True):
    """A target and how it was met: `within` is the share of told times; `met` is None without any. Where the
    source names no share, `met` compares the 90th percentile."""

    within_s: float
    share: float | None
    source: str
    edition: str
    within: float | None
    met: bool | None


class ClockResult(msgspec.Struct, frozen=True, kw_only=True):
    """One clock of one agency; see `ClockSpread`. The first target is the one it is judged by."""

    clock: str
    n: int
    missing: int
    running: int
    p10: float | None
    p50: float | None
    p90: float | None
    trend: list[float | None]
    targets: list[TargetResult]


class AgencyClocks(msgspec.Struct, frozen=True, kw_only=True):
    agency_id: str
    clocks: list[ClockResult]


class PersonCount(msgspec.Struct, frozen=True, kw_only=True):
    """How one person dealt with reports: `ended` without an incident, by reason; `sent` on to one."""

    person_id: str
    ended: int
    sent: int
    share: float
    reasons: dict[str, int]


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A closure to look at again. `why`: sample, called_again, nobody_arrived, refused."""

    kind: str
    id: str
    at: datetime
    by: str
    agency_id: str
    reason: str
    why: list[str]
    incident_id: str | None = None
    number: str | None = None


class Closures(msgspec.Struct, frozen=True, kw_only=True):
    """`share` is that of all people together: what one person's is compared with."""

    closed: int
    reasons: dict[str, int]
    share: float | None
    people: list[PersonCount]
    reviews: list[Review]


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """Reports by local hour: today's, and of the same weekdays before (None where none is on record)."""

    day: datetime
    today: list[int]
    weeks: int
    median: list[float] | None
    low: list[float] | None
    high: list[float] | None


class Supervision:
    """Answers counted from what the log left in the database, as the asking agencies may see it."""

    def __init__(
        self,
        clocks: ClockTimes,
        counts: DayCounts,
        book: CodeBook,
        targets: Mapping[str, tuple[Target, ...]],
    ) -> None:
        self._clocks = clocks
        self._counts = counts
        self._book = book
        self._targets = targets

    async def measure_clocks(
        self, agencies: Sequence[str], since: datetime, until: datetime
    ) -> list[AgencyClocks]:
        """Every clock of each agency, those nobody ran with n = 0; clocks it cannot have are left out."""
        known = [agency_id for agency_id in self._book.agencies if agency_id in agencies]
        targets = [(a, t.clock, t.within_s) for a in known for t in self._targets.get(a, ())]
        spreads = await self._clocks.list_spreads(since, until, known, targets)
        found = {(spread.agency_id, spread.clock): spread for spread in spreads}
        return [
            AgencyClocks(
                agency_id=agency_id,
                clocks=[
                    self._judge(agency_id, clock, found.get((agency_id, clock)))
                    for clock in CLOCKS
                    if self._has(agency_id, clock)
                ],
            )
            for agency_id in known
        ]

    async def list_closures(self, agencies: Sequence[str], since: datetime, until: datetime) -> Closures:
        """How reports and legs were ended in [since, until)."""
        acts = await self._counts.list_acts(since, until)
        reports, legs = await self._counts.find_ended(
            agencies,
            [act.report_id for act in acts if act.report_id is not None],
            [act.leg_id for act in acts if act.leg_id is not None],
        )
        people = _count_people([act for act in acts if act.report_id in reports])
        ended = sum(person.ended for person in people)
        handled = ended + sum(person.sent for person in people)
        reviews = [review for act in acts if (review := _look_again(act, reports, legs)) is not None]
        closing = [a for a in acts if _is_closing(a) and (a.report_id in reports or a.leg_id in legs)]
        return Closures(
            closed=len(closing),
            reasons=dict(Counter(act.reason or "" for act in closing).most_common()),
            share=ended / handled if handled else None,
            people=people,
            reviews=sorted(reviews, key=_weight)[:REVIEWS],
        )

    async def count_demand(self, agencies: Sequence[str], now: datetime) -> Demand:
        """Today by the city's clock, beside the same weekdays of the last weeks that have any report."""
        local = now.astimezone(ZoneInfo(TIMEZONE))
        day = local.replace(hour=0, minute=0, second=0, microsecond=0)
        before = [day - timedelta(weeks=n) for n in range(1, WEEKS + 1)]
        counted = await self._counts.count_reports(agencies, [day, *before], TIMEZONE)
        past = [counted[earlier] for earlier in before if earlier in counted]
        hours = [sorted(one.get(hour, 0) for one in past) for hour in range(24)]
        return Demand(
            day=day,
            today=[counted.get(day, {}).get(hour, 0) for hour in range(24)],
            weeks=len(past),
            median=[statistics.median(n) for n in hours] if past else None,
            low=[_rank(n, 0.1) for n in hours] if past else None,
            high=[_rank(n, 0.9) for n in hours] if past else None,
        )

    async def list_handovers(
        self, agencies: Sequence[str], limit: int
    ) -> tuple[list[Row], dict[str, IncidentLine]]:
        """The newest handovers first, with the incidents they name."""
        return await self._counts.list_handovers(agencies, limit)

    def _has(self, agency_id: str, clock: str) -> bool:
        phases = {status.phase for status in self._book.agencies[agency_id].statuses.values()}
        return phases.issuperset(_NEEDS.get(clock, ()))

    def _judge(self, agency_id: str, clock: str, spread: ClockSpread | None) -> ClockResult:
        wanted = [target for target in self._targets.get(agency_id, ()) if target.clock == clock]
        if spread is None:
            empty = [_result(target, None) for target in wanted]
            return ClockResult(
                clock=clock, n=0, missing=0, running=0, p10=None, p50=None, p90=None, trend=[], targets=empty
            )
        return ClockResult(
            clock=clock,
            n=spread.n,
            missing=spread.missing,
            running=spread.running,
            p10=spread.p10,
            p50=spread.p50,
            p90=spread.p90,
            trend=spread.trend,
            targets=[_result(target, spread) for target in wanted],
        )


def _result(target: Target, spread: ClockSpread | None) -> TargetResult:
    within: float | None = None
    met: bool | None = None
    if spread is not None and spread.n and spread.p90 is not None:
        within = next(s.met for s in spread.shares if s.within_s == target.within_s) / spread.n
        met = within >= target.share if target.share is not None else spread.p90 <= target.within_s
    return TargetResult(
        within_s=target.within_s,
        share=target.share,
        source=target.source,
        edition=target.edition,
        within=within,
        met=met,
    )


def _count_people(acts: Sequence[Act]) -> list[PersonCount]:
    """Those who dealt with reports, the greatest share of ended ones first. A release tells of its report
    twice, as opened and as attached: it is one."""
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    sent: dict[str, set[str | None]] = defaultdict(set)
    for act in acts:
        if act.type == "report.ended":
            reasons[act.actor][act.reason or ""] += 1
        else:
            sent[act.actor].add(act.report_id)
    people = [
        PersonCount(
            person_id=person_id,
            ended=(ended := sum(reasons[person_id].values())),
            sent=len(sent[person_id]),
            share=ended / (ended + len(sent[person_id])),
            reasons=dict(reasons[person_id].most_common()),
        )
        for person_id in sorted({*reasons, *sent})
    ]
    return sorted(people, key=lambda person: (-person.share, -person.ended, person.person_id))


def _is_closing(act: Act) -> bool:
    return act.type in ("report.ended", "leg.closed", "leg.refused")


def _look_again(act: Act, reports: Mapping[str, EndedReport], legs: Mapping[str, ClosedLeg]) -> Review | None:
    """The closure with every reason to look at it again; None if there is none, or it may not be seen."""
    if not _is_closing(act):
        return None
    if act.report_id is not None and (report := reports.get(act.report_id)) is not None:
        why = ["called_again"] if report.called_again else []
        return _review(act, "report", report.id, report.agency_id, why)
    leg = legs.get(act.leg_id or "")
    if leg is None:
        return None
    why = ["refused"] if act.type == "leg.refused" else ["nobody_arrived"] if leg.nobody_arrived else []
    return _review(act, "leg", leg.id, leg.agency_id, why, leg.incident_id, leg.number)


def _review(
    act: Act,
    kind: str,
    id_: str,
    agency_id: str,
    why: list[str],
    incident_id: str | None = None,
    number: str | None = None,
) -> Review | None:
    why = [*why, "sample"] if is_drawn(id_) else why
    if not why:
        return None
    return Review(
        kind=kind,
        id=id_,
        at=act.at,
        by=act.actor,
        agency_id=agency_id,
        reason=act.reason or "",
        why=why,
        incident_id=incident_id,
        number=number,
    )


def is_drawn(id_: str) -> bool:
    """Whether a closure is in the 2 % sample: by its id's hash, so that the draw is the same for everybody
    and nobody can choose it."""
    return int.from_bytes(hashlib.sha256(id_.encode()).digest()[:8], "big") % SAMPLE == 0


def _weight(review: Review) -> tuple[int, float]:
    order = ("called_again", "refused", "nobody_arrived", "sample")
    return order.index(review.why[0]), -review.at.timestamp()


def _rank(ordered: list[int], share: float) -> float:
    """The value at a share of an ordered list, between its neighbours where it falls there."""
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
