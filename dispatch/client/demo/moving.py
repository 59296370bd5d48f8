"""A free crew of the demonstration that is sent to wait elsewhere: reads it, drives there, and stays."""

from dispatch.client.demo.chance import Chance, Pace
from dispatch.client.demo.crew import READ_S
from dispatch.client.demo.fleet import Fleet, Vehicle, tell
from dispatch.client.link import Json


async def wait_elsewhere(move: Json, vehicle: Vehicle, fleet: Fleet, chance: Chance, pace: Pace) -> None:
    """From the order to the place. Cancelled by the next order; what was over meanwhile is refused."""
    fleet.halt(vehicle)
    station = await fleet.get_station(vehicle.station_id)
    about: Json = {"move_id": move["id"]}
    await tell(station, {"type": "move.received"} | about)
    await pace.sleep(chance.reaction_s(READ_S))
    if not await tell(station, {"type": "move.accept"} | about):
        return
    lon, lat = move["lon_lat"]
    drive = await fleet.start_drive(vehicle, (float(lon), float(lat)), hot=False)
    await pace.sleep(drive.duration_s)
    fleet.halt(vehicle)
    await tell(station, {"type": "move.arrive"} | about)
