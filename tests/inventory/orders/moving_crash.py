"""Two orders that swap their last units, in a process that is killed."""

import asyncio

from inventory.orders.actions import Reroute, RouteLine, Routes
from inventory.orders.moves import MoveAnswer, Moved, MoveOrders
from inventory.stock import Stock
from tests.inventory.crashing import kill_at
from tests.inventory.orders.sentences import now
from tests.inventory.sentences import commit, furnish, key, place

DAY = "~capacity~2026-03-01"


async def two_with_the_last_units(stock: Stock) -> None:
    """Each has the last A of its node, and its node's day."""
    cells = [(sku, node, 1) for sku in ("A", DAY) for node in ("N0", "N1")]
    await furnish(stock, *cells)
    for name, node in (("x", "N0"), ("y", "N1")):
        await stock.submit(place(name, ("A", node, 1), (DAY, node, 1)))
        await stock.submit(commit(name))


async def moved(stock: Stock, order_id: str, *lines: tuple[str, str, int]) -> Moved:
    """An order as it is now goes to these cells, with all that nobody has begun."""
    book = (await now(stock, order_id)).book
    leaving = tuple(n for n, s in book.shipments.items() if s.state == "ALLOCATED")
    nodes = list(dict.fromkeys(node for _, node, _ in lines))
    route_lines = tuple(
        RouteLine(s, node, n, 0 if s == DAY else nodes.index(node) + 1)
        for s, node, n in lines
    )
    routes = Routes(route_lines, b"another decision", "REOPTIMISED")
    return Moved(
        order_id,
        book.order.ver,
        Reroute(leaving, "REOPTIMISED", "saves 2.80", routes),
    )


async def swap(stock: Stock) -> tuple[Moved, ...]:
    return (
        await moved(stock, "order-x", ("A", "N1", 1), (DAY, "N1", 1)),
        await moved(stock, "order-y", ("A", "N0", 1), (DAY, "N0", 1)),
    )


async def move(
    stock: Stock, *groups: tuple[Moved, ...], request_id: str = "", told: str = "told"
) -> MoveAnswer:
    said = key("Move", request_id=request_id)
    answer = await stock.submit(MoveOrders(said, groups, told))
    assert isinstance(answer, MoveAnswer)
    return answer


def be_killed(ledger_url: str, view_url: str, point: str) -> None:
    """The body of a process that does not come to its end."""
    asyncio.run(_be_killed(ledger_url, view_url, point))


async def _be_killed(ledger_url: str, view_url: str, point: str) -> None:
    stock = await Stock.open(ledger_url=ledger_url, view_url=view_url)
    group = await swap(stock)
    kill_at(point, 1)
    await move(stock, group, request_id="swap")
