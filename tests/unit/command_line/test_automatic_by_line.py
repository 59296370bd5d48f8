"""THOI stops what counts down on an incident, and says so where nothing does."""

import msgspec
import pytest

from dispatch.domain.model.automatic import Countdown, StopAutomatic
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.parse import parse
from dispatch.usecases.command_line.undo import compensate, record_act
from tests.unit.command_line.line_world import NOW, context


def counting(state: str = "armed") -> LineContext:
    """The first leg of 0457 counts down, or did."""
    world = context()
    incident = next(i for i in world.incidents.values() if i.number.endswith("0457"))
    leg = world.legs[incident.leg_ids[0]]
    unit_id = world.call_signs["CC-12"]
    leg.automatic = Countdown(
        state=state, version=1, unit_ids=(unit_id,), countdown_s=20, armed_at=NOW, fires_at=NOW
    )
    return msgspec.structs.replace(world, agencies=(leg.agency_id,))


@pytest.mark.parametrize("line", ["THOI 0457", "0457 thoi", "THOI 0457-4"])
def test_a_line_stops_it_and_names_the_units(line: str) -> None:
    reading = parse(line, counting())
    (command,) = reading.commands
    assert isinstance(command, StopAutomatic)
    assert len(command.leg_ids) == 1
    assert "CC-12" in reading.echo.vi


@pytest.mark.parametrize("state", ["stopped", "sent"])
def test_where_nothing_counts_down_it_says_so(state: str) -> None:
    error = parse("THOI 0457", counting(state)).error
    assert error is not None
    assert error.code == "nothing_counts_down"


def test_it_is_for_good_and_cannot_be_undone() -> None:
    world = counting()
    reading = parse("THOI 0457", world)
    act = record_act(reading.commands, reading.echo, NOW, world)
    assert compensate(act, world) is None
