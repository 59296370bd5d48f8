"""Both cities in a database of this worker, read only, and a geocoder on each."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING

import asyncpg
import psycopg
import pytest

from dispatch.host.cluster import PrivateCluster, drop_database
from gis.geocode import Geocoder

if TYPE_CHECKING:
    from tests.conftest import BuiltCity


@pytest.fixture(scope="session")
def generated_dsn(
    cluster: PrivateCluster, generated_city: "BuiltCity", make_database: Callable[[str | None], str]
) -> Iterator[str]:
    """The generated city's database."""
    yield from _copy(cluster, generated_city, make_database)


@pytest.fixture(scope="session")
def hcmc_dsn(
    cluster: PrivateCluster, hcmc_city: "BuiltCity", make_database: Callable[[str | None], str]
) -> Iterator[str]:
    """Ho Chi Minh City's database."""
    yield from _copy(cluster, hcmc_city, make_database)


def _copy(
    cluster: PrivateCluster, city: "BuiltCity", make_database: Callable[[str | None], str]
) -> Iterator[str]:
    dsn = make_database(city.template)
    yield dsn
    drop_database(cluster.dsn("postgres"), psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])


@pytest.fixture
async def generated(generated_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the generated city."""
    connection = await asyncpg.connect(generated_dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def hcmc(hcmc_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to Ho Chi Minh City."""
    connection = await asyncpg.connect(hcmc_dsn)
    yield connection
    await connection.close()


@pytest.fixture(params=["generated", "hcmc"])
def city(request: pytest.FixtureRequest) -> asyncpg.Connection:
    """A connection to either city."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def geocoder(city: asyncpg.Connection) -> Geocoder:
    """The geocoder on either city."""
    return Geocoder(city)
