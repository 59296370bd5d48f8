"""Who is on the road when nothing calls: police on patrol, and crews on their way back from something."""

import asyncio
from collections.abc import Iterable

from dispatch.client.demo.chance import Chance, Pace
from dispatch.client.demo.fleet import Fleet, Vehicle, tell
from dispatch.client.demo.places import Gazetteer
from dispatch.client.demo.watch import Watch
from dispatch.client.link import Json

REACH_M = 1800.0
POST_MIN = (1.0, 5.0)
STOPS = (3, 7)
BACK_FROM_M = 2500.0
COMING_BACK = {"115": 4, "114": 3}
"""Crews that are on their way back when a fresh demonstration begins, which is in the middle of a shift."""


async def patrol(vehicle: Vehicle, fleet: Fleet, places: Gazetteer, chance: Chance, pace: Pace) -> None:
    """Drive about one's own quarter with pauses, free for orders. Cancelled by the next order."""
    station = await fleet.get_station(vehicle.station_id)
    if not await tell(station, {"type": "unit.status", "unit_id": vehicle.unit_id, "status_code": "on_road"}):
        return
    home = fleet.find_home(vehicle.station_id)
    for _ in range(chance.whole(*STOPS)):
        drive = await fleet.start_drive(vehicle, places.make_position_near(home, REACH_M), hot=False)
        await pace.sleep(drive.duration_s)
        fleet.halt(vehicle)
        await pace.sleep(chance.between(*POST_MIN) * 60)


async def come_back(vehicle: Vehicle, fleet: Fleet, places: Gazetteer) -> None:
    """Be on the road somewhere about one's own quarter, free for orders."""
    station = await fleet.get_station(vehicle.station_id)
    vehicle.at = places.make_position_near(fleet.find_home(vehicle.station_id), BACK_FROM_M)
    await tell(station, {"type": "unit.status", "unit_id": vehicle.unit_id, "status_code": "returning"})


def list_coming_back(units: Iterable[Json], chance: Chance) -> list[str]:
    """Who comes back as a fresh demonstration begins, at most one of a station; nobody where crews are out
    already, since then it goes on with what was."""
    known = [unit for unit in units if not unit["test"]]
    if any(not unit["in_quarters"] for unit in known):
        return []
    found: list[str] = []
    for agency_id, count in COMING_BACK.items():
        by_station = {unit["station_id"]: unit["id"] for unit in known if unit["agency_id"] == agency_id}
        found += chance.shuffled(list(by_station.values()))[:count]
    return found


class Patrols:
    """Keeps a share of the police fleet on the road."""

    def __init__(self, watch: Watch, chance: Chance, share: float, at_most: int) -> None:
        self._watch = watch
        self._chance = chance
        self._share = share
        self._at_most = at_most

    def find_next(self, out: int) -> str | None:
        """A unit in quarters that should go out now; None when enough are `out` already."""
        police = [
            unit
            for unit in self._watch.of("unit").values()
            if unit["type_code"] in ("patrol_car", "motorbike_patrol") and not unit["test"]
        ]
        if out >= min(self._at_most, round(len(police) * self._share)):
            return None
        waiting = [unit["id"] for unit in police if unit["in_quarters"] and unit["assignment_id"] is None]
        return self._chance.pick(waiting) if waiting else None


EVERY_S = 2.0


async def pause(pace: Pace) -> None:
    """Between looking for another patrol to send out."""
    await asyncio.sleep(EVERY_S / min(4.0, pace.factor))
