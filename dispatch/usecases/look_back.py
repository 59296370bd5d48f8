"""What is known while a caller still speaks: incidents this may be, and what was told before (R3, R4)."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import msgspec

from dispatch.domain.model.report import Duplicate, Report
from dispatch.domain.model.values import Place
from dispatch.store.history import History, PastIncident, PastOfNumber
from dispatch.usecases.find_duplicates import find_duplicates
from dispatch.usecases.picture import Picture
from dispatch.usecases.text import clean_phone

_UNSENT = "form"
"""Stands for the report that is not sent yet."""


class Numbers(Protocol):
    """What looking back needs of the vault."""

    async def find_subject(self, phone: str) -> str | None: ...


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A form as far as it is filled in; `report_id` and `incident_id` once they exist."""

    phone: str = ""
    place: Place = Place()
    type_code: str | None = None
    report_id: str | None = None
    incident_id: str | None = None


class PastOfForm(msgspec.Struct, frozen=True, kw_only=True):
    """`number` is None where no number is known; `address` holds incidents at the place."""

    number: PastOfNumber | None
    address: tuple[PastIncident, ...]


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
        return PastOfForm(number=number, address=address)

    async def _find_subject(self, phone: str) -> str | None:
        digits = clean_phone(phone)
        return await self._numbers.find_subject(digits) if digits else None
