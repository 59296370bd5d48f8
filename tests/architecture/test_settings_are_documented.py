"""Every setting stands in .env.example with its default, and nothing else does."""

import re

from dispatch.settings import PROJECT, list_variables


def test_env_example_documents_every_setting_with_its_default() -> None:
    lines = (PROJECT / ".env.example").read_text(encoding="utf-8").splitlines()
    documented = dict(
        match.groups() for line in lines if (match := re.fullmatch(r"# ([A-Z][A-Z_]+)=(\S*)", line))
    )
    assert documented == list_variables()
