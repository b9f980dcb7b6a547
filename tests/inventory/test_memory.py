"""What a stock in memory has beyond the ledger's contract: a shared opening."""

import pytest

from inventory import errors
from inventory.memory import MemoryStock
from inventory.opening import OpeningStock
from inventory.operations import Cell
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import count, place

NUMBERS = {"N0": 0, "N1": 1}


async def units(stock: MemoryStock) -> list[int]:
    return (await stock.read(["A"])).available[0].tolist()


async def test_stocks_of_one_opening_never_see_each_others_holds(
    clock: MovableClock,
) -> None:
    opening = OpeningStock.of([Cell("A", "N0", 5), Cell("A", "N1", 2)], NUMBERS)
    one, other = MemoryStock(opening, clock=clock), MemoryStock(opening, clock=clock)

    await one.submit(place("h", ("A", "N0", 5)))
    await one.submit(count(("A", "N1", 9)))

    assert await units(one) == [0, 9]
    assert await units(other) == [5, 2]
    assert await units(MemoryStock(opening, clock=clock)) == [5, 2]


async def test_units_that_others_held_at_the_opening_are_not_promised(
    clock: MovableClock,
) -> None:
    cell = Cell("A", "N0", 10, held=3, allocated=4, safety_stock=1, version=8)
    stock = MemoryStock(OpeningStock.of([cell], NUMBERS), clock=clock)

    assert await units(stock) == [2, 0]
    with pytest.raises(errors.NoStock) as refusal:
        await stock.submit(place("h", ("A", "N0", 3)))
    assert [(c.available, c.version) for c in refusal.value.cells] == [(2, 8)]
    assert await stock.cells(sku="A", limit=2) == (cell,)


def test_cell_of_an_unknown_node_is_refused() -> None:
    with pytest.raises(ValueError, match="cell of A at N9, which is no node"):
        OpeningStock.of([Cell("A", "N9", 1)], NUMBERS)
