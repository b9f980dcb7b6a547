"""A committed hold's order: lines by SKU, an allocation a cell, shipments by number."""

from inventory.books import Books, Effects, HoldRow
from inventory.errors import OrderNotFound
from inventory.instants import instant
from inventory.operations import CommitHold, OrderAnswer
from inventory.orders.rows import (
    OrderBook,
    OrderLineRow,
    OrderRow,
    ShipmentRow,
    shipment_id,
)
from inventory.parts import place_of, unpack
from inventory.reserved import is_backorder, is_reserved, is_wide_quota

PART = "PART"
"""What made a decision necessary that an order began with, beside the first."""


def open_order(books: Books, hold: HoldRow, operation: CommitHold) -> OrderRow:
    """Write the order of a hold that was just committed."""
    order = OrderRow(
        order_id=operation.order_id,
        owner=hold.owner,
        hold_id=hold.hold_id,
        state="ALLOCATED",
        created_at_us=books.now_us,
        customer_ref=operation.customer_ref,
        payment=operation.payment,
        gate=hold.gate,
        priority=hold.priority,
        changed_at_us=books.now_us,
    )
    books.orders[order.order_id] = books.order_of[hold.owner, hold.hold_id] = order
    if books.are_written:
        book = _book_of(order, hold)
        book.settle_state()
        _enter(books.effects, book)
        _enter_parts(books, order, hold)
    return order


def _enter_parts(books: Books, order: OrderRow, hold: HoldRow) -> None:
    """The decisions of further parts; that of the first one stays with the hold."""
    for number, content in enumerate(unpack(hold.decision)[1:], 1):
        row = (order.order_id, number, PART, order.owner, books.now_us, content)
        books.effects.decisions.append(row)


def _book_of(order: OrderRow, hold: HoldRow) -> OrderBook:
    """The rows of the order.

    What it claims of a day's capacity is an allocation of no line: nothing of that
    ships. Units without a node have no allocation; they wait.
    """
    book, numbers = OrderBook(order), dict[str, int]()
    ids = _shipment_ids(order, hold)
    for sku, node, units, shipment_no, ship_by_us in hold.lines:
        line_no, shipped_in = 0, ids.get(shipment_no, "")
        if is_reserved(sku):
            nowhere = is_backorder(sku) or is_wide_quota(sku)
            shipped_in = "" if nowhere else _first_of(book, node)
        else:
            line_no = numbers.setdefault(sku, len(numbers) + 1)
            line = book.lines.setdefault(
                line_no, OrderLineRow(order.order_id, line_no, sku, 0)
            )
            line.ordered += units
            if not node:
                line.unrouted += units
                continue
            if shipped_in not in book.shipments:
                made = _shipment(order, shipped_in, node, shipment_no)
                made.ship_by_us = ship_by_us
                book.shipments[shipped_in] = made
        book.add_allocation(
            line_no=line_no, shipment_id=shipped_in, sku=sku, node=node, qty=units
        )
    order.shipments = len(ids)
    order.decisions = len(unpack(hold.decision)) - 1
    return book


def _shipment_ids(order: OrderRow, hold: HoldRow) -> dict[int, str]:
    """Shipments of all parts are numbered through, in the order of their plans."""
    ships = (line for line in hold.lines if not is_reserved(line.sku))
    numbers = sorted({line.shipment_no for line in ships if line.shipment_no})
    return {
        number: shipment_id(order.order_id, at) for at, number in enumerate(numbers, 1)
    }


def _shipment(order: OrderRow, name: str, node: str, number: int) -> ShipmentRow:
    part, plan_no = place_of(number)
    return ShipmentRow(
        *(name, order.order_id, node),
        decision_no=part,
        plan_no=plan_no,
        changed_at_us=order.created_at_us,
    )


def _first_of(book: OrderBook, node: str) -> str:
    return next(s.shipment_id for s in book.shipments.values() if s.node == node)


def _enter(effects: Effects, book: OrderBook) -> None:
    effects.orders.append(book.order.values())
    effects.order_lines += [line.values() for line in book.lines.values()]
    effects.allocations += [row.values() for row in book.allocations.values()]
    effects.shipments += [row.values() for row in book.shipments.values()]


def order_answer(
    order: OrderRow, hold: HoldRow, *, replayed: bool = False
) -> OrderAnswer:
    """The order as it stands, with its hold's decision."""
    return OrderAnswer(
        order_id=order.order_id,
        hold_id=order.hold_id,
        order_ref=hold.order_ref,
        state=order.state,
        created_at=instant(order.created_at_us),
        decision=hold.decision,
        replayed=replayed,
    )


def unknown_order(order_id: str) -> OrderNotFound:
    """The same words whether the order never was or belongs to another owner."""
    return OrderNotFound(
        f"No order {order_id}",
        next_step="Check the order id.",
        metadata={"orderId": order_id},
    )
