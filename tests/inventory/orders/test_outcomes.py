"""What came of each shipment at its node is kept, in the transaction of the step."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, select

from inventory import errors
from inventory.orders.actions import Reject, Reroute
from inventory.outcome_rows import outcome
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.orders.sentences import (
    FIRST,
    Accept,
    Pick,
    do,
    found,
    ordered,
    to,
)
from tests.inventory.sentences import count

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def stock(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    yield opened
    await opened.close()


def kept(ledger_url: str) -> list[tuple[str, str, int, int]]:
    """Node, kind, units found and missing, in the order in which they came."""
    columns = outcome.c.node, outcome.c.kind, outcome.c.found, outcome.c.missing
    engine = create_engine(ledger_url.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.connect() as connection:
            rows = connection.execute(select(*columns).order_by(outcome.c.id))
            return [tuple(row) for row in rows]  # type: ignore[misc]
    finally:
        engine.dispose()


async def test_rejections_and_times_that_passed_are_told_by_age(
    stock: Stock, ledger_url: str, clock: MovableClock
) -> None:
    await ordered(stock, ("A", "N0", 2))
    await stock.submit(count(("A", "N1", 2), ("A", "N2", 2)))
    await do(stock, Reject(FIRST, "too busy", "KEEP", to(("A", "N1", 2))))
    rejected = clock.now
    clock.move(minutes=5)
    moved = Reroute(("order-h:2",), "TIMED_OUT", "", to(("A", "N2", 2)))
    await do(stock, moved)

    told = await stock.outcomes.refusals(LONG_AGO)

    at = [datetime.fromtimestamp(row.at_us / 1e6, UTC) for row in told.rows]
    assert [row.node_id for row in told.rows] == ["N0", "N1"]
    assert at == [rejected, clock.now]
    assert told.newest_us == told.rows[-1].at_us
    since = await stock.outcomes.refusals(rejected + timedelta(seconds=1))
    assert since.rows == told.rows[1:]


async def test_another_reason_to_move_an_order_is_nobodys_refusal(
    stock: Stock, ledger_url: str
) -> None:
    await ordered(stock, ("A", "N0", 2))
    await stock.submit(count(("A", "N1", 2)))
    await do(stock, Reroute((FIRST,), "OPERATOR", "closer", to(("A", "N1", 2))))

    assert kept(ledger_url) == []


@pytest.mark.parametrize(("effect", "missing"), [("KEEP", 0), ("SUBTRACT", 2)])
async def test_a_rejection_says_whether_the_units_were_there(
    stock: Stock, ledger_url: str, effect: str, missing: int
) -> None:
    await ordered(stock, ("A", "N0", 2))
    await do(stock, Reject(FIRST, "", effect))

    assert kept(ledger_url) == [("N0", "REJECTED", 0, missing)]


async def test_each_pick_counts_the_units_found_and_those_missing(
    stock: Stock, ledger_url: str
) -> None:
    await ordered(stock, ("A", "N0", 5))
    await do(stock, Accept(FIRST))
    await do(stock, Pick(FIRST, (found("A", 2),)))
    with pytest.raises(errors.WrongState):
        await do(stock, Pick(FIRST, (found("A", 9),)))
    await do(stock, Pick(FIRST, (found("A", 1, 2),), "not found", "SUBTRACT"))

    assert kept(ledger_url) == [("N0", "PICKED", 2, 0), ("N0", "PICKED", 1, 2)]


async def test_units_looked_for_are_summed_up_by_node(
    stock: Stock, clock: MovableClock
) -> None:
    await ordered(stock, ("A", "N0", 5), ("B", "N1", 3))
    await do(stock, Pick(FIRST, (found("A", 3, 1),), "not found", "SUBTRACT"))
    await do(stock, Reject("order-h:2", "not found", "ZERO"))
    clock.move(seconds=1)
    later = clock.now
    await do(stock, Pick(FIRST, (found("A", 1),)))

    assert await stock.outcomes.picks(LONG_AGO) == (("N0", 4, 1), ("N1", 0, 3))
    assert await stock.outcomes.picks(later) == (("N0", 1, 0),)


async def test_after_ninety_days_nobody_remembers(
    stock: Stock, ledger_url: str, clock: MovableClock
) -> None:
    await ordered(stock, ("A", "N0", 2))
    await do(stock, Reject(FIRST, "", "KEEP"))
    clock.move(days=89)
    await stock.sweep()
    assert len(kept(ledger_url)) == 1

    clock.move(days=2)
    await stock.sweep()

    assert kept(ledger_url) == []
