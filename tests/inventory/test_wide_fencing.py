"""Units that several nodes keep together: the ledger adds up what they have."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from inventory import errors
from inventory.audit import audit
from inventory.memory import MemoryStock
from inventory.opening import OpeningStock
from inventory.operations import Cell, HoldAnswer, PlaceHold, WideFence
from inventory.reserved import (
    is_reserved,
    is_wide_quota,
    kept_sku,
    quota_sku,
    wide_quota_sku,
)
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import adjust, furnish, place, release

ALL = wide_quota_sku("", "web", "A")
EAST = wide_quota_sku("east", "web", "A")
CALLERS = 32
CELLS = (("A", "N0", 5), ("A", "N1", 5), ("A", "N2", 5))


@pytest.fixture
async def stock(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    await furnish(opened, *CELLS, (ALL, "N0", 9))
    yield opened
    await opened.close()
    assert (await audit(ledger_url)).violations == ()


def taking(name: str, *lines: tuple[str, str, int], web: int = 0) -> PlaceHold:
    """A hold of such lines that claims so many of the network's quota."""
    claims = [(ALL, "N0", web)] if web else []
    fence = WideFence("A", None, ((ALL, "N0"),))
    return replace(place(name, *lines, *claims), fenced=(fence,))


@pytest.mark.parametrize("sku", ["A", "A~B", "4~x", "~"])
def test_a_wide_quota_is_counted_under_a_name_of_its_own(sku: str) -> None:
    name = wide_quota_sku("east", "web~app", sku)
    assert is_reserved(name)
    assert is_wide_quota(name)
    assert kept_sku(name) == sku
    assert not is_wide_quota(quota_sku("web", sku))
    assert name != wide_quota_sku("east", "web", f"app~{sku}")


async def test_a_hold_leaves_what_is_kept_wherever_it_takes_from(stock: Stock) -> None:
    await stock.submit(taking("a", ("A", "N0", 3)))
    await stock.submit(taking("b", ("A", "N1", 2), ("A", "N2", 1)))

    with pytest.raises(errors.NoStock) as refused:
        await stock.submit(taking("c", ("A", "N2", 1)))
    assert "The network has 0 of A beyond the 9 kept for channels" in str(refused.value)

    await stock.submit(taking("d", ("A", "N2", 1), web=1))
    await stock.submit(release("a"))
    await stock.submit(taking("e", ("A", "N0", 3)))
    with pytest.raises(errors.NoStock):
        await stock.submit(taking("f", ("A", "N0", 1)))


async def test_a_group_counts_its_own_nodes_only(stock: Stock) -> None:
    await furnish(stock, (EAST, "N1", 8))
    nodes = frozenset(("N1", "N2"))
    fence = WideFence("A", nodes, ((EAST, "N1"),))

    def east(name: str, *lines: tuple[str, str, int]) -> PlaceHold:
        return replace(place(name, *lines), fenced=(fence,))

    await stock.submit(east("a", ("A", "N0", 5), ("A", "N1", 2)))
    with pytest.raises(errors.NoStock, match="A group of 2 has 0 of A"):
        await stock.submit(east("b", ("A", "N2", 1)))


async def test_stock_that_comes_in_is_common_stock(stock: Stock) -> None:
    await stock.submit(taking("a", ("A", "N0", 5), ("A", "N1", 1)))
    with pytest.raises(errors.NoStock):
        await stock.submit(taking("b", ("A", "N1", 1)))
    await stock.submit(adjust(("A", "N2", 1)))
    await stock.submit(taking("c", ("A", "N1", 1)))


async def test_32_callers_of_all_kinds_leave_the_sum_whole(
    ledger_url: str, standalone_url: str
) -> None:
    stock = await Stock.open(ledger_url=ledger_url, view_url=standalone_url)
    await furnish(stock, ("A", "N0", 12), ("A", "N1", 12), (ALL, "N0", 10))

    def asked(n: int) -> PlaceHold:
        return taking(f"h{n}", ("A", f"N{n % 2}", 1), web=int(n % 3 == 0))

    outcomes = await asyncio.gather(
        *(stock.submit(asked(n)) for n in range(3 * CALLERS)), return_exceptions=True
    )

    granted = [n for n, o in enumerate(outcomes) if isinstance(o, HoldAnswer)]
    of_web = sum(n % 3 == 0 for n in granted)
    assert of_web == 10
    assert len(granted) - of_web == 14
    assert all(isinstance(o, HoldAnswer | errors.NoStock) for o in outcomes)
    await stock.close()
    report = await audit(ledger_url, standalone_url)
    assert (report.violations, report.oversold_units) == ((), 0)


async def test_two_ledgers_on_one_database_leave_the_sum_whole(
    postgres_url: str,
) -> None:
    one = await Stock.open(ledger_url=postgres_url, view_url=None)
    await furnish(one, ("A", "N0", 12), ("A", "N1", 12), (ALL, "N0", 10))
    other = await Stock.open(ledger_url=postgres_url, view_url=None)

    # Each takes from a node of its own: only the quota's cell is common to both.
    outcomes = await asyncio.gather(
        *(
            stock.submit(taking(f"h{n}-{node}", ("A", node, 1)))
            for n in range(20)
            for stock, node in ((one, "N0"), (other, "N1"))
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, HoldAnswer) for outcome in outcomes) == 14
    await one.close()
    await other.close()
    assert (await audit(postgres_url)).violations == ()


async def test_stock_in_memory_leaves_the_sum_whole_too(clock: MovableClock) -> None:
    cells = [Cell(s, n, on_hand=u, version=1) for s, n, u in (*CELLS, (ALL, "N0", 9))]
    numbers = {f"N{number}": number for number in range(3)}
    stock = MemoryStock(OpeningStock.of(cells, numbers), clock=clock)

    await stock.submit(taking("a", ("A", "N0", 5)))
    await stock.submit(taking("b", ("A", "N1", 1)))
    with pytest.raises(errors.NoStock):
        await stock.submit(taking("c", ("A", "N2", 1)))
    await stock.submit(release("b"))
    await stock.submit(taking("d", ("A", "N2", 1)))
