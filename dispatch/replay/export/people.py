"""Who acted, as an export says it: vehicles by call sign, people by name or, redacted, by a number."""

from dispatch.replay.export.facts import Facts
from dispatch.replay.export.words import Words
from dispatch.store.users import User

_CENTRE = frozenset(("centre", "system"))
_DEVICE = "device-"
"""Begins the id of whoever told something without an account."""


class People:
    """Names of actors. In a redacted export each person is the same number throughout, and nothing else."""

    def __init__(self, facts: Facts, users: list[User], words: Words) -> None:
        self._words = words
        self._redacted = facts.redacted
        self._users = {user.id: user for user in users}
        self._call_signs = {str(unit["id"]): str(unit["call_sign"]) for unit in facts.list_kind("unit")}
        self._numbers: dict[str, int] = {}

    def name(self, actor: str) -> str:
        """Who it was."""
        if actor in _CENTRE:
            return self._words.say("centre")
        user = self._users.get(actor)
        if user is not None and user.unit_id is not None:
            return self._call_signs.get(user.unit_id, user.name)
        if self._redacted:
            return self._words.say("person", n=self._numbers.setdefault(actor, len(self._numbers) + 1))
        if actor.startswith(_DEVICE):
            return self._words.say("device", code=actor[-4:].upper())
        return actor if user is None else user.name or user.login

    def unit(self, unit_id: object) -> str:
        """A vehicle's call sign."""
        return self._call_signs.get(str(unit_id), str(unit_id))
