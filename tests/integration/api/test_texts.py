"""Texts to callers go out by the gateway, and what became of them stands on the report."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from dispatch.core.clock import SystemClock
from dispatch.domain.model.caller_text import GATEWAY, TextCaller
from dispatch.domain.model.report import ReceiveReport
from dispatch.notify.texts import WORDS, TextGateway, TextSender
from dispatch.store.connect import open_pool
from dispatch.store.vault import Vault
from tests.integration.core.world import DISPATCHER, ask, writing


@dataclass
class Company:
    """The telephone company's gateway: answers with the next of `answers`, keeps what it was asked."""

    answers: list[int]
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        assert "authorization: bearer geheim" in head
        self.asked.append(json.loads(await reader.readexactly(length)))
        status = self.answers.pop(0)
        writer.write(f"HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def company(*answers: int) -> AsyncIterator[Company]:
    gateway = Company(list(answers))
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", 0)
    gateway.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/texts"
    async with server:
        yield gateway


@pytest.mark.parametrize(
    ("answers", "state"), [((200,), "sent"), ((500, 202), "sent"), ((500, 500, 500), "failed")]
)
async def test_a_text_is_tried_three_times_and_its_end_is_kept(
    database_url: str, answers: tuple[int, ...], state: str
) -> None:
    pool = await open_pool(database_url)
    vault = Vault(pool, b"s" * 32)
    async with company(*answers) as gateway, writing(database_url) as writer:
        subject = await vault.subject_for_phone("0900000041")
        report = ReceiveReport(
            report_id="r1", receipt_code="AAAAA-BBBBB", channel="phone", agency_id="114", subject=subject,
            phone=vault.seal(subject, "0900000041"),
        )  # fmt: skip
        await ask(writer, report, DISPATCHER)
        asked = TextCaller(report_id="r1", text_id="t1", kind="alley_mouth", how=GATEWAY)
        await ask(writer, asked, DISPATCHER)
        post = TextGateway(gateway.url, "geheim", pause_s=0)
        sender = asyncio.create_task(TextSender(writer, vault, post, now=SystemClock().now).run())
        async with asyncio.timeout(60):
            async for commit in writer.commits(0):
                if any(event.type == "report.text_finished" for event in commit.events):
                    break
        sender.cancel()
        row = next(r for r in (await writer.board()).rows if r.kind == "report")
        assert json.loads(bytes(row.body))["texts"][0]["state"] == state
        assert gateway.asked == [{"to": "0900000041", "text": WORDS["alley_mouth"]}] * len(answers)
    await pool.close()
