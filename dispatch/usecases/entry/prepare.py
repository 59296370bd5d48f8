"""A command as its sender wrote it → a command as the rules take it.

Senders write clear text; the rules see personal values only sealed. Ids and receipt codes that the
sender left out are derived from the command's own id, so that a repeat gets the very same ones.
"""

import base64
import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol, cast

import msgspec

from dispatch.domain.kernel import COMMANDS, derive_id
from dispatch.domain.model.caller_text import BY_HAND
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.messages import Actor, Command, Refused, Role
from dispatch.domain.model.report import Report
from dispatch.domain.model.values import Sealed
from dispatch.domain.rules.checks import check_bounds
from dispatch.usecases.entry.text import (
    DETAIL_LIMIT,
    HEARD_LIMIT,
    NAME_LIMIT,
    WORDS_LIMIT,
    clean_phone,
    clean_text,
)
from dispatch.usecases.picture import Picture
from dispatch.usecases.places.whereabouts import find_call_of, require_inside

Body = dict[str, object]
Bounds = tuple[float, float, float, float]
"""West, south, east, north of the city, degrees."""

PrepareBody = Callable[[Body, str, Actor], Awaitable[Command]]
"""A sender's body, the command's id and its actor → the command as the rules take it; raises Refused."""

log = logging.getLogger(__name__)


def _convert(body: Body, tag: str) -> Command:
    try:
        return msgspec.convert(body, COMMANDS[tag])
    except msgspec.ValidationError as fault:
        raise Refused("malformed_command", type=tag, fault=str(fault)) from fault


class Sealer(Protocol):
    """What preparing needs of the vault."""

    async def subject_for_command(self, phone: str = "") -> str: ...

    async def load(self, subjects: list[str]) -> None: ...

    def seal(self, subject: str, text: str) -> Sealed: ...


class WaitingFixes(Protocol):
    """Positions of telephones that have not called yet."""

    async def keep(self, subject: str, fix: object) -> None: ...

    async def find(self, subject: str) -> object | None: ...


