"""Person: a name for the account that acts, so that every screen and every later reader can say who."""

from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Event


class Person(msgspec.Struct, kw_only=True):
    """`id` is the account's, as it stands in `actor` of every event; `role` is the one last acted in."""

    id: str
    name: str
    role: str
    version: int = 0


class PersonNamed(Event, frozen=True, kw_only=True):
    """Stands before the first act of a person under a name, and again when name or role has changed."""

    TYPE: ClassVar[str] = "person.named"
    person_id: str
    name: str
    role: str
