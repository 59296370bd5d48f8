"""Where a free unit waits, from a typed line: ordered, accepted by radio, called off, undone."""

import msgspec
import pytest

from dispatch.domain.model.messages import Command
from dispatch.domain.model.move import AcceptMove, EndMove, Move, OrderMove
from dispatch.domain.model.values import LonLat
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.parse import parse
from dispatch.usecases.command_line.undo import compensate, record_act
from tests.unit.command_line.line_world import NOW, context

FREE = "CC-12"


def known(state: str, agencies: tuple[str, ...] = ("114",), **more: object) -> LineContext:
    """A unit that is to wait at the second station."""
    world = context()
    unit = world.units[world.call_signs[FREE]]
    move = Move(
        id="m1", agency_id=unit.agency_id, unit_id=unit.id, station_id="s2", station_name="Trạm hai",
        lon_lat=LonLat(106.7, 10.8), gain_s=40.0, freed=True, policy="default", state=state, proposed_at=NOW,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return msgspec.structs.replace(world, live_moves={unit.id: move}, agencies=agencies)


def fault_of(line: str, world: LineContext) -> str:
    """Why a line means nothing."""
    error = parse(line, world).error
    return error.code if error is not None else ""


@pytest.mark.parametrize(
    ("line", "state", "command"),
    [
        (f"CHO {FREE}", "proposed", OrderMove(move_id="m1")),
        (f"{FREE} cho", "proposed", OrderMove(move_id="m1")),
        (f"K {FREE}", "ordered", AcceptMove(move_id="m1")),
        (f"X {FREE} cần ở đây", "ordered", EndMove(move_id="m1", reason="cần ở đây")),
        (f"X {FREE}", "proposed", EndMove(move_id="m1")),
    ],
)
def test_a_line_orders_accepts_and_ends_it(line: str, state: str, command: Command) -> None:
    assert parse(line, known(state)).commands == (command,)


def test_the_echo_names_the_unit_and_where_it_is_to_wait() -> None:
    assert parse(f"CHO {FREE}", known("proposed")).echo.vi.startswith(f"{FREE} → Trạm hai")


def test_what_is_ordered_already_or_another_agencys_is_nothing_to_order() -> None:
    for world in (known("ordered"), known("proposed", ("115",)), context()):
        assert fault_of(f"CHO {FREE}", world) == "nothing_to_accept"
    assert fault_of(f"K {FREE}", known("ordered", accepted_at=NOW)) == "nothing_to_accept"


def test_undo_takes_the_order_back() -> None:
    world = known("proposed")
    reading = parse(f"CHO {FREE}", world)
    act = record_act(reading.commands, reading.echo, NOW, world)
    (undone,) = compensate(act, world) or ()
    assert isinstance(undone, EndMove)
    assert undone.move_id == "m1"
