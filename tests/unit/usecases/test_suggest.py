"""Busy units beside a plan, by the real planner and the real rules: who is suggested, and when no longer."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from dispatch.core.port import Answer, Submission
from dispatch.domain.codebook import Neighbour
from dispatch.domain.kernel import EVENTS
from dispatch.domain.model.assignment import Recommendation, RecordRecommendation, ReportPhase
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Command, Refused
from dispatch.domain.model.suggestion import QUEUE, REASSIGN, RecordSuggestions, Suggestion
from dispatch.domain.model.unit import SetUnitStatus, Unit
from dispatch.domain.model.values import LonLat, Phase, Place
from dispatch.domain.state import get_table
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.explain import explain
from dispatch.usecases.planning.plan_incident import plan_incident
from dispatch.usecases.planning.recommend import build_record
from dispatch.usecases.planning.suggest import AGAIN_S, Suggester
from dispatch.usecases.planning.usual_times import LEAST_RUNS, STATED_S, UsualTimes
from dispatch.usecases.unit_positions import UnitPosition
from routing.graph.file import compile_graph
from routing.process.client import PlannerClient
from routing.terms.messages import PlanAnswer, PlanRequest
from tests.unit.domain.test_suggestions import e1
from tests.unit.domain.world import BOOK, FIRE, World, crew_of, make_world, send
from tests.unit.routing.drawn_map import DrawnMap
from tests.unit.routing.test_planner_process import PROJECT, START_S, list_arguments
from tests.unit.usecases.test_recommend import assignment

STREET = DrawnMap("s" + "." * 39 + "f" + "." * 19 + "t").way("sft", highway="tertiary")
"""Six kilometres: the stations at s, a fire at f after four, something less urgent at t."""

KINDS = ("station", "incident", "leg", "unit", "recommendation", "assignment")


class Core:
    """The rules of a small centre behind the port; takes down what was asked of them."""

    def __init__(self, world: World) -> None:
        self.world, self.asked = world, list[Command]()

    async def submit(self, submission: Submission) -> Answer:
        self.asked.append(submission.command)
        try:
            self.world.do(submission.command)
        except Refused as refused:
            return Answer(command_id="c", seq_first=0, seq_last=0, refused=refused.code)
        return Answer(command_id="c", seq_first=1, seq_last=1)


class OneDear:
    """Cover of one unit has a price, of no other."""

    policy = "one"

    def __init__(self, unit_id: str, cover_s: float) -> None:
        self._unit_id, self._cover_s = unit_id, cover_s

    def price_s(self, unit: Unit) -> float:
        return self._cover_s if unit.id == self._unit_id else 0.0

    def late_s(self, agency_id: str) -> tuple[float, float]:
        return 0.0, 0.0


class Centre:
    """A small centre, its picture, and where its units were last heard of."""

    def __init__(self, client: PlannerClient) -> None:
        self.client, self.world = client, make_world()
        self.core, self.picture = Core(self.world), Picture(BOOK)
        self.at: dict[str, UnitPosition] = {}
        self.price("", 0.0)

    def price(self, unit_id: str, cover_s: float) -> None:
        """Another suggester, for whom this unit's absence costs so much."""
        self.suggester = Suggester(
            self.core,  # type: ignore[arg-type]
            self.picture,
            self.client,
            find_position=self.at.get,
            now=lambda: self.world.now,
            prices=OneDear(unit_id, cover_s),
        )

    async def plan(self, request: PlanRequest) -> PlanAnswer:
        return await self.client.plan(request)

    def follow(self) -> None:
        for kind in KINDS:
            for id_, entity in get_table(self.world.state, kind).items():
                self.picture.put(kind, id_, entity)  # type: ignore[arg-type]

    def open(self, incident_id: str, place: str, priority: int, east_m: float = 0.0) -> None:
        at = Place(heard=place, lon_lat=LonLat(*STREET.place(place, east_m=east_m)))
        opening = OpenIncident(incident_id=incident_id, type_code="fire", subject="s", place=at)
        self.world.do(msgspec.structs.replace(opening, priority=priority), FIRE)

    def see(self, unit_id: str, place: str, east_m: float = 0.0, age_s: float = 1.0) -> None:
        at = self.world.now - timedelta(seconds=age_s)
        self.at[unit_id] = UnitPosition(*STREET.place(place, east_m=east_m), at)

    def report(self, unit_id: str, phase: Phase) -> None:
        unit = self.world.state.units[unit_id]
        command = ReportPhase(assignment_id=unit.assignment_id or "", status_code=phase.value)
        self.world.do(command, crew_of(unit_id, unit.agency_id))

    async def make_plan(self) -> Recommendation:
        """The planner's plan for i1."""
        self.follow()
        incident = self.picture.incidents["i1"]
        request, answer = await plan_incident(
            incident, self.picture, self, self.at.get, lambda: self.world.now
        )
        assert answer is not None
        record = build_record(incident, request, answer)
        assert isinstance(record, RecordRecommendation)
        self.world.do(record)
        return self.world.state.recommendations["i1"]

    async def look(self) -> dict[str, Suggestion]:
        """What is suggested for i1 after a look, by unit."""
        self.follow()
        await self.suggester.look()
        return {s.unit_id: s for s in self.world.state.recommendations["i1"].suggested or ()}


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder of the street's pack with the real planner running on it, for all tests here."""
    folder = tmp_path_factory.mktemp("street")
    compile_graph(STREET.write(folder / "map.osm"), folder)
    process = subprocess.Popen(list_arguments(folder), cwd=PROJECT)
    yield folder
    process.kill()
    process.wait()


