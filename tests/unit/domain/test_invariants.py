"""Whatever is asked, in whatever order and by whomever, the centre stays in order."""

from collections import Counter
from datetime import timedelta
from random import Random

import msgspec
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from dispatch.domain.kernel import (
    StateHasher,
    apply,
    decide,
    decode_command,
    decode_event,
    freeze,
    next_timer,
    state_hash,
    thaw,
)
from dispatch.domain.model.assignment import AcceptRecommendation
from dispatch.domain.model.automatic import ArmAutomatic
from dispatch.domain.model.desk import RunTimers
from dispatch.domain.model.messages import Actor, Command, Envelope, Meta, Refused
from dispatch.domain.rows import ROW_KINDS, project
from dispatch.domain.rules.automatic_limits import get_countdown
from dispatch.domain.rules.ending import is_known_to_crew
from dispatch.domain.state import CentreState, get_table
from tests.unit.domain.anything import draw_actor, draw_command, draw_recommendation
from tests.unit.domain.world import BOOK, CHIEF, SYSTEM, World, make_world

LEGAL = {"requested", "seen", "pending", "active", "closed", "refused"}


class Shift:
    """A small centre on which a seeded stream of commands is tried, checked after each of them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.world = make_world()
        self.hasher = StateHasher(self.world.state)
        self.world.state.touched.clear()
        self.outboxes: dict[str, list[int]] = {}
        self.rows = {
            (kind, id_): project(self.world.state, kind, id_)
            for kind in ROW_KINDS
            for id_ in get_table(self.world.state, kind)
        }

    def step(self) -> None:
        """Somebody asks anything, or a plan is made and accepted, or time passes."""
        random = self.random
        luck = random.random()
        if luck < 0.75:
            command = draw_command(self.world, random)
            self.ask(command, draw_actor(command, random), random.choice([0, 0, 3, 600, -5]))
        elif luck < 0.85:
            self.plan_and_accept()
        else:
            self.world.wait(random.choice([1, 1, 1, 11, 11, 31, 31, 150, 150, 4000, 90_000]))
            self.ask(RunTimers(), SYSTEM)

    def plan_and_accept(self) -> None:
        """What a dispatcher does all day."""
        planned = draw_recommendation(self.world, self.random)
        self.ask(planned, SYSTEM)
        made = self.world.state.recommendations.get(planned.incident_id)
        if made is not None and self.random.random() < 0.3:
            for leg_id in sorted({p.leg_id for p in made.proposed}):
                self.ask(ArmAutomatic(leg_id=leg_id, version=made.version), SYSTEM)
        elif made is not None:
            self.ask(AcceptRecommendation(incident_id=made.incident_id, version=made.version), CHIEF)

    def ask(self, command: Command, actor: Actor, ago: int = 0) -> None:
        """Decide without changing anything, then apply, or be refused without a trace."""
        world = self.world
        now = world.now
        meta = Meta(
            command_id=world.new_id(),
            actor=actor,
            occurred_at=now - timedelta(seconds=ago),
            received_at=now,
            now=now,
        )
        before = msgspec.msgpack.encode(world.state)
        encoded = msgspec.json.encode(command)
        try:
            decision = decide(world.state, command, meta, BOOK)
        except Refused as refused:
            msgspec.json.encode(refused.data)
            decision = None
        assert msgspec.msgpack.encode(world.state) == before, "deciding changes nothing"
        if decision is None:
            return
        assert decode_command(encoded) == command
        msgspec.json.encode(decision.answer)
        for event in decision.events:
            world.apply(event, meta)
        self.follow()

    def follow(self) -> None:
        """Do what the writer does after a commit: hashes and rows of what was touched."""
        state = self.world.state
        self.hasher.update(state.touched)
        new = sorted(n for kind, n in state.touched if kind == "delivery" and (kind, n) not in self.rows)
        for delivery_id in sorted(new, key=lambda d: int(d.split("/")[1])):
            unit_id, n = delivery_id.split("/")
            self.outboxes.setdefault(unit_id, []).append(int(n))
        for kind, id_ in state.touched:
            before, after = self.rows.get((kind, id_)), project(state, kind, id_)
            if before is not None and after is not None and before != after:
                assert after.version > before.version, (kind, id_)
            self.rows[kind, id_] = after
        state.touched.clear()

    def sent_to(self, unit_id: str) -> list[int]:
        """The numbers of everything ever put into a unit's outbox, in the order it was put there."""
        return self.outboxes.get(unit_id, [])

    def units_and_crews_have_one_active_assignment_each(self) -> None:
        state = self.world.state
        active = [a for a in state.assignments.values() if a.state == "active"]
        assert max(Counter(a.unit_id for a in active).values(), default=0) <= 1
        assert max(Counter(a.crew_id for a in active if a.crew_id).values(), default=0) <= 1
        assert {a.unit_id: a.id for a in active} == {
            u.id: u.assignment_id for u in state.units.values() if u.assignment_id is not None
        }
        queued = {a.id for a in state.assignments.values() if a.state == "queued"}
        assert queued == {a for u in state.units.values() for a in u.queued}
        assert all(u.assignment_id for u in state.units.values() if u.queued)
        committed = {
            c.id: c.committed_assignment_id for c in state.crews.values() if c.committed_assignment_id
        }
        assert committed == {a.crew_id: a.id for a in active if a.crew_id}

    def a_unit_has_at_most_one_move_and_none_on_an_assignment(self) -> None:
        state = self.world.state
        live = [m for m in state.moves.values() if m.state != "ended"]
        assert state.live_moves == {m.unit_id: m.id for m in live}
        assert len(live) == len(state.live_moves)
        crews = Counter(state.units[m.unit_id].crew_id for m in live)
        assert all(n == 1 for crew_id, n in crews.items() if crew_id is not None)
        for move in live:
            unit = state.units[move.unit_id]
            assert unit.assignment_id is None
            assert unit.phase in ("available", "returning")
            crew = state.crews.get(unit.crew_id or "")
            assert crew is None or crew.committed_assignment_id is None
        for move in state.moves.values():
            waiting = [d for d in state.deliveries_of.get(move.id, ()) if not state.deliveries[d].done]
            told = move.received_at is not None or move.accepted_at is not None
            assert len(waiting) == int(move.state == "ordered" and not told)

    def legs_and_incidents_agree_with_what_is_on_them(self) -> None:
        state = self.world.state
        for leg in state.legs.values():
            manned = any(state.assignments[a].state == "active" for a in leg.assignment_ids)
            living = any(state.assignments[a].state != "ended" for a in leg.assignment_ids)
            assert leg.state in LEGAL
            assert leg.state == "active" or not manned
            assert leg.state not in ("closed", "refused") or not living
            assert leg.state != "seen", "what is seen waits for a unit"
        for incident in state.incidents.values():
            over = all(state.legs[leg_id].state in ("closed", "refused") for leg_id in incident.leg_ids)
            assert over == (incident.state != "open")
        for report in state.reports.values():
            incident_or_none = state.incidents.get(report.incident_id or "")
            assert (report.status == "attached") == (incident_or_none is not None)
            assert incident_or_none is None or report.id in incident_or_none.report_ids

    def numbers_are_unique_and_deliveries_have_no_gap(self) -> None:
        state = self.world.state
        numbers = [incident.number for incident in state.incidents.values()]
        assert len(numbers) == len(set(numbers))
        for unit in state.units.values():
            ns = sorted(d.n for d in state.deliveries.values() if d.unit_id == unit.id)
            assert len(ns) == len(set(ns))
            assert self.sent_to(unit.id) == list(range(1, unit.delivery_n + 1))
        for assignment in state.assignments.values():
            assert [u.n for u in assignment.updates] == list(range(1, len(assignment.updates) + 1))
            waiting = [
                state.deliveries[d]
                for d in state.deliveries_of.get(assignment.id, ())
                if not state.deliveries[d].done
            ]
            if assignment.state == "active" and not is_known_to_crew(assignment):
                assert any(d.kind == "assignment" for d in waiting)

    def indexes_follow_from_the_entities(self) -> None:
        state = self.world.state
        assert state.call_signs == {u.call_sign: u.id for u in state.units.values()}
        about = {(f"{a.about[0]}/{a.about[1]}", a.id) for a in state.alerts.values()}
        assert about == {(key, a) for key, ids in state.alerts_about.items() for a in ids}
        kinds = Counter((a.kind, a.about) for a in state.alerts.values() if a.kind != "declined")
        assert max(kinds.values(), default=0) <= 1, "one condition, one alert"
        listed = {(digits, i) for digits, ids in state.numbers.items() for i in ids}
        assert listed == {(i.number[-4:], i.id) for i in state.incidents.values()}
        assert {d for ids in state.deliveries_of.values() for d in ids} == set(state.deliveries)
        counting = [leg for leg in state.legs.values() if (c := get_countdown(leg)) and c.state == "armed"]
        assert state.armed == {leg.id for leg in counting}
        assert not any(leg.assignment_ids or leg.state == "closed" for leg in counting)
        kept = {c.id for c in state.cautions.values() if c.withdrawn_at is None}
        indexed = [*state.cautions_near.values(), *state.cautions_of.values()]
        assert sorted(c for ids in indexed for c in ids) == sorted(kept)

    def restricted_cautions_are_told_behind_closed_doors_alone(self) -> None:
        for incident in self.world.state.incidents.values():
            for note in incident.notes:
                caution = self.world.state.cautions.get(note.note_id)
                if caution is None or not caution.only_for or incident.number == caution.learnt_in:
                    continue
                assert (note.text is None) == (note.ask == caution.only_for)
                assert note.text is None or incident.restricted

    def the_next_timer_is_exact(self) -> None:
        world = self.world
        at = next_timer(world.state, world.now)
        meta = Meta(command_id="t", actor=SYSTEM, occurred_at=world.now, received_at=world.now, now=world.now)
        now_due = decide(world.state, RunTimers(), meta, BOOK).events
        assert bool(now_due) == (at is not None and at <= world.now)
        if at is not None and at > world.now:
            early = msgspec.structs.replace(meta, now=at - timedelta(microseconds=1))
            assert not decide(world.state, RunTimers(), early, BOOK).events
            on_time = msgspec.structs.replace(meta, now=at)
            assert decide(world.state, RunTimers(), on_time, BOOK).events

    def touched_tells_all_that_changed(self) -> None:
        state = self.world.state
        assert self.hasher.hexdigest() == state_hash(state)
        for kind in ROW_KINDS:
            for id_ in get_table(state, kind):
                assert self.rows[kind, id_] == project(state, kind, id_), (kind, id_)

    def check(self) -> None:
        """Everything that must hold after any command."""
        self.units_and_crews_have_one_active_assignment_each()
        self.a_unit_has_at_most_one_move_and_none_on_an_assignment()
        self.legs_and_incidents_agree_with_what_is_on_them()
        self.numbers_are_unique_and_deliveries_have_no_gap()
        self.indexes_follow_from_the_entities()
        self.restricted_cautions_are_told_behind_closed_doors_alone()
        self.the_next_timer_is_exact()
        self.touched_tells_all_that_changed()


def replay(world: World) -> CentreState:
    """The log folded again, from the bytes as they are stored."""
    state = CentreState()
    for _, recorded in world.log:
        envelope = msgspec.json.decode(msgspec.json.encode(recorded), type=Envelope)
        apply(state, decode_event(envelope.type, envelope.type_version, envelope.payload), envelope)
    return state


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(seed=st.integers(0, 2**32))
@example(seed=1)
def test_any_sequence_of_commands_keeps_the_centre_in_order(seed: int) -> None:
    """A failure names its seed; the log replayed, and a snapshot taken up, give the same state."""
    shift = Shift(seed)
    for _ in range(150):
        shift.step()
        shift.check()
    expected = state_hash(shift.world.state)
    assert state_hash(replay(shift.world)) == expected
    assert state_hash(thaw(freeze(shift.world.state))) == expected
