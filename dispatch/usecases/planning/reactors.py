"""What the centre does by itself when something happened: place reports, note duplicates, recommend.

One follower of the log keeps the picture and starts the work. Work that a crash cut short is found
again at the start, since what is still to do can be read from the picture alone.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from uuid6 import uuid7

from dispatch.core.port import Commit, CorePort, CoreUnavailable, Submission
from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.assignment import Recommendation, RecordRecommendation
from dispatch.domain.model.hasty import ConfirmRecommendation
from dispatch.domain.model.messages import Actor, Command, Role
from dispatch.domain.model.report import NoteDuplicates
from dispatch.store.errors import StoreError
from dispatch.usecases.picture import Picture
from dispatch.usecases.places.place_report import Geocode, needs_placing, place_report
from dispatch.usecases.planner import Planner, Prices
from dispatch.usecases.planning.ask_planner import PatientPlanner
from dispatch.usecases.planning.find_duplicates import find_duplicates
from dispatch.usecases.planning.keep_automatic import AutomaticKeeper, is_anywhere
from dispatch.usecases.planning.keep_proposal import ask_again, find_etas, list_shared, stays
from dispatch.usecases.planning.plan_incident import plan_incident
from dispatch.usecases.planning.queued_units import QueuedUnits
from dispatch.usecases.planning.recommend import HELD_S, build_record, build_request, nothing_to_plan
from dispatch.usecases.planning.touched_plans import list_standing, list_touched
from dispatch.usecases.planning.turns import Turns
from dispatch.usecases.unit_positions import FindPosition
from routing.terms.messages import PlanRequest

log = logging.getLogger(__name__)

COALESCE_S = 0.25
"""Later plans of one incident within this time are made once; its first plan never waits."""

PLANS_AT_ONCE = 4
"""Questions the planner is asked at a time. It answers one after the other: with one, it would be idle for as
long as a busy server takes to read an answer; with many, they would wait there until their time is over."""

SWEEP_S = 5.0
"""How often recommendations made by straight line, or with units missing, are tried again, and others whose
units nobody has sent yet: units move and prices change without a word in the log."""

SWEPT_AT_MOST = 10
"""So many of these others in one sweep, planned longest ago first, so that a storm of calls is not made worse
by it."""

OTHER_ETA_S = 15.0
"""By so much a proposed unit must come later or sooner, after the roads changed, for its plan to be told
anew."""

CENTRE = Actor(id="centre", role=Role.SYSTEM, name="hệ thống")


class Reactors:
    """Follows the log and works on what happened. `run` goes on until it is cancelled."""

    def __init__(
        self,
        core: CorePort,
        picture: Picture,
        book: CodeBook,
        *,
        geocode: Geocode,
        planner: Planner,
        find_position: FindPosition,
        now: Callable[[], datetime],
        prices: Prices | None = None,
    ) -> None:
        self._core = core
        self._picture = picture
        self._geocode = geocode
        self._planner = planner
        self._find_position = find_position
        self._now = now
        self._prices = prices
        self._automatic = AutomaticKeeper(core, picture, book, now=now) if is_anywhere(book) else None
        self._queued = QueuedUnits(picture, planner, find_position, now)
        self._turns = Turns(PLANS_AT_ONCE)
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._again: set[tuple[str, str]] = set()
        self._on_other_roads: set[str] = set()
        self._hasty: set[str] = set()
        self._last_planned: dict[str, int] = {}
        self._plans = 0

    async def run(self) -> None:
        """Take in the board, finish what was left undone, then follow every commit."""
        board = await self._core.board()
        self._picture.load(board)
        self._start_all()
        workers = [asyncio.create_task(self._sweep())]
        if self._automatic is not None:
            workers.append(asyncio.create_task(self._automatic.run()))
        try:
            async for commit in self._core.commits(self._picture.seq):
                self._picture.follow(commit)
                self._react(commit)
                if self._automatic is not None:
                    self._automatic.notice(commit)
        finally:
            for worker in workers:
                worker.cancel()
            for task in list(self._tasks.values()):
                task.cancel()

    def plan_again(self, incident_ids: Iterable[str]) -> None:
        """The roads have changed for these: their plans are made again, and told if they come otherwise."""
        for incident_id in incident_ids:
            self._on_other_roads.add(incident_id)
            self._start("plan", incident_id, self._plan)

    def _start_all(self) -> None:
        for report in list(self._picture.reports.values()):
            if needs_placing(report, self._picture.find_handset(report)):
                self._start("place", report.id, self._place)
        for incident in list(self._picture.open_incidents()):
            self._start("plan", incident.id, self._plan)

    def _react(self, commit: Commit) -> None:
        touched: set[str] = set()
        for row in commit.rows:
            if row.kind == "report":
                self._react_to_report(row.id)
            elif row.kind == "call":
                self._react_to_call(row.id)
            elif row.kind in ("incident", "leg"):
                touched.add(self._incident_of(row.kind, row.id))
        changed = [row.id for row in commit.rows if row.kind == "unit"]
        # A crew that mans several vehicles takes all of them with it.
        crews = [self._picture.crews.get(row.id) for row in commit.rows if row.kind == "crew"]
        changed += [unit_id for crew in crews if crew is not None for unit_id in crew.unit_ids]
        touched |= list_touched(changed, self._picture, self._find_position, self._now())
        # Once for a commit: an incident comes with its legs, and an accepted plan with its units.
        for incident_id in sorted(touched):
            self._start("plan", incident_id, self._plan)

    def _react_to_report(self, report_id: str) -> None:
        report = self._picture.reports.get(report_id)
        if report is not None and needs_placing(report, self._picture.find_handset(report)):
            self._start("place", report_id, self._place)
        elif report is not None and report.status == "waiting":
            self._start("duplicates", report_id, self._note_duplicates)

    def _react_to_call(self, call_id: str) -> None:
        """A position of its telephone says more about where its reports are."""
        call = self._picture.calls.get(call_id)
        for report_id in call.report_ids if call is not None and call.handset is not None else ():
            report = self._picture.reports.get(report_id)
            if report is not None and needs_placing(report, self._picture.find_handset(report)):
                self._start("place", report_id, self._place)

    def _incident_of(self, kind: str, id_: str) -> str:
        if kind == "incident":
            return id_
        leg = self._picture.legs.get(id_)
        return leg.incident_id if leg is not None else ""

    def _start(self, kind: str, id_: str, work: Callable[[str], Awaitable[None]]) -> None:
        """Run the work once now; asked again meanwhile, once more after it, a little later."""
        key = (kind, id_)
        if key in self._tasks:
            self._again.add(key)
            return
        task = asyncio.create_task(self._work(key, work))
        self._tasks[key] = task

    async def _work(self, key: tuple[str, str], work: Callable[[str], Awaitable[None]]) -> None:
        try:
            await work(key[1])
            while await self._is_asked_again(key):
                await work(key[1])
        except (CoreUnavailable, StoreError) as error:
            log.warning("no %s of %s now (%s); the sweep tries again", *key, error)
        finally:
            self._tasks.pop(key, None)

    async def _is_asked_again(self, key: tuple[str, str]) -> bool:
        """Whether more has happened. Whoever has a plan waits for all that happens within a moment; whoever
        has none yet does not wait."""
        kind, id_ = key
        if id_ in self._last_planned if kind == "plan" else key in self._again:
            await asyncio.sleep(COALESCE_S)
        asked = key in self._again
        self._again.discard(key)
        return asked

    async def _place(self, report_id: str) -> None:
        report = self._picture.reports.get(report_id)
        fix = self._picture.find_handset(report) if report is not None else None
        if report is None or not needs_placing(report, fix):
            return
        command = await place_report(report, self._geocode, fix)
        await self._submit(command)

    async def _note_duplicates(self, report_id: str) -> None:
        report = self._picture.reports.get(report_id)
        if report is None or report.status != "waiting":
            return
        found = find_duplicates(report, self._picture, self._now())
        if found != report.duplicates:
            await self._submit(NoteDuplicates(report_id=report_id, duplicates=found))

    async def _plan(self, incident_id: str) -> None:
        """Plan with the facts of the moment when it is this incident's turn. One without a plan goes first;
        plans overtaken by events wait, and are then made once for all that happened meanwhile."""
        async with self._turns.turn(first=incident_id not in self._picture.recommendations):
            incident = self._picture.incidents.get(incident_id)
            if incident is None or incident.state != "open" or incident.place.lon_lat is None:
                return
            known = self._picture.recommendations.get(incident_id)
            patient = incident_id in self._hasty
            self._hasty.discard(incident_id)
            on_other_roads = incident_id in self._on_other_roads
            self._on_other_roads.discard(incident_id)
            request, made = await plan_incident(
                incident,
                self._picture,
                PatientPlanner(self._planner) if patient else self._planner,
                self._find_position,
                self._now,
                self._prices,
                self._queued,
            )
            if made is not None and made.hasty:
                # The best plan follows, and takes its place if it is better by enough.
                self._hasty.add(incident_id)
                self._start("plan", incident_id, self._plan)
            if made is not None and patient and made.degraded:
                self._picture.withdraw_offers(incident_id)
                return  # no straight line takes the place of roads because the best plan was not found
            if made is not None:
                answer = made
            elif known is not None and (known.proposed or known.missing):
                answer = nothing_to_plan(known)
            else:
                return
            record = build_record(incident, request, answer)
            kept = known is not None and await self._keeps(known, record, request, on_other_roads)
        recorded = not kept and await self._submit(record)
        if not recorded:
            self._picture.withdraw_offers(incident_id)
        if kept and known is not None and known.hasty and not record.hasty:
            # The best plan is no better by enough: what was shown in haste is as good as that.
            await self._submit(ConfirmRecommendation(incident_id=incident_id, version=known.version))
        if kept or recorded:
            self._plans += 1
            self._last_planned[incident_id] = self._plans

    async def _keeps(
        self, known: Recommendation, record: RecordRecommendation, request: PlanRequest, on_other_roads: bool
    ) -> bool:
        """Whether what is on the screens stays there, with its version, although a new plan was made."""
        if _says_the_same(record, known):
            return not on_other_roads or _comes_as_soon([p.eta_s for p in record.proposed], known)
        standing = {p.unit_id for p in known.proposed}
        if self._picture.find_crew_twice(standing) is not None:
            return False
        incident = self._picture.incidents.get(known.incident_id)
        if incident is not None and standing - {unit.unit_id for unit in request.units}:
            # A crew that mans several vehicles may have been asked for with another of them.
            replaced = {id_ for p in record.proposed for id_ in p.instead_of or ()}
            request = build_request(
                incident, self._picture, self._find_position, self._now(), self._prices, replaced
            )
        again = ask_again(known, request)
        if again is None or not record.proposed:
            return False
        rated = await self._planner.plan(again)
        shared = list_shared(known, record, self._picture)
        unpriced = [unit for unit in request.units if unit.unit_id in shared and not unit.held_s]
        dearer_s = round(HELD_S * len(unpriced))
        if rated.weighed is None or not stays(known, record, rated, dearer_s=dearer_s):
            return False
        return not on_other_roads or _comes_as_soon(find_etas(known, rated.weighed), known)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            for report in list(self._picture.reports.values()):
                if needs_placing(report, self._picture.find_handset(report)):
                    self._start("place", report.id, self._place)
            for incident_id in self._list_swept():
                self._start("plan", incident_id, self._plan)

    def _list_swept(self) -> list[str]:
        """Incidents whose plans are made again although nothing was told that touches them."""
        plans = self._picture.recommendations
        open_ids = [incident.id for incident in self._picture.open_incidents()]
        self._last_planned = {id_: self._last_planned[id_] for id_ in open_ids if id_ in self._last_planned}
        lacking = [
            id_ for id_ in open_ids if (plan := plans.get(id_)) is None or plan.degraded or plan.missing
        ]
        others = (list_standing(self._picture) | self._queued.list_waiting()).difference(lacking)
        longest_ago = sorted(others, key=lambda id_: (self._last_planned.get(id_, 0), id_))
        return lacking + longest_ago[:SWEPT_AT_MOST]

    async def _submit(self, command: Command) -> bool:
        """Submit as the centre; whether it was done. A refusal means that the facts moved on: newer work
        follows."""
        now = self._now()
        submission = Submission(
            command_id=str(uuid7()), actor=CENTRE, command=command, occurred_at=now, received_at=now
        )
        answer = await self._core.submit(submission)
        if answer.refused is not None:
            log.info("%s refused: %s %s", type(command).__name__, answer.refused, answer.data)
        return answer.refused is None


def _comes_as_soon(etas_s: list[float], known: Recommendation) -> bool:
    """Whether the units of a proposal would be there at about the time that is on the screens."""
    return all(abs(eta_s - p.eta_s) < OTHER_ETA_S for eta_s, p in zip(etas_s, known.proposed, strict=True))


def _says_the_same(record: RecordRecommendation, known: Recommendation) -> bool:
    """Whether a new plan differs from the one on the screens only by how the planner felt today.

    A proposal that changes nothing must not take a new version: a dispatcher may be about to accept it.
    """
    if record.degraded != known.degraded:
        return False
    new = (
        [(p.need_id, p.unit_id, p.instead_of) for p in record.proposed],
        [(m.need_id, m.missing) for m in record.missing],
    )
    old = (
        [(p.need_id, p.unit_id, p.instead_of) for p in known.proposed],
        [(m.need_id, m.missing) for m in known.missing],
    )
    return new == old
