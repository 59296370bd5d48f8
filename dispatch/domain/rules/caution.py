"""Cautions that outlive their incident: kept for a place or a number, brought to others, withdrawn (W5)."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from dispatch.domain.model.caution import (
    Caution,
    CautionArchived,
    CautionEnded,
    CautionKept,
    CautionWithdrawn,
    KeepCaution,
    WithdrawCaution,
)
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.messages import Envelope, Refused, Role
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import DESK, ROOM, applies, decides
from dispatch.domain.rules.standing import bring, concerns, list_callers, note_caution
from dispatch.domain.rules.touch import touch
from dispatch.domain.state import CentreState
from dispatch.domain.visibility import list_parties

PLACE, NUMBER = "place", "number"

KEPT_AT_MOST = timedelta(days=5 * 365 + 2)
"""Five years, whichever of them are leap years."""

# ── deciding ──


@decides(KeepCaution, *ROOM, Role.COMMANDER)
def keep(draft: Draft, command: KeepCaution) -> None:
    """Kept by somebody who works the incident it was learnt in; every open incident it concerns gets it."""
    incident = draft.get_open_incident(command.incident_id)
    draft.require_part(incident)
    if command.scope not in (PLACE, NUMBER):
        raise Refused("malformed_command", type="caution.keep", fault=f"scope {command.scope[:40]}")
    if not draft.now < command.expires_at <= draft.now + KEPT_AT_MOST:
        raise Refused("bad_time", field="expires_at")
    draft.require_new(command.caution_id in draft.state.cautions, "caution", command.caution_id)
    caution = _make(draft, command, incident)
    draft.emit(
        CautionKept(
            caution_id=caution.id,
            incident_id=incident.id,
            scope=caution.scope,
            text=caution.text,
            source=caution.source,
            expires_at=caution.expires_at,
            learnt_in=caution.learnt_in,
            place=caution.place,
            caller=caution.caller,
            test=caution.test,
            only_for=caution.only_for,
        )
    )
    for other in _list_open(draft.state):
        if concerns(caution, other.place, list_callers(draft.state, other), test=other.test):
            bring(draft, other, caution)
    draft.answer = {"caution_id": caution.id}


@decides(WithdrawCaution, *DESK)
def withdraw(draft: Draft, command: WithdrawCaution) -> None:
    """It ends everywhere at once: no later incident gets it, and open ones tell no unit sent later."""
    caution = draft.state.cautions.get(command.caution_id)
    if caution is None:
        raise Refused("unknown_caution", caution_id=command.caution_id)
    if not command.reason.strip():
        raise Refused("reason_missing")
    if caution.withdrawn_at is not None:
        raise Refused("caution_withdrawn", at=caution.withdrawn_at)
    draft.emit(CautionWithdrawn(caution_id=caution.id, reason=command.reason))
    for incident in _list_open(draft.state):
        if any(note.note_id == caution.id and note.standing for note in incident.notes):
            draft.emit(CautionEnded(incident_id=incident.id, note_id=caution.id))


def _make(draft: Draft, command: KeepCaution, incident: Incident) -> Caution:
    """The caution as it will stand. Refuses `caution_unplaced` and `caution_without_number`."""
    number = command.text.subject if command.scope == NUMBER else ""
    if command.scope == PLACE and incident.place.lon_lat is None:
        raise Refused("caution_unplaced", number=incident.number)
    if command.scope == NUMBER and number not in list_callers(draft.state, incident):
        raise Refused("caution_without_number", number=incident.number)
    return Caution(
        id=command.caution_id,
        scope=command.scope,
        text=command.text,
        source=command.source,
        by=draft.actor.id,
        at=draft.now,
        expires_at=command.expires_at,
        learnt_in=incident.number,
        place=incident.place if command.scope == PLACE else None,
        caller=number,
        test=incident.test,
        only_for=list_parties(draft.state, incident) if incident.restricted else (),
    )


def _list_open(state: CentreState) -> Iterator[Incident]:
    return (incident for incident in state.incidents.values() if incident.state == "open")


# ── applying ──


@applies(CautionKept)
def apply_kept(state: CentreState, event: CautionKept, recorded: Envelope) -> None:
    caution = Caution(
        id=event.caution_id,
        scope=event.scope,
        text=event.text,
        source=event.source,
        by=recorded.actor,
        at=recorded.recorded_at,
        expires_at=event.expires_at,
        learnt_in=event.learnt_in,
        place=event.place,
        caller=event.caller,
        test=event.test,
        only_for=event.only_for,
    )
    state.cautions[caution.id] = caution
    note_caution(state, caution)
    touch(state, "caution", caution, recorded)


@applies(CautionWithdrawn)
def apply_withdrawn(state: CentreState, event: CautionWithdrawn, recorded: Envelope) -> None:
    caution = state.cautions[event.caution_id]
    caution.withdrawn_at = recorded.recorded_at
    note_caution(state, caution)
    touch(state, "caution", caution, recorded)


@applies(CautionArchived)
def apply_archived(state: CentreState, event: CautionArchived, recorded: Envelope) -> None:
    note_caution(state, state.cautions.pop(event.caution_id), gone=True)
    key = ("caution", event.caution_id)
    state.touched.add(key)
    state.unwatched.add(key)


@applies(CautionEnded)
def apply_ended(state: CentreState, event: CautionEnded, recorded: Envelope) -> None:
    """The note stays, with its end: what crews were told is not unsaid."""
    incident = state.incidents[event.incident_id]
    for n, note in enumerate(incident.notes):
        if note.note_id == event.note_id:
            incident.notes[n] = msgspec.structs.replace(note, expires_at=recorded.recorded_at)
    touch(state, "incident", incident, recorded)
