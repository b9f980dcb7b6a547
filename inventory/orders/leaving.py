"""From the packing table to the customer: ready, shipped, collected, delivered."""

from collections.abc import Sequence

from inventory.errors import CodeLocked, WrongState
from inventory.orders.actions import Collect, Deliver, NoShow, Ready, Ship
from inventory.orders.routing import free_days
from inventory.orders.rows import AllocationRow, ShipmentRow, shipment_id
from inventory.orders.states import Step
from inventory.orders.turn import Turn, by_cell

GUESSES_MAX = 5
"""Of six digits: a hundred thousandth part of them."""


def ready(turn: Turn, action: Ready) -> None:
    """Packed. Said again for a pickup it gives a new code."""
    shipment = turn.shipment(action.shipment_id, Step.READY)
    _check_all_picked(turn, shipment)
    shipment.code, shipment.guesses = action.code, 0
    if shipment.state != "READY":
        turn.enter(shipment, "READY", **_counter(shipment))
    shipment.due_us = action.due_us


def _counter(shipment: ShipmentRow) -> dict[str, str]:
    """Where the customer comes for it, and what to say there."""
    return {"pickup": shipment.node, "code": shipment.code} if shipment.code else {}


def ship(turn: Turn, action: Ship) -> None:
    """A carrier has it, for the customer or for a store: the units leave the books."""
    shipment = turn.shipment(action.shipment_id, Step.SHIP)
    if action.leave_rest:
        _leave_rest(turn, shipment)
    _check_all_picked(turn, shipment)
    if action.to_node:
        _check_as_ordered(turn, shipment)
    kind = "TRANSFER_OUT" if action.to_node else "SHIP"
    _leave(turn, _picked(turn, shipment), state="SHIPPED", kind=kind)
    shipment.carrier, shipment.tracking = action.carrier, action.tracking
    said = {"carrier": action.carrier, "tracking": action.tracking}
    if action.to_node:
        shipment.to_node = action.to_node
        turn.enter(shipment, "IN_TRANSIT", **said, to=action.to_node)
        shipment.due_us = action.due_us
    else:
        turn.enter(shipment, "SHIPPED", **said)


def _check_as_ordered(turn: Turn, shipment: ShipmentRow) -> None:
    """A store that lost a substitute could not say which line it was for: it knows the
    SKU, and the order may have a line of that one too."""
    for row in _picked(turn, shipment):
        if row.line_no and row.sku != turn.book.lines[row.line_no].sku:
            raise WrongState(
                f"Shipment {shipment.shipment_id} has {row.sku} in place of another"
                " SKU: that goes to customers only",
                next_step="Leave it, and report what it stands in for as missing.",
                metadata={"shipmentId": shipment.shipment_id, "sku": row.sku},
            )


def _leave_rest(turn: Turn, shipment: ShipmentRow) -> None:
    """Units that nobody has picked are the node's next shipment of this order."""
    rows = list(turn.book.of_shipment(shipment.shipment_id, "ALLOCATED"))
    if not rows or not _picked(turn, shipment):
        return
    order = turn.book.order
    order.shipments += 1
    rest = ShipmentRow(
        shipment_id(order.order_id, order.shipments),
        order.order_id,
        shipment.node,
        state="ACCEPTED",
        decision_no=shipment.decision_no,
        plan_no=shipment.plan_no,
        changed_at_us=turn.books.now_us,
        ship_by_us=shipment.ship_by_us,
    )
    turn.book.shipments[rest.shipment_id] = rest
    for row in rows:
        row.shipment_id = rest.shipment_id
    turn.tell_shipment(rest, "ACCEPTED", {"cause": "LEFT_BEHIND"})


