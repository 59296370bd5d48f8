"""Another city is put in use while the centre runs: nobody is sent to a street of the one before."""

import asyncio

import asyncpg

from gis.geocode import Geocoder


async def test_after_a_change_of_city_places_are_looked_for_in_the_new_one(
    generated_city_database_url: str,
) -> None:
    async with asyncpg.create_pool(generated_city_database_url, min_size=1, max_size=2) as pool:
        geocoder = Geocoder(pool)
        one, other = await pool.fetch(
            "SELECT s.id, s.name, n.key, n.accented, n.initials FROM gis.streets s "
            "JOIN gis.street_names n ON n.street_id = s.id WHERE NOT s.alley AND n.kind = 'name' "
            "AND s.name IN (SELECT name FROM gis.streets GROUP BY name HAVING count(*) = 1) "
            "ORDER BY s.length_m DESC, s.id LIMIT 2"
        )
        before = (await geocoder.geocode(one["name"]))[0]
        # The other city: the same streets, each under the other's id.
        async with pool.acquire() as connection, connection.transaction():
            for here, there in ((one, other), (other, one)):
                await connection.execute(
                    "UPDATE gis.streets SET name = $2 WHERE id = $1", there["id"], here["name"]
                )
                await connection.execute(
                    "UPDATE gis.street_names SET key = $2, accented = $3, initials = $4 WHERE street_id = $1",
                    *(there["id"], here["key"], here["accented"], here["initials"]),
                )
            await connection.execute("UPDATE gis.city SET pack_id = 'another'")
        async with asyncio.timeout(60):
            while (after := (await geocoder.geocode(one["name"]))[0]).lon_lat == before.lon_lat:
                pass  # it looks again after LOOK_AGAIN_S
        assert after.label.partition(",")[0] == one["name"]
        again = (await Geocoder(pool).geocode(one["name"]))[0]
        assert after.lon_lat == again.lon_lat
