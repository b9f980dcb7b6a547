"""A part of a shipment leaves before the rest."""

import pytest

from inventory import errors
from inventory.orders.actions import Accept, Pick, Ship
from inventory.stock import Stock
from tests.inventory.orders.sentences import (
    FIRST,
    books_are_right,
    cell,
    do,
    found,
    now,
    ordered,
)


async def test_a_part_leaves_and_the_rest_is_a_shipment_of_its_own(
    stock: Stock, sqlite_url: str
) -> None:
    await ordered(stock, ("A", "N0", 5))
    await do(stock, Accept(FIRST))
    await do(stock, Pick(FIRST, (found("A", 2),)))
    with pytest.raises(errors.WrongState, match="3 units to pick"):
        await do(stock, Ship(FIRST, "UPS", "1"))
    assert (await do(stock, Ship(FIRST, "UPS", "1", leave_rest=True))).state == (
        "PICKING"
    )
    assert await cell(stock, "A", "N0") == (8, 0, 3, 0)
    rows = (await now(stock)).book.shipments.values()
    assert [row.state for row in rows] == ["SHIPPED", "ACCEPTED"]
    assert {row.node for row in rows} == {"N0"}
    rest = "order-h:2"
    await do(stock, Pick(rest, (found("A", 3),)))
    assert (await do(stock, Ship(rest, "UPS", "2", leave_rest=True))).state == "SHIPPED"
    assert len((await now(stock)).book.shipments) == 2, "nothing was left"
    await books_are_right(stock, sqlite_url)
