"""Work that goes on beside the centre."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Background:
    """Tasks that must live as long as the centre does. The first that ends ends the centre."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run beside the centre."""
        self._tasks.add(asyncio.create_task(work, name=name))

    async def failed(self) -> None:
        """Wait until any of them ends, and raise what ended it."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def stop(self) -> None:
        """Cancel them all and wait."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
