"""A row's body as one session may have it: sealed values opened or null, limited fields present or null.

There are only two forms of a row: for agencies in `private_to`, and for the others that see it. Both are
made here and nowhere else, so that frames, snapshots, timelines and exports cannot differ.
"""

import re
from collections.abc import Iterator
from typing import Protocol, cast

import msgspec

from dispatch.domain.model.values import Sealed
from dispatch.domain.rows import Row
from dispatch.live.rights import Rights

_SEALED_KEYS = frozenset(("subject", "box"))
_BOX = b'"box"'
_SEALED = re.compile(rb'\{"subject":"([^"\\]*)","box":"([^"\\]*)"\}')
"""A sealed value as events and rows are encoded. Within a text its quotes would be escaped."""


class Opener(Protocol):
    """What revealing needs of the vault."""

    def open(self, sealed: Sealed) -> str | None:
        """Clear text of a value whose subject was loaded; None when its key was erased."""
        ...

    async def load(self, subjects: list[str]) -> None:
        """Fetch the keys of subjects, so that `open` answers without waiting."""
        ...


def reveal(row: Row, rights: Rights, opener: Opener) -> bytes:
    """JSON of the body as these rights may see it. The caller has checked `rights.sees(row)`."""
    return reveal_body(bytes(row.body), row.limited, opener if rights.opens(row) else None)


def reveal_body(body: bytes, limited: tuple[str, ...], opener: Opener | None) -> bytes:
    """JSON with sealed values opened by `opener`, or null and without limited fields when it is None."""
    hidden = limited if opener is None else ()
    boxes = body.count(_BOX)
    if not hidden and not boxes:
        return body
    if not hidden:
        # Nearly always every box is a sealed value as we write it: nothing else of the body is looked at.
        shown, opened = _SEALED.subn(lambda found: _open_found(found, opener), body)
        if opened == boxes:
            return shown
    value = msgspec.json.decode(body)
    for field in hidden:
        if field in value:
            value[field] = None
    return msgspec.json.encode(_open_all(value, opener))


def subjects_in(body: bytes) -> set[str]:
    """Subjects of every sealed value in a JSON text, to be loaded before it is revealed."""
    boxes = body.count(_BOX)
    if not boxes:
        return set()
    found = _SEALED.findall(body)
    if len(found) == boxes:
        return {subject.decode() for subject, _ in found}
    return {sealed.subject for sealed in _walk(msgspec.json.decode(body))}


def reveal_value(value: msgspec.Raw, opener: Opener | None) -> object:
    """One field's JSON as a value, sealed ones in it opened by `opener`, or None."""
    return msgspec.json.decode(reveal_body(bytes(value), (), opener))


def _open_found(found: re.Match[bytes], opener: Opener | None) -> bytes:
    subject, box = found.groups()
    clear = None if opener is None else opener.open(Sealed(subject=subject.decode(), box=box.decode()))
    return msgspec.json.encode(clear)


def _open_all(value: object, opener: Opener | None) -> object:
    if isinstance(value, dict):
        if value.keys() == _SEALED_KEYS:
            return None if opener is None else opener.open(_as_sealed(value))
        return {key: _open_all(item, opener) for key, item in value.items()}
    if isinstance(value, list):
        return [_open_all(item, opener) for item in value]
    return value


def _walk(value: object) -> Iterator[Sealed]:
    if isinstance(value, dict):
        if value.keys() == _SEALED_KEYS:
            yield _as_sealed(value)
            return
        for item in value.values():
            yield from _walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item)


def _as_sealed(value: dict[str, object]) -> Sealed:
    return Sealed(subject=cast(str, value["subject"]), box=cast(str, value["box"]))
