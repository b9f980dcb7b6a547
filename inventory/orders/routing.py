"""Units leave a node, wait, and get another one: always through `unrouted`.

There is no moment at which units belong to neither order nor shelf: taking them off a
node and giving them to another are parts of one step.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from inventory.books import CellKey
from inventory.errors import NoStock, WrongState
from inventory.orders.actions import Offer, Reroute, Route, RouteLine, Routes
from inventory.orders.rows import (
    AllocationRow,
    OfferRow,
    OrderLineRow,
    ShipmentRow,
    shipment_id,
)
from inventory.orders.states import Step
from inventory.orders.turn import Facts, Turn, by_cell
from inventory.outcome_rows import TIMED_OUT
from inventory.reserved import is_reserved

Units = Mapping[str, int]


def check_routes(
    turn: Turn,
    routes: Routes | None,
    freed: Units,
    *,
    emptied: Collection[CellKey] = (),
) -> None:
    """Whether the plan fits: no more units than wait, and free in every cell.

    Args:
        freed: units by SKU that this step takes off a node or adds; negative where it
            takes back what waits.
        emptied: cells that this step says are empty.

    Raises:
        NoStock: with the fresh cells, to plan again.
    """
    check_units(turn, routes, freed)
    if routes is not None:
        _check_cells(turn, routes.lines, emptied)


def check_units(turn: Turn, routes: Routes | None, freed: Units) -> None:
    """Whether the plan sends no more units than wait or are set free."""
    wanted: dict[str, int] = {}
    for line in routes.lines if routes else ():
        if not is_reserved(line.sku):
            wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    for sku, units in wanted.items():
        known = turn.book.line(sku)
        waiting = (known.unrouted if known else 0) + freed.get(sku, 0)
        if units > waiting:
            raise WrongState(
                f"{units} of {sku} were routed, {waiting} have no node",
                next_step="Plan again.",
                metadata={"sku": sku, "units": str(units), "waiting": str(waiting)},
            )


def _check_cells(
    turn: Turn, lines: Sequence[RouteLine], emptied: Collection[CellKey]
) -> None:
    keys = [(line.sku, line.node_id) for line in lines]
    assert len(set(keys)) == len(keys), "a plan names a cell once"
    for line in lines:
        key = line.sku, line.node_id
        free = 0 if key in emptied else turn.books.cell(key).free
        if line.quantity > free:
            raise NoStock(
                f"{line.node_id} has {max(0, free)} of {line.sku},"
                f" {line.quantity} are needed",
                cells=turn.books.fresh(keys),
                next_step="Send the same request again.",
                metadata={
                    "sku": line.sku,
                    "nodeId": line.node_id,
                    "available": str(max(0, free)),
                    "wanted": str(line.quantity),
                },
            )


def without_node(wanted: Units, routes: Routes | None) -> Units:
    """Units that the plan has no node for."""
    left = Counter(wanted)
    for line in routes.lines if routes else ():
        left[line.sku] -= line.quantity
    return +left


def apply_routes(turn: Turn, routes: Routes | None) -> tuple[str, ...]:
    """Give the units their nodes; the shipments that this makes."""
    if routes is None or not routes.lines:
        return ()
    book, order = turn.book, turn.book.order
    order.decisions += 1
    turn.books.effects.decisions.append(
        (
            order.order_id,
            order.decisions,
            routes.cause,
            turn.actor,
            turn.books.now_us,
            routes.decision,
        )
    )
    made: dict[int, ShipmentRow] = {}
    for line in sorted(routes.lines, key=lambda line: line.plan_no == 0):
        cell = turn.cell(line.sku, line.node_id)
        turn.post(cell, "ROUTE", routes.cause, allocated=line.quantity)
        if line.plan_no and line.plan_no not in made:
            made[line.plan_no] = _new_shipment(turn, line)
        if line.plan_no:
            shipped_in, known = made[line.plan_no], book.line(line.sku)
            assert known is not None, "checked before"
            known.unrouted -= line.quantity
        else:
            shipped_in = next(s for s in made.values() if s.node == line.node_id)
            known = None
        book.add_allocation(
            line_no=known.line_no if known else 0,
            shipment_id=shipped_in.shipment_id,
            sku=line.sku,
            node=line.node_id,
            qty=line.quantity,
        )
    for shipment in made.values():
        turn.tell_shipment(shipment, "ALLOCATED", {"cause": routes.cause})
    return tuple(shipment.shipment_id for shipment in made.values())


def _new_shipment(turn: Turn, line: RouteLine) -> ShipmentRow:
    order = turn.book.order
    order.shipments += 1
    name = shipment_id(order.order_id, order.shipments)
    shipment = ShipmentRow(
        name,
        order.order_id,
        line.node_id,
        decision_no=order.decisions,
        plan_no=line.plan_no,
        changed_at_us=turn.books.now_us,
        ship_by_us=line.ship_by_us,
    )
    turn.book.shipments[name] = shipment
    return shipment


def take_off(
    turn: Turn,
    rows: Sequence[AllocationRow],
    *,
    state: str,
    kind: str,
    reason: str = "",
) -> None:
    """Units are not a node's any more: free again there, and without a node."""
    for (sku, node), units in by_cell(rows).items():
        turn.post(turn.cell(sku, node), kind, reason, allocated=-units)
    for row in rows:
        row.state = state
        if row.line_no:
            turn.book.lines[row.line_no].unrouted += row.qty