@pytest.fixture
async def centre(street: Path) -> AsyncIterator[Centre]:
    async with PlannerClient(street / "planner.sock", deadline_s=30) as client:
        await client.wait_connected(START_S)
        yield Centre(client)


async def test_units_under_way_to_less_and_nearly_free_are_suggested_where_they_save_a_minute(
    centre: Centre,
) -> None:
    """E1 passes the fire on its way to something less urgent; A1 cleans beside it, its 15 minutes nearly
    over. Whoever is free stands four kilometres off."""
    centre.open("i2", "t", 3)
    send(centre.world, "e1", "a1", incident_id="i2")
    centre.report("a1", Phase.CLEARING)
    centre.report("e1", Phase.EN_ROUTE)
    centre.world.wait(STATED_S[Phase.CLEARING] - 20)
    centre.see("e1", "f", east_m=-300)
    centre.see("a1", "f", east_m=200, age_s=300)
    centre.open("i1", "f", 1)
    plan = await centre.make_plan()
    assert {"e2", "e3", "a2"} == {p.unit_id for p in plan.proposed}
    assert not plan.degraded

    found = await centre.look()
    assert {u: s.kind for u, s in found.items()} == {"e1": REASSIGN, "a1": QUEUE}
    proposed_s = {p.capability: p.eta_s for p in plan.proposed}
    for s in found.values():
        assert s.saves_s == pytest.approx(proposed_s[s.capability] - s.eta_s, abs=1)
        assert s.saves_s is not None
        assert s.saves_s > 60
    assert found["a1"].eta_s > 20
    assert (found["a1"].runs, found["e1"].runs) == (0, None)
    assert centre.world.state.recommendations["i1"].version == plan.version
    assert all(isinstance(command, RecordSuggestions) for command in centre.core.asked)

    envelopes = [envelope for _, envelope in centre.world.log if envelope.type in EVENTS]
    own = [e for e in envelopes if e.type.startswith("recommendation.")]
    (beside,) = explain("i1", own).beside
    (engine,) = (u for u in beside.weighed.units if u.unit_id == "e1")
    assert engine.instead[0].unit_id in {"e2", "e3"}, "whom it frees goes there instead"
    assert found["e1"].net_s is not msgspec.UNSET
    assert found["e1"].net_s > 0
    assert found["a1"].later_s is msgspec.UNSET, "nobody waits for one that is nearly free"
    assert beside.same_again is True
    assert {s.unit_id for s in beside.suggested} == {"e1", "a1"}

    centre.world.wait(AGAIN_S + 10)
    centre.see("e1", "t", east_m=-200)
    assert "e1" not in await centre.look(), "never in the last seconds of its own run"
    assert "a1" not in await centre.look(), "longer there than is usual: nobody knows"


