"""What a supervisor compares: which days there are to choose, who may see what was found, and who looked.

A comparison of recorded hours tells of what happened, ward by ward: who asks for it and who reads it is kept
in the audit like a look at the past. Everybody reads the figures of the own agencies alone.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec
from uuid6 import uuid7

from dispatch.agencies.targets import Target, load_targets
from dispatch.core.asked_work import MOST_WAITING, Run, TooManyWaiting
from dispatch.domain.codebook import CodeBook
from dispatch.domain.ids import LOCAL_TIME
from dispatch.domain.model.messages import Actor, Refused
from dispatch.replay.questions import Question
from dispatch.simulate.asking import find_aim
from dispatch.simulate.city_model import AGENCIES
from dispatch.simulate.comparing import Comparing
from dispatch.simulate.question import CompareQuestion, Comparison, GeneratedDays, RecordedHours
from dispatch.store.audit import Audit, AuditEntry
from dispatch.store.connect import Pool
from dispatch.store.errors import StorageFull
from dispatch.store.recorded_days import DayOfLog, RecordedDays
from routing.terms.deployment import DEPLOYMENT_MODULES

MOST_INCIDENTS = 30_000
"""Of all days of a comparison: minutes of a core's work, not hours."""

SHOWN = timedelta(days=31)
"""How far back the days of the log go that are offered."""

LISTED = 20


class ListDays(Protocol):
    """The days of the log, from a moment on, that have incidents of these agencies, the newest first."""

    async def __call__(self, agencies: Sequence[str], since: datetime) -> list[DayOfLog]: ...


class KeepAct(Protocol):
    """Keeps an entry of the audit."""

    async def __call__(self, entry: AuditEntry) -> None: ...


class Past(Protocol):
    """What answers questions about the past: the replay process."""

    async def ask(self, question: Question) -> msgspec.Raw: ...


class Aim(msgspec.Struct, frozen=True, kw_only=True):
    """When an agency's first unit should be there, and who says so."""

    within_s: float
    source: str
    edition: str


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What can be chosen. `live` is the policy that each agency's proposals follow now."""

    policies: list[str]
    agencies: list[str]
    live: dict[str, str]
    aims: dict[str, Aim]
    days: list[DayOfLog]
    most_incidents: int = MOST_INCIDENTS


def make_comparisons(
    folder: Path, pool: Pool, audit: Audit, book: CodeBook, now: Callable[[], datetime], past: Past
) -> "PolicyComparisons":
    """Those of a centre. Days are simulated by the command line's own verb."""
    command = (sys.executable, "-m", "dispatch", "simulate", "compare", "--watched")
    return PolicyComparisons(
        Comparing(folder, command, now), RecordedDays(pool).list_days, audit.keep, book, load_targets(), past
    )