def freed_units(rows: Iterable[AllocationRow]) -> dict[str, int]:
    """Units by SKU."""
    units: dict[str, int] = {}
    for row in rows:
        units[row.sku] = units.get(row.sku, 0) + row.qty
    return units


def end_if_empty(turn: Turn, *shipments: ShipmentRow, **facts: str) -> None:
    """Shipments without units are over: their nodes have room for other orders."""
    book = turn.book
    over = [
        shipment
        for shipment in shipments
        if not any(book.of_shipment(shipment.shipment_id, "ALLOCATED", "PICKED"))
    ]
    free_days(turn, over)
    for shipment in over:
        close_offers(turn, shipment.shipment_id)
        turn.enter(shipment, "CANCELLED", **facts)


def free_days(turn: Turn, shipments: Iterable[ShipmentRow]) -> None:
    """Give back what the shipments claimed of their nodes' days."""
    names = {shipment.shipment_id for shipment in shipments}
    claims = [
        row
        for row in turn.book.allocations.values()
        if not row.line_no and row.shipment_id in names and row.state == "ALLOCATED"
    ]
    for (sku, node), units in by_cell(claims).items():
        turn.post(turn.cell(sku, node), "FREE_DAY", allocated=-units)
    for row in claims:
        row.state = "CANCELLED"


def close_offers(turn: Turn, shipment_id: str, winner: str = "") -> None:
    """One node has it now, or nobody will."""
    for offer in turn.book.offers.get(shipment_id, {}).values():
        if offer.state == "OPEN":
            offer.state = "WON" if offer.node == winner else "LOST"


def reroute(turn: Turn, action: Reroute) -> tuple[str, ...]:
    """Shipments leave their nodes, in the same step for others if there is a plan."""
    names = tuple(dict.fromkeys(action.shipment_ids))
    for name in names:
        turn.shipment(name, Step.REROUTE)
    rows = [r for name in names for r in turn.book.of_shipment(name, "ALLOCATED")]
    check_routes(turn, action.routes, freed_units(rows))
    turn.book.order.reroutes += 1
    leave(turn, action)
    return apply_routes(turn, action.routes)


def leave(turn: Turn, action: Reroute) -> None:
    """Shipments are their nodes' no more: their units wait."""
    names = tuple(dict.fromkeys(action.shipment_ids))
    shipments = [turn.book.shipments[name] for name in names]
    rows = [r for name in names for r in turn.book.of_shipment(name, "ALLOCATED")]
    take_off(turn, rows, state="MOVED", kind="MOVE", reason=action.reason)
    for shipment in shipments:
        said = {"cause": action.cause, "reason": action.reason}
        told = TIMED_OUT if action.cause == TIMED_OUT else "REROUTED"
        turn.tell_shipment(shipment, told, said)
        if told == TIMED_OUT:
            turn.note_outcome(shipment, TIMED_OUT)
    end_if_empty(turn, *shipments, reason=action.cause)


def route(turn: Turn, action: Route) -> tuple[str, ...]:
    """Units that wait get a node."""
    check_routes(turn, action.routes, {})
    return apply_routes(turn, action.routes)


def offer(turn: Turn, action: Offer) -> None:
    """Ask several nodes; the units stay where they are until one accepts.

    Without nodes it ends what was asked: the shipment's own node has to send it.
    """
    shipment = turn.shipment(action.shipment_id, Step.ACCEPT)
    close_offers(turn, action.shipment_id)
    known = turn.book.offers.setdefault(action.shipment_id, {})
    for node in action.node_ids:
        if node in known:
            known[node].state, known[node].at_us = "OPEN", turn.books.now_us
        else:
            known[node] = OfferRow(action.shipment_id, node, "OPEN", turn.books.now_us)
    shipment.due_us = action.due_us
    if action.node_ids:
        why: Facts = {"rule": action.rule} if action.rule else {}
        asked: Facts = {"nodes": len(action.node_ids)}
        turn.tell_shipment(shipment, "OFFERED", {**asked, **why})
    else:
        turn.tell_shipment(shipment, "OFFER_ENDED")


def line_of(turn: Turn, sku: str) -> OrderLineRow:
    """The order's line of a SKU."""
    known = turn.book.line(sku)
    if known is None:
        order_id = turn.book.order.order_id
        raise WrongState(
            f"Order {order_id} has no {sku}",
            next_step="Name a SKU of the order.",
            metadata={"orderId": order_id, "sku": sku},
        )
    return known
