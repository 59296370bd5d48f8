"""Holding an incident back, and the kinds of notes, from a typed line."""

from datetime import timedelta

import pytest

from dispatch.domain.model.hold import EndHold, HoldIncident
from dispatch.usecases.command_line.parse import parse
from tests.unit.command_line.line_world import FIRE, HEART, NOW, context, incident

WAITING = incident("261122-0512", "fire_market", "114", "chợ", priority=3)
LATER = {i.id: i for i in (FIRE, HEART, WAITING)}


def test_a_hold_ends_so_many_minutes_from_now_with_its_reason() -> None:
    reading = parse("HO 0512 10 chờ cảnh sát", context(incidents=LATER))
    until = NOW + timedelta(minutes=10)
    assert reading.commands == (HoldIncident(incident_id=WAITING.id, until=until, reason="chờ cảnh sát"),)
    assert reading.echo.vi.endswith("giữ lại, xem lại lúc 18:52 · chờ cảnh sát")


def test_no_minutes_end_a_hold() -> None:
    assert parse("HO 0512 0", context(incidents=LATER)).commands == (EndHold(incident_id=WAITING.id),)


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        (". 0457 cổng sau khóa", "note", "cổng sau khóa"),
        (". 0457 ! bình gas tầng trệt", "caution", "bình gas tầng trệt"),
        (".!bình gas", "caution", "bình gas"),
        (". 0457 # 2 người tầng 3", "trapped", "2 người tầng 3"),
        (". 0457 > hẻm 3,2 m", "access", "hẻm 3,2 m"),
    ],
)
def test_the_first_mark_of_a_note_says_what_kind_it_is(line: str, kind: str, text: str) -> None:
    note = parse(line, context(selected=FIRE.id)).note
    assert note is not None
    assert (note.incident_id, note.kind, note.text) == (FIRE.id, kind, text)
