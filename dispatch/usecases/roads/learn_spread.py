"""How sure an arrival is, learned from runs that ended: what was expected of each beside what it took.

It goes with the pass that learns speeds, and keeps apart from it up to where it has read: neither waits for
the other, and the one that fails is made up for alone.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from dispatch.store.connect import Pool
from dispatch.store.finished_runs import Run, list_ended_runs
from routing.matching.eta_spread import EtaSpread
from routing.matching.spread_lessons import read_spread, write_spread

AT_ONCE = 500
"""Runs between two writings of the file."""


async def learn_spread(pool: Pool, agencies: Sequence[str], path: Path, now: datetime) -> int:
    """One pass over all runs that ended since the last; how many taught. Raises DatabaseLost, OSError."""
    lessons = read_spread(path)
    spread = EtaSpread(lessons.rows)
    taught = 0
    while True:
        after = datetime.fromtimestamp(lessons.until, UTC), lessons.until_id
        runs = await list_ended_runs(pool, agencies, after, now, AT_ONCE)
        if not runs:
            return taught
        taught += sum(_learn_run(spread, run) for run in runs)
        lessons.until, lessons.until_id = runs[-1].ended_at.timestamp(), runs[-1].id
        lessons.rows = spread.list_rows()
        write_spread(path, lessons)


def _learn_run(spread: EtaSpread, run: Run) -> bool:
    """From when it was sent to when it said that it is there: turnout and way, as the ETA counts them."""
    if run.test or run.eta_s is None or run.dispatched_at is None or run.arrived is None:
        return False
    took_s = (run.arrived - run.dispatched_at).total_seconds()
    return spread.learn(run.vehicle_class, run.eta_s, took_s)
