"""When plans are made: at once, a moment later for all that happened meanwhile, and now and then."""

import asyncio
import selectors
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec

from dispatch.core.port import Answer, Board, Commit, Head, Submission
from dispatch.domain.model.assignment import AcceptRecommendation
from dispatch.domain.model.incident import ChangePlace, ChangePriority, OpenIncident
from dispatch.domain.model.messages import Actor, Command, Refused
from dispatch.domain.model.unit import SetUnitStatus
from dispatch.domain.model.values import LonLat, Place
from dispatch.domain.rows import project
from dispatch.domain.state import get_table
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.reactors import COALESCE_S, SWEEP_S, SWEPT_AT_MOST, Reactors
from dispatch.usecases.unit_positions import UnitPosition
from routing.process.fallback import plan_straight_line
from routing.terms.messages import PlanAnswer, PlanRequest, PlanUnit
from tests.unit.domain.world import BOOK, FIRE, MEDICAL, POLICE, SYSTEM, TAKER, make_world

KINDS = ("incident", "leg", "station", "unit", "recommendation", "assignment")
PLANNING_S = 0.01
PLACE = LonLat(106.70, 10.80)


class Idle(selectors.DefaultSelector):
    """Tells for how long nothing would have happened instead of waiting."""

    waited_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.waited_s += timeout
        return ready


class IdleLoop(asyncio.SelectorEventLoop):
    """A loop whose clock goes only while everybody waits, and then as fast as it can."""

    def __init__(self) -> None:
        self._idle = Idle()
        super().__init__(self._idle)

    def time(self) -> float:
        return self._idle.waited_s


class Centre:
    """The rules of a small centre behind the port, and a planner that takes a moment for its roads, which are
    straight lines. `asked` are its questions with the second of each, by incident's longitude."""

    def __init__(self) -> None:
        self.world = make_world()
        self.world.state.touched.clear()
        self.commits_made: asyncio.Queue[Commit] = asyncio.Queue()
        self.asked: list[tuple[float, float]] = []
        self.at: dict[str, LonLat] = {}
        self.picture = Picture(BOOK)
        self.hasty_south_m: float | None = None

    async def board(self) -> Board:
        rows = [
            row
            for kind in KINDS
            for id_ in get_table(self.world.state, kind)
            if (row := project(self.world.state, kind, id_)) is not None
        ]
        head = Head(centre_id="test", log_id="log", seq=self.world.state.seq, epoch=1)
        return Board(head=head, rows=tuple(rows))

    async def commits(self, _after: int) -> AsyncIterator[Commit]:
        while True:
            yield await self.commits_made.get()

    async def submit(self, submission: Submission) -> Answer:
        try:
            self.do(submission.command, submission.actor)
        except Refused as refused:
            return Answer(command_id=submission.command_id, seq_first=0, seq_last=0, refused=refused.code)
        return Answer(command_id=submission.command_id, seq_first=0, seq_last=0)

    async def plan(self, request: PlanRequest) -> PlanAnswer:
        self.asked.append((request.incident_lon_lat[0], asyncio.get_running_loop().time()))
        await asyncio.sleep(PLANNING_S)
        if self.hasty_south_m is not None and not request.patient:
            # There is no time to look at who stands nearer.
            far = [u for u in request.units if self._is_far(u)]
            hasty = plan_straight_line(msgspec.structs.replace(request, units=far))
            return msgspec.structs.replace(hasty, degraded=False, hasty=True, gap=None)
        return msgspec.structs.replace(plan_straight_line(request), degraded=False)

    def _is_far(self, unit: PlanUnit) -> bool:
        return unit.lon_lat[1] < PLACE.lat - (self.hasty_south_m or 0.0) / 111_195

    def do(self, command: Command, actor: Actor = SYSTEM) -> None:
        """Done by the rules, and told to who follows."""
        before = self.world.state.seq
        self.world.do(command, actor)
        touched = sorted(self.world.state.touched)
        self.world.state.touched.clear()
        rows = [row for kind, id_ in touched if (row := project(self.world.state, kind, id_)) is not None]
        self.commits_made.put_nowait(
            Commit(prev=before, seq=self.world.state.seq, events=(), rows=tuple(rows))
        )

    def open(self, incident_id: str, type_code: str = "fire", east_m: float = 0.0) -> float:
        """A new incident, so far east of the place; gives its longitude."""
        lon_lat = LonLat(PLACE.lon + east_m / 109_360, PLACE.lat)
        place = Place(heard="x", lon_lat=lon_lat, radius_m=20.0, level="house")
        self.do(OpenIncident(incident_id=incident_id, type_code=type_code, subject="s", place=place), TAKER)
        return lon_lat.lon

    def free(self, unit_id: str, south_m: float) -> None:
        """A unit is free on the road, so far south of the place."""
        self.stand(unit_id, south_m)
        self.do(SetUnitStatus(unit_id=unit_id, status_code="road"), MEDICAL)

    def stand(self, unit_id: str, south_m: float) -> None:
        """A unit is heard of there; the log is told nothing."""
        self.at[unit_id] = LonLat(PLACE.lon, PLACE.lat - south_m / 111_195)

    def find_position(self, unit_id: str) -> UnitPosition | None:
        at = self.at.get(unit_id)
        return UnitPosition(at.lon, at.lat, self.world.now) if at is not None else None

    def ambulance(self, incident_id: str = "i1") -> tuple[int, str]:
        """Version of an incident's proposal, and the ambulance that it names."""
        made = self.world.state.recommendations[incident_id]
        (ambulance,) = (p.unit_id for p in made.proposed if p.capability == "als")
        return made.version, ambulance

    def times_s(self, lon: float) -> list[float]:
        """When the planner was asked about an incident."""
        return [round(at_s, 3) for asked, at_s in self.asked if asked == lon]


