"""One group commit: everything that becomes durable together."""

from datetime import datetime
from typing import NamedTuple

from dispatch.domain.rows import Row
from dispatch.store.connect import Connection, translated


class NewEvent(NamedTuple):
    type: str
    recorded_at: datetime
    raw: bytes
    link: bytes


class About(NamedTuple):
    """Event `seq` tells of (kind, id)."""

    seq: int
    kind: str
    id: str


class StoredAnswer(NamedTuple):
    """A durable answer; `answer` is its JSON, `digest` sha256 of what was asked."""

    actor: str
    command_id: str
    digest: bytes
    seq_first: int
    seq_last: int
    refused: str | None
    answer: bytes
    recorded_at: datetime


class Commitment(NamedTuple):
    """An active assignment: its unit, and the crew that mans it."""

    assignment_id: str
    unit_id: str
    crew_id: str | None


class NewKey(NamedTuple):
    """The key of a subject that is not in the database yet; `phone_lookup` leads to it from a number."""

    subject: str
    phone_lookup: bytes | None
    key: bytes


class Batch(NamedTuple):
    """`freed` assignments lose their commitment before `commitments` are made; `gone` rows are archived
    or removed. `keys` are those that the events' personal values are sealed under."""

    first_seq: int
    events: list[NewEvent]
    about: list[About]
    answers: list[StoredAnswer]
    rows: list[Row]
    gone: list[tuple[str, str]]
    freed: list[str]
    commitments: list[Commitment]
    keys: tuple[NewKey, ...] = ()


_COMMIT = f"SELECT centre.commit_batch({', '.join(f'${n}' for n in range(1, 35))})"


async def commit_batch(connection: Connection, epoch: int, batch: Batch) -> None:
    """Make a batch durable in one round trip; returns after the commit.

    Raises LeaseLost, LogMoved, StorageFull or ConstraintViolated (nothing was written), or DatabaseLost
    (the outcome is unknown).
    """
    with translated():
        await connection.execute(
            _COMMIT,
            epoch,
            batch.first_seq,
            *_columns(batch.events, 4),
            *_columns(batch.about, 3),
            *_answer_columns(batch.answers),
            *row_columns(batch.rows),
            *_columns(batch.gone, 2),
            batch.freed,
            *_columns(batch.commitments, 3),
            *_columns(list(batch.keys), 3),
        )


def row_columns(rows: list[Row]) -> tuple[list[object], ...]:
    """The arrays `put_rows` takes for rows; lists within travel as text with commas."""
    return (
        [row.kind for row in rows],
        [row.id for row in rows],
        [row.version for row in rows],
        [row.agency_id for row in rows],
        [",".join(row.visible_to) for row in rows],
        [",".join(row.private_to) for row in rows],
        [",".join(row.limited) for row in rows],
        [bytes(row.body).decode() for row in rows],
    )


def _answer_columns(answers: list[StoredAnswer]) -> tuple[list[object], ...]:
    return _columns(answers, 8)


def _columns(records: list[tuple[object, ...]] | list, width: int) -> tuple[list[object], ...]:  # type: ignore[type-arg]
    """Records → one list per field."""
    return tuple([record[n] for record in records] for n in range(width))
