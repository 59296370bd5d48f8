"""CHIA: how many patients of which class, and what their crews are proposed, from a typed line."""

from typing import Any

import msgspec
import pytest

from dispatch.domain.model.hospital import Hospital
from dispatch.domain.model.spread import PatientPlace, PatientSpread, SpreadPatients
from dispatch.domain.model.values import LonLat
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.parse import parse
from tests.unit.command_line.line_world import EARLIER, FIRE, NOW, assignment, context, unit

PLACES = (
    PatientPlace(triage="red", hospital_id="r", name="Chợ Rẫy", count=1),
    PatientPlace(triage="green", hospital_id="n", name="Nhân dân 115", count=4),
)


def world(*places: PatientPlace) -> LineContext:
    """Two ambulances on the fire, and what was spread there."""
    crews = [
        msgspec.structs.replace(unit(sign, "115"), vehicle_class="ambulance") for sign in ("HS-1", "HS-2")
    ]
    known = context(*crews)
    spread: Any = PatientSpread(places=places, by="d", at=EARLIER) if places else msgspec.UNSET
    fire = msgspec.structs.replace(FIRE, spread=spread)
    made = {a.id: a for a in (assignment(crew, fire) for crew in crews)}
    hospitals = {
        p.hospital_id: Hospital(id=p.hospital_id, name=p.name, lon_lat=LonLat(106.6, 10.7), capabilities=())
        for p in PLACES
    }
    return msgspec.structs.replace(
        known,
        incidents={**known.incidents, fire.id: fire},
        assignments={**known.assignments, **made},
        hospitals=hospitals,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("CHIA 0457 3 5 10", (3, 5, 10)),
        ("0457 chia 3 5 10", (3, 5, 10)),
        ("CHIA 0457 3", (3, 0, 0)),
        ("CHIA 0457 0 0 500", (0, 0, 500)),
    ],
)
def test_a_line_counts_red_yellow_and_green(line: str, counts: tuple[int, int, int]) -> None:
    reading = parse(line, world())
    red, yellow, green = counts
    expected = SpreadPatients(incident_id=FIRE.id, red=red, yellow=yellow, green=green)
    assert reading.commands == (expected,)
    assert f"{counts[0]} đỏ" in reading.echo.vi or not red


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("CHIA 0457", "missing_patients"),
        ("CHIA 0457 0", "nothing_spread"),
        ("CHIA 0457 0 0 0", "nothing_spread"),
        ("CHIA 0457 501", "bad_patients"),
        ("CHIA 0457 300 300", "bad_patients"),
        ("CHIA 0457 1 2 3 4", "bad_patients"),
        ("CHIA 0457 ba", "bad_patients"),
        ("CHIA 0457 99999999999999999999", "bad_patients"),
        ("CHIA 3 5", "missing_incident"),
    ],
)
def test_what_is_no_count_of_patients_is_said(line: str, code: str) -> None:
    error = parse(line, world()).error
    assert error is not None
    assert error.code == code


def test_a_zero_takes_a_spread_back() -> None:
    reading = parse("CHIA 0457 0", world(*PLACES))
    assert reading.commands == (SpreadPatients(incident_id=FIRE.id),)
    assert "bỏ phân bổ" in reading.echo.vi


def test_without_figures_every_crew_is_shown_its_place_as_a_line_that_chooses_it() -> None:
    known = world(*PLACES)
    choices = parse("CHIA 0457", known).choices
    assert [c.echo.vi for c in choices] == ["HS-1 · đỏ → Chợ Rẫy", "HS-2 · xanh → Nhân dân 115"]
    assert [c.line for c in choices] == ["BV HS-1 Chợ Rẫy", "BV HS-2 Nhân dân 115"]
