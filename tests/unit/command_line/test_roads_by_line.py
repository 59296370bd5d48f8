"""Streets closed, flooded, slowed and opened again from a typed line."""

from datetime import timedelta

import msgspec
import pytest

from dispatch.domain.model.messages import Command
from dispatch.domain.model.road_condition import (
    ChangeRoadCondition,
    LiftRoadCondition,
    PutRoadCondition,
    RoadCondition,
)
from dispatch.domain.model.values import LonLat, Place
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.echo import name_command
from dispatch.usecases.command_line.parse import parse
from dispatch.usecases.command_line.undo import Act, compensate, record_act
from dispatch.usecases.picture import Picture
from tests.unit.command_line.line_world import FIRE, HEART, NOW, context

AT = LonLat(106.65, 10.77)
PLACED = msgspec.structs.replace(FIRE, place=Place(label="654/3 Lạc Long Quân", lon_lat=AT))
NOWHERE = msgspec.structs.replace(HEART, place=Place(heard="gần chợ"))
KNOWN = {i.id: i for i in (PLACED, NOWHERE)}
ROAD = RoadCondition(
    id="w3", number=3, kind="flood", form="point", lon_lats=(AT,), factor=1.0, depth_m=0.4, where="Âu Cơ",
    reason="triều cường", source="", by="x", agency_id="114", at=NOW, from_at=NOW, until=None,
    review_at=NOW + timedelta(hours=2), state="in_force", confirmed=True, version=7,
)  # fmt: skip


def known(**more: object) -> LineContext:
    return msgspec.structs.replace(context(incidents=KNOWN), **{"road_conditions": {"w3": ROAD}, **more})


def the_put(line: str, **more: object) -> PutRoadCondition:
    (command,) = parse(line, known(**more)).commands
    assert isinstance(command, PutRoadCondition)
    assert (command.form, command.lon_lats, command.where) == ("point", (AT,), "654/3 Lạc Long Quân")
    return command


@pytest.mark.parametrize(
    ("line", "kind", "figure", "reason"),
    [
        ("DONG 0457 cây đổ", "closed", (1.0, 0.0), "cây đổ"),
        ("0457 DONG", "closed", (1.0, 0.0), "đóng đường · 0457"),
        ("NGAP 0457 60 triều cường", "flood", (1.0, 0.6), "triều cường"),
        ("NGAP 0457 triều cường", "flood", (1.0, 0.4), "triều cường"),
        ("CHAM 0457 5", "slow", (5.0, 0.0), "đường chậm · 0457"),
        ("CHAM 0457 kẹt xe", "slow", (3.0, 0.0), "kẹt xe"),
    ],
)
def test_at_an_incident_the_line_is_enough(
    line: str, kind: str, figure: tuple[float, float], reason: str
) -> None:
    command = the_put(line)
    assert (command.kind, (command.factor, command.depth_m), command.reason) == (kind, figure, reason)


def test_alone_it_means_the_incident_on_the_screen() -> None:
    assert the_put("DONG", selected=FIRE.id).kind == "closed"


def test_the_echo_says_what_where_and_when_it_is_looked_at_again() -> None:
    echo = parse("NGAP 0457 60", known()).echo
    assert echo.vi.startswith("đường ngập 60 cm tại 0457 ")
    assert echo.vi.endswith(", xem lại lúc 20:42")


