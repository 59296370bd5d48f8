"""Tells the planner what holds on the roads, at every change and as the hour moves, and what follows from it.

It follows the log like the other reactors. Whatever is in force is told as a whole: nothing depends on what
an earlier telling achieved, and a planner that was started anew is told before anything is asked of it
(`routing.process.client`). What the planner found is told to the desks: how many stretches each condition
concerns.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import msgspec

from dispatch.core.port import CorePort, CoreUnavailable
from dispatch.domain.ids import LOCAL_TIME
from dispatch.domain.model.road_condition import CountStretches, RoadCondition
from dispatch.domain.rows import Row
from dispatch.store.errors import StoreError
from dispatch.usecases.submit import submit_as_centre
from routing.process.client import PlannerError, PlannerTooLate
from routing.terms.messages import ConditionsAnswer, ConditionsRequest, FitCorrection, RoadChange

log = logging.getLogger(__name__)

HOUR_EVERY_S = 300.0
"""How often the local hour is told anew: usual traffic changes little in five minutes. Rules with hours are
told when they change."""

TOLD_WITHIN_S = 10.0
LONGEST_TELLING_S = 160.0
"""A telling that came too late is under way all the same: the next may take twice as long, up to this. With
one limit a machine that is slower than it would be told for ever and never be heard to honour anything."""

AGAIN_IN_S = 1.0
"""When a planner that could not be told is told again. Without a planner that costs nothing: the client keeps
what it was told last, and a planner that comes back hears it before any question."""

LOOK_BACK = timedelta(minutes=30)
"""A server that was started anew reckons with so long a stop, in which units drove on and nobody was told of
rules that changed."""

_decoder = msgspec.json.Decoder(RoadCondition)


class RoadPlanner(Protocol):
    """What telling needs of the planner's client."""

    async def set_conditions(
        self,
        changes: list[RoadChange],
        hour: float | None = None,
        *,
        weekday: int | None = None,
        since_minute: int | None = None,
        corrections: list[FitCorrection] | None = None,
        deadline_s: float | None = None,
    ) -> ConditionsAnswer: ...


Told = RoadChange | FitCorrection


class ChangedRule(NamedTuple):
    """About here a rule with hours began or ceased to hold."""

    lon_lat: tuple[float, float]


OnRoads = Told | ChangedRule

RoadsChanged = Callable[[list[OnRoads]], None]
"""Called when the planner honours a change, with what came, went or became different."""


