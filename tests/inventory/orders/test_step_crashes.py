"""kill -9 at every named point of a step: no order is lost, and nothing is done twice.

The killed process leaves the ledger as it was before or as it is after, and the same
requests, sent again, bring it to where one that was never killed is.
"""

import asyncio
from multiprocessing.context import ForkServerContext

import pytest
from sqlalchemy import Connection, Table, select

from inventory.audit import audit
from inventory.database import open_reader, snapshot
from inventory.orders.tables import (
    allocation,
    cell_flag,
    decision,
    goods_return,
    offer,
    order,
    order_line,
    payment,
    return_line,
    shipment,
)
from inventory.stock import Stock
from inventory.tables import cell, entry, hold, idempotency
from tests.inventory.crashing import killed
from tests.inventory.orders.step_crashing import CASES, be_killed, furnished, send
from tests.inventory.test_crash import POINTS

TABLES = (
    *(order, order_line, allocation, shipment, decision, offer, payment, cell_flag),
    *(goods_return, return_line, cell, entry, hold, idempotency),
)
BEFORE = POINTS[: POINTS.index("committed")]
"""Points at which nothing was committed yet."""
AROUND_COMMIT = ("committing", "committed")
KILLS = [
    *(("sqlite", case, point) for case in CASES for point in POINTS),
    *(("postgres", "all at once", point) for point in POINTS),
    *(("postgres", case, point) for case in CASES[:-1] for point in AROUND_COMMIT),
]
State = dict[str, list[tuple[object, ...]]]


@pytest.mark.parametrize(("database", "case", "point"), KILLS)
async def test_killed_step_is_done_once(
    request: pytest.FixtureRequest,
    forks: ForkServerContext,
    database: str,
    case: str,
    point: str,
) -> None:
    ledger_url = request.getfixturevalue(f"{database}_url")
    standalone_url = request.getfixturevalue("standalone_url")
    stock = await Stock.open(ledger_url=ledger_url, view_url=standalone_url)
    await furnished(stock)
    await stock.close()
    before = state_of(ledger_url)

    arguments = (ledger_url, standalone_url, case, point)
    await asyncio.to_thread(killed, forks, be_killed, arguments)

    assert (state_of(ledger_url) == before) == (point in BEFORE)
    await check_clean(ledger_url, standalone_url)
    stock = await Stock.open(ledger_url=ledger_url, view_url=standalone_url)
    answers = await send(stock, case)
    is_there = point not in BEFORE
    assert {getattr(a, "replayed", a) for a in answers} == {is_there}
    once = state_of(ledger_url)
    assert once != before
    again = await send(stock, case)
    assert {getattr(a, "replayed", a) for a in again} == {True}
    await stock.close()
    assert state_of(ledger_url) == once
    check_effects(once, case)
    await check_clean(ledger_url, standalone_url)


def state_of(ledger_url: str) -> State:
    """Every row that tells of orders and stock, but for what keeps the writer busy."""
    engine = open_reader(ledger_url)
    with snapshot(engine) as connection:
        found = {table.name: _rows(connection, table) for table in TABLES}
    engine.dispose()
    return found


def _rows(connection: Connection, table: Table) -> list[tuple[object, ...]]:
    rows = connection.execute(select(table))
    return sorted(tuple(row) for row in rows if "nothing-" not in repr(row))


def check_effects(state: State, case: str) -> None:
    """Each case has left its entries, its decision and its units, once."""
    kinds = sorted(str(row[5]) for row in state["entry"] if "/step " in str(row[4]))
    expected = {
        "pick": ["COUNT", "ROUTE", "SHORT_PICK"],
        "reroute": ["FREE_DAY", "MOVE", "MOVE", "ROUTE", "ROUTE"],
        "cancel": ["CANCEL", "FREE_DAY"],
        "change": ["CANCEL", "ROUTE"],
        "return": ["RETURN"],
        "receive": ["TRANSFER_IN"],
        "commit": [],
    }
    expected["all at once"] = sorted(k for kinds in expected.values() for k in kinds)
    assert kinds == expected[case]
    planned = {"pick": 1, "reroute": 1, "change": 1, "all at once": 3}
    assert len(state["decision"]) == planned.get(case, 0)
    bought = sum("bought" in str(row[0]) for row in state["order"])
    assert bought == (case in ("commit", "all at once"))


async def check_clean(ledger_url: str, view_url: str) -> None:
    report = await audit(ledger_url, view_url)
    assert report.violations == ()
    assert report.oversold_units == 0
