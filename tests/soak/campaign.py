"""Kill -9 in the middle of work, again and again, while the senders keep a ledger of their own.

A kill counts only if enough commands were unacknowledged at that instant. Senders repeat what was not
acknowledged under the same command_id, as every client must.
"""

import asyncio
import os
import random
import signal
import sys
from contextlib import suppress
from pathlib import Path

from dispatch.core.anchors import load_or_create_key
from dispatch.core.port import Answer, CoreUnavailable, Submission
from dispatch.core.remote import RemoteCore
from dispatch.core.verify import verify
from dispatch.host.cluster import PrivateCluster
from dispatch.host.process import die_with_parent, wait_for_exit
from dispatch.store.connect import connect
from dispatch.store.instance import ensure_instance
from dispatch.store.migrations import upgrade
from tests.integration.core.world import Shift, furnish, submission

SENDERS = 32
UNACKNOWLEDGED = 20
UNITS = 12


class Campaign:
    """One database, one writer process after the other, and the senders' ledger."""

    def __init__(self, cluster: PrivateCluster, folder: Path, seed: int) -> None:
        self._cluster = cluster
        self._dsn = cluster.dsn()
        self._socket = folder / "core.sock"
        self._anchors = folder / "anchors.log"
        self._chance = random.Random(seed)
        self._shift = Shift(seed, UNITS)
        self._core = RemoteCore(self._socket)
        self._process: asyncio.subprocess.Process
        self._in_flight = 0
        self._moved = asyncio.Condition()
        self._revived = asyncio.Event()
        self.ledger: dict[str, tuple[Submission, Answer]] = {}
        self.repeated = 0

    async def run(self, kills: int, postgres_every: int) -> None:
        """So many kills; every so many-th is of PostgreSQL instead of the writer. Then stop in good order."""
        upgrade(self._dsn)
        connection = await connect(self._dsn)
        await ensure_instance(connection, "hcmc", "training")
        await connection.close()
        await self._start_writer()
        await furnish(self._core, UNITS)
        senders = [asyncio.create_task(self._send()) for _ in range(SENDERS)]
        for n in range(1, kills + 1):
            await self._wait_for_a_moment()
            if n % postgres_every == 0:
                await self._kill_postgres()
            else:
                await self._kill_writer()
        await self._wait_for_a_moment()
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)
        self._process.terminate()
        await self._process.wait()
        await self._core.close()

    async def check(self) -> None:
        """Nothing acknowledged is lost, nothing was done twice, and the centre is whole."""
        connection = await connect(self._dsn)
        kept = {
            row["command_id"]: row
            for row in await connection.fetch(
                "SELECT command_id, seq_first, seq_last, refused FROM centre.commands"
            )
        }
        made = await connection.fetch(
            "SELECT convert_from(bytes, 'utf8')::jsonb ->> 'command_id' AS command_id, min(seq) AS first, "
            "max(seq) AS last, count(*) AS events FROM centre.events GROUP BY 1"
        )
        await connection.close()
        for command_id, (_, answer) in self.ledger.items():
            row = kept[command_id]
            assert (row["seq_first"], row["seq_last"], row["refused"]) == (
                answer.seq_first,
                answer.seq_last,
                answer.refused,
            )
        for row in made:
            answered = kept[row["command_id"]]
            assert (row["first"], row["last"]) == (answered["seq_first"], answered["seq_last"])
            assert row["events"] == row["last"] - row["first"] + 1
        key = load_or_create_key(self._anchors.with_suffix(".key")).public_key()
        report = await verify(self._dsn, anchors=self._anchors, key=key)
        assert report.findings == []
        assert report.anchors > 0

    async def _send(self) -> None:
        while True:
            item = submission(*self._shift.next())
            self._in_flight += 1
            answer = await self._insist(item)
            self._in_flight -= 1
            self.ledger[item.command_id] = (item, answer)
            self._shift.learn(answer)
            async with self._moved:
                self._moved.notify_all()

    async def _insist(self, item: Submission) -> Answer:
        while True:
            try:
                return await self._core.submit(item)
            except CoreUnavailable as error:
                self.repeated += 1
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._revived.wait(), error.retry_after_s)

    async def _wait_for_a_moment(self) -> None:
        """After a random number of further acknowledgements, as soon as enough commands are under way."""
        goal = len(self.ledger) + self._chance.randint(40, 160)
        async with self._moved:
            await self._moved.wait_for(lambda: len(self.ledger) >= goal and self._in_flight >= UNACKNOWLEDGED)

    async def _start_writer(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.soak.writer_process",
            self._dsn, str(self._socket), str(self._anchors),
            stdout=asyncio.subprocess.PIPE, preexec_fn=die_with_parent,
        )  # fmt: skip
        assert self._process.stdout is not None
        assert await self._process.stdout.readline() == b"ready\n"
        self._revived.set()

    async def _kill_writer(self) -> None:
        assert self._in_flight >= UNACKNOWLEDGED
        self._revived.clear()
        self._process.kill()
        await self._process.wait()
        await self._start_writer()

    async def _kill_postgres(self) -> None:
        assert self._in_flight >= UNACKNOWLEDGED
        pid = self._cluster.find_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(wait_for_exit, [pid], 10.0)
        await asyncio.to_thread(self._cluster.start)