class RoadKeeper:
    """Keeps the planner's roads as the log says they are. `run` goes on until it is cancelled."""

    def __init__(
        self, core: CorePort, planner: RoadPlanner, *, now: Callable[[], datetime], changed: RoadsChanged
    ) -> None:
        self._core = core
        self._planner = planner
        self._now = now
        self._changed = changed
        self._roads: dict[str, RoadCondition] = {}
        self._honoured: dict[str, Told] | None = None
        self._hour_told = now() - LOOK_BACK
        self._news = asyncio.Event()
        self._seq = 0
        self._tell_again = now()
        self._told_within_s = TOLD_WITHIN_S

    async def load(self) -> None:
        """Take in what holds; the planner is told before the first question if it can be reached."""
        board = await self._core.board()
        self._take(board.rows, ())
        self._seq = board.head.seq
        await self._tell()

    async def run(self) -> None:
        """Follow every commit, and tell the planner beside that, one telling at a time."""
        teller = asyncio.create_task(self._keep_telling())
        try:
            async for commit in self._core.commits(self._seq):
                if self._take(commit.rows, commit.gone):
                    self._news.set()
        finally:
            teller.cancel()
            await asyncio.gather(teller, return_exceptions=True)

    def _take(self, rows: Sequence[Row], gone: Iterable[tuple[str, str]]) -> bool:
        """Whether what is in force has changed by it."""
        if not any(
            kind == "road_condition" for kind in (*(row.kind for row in rows), *(kind for kind, _ in gone))
        ):
            return False
        before = self._list_in_force()
        for row in rows:
            if row.kind == "road_condition":
                self._roads[row.id] = _decoder.decode(row.body)
        for kind, id_ in gone:
            if kind == "road_condition":
                self._roads.pop(id_, None)
        return self._list_in_force() != before

    def _list_in_force(self) -> dict[str, Told]:
        """Oldest first: of corrections that contradict each other the newest holds."""
        roads = sorted(self._roads.values(), key=lambda road: (road.at, road.number))
        return {road.id: as_told(road) for road in roads if road.state == "in_force"}

    async def _keep_telling(self) -> None:
        wait_s = 0.0 if self._honoured is None else self._measure_wait_s()
        while True:
            try:
                async with asyncio.timeout(wait_s):
                    await self._news.wait()
            except TimeoutError:
                pass
            self._news.clear()
            wait_s = self._measure_wait_s() if await self._tell() else AGAIN_IN_S

    def _measure_wait_s(self) -> float:
        """Until the hour is told anew: when a rule with hours changes, if that is sooner."""
        left_s = (self._tell_again - self._now()).total_seconds()
        return min(max(left_s, AGAIN_IN_S), HOUR_EVERY_S)

    async def _tell(self) -> bool:
        """Whether the planner honours it now."""
        told = self._list_in_force()
        local = self._now().astimezone(LOCAL_TIME)
        hour = local.hour + local.minute / 60 + local.second / 3600
        try:
            answer = await self._planner.set_conditions(
                [change for change in told.values() if isinstance(change, RoadChange)],
                hour,
                weekday=local.weekday(),
                since_minute=find_week_minute(self._hour_told),
                corrections=[
                    self._name_street(word) for word in told.values() if isinstance(word, FitCorrection)
                ],
                deadline_s=self._told_within_s,
            )
        except PlannerError as error:
            if isinstance(error, PlannerTooLate):
                self._told_within_s = min(2 * self._told_within_s, LONGEST_TELLING_S)
            log.info("the planner could not be told what holds on the roads: %s", error)
            return False
        self._told_within_s = TOLD_WITHIN_S
        before, self._honoured = self._honoured or {}, told
        self._hour_told = local
        self._tell_again = find_next_telling(local, answer.next_rule_min)
        changes: list[OnRoads] = [ChangedRule(lon_lat) for lon_lat in answer.other_rules_at]
        changes += [
            change
            for id_ in before.keys() | told.keys()
            if before.get(id_) != told.get(id_)
            for change in (told.get(id_) or before.get(id_),)
            if change is not None
        ]
        if changes:
            log.info("%d changes on the roads in force after %.0f ms", len(changes), answer.took_ms)
            self._changed(changes)
        await self._count(answer)
        return True

    def _name_street(self, word: FitCorrection) -> FitCorrection:
        """With the number of the street that it was found to mean: to learn that changes no road."""
        return msgspec.structs.replace(word, way_id=self._roads[word.correction_id].way_id or 0)

    async def _count(self, answer: ConditionsAnswer) -> None:
        """Tell the desks; what ended meanwhile is refused and needs no count."""
        for id_, count in answer.stretches.items():
            road = self._roads.get(id_)
            if road is None or road.state != "in_force":
                continue
            way_id = answer.way_ids.get(id_, road.way_id)
            if (road.stretches, road.way_id) == (count, way_id):
                continue
            try:
                await submit_as_centre(
                    self._core, CountStretches(condition_id=id_, stretches=count, way_id=way_id), self._now()
                )
            except (CoreUnavailable, StoreError) as error:
                log.warning("the stretches of %s could not be noted (%s)", id_, error)


def find_next_telling(told: datetime, next_rule_min: int | None) -> datetime:
    """When a rule with hours changes, or the hour itself has to be told anew."""
    at = told + timedelta(seconds=HOUR_EVERY_S)
    if next_rule_min is None:
        return at
    return min(at, told.replace(second=0, microsecond=0) + timedelta(minutes=next_rule_min))


def find_week_minute(at: datetime) -> int:
    """Minute of the local week, 0 = Monday 00:00."""
    local = at.astimezone(LOCAL_TIME)
    return (local.weekday() * 24 + local.hour) * 60 + local.minute


def make_request(roads: Iterable[RoadCondition]) -> ConditionsRequest:
    """That these hold and nothing else, oldest first, at no hour of the day."""
    told = [as_told(road) for road in roads]
    return ConditionsRequest(
        changes=[change for change in told if isinstance(change, RoadChange)],
        corrections=[word for word in told if isinstance(word, FitCorrection)],
    )


def as_told(road: RoadCondition) -> Told:
    """A condition as the planner takes it."""
    if road.kind in ("unfit", "fits"):
        at = road.lon_lats[0]
        return FitCorrection((at.lon, at.lat), road.vehicle_class, road.kind == "fits", road.id)
    fields = {
        "change_id": road.id,
        "kind": road.kind,
        "form": road.form,
        "lon_lats": [(at.lon, at.lat) for at in road.lon_lats],
        "factor": road.factor,
        "depth_m": road.depth_m,
    }
    return msgspec.convert(fields, RoadChange)
