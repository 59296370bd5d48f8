"""Passwords cost a lot to try, and hold nobody up meanwhile."""

import asyncio

import pytest
from argon2 import PasswordHasher

from dispatch.api.auth.passwords import WAITING_LIMIT, Passwords
from dispatch.domain.model.messages import Refused


async def test_others_go_on_while_a_password_is_tried_with_argon2id() -> None:
    passwords, turns, done = Passwords(), 0, asyncio.Event()
    kept = passwords.hash_now("đúng rồi")
    assert kept.startswith("$argon2id$")

    async def work() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1
            await asyncio.sleep(0)

    working = asyncio.create_task(work())
    assert await passwords.verify(kept, "đúng rồi")
    assert not await passwords.verify(kept, "sai rồi")
    done.set()
    await working
    passwords.close()
    assert turns > 20


async def test_who_comes_when_too_many_wait_is_told_so_and_the_others_are_answered() -> None:
    passwords = Passwords(workers=1, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    kept = passwords.hash_now("đúng rồi")
    waiting = [asyncio.create_task(passwords.verify(kept, "đúng rồi")) for _ in range(WAITING_LIMIT)]
    await asyncio.sleep(0)
    with pytest.raises(Refused) as refused:
        await passwords.verify(kept, "đúng rồi")
    assert refused.value.code == "busy_sign_in"
    assert await asyncio.gather(*waiting) == [True] * WAITING_LIMIT
    passwords.close()
