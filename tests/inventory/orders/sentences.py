"""Short forms of what happens to orders, so that tests read like sentences."""

import asyncio
import uuid

from inventory.audit import audit
from inventory.operations import Operation
from inventory.orders.actions import (
    Accept,
    Action,
    OrderStep,
    Pick,
    Picked,
    RouteLine,
    Routes,
    StepAnswer,
)
from inventory.orders.reading import WholeOrder
from inventory.stock import Stock
from tests.inventory.sentences import commit, furnish, key, place, release

ORDER = "order-h"
FIRST = "order-h:1"


async def ordered(stock: Stock, *lines: tuple[str, str, int]) -> None:
    """An order with a shipment for each line; its cells hold five more units."""
    cells = [(sku, node, units + 5) for sku, node, units in lines]
    await furnish(stock, *cells)
    await stock.submit(place("h", *lines))
    await stock.submit(commit("h"))


async def do(
    stock: Stock, action: Action, *, order_id: str = ORDER, request_id: str = ""
) -> StepAnswer:
    answer = await stock.submit(step_on(action, order_id, request_id=request_id))
    assert isinstance(answer, StepAnswer)
    return answer


def step_on(
    action: Action, order_id: str = ORDER, *, request_id: str = "", method: str = "Step"
) -> OrderStep:
    said = key(method, request_id=request_id, content=f"{order_id} {action!r}")
    return OrderStep(said, order_id, action)


async def in_one_batch(stock: Stock, *operations: Operation) -> list[object]:
    """What they came to, decided one after the other in one transaction.

    The writer is busy with something else when they come, so they gather.
    """
    busy = release(f"nothing-{uuid.uuid4()}")
    submitted = (stock.submit(operation) for operation in (busy, *operations))
    outcomes: list[object] = []
    outcomes += await asyncio.gather(*submitted, return_exceptions=True)
    return outcomes[1:]


def to(*lines: tuple[str, str, int], cause: str = "TEST") -> Routes:
    """A plan with a shipment for each node."""
    nodes = list(dict.fromkeys(node for _, node, _ in lines))
    return Routes(
        tuple(RouteLine(s, node, n, nodes.index(node) + 1) for s, node, n in lines),
        b"another decision",
        cause,
    )


def found(sku: str, units: int, missing: int = 0) -> Picked:
    return Picked(sku, units, missing)


async def picked(stock: Stock, shipment_id: str = FIRST) -> None:
    """Accept and pick all of a shipment."""
    whole = await stock.order_books.whole(ORDER)
    rows = whole.book.of_shipment(shipment_id, "ALLOCATED")
    lines = tuple(found(row.sku, row.qty) for row in rows)
    await do(stock, Accept(shipment_id))
    await do(stock, Pick(shipment_id, lines))


async def now(stock: Stock, order_id: str = ORDER) -> WholeOrder:
    return await stock.order_books.whole(order_id)


async def cell(stock: Stock, sku: str, node: str) -> tuple[int, int, int, int]:
    """on_hand, held, allocated, short."""
    (found,) = await stock.cells(sku=sku, node_id=node, limit=1)
    return found.on_hand, found.held, found.allocated, found.short


async def books_are_right(stock: Stock, ledger_url: str) -> None:
    """Every invariant, on what is committed."""
    report = await audit(ledger_url=ledger_url, view_url=None)
    assert report.violations == ()
    assert report.oversold_units == 0


__all__ = ["Stock"]