@pytest.mark.parametrize(("priority", "suggested"), [(1, {"e1"}), (3, set())])
async def test_one_under_way_is_suggested_where_both_incidents_together_gain_by_the_prices_of_plans(
    centre: Centre, priority: int, suggested: set[str]
) -> None:
    """E1 has 900 m to go to something least urgent, 2.1 km to the fire, 3 km from the stations: whoever goes
    instead comes from there. At priority 1 the seconds there count a tenth, at 3 half."""
    centre.open("i2", "t", 4)
    send(centre.world, "e1", incident_id="i2")
    centre.report("e1", Phase.EN_ROUTE)
    centre.see("e1", "t", east_m=-900)
    centre.open("i1", "f", priority, east_m=-1000)
    await centre.make_plan()
    assert set(await centre.look()) == suggested


async def test_cover_is_weighed_for_busy_units_as_it_is_in_plans(centre: Centre) -> None:
    """A1, nearly free a kilometre nearer than whoever is proposed, is all that its zone has."""
    centre.open("i2", "t", 3)
    send(centre.world, "a1", incident_id="i2")
    centre.report("a1", Phase.CLEARING)
    centre.world.wait(STATED_S[Phase.CLEARING] - 10)
    centre.see("a1", "s", east_m=1000, age_s=300)
    centre.open("i1", "f", 3)
    await centre.make_plan()
    for cover_s, suggested in ((0.0, {"a1"}), (900.0, set[str]())):
        centre.price("a1", cover_s)
        assert set(await centre.look()) == suggested


async def test_one_that_may_not_be_called_away_hides_nobody_behind_it(centre: Centre) -> None:
    """Nearest to the fire is E1, a hundred metres from its own scene; E3 comes after it, and A1 has just
    begun to clean beside the fire."""
    centre.open("i2", "f", 3, east_m=300)
    centre.open("i3", "t", 3)
    send(centre.world, "e1", "a1", incident_id="i2")
    send(centre.world, "e3", "a2", incident_id="i3")
    for unit_id, east_m in (("e1", 200), ("e3", 800), ("a1", 0), ("a2", 700)):
        centre.report(unit_id, Phase.CLEARING if unit_id == "a1" else Phase.EN_ROUTE)
        centre.see(unit_id, "f", east_m=east_m)
    centre.open("i1", "f", 1)
    await centre.make_plan()
    assert {u: s.kind for u, s in (await centre.look()).items()} == {"e3": REASSIGN, "a2": REASSIGN}


async def test_a_neighbours_units_are_proposed_by_name_and_not_suggested_while_they_are_busy(
    centre: Centre,
) -> None:
    """The same, but all engines are Đồng Nai's."""
    theirs = Neighbour(name="Đồng Nai", stations=("s114",), price_s=900.0)
    fire = msgspec.structs.replace(BOOK.agencies["114"], neighbours=(theirs,))
    centre.picture = Picture(msgspec.structs.replace(BOOK, agencies=BOOK.agencies | {"114": fire}))
    centre.suggester = Suggester(
        centre.core,  # type: ignore[arg-type]
        centre.picture,
        centre.client,
        find_position=centre.at.get,
        now=lambda: centre.world.now,
    )
    centre.open("i2", "t", 3)
    send(centre.world, "e1", "a1", incident_id="i2")
    centre.report("a1", Phase.CLEARING)
    centre.report("e1", Phase.EN_ROUTE)
    centre.world.wait(STATED_S[Phase.CLEARING] - 20)
    centre.see("e1", "f", east_m=-300)
    centre.see("a1", "f", east_m=200, age_s=300)
    centre.open("i1", "f", 1)
    plan = await centre.make_plan()
    first = {p.unit_id: p.reasons[0].code == "mutual_aid" for p in plan.proposed}
    assert first == {"e2": True, "e3": True, "a2": False}
    assert set(await centre.look()) == {"a1"}


async def test_a_look_asks_once_while_nothing_changes_and_takes_back_what_ceases_to_hold(
    centre: Centre,
) -> None:
    centre.open("i2", "t", 3)
    send(centre.world, "e1", incident_id="i2")
    centre.report("e1", Phase.EN_ROUTE)
    centre.see("e1", "f", east_m=-300)
    centre.open("i1", "f", 1)
    await centre.make_plan()
    assert set(await centre.look()) == {"e1"}
    await centre.look()
    assert len(centre.core.asked) == 1
    centre.report("e1", Phase.ON_SCENE)
    assert await centre.look() == {}
    assert len(centre.core.asked) == 2