class Preparer:
    """Turns wire bodies into commands. `secret` makes receipt codes unguessable; `default_line` is the
    telephone line whose agency gets reports that name none."""

    def __init__(
        self,
        vault: Sealer,
        picture: Picture,
        early: WaitingFixes,
        *,
        secret: bytes,
        line_agencies: dict[str, str],
        default_line: str,
        texts_go: str = BY_HAND,
        bounds: Bounds | None = None,
    ) -> None:
        self._vault = vault
        self._picture = picture
        self._secret = secret
        self._line_agencies = line_agencies
        self._default_line = default_line
        self._texts_go = texts_go
        self._bounds = bounds
        self._early = early
        self._steps: dict[str, Callable[[Body, str, Actor], Awaitable[None]]] = {
            "report.receive": self._receive,
            "report.add_words": self._add_words,
            "incident.open": self._open,
            "incident.note": self._note,
            "caution.keep": self._keep_caution,
            "report.text_caller": self._text_caller,
            "call.ring": self._ring,
            "call.locate": self._locate,
            "handover.write": self._leave,
            "report.answer": self._answer,
            "road_condition.put": self._put_road,
            "road_condition.report": self._report_road,
        }

    async def prepare(self, body: Body, command_id: str, actor: Actor) -> Command:
        """The command of a wire body.

        Raises Refused: `unknown_command` for a type nobody knows, `malformed_command` for wrong fields
        (with the place of the fault), `too_long`, `wrong_type`, and `unknown_…` for ids that do not exist.
        """
        tag = body.get("type")
        if not isinstance(tag, str) or tag not in COMMANDS:
            raise Refused("unknown_command", type=str(tag)[:80])
        filled = dict(body)
        step = self._steps.get(tag)
        if step is not None:
            await step(filled, command_id, actor)
        return _convert(filled, tag)

    async def _receive(self, body: Body, command_id: str, actor: Actor) -> None:
        body["report_id"] = derive_id(command_id, 0, actor.id)
        body["receipt_code"] = self._receipt_code(actor.id, command_id)
        line = str(body.pop("line", None) or self._default_line)
        if "agency_id" not in body or actor.role == Role.REPORTER:
            if line not in self._line_agencies:
                raise Refused("unknown_line", line=line[:20])
            body["agency_id"] = self._line_agencies[line]
        if actor.role == Role.REPORTER:
            body["device"] = actor.id
        phone = clean_phone(body.get("phone") or "")
        subject = await self._subject_of(phone)
        body["subject"] = subject
        body["phone"] = self._seal(subject, phone)
        body["name"] = self._seal(subject, clean_text(body.get("name") or "", "name", NAME_LIMIT))
        body["words"] = self._seal(subject, clean_text(body.get("words") or "", "words", WORDS_LIMIT))
        place = body.get("place")
        if isinstance(place, dict):
            heard = clean_text(place.get("heard") or "", "place", HEARD_LIMIT)
            body["place"] = {**place, "heard": heard}

    async def _add_words(self, body: Body, command_id: str, actor: Actor) -> None:
        report = await self._load_report(body)
        words = clean_text(body.get("words") or "", "words", WORDS_LIMIT)
        body["words"] = self._seal(report.subject, words)

    async def _open(self, body: Body, command_id: str, actor: Actor) -> None:
        body["incident_id"] = body.get("incident_id") or derive_id(command_id, 0, actor.id)
        report = self._picture.reports.get(str(body.get("report_id")))
        # Notes of an incident are sealed apart from any caller: erasing one caller must not erase them.
        body["subject"] = await self._vault.subject_for_command()
        if body.get("report_id") and report is None:
            raise Refused("unknown_report", report_id=str(body.get("report_id"))[:64])

    async def _note(self, body: Body, command_id: str, actor: Actor) -> None:
        incident = self._get_incident(body)
        await self._vault.load([incident.subject])
        body["note_id"] = derive_id(command_id, 0, actor.id)
        body["text"] = self._seal(incident.subject, clean_text(body.get("text") or "", "text", WORDS_LIMIT))

    async def _keep_caution(self, body: Body, command_id: str, actor: Actor) -> None:
        incident = self._get_incident(body)
        body["caution_id"] = derive_id(command_id, 0, actor.id)
        body["source"] = body.get("source") or ""
        text = clean_text(body.get("text") or "", "text", WORDS_LIMIT)
        # About a number it is the caller's own, and goes with the caller; about a place it is nobody's.
        caller = self._find_newest_caller(incident) if body.get("scope") == "number" else ""
        if caller:
            await self._vault.load([caller])
            try:
                body["text"] = self._seal(caller, text)
                return
            except ValueError:
                log.info("a caution was to be kept for a number whose key was erased")
        # Where a number is wanted and there is none, the rules say so once they know who asks.
        body["text"] = self._seal(await self._vault.subject_for_command(), text)

    def _get_incident(self, body: Body) -> Incident:
        incident = self._picture.incidents.get(str(body.get("incident_id")))
        if incident is None:
            raise Refused("unknown_incident", incident_id=str(body.get("incident_id"))[:64])
        return incident

    def _find_newest_caller(self, incident: Incident) -> str:
        """The key subject of the number from which the newest report with one came; "" without any."""
        reports = (self._picture.reports.get(report_id) for report_id in incident.report_ids)
        known = [report for report in reports if report is not None and report.phone is not None]
        newest = max(known, key=lambda report: report.received_at, default=None)
        return newest.phone.subject if newest is not None and newest.phone is not None else ""

    async def _text_caller(self, body: Body, command_id: str, actor: Actor) -> None:
        body["text_id"] = derive_id(command_id, 0, actor.id)
        body["how"] = self._texts_go

    async def _ring(self, body: Body, command_id: str, actor: Actor) -> None:
        body["call_id"] = body.get("call_id") or derive_id(command_id, 0, actor.id)
        phone = clean_phone(body.get("number") or "")
        subject = await self._subject_of(phone)
        body["number"] = self._seal(subject, phone)
        # The rules decide which of them ended so lately that they open again.
        known = (self._picture.reports.get(i) for i in self._picture.reports_by_subject.get(subject, ()))
        body["earlier"] = sorted(r.id for r in known if r is not None and r.status == "ended")
        body["handset"] = await self._early.find(subject) if phone else None

    async def _locate(self, body: Body, command_id: str, actor: Actor) -> None:
        """Name the call whose telephone this is; a position that comes before its call waits for it."""
        phone = clean_phone(body.pop("number", None) or "")
        require_inside(body.get("fix"), self._bounds)
        if body.get("call_id"):
            return
        if not phone:
            raise Refused("handset_unknown")
        subject = await self._subject_of(phone)
        call = find_call_of(self._picture.calls.values(), subject)
        if call is None:
            # What no rule would take must not wait: it would be refused with the ring that it is brought to.
            check_bounds(_convert({**body, "call_id": subject}, "call.locate"))
            await self._early.keep(subject, body.get("fix"))
            raise Refused("call_not_yet")
        body["call_id"] = call.id

    async def _answer(self, body: Body, command_id: str, actor: Actor) -> None:
        report = await self._load_report(body)
        answers = body.get("answers")
        if isinstance(answers, list):
            body["answers"] = [self._answer_of(report.subject, given) for given in answers]

    def _answer_of(self, subject: str, given: object) -> object:
        if not isinstance(given, dict):
            return given
        text = clean_text(given.get("text") or "", "text", DETAIL_LIMIT)
        return {**given, "text": self._seal(subject, text)}

    async def _put_road(self, body: Body, command_id: str, actor: Actor) -> None:
        body["condition_id"] = derive_id(command_id, 0, actor.id)
        for name, limit in (("reason", DETAIL_LIMIT), ("where", HEARD_LIMIT), ("source", NAME_LIMIT)):
            body[name] = clean_text(body.get(name) or "", name, limit)
        self._require_inside(body.get("lon_lats"))

    async def _report_road(self, body: Body, command_id: str, actor: Actor) -> None:
        body["condition_id"] = derive_id(command_id, 0, actor.id)
        body["reason"] = clean_text(body.get("reason") or "", "reason", DETAIL_LIMIT)
        self._require_inside([body.get("lon_lat")])

    def _require_inside(self, lon_lats: object) -> None:
        """Refuse `road_outside` for a position beyond the city; what is no position, the rules refuse."""
        if self._bounds is None or not isinstance(lon_lats, list | tuple):
            return
        west, south, east, north = self._bounds
        for at in lon_lats:
            match at:
                case [int() | float() as lon, int() | float() as lat]:
                    if (
                        abs(lon) <= 180
                        and abs(lat) <= 90
                        and not (west <= lon <= east and south <= lat <= north)
                    ):
                        raise Refused("road_outside", lon=lon, lat=lat)

    async def _load_report(self, body: Body) -> Report:
        """The report a command is about, with its subject's key at hand."""
        report = self._picture.reports.get(str(body.get("report_id")))
        if report is None:
            raise Refused("unknown_report", report_id=str(body.get("report_id"))[:64])
        await self._vault.load([report.subject])
        return report

    async def _leave(self, body: Body, command_id: str, actor: Actor) -> None:
        subject = await self._vault.subject_for_command()
        body["notes"] = self._seal(subject, clean_text(body.get("notes") or "", "notes", WORDS_LIMIT))

    async def _subject_of(self, phone: str) -> str:
        return await self._vault.subject_for_command(phone)

    def _seal(self, subject: str, text: str) -> Body | None:
        """A sealed value as plain fields, ready for conversion; empty text is no value."""
        if not text:
            return None
        return cast(Body, msgspec.to_builtins(self._vault.seal(subject, text)))

    def _receipt_code(self, actor_id: str, command_id: str) -> str:
        """Ten letters and digits without look-alikes (base32), 50 bits nobody can guess."""
        digest = hmac.new(self._secret, f"{actor_id}/{command_id}".encode(), hashlib.sha256).digest()
        code = base64.b32encode(digest).decode()[:10]
        return f"{code[:5]}-{code[5:]}"
