"""kill -9 at every named point of the writer: no promise is lost, nothing is half done.

The survivors: the ledger as the killed process left it, and the view. The same requests
are sent again by a new process, as callers would, and everything is audited.
"""

import asyncio
import re
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

import inventory
from inventory.audit import audit
from inventory.operations import HoldState
from inventory.stock import Stock
from tests.inventory.crashing import HOLDS, be_killed, killed
from tests.inventory.sentences import ME, commit, furnish, place

POINTS = (
    "begun",
    "locked",
    "holds_written",
    "cells_written",
    "orders_written",
    "written",
    "committing",
    "committed",
    "pushing",
    "pushed",
)
CASES = [
    *(("sqlite", point, nth) for point in POINTS for nth in (1, 4)),
    *(("postgres", point, 3) for point in ("cells_written", "committing", "committed")),
]


def test_every_named_point_is_in_the_table() -> None:
    found: set[str] = set()
    for path in Path(inventory.__file__).parent.rglob("*.py"):
        found.update(re.findall(r'failpoint\("(\w+)"\)', path.read_text()))

    assert found == set(POINTS)


@pytest.mark.parametrize(("database", "point", "nth"), CASES)
async def test_killed_process_keeps_its_promises(
    request: pytest.FixtureRequest,
    standalone_url: str,
    database: str,
    point: str,
    nth: int,
    forks: ForkServerContext,
    tmp_path: Path,
) -> None:
    ledger_url = request.getfixturevalue(f"{database}_url")
    stock = await Stock.open(ledger_url=ledger_url, view_url=standalone_url)
    await furnish(stock, ("A", "N0", 100), ("B", "N1", 100))
    await stock.read(["A", "B"])
    await stock.close()

    told = tmp_path / "promises"
    arguments = (ledger_url, standalone_url, point, nth, str(told))
    await asyncio.to_thread(killed, forks, be_killed, arguments)
    promised = told.read_text().split()

    stock = await Stock.open(ledger_url=ledger_url, view_url=standalone_url)
    await check_promises(stock, promised)
    await check_clean(ledger_url, standalone_url)
    await send_again(stock)
    await stock.close()
    await check_clean(ledger_url, standalone_url)


async def check_promises(stock: Stock, promised: list[str]) -> None:
    for name in promised:
        if name.startswith("order-"):
            assert (await stock.order(ME, name)).order_id == name
        else:
            hold = await stock.hold(ME, name)
            assert hold.state in (HoldState.ACTIVE, HoldState.COMMITTED)


async def send_again(stock: Stock) -> None:
    """Every request once more: one effect each, however often it was sent."""
    for number in range(HOLDS):
        name = f"h{number}"
        lines = (("A", "N0", 1), ("B", "N1", 2))
        await stock.submit(place(name, *lines, request_id=f"place {number}"))
        if number % 2:
            await stock.submit(commit(name, request_id=f"commit {number}"))
    (cell,) = await stock.cells(sku="A", node_id="N0", limit=1)
    assert (cell.held, cell.allocated) == (HOLDS // 2, HOLDS // 2)
    await stock.relay()
    reading = await stock.read(["A", "B"])
    assert reading.available[:, :2].tolist() == [[60, 0], [0, 20]]


async def check_clean(ledger_url: str, view_url: str) -> None:
    report = await audit(ledger_url, view_url)
    assert report.violations == ()
    assert report.oversold_units == 0
