"""A text to a caller: what was asked of them, by whom, and which way it went."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event

ALLEY_MOUTH = "alley_mouth"
"""Please send somebody to the alley's mouth to guide the crew in."""

BY_HAND = "by_hand"
GATEWAY = "gateway"


class CallerText(msgspec.Struct, frozen=True, kw_only=True):
    """`how`: by_hand (no gateway is set up: a person sends or says it), or gateway. `state`: asked, sent,
    failed; a text by hand stays asked, since nobody but its sender knows."""

    text_id: str
    kind: str
    how: str
    by: str
    at: datetime
    state: str = "asked"


class TextCaller(Command, frozen=True, kw_only=True, tag="report.text_caller"):
    """Ask the caller of a report for something by text. The rim says which way texts go here."""

    report_id: str
    text_id: str
    kind: str
    how: str = BY_HAND


class FinishText(Command, frozen=True, kw_only=True, tag="report.finish_text"):
    """The gateway's answer, told by the centre itself."""

    report_id: str
    text_id: str
    sent: bool


class CallerTextAsked(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "report.text_asked"
    report_id: str
    text_id: str
    kind: str
    how: str


class CallerTextFinished(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "report.text_finished"
    report_id: str
    text_id: str
    sent: bool
