"""Starts the passes that learn from finished runs (`learn_speeds`), each in a process of its own.

What a pass needs of roads and arithmetic is not loaded into the server.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from datetime import timedelta

from dispatch.core.clock import Clock

log = logging.getLogger(__name__)


async def keep_learning(clock: Clock, every: timedelta, environment: Mapping[str, str]) -> None:
    """Start a pass every so often, until cancelled. A pass that fails is told to the log and tried again."""
    while True:
        await clock.sleep_until(clock.now() + every)
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "dispatch", "learn-speeds"),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                env={**os.environ, **environment},
            )
        except OSError as error:
            log.warning("no process to learn speeds could be started: %s", error)
            continue
        try:
            _, told = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode:
            log.warning("speeds could not be learned: %s", told.decode(errors="replace")[-500:])
