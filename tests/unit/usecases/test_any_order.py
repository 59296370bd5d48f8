"""Whatever happens in a centre, in whatever order, what it recommends can be trusted: the real rules, use
cases and solver, driven by chance and held to what is asked of them after every step.

`python -m tests.unit.usecases.test_any_order EXAMPLES STEPS SEED` drives it longer than the suite does.
"""

import asyncio
import sys
from collections import Counter
from datetime import datetime
from random import Random

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from dispatch.domain.kernel import decide
from dispatch.domain.model.assignment import (
    AcceptRecommendation,
    DeclineAssignment,
    DispatchUnits,
    QueueUnit,
    ReassignUnit,
    Recommendation,
    RecommendationMade,
    RecordRecommendation,
    ReportPhase,
    StandDown,
)
from dispatch.domain.model.automatic import ArmAutomatic, StopAutomatic
from dispatch.domain.model.desk import RunTimers
from dispatch.domain.model.incident import ChangePlace, ChangePriority, Incident, OpenIncident, RaiseLevel
from dispatch.domain.model.messages import Command, Meta
from dispatch.domain.model.recall import CancelIncident
from dispatch.domain.model.suggestion import QUEUE, REASSIGN, RecordSuggestions, UnitsSuggested
from dispatch.domain.model.unit import (
    CallMayday,
    EndMayday,
    RegisterStation,
    RegisterUnit,
    SetUnitStatus,
    SignOffCrew,
    SignOnCrew,
    Unit,
)
from dispatch.domain.model.values import Phase, Place, TimeSource
from dispatch.domain.rules.plan import list_open_needs
from dispatch.domain.rules.suggestion import choose_suggestions
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.reactors import Reactors
from dispatch.usecases.planning.suggest import Suggester
from dispatch.usecases.unit_positions import UnitPosition
from tests.unit.domain.world import CHIEF, SYSTEM, World, crew_of
from tests.unit.usecases.any_order import (
    ABOARD,
    BESIDE,
    BY_PERSONS,
    KINDS,
    PLACES,
    Core,
    Prices,
    Roads,
    hold_again,
    hold_best,
    make_book,
)


