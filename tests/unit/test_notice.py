"""NOTICE names every package that runs."""

import json
import re

import pytest

from dispatch.settings import PROJECT

NAMED = set(re.findall(r"[@\w./-]+", (PROJECT / "NOTICE").read_text(encoding="utf-8")))


def list_server_packages() -> list[str]:
    text = (PROJECT / "requirements.txt").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"^([A-Za-z0-9_.-]+)(?:\[\w+\])?==", text, flags=re.MULTILINE)))


def list_page_packages() -> list[str]:
    lock = json.loads((PROJECT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    paths = (
        path for path, entry in lock["packages"].items() if path and not {"dev", "devOptional"} & entry.keys()
    )
    return sorted({path.rpartition("node_modules/")[2] for path in paths})


@pytest.mark.parametrize("listing", [list_server_packages, list_page_packages])
def test_notice_names_every_package_that_runs(listing: object) -> None:
    assert callable(listing)
    packages = listing()
    assert len(packages) > 20
    assert [name for name in packages if name not in NAMED] == []
