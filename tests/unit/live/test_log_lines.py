"""What a line of the log tells of its event."""

import json
from datetime import UTC, datetime

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.domain.model.messages import Envelope
from dispatch.live.log_lines import Subject, draw_line, encode_line, find_subject
from tests.unit.live.rows import BODIES, OpenBook, row, seal

NOW = datetime(2026, 7, 12, 3, tzinfo=UTC)


def event(type_: str, payload: dict[str, object]) -> Envelope:
    """An event as it stands in the log."""
    return Envelope(
        centre_id="c", log_id="l", seq=7, epoch=1, command_id="k", type=type_, type_version=1, actor="a",
        agency="114", occurred_at=NOW, received_at=NOW, recorded_at=NOW,
        payload=msgspec.Raw(msgspec.json.encode(payload)),
    )  # fmt: skip


@settings(max_examples=40)
@given(BODIES, st.booleans(), st.booleans())
def test_a_line_sent_to_screens_is_the_line_that_files_and_replay_show(
    payload: dict[str, object], private: bool, own: bool
) -> None:
    told = event("unit.changed", payload | {"weighed": [1], "assignment_id": "a1"})
    governing = row("unit" if own else "incident", "u", 1, limited=("assignment_id", "absent"))
    subject = Subject(about=("unit", "u"), incident_id=None)
    opener = OpenBook() if private else None
    line = draw_line(told, subject, governing, opener)
    assert bytes(encode_line(told, subject, governing, opener)) == msgspec.json.encode(line)
    assert line.data.keys() == payload.keys() - {"weighed"} | {"assignment_id"}
    assert line.data["assignment_id"] == ("a1" if private or not own else None)


def test_sealed_values_are_opened_or_null_wherever_they_stand() -> None:
    told = event("report.received", {"phone": seal("0903"), "answers": [{"text": seal("x")}], "n": 1})
    subject, governing = Subject(about=("report", "r"), incident_id=None), row("report", "r", 1)
    opened = json.loads(bytes(encode_line(told, subject, governing, OpenBook())))["data"]
    assert opened == {"phone": "0903", "answers": [{"text": "x"}], "n": 1}
    closed = draw_line(told, subject, governing, None).data
    assert closed == {"phone": None, "answers": [{"text": None}], "n": 1}


def test_an_event_is_about_its_entity_and_the_incident_that_it_or_its_row_names() -> None:
    rows = {("leg", "l1"): row("leg", "l1", 1, {"incident_id": "i2"})}

    def about(type_: str, payload: dict[str, object]) -> tuple[tuple[str, str], str | None]:
        found = find_subject(event(type_, payload), lambda kind, id_: rows.get((kind, id_)))
        return found.about, found.incident_id

    assert about("leg.closed", {"leg_id": "l1"}) == (("leg", "l1"), "i2")
    assert about("leg.closed", {"leg_id": "l2"}) == (("leg", "l2"), None)
    assert about("incident.opened", {"incident_id": "i1", "leg_id": 5}) == (("incident", "i1"), "i1")
    made = {"recommendation": {"incident_id": "i1", "version": 2}}
    assert about("recommendation.made", made) == (("recommendation", "i1"), "i1")
    assert about("unknown.happened", {"unit_id": "u"}) == (("unknown", ""), None)
