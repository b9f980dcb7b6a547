"""What is done with one order searches by key, however many other orders there are.

A statement that reads a table whole takes microseconds in every test and half a second
in a shop, so the database is asked how it would run each of them.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event

from inventory import bulk_sqlite, driver
from inventory.orders.actions import Accept, Cancel, Pick, Ready, Reject, Ship
from inventory.stock import Stock
from tests.inventory.orders.moving_crash import move, swap, two_with_the_last_units
from tests.inventory.orders.sentences import FIRST, ORDER, do, found, ordered, to
from tests.inventory.sentences import ME, furnish

READ_WHOLE = re.compile(
    r"SCAN (t|order|hold|order_line|allocation|shipment|decision|offer|payment|entry"
    r"|cell|idempotency)\b"
)
Statement = tuple[str, Sequence[Any]]
Do = Callable[[Stock], Awaitable[object]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Statement]]:
    """Every statement, as it is written and with its values."""
    statements: list[Statement] = []

    def execute(connection: Connection, text: str, values: Sequence[Any] = ()) -> Any:
        statements.append((text, values))
        return driver.execute(connection, text, values)

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        statements.append((statement, values))

    monkeypatch.setattr(bulk_sqlite, "execute", execute)
    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


async def of_two_cells(stock: Stock) -> None:
    """An order with more than one key to look for, and somewhere else to send it."""
    await furnish(stock, ("A", "N1", 5))
    await ordered(stock, ("A", "N0", 2), ("B", "N0", 2))


async def short_pick(stock: Stock) -> None:
    await of_two_cells(stock)
    await do(stock, Accept(FIRST))
    missing, elsewhere = (found("A", 1, missing=1),), to(("A", "N1", 1))
    await do(stock, Pick(FIRST, missing, "NOT_FOUND", "ZERO", elsewhere))
    await do(stock, Ready(FIRST))
    await do(stock, Ship(FIRST, "UPS", "1"))


async def rejection(stock: Stock) -> None:
    await of_two_cells(stock)
    await do(stock, Reject(FIRST, "NOT_FOUND", "ZERO", to(("A", "N1", 2))))
    await do(stock, Cancel(None, "changed my mind", {}))


async def reading(stock: Stock) -> None:
    await of_two_cells(stock)
    await stock.order_books.whole(ORDER)
    await stock.order_books.tasks("N0", limit=9)
    await stock.task_books.marks("N0")
    await stock.task_books.left("N0", since_us=1)
    await stock.order_books.at_risk("A", "N0")
    await stock.supply.is_awaited("A")


async def moves(stock: Stock) -> None:
    await two_with_the_last_units(stock)
    await move(stock, await swap(stock))
    await stock.order_books.allocated(nodes=["N0"], limit=9)


async def any_allocated(stock: Stock) -> None:
    await of_two_cells(stock)
    await stock.order_books.allocated(owner=ME, after=(1, "a"), limit=9)


async def history(stock: Stock) -> None:
    await of_two_cells(stock)
    now = datetime.now(UTC)
    await stock.history.window(now - timedelta(hours=1), now)


@pytest.mark.parametrize(
    ("act", "meant"),
    [
        (short_pick, None),
        (rejection, None),
        (reading, "SCAN shipment USING INDEX shipment_coming_by_due"),  # few
        (moves, None),
        (any_allocated, "SCAN shipment USING INDEX shipment_by_due"),  # what is open
        (history, "SCAN cell"),  # the stock of that time is all of it
    ],
)
async def test_nothing_reads_a_table_whole(
    sqlite_url: str, asked: list[Statement], act: Do, meant: str | None
) -> None:
    stock = await Stock.open(ledger_url=sqlite_url, view_url=None)
    asked.clear()
    await act(stock)
    await stock.close()

    statements = {text: values for text, values in asked if _can_be_explained(text)}
    assert statements
    with create_engine(sqlite_url).connect() as connection:
        for text, values in statements.items():
            steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            plan = [str(step[-1]) for step in steps if step[-1] != meant]
            assert not [step for step in plan if READ_WHOLE.match(step)], text


def _can_be_explained(text: str) -> bool:
    return text.lstrip().startswith(("SELECT", "WITH", "UPDATE", "DELETE"))
