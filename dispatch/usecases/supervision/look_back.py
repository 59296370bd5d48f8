"""What is known while a caller still speaks: incidents this may be, and what was told before (R3, R4)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

import msgspec

from dispatch.domain.model.caution import Caution
from dispatch.domain.model.report import Duplicate, Report
from dispatch.domain.model.values import Place, Sealed
from dispatch.domain.rules.standing import concerns, is_withheld, measure_distance_m
from dispatch.store.history import MOST, NEAR_M, History, PastIncident, PastOfNumber
from dispatch.usecases.entry.text import clean_phone
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.find_duplicates import find_duplicates

_UNSENT = "form"
"""Stands for the report that is not sent yet."""


class Numbers(Protocol):
    """What looking back needs of the vault."""

    async def find_subject(self, phone: str) -> str | None: ...

    async def load(self, subjects: Iterable[str]) -> None: ...

    def open(self, sealed: Sealed) -> str | None: ...


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A form as far as it is filled in; `report_id` and `incident_id` once they exist."""

    phone: str = ""
    place: Place = Place()
    type_code: str | None = None
    report_id: str | None = None
    incident_id: str | None = None


class KnownCaution(msgspec.Struct, frozen=True, kw_only=True):
    """A standing caution about the form's place or number (`scope`), or about one `distance_m` beside the
    place, which an incident there would not be given (`beside`). Without a text, agencies `ask` know it."""

    id: str
    scope: str
    text: str | None
    ask: tuple[str, ...]
    source: str
    at: datetime
    expires_at: datetime
    distance_m: float | None
    beside: bool


class PastOfForm(msgspec.Struct, frozen=True, kw_only=True):
    """`number` is None where no number is known; `address` holds incidents at the place, `cautions` what is
    known to be dangerous there or about who calls, what concerns the form itself first."""

    number: PastOfNumber | None
    address: tuple[PastIncident, ...]
    cautions: tuple[KnownCaution, ...] = ()


class LookBack:
    """Answers both questions of a form. Raises Refused for words that cannot be a number, DatabaseLost."""

    def __init__(
        self,
        numbers: Numbers,
        history: History,
        picture: Picture,
        now: Callable[[], datetime],
    ) -> None:
        self._numbers = numbers
        self._history = history
        self._picture = picture
        self._now = now

    async def list_duplicates(self, told: Told) -> tuple[Duplicate, ...]:
        """Incidents that the form may concern, as they would be found for its report."""
        now = self._now()
        report = Report(
            id=told.report_id or _UNSENT,
            channel="console",
            receipt_code="",
            agency_id="",
            subject=await self._find_subject(told.phone) or "",
            occurred_at=now,
            received_at=now,
            place=told.place,
            type_code=told.type_code,
            incident_id=told.incident_id,
        )
        return find_duplicates(report, self._picture, now)

    async def read(self, told: Told, agencies: frozenset[str]) -> PastOfForm:
        """What was told before from its number and at its place, as these agencies may see it."""
        now = self._now()
        subject = await self._find_subject(told.phone)
        own = (told.report_id,) if told.report_id is not None else ()
        number = None
        if subject is not None:
            number = await self._history.read_number(subject, agencies, now, without=own)
        address: tuple[PastIncident, ...] = ()
        at = told.place.lon_lat
        if at is not None:
            near = await self._history.read_place(at.lon, at.lat, agencies, now)
            address = tuple(i for i in near if i.id != told.incident_id)
        cautions = await self._list_cautions(told.place, subject, now)
        return PastOfForm(number=number, address=address, cautions=cautions)

    async def _list_cautions(
        self, place: Place, subject: str | None, now: datetime
    ) -> tuple[KnownCaution, ...]:
        at = place.lon_lat
        if at is None and subject is None:
            return ()
        found = await self._history.list_cautions((at.lon, at.lat) if at else None, subject, now)
        callers = (subject,) if subject else ()
        known: list[KnownCaution] = []
        await self._numbers.load({caution.text.subject for caution in found})
        for caution in found:
            own = concerns(caution, place, callers, test=False)
            where = caution.place.lon_lat if caution.place is not None else None
            far_m = measure_distance_m(where, at) if where is not None and at is not None else None
            if not own and (caution.test or far_m is None or far_m > NEAR_M):
                continue
            told = self._tell(caution, far_m, beside=not own)
            if told.text is not None or told.ask:  # what was erased tells nothing
                known.append(told)
        return tuple(sorted(known, key=lambda one: one.beside))[:MOST]

    def _tell(self, caution: Caution, far_m: float | None, *, beside: bool) -> KnownCaution:
        """As an incident would be given it that is open to all."""
        withheld = is_withheld(caution, None)
        return KnownCaution(
            id=caution.id,
            scope=caution.scope,
            text=None if withheld else self._numbers.open(caution.text),
            ask=caution.only_for if withheld else (),
            source="" if withheld else caution.source,
            at=caution.at,
            expires_at=caution.expires_at,
            distance_m=None if far_m is None else round(far_m, 1),
            beside=beside,
        )

    async def _find_subject(self, phone: str) -> str | None:
        digits = clean_phone(phone)
        return await self._numbers.find_subject(digits) if digits else None
