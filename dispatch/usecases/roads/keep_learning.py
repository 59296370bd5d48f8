"""Starts the passes that learn from finished runs (`learn_speeds`) and from calls (`forecast`), each in a
process of its own.

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


PASSES = ("learn-speeds", "forecast")


async def keep_learning(clock: Clock, every: timedelta, environment: Mapping[str, str]) -> None:
    """Start the passes every so often, until cancelled. One that fails is told to the log and tried again."""
    while True:
        await clock.sleep_until(clock.now() + every)
        for name in PASSES:
            await _run_pass(name, environment)


async def _run_pass(name: str, environment: Mapping[str, str]) -> None:
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dispatch", name),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, **environment},
        )
    except OSError as error:
        log.warning("no process for %s could be started: %s", name, error)
        return
    try:
        _, told = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        log.warning("%s failed: %s", name, told.decode(errors="replace")[-500:])
