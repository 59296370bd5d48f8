"""What held in recorded hours beside what happened in them: on the roads, and at hospitals.

On the roads the middle stands for all of the hours: travel times are measured once for a simulation. What
hospitals said holds from when they said it until it was over or they said something else.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime, timedelta

import msgspec

from dispatch.core.fold import BrokenLog
from dispatch.domain.model.hospital import BedsTold, Diversion, Hospital, RegisterHospital
from dispatch.domain.model.road_condition import RoadCondition
from dispatch.replay.folds import FoldCache
from dispatch.simulate.city_care import CityHospital, Word
from dispatch.simulate.utrecht import DataUnusable
from dispatch.store.connect import open_pool, translated
from dispatch.store.log import find_seq_at

IN_FORCE = "in_force"

LOOKS = 96
"""The hours are looked at so many times, a day's every quarter of an hour: what a hospital said and took back
between two looks is not heard, and what it took back ends with the look that finds it gone."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a hospital said, and until when it held."""

    word: Diversion | BedsTold
    until: datetime


class Then(msgspec.Struct, frozen=True, kw_only=True):
    """Road conditions in force in the middle, oldest first, and what hospitals said by their id, by when."""

    roads: list[RoadCondition] = []
    said: dict[str, list[Said]] = {}


async def read_then(dsn: str, start: datetime, hours: timedelta) -> Then:
    """Of these hours. Raises DatabaseLost, DataUnusable for a log that does not hold."""
    async with await open_pool(dsn, max_size=1) as pool:
        with translated():
            async with pool.acquire() as connection:
                cache = FoldCache()
                async with cache.lock:
                    try:
                        looks: list[tuple[datetime, dict[str, Hospital]]] = []
                        roads: list[RoadCondition] = []
                        for n in range(LOOKS + 1):
                            at = start + n * hours / LOOKS
                            state = (await cache.move_to(connection, await find_seq_at(connection, at))).state
                            # The fold goes on in the same objects.
                            looks.append((at, {id_: copy(one) for id_, one in state.hospitals.items()}))
                            if 2 * n == LOOKS:
                                roads = [copy(road) for road in state.road_conditions.values()]
                    except BrokenLog as broken:
                        raise DataUnusable(
                            f"Nhật ký không đọc được ở sự kiện {broken.seq}. Chạy: dispatch verify.",
                            f"The log cannot be read at event {broken.seq}. Run: dispatch verify.",
                        ) from broken
                    roads.sort(key=lambda road: (road.at, road.number))
                    return Then(
                        roads=[road for road in roads if road.state == IN_FORCE], said=list_said(looks)
                    )


def list_said(looks: Sequence[tuple[datetime, Mapping[str, Hospital]]]) -> dict[str, list[Said]]:
    """By hospital what it said, from how it stood at some moments, in their order."""
    found: dict[str, list[Said]] = {}
    for kind in ("diversion", "beds"):
        standing: dict[str, Diversion | BedsTold] = {}
        for at, hospitals in looks:
            for hospital_id, hospital in hospitals.items():
                before, word = standing.get(hospital_id), getattr(hospital, kind)
                if word == before:
                    continue
                said = found.setdefault(hospital_id, [])
                if before is not None:
                    place = next(n for n, one in enumerate(said) if one.word == before)
                    ended = word.at if word is not None else at
                    said[place] = Said(word=before, until=min(before.until, ended))
                if word is not None:
                    said.append(Said(word=word, until=word.until))
                    standing[hospital_id] = word
                else:
                    standing.pop(hospital_id, None)
    return {hospital_id: said for hospital_id, said in found.items() if said}


def list_hospitals(
    known: Iterable[RegisterHospital], then: Then, start: datetime | None
) -> list[CityHospital]:
    """Hospitals of a simulated city, with what they had said, in minutes from `start`; without it nothing."""
    return [
        CityHospital(
            one.hospital_id,
            (one.lon_lat.lon, one.lon_lat.lat),
            frozenset(one.capabilities),
            list_words(then.said, one.hospital_id, start) if start is not None else (),
        )
        for one in known
    ]


def list_words(said: Mapping[str, Sequence[Said]], hospital_id: str, start: datetime) -> tuple[Word, ...]:
    """What a hospital said of diversion and beds, in minutes from `start`."""
    found = []
    for one in said.get(hospital_id, ()):
        from_min, until_min = _minutes(start, one.word.at), _minutes(start, one.until)
        if isinstance(one.word, Diversion):
            found.append(Word(from_min, until_min, diverted=frozenset(one.word.capabilities or ("",))))
        else:
            found.append(Word(from_min, until_min, beds=one.word.free))
    return tuple(found)


def _minutes(start: datetime, at: datetime) -> float:
    return (at - start).total_seconds() / 60.0
