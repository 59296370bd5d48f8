"""What goes from mouth to ear outside the centre: callers on a line, and crews on the radio.

The centre carries neither voice; the people of the demonstration who hear each other do so here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from dispatch.client.demo.places import Spot
from dispatch.client.demo.telling import Kind


@dataclass
class Story:
    """Something that happens: what, and where. Without `kind` it needs no unit, and `ends` so."""

    line: str
    spot: Spot
    kind: Kind | None = None
    ends: str = ""
    report_ids: list[str] = field(default_factory=list)


@dataclass
class Voice:
    """One caller of a story: what is said first and later, and where this person believes it is."""

    story: Story
    words: str
    spot: Spot
    number: str = ""
    later: str = ""
    corrects: bool = False


class Exchange:
    """Who is on which call, who told which report, and what some call-taker has in hand."""

    def __init__(self) -> None:
        self.calls: dict[str, Voice] = {}
        self.reports: dict[str, Voice] = {}
        self.in_hand: set[str] = set()

    def note_report(self, report_id: str, voice: Voice) -> None:
        """A report stands for what this caller told."""
        self.reports[report_id] = voice
        voice.story.report_ids.append(report_id)
        while len(self.reports) > 1000:
            self.reports.pop(next(iter(self.reports)))


SayByRadio = Callable[[str, str, dict[str, object]], Awaitable[bool]]
"""(agency, incident, command) → whether somebody of the room wrote down what a crew said by radio."""
