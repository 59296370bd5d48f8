"""What a line turned out to mean."""

from datetime import datetime
from typing import Any

import msgspec

from dispatch.domain.codebook import Label
from dispatch.domain.model.messages import Command


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The versions an incident had when the line was echoed. The screen sends them back with Enter, so that
    what is carried out is what was seen, not what it became meanwhile."""

    incident_id: str
    version: int
    recommendation_version: int | None = None


class NoteText(msgspec.Struct, frozen=True, kw_only=True):
    """A note still in clear; it is sealed at the rim before it becomes a command."""

    incident_id: str
    text: str
    kind: str = "note"


class UiAction(msgspec.Struct, frozen=True, kw_only=True):
    """A verb that concerns the screen alone. `kind`: new_report, call_back, move_place, who, help,
    roads (the list of what holds), road_closed, road_flood, road_slow: to be drawn, or found by words; and
    reach (of the unit whose id is the text, else from the incident, else of one's free units); cancel and
    recall (of one agency, if it names one), to be confirmed: the text is the reason."""

    kind: str
    incident_id: str | None = None
    text: str = ""
    agency_id: str | None = None


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One of several legal readings: a line that means only this, and what it would do."""

    line: str
    echo: Label


class LineError(msgspec.Struct, frozen=True, kw_only=True):
    """Why a line means nothing. `word` is the word at fault; `nearest` what was perhaps meant. The line
    itself is kept by the screen."""

    code: str
    text: Label
    word: str = ""
    nearest: tuple[str, ...] = ()


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Exactly one of commands (or note), choices, ui and error is there; an empty line has none.

    Commands are carried out in order, and no further than the first refusal. `occurred_at` is set when
    the line was backdated. `seen` goes back with the line when it is sent.
    """

    echo: Label = Label(vi="", en="")
    commands: tuple[Command, ...] = ()
    note: NoteText | None = None
    choices: tuple[Choice, ...] = ()
    ui: UiAction | None = None
    error: LineError | None = None
    occurred_at: datetime | None = None
    seen: Seen | None = None

    def bodies(self) -> list[dict[str, Any]]:
        """The commands as a sender writes them: plain fields with their type, the note in clear."""
        bodies: list[dict[str, Any]] = [msgspec.to_builtins(command) for command in self.commands]
        if self.note is not None:
            bodies.append({"type": "incident.note", **msgspec.to_builtins(self.note)})
        return bodies
