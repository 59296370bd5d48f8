"""Commands that are written wrongly, of any verb."""

import sys
from pathlib import Path

import pytest

from dispatch.cli.main import main

ENDS = ("--from", "106.7,10.77", "--to", "106.71,10.77")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (("route", *ENDS, "--alternatives", "3"), "Giá trị của --alternatives phải nhỏ hơn hoặc bằng 2."),
        (("route", *ENDS, "--alternatives", "-1"), "Giá trị của --alternatives phải lớn hơn hoặc bằng 0."),
        (("route", *ENDS, "--alternatives", "hai"), "Giá trị của --alternatives phải là số nguyên."),
        (("route", *ENDS, "--at", "hôm qua"), "Giá trị của --at phải có dạng '%Y-%m-%d %H:%M'"),
        (("route", *ENDS, "thêm"), "Thừa: thêm."),
        (("route", "--form", "106.7,10.77"), "Không có tuỳ chọn --form."),
        (("route", "--from"), "Tuỳ chọn --from cần một giá trị."),
        (("route", *ENDS, "--json=3"), "Tuỳ chọn --json không nhận giá trị."),
        (("matrix", "--points", ".", "--out", "m.csv"), "Giá trị của --points là thư mục, không phải tệp."),
        (("matrix", "--out", "m.csv"), "Thiếu tuỳ chọn --points."),
        (("demo", "--pace", "nhanh"), "Giá trị của --pace phải là một số."),
        (("tours",), "Thiếu asked."),
        (("simulate", "nothing"), "Không có lệnh nothing."),
        (("rout",), "Không có lệnh rout."),
    ],
)
def test_what_is_written_wrongly_is_told_in_vietnamese_and_then_in_english(
    written: tuple[str, ...],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["dispatch", *written])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    vietnamese, english = capsys.readouterr().err.splitlines()
    assert vietnamese.startswith(told)
    assert english.isascii() or not written[-1].isascii()
    assert len(english) > 10


def test_help_is_no_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["dispatch", "route", "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert "--alternatives" in capsys.readouterr().out
