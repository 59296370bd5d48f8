"""`dispatch simulate compare` on the city in use, as the server starts it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dispatch.cli.main import main

if TYPE_CHECKING:
    from tests.conftest import BuiltCity

QUESTION: dict[str, Any] = {
    "day": {"kind": "generated", "days": 1, "hours": 1, "per_hour": 30},
    "agencies": ["115"],
    "policy": "default",
    "other": "closest",
}


def test_wards_of_the_city_and_figures_of_the_agencies_asked_for_are_compared(
    generated_city: "BuiltCity",
    make_database: Callable[[str | None], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", make_database(generated_city.template))
    monkeypatch.setenv("DATA_DIR", str(generated_city.data_dir))
    question, out = tmp_path / "question.json", tmp_path / "out.json"

    def compare(asked: dict[str, Any]) -> int:
        question.write_text(json.dumps(asked))
        words = ["dispatch", "simulate", "compare", "--question", str(question), "--out", str(out)]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    assert compare(QUESTION) == 0
    found = json.loads(out.read_text())
    assert list(found["agencies"]) == ["115"]
    own = found["agencies"]["115"]
    assert own["target_min"] == 15.0
    assert own["figures"]["calls"]["difference"] == 0
    assert sum(ward["incidents"] for ward in own["wards"]) == own["sooner"] + own["later"] + own["same"] > 0
    assert all(ward["code"] and ward["name"] for ward in own["wards"])
    hours = {"kind": "recorded", "start": "2026-11-22T00:00:00+07:00", "hours": 1}
    assert compare(QUESTION | {"day": hours}) == 1
    assert "no wards, stations or units" in capsys.readouterr().err
    assert compare(QUESTION | {"policy": "wishful"}) == 1
    assert "There is no policy 'wishful'" in capsys.readouterr().err
