"""A writer, and a PostgreSQL, killed in the middle of work. The long campaign is in tests/soak."""

from pathlib import Path

import pytest

from dispatch.host.cluster import PrivateCluster
from tests.soak.campaign import Campaign


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [7])
async def test_five_kills_lose_nothing_that_was_acknowledged_and_do_nothing_twice(
    scratch_postgres: PrivateCluster, tmp_path: Path, seed: int
) -> None:
    campaign = Campaign(scratch_postgres, tmp_path, seed)
    await campaign.run(kills=5, postgres_every=3)
    assert campaign.repeated > 0
    await campaign.check()