@pytest.mark.parametrize(
    ("verb", "kind"), [("DONG", "road_closed"), ("NGAP", "road_flood"), ("CHAM", "road_slow")]
)
def test_words_of_a_street_go_to_the_screen_which_finds_the_place(verb: str, kind: str) -> None:
    reading = parse(f"{verb} 40 Nguyễn Hữu Cảnh", known(selected=FIRE.id))
    assert reading.commands == ()
    assert reading.ui is not None
    assert (reading.ui.kind, reading.ui.text) == (kind, "40 Nguyễn Hữu Cảnh")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("NGAP 0457 0", "bad_figure"),
        ("NGAP 0457 2000", "bad_figure"),
        ("CHAM 0457 1", "bad_figure"),
        ("DONG 0512", "unplaced_incident"),
        ("MO", "missing_road"),
        ("MO cây đổ", "missing_road"),
        ("MO 4", "unknown_road"),
    ],
)
def test_what_cannot_be_done_is_said(line: str, code: str) -> None:
    renumbered = msgspec.structs.replace(NOWHERE, number="261122-0512")
    reading = parse(line, known(incidents={PLACED.id: PLACED, renumbered.id: renumbered}))
    assert reading.error is not None
    assert reading.error.code == code


def test_a_condition_is_lifted_by_its_number() -> None:
    reading = parse("MO 3 nước rút", known())
    assert reading.commands == (LiftRoadCondition(condition_id="w3", reason="nước rút"),)
    assert "Âu Cơ" in reading.echo.vi


def undone(line_or_command: Command, after: LineContext) -> tuple[Command, ...] | None:
    act: Act = record_act((line_or_command,), parse("", known()).echo, NOW, known())
    return compensate(act, after)


@pytest.mark.parametrize(
    ("line", "incident_id", "text"),
    [
        ("VUNG", None, ""),
        ("VUNG 0457", FIRE.id, ""),
        ("VUNG CC-12", None, "u-CC-12"),
        ("CC-12 VUNG", None, "u-CC-12"),
    ],
)
def test_reach_is_shown_of_a_unit_from_an_incident_or_of_all_that_are_free(
    line: str, incident_id: str | None, text: str
) -> None:
    ui = parse(line, known()).ui
    assert ui is not None
    assert (ui.kind, ui.incident_id, ui.text) == ("reach", incident_id, text)


def test_reach_of_two_units_at_once_is_refused() -> None:
    error = parse("VUNG CC-12 CC-20", known()).error
    assert error is not None
    assert (error.code, error.word) == ("unexpected_word", "CC-20")


def test_a_closure_is_undone_by_lifting_it_and_is_nothing_to_undo_once_it_is_over() -> None:
    put = the_put("DONG 0457")
    stands = msgspec.structs.replace(ROAD, id=put.condition_id)
    over = msgspec.structs.replace(stands, state="ended")
    lifting = undone(put, known(road_conditions={put.condition_id: stands}))
    assert lifting == (LiftRoadCondition(condition_id=put.condition_id, reason="hoàn tác / undo"),)
    assert undone(put, known(road_conditions={put.condition_id: over})) == ()


def test_what_would_be_undone_names_the_place_of_a_drawn_one_or_why_it_was_drawn() -> None:
    put = the_put("NGAP 0457 triều cường")
    nameless = msgspec.structs.replace(put, where="")
    names = [name_command(command, Picture(None)).vi for command in (put, nameless)]
    assert names == ["tình trạng đường 654/3 Lạc Long Quân", "tình trạng đường triều cường"]


def test_a_lift_is_undone_by_the_same_again() -> None:
    over = known(road_conditions={"w3": msgspec.structs.replace(ROAD, state="ended")})
    (again,) = undone(LiftRoadCondition(condition_id="w3", reason="nhầm"), over) or ()
    assert isinstance(again, PutRoadCondition)
    assert (again.kind, again.depth_m, again.lon_lats, again.review_at) == (
        "flood",
        0.4,
        (AT,),
        ROAD.review_at,
    )


def test_a_change_is_undone_to_what_stood_before() -> None:
    deeper = known(road_conditions={"w3": msgspec.structs.replace(ROAD, depth_m=0.9, version=9)})
    (back,) = undone(ChangeRoadCondition(condition_id="w3", seen=7, depth_m=0.9), deeper) or ()
    assert isinstance(back, ChangeRoadCondition)
    assert (back.seen, back.depth_m, back.review_at) == (9, 0.4, ROAD.review_at)
