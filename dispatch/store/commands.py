"""Answers that were given, so that a repeat gets the very same one."""

from typing import NamedTuple

from dispatch.store.connect import Connection


class KnownAnswer(NamedTuple):
    digest: bytes
    answer: bytes


async def find_answers(
    connection: Connection, keys: list[tuple[str, str]]
) -> dict[tuple[str, str], KnownAnswer]:
    """The stored answers among (actor, command_id) keys."""
    rows = await connection.fetch(
        "SELECT c.actor, c.command_id, c.digest, c.answer FROM centre.commands c "
        "JOIN unnest($1::text[], $2::text[]) AS k(actor, id) ON c.actor = k.actor AND c.command_id = k.id",
        [actor for actor, _ in keys],
        [command_id for _, command_id in keys],
    )
    return {(row["actor"], row["command_id"]): KnownAnswer(row["digest"], row["answer"]) for row in rows}
