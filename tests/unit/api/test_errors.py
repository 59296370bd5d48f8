"""The error table is complete, bilingual, and never fails to fill a text."""

import ast
import re
import string
from datetime import UTC, datetime

import pytest

from dispatch.api.errors import ApiError, fill_error, find_row, load_errors
from dispatch.settings import PROJECT

# Codes that reach an answer in other ways than by an exception raised with a literal.
ANSWERED = ("command_conflict", "store_refused", "internal_error", "core_unavailable", "busy", "storage_full")


def list_raised() -> dict[str, set[str]]:
    """Every code raised anywhere in the source → the files that raise it."""
    found: dict[str, set[str]] = {}
    for path in sorted((PROJECT / "dispatch").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in ("Refused", "ApiError", "refuse", "stop"):
                for code in _literals(node):
                    found.setdefault(code, set()).add(path.name)
    return found


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _literals(call: ast.Call) -> list[str]:
    return [
        arg.value
        for arg in call.args[:2]
        if isinstance(arg, ast.Constant) and isinstance(arg.value, str) and re.fullmatch("[a-z_]+", arg.value)
    ]


def test_every_code_that_is_raised_has_a_row() -> None:
    missing = {code: files for code, files in list_raised().items() if code not in load_errors()}
    assert missing == {}


@pytest.mark.parametrize("code", ANSWERED)
def test_every_code_the_writer_answers_with_has_a_row(code: str) -> None:
    assert code in load_errors()


def test_every_text_is_in_both_languages_and_differs() -> None:
    assert [code for code, row in load_errors().items() if not row.vi or not row.en or row.vi == row.en] == []


def test_both_languages_of_a_row_name_the_same_data() -> None:
    def names(text: str) -> set[str]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    assert [code for code, row in load_errors().items() if names(row.vi) != names(row.en)] == []


def test_a_text_whose_data_is_missing_shows_a_dash() -> None:
    body = fill_error("unit_committed", {"call_sign": "XE-1"})
    assert body.en.startswith("XE-1 was sent to the incident — by — at —")


def test_a_text_cannot_reach_into_its_data() -> None:
    body = fill_error("unknown_unit", {"unit_id": "{unit_id.__class__}"})
    assert "{unit_id.__class__}" in body.vi


def test_an_unwritten_code_is_answered_as_a_fault_of_the_centre() -> None:
    assert find_row("nobody_wrote_this") is load_errors()["internal"]


def test_a_pause_in_the_data_goes_before_that_of_the_row() -> None:
    assert ApiError("busy", wait_s=7).retry_s == 7
    assert ApiError("busy").retry_s == load_errors()["busy"].retry_s
    assert ApiError("not_found").retry_s is None


def test_times_and_units_read_as_people_say_them() -> None:
    data: dict[str, object] = {"call_sign": "XE-1", "by": "Lan", "at": "2026-07-12T03:00:05Z"}
    assert "10:00:05" in fill_error("unit_committed", data).vi
    assert (
        "XE-1, XE-2" in fill_error("unit_gone", {"units": [{"call_sign": "XE-1"}, {"call_sign": "XE-2"}]}).en
    )


def test_the_end_of_a_road_condition_is_told_with_its_day_and_its_depth_as_the_form_asks_for_it() -> None:
    times = {"until": "2026-07-12T03:00:05.123456+00:00", "begins": datetime(2026, 7, 13, 17, 30, tzinfo=UTC)}
    told = fill_error("road_times", dict(times)).vi
    assert told.startswith("Giờ kết thúc 10:00 12/07/2026 không sau giờ bắt đầu 00:30 14/07/2026.")
    assert "1200 cm" in fill_error("road_depth", {"depth_cm": "1200", "most_cm": 1000}).vi


def test_what_another_changed_reads_as_words_in_each_language() -> None:
    data: dict[str, object] = {"field": "priority", "by": "Lan", "at": "2026-07-12T03:00:05Z", "current": 2}
    body = fill_error("changed_meanwhile", data)
    assert "Lan đã sửa mức ưu tiên lúc 10:00:05" in body.vi
    assert "Lan changed the priority at 10:00:05" in body.en
    assert "hospital" in fill_error("changed_meanwhile", {**data, "field": "hospital"}).vi


def test_how_an_order_ended_reads_as_words_in_each_language() -> None:
    data: dict[str, object] = {"assignment_id": "a1", "how": "withdrawn", "at": "2026-07-12T03:00:05Z"}
    body = fill_error("assignment_ended", data)
    assert "10:00:05: bàn trực đã rút lệnh." in body.vi
    assert "10:00:05: withdrawn by the desk." in body.en
    assert body.data["how"] == "withdrawn"


def test_the_last_day_that_can_be_written_is_told_as_it_was_sent() -> None:
    at = "9999-12-31T23:59:59+00:00"
    assert at in fill_error("future_position", {"at": at, "limit_s": 120}).en