class PolicyComparisons:
    """Comparisons as people ask for and read them. Methods that read give None for what is not there, or
    concerns no agency of the reader's."""

    def __init__(
        self,
        runs: Comparing,
        list_days: ListDays,
        keep: KeepAct,
        book: CodeBook,
        targets: Mapping[str, Sequence[Target]],
        past: Past,
    ) -> None:
        self._past = past
        self._runs, self._list_days, self._keep = runs, list_days, keep
        self._book, self._targets = book, targets

    async def run(self, environment: Mapping[str, str]) -> None:
        """Carry out what is asked for, in processes with this environment, until cancelled."""
        await self._runs.run(environment)

    async def list_options(self, agencies: Sequence[str], now: datetime) -> Options:
        """What can be chosen by somebody of these agencies. Raises DatabaseLost."""
        own = [agency_id for agency_id in AGENCIES if agency_id in agencies]
        aims = {agency_id: find_aim(self._targets.get(agency_id, ())) for agency_id in own}
        return Options(
            policies=list(DEPLOYMENT_MODULES),
            agencies=own,
            live={a: self._book.agencies[a].cover.policy for a in own if a in self._book.agencies},
            aims={
                agency_id: Aim(within_s=aim.within_s, source=aim.source, edition=aim.edition)
                for agency_id, aim in aims.items()
                if aim is not None
            },
            days=await self._list_days(own, now - SHOWN) if own else [],
        )

    async def ask(self, question: CompareQuestion, actor: Actor, now: datetime) -> Run[CompareQuestion]:
        """Take it up. Raises Refused for what cannot be compared, StorageFull, DatabaseLost."""
        self._check(question, actor)
        await self._note(actor.id, "compare_policies", question, now)
        try:
            return await self._runs.ask(question, str(uuid7()), actor.id, actor.name)
        except TooManyWaiting as error:
            raise Refused("comparisons_waiting", limit=MOST_WAITING) from error
        except OSError as error:
            raise StorageFull(str(error)) from error

    async def list_newest(self, agencies: Sequence[str]) -> list[Run[CompareQuestion]]:
        """The newest first."""
        return [run for run in await self._runs.list_newest() if _concerns(run, agencies)][:LISTED]

    async def find(self, run_id: str, agencies: Sequence[str]) -> Run[CompareQuestion] | None:
        """How it stands."""
        run = await self._runs.find(run_id)
        return run if run is not None and _concerns(run, agencies) else None

    async def cancel(self, run_id: str, agencies: Sequence[str]) -> Run[CompareQuestion] | None:
        """End it, whoever asked for it."""
        return await self._runs.cancel(run_id) if await self.find(run_id, agencies) is not None else None

    async def read(self, run_id: str, actor: Actor, now: datetime) -> Comparison | None:
        """What was found, for the reader's agencies. Raises DatabaseLost when the look cannot be kept."""
        run = await self.find(run_id, actor.agencies)
        body = await self._runs.read_result(run_id) if run is not None else None
        if run is None or body is None:
            return None
        await self._note(actor.id, "read_comparison", run.question, now, run_id)
        found = msgspec.json.decode(body, type=Comparison)
        seen = {a: of_agency for a, of_agency in found.agencies.items() if a in actor.agencies}
        return msgspec.structs.replace(found, agencies=seen)

    async def play(
        self, run_id: str, side: str, question: Question, actor: Actor, now: datetime
    ) -> msgspec.Raw | None:
        """The answer to a question about the simulated day of a side (a, b), as about the past; None where it
        is not there. Raises Refused, ReplayLost, and DatabaseLost when the look cannot be kept."""
        run = await self.find(run_id, actor.agencies)
        path = await self._runs.find_day(run_id, side) if run is not None else None
        if run is None or path is None:
            return None
        await self._note(actor.id, "play_comparison", run.question, now, run_id)
        return await self._past.ask(msgspec.structs.replace(question, simulated=str(path)))

    def _check(self, question: CompareQuestion, actor: Actor) -> None:
        for name in (question.policy, question.other):
            if name not in DEPLOYMENT_MODULES:
                raise Refused("unknown_policy", policy=name, known=list(DEPLOYMENT_MODULES))
        if question.policy == question.other:
            raise Refused("same_policy", policy=question.policy)
        for agency_id in question.agencies:
            if agency_id not in AGENCIES or agency_id not in actor.agencies:
                raise Refused("agency_not_compared", agency_id=agency_id)
        if isinstance(question.day, GeneratedDays):
            day = question.day
            incidents = day.days * (day.hours * day.per_hour + day.burst)
            if incidents > MOST_INCIDENTS:
                raise Refused("comparison_too_large", incidents=round(incidents), limit=MOST_INCIDENTS)

    async def _note(
        self, actor_id: str, act: str, question: CompareQuestion, now: datetime, run_id: str = ""
    ) -> None:
        """Of recorded hours only: days by chance are nobody's."""
        if not isinstance(question.day, RecordedHours):
            return
        start, end = question.day.start, question.day.start + timedelta(hours=question.day.hours)
        detail: dict[str, object] = {
            "start": start.astimezone(LOCAL_TIME),
            "end": end.astimezone(LOCAL_TIME),
            "agencies": question.agencies,
            "policies": (question.policy, question.other),
        }
        await self._keep(
            AuditEntry(at=now, actor=actor_id, act=act, detail=detail | ({"id": run_id} if run_id else {}))
        )


def _concerns(run: Run[CompareQuestion], agencies: Sequence[str]) -> bool:
    return not set(run.question.agencies).isdisjoint(agencies)
