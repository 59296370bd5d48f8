"""Which calls a forecast is learned from: each agency's own, placed in a ward, in earnest, told once."""

from datetime import timedelta

from dispatch.domain.model.incident import MergeIncidents, OpenIncident
from dispatch.domain.model.values import LonLat, Place
from dispatch.domain.rows import ROW_KINDS, project
from dispatch.domain.state import get_table
from dispatch.store.calls_by_ward import list_ward_calls
from dispatch.store.connect import connect, open_pool
from dispatch.store.rows import put_rows
from tests.unit.domain.world import CHIEF, START, World, make_world

HOUSE = Place(label="12 Lê Lợi", lon_lat=LonLat(106.7, 10.77), ward="Phường Sài Gòn", ward_code="26734")


def open_one(world: World, incident_id: str, place: Place | None = HOUSE, *, test: bool = False) -> None:
    world.do(
        OpenIncident(incident_id=incident_id, type_code="fire", subject="s", place=place, test=test), CHIEF
    )


async def test_each_agencys_calls_are_listed_with_ward_and_time_and_nothing_else(database_url: str) -> None:
    world = make_world()
    open_one(world, "i1")
    world.wait(60)
    open_one(world, "i2", test=True)
    open_one(world, "i3", Place(heard="gần chợ"))
    open_one(world, "i4")
    world.do(MergeIncidents(incident_id="i4", into="i1"), CHIEF)
    rows = [
        row
        for kind in ROW_KINDS
        for id_ in get_table(world.state, kind)
        for row in [project(world.state, kind, id_)]
        if row is not None
    ]
    connection = await connect(database_url)
    try:
        await put_rows(connection, rows, [])
    finally:
        await connection.close()
    async with await open_pool(database_url, max_size=1) as pool:
        everything = await list_ward_calls(pool, ("113", "114", "115"), START, START + timedelta(hours=1))
        later = await list_ward_calls(
            pool, ("114",), START + timedelta(seconds=1), START + timedelta(hours=1)
        )
    assert [(c.agency_id, c.ward_code, c.at) for c in everything] == [
        ("114", "26734", START), ("115", "26734", START)
    ]  # fmt: skip
    assert later == []
