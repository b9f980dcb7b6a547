"""What a move by hand asks of the plan: shipments that nobody has begun, and units that
wait for a node."""

from collections.abc import Mapping, Sequence

from inventory.errors import WrongState
from inventory.orders.reading import WholeOrder
from inventory.orders.states import FROM, Step
from inventory.orders.turn import unknown_shipment, wrong_state
from router.orders.rerouting import Need, promised

MANUAL = "MANUAL"


def need_of_move(
    book: WholeOrder, names: Sequence[str], *, only: Sequence[str], never: Sequence[str]
) -> Need:
    """The units, where they may not come from, and the day to keep."""
    leaving, units = _leaving(book, names), _set_free(book, names)
    if not units:
        raise WrongState(
            f"Order {book.order.order_id} has no unit that waits for a node",
            next_step="Name the shipments to move.",
            metadata={"orderId": book.order.order_id, "state": book.order.state},
        )
    without = {*never, *leaving} - set(only)
    by = promised(book, names)
    return Need(units, MANUAL, without=without, only=only, promise_by=by)


def _leaving(book: WholeOrder, names: Sequence[str]) -> set[str]:
    """The nodes that shipments leave; nobody has begun any of them."""
    for name in names:
        shipment = book.book.shipments.get(name)
        if shipment is None:
            raise unknown_shipment(name)
        if shipment.state not in FROM[Step.REROUTE]:
            raise wrong_state(shipment, Step.REROUTE)
    return {book.book.shipments[name].node for name in names}


def _set_free(book: WholeOrder, names: Sequence[str]) -> Mapping[str, int]:
    """Units that need a node: those that wait, and those of the shipments."""
    units = {line.sku: line.unrouted for line in book.book.lines.values()}
    for name in names:
        for row in book.book.of_shipment(name, "ALLOCATED"):
            units[row.sku] += row.qty
    return {sku_: count for sku_, count in units.items() if count}
