"""The whole centre killed piece by piece for as long as SOAK_KILLS says: run before a release."""

import os
from pathlib import Path

import pytest

from dispatch.host.cluster import PrivateCluster
from tests.conftest import BuiltCity
from tests.soak.run import run_campaign


@pytest.mark.soak
@pytest.mark.timeout(7200)
async def test_two_hundred_kills_of_server_planner_and_database_lose_nothing_and_do_nothing_twice(
    scratch_postgres: PrivateCluster,
    generated_city: BuiltCity,
    generated_city_database_url: str,
    tmp_path: Path,
) -> None:
    kills, seed = int(os.environ.get("SOAK_KILLS", "200")), int(os.environ.get("SOAK_SEED", "1"))
    campaign = await run_campaign(
        scratch_postgres, generated_city, generated_city_database_url, tmp_path, kills=kills, seed=seed
    )
    assert campaign.kills.total() == kills
    assert min(campaign.unanswered) >= 20
    # Nothing ended but what was killed.
    assert campaign.ended == {name: campaign.kills[name] for name in ("server", "planner")}
