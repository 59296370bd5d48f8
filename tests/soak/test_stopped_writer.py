"""A writer that is held for ten seconds, as by a machine that hangs, while another takes over."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from dispatch.core.anchors import AnchorFile, load_or_create_key
from dispatch.core.port import Answer, CoreUnavailable, Submission
from dispatch.core.remote import RemoteCore
from dispatch.core.verify import verify
from dispatch.core.writer import Writer
from dispatch.host.process import die_with_parent
from dispatch.store.connect import connect
from dispatch.store.instance import ensure_instance
from tests.integration.core.world import build_book, open_incident, submission

HELD_S = 10.0
AT_ONCE = 30


@pytest.mark.soak
async def test_late_commit_of_a_writer_that_was_held_is_refused_and_its_senders_learn_of_it(
    database_url: str, tmp_path: Path
) -> None:
    socket, anchors = tmp_path / "core.sock", tmp_path / "anchors.log"
    connection = await connect(database_url)
    await ensure_instance(connection, "hcmc", "training")
    held = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.soak.writer_process", database_url, str(socket), str(anchors),
        stdout=asyncio.subprocess.PIPE, preexec_fn=die_with_parent,
    )  # fmt: skip
    assert held.stdout is not None
    assert await held.stdout.readline() == b"ready\n"
    core = RemoteCore(socket)
    before = [await core.submit(submission(open_incident())) for _ in range(AT_ONCE)]

    held.send_signal(signal.SIGSTOP)
    stopped_at = asyncio.get_running_loop().time()
    late = [submission(open_incident()) for _ in range(AT_ONCE)]
    waiting = [asyncio.create_task(_ask(core, item)) for item in late]
    key = load_or_create_key(anchors.with_suffix(".key"))
    successor = Writer(database_url, build_book(), holder="successor", anchors=AnchorFile(anchors, key))
    await successor.start()
    meanwhile = [await successor.submit(submission(open_incident())) for _ in range(AT_ONCE)]
    while asyncio.get_running_loop().time() < stopped_at + HELD_S:
        meanwhile.append(await successor.submit(submission(open_incident())))
    held.send_signal(signal.SIGCONT)

    answers = await asyncio.gather(*waiting)
    assert answers == [None] * AT_ONCE
    again = [await successor.submit(item) for item in late]
    await successor.stop()
    await core.close()
    held.kill()
    await held.wait()

    answered = [answer.command_id for answer in [*before, *meanwhile, *again]]
    logged = await connection.fetch(
        "SELECT DISTINCT convert_from(bytes, 'utf8')::jsonb ->> 'command_id' AS id FROM centre.events"
    )
    assert sorted(row["id"] for row in logged) == sorted(answered)
    assert await connection.fetchval("SELECT count(*) FROM centre.incidents") == len(answered)
    await connection.close()
    report = await verify(database_url, anchors=anchors, key=key.public_key())
    assert report.findings == []


async def _ask(core: RemoteCore, item: Submission) -> Answer | None:
    """The answer, or None from a writer that may not write any more."""
    try:
        return await core.submit(item)
    except CoreUnavailable:
        return None
