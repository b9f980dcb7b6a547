"""Units of another SKU stand in for missing ones: the books hold, whoever is first."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from inventory import errors
from inventory.orders.actions import Cancel, Pick, Picked, Ready, Ship
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.orders.sentences import (
    FIRST,
    ORDER,
    books_are_right,
    cell,
    do,
    in_one_batch,
    now,
    ordered,
    step_on,
    to,
)
from tests.inventory.sentences import commit, furnish, place

ORDERS = 6


@pytest.fixture
async def stock(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    yield opened
    await opened.close()
    await books_are_right(opened, ledger_url)


def instead(found: int, *others: tuple[str, int], missing: int = 1) -> Pick:
    """So many of A were found; others stand in for those that were not."""
    return Pick(FIRST, (Picked("A", found, missing, others),), "why", "SUBTRACT")


async def lines(stock: Stock) -> dict[str, tuple[int, int, int]]:
    """Ordered, cancelled and waiting units of each line."""
    rows = (await now(stock)).book.lines.values()
    return {row.sku: (row.ordered, row.cancelled, row.unrouted) for row in rows}


async def test_a_substitute_leaves_with_the_shipment(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await furnish(stock, ("B", "N0", 3))
    answer = await do(stock, instead(1, ("B", 1)))

    assert (answer.state, answer.unrouted, answer.made) == ("PICKING", 0, ())
    assert await cell(stock, "A", "N0") == (6, 0, 1, 0)
    assert await cell(stock, "B", "N0") == (3, 0, 1, 0)
    assert await lines(stock) == {"A": (2, 0, 0)}
    assert (await now(stock)).order.reroutes == 0
    await do(stock, Ready(FIRST))
    await do(stock, Ship(FIRST, "UPS", "1"))
    assert await cell(stock, "B", "N0") == (2, 0, 0, 0)


async def test_what_nothing_stands_in_for_is_routed(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    await furnish(stock, ("A", "N1", 9), ("B", "N0", 3))
    pick = instead(1, ("B", 1), missing=2)
    pick = Pick(FIRST, pick.lines, "why", "KEEP", to(("A", "N1", 1)))

    answer = await do(stock, pick)
    assert (answer.made, answer.unrouted) == ((f"{ORDER}:2",), 0)
    assert (await now(stock)).order.reroutes == 1
    too_many = Pick(FIRST, (Picked("A", 0, 0, (("B", 1),)),))
    with pytest.raises(errors.WrongState, match="cannot stand in"):
        await do(stock, too_many)


async def test_more_than_is_free_does_not_stand_in(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await furnish(stock, ("B", "N0", 2))
    await stock.submit(place("other", ("B", "N0", 1)))

    for units in (("B", 2), ("C", 1)):
        with pytest.raises(errors.NoStock) as refused:
            await do(stock, instead(0, units, missing=2))
        assert refused.value.cells[0].sku == units[0]
    assert await cell(stock, "A", "N0") == (7, 0, 2, 0)
    assert await cell(stock, "B", "N0") == (2, 1, 0, 0)


async def test_a_shelf_that_is_said_to_be_empty_has_no_substitute(
    stock: Stock,
) -> None:
    await one_shipment(stock, ("A", "N0", 1), ("B", "N0", 1))
    lines = (Picked("A", 0, 1, (("B", 1),)), Picked("B", 0, 1))

    with pytest.raises(errors.NoStock):
        await do(stock, Pick(FIRST, lines, "why", "ZERO"))
    await do(stock, Pick(FIRST, lines, "why", "KEEP"))


async def one_shipment(stock: Stock, *wanted: tuple[str, str, int]) -> None:
    """An order whose lines travel together; its cells hold five more units."""
    await furnish(stock, *((sku, node, units + 5) for sku, node, units in wanted))
    hold = place("h", *wanted)
    together = tuple(line._replace(shipment_no=1) for line in hold.lines)
    await stock.submit(replace(hold, lines=together))
    await stock.submit(commit("h"))


async def rivals(stock: Stock, units: int) -> None:
    """Orders of a missing A each, and so many of what could stand in."""
    await furnish(stock, ("A", "N0", ORDERS), ("B", "N0", units))
    for name in map(str, range(ORDERS)):
        await stock.submit(place(name, ("A", "N0", 1)))
        await stock.submit(commit(name))


def rival(number: int) -> Pick:
    line = Picked("A", 0, 1, (("B", 1),))
    return Pick(f"order-{number}:1", (line,), "why", "KEEP")


@pytest.mark.parametrize("together", [True, False])
async def test_no_unit_stands_in_twice(stock: Stock, together: bool) -> None:
    await rivals(stock, units=2)
    asked = [step_on(rival(n), f"order-{n}") for n in range(ORDERS)]
    if together:
        outcomes = await in_one_batch(stock, *asked)
    else:
        tasks = (stock.submit(step) for step in asked)
        outcomes = [*await asyncio.gather(*tasks, return_exceptions=True)]

    refused = [each for each in outcomes if isinstance(each, errors.NoStock)]
    assert len(refused) == ORDERS - 2
    assert await cell(stock, "B", "N0") == (2, 0, 2, 0)


async def test_the_same_pick_again_takes_nothing_more(stock: Stock) -> None:
    await rivals(stock, units=2)
    step = step_on(rival(0), "order-0")
    first, again = await in_one_batch(stock, step, step)

    assert getattr(again, "replayed", False)
    assert getattr(again, "state", "") == getattr(first, "state", None)
    assert await cell(stock, "B", "N0") == (2, 0, 1, 0)


async def test_two_lines_that_share_a_cell_are_given_back_at_once(
    stock: Stock,
) -> None:
    await one_shipment(stock, ("A", "N0", 2), ("B", "N0", 1))
    shelf = (Picked("A", 1, 1, (("B", 1),)), Picked("B", 1, 0))
    await do(stock, Pick(FIRST, shelf, "why", "SUBTRACT"))

    await do(stock, Cancel({"A": 1}, "", {"N0": "PICKING"}))
    assert await lines(stock) == {"A": (2, 1, 0), "B": (1, 0, 0)}
    assert await cell(stock, "B", "N0") == (6, 0, 1, 0)
    assert await cell(stock, "A", "N0") == (6, 0, 1, 0)


async def test_all_of_an_order_goes_back_with_what_stands_in(stock: Stock) -> None:
    """B is of two lines then, and the step enters its cell once."""
    await one_shipment(stock, ("A", "N0", 2), ("B", "N0", 1))
    shelf = (Picked("A", 1, 1, (("B", 1),)), Picked("B", 1, 0))
    await do(stock, Pick(FIRST, shelf, "why", "SUBTRACT"))

    answer = await do(stock, Cancel(None, "", {"N0": "PICKING"}))
    assert answer.state == "CANCELLED"
    assert await cell(stock, "B", "N0") == (6, 0, 0, 0)