def follow(story: Callable[[Centre], Awaitable[None]]) -> Centre:
    """A centre with its reactors, as far as a story goes, in no time."""
    centre = Centre()

    async def run() -> None:
        reactors = Reactors(
            centre, centre.picture, BOOK, geocode=find_nothing, planner=centre,
            find_position=centre.find_position, now=lambda: centre.world.now,
        )  # fmt: skip
        running = asyncio.create_task(reactors.run())
        await asyncio.sleep(0)
        await story(centre)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    with asyncio.Runner(loop_factory=IdleLoop) as runner:
        runner.run(run())
    return centre


async def find_nothing(*_: object) -> tuple[()]:
    return ()


def test_a_first_plan_never_waits_and_later_ones_are_made_once_for_a_quarter_of_a_second() -> None:
    lons: dict[str, float] = {}

    async def story(centre: Centre) -> None:
        lons["i1"] = centre.open("i1", "theft")
        await asyncio.sleep(0.1)
        for priority in (1, 2, 3, 1, 2):
            seen = centre.world.state.incidents["i1"].version
            centre.do(ChangePriority(incident_id="i1", priority=priority, seen=seen), POLICE)
            await asyncio.sleep(0.02)
        lons["i2"] = centre.open("i2", east_m=500)
        await asyncio.sleep(1)

    centre = follow(story)
    assert centre.times_s(lons["i1"]) == [0.0, PLANNING_S + COALESCE_S], "five changes, one plan more"
    assert centre.times_s(lons["i2"]) == [0.2], "at once, while another's changes are waited for"


def test_an_incident_that_had_no_plan_yet_is_planned_at_once_when_its_place_is_known() -> None:
    async def story(centre: Centre) -> None:
        centre.do(
            OpenIncident(incident_id="i1", type_code="fire", subject="s", place=Place(heard="x")), TAKER
        )
        await asyncio.sleep(0.1)
        seen = centre.world.state.incidents["i1"].version
        place = Place(heard="x", lon_lat=PLACE, radius_m=20.0, level="house")
        centre.do(ChangePlace(incident_id="i1", place=place, seen=seen), FIRE)
        await asyncio.sleep(0.1)

    assert follow(story).times_s(PLACE.lon)[:1] == [0.1]


