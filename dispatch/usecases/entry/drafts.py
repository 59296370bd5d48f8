"""Who is typing what: forms of this moment, in memory for every screen and in the database for a crash."""

from datetime import datetime

import msgspec

from dispatch.domain.model.messages import Actor, Refused
from dispatch.store.drafts import KEPT_FOR, Draft, DraftStore

MOST_OF_ONE = 20
"""Forms that one person may have open; a call-taker has one or two."""

LINE_LIMIT = 160
"""Characters of a form that others see in their list."""


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """One form in the list that the room sees: who types, and the little that tells forms apart."""

    id: str
    user_id: str
    user_name: str
    agency_id: str
    where: str
    what: str
    call_id: str | None
    incident_id: str | None
    changed_at: datetime


class DraftBoard:
    """Forms by id. `version` grows whenever the list that others see has changed."""

    def __init__(self, store: DraftStore) -> None:
        self._store = store
        self._drafts: dict[str, Draft] = {}
        self.version = 0

    async def load(self, now: datetime) -> None:
        """Take in what an earlier process left. Raises StoreError."""
        self._drafts = {draft.id: draft for draft in await self._store.list_living(now)}
        self.version += 1

    async def save(
        self,
        draft_id: str,
        actor: Actor,
        agency_id: str,
        body: dict[str, object],
        now: datetime,
        *,
        take: bool = False,
    ) -> Draft:
        """Keep a form; with `take` also one that a colleague had in hand.

        Raises Refused: `not_your_agency`, `draft_taken` for another's form, `too_many_drafts`.
        """
        if agency_id not in actor.agencies:
            raise Refused("not_your_agency", agency_id=agency_id)
        before = self._drafts.get(draft_id)
        if before is not None and before.agency_id not in actor.agencies:
            raise Refused("not_your_agency", agency_id=before.agency_id)
        if before is not None and before.user_id != actor.id and not take:
            raise Refused("draft_taken", by=before.user_name, at=before.changed_at)
        if before is None and len(self._list_of(actor.id)) >= MOST_OF_ONE:
            raise Refused("too_many_drafts", limit=MOST_OF_ONE)
        draft = Draft(
            id=draft_id,
            user_id=actor.id,
            user_name=actor.name,
            agency_id=agency_id,
            subject=before.subject if before is not None else await self._store.new_subject(),
            body=body,
            changed_at=now,
        )
        await self._store.save(draft)
        self._drafts[draft_id] = draft
        self.version += 1
        return draft

    async def remove(self, draft_id: str, actor: Actor) -> None:
        """The form was sent or thrown away; one that is not there is gone already. Raises Refused."""
        draft = self._drafts.get(draft_id)
        if draft is None:
            return
        if draft.user_id != actor.id:
            raise Refused("draft_taken", by=draft.user_name, at=draft.changed_at)
        await self._store.remove(draft)
        self._drafts.pop(draft_id, None)
        self.version += 1

    def find(self, draft_id: str, agencies: frozenset[str], now: datetime) -> Draft | None:
        """A form that these agencies may read."""
        draft = self._drafts.get(draft_id)
        return draft if draft is not None and _is_seen(draft, agencies, now) else None

    def list_lines(self, agencies: frozenset[str], now: datetime) -> tuple[DraftLine, ...]:
        """The forms that these agencies may see, the newest first."""
        seen = [draft for draft in self._drafts.values() if _is_seen(draft, agencies, now)]
        seen.sort(key=lambda draft: draft.changed_at, reverse=True)
        return tuple(_line(draft) for draft in seen)

    def _list_of(self, user_id: str) -> list[Draft]:
        return [draft for draft in self._drafts.values() if draft.user_id == user_id]


def _is_seen(draft: Draft, agencies: frozenset[str], now: datetime) -> bool:
    return draft.agency_id in agencies and now - draft.changed_at < KEPT_FOR


def _line(draft: Draft) -> DraftLine:
    return DraftLine(
        id=draft.id,
        user_id=draft.user_id,
        user_name=draft.user_name,
        agency_id=draft.agency_id,
        where=_text(draft, "heard"),
        what=_text(draft, "typeCode"),
        call_id=_text(draft, "callId") or None,
        incident_id=_text(draft, "incidentId") or None,
        changed_at=draft.changed_at,
    )


def _text(draft: Draft, field: str) -> str:
    value = draft.body.get(field)
    return value[:LINE_LIMIT] if isinstance(value, str) else ""
