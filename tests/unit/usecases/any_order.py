"""A small centre for tests that drive it by chance: its tables, the rules behind the port, a planner; and
what is held of any plan."""

from random import Random

import msgspec

from dispatch.core.port import Answer, Commit, Submission
from dispatch.domain.codebook import CodeBook, MinimumCover, Neighbour, RestRule
from dispatch.domain.model.assignment import (
    AcceptRecommendation,
    DispatchUnits,
    QueueUnit,
    ReassignUnit,
    RecommendationMade,
)
from dispatch.domain.model.messages import Actor, Command, Refused
from dispatch.domain.model.unit import (
    Unit,
)
from dispatch.domain.model.values import LonLat, Phase
from dispatch.domain.rows import ROW_KINDS, project
from dispatch.usecases.picture import Picture
from gis.geometry import haversine_m
from routing.plans.planning import SEPARABLE, make_plan
from routing.plans.second_thoughts import think
from routing.process.fallback import StraightLines, plan_straight_line
from routing.terms.messages import PlanAnswer, PlanRequest, PlanUnit
from routing.terms.policy import rate
from routing.terms.weighing import decide as decide_weighing
from routing.terms.weighing import to_demands, to_rules
from routing.travel_time.straight_line import estimate_travel_s
from tests.unit.domain.world import BOOK, World, label

KINDS = (("114", "engine"), ("114", "mini"), ("115", "als"), ("113", "car"))
PLACES = [LonLat(106.60 + 0.03 * n, 10.77) for n in range(6)]
BY_PERSONS = (AcceptRecommendation, DispatchUnits, QueueUnit, ReassignUnit)
BESIDE = {"recommendation.made", "recommendation.suggested", "automatic.armed", "automatic.stopped"}
ABOARD = {Phase.AT_PATIENT, Phase.TRANSPORTING}


def make_book(random: Random) -> CodeBook:
    """The small centre's tables with what ties needs together, any of it or none."""
    book = BOOK
    fire = book.agencies["114"]
    if random.random() < 0.5:
        minimum = MinimumCover(code="city", label=label("city"), free=random.choice([1, 2]))
        fire = msgspec.structs.replace(fire, minimum_cover=(minimum,))
    if random.random() < 0.3:
        fire = msgspec.structs.replace(
            fire, neighbours=(Neighbour(name="next", stations=("s114-5",), price_s=300.0),)
        )
    if random.random() < 0.3:
        rest = RestRule(price_s_per_h=600.0, most_s=300.0, after_on_h=0.2, last_on_h=2.0)
        fire = msgspec.structs.replace(fire, rest=rest)
    if random.random() < 0.3:
        engine = fire.unit_types["engine"]
        both = msgspec.structs.replace(engine, capabilities=("engine", "mini"), at_once=("engine", "mini"))
        fire = msgspec.structs.replace(fire, unit_types={**fire.unit_types, "engine": both})
    plans = book.plans
    if random.random() < 0.5:
        plan, *others = plans
        level_1, *more = plan.levels
        leg, *rest_legs = level_1
        needs = leg.needs
        if random.random() < 0.5:
            second = msgspec.structs.replace(needs[0], capability="mini", count=1, substitutes=())
            needs = (*needs, second)
        if random.random() < 0.5:
            needs = tuple(msgspec.structs.replace(need, package="pump") for need in needs)
        leg = msgspec.structs.replace(leg, needs=needs)
        plans = (msgspec.structs.replace(plan, levels=((leg, *rest_legs), *more)), *others)
    return msgspec.structs.replace(book, agencies={**book.agencies, "114": fire}, plans=plans)


class Core:
    """The rules behind the port: decides, applies, and tells the picture as the writer does."""

    def __init__(self, world: World, book: CodeBook, picture: Picture) -> None:
        self.world, self.book, self.picture = world, book, picture
        self.told: list[tuple[Command, str]] = []

    def do(self, command: Command, actor: Actor) -> str | None:
        """The code of its refusal, None where it was done."""
        world = self.world
        prev, begun = world.state.seq, len(world.log)
        world.state.touched.clear()
        try:
            world.do(command, actor, book=self.book)
        except Refused as refused:
            return refused.code
        self.told += [(command, event.TYPE) for event, _ in world.log[begun:]]
        self.follow(prev)
        return None

    def follow(self, prev: int) -> None:
        state = self.world.state
        found = [(kind, id_, project(state, kind, id_)) for kind, id_ in sorted(state.touched)]
        rows = tuple(row for _, _, row in found if row is not None)
        gone = tuple((kind, id_) for kind, id_, row in found if row is None and kind in ROW_KINDS)
        self.picture.follow(Commit(prev=prev, seq=state.seq, events=(), rows=rows, gone=gone))

    async def submit(self, submission: Submission) -> Answer:
        refused = self.do(submission.command, submission.actor)
        return Answer(command_id="c", seq_first=0, seq_last=0, refused=refused)


