"""Which cautions concern which incident: places that are one, the index, and what holds whatever is asked."""

import contextlib
from collections.abc import Mapping
from datetime import timedelta
from random import Random

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from dispatch.domain.kernel import freeze, thaw
from dispatch.domain.model.assignment import DispatchUnits, QueueUnit, ReportPhase
from dispatch.domain.model.caution import Caution, CautionKept, CautionWithdrawn, KeepCaution, WithdrawCaution
from dispatch.domain.model.desk import RunTimers
from dispatch.domain.model.incident import (
    ChangePlace,
    MergeIncidents,
    NoteAdded,
    OpenIncident,
    ReopenLeg,
)
from dispatch.domain.model.messages import Command, Refused
from dispatch.domain.model.recall import CancelIncident
from dispatch.domain.model.report import AttachReport, ReceiveReport
from dispatch.domain.model.values import LonLat, Place, Sealed
from dispatch.domain.rules.standing import (
    SAME_NAME_M,
    SAME_PLACE_M,
    concerns,
    is_same_place,
    is_standing,
    list_callers,
    list_cautions,
    note_caution,
)
from dispatch.domain.state import CentreState
from tests.unit.domain.world import CHIEF, START, make_world, sealed

HOUSE = Place(label="12 Lê Lợi", ward_code="1", lon_lat=LonLat(106.70, 10.77))
M = 1 / 111_195
"""One metre of latitude, in degrees."""


def moved(place: Place, metres: float, **more: str) -> Place:
    assert place.lon_lat is not None
    lon_lat = LonLat(place.lon_lat.lon, place.lon_lat.lat + metres * M)
    return Place(
        lon_lat=lon_lat,
        label=more.get("label", place.label),
        ward_code=more.get("ward_code", place.ward_code),
    )


@pytest.mark.parametrize(
    ("place", "same"),
    [
        (moved(HOUSE, SAME_PLACE_M - 1, label="cổng sau"), True),
        (moved(HOUSE, SAME_PLACE_M + 1, label="14 Lê Lợi"), False),
        (moved(HOUSE, SAME_NAME_M - 1), True),
        (moved(HOUSE, SAME_NAME_M + 1), False),
        (moved(HOUSE, SAME_PLACE_M + 1, ward_code="2"), False),
        (Place(label=HOUSE.label, ward_code=HOUSE.ward_code), False),
    ],
)
def test_a_place_is_the_same_very_near_or_by_name_nearby(place: Place, same: bool) -> None:
    assert is_same_place(HOUSE, place) is same
    assert is_same_place(place, HOUSE) is same


def test_places_without_a_name_are_not_the_same_by_it() -> None:
    assert not is_same_place(moved(HOUSE, 0, label=""), moved(HOUSE, SAME_PLACE_M + 1, label=""))


PLACES = st.builds(
    lambda x, y, label: Place(label=label, ward_code="1", lon_lat=LonLat(106.7 + x * M, 10.77 + y * M)),
    st.floats(-700, 700),
    st.floats(-700, 700),
    st.sampled_from(["", "12 Lê Lợi"]),
)
CALLERS = st.sampled_from(["A", "B", "C"])


@st.composite
def cautions(draw: st.DrawFn) -> Caution:
    """About a place or a number, some over."""
    place = draw(st.none() | PLACES)
    return Caution(
        id=f"c{draw(st.integers(0, 10**9))}",
        scope="number" if place is None else "place",
        text=sealed("x"),
        source="",
        by="a",
        at=START,
        expires_at=START + timedelta(seconds=draw(st.sampled_from([-1, 0, 1]))),
        learnt_in="260712-0001",
        place=place,
        caller=draw(CALLERS) if place is None else "",
        test=draw(st.booleans()),
    )


@settings(deadline=None)
@given(
    kept=st.lists(cautions(), max_size=20, unique_by=lambda caution: caution.id),
    gone=st.sets(st.integers(0, 19)),
    place=PLACES | st.just(Place()),
    callers=st.lists(CALLERS, max_size=2),
    test=st.booleans(),
)
def test_the_index_finds_what_a_walk_over_all_finds(
    kept: list[Caution], gone: set[int], place: Place, callers: list[str], test: bool
) -> None:
    state = CentreState()
    for n, caution in enumerate(kept):
        state.cautions[caution.id] = caution
        note_caution(state, caution)
        if n in gone:
            caution.withdrawn_at = START
            note_caution(state, caution)
    walked = {c.id for c in kept if is_standing(c, START) and concerns(c, place, callers, test=test)}
    found = list_cautions(thaw(freeze(state)), place, callers, START, test=test)
    assert [c.id for c in found] == sorted(walked)


