"""Five kills in a busy hour, over real sockets. The two hundred are in tests/soak."""

from pathlib import Path

import pytest

from dispatch.host.cluster import PrivateCluster
from tests.conftest import BuiltCity
from tests.soak.run import run_campaign

SEED = 2


@pytest.mark.timeout(900)
async def test_kills_of_server_database_and_planner_lose_nothing_and_do_nothing_twice(
    scratch_postgres: PrivateCluster,
    generated_city: BuiltCity,
    generated_city_database_url: str,
    tmp_path: Path,
) -> None:
    campaign = await run_campaign(
        scratch_postgres, generated_city, generated_city_database_url, tmp_path, kills=5, seed=SEED
    )
    assert campaign.kills == {"server": 2, "postgres": 2, "planner": 1}
    assert min(campaign.unanswered) >= 20
    assert campaign.ended == {"server": 2, "planner": 1}
