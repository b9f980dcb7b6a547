"""Goods come back: announced, received, and stock again only if they are fit for it."""

from collections.abc import Iterable

from inventory.errors import IdReused, ReturnNotFound, WrongState
from inventory.orders.actions import OpenReturn, ReceiveReturn
from inventory.orders.rows import ReturnLineRow, ReturnRow
from inventory.orders.turn import Facts, Turn
from inventory.shelving import unknown_node

RESTOCK = "RESTOCK"
OUT = ("SHIPPED", "COLLECTED")


def open_return(turn: Turn, action: OpenReturn) -> None:
    """Announce units that left; no unit comes back twice."""
    book, now_us = turn.book, turn.books.now_us
    if action.return_id in turn.books.return_ids:
        raise IdReused(
            f"Return id {action.return_id} was used before",
            next_step="Make a new return id for a new return.",
            metadata={"returnId": action.return_id},
        )
    skus = [line[0] for line in action.lines]
    assert len(set(skus)) == len(skus), "a return names a SKU once"
    _check_node(turn, action.node_id, skus)
    for sku, units, _ in action.lines:
        left = _returnable(turn, sku)
        if units > left:
            raise WrongState(
                f"{left} of {sku} can come back, {units} were announced",
                next_step="Read the order's shipments and returns.",
                metadata={"sku": sku, "left": str(left), "wanted": str(units)},
            )
    order_id = book.order.order_id
    turn.books.return_ids.add(action.return_id)
    book.returns[action.return_id] = ReturnRow(
        action.return_id, order_id, action.node_id, "OPEN", now_us, now_us
    )
    for number, (sku, units, reason) in enumerate(action.lines, 1):
        row = ReturnLineRow(action.return_id, number, sku, units, reason)
        book.return_lines[action.return_id, sku] = row
    units = sum(line[1] for line in action.lines)
    turn.tell(
        "RETURN_CREATED",
        {"returnId": action.return_id, "nodeId": action.node_id, "units": units},
    )


def receive_return(turn: Turn, action: ReceiveReturn) -> None:
    """What arrived, line by line; the payment system hears what is to be refunded."""
    book = turn.book
    found = book.returns.get(action.return_id)
    if found is None:
        raise ReturnNotFound(
            f"No return {action.return_id} of order {book.order.order_id}",
            next_step="Check the return id.",
            metadata={"returnId": action.return_id},
        )
    if found.state != "OPEN":
        raise WrongState(
            f"Return {action.return_id} is {found.state}",
            next_step="Announce another return.",
            metadata={"returnId": action.return_id, "state": found.state},
        )
    for sku, units, _, _ in action.lines:
        row = book.return_lines.get((action.return_id, sku))
        if row is None or units > row.qty:
            expected = row.qty if row else 0
            raise WrongState(
                f"Return {action.return_id} has {expected} of {sku}, {units} arrived",
                next_step="Announce the rest as another return.",
                metadata={"sku": sku, "expected": str(expected)},
            )
    node = action.node_id or found.node
    skus = [line.sku for line in action.lines]
    assert len(set(skus)) == len(skus), "a return names a SKU once"
    _check_node(turn, node, skus)
    for sku, units, condition, disposition in action.lines:
        row = book.return_lines[action.return_id, sku]
        row.received, row.condition, row.disposition = units, condition, disposition
        if disposition == RESTOCK and units:
            turn.post(turn.cell(sku, node), "RETURN", condition, on_hand=units)
    found.node, found.state = node, "RECEIVED"
    found.changed_at_us = turn.books.now_us
    units = sum(line.quantity for line in action.lines)
    said: Facts = {"returnId": action.return_id, "nodeId": node, "units": units}
    turn.tell("RETURN_RECEIVED", said)
    turn.tell("REFUND_DUE", said)


def _check_node(turn: Turn, node: str, skus: Iterable[str]) -> None:
    """The batch has made the cells of every node that there is."""
    if not all((sku, node) in turn.books.cells for sku in skus):
        raise unknown_node(node)


def _returnable(turn: Turn, sku: str) -> int:
    """Units that customers have, or will have, and that are in no return."""
    moving = turn.book.in_transit()
    left = sum(
        row.qty
        for row in turn.book.allocations.values()
        if row.sku == sku and row.state in OUT and row.shipment_id not in moving
    )
    announced = 0
    for (name, of), line in turn.book.return_lines.items():
        if of == sku:
            state = turn.book.returns[name].state
            announced += line.received if state == "RECEIVED" else line.qty
    return left - announced
