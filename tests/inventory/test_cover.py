"""How long the stock lasts: rates from commits, bands, what is most at risk first."""

from collections.abc import AsyncIterator

import pytest

from inventory import cover
from inventory.cover import Band, CoverPage, Wish
from inventory.orders.actions import Ship
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.orders.sentences import FIRST, do, picked
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
async def stock(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    values = {"A": 500, "B": 2_000, "D": 100}
    rows = [(sku, {"sku": sku, "value_minor": value}) for sku, value in values.items()]
    await opened.catalogue.upsert(key("Upsert"), "item", [*rows, ("C", {"sku": "C"})])
    await furnish(opened)
    yield opened
    await opened.close()


async def sell(stock: Stock, name: str, *lines: tuple[str, str, int]) -> None:
    await stock.submit(place(name, *lines))
    await stock.submit(commit(name))


async def page(stock: Stock, **wish: object) -> CoverPage:
    asked = Wish(**({"under_days": 7, "over_days": 60} | wish))  # type: ignore[arg-type] # of any type
    return await stock.feeds.cover.page(asked, after=None, limit=50)


def names(found: CoverPage) -> list[tuple[str, str, Band]]:
    return [(cell.sku, cell.node_id, cell.band) for cell in found.cells]


async def furnished(stock: Stock, clock: MovableClock) -> None:
    """28 days of sales: A runs out, B lies around, C is worth nothing, D is fine."""
    counts = ("A", "N0", 30), ("B", "N0", 100), ("C", "N1", 8), ("D", "N1", 56)
    await stock.submit(count(*counts))
    clock.move(days=1)
    await sell(stock, "one", ("A", "N0", 14), ("B", "N0", 1), ("D", "N1", 28))
    clock.move(days=20)
    await sell(stock, "two", ("A", "N0", 14))
    await stock.submit(place("held", ("A", "N0", 1)))
    await stock.submit(release("held"))
    clock.move(days=7)


async def test_sales_are_what_orders_took_of_each_cell(
    stock: Stock, clock: MovableClock
) -> None:
    await furnished(stock, clock)

    sales = await stock.feeds.cover.sales()

    assert sales.window_days == 28
    assert sorted(sales.rows) == [("A", "N0", 28), ("B", "N0", 1), ("D", "N1", 28)]


async def test_what_has_most_money_at_risk_comes_first(
    stock: Stock, clock: MovableClock
) -> None:
    await furnished(stock, clock)
    found = await page(stock)
    assert found.window_days == 28
    assert names(found) == [
        ("B", "N0", Band.OVER),
        ("A", "N0", Band.UNDER),
        ("C", "N1", Band.OVER),
        ("D", "N1", Band.FINE),
    ]
    b, a, c, d = found.cells
    # B sold 1 in 28 days: two last 60 days, 97 of its 99 are too many.
    assert (b.available, b.sold, b.days, b.units, b.worth) == (99, 1, 2772, 97, 194_000)
    # A sold 28: 7 days need 7, it has 2.
    assert (a.available, a.sold, a.days, a.units, a.worth) == (2, 28, 2, 5, 2_500)
    assert (c.sold, c.days, c.units, c.value, c.worth) == (0, None, 8, None, 0)
    assert (d.days, d.units, d.worth) == (28, 0, 0)


async def test_limits_and_filters_are_the_callers(
    stock: Stock, clock: MovableClock
) -> None:
    await furnished(stock, clock)
    assert names(await page(stock, band="UNDER")) == [("A", "N0", Band.UNDER)]
    assert names(await page(stock, node_id="N1", sku="D")) == [("D", "N1", Band.FINE)]
    strict = await page(stock, under_days=29, over_days=30, sku="D")
    assert names(strict) == [("D", "N1", Band.UNDER)]


async def test_pages_go_on_where_the_last_one_ended(
    stock: Stock, clock: MovableClock
) -> None:
    await furnished(stock, clock)
    after, found = None, []
    for _ in range(9):
        one = await stock.feeds.cover.page(Wish(7, 60), after=after, limit=1)
        if not one.cells:
            break
        [last] = one.cells
        found.append(last.sku)
        after = (last.worth, last.units, last.sku, last.node_id)
    assert found == ["B", "A", "C", "D"]


async def test_sales_of_before_the_window_do_not_count(
    stock: Stock, clock: MovableClock
) -> None:
    await stock.submit(count(("A", "N0", 30)))
    await sell(stock, "long ago", ("A", "N0", 14))
    clock.move(days=29)
    await stock.submit(adjust(("A", "N0", 1)))
    [cell] = (await page(stock)).cells
    assert (cell.sold, cell.days, cell.band) == (0, None, Band.OVER)


async def test_a_young_ledger_counts_the_days_that_it_has(
    stock: Stock, clock: MovableClock
) -> None:
    await stock.submit(count(("A", "N0", 30)))
    await sell(stock, "one", ("A", "N0", 10))
    clock.move(days=1, hours=12)
    found = await page(stock)
    assert found.window_days == 2
    assert [cell.days for cell in found.cells] == [4]


async def test_a_busy_ledger_is_looked_at_as_far_as_it_is_bounded(
    stock: Stock, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await furnished(stock, clock)
    monkeypatch.setattr(cover, "ENTRIES_MAX", 3)
    found = await page(stock)
    assert found.window_days == 7
    assert sum(cell.sold for cell in found.cells) == 14


async def test_nothing_is_at_risk_where_nothing_was_counted(stock: Stock) -> None:
    assert (await page(stock)).cells == ()


async def test_what_was_shipped_since_is_sold_once(
    stock: Stock, clock: MovableClock
) -> None:
    await stock.submit(count(("A", "N0", 30)))
    await sell(stock, "h", ("A", "N0", 4))
    await picked(stock)
    await do(stock, Ship(FIRST, "UPS", "1"))
    clock.move(days=1)
    [cell] = (await page(stock)).cells
    assert (cell.available, cell.sold, cell.days) == (26, 4, 6)
