"""Which rule answers which command (and who may give it), and which rule applies which event."""

from collections.abc import Callable
from typing import Any, TypeVar

from dispatch.domain.model.messages import Command, Envelope, Event, Role
from dispatch.domain.rules.draft import Draft
from dispatch.domain.state import CentreState

C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)

DECIDERS: dict[type[Command], Callable[[Draft, Any], None]] = {}
ROLES: dict[type[Command], frozenset[str]] = {}
APPLIERS: dict[type[Event], Callable[[CentreState, Any, Envelope], None]] = {}

CHIEFS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
DESK = (Role.DISPATCHER, *CHIEFS)
ROOM = (Role.CALL_TAKER, *DESK)
FIELD = (Role.UNIT, Role.STATION)


def decides(kind: type[C], *roles: str) -> Callable[[Callable[[Draft, C], None]], Callable[[Draft, C], None]]:
    """Register the rule of a command and the roles that may give it; the centre itself always may."""

    def register(rule: Callable[[Draft, C], None]) -> Callable[[Draft, C], None]:
        DECIDERS[kind] = rule
        ROLES[kind] = frozenset(roles) | {Role.SYSTEM}
        return rule

    return register


def applies(
    kind: type[E],
) -> Callable[[Callable[[CentreState, E, Envelope], None]], Callable[[CentreState, E, Envelope], None]]:
    """Register how an event changes the state."""

    def register(
        rule: Callable[[CentreState, E, Envelope], None],
    ) -> Callable[[CentreState, E, Envelope], None]:
        APPLIERS[kind] = rule
        return rule

    return register
