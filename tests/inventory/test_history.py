"""The ledger at an earlier moment, on both databases."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from inventory.operations import Cell, Count, CountStock
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import (
    adjust,
    commit,
    count,
    furnish,
    key,
    place,
    release,
)


@pytest.fixture
async def ledger(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    await furnish(opened, ("A", "N0", 10), ("A", "N1", 3), ("B", "N0", 5))
    clock.move(days=1)
    yield opened
    await opened.close()


async def bought(stock: Stock, name: str, *lines: tuple[str, str, int]) -> None:
    await stock.submit(place(name, *lines))
    await stock.submit(commit(name, f"o-{name}"))


def ago(clock: MovableClock, **span: float) -> datetime:
    return clock.now - timedelta(**span)


async def test_cells_are_as_they_were_before_all_that_came_since(
    ledger: Stock, clock: MovableClock
) -> None:
    await bought(ledger, "early", ("A", "N0", 2))
    await ledger.submit(place("open", ("B", "N0", 1)))
    before = await ledger.cells(limit=10)
    clock.move(hours=1)
    start = clock.now
    await bought(ledger, "late", ("A", "N0", 3), ("A", "N1", 1))
    await ledger.submit(release("open"))
    await ledger.submit(count(("A", "N0", 1), ("B", "N3", 9)))
    await ledger.submit(adjust(("A", "N1", 4)))
    await ledger.submit(
        CountStock(key(), (Count("B", "N0", 5, safety_stock=3),), reason="")
    )
    clock.move(hours=5)
    await bought(ledger, "after the window", ("A", "N1", 2))

    window = await ledger.history.window(start, start + timedelta(hours=1))

    assert window.opening == before
    assert Cell("B", "N3", 9, version=1) not in window.opening


async def test_orders_are_those_held_in_the_window_by_time(
    ledger: Stock, clock: MovableClock
) -> None:
    await ledger.submit(place("held before", ("A", "N0", 1)))
    clock.move(minutes=5)
    start = clock.now
    await ledger.submit(commit("held before", "o-before"))
    await bought(ledger, "b", ("A", "N0", 1))
    clock.move(minutes=1)
    await bought(ledger, "a", ("A", "N0", 1))
    await ledger.submit(place("never bought", ("A", "N0", 1)))
    clock.move(minutes=1)
    end = clock.now
    await bought(ledger, "at the end", ("A", "N0", 1))

    window = await ledger.history.window(start, end)

    assert [each.order_id for each in window.orders] == ["o-b", "o-a"]
    assert window.orders[0].held_at == start
    assert window.orders[0].decision == b"decision of b"
    (cell,) = [
        each for each in window.opening if (each.sku, each.node_id) == ("A", "N0")
    ]
    assert (cell.held, cell.available) == (1, 9), "what was held before stays held"


async def test_supplies_are_what_no_order_of_the_window_did(
    ledger: Stock, clock: MovableClock
) -> None:
    await ledger.submit(place("expires", ("A", "N0", 4), ttl_s=60))
    await ledger.submit(place("becomes an order", ("B", "N0", 1)))
    clock.move(minutes=5)
    start = clock.now
    await ledger.submit(count(("A", "N1", 8)))
    await bought(ledger, "own", ("A", "N1", 2))
    await ledger.submit(place("own but left", ("A", "N1", 1)))
    await ledger.submit(release("own but left"))
    await ledger.submit(commit("becomes an order", "o"))
    await ledger.sweep()
    await ledger.submit(adjust(("B", "N0", -2)))
    clock.move(hours=1)
    await ledger.submit(adjust(("B", "N0", 40)))

    window = await ledger.history.window(start, clock.now)

    told = [(each.sku, each.node_id, each.on_hand) for each in window.supplies]
    assert told == [("A", "N1", 5), ("A", "N0", 4), ("B", "N0", -2)]


async def test_window_over_the_whole_ledger_opens_empty(
    ledger: Stock, clock: MovableClock
) -> None:
    await bought(ledger, "a", ("A", "N0", 1))

    window = await ledger.history.window(ago(clock, days=9), clock.now + timedelta(1))

    assert window.opening == ()
    assert [each.on_hand for each in window.supplies] == [10, 3, 5]
    assert [each.order_id for each in window.orders] == ["o-a"]


async def test_window_before_and_after_everything_is_still(
    ledger: Stock, clock: MovableClock
) -> None:
    late = clock.now + timedelta(days=3)
    window = await ledger.history.window(late, late + timedelta(days=1))

    assert window.opening == await ledger.cells(limit=10)
    assert (window.supplies, window.orders) == ((), ())
