"""Steps that change several orders, in a process that is killed at a named point.

`CASES` name the steps; `furnished` makes the orders that they are about. The killed
process and the one that comes after it send the very same requests.
"""

import asyncio
import os
import signal

from inventory import failpoint
from inventory.operations import Operation
from inventory.orders.actions import (
    Action,
    Cancel,
    Change,
    OpenReturn,
    Pick,
    Receive,
    Received,
    ReceiveReturn,
    Reroute,
    Ship,
)
from inventory.stock import Stock
from tests.inventory.orders.sentences import do, found, in_one_batch, step_on, to
from tests.inventory.sentences import commit, count, furnish, place

ORDERS = ("pick", "reroute", "cancel", "change", "return", "receive")
HELD = "bought"
DAY = "~capacity~2026-03-01"


async def furnished(stock: Stock) -> None:
    """An order for each step, picked or shipped as far as it needs; a hold besides."""
    await furnish(stock, ("A", "N0", 50), ("B", "N1", 50), (DAY, "N0", 50))
    await stock.submit(count(("A", "N2", 50), ("B", "N2", 50), (DAY, "N2", 50)))
    for name in (*ORDERS, HELD):
        lines = ("A", "N0", 4), ("B", "N1", 2), (DAY, "N0", 1)
        await stock.submit(place(name, *lines))
    for name in ORDERS:
        await stock.submit(commit(name))
    await taken(stock, "cancel", Pick("order-cancel:1", (found("A", 1),)))
    await taken(stock, "return", Pick("order-return:1", (found("A", 4),)))
    await taken(stock, "return", Ship("order-return:1", "UPS", "1Z"))
    await taken(stock, "receive", Pick("order-receive:1", (found("A", 4),)))
    await taken(stock, "receive", Ship("order-receive:1", "van", "", to_node="N2"))
    announced = OpenReturn("r", "N3", (("A", 3, "too small"),))
    await taken(stock, "return", announced)


async def taken(stock: Stock, name: str, action: Action) -> None:
    await do(stock, action, order_id=f"order-{name}")


def steps() -> dict[str, Operation]:
    """Each changes several rows of several tables, most of them at two nodes."""
    actions: dict[str, Action] = {
        "pick": Pick(
            "order-pick:1", (found("A", 1, 3),), "not found", "ZERO", to(("A", "N2", 3))
        ),
        "reroute": Reroute(
            ("order-reroute:1", "order-reroute:2"),
            "CLOSED",
            "storm",
            to(("A", "N2", 4), ("B", "N2", 1)),
        ),
        "cancel": Cancel({"A": 4}, "changed my mind", {"N0": "PICKING"}),
        "change": Change({"A": 1, "B": 5}, "more of B", {}, to(("B", "N2", 3))),
        "return": ReceiveReturn("r", "", (Received("A", 2, "as new", "RESTOCK"),)),
        "receive": Receive("order-receive:1", "N2", ("A",)),
    }
    asked: dict[str, Operation] = {
        name: step_on(action, f"order-{name}", request_id=f"step {name}")
        for name, action in actions.items()
    }
    asked["commit"] = commit(HELD, request_id="commit")
    return asked


CASES = (*steps(), "all at once")


def asked_in(case: str) -> list[Operation]:
    """What the case sends."""
    known = steps()
    return [known[case]] if case in known else list(known.values())


async def send(stock: Stock, case: str) -> list[object]:
    return await in_one_batch(stock, *asked_in(case))


def be_killed(ledger_url: str, view_url: str, case: str, point: str) -> None:
    """The body of a process that does not come to its end."""
    asyncio.run(_be_killed(ledger_url, view_url, case, point))


async def _be_killed(ledger_url: str, view_url: str, case: str, point: str) -> None:
    stock = await Stock.open(ledger_url=ledger_url, view_url=view_url)
    # What keeps the writer busy passes every point first; it has nothing to push.
    left = 1 if point in ("pushing", "pushed") else 2

    def hook(name: str) -> None:
        nonlocal left
        left -= name == point
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    failpoint.hook = hook
    await send(stock, case)
    await stock.close()
