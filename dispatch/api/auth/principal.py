"""Whoever stands behind a request or a connection, with the rights it has now."""

from dataclasses import dataclass

from dispatch.domain.model.messages import Actor, Role
from dispatch.live.rights import Rights
from dispatch.store.sessions import rights_text
from dispatch.store.users import User

ROOM = (Role.CALL_TAKER, Role.DISPATCHER, Role.COMMANDER, Role.SUPERVISOR, Role.ADMINISTRATOR)
"""Who works in the control room and sees its screens; units, stations and exchanges do not."""

DESKS = (Role.CALL_TAKER, Role.DISPATCHER, Role.SUPERVISOR, Role.ADMINISTRATOR)
"""Who takes and works calls: what a caller said before, and what is half written, is theirs alone."""

OVERSEERS = (Role.COMMANDER, Role.SUPERVISOR, Role.ADMINISTRATOR)
CHIEFS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
"""Who sees what people did and what was refused."""

ADMINISTRATORS = (Role.ADMINISTRATOR,)
"""Who changes what the centre knows of its city."""

REVIEWERS = (Role.DISPATCHER, *OVERSEERS)
"""Who may look back."""


@dataclass(frozen=True)
class Principal:
    """An account of a session, or a reporter's device. `session_id` is empty for devices."""

    id: str
    role: str
    name: str
    agencies: tuple[str, ...] = ()
    unit_id: str | None = None
    station_id: str | None = None
    session_id: str = ""

    @property
    def actor(self) -> Actor:
        """As the rules know it."""
        return Actor(
            id=self.id,
            role=self.role,
            agencies=self.agencies,
            name=self.name,
            unit_id=self.unit_id,
            station_id=self.station_id,
        )

    @property
    def rights(self) -> Rights:
        """What it may see."""
        return Rights(role=self.role, agencies=frozenset(self.agencies))

    @property
    def fingerprint(self) -> str:
        """Its rights as `Sessions.find_withdrawn` compares them."""
        return rights_text(self.role, self.agencies, self.unit_id, self.station_id)


def principal_of_user(user: User, session_id: str) -> Principal:
    """The principal of a signed-in account."""
    return Principal(
        id=user.id,
        role=user.role,
        name=user.name or user.login,
        agencies=user.agencies,
        unit_id=user.unit_id,
        station_id=user.station_id,
        session_id=session_id,
    )


def principal_of_device(device_id: str) -> Principal:
    """The principal of a reporter's device; `device_id` is derived from its key."""
    return Principal(id=device_id, role=Role.REPORTER, name="")
