"""A transfer arrives at the store where the customer collects it.

On their way units are in no cell: they left the books of the node that sent them, and
come into the store's together with the order's claim on them. So nobody else is ever
offered them, and what nobody collects is stock of the store.
"""

from inventory.errors import WrongState
from inventory.orders.actions import Receive
from inventory.orders.rows import ShipmentRow, shipment_id
from inventory.orders.states import Step
from inventory.orders.turn import Turn


def receive(turn: Turn, action: Receive) -> tuple[str, ...]:
    """The units are the store's; a shipment of its own is what it hands over."""
    leg = turn.shipment(action.shipment_id, Step.RECEIVE)
    rows = list(turn.book.of_shipment(leg.shipment_id, "SHIPPED"))
    units: dict[tuple[int, str], int] = {}
    for row in rows:
        units[row.line_no, row.sku] = units.get((row.line_no, row.sku), 0) + row.qty
    _check_known(leg, action, {sku for _, sku in units})
    here = _at_the_store(turn, leg)
    for row in rows:
        row.state = "MOVED"
    for (line_no, sku), quantity in units.items():
        cell = turn.cell(sku, here.node)
        turn.post(cell, "TRANSFER_IN", on_hand=quantity, allocated=quantity)
        turn.book.add_allocation(
            line_no=line_no,
            shipment_id=here.shipment_id,
            sku=sku,
            node=here.node,
            qty=quantity,
        )
    turn.enter(leg, "RECEIVED", to=leg.to_node)
    turn.tell_shipment(here, "ACCEPTED", {"cause": "RECEIVED"})
    return (here.shipment_id,)


def _at_the_store(turn: Turn, leg: ShipmentRow) -> ShipmentRow:
    order = turn.book.order
    order.shipments += 1
    here = ShipmentRow(
        shipment_id(order.order_id, order.shipments),
        order.order_id,
        leg.to_node,
        state="ACCEPTED",
        decision_no=leg.decision_no,
        plan_no=leg.plan_no,
        changed_at_us=turn.books.now_us,
        to_node=leg.to_node,
    )
    turn.book.shipments[here.shipment_id] = here
    return here


def _check_known(leg: ShipmentRow, action: Receive, skus: set[str]) -> None:
    """The batch has locked the cells that the step names, and no others."""
    if action.node_id == leg.to_node and skus <= set(action.skus):
        return
    raise WrongState(
        f"Shipment {leg.shipment_id} goes to {leg.to_node} with {', '.join(skus)}",
        next_step="Read the shipment again.",
        metadata={"shipmentId": leg.shipment_id, "nodeId": leg.to_node},
    )
