"""The report of one incident for print: A4, the font embedded, so that every machine shows its letters."""

import io
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import cast
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from dispatch.live.clocks import LegTimes
from dispatch.replay.export.facts import Facts, Json
from dispatch.replay.export.lines import Describer
from dispatch.replay.export.people import People
from dispatch.replay.export.words import Words

_FONTS = Path(__file__).parent / "fonts"
_FAMILY = {"Text": "BeVietnamPro-Regular.ttf", "Strong": "BeVietnamPro-SemiBold.ttf"}
_WIDTH = A4[0] - 32 * mm - 12  # the frame keeps 6 points on each side
_LINE = colors.HexColor("#B8B2A6")
_HEAD = colors.HexColor("#EFEBE2")
# Stacked marks (ẫ ễ ổ) need a third of the size above and below.
_BODY = ParagraphStyle("body", fontName="Text", fontSize=8.5, leading=12.5)
_SMALL = ParagraphStyle("small", parent=_BODY, fontSize=7.5, leading=11, textColor=colors.HexColor("#4A443A"))
_STRONG = ParagraphStyle("strong", parent=_BODY, fontName="Strong")
_TITLE = ParagraphStyle("title", parent=_BODY, fontName="Strong", fontSize=17, leading=25)
_SECTION = ParagraphStyle("section", parent=_STRONG, fontSize=10.5, leading=16, spaceBefore=10, spaceAfter=4)
_CLOCKS = (
    "notify_s", "turnout_s", "travel_s", "access_s", "scene_s", "transport_s", "handover_s", "total_s",
)  # fmt: skip


def make_pdf(facts: Facts, people: People, words: Words, stamp: str, warning: str, test: bool) -> bytes:
    """The report. `stamp` tells who made it when, `warning` what is left out or that nothing is."""
    _register_fonts()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=16 * mm,
        rightMargin=16 * mm,
        topMargin=16 * mm,
        bottomMargin=20 * mm,
        title=_clean(f"{words.say('title')} {facts.title}"),
        author="",
        subject=_clean(warning),
        lang="vi-VN" if words.lang == "vi" else "en",
    )
    report = _Report(facts, people, words)
    story = [*report.head(warning, test), *report.legs(), *report.units(), *report.reports(), *report.log()]
    source = words.say("from", seq=facts.seq, link=f"{facts.link[:12]}…{facts.link[-6:]}")
    document.build(story, canvasmaker=_numbering(words, f"{facts.title} · {stamp}", source))
    return out.getvalue()


def _register_fonts() -> None:
    for name, file in _FAMILY.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, _FONTS / file))


def _clean(text: str) -> str:
    """Composed letters, since the font has a glyph for each; what it has no glyph for becomes a box."""
    known = cast(TTFont, pdfmetrics.getFont("Text")).face.charToGlyph
    composed = unicodedata.normalize("NFC", text)
    return "".join(letter if letter in "\n\t" or ord(letter) in known else "□" for letter in composed)


def _text(text: object, style: ParagraphStyle = _BODY) -> Paragraph:
    return Paragraph(escape(_clean(str(text))).replace("\n", "<br/>"), style)


def _grid(rows: list[list[Flowable]], widths: list[float], *, head: bool = True) -> Table:
    table = Table(
        rows,
        colWidths=[_WIDTH * width / sum(widths) for width in widths],
        repeatRows=1 if head else 0,
        style=[
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ],
    )
    if head:
        table.setStyle([("BACKGROUND", (0, 0), (-1, 0), _HEAD)])
    return table


