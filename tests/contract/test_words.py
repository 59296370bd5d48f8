"""Nothing that happens is told by its code: each kind of event has words, on screens and in files."""

import json
import tomllib

import pytest

from dispatch.domain.kernel import EVENTS
from dispatch.settings import PROJECT


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_kind_of_event_has_words_on_the_screens(lang: str) -> None:
    told = json.loads((PROJECT / "frontend" / "src" / "i18n" / lang / "console.json").read_text())["log"]
    missing = [type_ for type_ in EVENTS if not told.get(type_.split(".")[0], {}).get(type_.split(".")[1])]
    assert missing == []


def test_every_kind_of_event_has_words_in_exported_files() -> None:
    words = tomllib.loads((PROJECT / "dispatch" / "replay" / "export" / "words.toml").read_text())
    assert sorted(set(EVENTS) - set(words["event"])) == []
