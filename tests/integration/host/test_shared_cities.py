"""The two cities that all tests share are whole: tables, road graph, basemap."""

from typing import TYPE_CHECKING

import psycopg
import pytest

from routing.graph.file import load

if TYPE_CHECKING:
    from tests.conftest import BuiltCity


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["generated", "hcmc"])
def test_shared_city_is_whole(name: str, request: pytest.FixtureRequest) -> None:
    city: BuiltCity = request.getfixturevalue(f"{name}_city")
    with psycopg.connect(request.getfixturevalue(f"{name}_city_database_url")) as connection:
        row = connection.execute("SELECT pack_id, generated FROM gis.city").fetchone()
    assert row == (city.pack.pack_id, name == "generated")
    assert city.pack.basemap.stat().st_size > 100_000
    assert len(load(city.pack.folder).names) > 100
