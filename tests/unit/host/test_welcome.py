"""What a start says: its steps, and in the end where the centre is and who may sign in."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from dispatch.cli.centre import welcome
from dispatch.host.progress import Steps
from dispatch.settings import load_settings


def said_at_the_end(folder: Path, mode: str) -> str:
    """What is said at the end of a start."""
    settings = load_settings({"DATA_DIR": str(folder), "INSTANCE_MODE": mode, "SERVER_PORT": "8099"}, None)
    settings.security.keys_dir.mkdir(parents=True)
    (settings.security.keys_dir / "demo-password").write_text("mật-khẩu-này\n", encoding="utf-8")
    said = StringIO()
    welcome(settings, Steps(Console(file=said, width=200)))
    return said.getvalue()


def test_a_demonstration_says_its_addresses_and_whoever_may_sign_in_by_which_password(tmp_path: Path) -> None:
    said = said_at_the_end(tmp_path, "demo")
    for told in (
        "http://127.0.0.1:8099 ",
        "http://127.0.0.1:8099/bao-tin",
        "mật-khẩu-này",
        "dieuphoi",
        "giamsat",
    ):
        assert told in said


def test_a_centre_in_earnest_names_no_account(tmp_path: Path) -> None:
    said = said_at_the_end(tmp_path, "live")
    assert "http://127.0.0.1:8099" in said
    assert "mật-khẩu-này" not in said
    assert "dieuphoi" not in said


@pytest.mark.parametrize("terminal", [True, False])
def test_a_step_is_told_in_both_languages_with_a_bar_only_where_one_can_be_drawn(terminal: bool) -> None:
    said = StringIO()
    steps = Steps(Console(file=said, width=120, force_terminal=terminal))
    with steps.step("Dựng thành phố", "Building the city") as tick:
        tick(0.5, "đường / roads")
    assert "Dựng thành phố / Building the city" in said.getvalue()
    assert ("\x1b[" in said.getvalue()) == terminal