class AnyOrder(RuleBasedStateMachine):
    """A centre with a few units, and everything that people, crews and the centre itself may do."""

    @initialize(number=st.integers(0, 2**32), units=st.integers(0, 9))
    def begin(self, number: int, units: int) -> None:
        random = self.random = Random(number)
        self.book, self.picture_at = make_book(random), 0
        self.world = World()
        self.picture = Picture(self.book)
        self.core, self.roads = Core(self.world, self.book, self.picture), Roads()
        self.prices, self.seen = Prices(random), dict[str, UnitPosition]()
        self.loop = asyncio.new_event_loop()
        for agency_id in ("113", "114", "115"):
            for n, at in enumerate(PLACES):
                station = RegisterStation(
                    station_id=f"s{agency_id}-{n}", agency_id=agency_id, name="s", lon_lat=at
                )
                self.core.do(station, SYSTEM)
        for n in range(units):
            agency_id, type_code = random.choice(KINDS)
            self.core.do(
                RegisterUnit(
                    unit_id=f"u{n}", call_sign=f"U{n}", agency_id=agency_id, type_code=type_code,
                    station_id=f"s{agency_id}-{random.randrange(6)}",
                ),
                SYSTEM,
            )  # fmt: skip
        self.reactors = Reactors(
            self.core, self.picture, self.book, geocode=None, planner=self.roads,  # type: ignore[arg-type]
            find_position=self.seen.get, now=lambda: self.world.now, prices=self.prices,
        )  # fmt: skip
        self.suggester = Suggester(
            self.core, self.picture, self.roads,  # type: ignore[arg-type]
            find_position=self.seen.get, now=lambda: self.world.now, prices=self.prices,
        )  # fmt: skip

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.close()

    # ── what happens ──

    @rule(
        place=st.integers(0, 5),
        type_code=st.sampled_from(["fire", "fire", "theft"]),
        priority=st.integers(1, 4),
    )
    def open(self, place: int, type_code: str, priority: int) -> None:
        id_ = self.world.new_id()
        at = Place(heard="x", lon_lat=PLACES[place], radius_m=20.0)
        command = OpenIncident(incident_id=id_, type_code=type_code, subject="s", place=at, priority=priority)
        self.core.do(command, CHIEF)
        if id_ in self.picture.incidents:
            self.plan(self.picture.incidents[id_])

    @precondition(lambda self: self.list_open())
    @rule(
        n=st.integers(0, 9),
        what=st.sampled_from(["priority", "place", "level", "cancel"]),
        to=st.integers(1, 4),
    )
    def change(self, n: int, what: str, to: int) -> None:
        incident = self.pick(self.list_open(), n)
        commands: dict[str, Command] = {
            "priority": ChangePriority(incident_id=incident.id, priority=to, seen=incident.version),
            "place": ChangePlace(
                incident_id=incident.id, place=Place(heard="y", lon_lat=PLACES[to]), seen=incident.version
            ),
            "level": RaiseLevel(incident_id=incident.id, level=2),
            "cancel": CancelIncident(incident_id=incident.id, reason="false_alarm"),
        }
        self.core.do(commands[what], CHIEF)

    @precondition(lambda self: self.list_open())
    @rule(n=st.integers(0, 9))
    def accept(self, n: int) -> None:
        incident = self.pick(self.list_open(), n)
        made = self.picture.recommendations.get(incident.id)
        if made is not None:
            self.core.do(AcceptRecommendation(incident_id=incident.id, version=made.version), CHIEF)

    @precondition(lambda self: self.list_open())
    @rule(n=st.integers(0, 9))
    def plan_and_accept(self, n: int) -> None:
        """What a dispatcher does all day."""
        self.plan(self.pick(self.list_open(), n))
        self.accept(n)

    @precondition(lambda self: self.list_open() and self.picture.units)
    @rule(n=st.integers(0, 9), who=st.integers(0, 9))
    def queue(self, n: int, who: int) -> None:
        """The first unit from `who` on that is busy goes to an incident next."""
        units = [self.pick_unit(who + more) for more in range(len(self.picture.units))]
        busy = next((unit for unit in units if unit.assignment_id is not None), None)
        if busy is not None:
            incident = self.pick(self.list_open(), n)
            self.core.do(QueueUnit(incident_id=incident.id, unit_id=busy.id), CHIEF)
            self.plan(incident)

    @precondition(lambda self: self.list_open() and self.picture.units)
    @rule(
        n=st.integers(0, 9),
        who=st.integers(0, 9),
        how=st.sampled_from([DispatchUnits, QueueUnit, ReassignUnit]),
    )
    def override(self, n: int, who: int, how: type[Command]) -> None:
        incident, unit = self.pick(self.list_open(), n), self.pick_unit(who)
        fields = {"unit_ids": (unit.id,)} if how is DispatchUnits else {"unit_id": unit.id}
        before = unit.phase, unit.assignment_id
        refused = self.core.do(how(incident_id=incident.id, **fields), CHIEF)
        if how is ReassignUnit and before[0] in ABOARD and before[1] is not None:
            assert refused is not None

    @precondition(lambda self: self.picture.units)
    @rule(who=st.integers(0, 9), phase=st.sampled_from(sorted(Phase)))
    def report(self, who: int, phase: Phase) -> None:
        unit = self.pick_unit(who)
        if unit.assignment_id is None:
            self.core.do(
                SetUnitStatus(unit_id=unit.id, status_code=self.code(phase)), crew_of(unit.id, unit.agency_id)
            )
        else:
            command = ReportPhase(assignment_id=unit.assignment_id, status_code=self.code(phase))
            self.core.do(command, crew_of(unit.id, unit.agency_id))

    @precondition(lambda self: self.picture.units)
    @rule(who=st.integers(0, 9), what=st.sampled_from(["decline", "stand_down", "mayday", "mayday_end"]))
    def trouble(self, who: int, what: str) -> None:
        unit = self.pick_unit(who)
        on = unit.assignment_id or (unit.queued[0] if unit.queued else "none")
        commands: dict[str, Command] = {
            "decline": DeclineAssignment(assignment_id=on, reason="x"),
            "stand_down": StandDown(assignment_id=on, reason="x"),
            "mayday": CallMayday(unit_id=unit.id),
            "mayday_end": EndMayday(unit_id=unit.id, reason="x"),
        }
        self.core.do(commands[what], crew_of(unit.id, unit.agency_id) if what == "decline" else CHIEF)

    @precondition(lambda self: self.picture.units)
    @rule(who=st.integers(0, 9), more=st.integers(0, 9), off=st.booleans())
    def crew(self, who: int, more: int, off: bool) -> None:
        unit = self.pick_unit(who)
        if off:
            self.core.do(SignOffCrew(crew_id=f"crew-{unit.id}"), CHIEF)
            return
        others = [u.id for u in self.picture.units.values() if u.agency_id == unit.agency_id]
        both = tuple(dict.fromkeys((unit.id, others[more % len(others)])))
        self.core.do(SignOnCrew(crew_id=f"crew-{unit.id}", unit_ids=both, names=("a", "b")), CHIEF)

    @precondition(lambda self: self.picture.units)
    @rule(who=st.integers(0, 9), place=st.integers(0, 5), off=st.floats(0, 0.02))
    def drive(self, who: int, place: int, off: float) -> None:
        at = PLACES[place]
        self.seen[self.pick_unit(who).id] = UnitPosition(at.lon + off, at.lat, self.world.now)

    @rule(seconds=st.sampled_from([1, 16, 31, 61, 600, 4000]), roads=st.booleans())
    def wait(self, seconds: int, roads: bool) -> None:
        self.world.wait(seconds)
        self.core.do(RunTimers(), SYSTEM)
        self.roads.is_there = roads or seconds < 61

    @precondition(lambda self: self.list_open())
    @rule(n=st.integers(0, 9), stop=st.booleans())
    def by_itself(self, n: int, stop: bool) -> None:
        incident = self.pick(self.list_open(), n)
        made = self.picture.recommendations.get(incident.id)
        for leg in list(self.picture.legs_of(incident)) if made is not None else ():
            self.core.do(ArmAutomatic(leg_id=leg.id, version=made.version), SYSTEM)
        if stop:
            self.core.do(StopAutomatic(incident_id=incident.id), CHIEF)

    # ── what the centre does, and what is held of it ──

    @precondition(lambda self: self.list_open())
    @rule(n=st.integers(0, 9))
    def plan_one(self, n: int) -> None:
        self.plan(self.pick(self.list_open(), n))

    def plan(self, incident: Incident) -> None:
        """Plan an incident, and hold the plan to what is asked of it."""
        log, asked = len(self.world.log), len(self.roads.asked)
        self.loop.run_until_complete(self.reactors._plan(incident.id))
        for event, _ in self.world.log[log:]:
            assert event.TYPE == "recommendation.made"
            assert isinstance(event, RecommendationMade)
            hold_again(event)
        made = self.picture.recommendations.get(incident.id)
        if made is None:
            return
        self.hold_possible(incident, made)
        for request, answer in self.roads.asked[asked:]:
            hold_best(request, answer, self.random)
        self.loop.run_until_complete(self.reactors._plan(incident.id))
        assert self.picture.recommendations[incident.id].version == made.version, "planned again, changed"

    def hold_possible(self, incident: Incident, made: Recommendation) -> None:
        """Nobody twice, everybody able, every need told in full; and accepting it does what it says."""
        state, units = self.world.state, [p.unit_id for p in made.proposed]
        assert len(units) == len(set(units))
        served: Counter[str] = Counter(need_id for p in made.proposed for need_id in p.need_ids)
        missing = {m.need_id: m.missing for m in made.missing}
        replaced = [id_ for p in made.proposed for id_ in p.instead_of or ()]
        assert len(replaced) == len(set(replaced))
        assert all(state.assignments[id_].state == "queued" for id_ in replaced)
        wanted = {}
        for leg_id in incident.leg_ids:
            leg = state.legs[leg_id]
            for need, count in list_open_needs(state, leg, replaced):
                wanted[need.need_id] = (need, count, leg)
        assert set(served) | set(missing) <= set(wanted)
        for need_id, (need, count, _) in wanted.items():
            assert served[need_id] + missing.get(need_id, 0) == count, (need, made)
        for p in made.proposed:
            unit = state.units[p.unit_id]
            need, _, leg = wanted[p.need_id]
            assert unit.phase in (Phase.AVAILABLE, Phase.RETURNING)
            assert unit.assignment_id is None
            assert unit.mayday_at is None, "a crew in distress is sent nowhere"
            assert unit.agency_id == leg.agency_id
            assert p.capability in unit.capabilities
            assert p.capability in {need.capability, *(c for c, _ in need.substitutes)}
            assert not any(
                a.unit_id == unit.id and a.ended_how == "declined"
                for a in (state.assignments[a] for a in leg.assignment_ids)
            )
        if made.proposed:
            decide(
                state,
                AcceptRecommendation(incident_id=incident.id, version=made.version),
                self.meta(),
                self.book,
            )

    @rule()
    def look_beside(self) -> None:
        self.world.wait(16)
        log = len(self.world.log)
        self.loop.run_until_complete(self.suggester.look())
        for event, _ in self.world.log[log:]:
            assert isinstance(event, UnitsSuggested)
            assert choose_suggestions(event.weighed) == event.suggested
            incident = self.world.state.incidents[event.incident_id]
            units = [s.unit_id for s in event.suggested]
            assert len(units) == len(set(units))
            for s in event.suggested:
                unit = self.world.state.units[s.unit_id]
                current = self.world.state.assignments[unit.assignment_id or ""]
                assert unit.phase not in ABOARD | {Phase.ON_SCENE, Phase.STAGED}
                assert unit.mayday_at is None
                assert s.saves_s is None or s.saves_s > 60
                assert s.saves_s is None or (s.net_s or 0) > 0
                if s.kind == REASSIGN:
                    assert self.world.state.incidents[current.incident_id].priority > incident.priority
                    left = next(u.left_s for u in event.weighed.units if u.unit_id == s.unit_id)
                    assert left is not None
                    assert left > 60
                else:
                    assert s.kind == QUEUE

    @invariant()
    def nobody_is_sent_silently(self) -> None:
        """Whoever is sent was sent by a person, or by a countdown that nobody stopped."""
        if not hasattr(self, "core"):
            return
        for command, type_ in self.core.told:
            if type_ == "assignment.made":
                assert isinstance(command, (*BY_PERSONS, RunTimers)), command
            if isinstance(command, RecordRecommendation | RecordSuggestions):
                assert type_ in BESIDE, (command, type_)
        self.core.told.clear()

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        if not hasattr(self, "core"):
            return
        active = [a for a in self.world.state.assignments.values() if a.state == "active"]
        assert max(Counter(a.unit_id for a in active).values(), default=0) <= 1
        crews = [a.crew_id for a in active if a.crew_id]
        assert max(Counter(crews).values(), default=0) <= 1

    # ── small things ──

    def list_open(self) -> list[Incident]:
        return list(self.picture.open_incidents()) if hasattr(self, "picture") else []

    def pick(self, some: list[Incident], n: int) -> Incident:
        return some[n % len(some)]

    def pick_unit(self, n: int) -> Unit:
        ids = sorted(self.picture.units)
        return self.picture.units[ids[n % len(ids)]]

    def code(self, phase: Phase) -> str:
        return self.random.choice(["home", "road"]) if phase is Phase.AVAILABLE else phase.value

    def meta(self) -> Meta:
        now: datetime = self.world.now
        return Meta(
            command_id=self.world.new_id(), actor=CHIEF, occurred_at=now, received_at=now, now=now,
            source=TimeSource.SYSTEM,
        )  # fmt: skip


def test_in_whatever_order_it_happens_what_is_recommended_can_be_trusted() -> None:
    run(8, 25, 20261123)


def run(examples: int, steps: int, number: int) -> None:
    machine = seed(number)(AnyOrder)
    run_machine(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
            print_blob=False,
        ),
    )  # fmt: skip


if __name__ == "__main__":
    run(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
