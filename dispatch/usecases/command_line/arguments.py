"""Which words of a line name an incident, a unit or a number, whatever their order."""

import re

import msgspec

from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.unit import Unit
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.faults import LineFault
from dispatch.usecases.command_line.nearest import by_fold, list_nearest
from dispatch.usecases.command_line.verbs import VERBS, Verb
from dispatch.usecases.command_line.words import Word

_INCIDENT = re.compile(r"((?:\d{6}-)?\d{4})(?:-(\d))?", re.ASCII)
_WORDY = frozenset(
    ("M", ".", "TY", "HO", "N", "WHO", "?", "DONG", "NGAP", "CHAM", "MO", "HUY", "RUT", "CHIA")
)
"""Verbs whose words name no units."""
_NUMBER = re.compile(r"\d{1,2}", re.ASCII)


class Ambiguous(Exception):
    """A word with several legal readings: the words that mean only one each."""

    def __init__(self, word: Word, meanings: tuple[str, ...]) -> None:
        super().__init__(word.text)
        self.word = word
        self.meanings = meanings


class Arguments(msgspec.Struct, kw_only=True):
    """What a verb is given. `incident` is one named in the line; the selected one is not filled in here."""

    units: list[Unit] = msgspec.field(default_factory=list)
    incident: Incident | None = None
    leg: Leg | None = None
    outcome: str | None = None
    agency_id: str | None = None
    text: str = ""

    def pick_incident(self, context: LineContext) -> Incident:
        """The incident named, else the selected one; raises LineFault `missing_incident`."""
        incident = self.incident or context.find_incident(context.selected)
        if incident is None or incident.state != "open":
            raise LineFault("missing_incident")
        return incident

    def pick_units(self) -> list[Unit]:
        """The units named, at least one; raises LineFault `missing_unit`."""
        if not self.units:
            raise LineFault("missing_unit")
        return self.units


def read_arguments(
    verb: Verb, before: list[Word], after: list[Word], line: str, context: LineContext
) -> Arguments:
    """The words before and after a verb. For verbs with text the rest begins at the first word after the
    verb that names nothing; `line` ends where the text ends.

    Raises LineFault for a word that does not fit and Ambiguous for one that fits twice.
    """
    arguments = Arguments()
    for word in before:
        if not _take(verb, word, arguments, context):
            raise unknown(word, context)
    if verb.whole and after:
        arguments.text = line[after[0].start :]
        return arguments
    for at, word in enumerate(after):
        if _belongs_to_text(verb, at, arguments) or not _take(verb, word, arguments, context):
            if not verb.text:
                raise unknown(word, context)
            arguments.text = line[word.start :]
            break
    return arguments


def unknown(word: Word, context: LineContext, *, may_be_verb: bool = False) -> LineFault:
    """The fault of a word that names nothing, with the nearest that would."""
    shape = _INCIDENT.fullmatch(word.plain)
    if shape is not None:
        counters = (incident.number[-4:] for incident in context.list_open())
        return LineFault("unknown_incident", word.text, list_nearest(word.plain, by_fold(counters)))
    if word.plain in VERBS:
        return LineFault("unexpected_word", word.text)
    if _NUMBER.fullmatch(word.plain):
        return LineFault("unexpected_word", word.text)
    known = context.by_plain_sign()
    if may_be_verb:
        known = {**known, **by_fold(v for v in VERBS if v.isalnum())}
    return LineFault("unknown_word", word.text, list_nearest(word.plain, known))


def find_units(word: Word, context: LineContext) -> Unit | None:
    """The unit a word names; None when it names none. Raises Ambiguous when it may name several."""
    found: dict[str, Unit] = {}
    for reading in word.readings():
        for unit in context.list_units(reading):
            found[unit.call_sign] = unit
    if len(found) > 1:
        raise Ambiguous(word, tuple(f'"{call_sign}"' for call_sign in sorted(found)[:9]))
    return next(iter(found.values()), None)


def _belongs_to_text(verb: Verb, at: int, arguments: Arguments) -> bool:
    """Words of these verbs are an address or an account: only the first may name the incident, and of
    a recall the agency beside it."""
    if verb.word in ("N", "WHO", "?", "MO"):
        return True
    if verb.word == "RUT":
        return at > 1
    return verb.word in _WORDY and (at > 0 or arguments.incident is not None)


def _take(verb: Verb, word: Word, arguments: Arguments, context: LineContext) -> bool:
    """Whether the word was one of the verb's arguments."""
    shape = _INCIDENT.fullmatch(word.plain)
    if shape is not None:
        return _take_incident(verb, word, shape, arguments, context)
    if verb.word == "A" and _take_outcome(word, arguments, context):
        return True
    if verb.word == "RUT" and arguments.agency_id is None and word.plain in context.book.agencies:
        arguments.agency_id = word.plain
        return True
    if verb.word in _WORDY:
        return False
    unit = find_units(word, context)
    if unit is not None and unit not in arguments.units:
        arguments.units.append(unit)
    return unit is not None


def _take_incident(
    verb: Verb, word: Word, shape: re.Match[str], arguments: Arguments, context: LineContext
) -> bool:
    number, suffix = shape.groups()
    incident = context.find_by_number(number)
    if incident is None:
        if verb.text:
            return False
        raise unknown(word, context)
    if arguments.incident is not None and arguments.incident.id != incident.id:
        raise LineFault("two_incidents", word.text)
    arguments.incident = incident
    if suffix is not None:
        arguments.leg = context.find_leg(incident, suffix)
        if arguments.leg is None:
            raise LineFault("unknown_leg", f"-{suffix}")
    return True


def _take_outcome(word: Word, arguments: Arguments, context: LineContext) -> bool:
    """An outcome by its place in the table, from 1, or by its code."""
    codes = list(context.book.outcomes)
    if _NUMBER.fullmatch(word.plain):
        place = int(word.plain)
        if not 1 <= place <= len(codes):
            raise LineFault("unknown_outcome", word.text)
        code = codes[place - 1]
    else:
        named = next((c for c in codes if c.upper() == word.plain), None)
        if named is None:
            return False
        code = named
    if arguments.outcome is not None:
        raise LineFault("unexpected_word", word.text)
    arguments.outcome = code
    return True
