"""The past in pieces: base rows and the pieces after them make what a live reader had, forward and back."""

import random
from datetime import timedelta

import msgspec
import pytest

from dispatch.domain.model.messages import Refused
from dispatch.replay.chunks import Changes, Chunks
from dispatch.replay.folds import FoldCache
from dispatch.replay.moments import Moment
from dispatch.replay.state_at import Replayer, ReplayState
from tests.integration.replay.replay_world import READERS, Copy, Morning, morning


def copy_of(state: ReplayState) -> Copy:
    return {(row.kind, row.id): (row.version, bytes(row.body)) for row in state.rows}


def change(copy: Copy, moment: Moment) -> None:
    for row in moment.rows:
        copy[row.kind, row.id] = (row.version, bytes(row.body))
    for key in moment.gone:
        del copy[key]


async def read(world: Morning, chunks: Chunks, name: str, after: int) -> list[Changes]:
    """Every piece from an event to the end of the morning."""
    until = world.recorded[max(world.recorded)]
    pieces = [await chunks.read(world.pool, READERS[name], world.vault, after, until)]
    while pieces[-1].seq < pieces[-1].until_seq:
        pieces.append(await chunks.read(world.pool, READERS[name], world.vault, pieces[-1].seq, until))
    return pieces


async def test_rows_and_pieces_make_at_every_seq_what_each_live_reader_had(database_url: str) -> None:
    async with morning(database_url, 41) as world:
        await world.work(120)
        cache = FoldCache()
        replayer, chunks = Replayer(world.pool, world.vault, cache=cache), Chunks(cache, events=37)
        for name, rights in READERS.items():
            after = random.Random(name).choice(sorted(world.copies)[:40])
            copy = copy_of(await replayer.state_at(rights, seq=after))
            compared = 0
            for piece in await read(world, chunks, name, after):
                for moment in piece.moments:
                    change(copy, moment)
                    if moment.seq in world.copies:
                        assert copy == world.copies[moment.seq][name], (name, moment.seq)
                        compared += 1
            assert compared > 20


async def test_pieces_follow_each_other_without_a_gap_whatever_is_hidden(database_url: str) -> None:
    async with morning(database_url, 42) as world:
        await world.work(120)
        chunks = Chunks(FoldCache(), events=23)
        pieces = await read(world, chunks, "neither", 0)
        moments = [moment for piece in pieces for moment in piece.moments]
        assert [moment.prev for moment in moments] == [0, *(moment.seq for moment in moments[:-1])]
        assert moments[-1].seq == max(world.copies)
        assert len(moments) < max(world.copies)


async def test_a_reader_is_told_nothing_of_an_incident_hidden_from_it(database_url: str) -> None:
    async with morning(database_url, 43) as world:
        await world.work(150)
        replayer = Replayer(world.pool, world.vault)
        seen = {
            id_ for kind, id_ in copy_of(await replayer.state_at(READERS["neither"])) if kind == "incident"
        }
        hidden = set(world.incidents) - seen
        assert hidden
        told = b"".join(
            msgspec.json.encode(piece) for piece in await read(world, Chunks(FoldCache()), "neither", 0)
        )
        always = {id_ for id_ in hidden if id_.encode() not in told}
        assert always
        for incident_id in hidden - always:
            # Seen for a while, as a live reader of these rights saw it.
            assert any(("incident", incident_id) in copies["neither"] for copies in world.copies.values())


async def test_the_place_where_a_piece_ended_is_kept_for_the_next(database_url: str) -> None:
    async with morning(database_url, 44) as world:
        await world.work(60)
        chunks = Chunks(FoldCache(), events=10)
        until = world.recorded[max(world.recorded)]
        first = await chunks.read(world.pool, READERS["all"], world.vault, 0, until)
        await chunks.read(world.pool, READERS["fire"], world.vault, first.seq, until)
        again = await chunks.read(world.pool, READERS["all"], world.vault, 0, until)
        assert msgspec.json.encode(again) == msgspec.json.encode(first)


async def test_an_end_before_the_beginning_is_an_empty_piece(database_url: str) -> None:
    async with morning(database_url, 45) as world:
        chunks = Chunks(FoldCache())
        head = max(world.copies)
        early = world.recorded[min(world.recorded)] - timedelta(hours=1)
        piece = await chunks.read(world.pool, READERS["all"], world.vault, head, early)
        assert (piece.after, piece.seq, piece.until_seq, piece.moments) == (head, head, head, ())
        with pytest.raises(Refused) as refused:
            await chunks.read(world.pool, READERS["all"], world.vault, head + 1, early)
        assert refused.value.code == "unknown_seq"
