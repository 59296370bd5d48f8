"""An instant replayed is what a live reader of the same rights had at that instant."""

import random
from datetime import timedelta

import msgspec
import pytest

from dispatch.domain.model.messages import Refused
from dispatch.replay.command import replay_command
from dispatch.replay.folds import Checkpoints, FoldCache
from dispatch.replay.state_at import Replayer, ReplayState
from dispatch.store.audit import Audit
from tests.integration.replay.replay_world import READERS, START, Copy, morning


def copy_of(state: ReplayState) -> Copy:
    return {(row.kind, row.id): (row.version, bytes(row.body)) for row in state.rows}


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_reader_finds_at_every_seq_the_very_rows_a_live_reader_had(
    database_url: str, seed: int
) -> None:
    async with morning(database_url, seed) as world:
        await world.work(150)
        replayer = Replayer(world.pool, world.vault)
        seqs = random.Random(seed).sample(sorted(world.copies), 40)
        for seq in [*seqs, max(world.copies)]:
            for name, rights in READERS.items():
                state = await replayer.state_at(rights, seq=seq)
                assert copy_of(state) == world.copies[seq][name], (seed, seq, name)


async def test_an_instant_means_the_last_event_recorded_up_to_it(database_url: str) -> None:
    async with morning(database_url, 4) as world:
        await world.work(40)
        replayer = Replayer(world.pool, world.vault)
        times = sorted(set(world.recorded.values()))
        for at in times:
            last = max(seq for seq, recorded in world.recorded.items() if recorded <= at)
            assert (await replayer.state_at(READERS["all"], at=at)).seq == last
            between = await replayer.state_at(READERS["all"], at=at + timedelta(microseconds=1))
            assert (between.seq, between.at) == (last, at)


async def test_before_the_first_event_nothing_stands(database_url: str) -> None:
    async with morning(database_url, 5) as world:
        replayer = Replayer(world.pool, world.vault)
        state = await replayer.state_at(READERS["all"], at=START - timedelta(seconds=1))
        assert (state.seq, state.at, state.rows) == (0, None, ())


async def test_without_an_instant_the_present_is_meant(database_url: str) -> None:
    async with morning(database_url, 6) as world:
        await world.work(20)
        state = await Replayer(world.pool, world.vault).state_at(READERS["fire"])
        assert copy_of(state) == world.copies[state.head]["fire"]


async def test_a_seq_beyond_the_log_is_refused(database_url: str) -> None:
    async with morning(database_url, 7) as world:
        replayer = Replayer(world.pool, world.vault)
        head = max(world.copies)
        with pytest.raises(Refused) as refused:
            await replayer.state_at(READERS["all"], seq=head + 1)
        assert (refused.value.code, refused.value.data) == ("unknown_seq", {"seq": head + 1, "head": head})


async def test_an_incidents_replay_holds_only_rows_that_belong_to_it(database_url: str) -> None:
    async with morning(database_url, 8) as world:
        await world.work(120)
        replayer = Replayer(world.pool, world.vault)
        whole = await replayer.state_at(READERS["all"])
        for incident_id in world.incidents[:5]:
            part = await replayer.state_at(READERS["all"], incident=incident_id)
            assert copy_of(part).items() <= copy_of(whole).items()
            owners = [msgspec.json.decode(row.body).get("incident_id", incident_id) for row in part.rows]
            assert set(owners) == {incident_id}
            named = {
                (r.kind, r.id)
                for r in whole.rows
                if f'"incident_id":"{incident_id}"'.encode() in bytes(r.body)
            }
            assert named <= copy_of(part).keys()


async def test_an_incident_is_found_by_its_number_too(database_url: str) -> None:
    async with morning(database_url, 13) as world:
        await world.work(60)
        replayer = Replayer(world.pool, world.vault)
        by_id = await replayer.state_at(READERS["all"], incident=world.incidents[0])
        number = next(msgspec.json.decode(r.body)["number"] for r in by_id.rows if r.kind == "incident")
        assert await replayer.state_at(READERS["all"], incident=number) == by_id


async def test_an_incident_hidden_from_a_reader_then_is_unknown_in_its_replay(database_url: str) -> None:
    async with morning(database_url, 9) as world:
        await world.work(120)
        replayer = Replayer(world.pool, world.vault)
        everything = {
            id_ for kind, id_ in copy_of(await replayer.state_at(READERS["all"])) if kind == "incident"
        }
        seen = {
            id_ for kind, id_ in copy_of(await replayer.state_at(READERS["neither"])) if kind == "incident"
        }
        assert everything - seen
        for incident_id in everything - seen:
            with pytest.raises(Refused) as refused:
                await replayer.state_at(READERS["neither"], incident=incident_id)
            assert refused.value.code == "unknown_incident"


async def test_any_order_of_instants_gives_the_same_rows_whatever_is_cached(database_url: str) -> None:
    async with morning(database_url, 10, snapshot_events=60) as world:
        await world.work(100)
        for every in (1, 7, 50):
            cache = FoldCache(Checkpoints(limit_bytes=200_000), every=every)
            replayer = Replayer(world.pool, world.vault, cache=cache)
            seqs = sorted(world.copies)
            random.Random(every).shuffle(seqs)
            for seq in seqs[:60]:
                state = await replayer.state_at(READERS["fire"], seq=seq)
                assert copy_of(state) == world.copies[seq]["fire"], (every, seq)


async def test_the_command_prints_the_same_rows_as_json_and_is_kept_in_the_audit(database_url: str) -> None:
    async with morning(database_url, 11) as world:
        await world.work(30)
        seq = sorted(world.copies)[-10]
        printed = await replay_command(world.dsn, agencies=READERS["fire"].agencies, seq=seq)
        state = msgspec.json.decode(printed, type=ReplayState)
        shown = {
            (row.kind, row.id): (row.version, msgspec.json.encode(msgspec.json.decode(row.body)))
            for row in state.rows
        }
        assert shown == world.copies[seq]["fire"]
        looks = await Audit(world.pool).list_recent()
        assert [(look.act, look.detail["seq"]) for look in looks] == [("read_replay", seq)]


async def test_words_whose_key_was_erased_are_gone_from_every_instant(database_url: str) -> None:
    async with morning(database_url, 12) as world:
        await world.work(60)
        replayer = Replayer(world.pool, world.vault)
        before = await replayer.state_at(READERS["all"])
        assert any('"cháy nhà"'.encode() in bytes(row.body) for row in before.rows)
        for subject in {msgspec.json.decode(r.body)["subject"] for r in before.rows if r.kind == "report"}:
            await world.vault.erase(subject)
        for seq in sorted(world.copies)[-20::5]:
            state = await replayer.state_at(READERS["all"], seq=seq)
            assert not any('"cháy nhà"'.encode() in bytes(row.body) for row in state.rows)