class Life:
    """Incidents at a few places from a few numbers, and cautions about them, in any order."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.world = make_world()
        self.made = 0
        self.steps = (
            self.open, self.open, self.keep, self.keep, self.withdraw, self.move, self.attach, self.merge,
            self.send, self.send, self.queue, self.clear, self.cancel, self.reopen, self.wait,
        )  # fmt: skip

    def step(self) -> None:
        """One thing that somebody does, or is refused."""
        with contextlib.suppress(Refused):
            self.world.do(self.random.choice(self.steps)(), CHIEF)

    def new_id(self) -> str:
        self.made += 1
        return f"n{self.made}"

    def any_of(self, table: Mapping[str, object]) -> str:
        return self.random.choice([*table][-6:] or ["none"])

    def place(self) -> Place:
        return self.random.choice([HOUSE, moved(HOUSE, 20, label="cổng"), moved(HOUSE, 150), Place()])

    def tell(self) -> str:
        report_id = self.new_id()
        phone = Sealed(subject=self.random.choice("AB"), box="x")
        report = ReceiveReport(
            report_id=report_id, receipt_code="A", channel="phone", agency_id="114", subject="s", phone=phone
        )
        self.world.do(report, CHIEF)
        return report_id

    def open(self) -> Command:
        report_id = self.random.choice([None, self.tell()])
        return OpenIncident(
            incident_id=self.new_id(), type_code="fire", subject="s", place=self.place(), report_id=report_id
        )

    def keep(self) -> Command:
        return KeepCaution(
            caution_id=self.new_id(),
            incident_id=self.any_of(self.world.state.incidents),
            scope=self.random.choice(["place", "number"]),
            text=Sealed(subject=self.random.choice("AB"), box="x"),
            source="",
            expires_at=self.world.now + timedelta(seconds=self.random.choice([50, 5000])),
        )

    def withdraw(self) -> Command:
        return WithdrawCaution(caution_id=self.any_of(self.world.state.cautions), reason="x")

    def move(self) -> Command:
        id_ = self.any_of(self.world.state.incidents)
        return ChangePlace(incident_id=id_, place=self.place(), seen=self.world.state.seq)

    def attach(self) -> Command:
        return AttachReport(report_id=self.tell(), incident_id=self.any_of(self.world.state.incidents))

    def merge(self) -> Command:
        incidents = self.world.state.incidents
        return MergeIncidents(incident_id=self.any_of(incidents), into=self.any_of(incidents))

    def send(self) -> Command:
        unit_id = self.random.choice(["e1", "e2", "e3", "a1", "a2"])
        return DispatchUnits(incident_id=self.any_of(self.world.state.incidents), unit_ids=(unit_id,))

    def queue(self) -> Command:
        unit_id = self.random.choice(["e1", "e2", "e3"])
        return QueueUnit(incident_id=self.any_of(self.world.state.incidents), unit_id=unit_id)

    def clear(self) -> Command:
        return ReportPhase(assignment_id=self.any_of(self.world.state.assignments), status_code="home")

    def cancel(self) -> Command:
        return CancelIncident(incident_id=self.any_of(self.world.state.incidents), reason="x")

    def reopen(self) -> Command:
        return ReopenLeg(leg_id=self.any_of(self.world.state.legs))

    def wait(self) -> Command:
        self.world.wait(self.random.choice([1, 60]))
        return RunTimers()

    def every_open_incident_has_all_that_concerns_it_once(self) -> None:
        state = self.world.state
        for incident in state.incidents.values():
            ids = [note.note_id for note in incident.notes]
            assert len(ids) == len(set(ids))
            if incident.state != "open":
                continue
            callers = list_callers(state, incident)
            for caution in state.cautions.values():
                if is_standing(caution, self.world.now) and concerns(
                    caution, incident.place, callers, test=False
                ):
                    assert caution.id in ids

    def every_unit_on_its_way_was_told_once(self) -> None:
        state = self.world.state
        for assignment in state.assignments.values():
            told = [update.new for update in assignment.updates if update.kind == "caution"]
            assert len(told) == len(set(told))
            notes = state.incidents[assignment.incident_id].notes
            live = {n.note_id for n in notes if n.expires_at is not None and n.expires_at > self.world.now}
            if assignment.state == "active":
                assert live <= set(told)

    def none_was_brought_after_its_end(self) -> None:
        ends = {}
        for event, recorded in self.world.log:
            if isinstance(event, CautionKept):
                ends[event.caution_id] = event.expires_at
            elif isinstance(event, CautionWithdrawn):
                ends[event.caution_id] = recorded.recorded_at
            elif isinstance(event, NoteAdded):
                assert recorded.recorded_at < ends[event.note_id]


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(seed=st.integers(0, 2**32))
@example(seed=1)
@example(seed=40823)
def test_whatever_is_done_each_caution_is_where_it_concerns_once_and_never_after_its_end(seed: int) -> None:
    life = Life(seed)
    for _ in range(120):
        life.step()
        life.every_open_incident_has_all_that_concerns_it_once()
        life.every_unit_on_its_way_was_told_once()
    life.none_was_brought_after_its_end()
