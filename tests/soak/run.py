"""One campaign over sockets from its empty database to the last comparison; long ones and short ones."""

import time
from pathlib import Path

from dispatch.host.cluster import PrivateCluster
from tests.conftest import BuiltCity
from tests.soak.busy_hour import PATIENCE_S
from tests.soak.comparison import (
    check_copy_equals_snapshot,
    check_ledger,
    check_nothing_twice,
    check_repeats,
    verify_stopped,
)
from tests.soak.socket_campaign import SocketCampaign, copy_city, say
from tests.story.world import running_world


async def run_campaign(
    cluster: PrivateCluster, city: BuiltCity, city_dsn: str, folder: Path, *, kills: int, seed: int
) -> SocketCampaign:
    """Kill, compare, verify; says what it did. `city_dsn` is a database that holds the city."""
    say(f"seed {seed}, {kills} kills")
    copy_city(city_dsn, cluster.dsn())
    started = time.monotonic()
    settings = {"PLANNER_DEADLINE_MS": "1000"}
    async with running_world(cluster.dsn(), city.data_dir, city.pack.folder, folder, **settings) as world:
        campaign = SocketCampaign(world, cluster, folder, seed)
        await campaign.run(kills)
        for screen in campaign.hour.screens:
            await check_copy_equals_snapshot(screen)
        await check_repeats(campaign.hour.links, campaign.ledger)
        await check_ledger(campaign.ledger, world.dsn, folder / "keys")
        check_nothing_twice(campaign.ledger)
        for link in campaign.hour.links:
            await link.wait_until(lambda link=link: link.connected, PATIENCE_S)  # type: ignore[misc]
        assert all(screen.connections > 1 for screen in campaign.hour.screens)
    report = await verify_stopped(cluster.dsn(), folder)
    assert report.findings == []
    took_s = time.monotonic() - started
    say(f"{dict(campaign.kills)} in {took_s:.0f} s, ended {dict(campaign.ended)}, {report.head} events")
    on_their_way = f"{min(campaign.unanswered)} … {max(campaign.unanswered)} on their way at a kill"
    say(f"{len(campaign.ledger.entries)} commands, {campaign.hour.cases} cases, {on_their_way}")
    return campaign
