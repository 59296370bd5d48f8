"""Personal values sealed and opened, shared by telephone number, and erased."""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from cryptography.exceptions import InvalidTag
from uuid6 import uuid7

from dispatch.core.port import Submission
from dispatch.core.writer import Writer
from dispatch.domain.model.desk import OpenDesk
from dispatch.store.connect import Pool, open_pool
from dispatch.store.vault import KeyNotLoaded, UnsavedKeys, Vault, load_or_create_secret
from tests.integration.core.world import ADMIN, START, writing

SECRET = b"s" * 32


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database_url, max_size=4)
    yield pool
    await pool.close()


async def test_sealed_value_opens_again_also_in_another_process(pool: Pool) -> None:
    vault = Vault(pool, SECRET)
    sealed = vault.seal(await vault.new_subject(), "hẻm 654 Lạc Long Quân 🚑")
    other = Vault(pool, SECRET)
    with pytest.raises(KeyNotLoaded):
        other.open(sealed)
    await other.load([sealed.subject])
    assert vault.open(sealed) == other.open(sealed) == "hẻm 654 Lạc Long Quân 🚑"


async def test_one_number_has_one_subject_however_many_call_at_once(pool: Pool) -> None:
    vaults = [Vault(pool, SECRET) for _ in range(8)]
    subjects = await asyncio.gather(*(vault.subject_for_phone("0903123456") for vault in vaults))
    assert len(set(subjects)) == 1
    assert await vaults[0].subject_for_phone("0903123457") != subjects[0]


@dataclass
class Room:
    """A writer, and the vault whose keys it saves."""

    writer: Writer
    vault: Vault
    unsaved: UnsavedKeys

    async def commit(self) -> None:
        """Some command, whatever it is."""
        command = OpenDesk(desk_id="d", name="bàn", agencies=("114",))
        answer = await self.writer.submit(
            Submission(
                command_id=str(uuid7()), actor=ADMIN, command=command, occurred_at=START, received_at=START
            )
        )
        assert answer.refused is None


@pytest.fixture
async def room(database_url: str, pool: Pool) -> AsyncIterator[Room]:
    unsaved = UnsavedKeys()
    async with writing(database_url, keys=unsaved) as writer:
        yield Room(writer, Vault(pool, SECRET, unsaved), unsaved)


async def test_the_key_of_a_commands_subject_is_durable_with_the_next_commit(room: Room, pool: Pool) -> None:
    sealed = room.vault.seal(await room.vault.subject_for_command(), "tên tôi là An")
    await room.commit()
    other = Vault(pool, SECRET)
    await other.load([sealed.subject])
    assert other.open(sealed) == "tên tôi là An"
    assert room.unsaved.take() == ()


async def test_calls_at_once_from_a_new_number_share_a_subject_that_others_find_later(
    room: Room, pool: Pool
) -> None:
    asked = (room.vault.subject_for_command("0903123456") for _ in range(8))
    subjects = set(await asyncio.gather(*asked))
    await room.commit()
    later = await Vault(pool, SECRET).subject_for_command("0903123456")
    again = await Vault(pool, SECRET, UnsavedKeys()).subject_for_command("0903123456")
    assert subjects == {later, again}


async def test_what_is_sealed_for_a_number_that_another_process_met_first_stays_readable(
    room: Room, pool: Pool
) -> None:
    subject = await room.vault.subject_for_command("0903123456")
    theirs = await Vault(pool, SECRET).subject_for_phone("0903123456")
    await room.commit()
    other = Vault(pool, SECRET)
    await other.load([subject, theirs])
    assert subject != theirs
    assert other.open(room.vault.seal(subject, "x")) == "x"
    assert await Vault(pool, SECRET).find_subject("0903123456") == theirs


async def test_keys_of_a_commit_that_failed_go_with_the_next_one(room: Room, pool: Pool) -> None:
    subject = await room.vault.subject_for_command()
    await pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
        "AND pid = (SELECT backend_pid FROM centre.lease)"
    )
    await room.commit()
    await room.commit()
    found = await pool.fetchval("SELECT count(*) FROM centre.subject_keys WHERE subject = $1", subject)
    assert found == 1


async def test_a_number_whose_subject_was_erased_gets_another(room: Room, pool: Pool) -> None:
    subject = await room.vault.subject_for_command("0903123456")
    await room.commit()
    assert await Vault(pool, SECRET).erase(subject)
    room.vault.forget(subject)
    assert await room.vault.subject_for_command("0903123456") != subject


async def test_number_stands_nowhere_in_the_database(pool: Pool) -> None:
    vault = Vault(pool, SECRET)
    subject = await vault.subject_for_phone("0903123456")
    row = await pool.fetchrow("SELECT k::text AS line FROM centre.subject_keys k WHERE subject = $1", subject)
    assert "0903123456" not in row["line"]
    assert await Vault(pool, b"t" * 32).subject_for_phone("0903123456") != subject


async def test_two_seals_of_one_text_differ(pool: Pool) -> None:
    vault = Vault(pool, SECRET)
    subject = await vault.new_subject()
    assert vault.seal(subject, "x") != vault.seal(subject, "x")


async def test_erased_subject_opens_to_nothing_and_seals_nothing(pool: Pool) -> None:
    vault = Vault(pool, SECRET)
    subject = await vault.subject_for_phone("0903123456")
    sealed = vault.seal(subject, "x")
    assert await vault.erase(subject)
    assert not await vault.erase(subject)
    assert vault.open(sealed) is None
    with pytest.raises(ValueError, match="erased"):
        vault.seal(subject, "y")
    assert await pool.fetchval("SELECT key IS NULL AND phone_lookup IS NULL FROM centre.subject_keys")


async def test_tampered_or_transplanted_box_does_not_open(pool: Pool) -> None:
    vault = Vault(pool, SECRET)
    first, second = await vault.new_subject(), await vault.new_subject()
    sealed = vault.seal(first, "x")
    box = bytearray(base64.b64decode(sealed.box))
    box[-1] ^= 1
    for forged in (
        msgspec.structs.replace(sealed, box=base64.b64encode(box).decode()),
        msgspec.structs.replace(sealed, subject=second),
    ):
        with pytest.raises(InvalidTag):
            vault.open(forged)


def test_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "secret"
    secret = load_or_create_secret(file)
    assert load_or_create_secret(file) == secret
    assert len(secret) == 32
    assert file.stat().st_mode & 0o077 == 0
