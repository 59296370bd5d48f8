"""What an export calls things, in either language."""

import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from dispatch.domain.codebook import CodeBook, Label

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_FILE = Path(__file__).with_name("words.toml")


@cache
def _tables() -> dict[str, dict[str, dict[str, str]]]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)


class Words:
    """The words of one language; `lang` is vi or en. Codes nobody has named stand for themselves."""

    def __init__(self, lang: str, book: CodeBook) -> None:
        self.lang = lang
        self.book = book

    def say(self, key: str, **fill: object) -> str:
        """A text of the table `text`. Raises KeyError for one that is not there."""
        return _tables()["text"][key][self.lang].format(**fill)

    def both(self, key: str) -> str:
        """A heading: the chosen language, the other beside."""
        entry = _tables()["text"][key]
        other = "en" if self.lang == "vi" else "vi"
        return f"{entry[self.lang]} / {entry[other]}"

    def find(self, table: str, code: str) -> str:
        """A code of one of the other tables."""
        entry = _tables().get(table, {}).get(code)
        return code if entry is None else entry[self.lang]

    def label(self, label: Label | None, code: str) -> str:
        """A label of the code tables."""
        if label is None:
            return code
        return label.vi if self.lang == "vi" else label.en

    def type(self, code: str | None) -> str:
        """An incident type."""
        found = self.book.types.get(code or "")
        return self.label(found.label if found else None, code or self.missing)

    def agency(self, agency_id: str) -> str:
        """An agency by its line and name."""
        found = self.book.agencies.get(agency_id)
        return agency_id if found is None else f"{found.line} {self.label(found.label, agency_id)}"

    def outcome(self, code: str | None) -> str:
        """How something ended."""
        return self.missing if code is None else self.label(self.book.outcomes.get(code), code)

    def status(self, agency_id: str, code: str, phase: str) -> str:
        """A unit's own status, else its phase."""
        agency = self.book.agencies.get(agency_id)
        found = agency.statuses.get(code) if agency else None
        return self.find("phase", phase) if found is None else self.label(found.label, code)

    @property
    def missing(self) -> str:
        """What stands where nobody reported a time: a word, never 0:00."""
        return self.say("not_reported")

    def clock(self, at: datetime | None) -> str:
        """A time of day as the room reads it."""
        return self.missing if at is None else at.astimezone(ZONE).strftime("%H:%M:%S")

    def moment(self, at: datetime | None) -> str:
        """A day and a time of day."""
        return self.missing if at is None else at.astimezone(ZONE).strftime("%d/%m/%Y %H:%M:%S")

    def lasted(self, seconds: float | None) -> str:
        """h:mm:ss, or m:ss below an hour."""
        if seconds is None:
            return self.missing
        whole = str(timedelta(seconds=round(seconds)))
        return whole.removeprefix("0:").removeprefix("0") if seconds < 3600 else whole


def iso_local(at: datetime) -> str:
    """RFC 3339 with the city's offset."""
    return at.astimezone(ZONE).isoformat(timespec="milliseconds")