def test_a_unit_that_becomes_free_a_little_nearer_leaves_the_proposal_alone_and_it_can_be_accepted() -> None:
    async def story(centre: Centre) -> None:
        centre.free("a1", 2000)
        centre.do(SetUnitStatus(unit_id="a2", status_code="out_of_service"), MEDICAL)
        centre.open("i1")
        await asyncio.sleep(1)
        assert centre.ambulance() == (1, "a1")
        centre.free("a2", 1960)
        await asyncio.sleep(3 * SWEEP_S)
        centre.do(AcceptRecommendation(incident_id="i1", version=1), MEDICAL)

    centre = follow(story)
    assert centre.world.state.units["a1"].assignment_id is not None
    assert len({at_s for _, at_s in centre.asked}) > 3, "it was planned again meanwhile"


def test_a_unit_that_becomes_free_much_nearer_takes_its_place_before_any_sweep() -> None:
    async def story(centre: Centre) -> None:
        centre.free("a1", 2000)
        centre.do(SetUnitStatus(unit_id="a2", status_code="out_of_service"), MEDICAL)
        centre.open("i1")
        await asyncio.sleep(1)
        centre.free("a2", 1000)
        await asyncio.sleep(0.1)

    assert follow(story).ambulance() == (2, "a2")


def test_units_that_come_nearer_without_a_word_are_found_by_the_sweep_every_five_seconds() -> None:
    versions: list[tuple[int, str]] = []

    async def story(centre: Centre) -> None:
        centre.free("a1", 2000)
        centre.free("a2", 9000)
        centre.open("i1")
        for south_m in (9000, 1950, 1000):
            centre.stand("a2", south_m)
            await asyncio.sleep(SWEEP_S + 0.1)
            versions.append(centre.ambulance())

    centre = follow(story)
    assert versions == [(1, "a1"), (1, "a1"), (2, "a2")]
    assert SWEEP_S in {at_s for _, at_s in centre.asked}


def test_many_proposals_are_swept_in_turn() -> None:
    lons: dict[str, float] = {}

    async def story(centre: Centre) -> None:
        for n in range(SWEPT_AT_MOST + 2):
            lons[f"i{n}"] = centre.open(f"i{n}", "theft", east_m=100 * n)
        await asyncio.sleep(2.5 * SWEEP_S)

    centre = follow(story)
    swept = [{lon for lon, at_s in centre.asked if SWEEP_S * n <= at_s < SWEEP_S * (n + 1)} for n in (1, 2)]
    assert [len(lons_of) for lons_of in swept] == [SWEPT_AT_MOST, SWEPT_AT_MOST]
    assert swept[0] | swept[1] == set(lons.values())


def test_a_proposal_does_not_change_into_one_that_stands_for_an_older_incident() -> None:
    async def story(centre: Centre) -> None:
        centre.free("a1", 1000)
        centre.free("a2", 1200)
        centre.open("i1")
        await asyncio.sleep(1)
        centre.open("i2")
        await asyncio.sleep(1)
        centre.world.wait(600)  # no offer holds its unit for so long
        await asyncio.sleep(2 * SWEEP_S)

    centre = follow(story)
    assert centre.ambulance("i1") == (1, "a1")
    assert centre.ambulance("i2") == (1, "a2")


def test_a_hasty_plan_is_followed_by_the_best_one_which_takes_its_place_if_it_is_better_by_enough() -> None:
    """Until then it is marked; when the best plan is no better, the mark goes and the version stays."""
    for nearer_m, then in ((1000.0, (2, "a2")), (1960.0, (1, "a1"))):
        seen: list[tuple[int, str]] = []
        marked: list[bool] = []

        async def story(
            centre: Centre,
            nearer_m: float = nearer_m,
            seen: list[tuple[int, str]] = seen,
            marked: list[bool] = marked,
        ) -> None:
            centre.hasty_south_m = 1990.0
            centre.free("a1", 2000)
            centre.free("a2", nearer_m)
            lon = centre.open("i1")
            await asyncio.sleep(3 * PLANNING_S)
            seen.append(centre.ambulance())
            marked.append(bool(centre.world.state.recommendations["i1"].hasty))
            await asyncio.sleep(COALESCE_S + 5 * PLANNING_S)
            seen.append(centre.ambulance())
            marked.append(bool(centre.world.state.recommendations["i1"].hasty))
            assert len(centre.times_s(lon)) >= 2

        follow(story)
        assert seen == [(1, "a1"), then]
        assert marked == [True, False]