@pytest.mark.parametrize(
    ("priority", "east_m", "age_s"),
    [(1, -300.0, 1.0), (3, -300.0, 600.0), (3, -4000.0, 1.0)],
    ids=["as urgent", "not heard of for long", "a minute sooner and no more"],
)
async def test_nobody_is_suggested_from_something_as_urgent_from_nowhere_or_for_less_than_a_minute(
    centre: Centre, priority: int, east_m: float, age_s: float
) -> None:
    centre.open("i2", "t", priority)
    send(centre.world, "e1", incident_id="i2")
    centre.report("e1", Phase.EN_ROUTE)
    centre.see("e1", "f", east_m=east_m, age_s=age_s)
    centre.open("i1", "f", 1)
    await centre.make_plan()
    assert await centre.look() == {}
    assert centre.core.asked == []


async def test_a_unit_on_its_way_back_is_proposed_like_any_other_and_needs_no_suggestion(
    centre: Centre,
) -> None:
    centre.world.do(SetUnitStatus(unit_id="e1", status_code=Phase.RETURNING.value), FIRE)
    centre.see("e1", "f", east_m=500)
    centre.open("i1", "f", 1)
    plan = await centre.make_plan()
    (back,) = (p for p in plan.proposed if p.unit_id == "e1")
    assert back.phase is Phase.RETURNING
    assert back.turnout_s == 0.0
    assert back.eta_s == min(p.eta_s for p in plan.proposed)
    assert await centre.look() == {}


async def test_without_a_unit_for_a_need_a_busy_one_is_suggested_whatever_it_takes(centre: Centre) -> None:
    centre.open("i2", "t", 3)
    send(centre.world, "e1", "e2", "e3", "m1", incident_id="i2")
    for unit_id in ("e1", "e2", "e3", "m1"):
        centre.report(unit_id, Phase.EN_ROUTE)
        centre.see(unit_id, "s", east_m=100)
    centre.open("i1", "f", 1)
    plan = await centre.make_plan()
    assert [m.capability for m in plan.missing] == ["engine"]
    (suggested,) = (await centre.look()).values()
    assert (suggested.capability, suggested.kind, suggested.saves_s) == ("engine", REASSIGN, None)


def test_what_is_usual_is_the_median_of_enough_runs_of_the_agency_and_else_a_stated_value() -> None:
    world = make_world()

    def run(n: int, minutes: float, **fields: object) -> object:
        ended = msgspec.structs.replace(assignment(f"a{n}", "e1", "ended"), ended_how="cleared")
        begun = {"occurred_at": world.now, "recorded_at": world.now, "source": "crew"}
        return msgspec.convert(
            msgspec.to_builtins(ended)
            | {"times": {"clearing": begun}, "ended_at": world.now + timedelta(minutes=minutes), **fields},
            type(ended),
        )

    runs = [run(n, 4.0 + n) for n in range(LEAST_RUNS)]
    called_off = [run(n, 500.0, ended_how="stood_down") for n in range(20)]
    known = UsualTimes([*runs, *called_off])  # type: ignore[list-item]
    assert known.find("114", Phase.CLEARING) == ((4.0 + (LEAST_RUNS - 1) / 2) * 60, LEAST_RUNS)
    assert known.find("115", Phase.CLEARING) == (STATED_S[Phase.CLEARING], 0)
    assert known.find("114", Phase.AT_HOSPITAL) == (STATED_S[Phase.AT_HOSPITAL], 0)
    assert UsualTimes(runs[1:]).find("114", Phase.CLEARING).runs == 0  # type: ignore[arg-type]


def test_what_is_suggested_is_read_back_from_a_row_and_a_log_of_before_has_none() -> None:
    made = Recommendation(
        incident_id="i1", version=1, proposed=(), missing=(), method="m", degraded=False, graph_date="",
        took_ms=1.0, inputs_digest="", made_at=make_world().now,
    )  # fmt: skip
    assert b"suggested" not in msgspec.json.encode(made)
    with_one = msgspec.structs.replace(made, suggested=(e1(),))
    assert msgspec.json.decode(msgspec.json.encode(with_one), type=Recommendation) == with_one
