"""Few at once, and the first before the others."""

import asyncio

from dispatch.usecases.planning.turns import Turns


async def test_who_goes_first_goes_before_all_that_wait_and_never_more_than_are_let_in() -> None:
    turns, order, inside = Turns(2), list[str](), 0
    go = asyncio.Event()

    async def work(name: str, first: bool) -> None:
        nonlocal inside
        async with turns.turn(first=first):
            inside += 1
            assert inside <= 2
            await go.wait()
            order.append(name)
            inside -= 1

    names = [("a", False), ("b", False), ("c", False), ("d", True), ("e", False), ("f", True)]
    tasks = [asyncio.create_task(work(name, first)) for name, first in names]
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*tasks)
    assert order == ["a", "b", "d", "f", "c", "e"]


async def test_who_leaves_the_line_or_fails_inside_takes_nobodys_place() -> None:
    turns = Turns(1)
    reached = asyncio.Event()

    async def hold() -> None:
        async with turns.turn(first=False):
            reached.set()
            await asyncio.Event().wait()

    async def come() -> None:
        async with turns.turn(first=True):
            return

    holding = asyncio.create_task(hold())
    await reached.wait()
    waiting = [asyncio.create_task(come()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    holding.cancel()
    await asyncio.gather(holding, waiting[0], return_exceptions=True)
    await asyncio.gather(*waiting[1:])
    await come()
