"""What concerns a unit, in which order, and how far a report has come."""

from dispatch.live.reports import ReportIndex
from dispatch.live.units import UnitIndex
from tests.unit.live.rows import row


def unit(unit_id: str, station_id: str = "s1") -> dict[str, object]:
    """A unit's body."""
    return {"station_id": station_id, "crew_id": None}


def assignment(state: str = "active", **more: object) -> dict[str, object]:
    """An assignment's body."""
    return {"unit_id": "u1", "incident_id": "i1", "leg_id": "i1-4", "state": state, "times": {}} | more


def delivery(n: int, done: bool = False) -> dict[str, object]:
    """A delivery's body."""
    return {"unit_id": "u1", "n": n, "kind": "update", "assignment_id": "a1", "update_n": n - 1, "done": done}


def report(**more: object) -> dict[str, object]:
    """A report's body."""
    body: dict[str, object] = {"receipt_code": "R", "status": "waiting", "device": "d1"}
    return body | {"received_at": "2026-07-12T03:00:00Z"} | more


def test_an_outbox_is_in_the_order_of_its_numbers_and_without_what_was_received() -> None:
    index = UnitIndex()
    index.take([row("delivery", f"d{n}", n, delivery(n)) for n in (3, 1, 2)])
    assert [item.n for item in index.list_outbox("u1")] == [1, 2, 3]
    index.take([row("delivery", "d2", 9, delivery(2, done=True))])
    assert [item.n for item in index.list_outbox("u1")] == [1, 3]
    index.take([], [("delivery", "d1")])
    assert [item.n for item in index.list_outbox("u1")] == [3]


def test_a_change_of_an_incident_concerns_the_units_on_it_until_their_assignment_ends() -> None:
    index = UnitIndex()
    index.take([row("unit", "u1", 1, unit("u1")), row("assignment", "a1", 2, assignment())])
    assert index.take([row("incident", "i1", 3)]) == {"u1": {("incident", "i1")}}
    for leg_id in ("i1-4", "i1-5"):
        assert index.take([row("leg", leg_id, 4, {"incident_id": "i1"})]) == {"u1": {("leg", leg_id)}}
    assert index.find_active("u1") == "a1"
    index.take([row("assignment", "a1", 6, assignment("ended"))])
    assert index.take([row("incident", "i1", 7)]) == {}
    assert index.find_active("u1") is None


def test_a_unit_keeps_its_active_assignment_when_an_older_one_of_it_changes_or_goes() -> None:
    index = UnitIndex()
    index.take([row("assignment", "a1", 1, assignment())])
    index.take([row("assignment", "a1", 2, assignment("ended"))])
    index.take([row("assignment", "a2", 3, assignment() | {"id": "a2"})])
    index.take([row("assignment", "a1", 4, assignment("ended"))])
    assert index.find_active("u1") == "a2"
    index.take([], [("assignment", "a1")])
    assert index.find_active("u1") == "a2"
    index.take([], [("assignment", "a2")])
    assert index.find_active("u1") is None


def test_what_callers_said_concerns_the_units_on_their_incident_and_moves_with_it() -> None:
    index = UnitIndex()
    index.take([row("unit", "u1", 1, unit("u1")), row("assignment", "a1", 2, assignment())])
    assert index.take([row("report", "r1", 3, report())]) == {}
    assert index.take([row("report", "r1", 4, report(incident_id="i1"))]) == {"u1": {("report", "r1")}}
    assert ("report", "r1") in index.list_rows_of("u1")
    assert index.take([row("report", "r1", 5, report(incident_id="i2"))]) == {"u1": {("report", "r1")}}
    assert ("report", "r1") not in index.list_rows_of("u1")


def test_with_a_new_assignment_comes_all_that_belongs_to_its_incident() -> None:
    index = UnitIndex()
    leg = row("leg", "i1-4", 1, {"incident_id": "i1"})
    index.take([row("unit", "u1", 1, unit("u1")), leg, row("report", "r1", 2, report(incident_id="i1"))])
    first = index.take([row("assignment", "a1", 3, assignment())])
    assert first == {"u1": {("assignment", "a1"), ("incident", "i1"), ("leg", "i1-4"), ("report", "r1")}}
    assert index.take([row("assignment", "a1", 4, assignment())]) == {"u1": {("assignment", "a1")}}


def test_a_crew_concerns_every_unit_it_mans() -> None:
    index = UnitIndex()
    assert index.take([row("crew", "c1", 1, {"unit_ids": ["u1", "u2"]})]) == {
        "u1": {("crew", "c1")},
        "u2": {("crew", "c1")},
    }


def test_a_unit_that_moves_belongs_to_its_new_station_only() -> None:
    index = UnitIndex()
    index.take([row("unit", "u1", 1, unit("u1", "s1"))])
    index.take([row("unit", "u1", 2, unit("u1", "s2"))])
    assert index.list_units(None, "s1") == set()
    assert index.list_units(None, "s2") == {"u1"}


def test_a_report_goes_through_its_stages_and_tells_its_device_each_time() -> None:
    units = UnitIndex()
    index = ReportIndex(units)
    steps = (
        ([row("report", "r1", 1, report())], "received"),
        ([row("report", "r1", 2, report(opened_at="2026-07-12T03:00:09Z"))], "opened"),
        (
            [
                row("incident", "i1", 3, {"state": "open"}),
                row("report", "r1", 3, report(status="attached", incident_id="i1")),
            ],
            "accepted",
        ),
        ([row("assignment", "a1", 4, assignment())], "sent"),
        ([row("assignment", "a1", 5, assignment(times={"on_scene": {}}))], "on_scene"),
        ([row("incident", "i1", 6, {"state": "closed"})], "closed"),
    )
    for rows, stage in steps:
        units.take(rows)
        assert index.take(rows) == {"d1": {"r1"}}
        found = index.find_by_receipt("R")
        assert found is not None
        assert index.find_stage(found) == stage
    index.take([row("report", "r1", 7, report(status="ended"))])
    ended = index.find_by_receipt("R")
    assert ended is not None
    assert index.find_stage(ended) == "ended"
