"""Fewer units, other units, none: until the point of no return of each node."""

from collections.abc import Mapping

from inventory.errors import PastPointOfNoReturn, WrongState
from inventory.orders.actions import Cancel, Change
from inventory.orders.leaving import put_back
from inventory.orders.routing import (
    apply_routes,
    check_routes,
    end_if_empty,
    line_of,
    without_node,
)
from inventory.orders.rows import AllocationRow, OrderLineRow, number_of
from inventory.orders.states import OPEN_STATES
from inventory.orders.turn import Turn

LAST_STATE = "ACCEPTED"
"""Of a shipment at a node that names no other: what is being picked leaves."""


def cancel(turn: Turn, action: Cancel) -> None:
    """Give units back, all or those named."""
    units = action.units
    if units is None:
        units = {line.sku: _left(line) for line in turn.book.lines.values()}
        units = {sku: left for sku, left in units.items() if left}
    if not units:
        raise WrongState(
            f"Order {turn.book.order.order_id} has nothing left to cancel",
            next_step="Read the order again.",
            metadata={"orderId": turn.book.order.order_id},
        )
    taken = {sku: _takeable(turn, sku, n, action.until) for sku, n in units.items()}
    _give_back(turn, units, taken, reason=action.reason)
    _end_empty_shipments(turn)


def change(turn: Turn, action: Change) -> tuple[str, ...]:
    """Other quantities: fewer are cancelled, more are routed or wait."""
    if turn.book.order.state == "CANCELLED":
        raise WrongState(
            f"Order {turn.book.order.order_id} is CANCELLED",
            next_step="Place another order.",
            metadata={"orderId": turn.book.order.order_id, "state": "CANCELLED"},
        )
    now = {line.sku: line.ordered - line.cancelled for line in turn.book.lines.values()}
    fewer = {s: now[s] - n for s, n in action.units.items() if n < now.get(s, 0)}
    more = {s: n - now.get(s, 0) for s, n in action.units.items() if n > now.get(s, 0)}
    if not (fewer or more):
        raise WrongState(
            f"Order {turn.book.order.order_id} already is as wanted",
            next_step="Read the order again.",
            metadata={"orderId": turn.book.order.order_id},
        )
    taken = {sku: _takeable(turn, sku, n, action.until) for sku, n in fewer.items()}
    waiting = {sku: -min(n, line_of(turn, sku).unrouted) for sku, n in fewer.items()}
    check_routes(turn, action.routes, {**more, **waiting})
    _give_back(turn, fewer, taken, reason=action.reason)
    for sku, units in more.items():
        line = turn.book.line(sku) or _new_line(turn, sku)
        line.ordered += units
        line.unrouted += units
    _end_empty_shipments(turn)
    turn.left.update(without_node(more, action.routes))
    made = apply_routes(turn, action.routes)
    turn.tell("ORDER_CHANGED", {"reason": action.reason})
    return made


def _left(line: OrderLineRow) -> int:
    return line.ordered - line.cancelled


def _takeable(
    turn: Turn, sku: str, units: int, until: Mapping[str, str]
) -> list[AllocationRow]:
    """Rows that give the units back: untouched ones first, then older shipments.

    Raises:
        PastPointOfNoReturn: too many have been, naming the shipment.
    """
    line = line_of(turn, sku)
    needed = units - line.unrouted
    if units > _left(line):
        raise WrongState(
            f"{_left(line)} of {sku} are left, {units} cannot be cancelled",
            next_step="Read the order again.",
            metadata={"sku": sku, "left": str(_left(line)), "wanted": str(units)},
        )
    rows = [row for row in turn.book.open_units() if row.line_no == line.line_no]
    able = [row for row in rows if _may_go(turn, row, until)]
    able.sort(key=lambda row: _turn_of(row, sku))
    if needed > sum(row.qty for row in able):
        raise _too_late(turn, line, units, able)
    return able


def _turn_of(row: AllocationRow, sku: str) -> tuple[bool, bool, int]:
    """Of what was picked, that goes back first which only stands in for the SKU."""
    return row.state == "PICKED", row.sku == sku, number_of(row.shipment_id)


def _may_go(turn: Turn, row: AllocationRow, until: Mapping[str, str]) -> bool:
    state = turn.book.shipments[row.shipment_id].state
    last = until.get(row.node, LAST_STATE)
    return OPEN_STATES.index(state) <= OPEN_STATES.index(last)


def _too_late(
    turn: Turn, line: OrderLineRow, units: int, able: list[AllocationRow]
) -> PastPointOfNoReturn:
    gone = [
        row
        for row in turn.book.allocations.values()
        if row.line_no == line.line_no
        and row not in able
        and row.state in ("ALLOCATED", "PICKED", "SHIPPED", "COLLECTED")
    ]
    shipment = turn.book.shipments[gone[0].shipment_id]
    return PastPointOfNoReturn(
        f"{units} of {line.sku} cannot be cancelled: shipment {shipment.shipment_id} at"
        f" {shipment.node} is {shipment.state}",
        next_step=_when(shipment.state),
        metadata={
            "sku": line.sku,
            "shipmentId": shipment.shipment_id,
            "nodeId": shipment.node,
            "state": shipment.state,
        },
    )


def _when(state: str) -> str:
    """What may be done about a shipment that has left."""
    if state == "IN_TRANSIT":
        return "Cancel it when its store has it."
    return "Let it arrive and return it."


def _give_back(
    turn: Turn,
    units: Mapping[str, int],
    taken: Mapping[str, list[AllocationRow]],
    *,
    reason: str,
) -> None:
    """First what waits, then what nobody has picked, then what was.

    All at once: what stands in for one SKU may be another line's too, and a step enters
    a cell once.
    """
    parts = []
    for sku, rows in taken.items():
        line = line_of(turn, sku)
        waiting = min(units[sku], line.unrouted)
        line.unrouted -= waiting
        line.cancelled += waiting
        left = units[sku] - waiting
        for row in rows:
            part = min(left, row.qty)
            if part:
                parts.append(turn.book.split(row, part))
                left -= part
    put_back(turn, parts, state="CANCELLED", kind="CANCEL", reason=reason)


def _end_empty_shipments(turn: Turn) -> None:
    shipments = turn.book.shipments.values()
    end_if_empty(turn, *(s for s in shipments if s.state in OPEN_STATES))


def _new_line(turn: Turn, sku: str) -> OrderLineRow:
    number = max(turn.book.lines, default=0) + 1
    line = OrderLineRow(turn.book.order.order_id, number, sku, 0)
    turn.book.lines[number] = line
    return line
