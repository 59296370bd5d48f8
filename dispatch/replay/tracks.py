"""Every unit's way through a stretch of time, in whole numbers that a screen reads without further ado."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

import msgspec

from dispatch.replay.positions import HEARD_WITHIN
from dispatch.store.connect import Connection, Pool, translated
from dispatch.store.past_positions import (
    Fix,
    count_positions,
    list_positions_at,
    list_positions_between,
    list_unit_ids,
)

FIXES = 120_000
"""Fixes in one answer; a stretch with more of them is thinned, and the answer says to how many seconds."""

_STEPS_S = (1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600)


class Track(msgspec.Struct, frozen=True, kw_only=True):
    """One unit's fixes in the order in which the centre had them.

    `t` is milliseconds after the stretch's start (below zero: the last one known before it); `lon` and `lat`
    are millionths of a degree; of all three each number is the difference from the one before. `age` is how
    old the fix was when it came, ms; `accuracy` metres, -1 where unknown.
    """

    unit_id: str
    t: list[int]
    lon: list[int]
    lat: list[int]
    age: list[int]
    accuracy: list[int]


class Tracks(msgspec.Struct, frozen=True, kw_only=True):
    """Ways of all units in [start, end]. `step_s` is 0 when every kept fix is there, else the length of the
    slots of which only the last fix is. Units without any fix are left out."""

    start: datetime
    end: datetime
    step_s: int
    tracks: list[Track]


async def tracks_between(pool: Pool, start: datetime, end: datetime, limit: int = FIXES) -> Tracks:
    """Each unit's last fix known at `start` and those received until `end`. Raises DatabaseLost."""
    with translated():
        async with pool.acquire() as connection:
            unit_ids = await list_unit_ids(connection)
            fixes = await list_positions_at(connection, unit_ids, start - HEARD_WITHIN, start)
            step_s = await _choose_step(connection, start, end, limit)
            fixes += await list_positions_between(connection, start, end, step_s)
    # The sort is stable: what was known before stays before what came then.
    fixes.sort(key=lambda fix: fix.unit_id)
    tracks = [
        encode_track(unit_id, start, group) for unit_id, group in groupby(fixes, lambda fix: fix.unit_id)
    ]
    return Tracks(start=start, end=end, step_s=step_s, tracks=tracks)


def encode_track(unit_id: str, start: datetime, fixes: Iterable[Fix]) -> Track:
    """One unit's fixes, oldest first, as differences."""
    track = Track(unit_id=unit_id, t=[], lon=[], lat=[], age=[], accuracy=[])
    last_t = last_lon = last_lat = 0
    for fix in fixes:
        t = (fix.received_at - start) // timedelta(milliseconds=1)
        lon, lat = round(fix.lon * 1e6), round(fix.lat * 1e6)
        track.t.append(t - last_t)
        track.lon.append(lon - last_lon)
        track.lat.append(lat - last_lat)
        track.age.append(max(0, round((fix.received_at - fix.at) / timedelta(milliseconds=1))))
        track.accuracy.append(-1 if fix.accuracy_m is None else round(fix.accuracy_m))
        last_t, last_lon, last_lat = t, lon, lat
    return track


async def _choose_step(connection: Connection, start: datetime, end: datetime, limit: int) -> int:
    """0 when everything fits, else the shortest slots of which so many fit that the answer stays bounded."""
    count = await count_positions(connection, start, end)
    if count <= limit:
        return 0
    # A moving unit sends once a second: slots of n seconds leave an nth of it.
    return next((step for step in _STEPS_S if count / step <= limit), _STEPS_S[-1])
