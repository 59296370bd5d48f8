"""What held in the middle of recorded hours beside what happened in them: on the roads, and at hospitals.

One instant stands for all of the hours: travel times are measured once for a simulation. What hospitals said
holds from when until when they said it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from dispatch.core.fold import BrokenLog
from dispatch.domain.model.hospital import Hospital, RegisterHospital
from dispatch.domain.model.road_condition import RoadCondition
from dispatch.replay.folds import FoldCache
from dispatch.simulate.city_care import CityHospital, Word
from dispatch.simulate.utrecht import DataUnusable
from dispatch.store.connect import open_pool, translated
from dispatch.store.log import find_seq_at

IN_FORCE = "in_force"


class Then(msgspec.Struct, frozen=True, kw_only=True):
    """Road conditions in force at an instant, oldest first, and hospitals by id as they were told of."""

    roads: list[RoadCondition] = []
    hospitals: dict[str, Hospital] = {}


async def read_then(dsn: str, start: datetime, hours: timedelta) -> Then:
    """As of the middle. Raises DatabaseLost, DataUnusable for a log that does not hold."""
    async with await open_pool(dsn, max_size=1) as pool:
        with translated():
            async with pool.acquire() as connection:
                cache = FoldCache()
                async with cache.lock:
                    try:
                        seq = await find_seq_at(connection, start + hours / 2)
                        state = (await cache.move_to(connection, seq)).state
                    except BrokenLog as broken:
                        raise DataUnusable(
                            f"Nhật ký không đọc được ở sự kiện {broken.seq}. Chạy: dispatch verify.",
                            f"The log cannot be read at event {broken.seq}. Run: dispatch verify.",
                        ) from broken
                    roads = sorted(state.road_conditions.values(), key=lambda road: (road.at, road.number))
                    return Then(
                        roads=[road for road in roads if road.state == IN_FORCE],
                        hospitals=dict(state.hospitals),
                    )


def list_hospitals(
    known: Iterable[RegisterHospital], then: Then, start: datetime | None
) -> list[CityHospital]:
    """Hospitals of a simulated city, with what they had said, in minutes from `start`; without it nothing."""
    return [
        CityHospital(
            one.hospital_id,
            (one.lon_lat.lon, one.lon_lat.lat),
            frozenset(one.capabilities),
            list_words(then.hospitals, one.hospital_id, start) if start is not None else (),
        )
        for one in known
    ]


def list_words(hospitals: Mapping[str, Hospital], hospital_id: str, start: datetime) -> tuple[Word, ...]:
    """What a hospital had said of diversion and beds, in minutes from `start`."""
    hospital = hospitals.get(hospital_id)
    if hospital is None:
        return ()
    found = []
    if (diversion := hospital.diversion) is not None:
        from_min, until_min = _minutes(start, diversion.at), _minutes(start, diversion.until)
        found.append(Word(from_min, until_min, diverted=frozenset(diversion.capabilities or ("",))))
    if (beds := hospital.beds) is not None:
        found.append(Word(_minutes(start, beds.at), _minutes(start, beds.until), beds=beds.free))
    return tuple(found)


def _minutes(start: datetime, at: datetime) -> float:
    return (at - start).total_seconds() / 60.0
