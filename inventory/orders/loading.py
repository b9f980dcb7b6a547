"""Reads and locks the orders that a batch's steps are about: after holds, before cells.

The lock of the order's row covers its lines, units, shipments and returns: whoever
changes one of them holds it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection, Table

from inventory.books import Books, CellKey
from inventory.bulk import Row
from inventory.database import Database
from inventory.orders import tables
from inventory.orders.actions import (
    Accept,
    Action,
    OpenReturn,
    OrderStep,
    Pay,
    Pick,
    Receive,
    ReceiveReturn,
    Reject,
    Routes,
)
from inventory.orders.picking import ZERO
from inventory.orders.rows import (
    AllocationRow,
    OfferRow,
    OrderBook,
    OrderLineRow,
    OrderRow,
    ReturnLineRow,
    ReturnRow,
    ShipmentRow,
)

_BY_CELL = ("sku", "node")
_PICKED = "state IN ('ALLOCATED', 'PICKED') AND state = 'PICKED'"
"""The words of the index of open units, and what is looked for among them."""


@dataclass(frozen=True, slots=True)
class Loading:
    """The orders of one batch on their way into its books."""

    database: Database
    connection: Connection
    steps: Sequence[OrderStep]
    books: Books

    def load(self) -> None:
        """Bring the orders into the books, their rows locked in the order of ids."""
        for row in self._rows(tables.order, self._ids(), "order_id", lock=True):
            book = OrderBook(OrderRow.of(row))
            self.books.order_books[book.order.order_id] = book
        orders = self.books.order_books
        if not orders:
            return
        found = [(order_id,) for order_id in orders]
        for row in self._rows(tables.order_line, found, "order_id"):
            line = OrderLineRow.of(row)
            orders[line.order_id].lines[line.line_no] = line
        for row in self._rows(tables.allocation, found, "order_id"):
            part = AllocationRow.of(row)
            orders[part.order_id].allocations[part.allocation_id] = part
        for row in self._rows(tables.shipment, found, "order_id"):
            shipment = ShipmentRow.of(row)
            orders[shipment.order_id].shipments[shipment.shipment_id] = shipment
        self._load_offers()
        self._load_payments()
        self._load_returns()

    def cells(self) -> set[CellKey]:
        """The cells that the steps may touch."""
        keys: set[CellKey] = set()
        for step in self.steps:
            book = self.books.order_books.get(step.order_id)
            if book is not None:
                keys.update((row.sku, row.node) for row in book.open_units())
                keys.update(swapped_cells(step.action, book))
            keys.update(step_cells(step))
            keys.update(return_cells(step))
            if isinstance(step.action, ReceiveReturn) and book is not None:
                announced = book.returns.get(step.action.return_id)
                node = step.action.node_id or (announced.node if announced else "")
                keys.update((line.sku, node) for line in step.action.lines)
        return keys

    def load_picked(self) -> None:
        """What was picked and has not left, where the shelf is said to be empty.

        Read after the cells are locked: every pick locks its cells.
        """
        orders = self.books.order_books
        emptying = {s.order_id for s in self.steps if _may_empty(s.action)} & set(
            orders
        )
        keys = {
            (row.sku, row.node)
            for order_id in emptying
            for row in orders[order_id].open_units()
        }
        # A step before it in the batch may send the order there.
        ahead = (step_cells(s) for s in self.steps if s.order_id in emptying)
        keys.update(chain.from_iterable(ahead))
        if not keys:
            return
        self.books.picked = dict.fromkeys(keys, 0)
        for row in self._rows(tables.allocation, keys, *_BY_CELL, only=_PICKED):
            part = AllocationRow.of(row)
            self.books.note_picked(part.sku, part.node, part.qty)

    def _ids(self) -> list[Row]:
        return [(step.order_id,) for step in self.steps]

    def _load_offers(self) -> None:
        orders = self.books.order_books.values()
        names = [(name,) for book in orders for name in book.shipments]
        owner = {name: book for book in orders for name in book.shipments}
        for row in self._rows(tables.offer, names, "shipment_id"):
            offer = OfferRow.of(row)
            known = owner[offer.shipment_id].offers
            known.setdefault(offer.shipment_id, {})[offer.node] = offer

    def _load_payments(self) -> None:
        keys = [
            (step.order_id, step.action.payment_id)
            for step in self.steps
            if isinstance(step.action, Pay)
        ]
        for order_id, payment_id, *_ in self._rows(
            tables.payment, keys, "order_id", "payment_id"
        ):
            book = self.books.order_books.get(str(order_id))
            if book is not None:
                book.payments.add(str(payment_id))

    def _load_returns(self) -> None:
        orders = self.books.order_books
        asked = {
            (step.order_id,)
            for step in self.steps
            if isinstance(step.action, OpenReturn | ReceiveReturn)
            and step.order_id in orders
        }
        ids = {
            (step.action.return_id,)
            for step in self.steps
            if isinstance(step.action, OpenReturn)
        }
        for row in self._rows(tables.goods_return, ids, "return_id"):
            self.books.return_ids.add(ReturnRow.of(row).return_id)
        of: dict[str, OrderBook] = {}
        for row in self._rows(tables.goods_return, asked, "order_id"):
            found = ReturnRow.of(row)
            of[found.return_id] = orders[found.order_id]
            orders[found.order_id].returns[found.return_id] = found
        for row in self._rows(
            tables.return_line, [(name,) for name in of], "return_id"
        ):
            line = ReturnLineRow.of(row)
            of[line.return_id].return_lines[line.return_id, line.sku] = line

    def _rows(
        self,
        table: Table,
        keys: Iterable[Row],
        *by: str,
        lock: bool = False,
        only: str = "",
    ) -> list[Row]:
        wanted = sorted(set(keys))
        if not wanted:
            return []
        return self.database.bulk.select(
            self.connection, table, wanted, by=by, lock=lock, only=only
        )


def step_cells(step: OrderStep) -> list[CellKey]:
    """The cells that a step itself names: those of its plan."""
    routes: Routes | None = getattr(step.action, "routes", None)
    if routes is None:
        return []
    return [(line.sku, line.node_id) for line in routes.lines]


def swapped_cells(action: Action, book: OrderBook) -> list[CellKey]:
    """Cells of what stands in for units that were not found."""
    if not isinstance(action, Pick):
        return []
    shipment = book.shipments.get(action.shipment_id)
    if shipment is None:
        return []
    return [(sku, shipment.node) for line in action.lines for sku, _ in line.instead]


def return_cells(step: OrderStep) -> list[CellKey]:
    """Cells that a return or a transfer may be the first to fill, where the step names
    the node."""
    action = step.action
    if isinstance(action, Receive):
        return [(sku, action.node_id) for sku in action.skus]
    if not isinstance(action, OpenReturn | ReceiveReturn) or not action.node_id:
        return []
    return [(line[0], action.node_id) for line in action.lines]


def _may_empty(action: Action) -> bool:
    return isinstance(action, Accept | Pick | Reject) and action.effect == ZERO
