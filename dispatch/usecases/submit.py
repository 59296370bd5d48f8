"""Commands of the centre itself."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from uuid6 import uuid7

from dispatch.core.port import CorePort, Submission
from dispatch.domain.model.messages import Actor, Command, Role
from dispatch.domain.model.values import TimeSource

Now = Callable[[], datetime]

CENTRE = Actor(id="centre", role=Role.SYSTEM, name="hệ thống")

TOGETHER = 200
"""Commands under way at once while many are submitted."""

log = logging.getLogger(__name__)


async def submit_as_centre(
    core: CorePort,
    command: Command,
    now: datetime,
    *,
    occurred_at: datetime | None = None,
    source: TimeSource = TimeSource.SYSTEM,
) -> None:
    """Submit one command; that it is refused means that the facts moved on."""
    submission = Submission(
        command_id=str(uuid7()),
        actor=CENTRE,
        command=command,
        occurred_at=occurred_at or now,
        received_at=now,
        source=source,
    )
    answer = await core.submit(submission)
    if answer.refused is not None:
        log.info("%s refused: %s %s", type(command).__name__, answer.refused, answer.data)


async def submit_all(core: CorePort, commands: Sequence[Command], now: Now) -> None:
    """Submit commands as the centre itself, many at once. Raises RuntimeError for one that is refused."""
    for first in range(0, len(commands), TOGETHER):
        await asyncio.gather(*(_submit(core, c, now()) for c in commands[first : first + TOGETHER]))


async def _submit(core: CorePort, command: Command, now: datetime) -> None:
    answer = await core.submit(
        Submission(command_id=str(uuid7()), actor=CENTRE, command=command, occurred_at=now, received_at=now)
    )
    if answer.refused is not None:
        raise RuntimeError(f"{command}: {answer.refused} {answer.data}")