def _at(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None


class _Report:
    """The parts of one report, top to bottom."""

    def __init__(self, facts: Facts, people: People, words: Words) -> None:
        self._facts = facts
        self._people = people
        self._words = words
        self._describer = Describer(facts, people, words)
        incident = facts.find("incident", facts.incident_id)
        assert incident is not None
        self._incident: Json = incident

    def head(self, warning: str, test: bool) -> list[Flowable]:
        """What it was, where, when, and how it stands."""
        incident, words = self._incident, self._words
        pairs = [
            ("type", words.type(str(incident["type_code"]))),
            ("priority", f"P{incident['priority']}"),
            ("place", self._describer.place(incident["place"]) or words.say("none")),
            ("opened", words.moment(_at(incident["opened_at"]))),
            ("closed", words.moment(_at(incident["closed_at"]))),
            ("state", words.find("state", str(incident["state"]))),
            ("level", str(incident["level"])),
            ("answer", self._answer()),
        ]
        rows: list[list[Flowable]] = [
            [_text(words.both(name), _SMALL), _text(value, _STRONG)] for name, value in pairs
        ]
        parts: list[Flowable] = [
            _text(f"{words.say('title')} {incident['number']}", _TITLE),
            _text(warning, _SMALL),
        ]
        if test:
            parts.append(_text(words.say("synthetic"), _STRONG))
        return [*parts, Spacer(1, 3 * mm), _grid(rows, [3, 7], head=False)]

    def legs(self) -> list[Flowable]:
        """One line per agency."""
        words = self._words
        rows = [self._heads("agency", "requested", "processing", "total", "outcome")]
        for times in self._leg_times():
            leg = self._facts.find("leg", times.leg_id) or {}
            rows.append(
                [
                    _text(words.agency(times.agency_id), _STRONG),
                    _text(words.clock(_at(leg.get("requested_at")))),
                    _text(words.lasted(times.clocks.processing_s)),
                    _text(words.lasted(times.clocks.total_s)),
                    _text(self._outcome(leg)),
                ]
            )
        return [self._section("legs"), _grid(rows, [4, 2, 2, 2, 3])]

    def units(self) -> list[Flowable]:
        """Every unit's times as reported, and the clocks between them."""
        parts: list[Flowable] = [self._section("units")]
        for times in self._leg_times():
            for assignment_id in times.units:
                assignment = self._facts.find("assignment", assignment_id)
                if assignment is not None:
                    parts += self._unit(assignment, times)
        return parts if len(parts) > 1 else [*parts, _text(self._words.say("none"))]

    def reports(self) -> list[Flowable]:
        """Who told what, as far as it may be said."""
        words, facts = self._words, self._facts
        rows = [self._heads("time", "channel", "phone", "words")]
        reports = sorted(facts.list_kind("report"), key=lambda body: str(body["received_at"]))
        for report in reports:
            said = [str(line) for line in cast(list[object], report.get("words") or []) if line]
            rows.append(
                [
                    _text(words.clock(_at(report["received_at"]))),
                    _text(words.find("channel", str(report["channel"]))),
                    _text(self._personal(report.get("phone"))),
                    _text(words.say("redacted") if facts.redacted else "\n".join(said) or words.missing),
                ]
            )
        return [self._section("reports"), _grid(rows, [2, 2, 2.4, 6])]

    def log(self) -> list[Flowable]:
        """Every event in order."""
        rows = [self._heads("time", "who", "unit", "what", "detail")]
        rows += [
            [
                _text(self._words.clock(line.at)),
                _text(self._people.name(line.actor)),
                _text(self._describer.unit(line)),
                _text(self._describer.what(line)),
                _text(self._describer.detail(line)),
            ]
            for line in self._facts.lines
        ]
        return [self._section("log"), _grid(rows, [1.5, 2.2, 1.4, 3, 5])]

    def _unit(self, assignment: Json, times: LegTimes) -> list[Flowable]:
        """One unit: a line of times, a line of clocks."""
        words = self._words
        clocks = times.units[str(assignment["id"])]
        named = cast(dict[str, Json], assignment["times"])
        steps = [
            (words.say("dispatched"), _at(assignment["dispatched_at"])),
            (words.say("received"), _at(assignment["received_at"])),
            (words.say("accepted"), _at(assignment["accepted_at"])),
            *((words.find("phase", phase), _at(named.get(phase, {}).get("occurred_at")))
              for phase in ("en_route", "on_scene", "at_patient", "transporting", "at_hospital")),
            (words.say("ended"), _at(assignment["ended_at"])),
        ]  # fmt: skip
        unit = self._people.unit(assignment["unit_id"])
        agency, ended = words.agency(str(assignment["agency_id"])), self._outcome(assignment)
        title = f"{unit} · {agency} · {words.say('outcome')}: {ended}"
        cells = [[_text(name, _SMALL), _text(words.clock(at))] for name, at in steps]
        spans = [
            [
                _text(words.find("clock", name).capitalize(), _SMALL),
                _text(words.lasted(getattr(clocks, name))),
            ]
            for name in _CLOCKS
        ]
        return [
            _text(title, _STRONG),
            _grid([_row(cells[:5]), _row(cells[5:], 5)], [1] * 5, head=False),
            _grid([_row(spans[:4]), _row(spans[4:])], [1] * 4, head=False),
            Spacer(1, 3 * mm),
        ]

    def _leg_times(self) -> list[LegTimes]:
        return self._facts.clocks.legs if self._facts.clocks else []

    def _answer(self) -> str:
        return self._words.lasted(self._facts.clocks.answer_s if self._facts.clocks else None)

    def _outcome(self, body: Json) -> str:
        outcome = body.get("outcome")
        return self._words.outcome(outcome if isinstance(outcome, str) else None)

    def _personal(self, value: object) -> str:
        if self._facts.redacted:
            return self._words.say("redacted")
        return str(value) if value else self._words.missing

    def _section(self, name: str) -> Paragraph:
        return _text(self._words.both(name), _SECTION)

    def _heads(self, *names: str) -> list[Flowable]:
        return [_text(self._head(name), _SMALL) for name in names]

    def _head(self, name: str) -> str:
        if name in ("processing", "total"):
            return self._words.find("clock", f"{name}_s").capitalize()
        return self._words.say(name)


def _row(cells: list[list[Paragraph]], width: int = 0) -> list[Flowable]:
    """Cells of a name over a value, filled up to a width."""
    return cast(list[Flowable], [*cells, *([""] * (width - len(cells)))])


def _numbering(words: Words, stamp: str, source: str) -> type[Canvas]:
    """Pages that say which of how many they are, of what, and from which state of the log."""

    class Numbered(Canvas):
        def __init__(self, *args: object, **named: object) -> None:
            super().__init__(*args, **named)  # type: ignore[arg-type]
            self._pages: list[dict[str, object]] = []

        def showPage(self) -> None:  # noqa: N802 - the library's name
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for n, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                self.setFont("Text", 7)
                self.drawString(16 * mm, 13 * mm, _clean(stamp))
                self.drawString(16 * mm, 9 * mm, _clean(source))
                told = words.say("page", n=n, of=len(self._pages))
                self.drawRightString(A4[0] - 16 * mm, 9 * mm, _clean(told))
                super().showPage()
            super().save()

    return Numbered
