"""Orders of a day as stock of that day: claimed, sold and given back with the hold."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import date

import pytest

from inventory import errors
from inventory.audit import audit
from inventory.operations import HoldAnswer
from inventory.reserved import capacity_sku, is_reserved
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import commit, count, furnish, place, release

MONDAY = capacity_sku(date(2026, 11, 23))
CALLERS = 32


@pytest.fixture
async def stock(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    await furnish(opened, ("A", "N0", 99), ("A", "N1", 99), (MONDAY, "N0", 2))
    yield opened
    await opened.close()
    assert (await audit(ledger_url)).violations == ()


async def room(stock: Stock) -> int:
    reading = await stock.read([MONDAY], fresh=True)
    return int(reading.available[0, 0])


def test_a_day_is_counted_under_a_name_that_no_caller_may_give() -> None:
    assert is_reserved(MONDAY)
    assert MONDAY == "~capacity~2026-11-23"
    assert not is_reserved("SKU~1")


async def test_full_day_refuses_the_hold_and_takes_none_of_its_units(
    stock: Stock,
) -> None:
    for name in ("a", "b"):
        await stock.submit(place(name, ("A", "N0", 1), (MONDAY, "N0", 1)))

    with pytest.raises(errors.NoStock) as refusal:
        await stock.submit(place("c", ("A", "N0", 1), (MONDAY, "N0", 1)))

    assert [(c.sku, c.available) for c in refusal.value.cells] == [
        ("A", 97),
        (MONDAY, 0),
    ]
    (cell,) = await stock.cells(sku="A", node_id="N0", limit=1)
    assert cell.held == 2


async def test_release_and_expiry_give_the_order_back_and_a_commit_keeps_it(
    stock: Stock, clock: MovableClock
) -> None:
    await stock.submit(place("a", ("A", "N0", 1), (MONDAY, "N0", 1)))
    await stock.submit(release("a"))
    await stock.submit(place("b", ("A", "N0", 1), (MONDAY, "N0", 1), ttl_s=1))
    clock.move(minutes=1)
    await stock.sweep()
    assert await room(stock) == 2

    await stock.submit(place("c", ("A", "N0", 1), (MONDAY, "N0", 1)))
    await stock.submit(commit("c"))
    assert await room(stock) == 1


async def test_limit_below_what_is_claimed_leaves_no_room_until_it_is_enough(
    stock: Stock,
) -> None:
    for name in ("a", "b"):
        await stock.submit(place(name, ("A", "N0", 1), (MONDAY, "N0", 1)))
    await stock.submit(count((MONDAY, "N0", 1)))
    await stock.submit(release("a"))
    assert await room(stock) == 0
    await stock.submit(count((MONDAY, "N0", 2)))
    assert await room(stock) == 1


async def test_nobody_who_lists_cells_sees_the_days(stock: Stock) -> None:
    assert {cell.sku for cell in await stock.cells(limit=99)} == {"A"}
    assert {cell.sku for cell in await stock.cells(node_id="N0", limit=99)} == {"A"}
    assert await stock.on_hand([MONDAY]) == {(MONDAY, "N0"): 2}


async def test_32_callers_never_exceed_a_day(
    ledger_url: str, standalone_url: str
) -> None:
    stock = await Stock.open(ledger_url=ledger_url, view_url=standalone_url)
    await furnish(stock, ("A", "N0", 99), (MONDAY, "N0", 12))

    outcomes = await asyncio.gather(
        *(
            stock.submit(place(f"h{n}", ("A", "N0", 1), (MONDAY, "N0", 1)))
            for n in range(CALLERS)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(o, HoldAnswer) for o in outcomes) == 12
    assert sum(isinstance(o, errors.NoStock) for o in outcomes) == CALLERS - 12
    assert (await stock.read([MONDAY])).available.sum() == 0
    await stock.close()
    report = await audit(ledger_url, standalone_url)
    assert (report.violations, report.oversold_units) == ((), 0)


FAULTS = {
    "a sold order of the day given back by hand": (
        f"UPDATE cell SET allocated = 0 WHERE sku = '{MONDAY}'",
        "I2",
    ),
    "a day claimed twice by one hold": (
        "UPDATE hold SET lines = json_set(lines, '$[1][2]', 2) WHERE hold_id = 'live'",
        "I7",
    ),
    "a day claimed where nothing ships": (
        "UPDATE hold SET lines = json_set(lines, '$[1][1]', 'N1')"
        " WHERE hold_id = 'live'",
        "I7",
    ),
    "a claim of the day written as a line of the order": (
        "INSERT INTO order_line VALUES ('order-sold', 2, '~capacity~x', 1, 0, 1)",
        "I7",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_audit_finds(sqlite_url: str, name: str) -> None:
    stock = await Stock.open(ledger_url=sqlite_url, view_url=None)
    await furnish(stock, ("A", "N0", 9), (MONDAY, "N0", 3))
    await stock.submit(place("live", ("A", "N0", 1), (MONDAY, "N0", 1)))
    await stock.submit(place("sold", ("A", "N0", 2), (MONDAY, "N0", 1)))
    await stock.submit(commit("sold"))
    await stock.close()
    assert (await audit(sqlite_url)).violations == ()
    fault, invariant = FAULTS[name]
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as tampered:
        tampered.execute("PRAGMA ignore_check_constraints = ON")
        assert tampered.execute(fault).rowcount > 0

    found = {violation.invariant for violation in (await audit(sqlite_url)).violations}

    assert invariant in found
