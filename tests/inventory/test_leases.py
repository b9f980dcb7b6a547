"""Work that one process of a deployment does comes round once, whoever asks first."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock

EVERY = timedelta(minutes=5)


@pytest.fixture
async def stock(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    yield opened
    await opened.close()


async def test_a_turn_comes_once_in_a_while_for_each_work(
    stock: Stock, clock: MovableClock
) -> None:
    assert await stock.turns.take("tidy", EVERY)
    assert not await stock.turns.take("tidy", EVERY)
    assert await stock.turns.take("count", EVERY)
    clock.move(seconds=299)
    assert not await stock.turns.take("tidy", EVERY)
    clock.move(seconds=1)
    assert await stock.turns.take("tidy", EVERY)


async def test_of_many_who_ask_at_once_one_has_the_turn(
    postgres_url: str, clock: MovableClock
) -> None:
    routers = [
        await Stock.open(ledger_url=postgres_url, view_url=None, clock=clock)
        for _ in range(3)
    ]
    for _ in range(3):
        asked = await asyncio.gather(*(r.turns.take("tidy", EVERY) for r in routers))
        assert sorted(asked) == [False, False, True]
        clock.move(seconds=300)
    for router in routers:
        await router.close()


async def test_who_wants_shorter_turns_does_not_wait_for_a_long_one(
    stock: Stock,
) -> None:
    assert await stock.turns.take("tidy", 100 * EVERY)
    assert await stock.turns.take("tidy", EVERY)
    assert not await stock.turns.take("tidy", EVERY)
