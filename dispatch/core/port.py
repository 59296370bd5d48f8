"""What the rest of the house may ask of the writer. Two implementations pass the same contract tests:
in the server's process, and over a unix socket for gateways of their own."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

import msgspec

from dispatch.domain.model.messages import Actor, Command, Envelope
from dispatch.domain.model.values import TimeSource
from dispatch.domain.rows import Row


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """A command on its way to the writer. `command_id` is the sender's and is kept until acknowledged.

    `digest` is sha256 (hex) of the content as the sender sent it: the rim seals personal values with fresh
    nonces, so a repeat could not be recognised by the command itself. Empty: the command's own bytes count.
    """

    command_id: str
    actor: Actor
    command: Command
    occurred_at: datetime
    received_at: datetime
    source: TimeSource = TimeSource.SYSTEM
    digest: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The durable answer to a command. A repeat of the same command gets the same answer.

    `refused` is the code of the error table when the rules said no; `data` fills its text, or carries
    what the command made (receipt_code, incident_id, number …).
    """

    command_id: str
    seq_first: int
    seq_last: int
    refused: str | None = None
    data: dict[str, object] = msgspec.field(default_factory=dict)


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Where the log stands. `log_id` changes only when the log itself was replaced (a restore)."""

    centre_id: str
    log_id: str
    seq: int
    epoch: int


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """One durable transaction as readers get it: it covers (prev, seq]."""

    prev: int
    seq: int
    events: tuple[Envelope, ...]
    rows: tuple[Row, ...]
    gone: tuple[tuple[str, str], ...] = ()


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """Every row as of one seq."""

    head: Head
    rows: tuple[Row, ...]


class CorePort(Protocol):
    """The writer's face."""

    async def submit(self, submission: Submission) -> Answer:
        """Decide and make durable; returns after the commit.

        Raises `CoreUnavailable` when the writer lost its lease or the database; the outcome is then
        unknown and the sender repeats with the same `command_id`.
        """
        ...

    async def head(self) -> Head:
        """The last durable seq."""
        ...

    async def board(self) -> Board:
        """All rows as of the head, for a reader that begins."""
        ...

    def commits(self, after: int) -> AsyncIterator[Commit]:
        """Every commit after a seq, without gaps, then live ones as they happen.

        What happened long ago comes as one commit with the newest rows. Raises `BehindTheLog` when the
        follower is too slow or `after` is ahead of the log, `CoreUnavailable` when the writer ends.
        """
        ...


class CoreUnavailable(Exception):
    """The writer cannot answer now; try again with the same command_id.

    `code` is a row of the error table: `core_unavailable` (the outcome is unknown), or `busy` and
    `storage_full` (nothing was done). `retry_after_s` is when to come back.
    """

    def __init__(self, code: str = "core_unavailable", retry_after_s: float = 1.0) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after_s = retry_after_s


class BehindTheLog(Exception):
    """A follower cannot go on from where it stands: it was too slow, or follows another log. Take a board."""
