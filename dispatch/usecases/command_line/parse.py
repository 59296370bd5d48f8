"""One line → its reading. Pure: the same line and context give the same reading, and nothing raises."""

import msgspec

from dispatch.domain.codebook import Label
from dispatch.usecases.command_line.arguments import Ambiguous, read_arguments, unknown
from dispatch.usecases.command_line.build import BUILDERS
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.earliest import find_counted
from dispatch.usecases.command_line.echo import with_time
from dispatch.usecases.command_line.faults import LineFault
from dispatch.usecases.command_line.reading import Choice, Reading
from dispatch.usecases.command_line.verbs import GLUED, VERBS, Verb
from dispatch.usecases.command_line.words import Word, clean_line, read_back, split_line

LINE_LIMIT = 2_000
"""Characters of one line. A longer account belongs into the form, not into a command."""


def parse(line: str, context: LineContext) -> Reading:
    """What the line means now. See `Reading`; a line that means nothing carries its error, never raises."""
    return _read(line, context, expand=True)


def _read(line: str, context: LineContext, *, expand: bool) -> Reading:
    if len(line) > LINE_LIMIT:
        return Reading(error=LineFault("line_too_long", str(LINE_LIMIT)).error())
    cleaned = clean_line(line)
    words = split_line(cleaned)
    if not words:
        return Reading()
    try:
        return _read_words(cleaned, words, context)
    except LineFault as fault:
        return Reading(error=fault.error())
    except Ambiguous as several:
        lines = [
            f"{cleaned[: several.word.start]}{meaning}{cleaned[several.word.end :]}"
            for meaning in several.meanings
        ]
        return Reading(choices=tuple(_choice(each, context, expand) for each in lines))


def _choice(line: str, context: LineContext, expand: bool) -> Choice:
    """A line with one doubt less. When another doubt remains, the line itself is shown."""
    reading = _read(line, context, expand=False) if expand else Reading()
    echo = reading.echo if reading.echo.vi else Label(vi=line, en=line)
    return Choice(line=line, echo=echo)


def _read_words(cleaned: str, words: list[Word], context: LineContext) -> Reading:
    verb, before, after = _find_verb(words, context)
    rest = [*before, *after]
    at = read_back(rest[-1], context.now) if rest else None
    if at is not None and (verb.backdates or not verb.text):
        if not verb.backdates:
            raise LineFault("cannot_backdate", rest[-1].text)
        last = after.pop() if after else before.pop()
        cleaned = cleaned[: last.start].rstrip()
    else:
        at = None
    arguments = read_arguments(verb, before, after, cleaned, context)
    reading = BUILDERS[verb.word](verb, arguments, context)
    counted = find_counted(reading.commands, at, context) if at is not None else None
    echo = with_time(reading.echo, at, context.now, counted)
    return msgspec.structs.replace(reading, occurred_at=at, echo=echo)


def _find_verb(words: list[Word], context: LineContext) -> tuple[Verb, list[Word], list[Word]]:
    """The first word that is a verb, and the words on both sides of it."""
    for at, word in enumerate(words):
        if word.text[0] in GLUED:
            rest = [Word(word.text[1:], word.start + 1)] if len(word.text) > 1 else []
            return VERBS[word.text[0]], words[:at], [*rest, *words[at + 1 :]]
        found = next((reading for reading in _short(word) if reading in VERBS), None)
        if found is not None:
            return VERBS[found], words[:at], words[at + 1 :]
    raise _no_verb(words, context)


def _short(word: Word) -> list[str]:
    longest = max(len(verb) for verb in VERBS)
    return word.readings() if len(word.text) <= longest else []


def _no_verb(words: list[Word], context: LineContext) -> LineFault:
    """A line of nothing but names lacks its verb; otherwise the first word that is no name is at fault."""
    names = VERBS["D"]
    for word in words:
        try:
            read_arguments(names, [word], [], "", context)
        except LineFault:
            return unknown(word, context, may_be_verb=True)
    return LineFault("no_verb")
