"""What a step would do, tried on a copy: the ledger's own rules, and no effect.

The copy's shelves are full, so only the order itself is in the way; whether stock is
there is the plan's question.
"""

from copy import deepcopy

from inventory.books import Books, CellRow
from inventory.orders.actions import Action, OrderStep
from inventory.orders.loading import swapped_cells
from inventory.orders.reading import WholeOrder
from inventory.orders.rows import OrderBook
from inventory.orders.steps import step
from inventory.requests import RequestKey
from inventory.tables import QUANTITY_MAX

_KEY = RequestKey("preview", "Preview", "", "")


def tried(whole: WholeOrder, action: Action) -> OrderBook:
    """The order after the step.

    Raises:
        Refusal: as the ledger would refuse it.
    """
    book = deepcopy(whole.book)
    full = {
        (row.sku, row.node): CellRow(
            row.sku, row.node, on_hand=QUANTITY_MAX, allocated=row.qty
        )
        for row in book.allocations.values()
    }
    for sku, node in swapped_cells(action, book):
        full.setdefault((sku, node), CellRow(sku, node, on_hand=QUANTITY_MAX))
    order_id = book.order.order_id
    books = Books(
        generation=0,
        now_us=book.order.changed_at_us,
        cells=full,
        order_books={order_id: book},
        are_written=False,
    )
    step(books, OrderStep(_KEY, order_id, action))
    return book


def ended(whole: WholeOrder, after: OrderBook) -> list[str]:
    """Shipments that the step left without a unit."""
    return [
        name
        for name, shipment in after.shipments.items()
        if shipment.state == "CANCELLED"
        and whole.book.shipments[name].state != "CANCELLED"
    ]
