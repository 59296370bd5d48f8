"""The long campaign: run before a release."""

from pathlib import Path

import pytest

from dispatch.host.cluster import PrivateCluster
from tests.soak.campaign import Campaign


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [1])
async def test_two_hundred_kills_lose_nothing_that_was_acknowledged(
    scratch_postgres: PrivateCluster, tmp_path: Path, seed: int
) -> None:
    campaign = Campaign(scratch_postgres, tmp_path, seed)
    await campaign.run(kills=200, postgres_every=5)
    assert campaign.repeated > 200
    await campaign.check()
