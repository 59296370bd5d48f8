"""Rows and keys for tests of the live room."""

import msgspec
from hypothesis import strategies as st

from dispatch.domain.model.values import Sealed
from dispatch.domain.rows import Row


class OpenBook:
    """A vault whose boxes are their own text backwards; a subject may be erased."""

    def __init__(self) -> None:
        self.erased: set[str] = set()

    def open(self, sealed: Sealed) -> str | None:
        """The text, unless erased."""
        return None if sealed.subject in self.erased else sealed.box[::-1]

    async def load(self, subjects: list[str]) -> None:
        """Nothing to fetch."""


def seal(text: str, subject: str = "s1") -> dict[str, str]:
    """As a sealed value stands in a body."""
    return {"subject": subject, "box": text[::-1]}


TEXTS = st.text(max_size=8) | st.sampled_from(
    ['"box"', '{"subject":"s","box":"AAAA"}', "box", "subject", "\\"]
)
KEYS = TEXTS.filter(lambda key: key != "subject")
SEALED = st.builds(seal, TEXTS, st.sampled_from(["s1", "s2"]))
LIKE_SEALED = st.fixed_dictionaries({"box": TEXTS}, optional={"subject": TEXTS, "more": TEXTS})
BODIES = st.dictionaries(
    KEYS,
    st.recursive(
        SEALED | LIKE_SEALED | TEXTS | st.integers(-9, 9) | st.floats(allow_nan=False) | st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)
"""Bodies of any shape, with sealed values in them and much that looks like one."""


def row(
    kind: str,
    id_: str,
    version: int,
    body: dict[str, object] | None = None,
    visible_to: tuple[str, ...] = ("*",),
    private_to: tuple[str, ...] = ("114",),
    limited: tuple[str, ...] = (),
) -> Row:
    """A row; its body gets the id."""
    return Row(
        kind=kind, id=id_, version=version, agency_id="114", visible_to=visible_to, private_to=private_to,
        limited=limited, body=msgspec.Raw(msgspec.json.encode({"id": id_, **(body or {})})),
    )  # fmt: skip
