"""The main stories run on both cities: the generated one and Ho Chi Minh City.

A world starts once for a file; its stories share the centre as incidents of one day do, and so must not
count on being alone in it.
"""

from collections.abc import AsyncIterator, Callable

import psycopg
import pytest
import pytest_asyncio

from dispatch.host.cluster import PrivateCluster, drop_database
from tests.conftest import BuiltCity
from tests.story.acts import wait_by_road
from tests.story.world import World, running_world

AUTOMATIC = """
[[115]]
types = ["electrocution"]
type_sure = "chosen"
countdown_s = 10
unattended = "send"

[[115]]
types = ["seizure"]
type_sure = "chosen"
countdown_s = 300
"""
"""What goes by itself in the generated city: types that no other story opens."""

MakeDatabase = Callable[[str | None], str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def generated_world(
    cluster: PrivateCluster,
    generated_city: BuiltCity,
    make_database: MakeDatabase,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[World]:
    """A centre that runs on the generated city."""
    dsn = make_database(generated_city.template)
    folder = tmp_path_factory.mktemp("generated")
    policy = folder / "automatic.toml"
    policy.write_text(AUTOMATIC, "utf-8")
    places = generated_city.data_dir, generated_city.pack.folder, folder
    async with running_world(dsn, *places, AUTOMATIC_DISPATCH=str(policy)) as running:
        await wait_by_road(running)
        yield running
    _drop(cluster, dsn)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hcmc_world(
    cluster: PrivateCluster,
    hcmc_city: BuiltCity,
    make_database: MakeDatabase,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[World]:
    """A centre that runs on Ho Chi Minh City."""
    dsn = make_database(hcmc_city.template)
    folder = tmp_path_factory.mktemp("hcmc")
    async with running_world(dsn, hcmc_city.data_dir, hcmc_city.pack.folder, folder) as running:
        await wait_by_road(running)
        yield running
    _drop(cluster, dsn)


# One worker has all stories of a world, so that it starts once.
_GENERATED = pytest.param("generated", marks=pytest.mark.xdist_group("generated_world"))
_HCMC = pytest.param("hcmc", marks=[pytest.mark.hcmc, pytest.mark.xdist_group("hcmc_world")])


@pytest.fixture(params=[_GENERATED, _HCMC])
def world(request: pytest.FixtureRequest) -> World:
    """The one world and then the other."""
    found: World = request.getfixturevalue(f"{request.param}_world")
    return found


def _drop(cluster: PrivateCluster, dsn: str) -> None:
    drop_database(cluster.dsn("postgres"), psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])
