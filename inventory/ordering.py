"""A committed hold's order: lines by SKU, an allocation a cell, shipments by number."""

from inventory.books import Books, Effects, HoldRow, OrderRow
from inventory.errors import OrderNotFound
from inventory.instants import instant
from inventory.operations import OrderAnswer
from inventory.reserved import is_reserved


def shipment_id(order_id: str, shipment_no: int) -> str:
    """The id of an order's n-th shipment."""
    return f"{order_id}:{shipment_no}"


def open_order(books: Books, hold: HoldRow, order_id: str) -> OrderRow:
    """Write the order of a hold that was just committed."""
    order = OrderRow(order_id, hold.owner, hold.hold_id, "OPEN", books.now_us)
    books.orders[order_id] = books.order_of[hold.owner, hold.hold_id] = order
    if books.are_written:
        _enter(books.effects, order, hold)
    return order


def _enter(effects: Effects, order: OrderRow, hold: HoldRow) -> None:
    """The rows of the order.

    What it claims of a day's capacity is no line of it: nothing of that ships.
    """
    order_id = order.order_id
    effects.orders.append(
        (order_id, order.owner, order.hold_id, order.state, order.created_at_us)
    )
    ordered: dict[str, int] = {}
    line_nos: dict[str, int] = {}
    shipped_from: dict[str, str] = {}
    lines = [line for line in hold.lines if not is_reserved(line.sku)]
    for number, line in enumerate(lines, 1):
        ordered[line.sku] = ordered.get(line.sku, 0) + line.qty
        line_no = line_nos.setdefault(line.sku, len(line_nos) + 1)
        shipped_in = shipment_id(order_id, line.shipment_no)
        shipped_from[shipped_in] = line.node
        cell = (line.sku, line.node, line.qty)
        effects.allocations.append(
            (f"{order_id}#{number}", order_id, line_no, shipped_in, *cell, "ALLOCATED")
        )
    for line_no, (sku, units) in enumerate(ordered.items(), 1):
        effects.order_lines.append((order_id, line_no, sku, units, 0, 0))
    for shipped_in, node in shipped_from.items():
        effects.shipments.append((shipped_in, order_id, node, "OPEN"))


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
