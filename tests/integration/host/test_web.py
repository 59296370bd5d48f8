"""The web pages' build with a real npm, on a project of one file."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dispatch.host.locks import exclusive
from dispatch.host.web import WebBuildError, build_web, hash_sources, install_web_packages

BUILD = """
import fs from "fs";
fs.mkdirSync("dist", {recursive: true});
fs.copyFileSync("page.txt", "dist/page.txt");
"""


@pytest.fixture
def frontend(tmp_path: Path) -> Path:
    package = {"name": "page", "version": "1.0.0", "type": "module", "scripts": {"build": "node build.js"}}
    lock = {"name": "page", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": package}}
    (tmp_path / "package.json").write_text(json.dumps(package))
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    (tmp_path / "build.js").write_text(BUILD)
    (tmp_path / "page.txt").write_text("một")
    return tmp_path


def test_pages_are_built_once_and_again_only_when_a_source_changes(frontend: Path) -> None:
    assert build_web(frontend)
    assert not build_web(frontend)
    (frontend / "page.txt").write_text("hai")
    assert build_web(frontend)
    assert (frontend / "dist" / "page.txt").read_text() == "hai"


def test_pages_that_another_has_just_built_are_not_taken_away_and_built_again(frontend: Path) -> None:
    with ThreadPoolExecutor() as both:
        with exclusive(frontend):
            building = [both.submit(build_web, frontend) for _ in range(2)]
        assert sorted(one.result() for one in building) == [False, True]


def test_packages_are_installed_again_only_when_the_lock_changes(frontend: Path) -> None:
    assert install_web_packages(frontend)
    assert not install_web_packages(frontend)
    lock = frontend / "package-lock.json"
    lock.write_text(lock.read_text() + "\n")
    assert install_web_packages(frontend)


def test_build_that_fails_says_why_and_is_tried_again(frontend: Path) -> None:
    (frontend / "build.js").write_text("throw new Error('bảng màu thiếu')")
    for _ in range(2):
        with pytest.raises(WebBuildError, match="bảng màu thiếu"):
            build_web(frontend)


def test_hash_sees_names_and_contents_but_not_what_was_made(frontend: Path) -> None:
    first = hash_sources(frontend)
    (frontend / "dist").mkdir()
    (frontend / "dist" / "x.js").write_text("made")
    assert hash_sources(frontend) == first
    (frontend / "page.txt").rename(frontend / "other.txt")
    assert hash_sources(frontend) != first
