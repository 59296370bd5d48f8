"""Rows and keys for tests of the live room."""

import msgspec

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
