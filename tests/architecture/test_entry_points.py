"""The commands that people and machines begin with."""

import re
import subprocess

from dispatch.settings import PROJECT

MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")


def test_make_alone_lists_every_command_that_is_meant_for_people() -> None:
    shown = subprocess.run(["make", "-s"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    listed = set(re.findall(r"^ *make ([a-z-]+) ", shown, re.MULTILINE))
    assert listed == set(re.findall(r"^([a-z-]+):.*##", MAKEFILE, re.MULTILINE))
    assert listed >= {"run", "test", "soak", "lint", "bench", "help"}


def test_the_integration_runs_make_test_and_may_leave_nothing_out() -> None:
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(r"^exec make test\b", script, re.MULTILINE)
    assert re.search(r"^export CI=true$", script, re.MULTILINE)
