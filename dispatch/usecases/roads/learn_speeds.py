"""Speeds of the city's streets, learned from where our own units have been on their way.

A pass reads the runs that ended since the last one, finds the roads each was driven on, and writes what
follows beside the road graph, where the planner reads it. It is heavy and never urgent: a process of its own
at the lowest priority (`keep_learning` starts it). What it has read and what it learned are one file: a pass
that dies has learned a run wholly or not at all.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from dispatch.domain.ids import LOCAL_TIME
from dispatch.store.connect import Pool, translated
from dispatch.store.finished_runs import Run, list_driven, list_ended_runs
from routing.matching.lessons import DAY_S, read_lessons, write_lessons
from routing.matching.matcher import Driven, Fix, match
from routing.matching.speeds import LearnedSpeeds
from routing.travel_time.network import RoadNetwork

AT_ONCE = 200
"""Runs between two writings of the file."""

SETTLED_AFTER = timedelta(minutes=2)
"""Positions reach the history in batches: a run that has just ended waits for the next pass."""

SHORTEST, LONGEST = timedelta(seconds=30), timedelta(hours=2)
"""Shorter is no drive, and nobody drives longer to a scene without having stood somewhere."""

LEAST_FIXES = 5


class Taught(NamedTuple):
    """What a pass found: ended runs read, those that taught something, stretches known now."""

    read: int
    learned: int
    stretches: int


async def learn_speeds(
    pool: Pool, agencies: Sequence[str], network: RoadNetwork, path: Path, now: datetime
) -> Taught:
    """One pass over all runs that ended since the last. Raises DatabaseLost, OSError."""
    lessons = read_lessons(path, network.graph)
    speeds = LearnedSpeeds(lessons.rows)
    read, known = 0, lessons.runs
    while True:
        after = datetime.fromtimestamp(lessons.until, UTC), lessons.until_id
        runs = await list_ended_runs(pool, agencies, after, now - SETTLED_AFTER, AT_ONCE)
        if not runs:
            return Taught(read, lessons.runs - known, len(lessons.rows))
        for run in runs:
            lessons.runs += await _learn_run(pool, network, speeds, run)
        read += len(runs)
        lessons.until, lessons.until_id = runs[-1].ended_at.timestamp(), runs[-1].id
        lessons.rows = speeds.list_rows()
        write_lessons(path, lessons)


async def _learn_run(pool: Pool, network: RoadNetwork, speeds: LearnedSpeeds, run: Run) -> bool:
    """Whether the run taught anything. Only runs with siren and light teach: others keep to other speeds."""
    if run.test or not run.hot or not network.has_class(run.vehicle_class):
        return False
    if run.drove_off is None or run.arrived is None or not SHORTEST <= run.arrived - run.drove_off <= LONGEST:
        return False
    with translated():
        async with pool.acquire() as connection:
            fixes = await list_driven(connection, run)
    if len(fixes) < LEAST_FIXES:
        return False
    driven: list[Driven] = match(
        network, run.vehicle_class, [Fix(at.timestamp(), (lon, lat)) for at, lon, lat in fixes], hot=True
    )
    day, hour = run.drove_off.timestamp() / DAY_S, run.drove_off.astimezone(LOCAL_TIME).hour
    return speeds.learn(network.graph, driven, run.vehicle_class, day=day, hour=hour) > 0
