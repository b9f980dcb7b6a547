"""A ledger with events, and a receiver on this machine."""

from collections.abc import AsyncIterator, Iterator

import pytest

from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.router.events.receiver import Receiver


@pytest.fixture
async def books(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    """Stock on each database, without a view, with a clock that stands still."""
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started
