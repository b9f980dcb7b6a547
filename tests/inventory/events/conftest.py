"""Stock whose changes are told, on each database, and a second process beside it."""

from collections.abc import AsyncIterator

import pytest

from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock


@pytest.fixture
async def books(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    """Stock on each database, without a view."""
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def rivals(postgres_url: str) -> AsyncIterator[tuple[Stock, ...]]:
    """Three processes' stock on one PostgreSQL."""
    opened = [await Stock.open(ledger_url=postgres_url, view_url=None) for _ in "abc"]
    yield tuple(opened)
    for each in opened:
        await each.close()
