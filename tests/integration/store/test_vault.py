"""Personal values sealed and opened, shared by telephone number, and erased."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from cryptography.exceptions import InvalidTag

from dispatch.store.connect import Pool, open_pool
from dispatch.store.vault import KeyNotLoaded, Vault, load_or_create_secret

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
