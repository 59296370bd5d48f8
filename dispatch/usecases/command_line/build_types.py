"""TY: an incident type by its code or by words of its name, with or without diacritics."""

import re
from collections.abc import Callable

from dispatch.domain.codebook import IncidentType, Label
from dispatch.domain.model.incident import ChangeType, Incident
from dispatch.usecases.command_line.arguments import Arguments
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.echo import name_incident
from dispatch.usecases.command_line.faults import LineFault
from dispatch.usecases.command_line.input_methods import list_spellings
from dispatch.usecases.command_line.nearest import by_fold, list_nearest
from dispatch.usecases.command_line.reading import Choice, Reading, Seen
from gis.geocode.fold import fold

_NUMBER_AT_END = re.compile(r"\s((?:\d{6}-)?\d{4})$", re.ASCII)
_AT_MOST = 9


def change_type(arguments: Arguments, context: LineContext, seen_of: Callable[[Incident], Seen]) -> Reading:
    """One type fits: its command. Several: the choice among them."""
    text = _without_number(arguments, context)
    incident = arguments.pick_incident(context)
    if not text:
        raise LineFault("missing_text")
    found = _find_types(text, context)
    if not found:
        known = by_fold([*context.book.types, *(t.label.vi for t in context.book.types.values())])
        raise LineFault("unknown_type", text, list_nearest(text, known))
    named = name_incident(incident, context)
    if len(found) > 1:
        return Reading(
            choices=tuple(
                Choice(line=f"TY {incident.number} {kind.code}", echo=_echo(named, kind))
                for kind in found[:_AT_MOST]
            )
        )
    seen = seen_of(incident)
    command = ChangeType(incident_id=incident.id, type_code=found[0].code, seen=seen.version)
    return Reading(commands=(command,), echo=_echo(named, found[0]), seen=seen)


def _without_number(arguments: Arguments, context: LineContext) -> str:
    """The words; an incident's number at their end is taken off when none was named before."""
    at_end = _NUMBER_AT_END.search(arguments.text)
    if arguments.incident is None and at_end is not None:
        arguments.incident = context.find_by_number(at_end.group(1))
        if arguments.incident is not None:
            return arguments.text[: at_end.start()]
    return arguments.text


def _find_types(text: str, context: LineContext) -> list[IncidentType]:
    """The type of that code or that very name, else every type whose name has all the words."""
    types = context.book.types.values()
    named = [t for t in types if t.code.lower() == text.lower()]
    folded = fold(text)
    named = named or [t for t in types if folded in (fold(t.label.vi), fold(t.label.en))]
    if named:
        return named
    wanted = [{fold(word), *(fold(s) for s in list_spellings(word))} - {""} for word in text.split()]
    wanted = [spellings for spellings in wanted if spellings]
    return [
        t for t in types if wanted and _has_all(f" {fold(t.label.vi)} {fold(t.label.en)} {t.code}", wanted)
    ]


def _has_all(name: str, wanted: list[set[str]]) -> bool:
    return all(any(f" {spelling}" in name for spelling in spellings) for spellings in wanted)


def _echo(named: Label, kind: IncidentType) -> Label:
    return Label(vi=f"{named.vi} → {kind.label.vi}", en=f"{named.en} → {kind.label.en}")
