"""The door to the rules: `decide` turns a command into events, `apply` folds an event into the state."""

from datetime import datetime
from functools import reduce
from operator import or_

import msgspec

from dispatch.domain.codebook import CodeBook
from dispatch.domain.hashing import StateHasher, state_hash
from dispatch.domain.ids import derive_id
from dispatch.domain.model.messages import Command, Envelope, Event, Meta, Refused
from dispatch.domain.rules import (
    alert,
    arrival,
    assignment,
    assignment_events,
    automatic,
    call,
    caller_text,
    caution,
    cover,
    desk,
    dispatching,
    handover,
    hold,
    hospital,
    incident,
    incident_events,
    leg,
    merging,
    move,
    person,
    photo,
    questions,
    recall,
    recommendation,
    report,
    road_condition,
    spread,
    suggestion,
    timers,
    unit,
)
from dispatch.domain.rules.checks import check_bounds
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import APPLIERS, DECIDERS, ROLES
from dispatch.domain.state import FOLD_VERSION, CentreState
from dispatch.domain.upcasters import lift

__all__ = [
    "COMMANDS",
    "EVENTS",
    "FOLD_VERSION",
    "Decision",
    "StateHasher",
    "apply",
    "decide",
    "decode_command",
    "decode_event",
    "derive_id",
    "freeze",
    "next_timer",
    "state_hash",
    "thaw",
]

RULES = (
    alert,
    arrival,
    assignment,
    assignment_events,
    automatic,
    call,
    caller_text,
    caution,
    cover,
    desk,
    dispatching,
    hold,
    hospital,
    handover,
    incident,
    incident_events,
    leg,
    merging,
    move,
    person,
    photo,
    questions,
    recall,
    recommendation,
    report,
    road_condition,
    spread,
    suggestion,
    timers,
    unit,
)
"""The rooms whose rules are registered; named here so that none is forgotten."""

COMMANDS: dict[str, type[Command]] = {str(kind.__struct_config__.tag): kind for kind in DECIDERS}
"""Every command by its tag on the wire."""

EVENTS: dict[str, type[Event]] = {kind.TYPE: kind for kind in APPLIERS}
"""Every event by its type in the envelope."""

_command_decoder: msgspec.json.Decoder[Command] = msgspec.json.Decoder(reduce(or_, COMMANDS.values()))
_event_decoders: dict[tuple[str, int], msgspec.json.Decoder[Event]] = {
    (name, kind.VERSION): msgspec.json.Decoder(kind) for name, kind in EVENTS.items()
}
_state_decoder = msgspec.msgpack.Decoder(CentreState)


class Decision(msgspec.Struct, frozen=True):
    """What follows from a command: events in their order, and what the sender is told."""

    events: list[Event]
    answer: dict[str, object]


def decide(state: CentreState, command: Command, meta: Meta, book: CodeBook) -> Decision:
    """Decide a command against the state, which stays as it is.

    Raises `Refused` with a code of the error table when the rules, or the actor's rights, say no.
    """
    kind = type(command)
    if meta.actor.role not in ROLES[kind]:
        raise Refused("not_allowed", role=meta.actor.role, command=str(kind.__struct_config__.tag))
    check_bounds(command)
    draft = Draft(state, meta, book)
    DECIDERS[kind](draft, command)
    automatic.stop_touched(draft)
    events = person.name_actor(draft) + draft.events if draft.events else []
    return Decision(events, draft.answer)


def apply(state: CentreState, event: Event, recorded: Envelope) -> None:
    """Fold one event into the state, in place. Total and deterministic for events that `decide` made."""
    APPLIERS[type(event)](state, event, recorded)
    state.seq = recorded.seq
    state.recorded_at = recorded.recorded_at


def decode_command(raw: bytes | str) -> Command:
    """A command from JSON with its tag `type`; raises `msgspec.ValidationError` or `msgspec.DecodeError`."""
    return _command_decoder.decode(raw)


def decode_event(type_: str, version: int, payload: bytes | msgspec.Raw) -> Event:
    """An event from its payload, lifted to the present version by the upcasters; raises `UnknownEvent`."""
    decoder = _event_decoders.get((type_, version))
    if decoder is not None:
        return decoder.decode(payload)
    if type_ not in EVENTS or version > EVENTS[type_].VERSION:
        raise UnknownEvent(type_, version)
    fields = lift(type_, version, EVENTS[type_].VERSION, msgspec.json.decode(payload))
    return msgspec.convert(fields, EVENTS[type_])


def next_timer(state: CentreState, now: datetime) -> datetime | None:
    """The next moment, not before `now`, at which `RunTimers` would do something; None if never."""
    at = timers.next_timer(state)
    return None if at is None else max(at, now)


def freeze(state: CentreState) -> bytes:
    """The state as a snapshot. What `thaw` works out anew is not kept: no timers, nothing touched."""
    kept = msgspec.structs.replace(state, touched=set(), unwatched=set(), due={}, due_heap=[])
    return msgspec.msgpack.encode(kept)


def thaw(snapshot: bytes) -> CentreState:
    """The state of a snapshot, with its timers worked out anew."""
    state = _state_decoder.decode(snapshot)
    timers.rewatch_all(state)
    state.touched.clear()
    return state


class UnknownEvent(Exception):
    """The log holds an event that this version does not know."""

    def __init__(self, type_: str, version: int) -> None:
        super().__init__(f"{type_} version {version}")
        self.type = type_
        self.version = version
