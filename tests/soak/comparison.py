"""The outside ledger against the log, and every screen against what a new screen would show."""

import asyncio
from collections import Counter
from contextlib import suppress
from pathlib import Path

from dispatch.api.auth.tokens import Signer
from dispatch.client.console import ConsoleClient
from dispatch.core.anchors import load_or_create_key, read_anchors
from dispatch.core.verify import VerifyReport, verify
from dispatch.store.connect import connect
from dispatch.store.vault import load_or_create_secret
from tests.soak.ledger import Json, Ledger, Recorded

REPEATED_A_CLIENT = 10
SETTLED_WITHIN_S = 120.0


async def check_ledger(ledger: Ledger, dsn: str, keys: Path) -> None:
    """Everything is answered; nothing acknowledged is lost or altered; nothing was done twice."""
    connection = await connect(dsn)
    # Both of one instant: the centre goes on by itself, whoever has stopped sending.
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        kept = {
            row["command_id"]: row
            for row in await connection.fetch(
                "SELECT command_id, digest, seq_first, seq_last, refused FROM centre.commands"
            )
        }
        made = await connection.fetch(
            "SELECT convert_from(bytes, 'utf8')::jsonb ->> 'command_id' AS command_id, min(seq) AS first, "
            "max(seq) AS last, count(*) AS events FROM centre.events GROUP BY 1"
        )
    await connection.close()

    signer = Signer(load_or_create_secret(keys / "centre.secret"))
    assert ledger.unanswered == 0
    for command_id, entry in ledger.entries.items():
        if entry.ack is None:
            # What the edge turns down never comes to the log; what the rules refuse is kept with its code.
            assert command_id not in kept or kept[command_id]["refused"] == entry.refused
            continue
        row = kept[command_id]
        assert row["refused"] is None
        assert (row["seq_first"], row["seq_last"]) == (entry.ack["seq_first"], entry.ack["seq_last"])
        assert row["digest"].hex() == signer.digest(entry.content)

    events = {row["command_id"]: row for row in made}
    for command_id, row in events.items():
        answered = kept[command_id]
        assert (row["first"], row["last"]) == (answered["seq_first"], answered["seq_last"])
        assert row["events"] == row["last"] - row["first"] + 1
    for command_id, row in kept.items():
        assert (command_id in events) == (row["seq_last"] >= row["seq_first"])


def check_nothing_twice(ledger: Ledger) -> None:
    """No two commands were given the same receipt, report, incident or assignment."""
    for what in ("receipt_code", "report_id"):
        given = [e.ack["data"][what] for e in ledger.entries.values() if e.ack and what in e.ack["data"]]
        assert max(Counter(given).values()) == 1
    sent = [id_ for e in ledger.entries.values() if e.ack for id_ in e.ack["data"].get("assignment_ids", ())]
    assert max(Counter(sent).values()) == 1


async def check_repeats(links: list[Recorded], ledger: Ledger) -> None:
    """Who sends an old command once more is told the same as the first time; the ledger compares."""

    async def repeat(link: Recorded) -> None:
        for command_id in ledger.list_acknowledged(link)[-REPEATED_A_CLIENT:]:
            await link.send(ledger.entries[command_id].body, command_id=command_id)

    async with asyncio.timeout(SETTLED_WITHIN_S):
        await asyncio.gather(*(repeat(link) for link in links))


async def check_copy_equals_snapshot(screen: ConsoleClient) -> None:
    """The screen, healed after every fault, shows what a new screen would.

    Its seq may stay behind that of the snapshot: of what it may not see it is told nothing.
    """
    different = ["not looked at"]
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLED_WITHIN_S):
            while different:
                seq = screen.copy.seq
                different = await _list_different(screen)
                if different:
                    await screen.wait_until(lambda seq=seq: screen.copy.seq > seq, SETTLED_WITHIN_S)  # type: ignore[misc]
    assert different == [], f"{screen.account.me['user']['login']} at {screen.copy.seq}: {different[:3]}"


async def _list_different(screen: ConsoleClient) -> list[str]:
    """Rows that a new screen would show otherwise, and as what each shows them."""
    snapshot: Json = await screen.account.get_json("/api/snapshot", after=screen.copy.seq)
    fresh = {(row["kind"], row["id"]): row for row in snapshot["rows"]}
    shown = screen.copy.rows
    keys = [key for key in fresh.keys() | shown.keys() if fresh.get(key) != shown.get(key)]
    return [f"{key}: shown {shown.get(key)}, fresh {fresh.get(key)}" for key in keys]


async def verify_stopped(dsn: str, folder: Path) -> VerifyReport:
    """What `verify` says of a centre that was stopped in good order and has signed its end."""
    key = load_or_create_key(folder / "keys" / "anchor.key").public_key()
    anchors = folder / "anchors.log"
    report = await verify(dsn, anchors=anchors, key=key)
    assert list(read_anchors(anchors))[-1].seq == report.head
    return report
