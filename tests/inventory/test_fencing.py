"""Units kept for a channel: others leave them, its own orders claim them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from inventory import errors
from inventory.audit import audit
from inventory.operations import Fenced, HoldAnswer, PlaceHold
from inventory.reserved import is_reserved, quota_sku
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import commit, count, furnish, place, release

WEB, SHOP = quota_sku("web", "A"), quota_sku("shop", "A")
CALLERS = 32


@pytest.fixture
async def stock(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    await furnish(opened, ("A", "N0", 10), (WEB, "N0", 4), (SHOP, "N0", 3))
    yield opened
    await opened.close()
    assert (await audit(ledger_url)).violations == ()


def taking(name: str, units: int, **claims: int) -> PlaceHold:
    """A hold of units of A, of which so many from a channel's quota."""
    lines = [(quota_sku(channel, "A"), "N0", n) for channel, n in claims.items()]
    fenced = (Fenced("A", "N0", (WEB, SHOP)),)
    return replace(place(name, ("A", "N0", units), *lines), fenced=fenced, ttl=TTL)


TTL = place("any", ("A", "N0", 1)).ttl


async def left(stock: Stock, name: str) -> int:
    reading = await stock.read([name], fresh=True)
    return int(reading.available[0, 0])


def test_a_quota_is_counted_under_a_name_that_no_caller_may_give() -> None:
    assert is_reserved(WEB)
    assert WEB == "~quota~web~A"


async def test_an_order_of_no_channel_leaves_what_is_kept_for_all_of_them(
    stock: Stock,
) -> None:
    with pytest.raises(errors.NoStock) as refusal:
        await stock.submit(taking("a", 4))
    assert str(refusal.value).startswith("N0 has 3 of A beyond the 7 kept for channels")
    seen = {cell.sku: cell.available for cell in refusal.value.cells}
    assert seen == {"A": 10, WEB: 4, SHOP: 3}

    await stock.submit(taking("b", 3))
    with pytest.raises(errors.NoStock):
        await stock.submit(taking("c", 1))


async def test_a_channel_takes_its_own_units_and_then_common_ones(stock: Stock) -> None:
    await stock.submit(taking("a", 7, web=4))

    assert await left(stock, WEB) == 0
    with pytest.raises(errors.NoStock):
        await stock.submit(taking("b", 1))
    await stock.submit(taking("c", 3, shop=3))


async def test_a_claim_beyond_the_quota_is_refused(stock: Stock) -> None:
    with pytest.raises(errors.NoStock, match="has 4 of ~quota~web~A, 5 are needed"):
        await stock.submit(taking("a", 5, web=5))


async def test_release_and_expiry_give_the_quota_back_and_a_commit_uses_it_up(
    stock: Stock, clock: MovableClock
) -> None:
    await stock.submit(taking("a", 2, web=2))
    await stock.submit(release("a"))
    await stock.submit(taking("b", 2, web=2))
    clock.move(minutes=11)
    await stock.sweep()
    assert await left(stock, WEB) == 4

    await stock.submit(taking("c", 3, web=3))
    await stock.submit(commit("c"))
    assert await left(stock, WEB) == 1


async def test_where_the_shelf_has_less_than_all_quotas_each_channel_still_sells(
    stock: Stock,
) -> None:
    await stock.submit(count(("A", "N0", 5)))

    await stock.submit(taking("a", 4, web=4))
    with pytest.raises(errors.NoStock):
        await stock.submit(taking("b", 2, shop=2))
    await stock.submit(taking("c", 1, shop=1))


async def test_32_callers_of_all_kinds_never_exceed_quotas_or_common_stock(
    ledger_url: str, standalone_url: str
) -> None:
    stock = await Stock.open(ledger_url=ledger_url, view_url=standalone_url)
    await furnish(stock, ("A", "N0", 20), (WEB, "N0", 8), (SHOP, "N0", 4))
    kinds = ({}, {"web": 1}, {"shop": 1})

    outcomes = await asyncio.gather(
        *(stock.submit(taking(f"h{n}", 1, **kinds[n % 3])) for n in range(3 * CALLERS)),
        return_exceptions=True,
    )

    granted = [
        n for n, outcome in enumerate(outcomes) if isinstance(outcome, HoldAnswer)
    ]
    assert [sum(n % 3 == kind for n in granted) for kind in range(3)] == [8, 8, 4]
    assert all(isinstance(o, HoldAnswer | errors.NoStock) for o in outcomes)
    await stock.close()
    report = await audit(ledger_url, standalone_url)
    assert (report.violations, report.oversold_units) == ((), 0)


async def test_a_quota_that_is_set_while_its_units_are_taken_alarms_nobody(
    stock: Stock,
) -> None:
    await stock.submit(taking("a", 4, web=4))

    await stock.submit(count((WEB, "N0", 1)))

    assert await left(stock, WEB) == 0
    await stock.submit(release("a"))
    assert await left(stock, WEB) == 1
