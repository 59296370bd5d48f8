"""Where a patient goes, and what a hospital tells, from a typed line."""

from datetime import timedelta

import msgspec
import pytest

from dispatch.domain.codebook import Label
from dispatch.domain.model.hospital import (
    ChooseHospital,
    ChosenHospital,
    Diversion,
    DivertHospital,
    Hospital,
    ReopenHospital,
    TellBeds,
)
from dispatch.domain.model.messages import Command
from dispatch.domain.model.values import LonLat
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.parse import parse
from dispatch.usecases.hospitals.choose_hospital import HospitalAdvice, HospitalOption
from tests.unit.command_line.line_world import NOW, context

AT = LonLat(106.66, 10.757)
BUSY, ITS = "XC-5", "a-XC-5-0412"
HALF_HOUR = NOW + timedelta(minutes=30)
PROPOSED = ChooseHospital(assignment_id=ITS, hospital_id="r", travel_s=480.0, proposed=("g", "r"))


def option(id_: str, name: str) -> HospitalOption:
    return HospitalOption(
        hospital_id=id_, name=name, lon_lat=AT, travel_s=480.0, price_s=480.0, missing=(), diverted=False,
        full=False, arriving=0, beds_left=None, synthetic=False, why=Label("8 phút", "8 min"),
    )  # fmt: skip


def world() -> LineContext:
    names = {
        "r": "Bệnh viện Chợ Rẫy",
        "n": "Bệnh viện Nhân dân 115",
        "g": "Bệnh viện Gia An 115",
        "q": "Bệnh viện Quận 10",
    }
    closed = Diversion(reason="x", until=NOW + timedelta(hours=1), at=NOW, by="d")
    hospitals = {
        id_: Hospital(
            id=id_, name=name, lon_lat=AT, capabilities=(), diversion=closed if id_ == "q" else None
        )
        for id_, name in names.items()
    }
    advice = HospitalAdvice(
        needs=(), options=(option("g", names["g"]), option("r", names["r"])), degraded=False, at=NOW
    )
    return msgspec.structs.replace(context(), hospitals=hospitals, hospital_advice={ITS: advice})


def fault_of(line: str) -> str:
    error = parse(line, world()).error
    return error.code if error is not None else ""


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (f"BV {BUSY} cho ray", PROPOSED),
        (f"{BUSY} bv Chợ Rẫy", PROPOSED),
        (f"BV {BUSY} quan 10", ChooseHospital(assignment_id=ITS, hospital_id="q", proposed=("g", "r"))),
        (
            "BVN nhan dan 115 60 hết 2 máy thở",
            DivertHospital(hospital_id="n", reason="hết 2 máy thở", until=NOW + timedelta(minutes=60)),
        ),
        ("BVN quan 10 30 cháy", DivertHospital(hospital_id="q", reason="cháy", until=HALF_HOUR)),
        ("BVM quan 10", ReopenHospital(hospital_id="q")),
        ("BVG cho ray 5 trực cấp cứu", TellBeds(hospital_id="r", free=5, source="trực cấp cứu")),
    ],
)  # fmt: skip
def test_a_line_chooses_closes_opens_and_counts(line: str, command: Command) -> None:
    assert parse(line, world()).commands == (command,)


def test_without_a_name_the_line_offers_what_is_proposed_with_why_and_each_choice_is_a_line() -> None:
    choices = parse(f"BV {BUSY}", world()).choices
    assert [c.echo.vi for c in choices] == ["Bệnh viện Gia An 115 · 8 phút", "Bệnh viện Chợ Rẫy · 8 phút"]
    (command,) = parse(choices[0].line, world()).commands
    assert isinstance(command, ChooseHospital)
    assert command.hospital_id == "g"


def test_words_of_several_names_give_a_choice_that_means_one_each() -> None:
    choices = parse(f"BV {BUSY} 115", world()).choices
    chosen = [parse(c.line, world()).commands[0] for c in choices]
    assert {c.hospital_id for c in chosen if isinstance(c, ChooseHospital)} == {"n", "g"}


def test_a_choice_is_taken_back_by_a_zero_and_only_where_there_is_one() -> None:
    assert fault_of(f"BV {BUSY} 0") == "no_hospital_chosen"
    known = world()
    gone = msgspec.structs.replace(
        known.assignments[ITS],
        hospital=ChosenHospital(hospital_id="r", name="Chợ Rẫy", lon_lat=AT, by="c", at=NOW),
    )
    known = msgspec.structs.replace(known, assignments={**known.assignments, ITS: gone})
    assert parse(f"BV {BUSY} 0", known).commands == (ChooseHospital(assignment_id=ITS, hospital_id=None),)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("BV CC-12 cho ray", "no_assignment"),
        ("BV CC-20", "missing_hospital"),
        (f"BV {BUSY} chua co", "unknown_hospital"),
        ("BVM cho ray", "hospital_open"),
        ("BVN cho ray", "missing_hospital_figure"),
        ("BVN cho ray 60", "missing_text"),
        ("BVN cho ray 0 lý do", "bad_hospital_figure"),
        ("BVN 115 60 lý do", "which_hospital"),
        ("BVG nowhere 5", "unknown_hospital"),
        ("BVG cho ray 99999999", "bad_hospital_figure"),
        ("BVM", "missing_hospital"),
    ],
)
def test_what_cannot_be_meant_is_said(line: str, code: str) -> None:
    assert fault_of(line) == code
