"""Names of those who act. There is no command: the first act of a person brings the name into the log."""

from dispatch.domain.model.messages import Envelope, Event, Role
from dispatch.domain.model.person import Person, PersonNamed
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import applies
from dispatch.domain.rules.touch import touch
from dispatch.domain.state import CentreState

NAMELESS = frozenset({Role.REPORTER, Role.EXCHANGE, Role.SYSTEM})
"""Roles that are no person of the service."""


def name_actor(draft: Draft) -> list[Event]:
    """The event that tells who acts, if the log does not know it yet."""
    actor = draft.actor
    if not actor.name or actor.role in NAMELESS:
        return []
    known = draft.state.people.get(actor.id)
    if known is not None and (known.name, known.role) == (actor.name, actor.role):
        return []
    return [PersonNamed(person_id=actor.id, name=actor.name, role=actor.role)]


@applies(PersonNamed)
def apply_named(state: CentreState, event: PersonNamed, recorded: Envelope) -> None:
    person = Person(id=event.person_id, name=event.name, role=event.role)
    state.people[person.id] = person
    touch(state, "person", person, recorded)
