"""Texts to callers through a gateway of the telephone company: one HTTP request each, tried three times.

A text that nobody could send is told as failed, so that a person of the room rings instead. After a restart
what was asked and not finished is found again from the rows.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Protocol

import httpx
import msgspec

from dispatch.core.port import CorePort, Submission
from dispatch.domain.ids import derive_id
from dispatch.domain.model.caller_text import ALLEY_MOUTH, GATEWAY, CallerText, FinishText
from dispatch.domain.model.messages import Actor, Role
from dispatch.domain.model.report import Report
from dispatch.domain.model.values import Sealed
from dispatch.domain.rows import Row

log = logging.getLogger(__name__)

WORDS = {
    ALLEY_MOUTH: "Xe cap cuu, chua chay dang toi. Xin cu nguoi ra dau hem don va dan duong.",
}
"""Kind of text → what is sent: without diacritics, so that it is one message on any telephone."""

TRIES = 3
PATIENCE_S = 10.0
CENTRE = Actor(id="centre", role=Role.SYSTEM, name="hệ thống")


class Opener(Protocol):
    """What sending needs of the vault."""

    async def load(self, subjects: list[str]) -> None: ...

    def open(self, sealed: Sealed) -> str | None: ...


class TextGateway:
    """POSTs {"to", "text"} as JSON with a bearer token; any 2xx is a text sent."""

    def __init__(self, url: str, token: str, *, pause_s: float = 2.0) -> None:
        self._url = url
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._pause_s = pause_s

    async def send(self, phone: str, text: str) -> bool:
        """Whether the gateway took it, in one of three tries."""
        async with httpx.AsyncClient(timeout=PATIENCE_S, headers=self._headers) as http:
            for attempt in range(TRIES):
                if attempt:
                    await asyncio.sleep(self._pause_s)
                try:
                    answer = await http.post(self._url, json={"to": phone, "text": text})
                except httpx.HTTPError as fault:
                    log.warning("text gateway: %s", fault)
                    continue
                if answer.is_success:
                    return True
                log.warning("text gateway answered %s", answer.status_code)
        return False


class TextSender:
    """Follows the log and sends what was asked. `run` goes on until it is cancelled."""

    def __init__(
        self, core: CorePort, vault: Opener, gateway: TextGateway, *, now: Callable[[], datetime]
    ) -> None:
        self._core = core
        self._vault = vault
        self._gateway = gateway
        self._now = now
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """What is unfinished first, then every commit."""
        board = await self._core.board()
        self._look(board.rows)
        try:
            async for commit in self._core.commits(board.head.seq):
                self._look(commit.rows)
        finally:
            for task in list(self._tasks.values()):
                task.cancel()

    def _look(self, rows: tuple[Row, ...]) -> None:
        for row in rows:
            if row.kind != "report":
                continue
            report = msgspec.json.decode(row.body, type=Report)
            for text in report.texts:
                if text.how == GATEWAY and text.state == "asked" and text.text_id not in self._tasks:
                    task = asyncio.create_task(self._send(report, text))
                    self._tasks[text.text_id] = task
                    task.add_done_callback(partial(self._forget, text.text_id))

    def _forget(self, text_id: str, _task: asyncio.Task[None]) -> None:
        self._tasks.pop(text_id, None)

    async def _send(self, report: Report, text: CallerText) -> None:
        await self._vault.load([report.subject])
        phone = self._vault.open(report.phone) if report.phone is not None else None
        sent = phone is not None and await self._gateway.send(phone, WORDS[text.kind])
        now = self._now()
        await self._core.submit(
            Submission(
                command_id=derive_id(text.text_id, 1, "text"),
                actor=CENTRE,
                command=FinishText(report_id=report.id, text_id=text.text_id, sent=sent),
                occurred_at=now,
                received_at=now,
            )
        )