class Roads:
    """The planner's solver over straight streets; now and then it is not there."""

    def __init__(self) -> None:
        self.is_there = True
        self.asked: list[tuple[PlanRequest, PlanAnswer]] = []

    async def plan(self, request: PlanRequest) -> PlanAnswer:
        if not self.is_there:
            return plan_straight_line(request)
        answer = make_plan(request, StraightLines(request.units), SEPARABLE)
        self.asked.append((request, answer))
        return answer

    async def travel_times(
        self,
        origins: list[tuple[float, float]],
        destination: tuple[float, float],
        vehicle_class: str,
        *,
        hot: bool,
    ) -> list[float | None]:
        return [estimate_travel_s(haversine_m(at, destination), vehicle_class) for at in origins]


class Prices:
    """What taking a unit costs: anything, and the same for as long as nothing is said."""

    policy = "anything"

    def __init__(self, random: Random) -> None:
        self._random, self._known = random, dict[str, float]()

    def price_s(self, unit: Unit) -> float:
        return self._known.setdefault(unit.id, self._random.choice([0.0, 0.0, 45.0, 200.0, 900.0]))

    def late_s(self, agency_id: str) -> tuple[float, float]:
        return (600.0, 120.0) if agency_id == "115" else (0.0, 0.0)


def hold_again(event: RecommendationMade) -> None:
    """Explain makes the same plan from what was kept, and tells the better and worse beside it."""
    if event.weighed is None:
        assert not event.recommendation.proposed
        return
    again = think(event.weighed)
    told = sorted((n, p.unit_id) for p in event.recommendation.proposed for n in p.need_ids)
    assert told == sorted((s.need_id, s.unit_id) for s in again.plan.sent)
    best, other = (decide_weighing(event.weighed).chosen, again.next_best)
    if other is not None:
        assert {(s.need_id, s.unit_id) for s in other.sent} != {
            (s.need_id, s.unit_id) for s in again.plan.sent
        }
    if decide_weighing(event.weighed).gap == 0:
        assert all(c.later_s is None or c.later_s >= 0 for c in again.changes)
        assert all(w.sooner_s >= 0 for w in again.waiting)
    assert len(best) == len(event.weighed.needs)
    for p in event.recommendation.proposed:
        ranks = [r.code for r in p.reasons if r.code == "fastest" or r.code.startswith("faster_unit")]
        assert len(ranks) == 1, f"no word about the rank of {p}"


def hold_best(request: PlanRequest, answer: PlanAnswer, random: Random) -> None:
    """A unit more never makes it worse; a more urgent need never gets less."""
    assert answer.weighed is not None
    if answer.gap != 0:
        return
    before = worth(answer)
    sure = [u.unit_id for u in request.units]
    if sure:
        like = request.units[random.randrange(len(sure))]
        at = PLACES[random.randrange(6)]
        more: PlanUnit = msgspec.structs.replace(like, unit_id="more", lon_lat=(at.lon, at.lat), held_s=0.0)
        grown = msgspec.structs.replace(request, units=[*request.units, more])
        after = make_plan(grown, StraightLines(grown.units), SEPARABLE)
        assert after.gap != 0 or worth(after) <= before
    if len(request.needs) > 1 and all(n.package == "" for n in request.needs):
        first, *others = request.needs
        if first.priority > 1 and not request.minimum_cover:
            raised = msgspec.structs.replace(first, priority=1, minimum=first.count)
            urgent = msgspec.structs.replace(request, needs=[raised, *others])
            now = make_plan(urgent, StraightLines(urgent.units), SEPARABLE)
            got, had = (sum(p.need_id == first.need_id for p in a.proposals) for a in (now, answer))
            assert got >= had


def worth(answer: PlanAnswer) -> tuple[int, ...]:
    assert answer.weighed is not None
    weighed = answer.weighed
    return rate(to_demands(weighed.needs), to_rules(weighed), decide_weighing(weighed).chosen)
