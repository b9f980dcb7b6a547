"""Orders read whole: one statement a table, however many orders there are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select

from inventory.orders.rows import (
    AllocationRow,
    Kept,
    OfferRow,
    OrderBook,
    OrderLineRow,
    OrderRow,
    ReturnLineRow,
    ReturnRow,
    ShipmentRow,
)
from inventory.orders.tables import (
    allocation,
    decision,
    goods_return,
    offer,
    order,
    order_line,
    payment,
    return_line,
    shipment,
)
from inventory.parts import unpack
from inventory.tables import hold

K = TypeVar("K", bound=Kept)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """Why some of an order's shipments are what they are."""

    decision_no: int
    cause: str
    actor: str
    at_us: int
    content: bytes


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """What the shop's payment system said."""

    payment_id: str
    state: str
    shipment_id: str
    amount_minor: int
    reference: str
    at_us: int


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """An order with everything that happened to it; decision 0 is the hold's."""

    book: OrderBook
    order_ref: str
    decisions: tuple[DecisionRow, ...]
    payments: tuple[PaymentRow, ...]

    @property
    def order(self) -> OrderRow:
        """The order's own row."""
        return self.book.order


def whole_orders(connection: Connection, wanted: Any) -> tuple[WholeOrder, ...]:
    """The orders of a query on table `order`, in its order."""
    heads = [OrderRow.of(tuple(row)) for row in connection.execute(wanted)]
    books = {head.order_id: OrderBook(head) for head in heads}
    _fill(connection, books)
    holds = _holds(connection, heads)
    later = _decisions(connection, [h.order_id for h in heads if h.decisions])
    payments = _payments(connection, list(books))
    return tuple(
        WholeOrder(
            books[head.order_id],
            holds[head.owner, head.hold_id][0],
            (
                DecisionRow(
                    *(0, "", head.owner, head.created_at_us),
                    unpack(holds[head.owner, head.hold_id][1])[0],
                ),
                *later.get(head.order_id, ()),
            ),
            payments.get(head.order_id, ()),
        )
        for head in heads
    )


def _fill(connection: Connection, books: dict[str, OrderBook]) -> None:
    ids = list(books)
    for line in _rows(connection, OrderLineRow, order_line, order_id=ids):
        books[line.order_id].lines[line.line_no] = line
    for part in _rows(connection, AllocationRow, allocation, order_id=ids):
        books[part.order_id].allocations[part.allocation_id] = part
    for sent in _rows(connection, ShipmentRow, shipment, order_id=ids):
        books[sent.order_id].shipments[sent.shipment_id] = sent
    sent_by = {name: book for book in books.values() for name in book.shipments}
    for asked in _rows(connection, OfferRow, offer, shipment_id=list(sent_by)):
        known = sent_by[asked.shipment_id].offers
        known.setdefault(asked.shipment_id, {})[asked.node] = asked
    for back in _rows(connection, ReturnRow, goods_return, order_id=ids):
        books[back.order_id].returns[back.return_id] = back
    owner = {name: book for book in books.values() for name in book.returns}
    for item in _rows(connection, ReturnLineRow, return_line, return_id=list(owner)):
        owner[item.return_id].return_lines[item.return_id, item.sku] = item


def _rows(
    connection: Connection, kind: type[K], table: Table, **by: Sequence[str]
) -> Iterator[K]:
    ((column, keys),) = by.items()
    if not keys:
        return
    wanted = select(table).where(table.c[column].in_(keys))
    keyed = wanted.order_by(*table.primary_key.columns)
    for row in connection.execute(keyed):
        yield kind.of(tuple(row))


def _holds(
    connection: Connection, heads: Sequence[OrderRow]
) -> dict[tuple[str, str], tuple[str, bytes]]:
    """The caller's own reference and the first decision, by hold."""
    wanted = select(hold.c.owner, hold.c.hold_id, hold.c.order_ref, hold.c.decision)
    # By way of the orders: SQLite would read the whole table for pairs of values.
    is_its = (hold.c.owner == order.c.owner) & (hold.c.hold_id == order.c.hold_id)
    ids = [head.order_id for head in heads]
    found = wanted.join_from(order, hold, is_its).where(order.c.order_id.in_(ids))
    return {(o, h): (ref, content) for o, h, ref, content in connection.execute(found)}


def _decisions(
    connection: Connection, ids: Sequence[str]
) -> dict[str, tuple[DecisionRow, ...]]:
    found: dict[str, tuple[DecisionRow, ...]] = {}
    if not ids:
        return found
    wanted = select(decision).where(decision.c.order_id.in_(ids))
    for row in connection.execute(wanted.order_by(*decision.primary_key.columns)):
        said = (row.decision_no, row.cause, row.actor, row.at_us, row.content)
        found[row.order_id] = (*found.get(row.order_id, ()), DecisionRow(*said))
    return found


def _payments(
    connection: Connection, ids: Sequence[str]
) -> dict[str, tuple[PaymentRow, ...]]:
    found: dict[str, tuple[PaymentRow, ...]] = {}
    wanted = select(payment).where(payment.c.order_id.in_(ids))
    for order_id, *rest in connection.execute(wanted.order_by(payment.c.at_us)):
        found[order_id] = (*found.get(order_id, ()), PaymentRow(*rest))
    return found
