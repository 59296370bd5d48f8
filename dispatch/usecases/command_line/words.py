"""A line cut into words, and the time at its end."""

import re
import unicodedata
from datetime import datetime, timedelta

import msgspec

from dispatch.domain.ids import LOCAL_TIME
from dispatch.usecases.command_line.faults import LineFault
from dispatch.usecases.command_line.input_methods import list_spellings

FARTHEST_BACK = timedelta(hours=12)

_DROPPED = frozenset({"Cc", "Cf", "Cs"})
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_WORD = re.compile(r'"[^"]*"|\S+')
_MINUTES = re.compile(r"-(\d{1,3})", re.ASCII)
_CLOCK = re.compile(r"@(\d{2}):?(\d{2})", re.ASCII)


class Word(msgspec.Struct, frozen=True):
    """One word as typed and where it stands in the cleaned line. A word in quotes means only itself."""

    text: str
    start: int

    @property
    def quoted(self) -> bool:
        return len(self.text) > 2 and self.text.startswith('"') and self.text.endswith('"')

    @property
    def plain(self) -> str:
        """Capitals, without quotes, every kind of dash a hyphen."""
        text = self.text[1:-1] if self.quoted else self.text
        return text.translate(_DASHES).upper()

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def readings(self) -> list[str]:
        """What the word may stand for: itself first, then what an input method may have made it from."""
        plain = self.plain
        return [plain] if self.quoted else [plain, *sorted(list_spellings(plain))]


def clean_line(line: str) -> str:
    """NFC, one line, without control characters and halves of characters."""
    composed = unicodedata.normalize("NFC", line)
    kept = (
        " " if c.isspace() else c for c in composed if c.isspace() or unicodedata.category(c) not in _DROPPED
    )
    return "".join(kept).strip()


def split_line(cleaned: str) -> list[Word]:
    """The words of a cleaned line. A quotation mark without its partner is part of its word."""
    return [Word(match.group(), match.start()) for match in _WORD.finditer(cleaned)]


def read_back(word: Word, now: datetime) -> datetime | None:
    """The time that a last word "-3" (minutes ago) or "@1405" (local clock) sets; None for another word.

    A clock time still to come today means yesterday's. Raises LineFault `bad_time` and `too_far_back`.
    """
    minutes = _MINUTES.fullmatch(word.plain)
    if minutes is not None:
        at = now - timedelta(minutes=int(minutes.group(1)))
    elif word.plain.startswith("@"):
        at = _at_clock(word, now)
    else:
        return None
    if now - at > FARTHEST_BACK:
        raise LineFault("too_far_back", word.text)
    return at


def _at_clock(word: Word, now: datetime) -> datetime:
    clock = _CLOCK.fullmatch(word.plain)
    hour, minute = (int(part) for part in clock.groups()) if clock is not None else (24, 0)
    if hour > 23 or minute > 59:
        raise LineFault("bad_time", word.text)
    local = now.astimezone(LOCAL_TIME)
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if at > local:
        at -= timedelta(days=1)
    return at.astimezone(now.tzinfo)