def collect(turn: Turn, action: Collect) -> bool:
    """Handed over to whoever knows the code; False, and counted, for a wrong one.

    Raises:
        CodeLocked: it was guessed wrong too often.
    """
    shipment = turn.shipment(action.shipment_id, Step.COLLECT)
    if shipment.guesses >= GUESSES_MAX:
        raise CodeLocked(
            f"The code of {action.shipment_id} was wrong {GUESSES_MAX} times",
            next_step="Mark it ready again: the customer gets a new code.",
            metadata={"shipmentId": action.shipment_id, "guesses": str(GUESSES_MAX)},
        )
    if shipment.code and action.code != shipment.code:
        shipment.guesses += 1
        return False
    taken, left = _divided(turn, action, _picked(turn, shipment))
    _leave(turn, taken, state="COLLECTED", kind="COLLECT")
    put_back(turn, left, state="CANCELLED", kind="PUT_BACK", reason="not collected")
    if not taken:
        free_days(turn, [shipment])
    turn.enter(shipment, "COLLECTED" if taken else "CANCELLED")
    return True


def deliver(turn: Turn, action: Deliver) -> None:
    """It arrived."""
    turn.enter(turn.shipment(action.shipment_id, Step.DELIVER), "DELIVERED")


def no_show(turn: Turn, action: NoShow) -> None:
    """Nobody came: the units are stock again."""
    shipment = turn.shipment(action.shipment_id, Step.NO_SHOW)
    rows = _picked(turn, shipment)
    put_back(turn, rows, state="NO_SHOW", kind="NO_SHOW", reason="not collected")
    turn.enter(shipment, "NO_SHOW")


def put_back(
    turn: Turn,
    rows: Sequence[AllocationRow],
    *,
    state: str,
    kind: str,
    reason: str,
) -> None:
    """Units are not wanted any more: free again where they are."""
    for (sku, node), units in by_cell(rows).items():
        turn.post(turn.cell(sku, node), kind, reason, allocated=-units)
    for row in rows:
        if row.state == "PICKED":
            turn.books.note_picked(row.sku, row.node, -row.qty)
        row.state = state
        turn.book.lines[row.line_no].cancelled += row.qty


def _picked(turn: Turn, shipment: ShipmentRow) -> list[AllocationRow]:
    return list(turn.book.of_shipment(shipment.shipment_id, "PICKED"))


def _divided(
    turn: Turn, action: Collect, rows: list[AllocationRow]
) -> tuple[list[AllocationRow], list[AllocationRow]]:
    """What the customer takes, and what stays: first what only stands in for something
    else."""
    if action.lines is None:
        return rows, []
    rows.sort(key=lambda row: row.sku != turn.book.lines[row.line_no].sku)
    units: dict[str, int] = {}
    for row in rows:
        units[row.sku] = units.get(row.sku, 0) + row.qty
    for sku, wanted in action.lines.items():
        if wanted > units.get(sku, 0):
            raise WrongState(
                f"Shipment {action.shipment_id} has {units.get(sku, 0)} of {sku},"
                f" {wanted} cannot be handed over",
                next_step="Read the shipment again.",
                metadata={"shipmentId": action.shipment_id, "sku": sku},
            )
    left_to_take, taken, left = dict(action.lines), [], []
    for row in rows:
        part = min(row.qty, left_to_take.get(row.sku, 0))
        if part:
            left_to_take[row.sku] -= part
            taken.append(turn.book.split(row, part))
        if not part or taken[-1] is not row:
            left.append(row)
    return taken, left


def _leave(turn: Turn, rows: Sequence[AllocationRow], *, state: str, kind: str) -> None:
    """Units leave the building. They were there, whatever the books say."""
    for (sku, node), units in by_cell(rows).items():
        cell = turn.cell(sku, node)
        if units > cell.on_hand:
            turn.post(cell, "COUNT", "it left", on_hand=units - cell.on_hand)
        turn.post(cell, kind, on_hand=-units, allocated=-units)
        turn.books.note_picked(sku, node, -units)
    for row in rows:
        row.state = state


def _check_all_picked(turn: Turn, shipment: ShipmentRow) -> None:
    left = sum(r.qty for r in turn.book.of_shipment(shipment.shipment_id, "ALLOCATED"))
    if left:
        raise WrongState(
            f"Shipment {shipment.shipment_id} has {left} units to pick yet",
            next_step="Report what was picked, and what was not found.",
            metadata={"shipmentId": shipment.shipment_id, "left": str(left)},
        )
