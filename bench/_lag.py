"""How long a process's event loop is held: what waits for it waits so long."""

import asyncio

from bench._table import percentile

EVERY_S = 0.003


class LoopLag:
    """Looks again and again how late its own sleep ends. `run` goes on until it is cancelled."""

    def __init__(self) -> None:
        self._late_ms: list[float] = []

    async def run(self) -> None:
        """Measure."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY_S
            await asyncio.sleep(EVERY_S)
            self._late_ms.append((loop.time() - due) * 1000)

    def take(self) -> str:
        """What was measured since the last time, as `p50 p99 max` in milliseconds."""
        late_ms, self._late_ms = self._late_ms or [0.0], []
        return f"{percentile(late_ms, 50):.1f} {percentile(late_ms, 99):.1f} {max(late_ms):.1f}"
