"""At the node: accepted or not, picked or not found.

What an associate says about the shelf is believed at once: the units that were not
found leave the books in the same step that takes the order elsewhere.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from inventory.errors import WrongState
from inventory.orders.actions import Accept, Pick, Reject
from inventory.orders.routing import (
    apply_routes,
    check_routes,
    close_offers,
    end_if_empty,
    freed_units,
    take_off,
)
from inventory.orders.rows import AllocationRow, ShipmentRow
from inventory.orders.states import Step
from inventory.orders.substituting import check_swaps, put_in, swaps_of, without
from inventory.orders.turn import Facts, Turn, by_cell, wrong_state
from inventory.outcome_rows import PICKED, REJECTED

KEEP, SUBTRACT, ZERO = "KEEP", "SUBTRACT", "ZERO"
"""What a missing unit says of the shelf: nothing; it is gone; so is all the rest."""


def accept(turn: Turn, action: Accept) -> tuple[str, ...]:
    """The node takes it; of several that were asked, the first one does."""
    shipment = turn.shipment(action.shipment_id, Step.ACCEPT)
    turn.check_released()
    node = action.node_id or shipment.node
    offers = turn.book.offers.get(action.shipment_id, {})
    if node != shipment.node:
        return _take_over(turn, action, shipment)
    if any(offer.state == "WON" for offer in offers.values()):
        raise wrong_state(shipment, Step.ACCEPT)
    there = _to_pick(turn, shipment)
    accepted = there if action.units is None else action.units
    _check_there(shipment, there, accepted)
    rest = {sku: n - accepted.get(sku, 0) for sku, n in there.items()}
    return _turn_down(turn, shipment, {s: n for s, n in rest.items() if n}, action)


def _take_over(turn: Turn, action: Accept, shipment: ShipmentRow) -> tuple[str, ...]:
    """Another node that was asked is first: the units move to it."""
    found = turn.book.offers.get(action.shipment_id, {}).get(action.node_id)
    if found is None or found.state != "OPEN":
        raise WrongState(
            f"Shipment {action.shipment_id} is not offered to {action.node_id}",
            next_step="Read your tasks again.",
            metadata={"shipmentId": action.shipment_id, "nodeId": action.node_id},
        )
    rows = list(turn.book.of_shipment(action.shipment_id, "ALLOCATED"))
    check_routes(turn, action.routes, freed_units(rows))
    take_off(turn, rows, state="MOVED", kind="MOVE")
    close_offers(turn, action.shipment_id, winner=action.node_id)
    end_if_empty(turn, shipment, reason="OFFER")
    made = apply_routes(turn, action.routes)
    for name in made:
        turn.enter(turn.book.shipments[name], "ACCEPTED")
    return made


def reject(turn: Turn, action: Reject) -> tuple[str, ...]:
    """The node will not: its units get another node, or wait."""
    shipment = turn.shipment(action.shipment_id, Step.REJECT)
    there = _to_pick(turn, shipment)
    rejected = there if action.units is None else action.units
    _check_there(shipment, there, rejected)
    if rejected != there:
        turn.check_released()
    return _turn_down(turn, shipment, rejected, action)


def _turn_down(
    turn: Turn, shipment: ShipmentRow, units: Mapping[str, int], action: Accept | Reject
) -> tuple[str, ...]:
    """These units go elsewhere, or wait; the rest, if any, is accepted."""
    rows = list(turn.book.of_shipment(shipment.shipment_id, "ALLOCATED"))
    kept = {sku: n - units.get(sku, 0) for sku, n in freed_units(rows).items()}
    is_part = any(kept.values())
    emptied = [(sku, shipment.node) for sku in units] if action.effect == ZERO else ()
    check_routes(turn, action.routes, units, emptied=emptied)
    lost = [turn.book.split(row, units[row.sku]) for row in rows if row.sku in units]
    if is_part and shipment.state != "ACCEPTED":
        close_offers(turn, shipment.shipment_id, winner=shipment.node)
        turn.enter(shipment, "ACCEPTED")
    if not lost:
        return ()
    said = {"reason": action.reason, "effect": action.effect}
    if action.effect == KEEP:
        take_off(turn, lost, state="MOVED", kind="REJECT", reason=action.reason)
        turn.failed.update(units)
    else:
        _lose(turn, lost, kind="REJECT", kept=kept, **said)
    turn.book.order.reroutes += 1
    part: Facts = {"units": sum(units.values())} if is_part else {}
    turn.tell_shipment(shipment, "REJECTED", {**said, **part})
    missing = 0 if action.effect == KEEP else sum(units.values())
    turn.note_outcome(shipment, REJECTED, missing=missing)
    end_if_empty(turn, shipment, reason="REJECTED")
    return apply_routes(turn, action.routes)


def _to_pick(turn: Turn, shipment: ShipmentRow) -> dict[str, int]:
    return freed_units(turn.book.of_shipment(shipment.shipment_id, "ALLOCATED"))


def _check_there(
    shipment: ShipmentRow, there: Mapping[str, int], named: Mapping[str, int]
) -> None:
    """Raises WrongState for units that are not in the shipment, or not any more."""
    for sku, units in named.items():
        left = there.get(sku, 0)
        if units > left:
            raise WrongState(
                f"Shipment {shipment.shipment_id} has {left} of {sku},"
                f" {units} were named",
                next_step="Read the shipment again.",
                metadata={
                    "shipmentId": shipment.shipment_id,
                    "sku": sku,
                    "left": str(left),
                    "named": str(units),
                },
            )


def pick(turn: Turn, action: Pick) -> tuple[str, ...]:
    """Units were taken off the shelf; for those not found others of it stand in, or
    they go elsewhere, or wait."""
    shipment = turn.shipment(action.shipment_id, Step.PICK)
    turn.check_released()
    rows = {r.sku: r for r in turn.book.of_shipment(shipment.shipment_id, "ALLOCATED")}
    found, missing = _reported(action, rows)
    swaps = swaps_of(action)
    away = without(missing, swaps)
    emptied = [(sku, shipment.node) for sku in missing] if action.effect == ZERO else ()
    check_routes(turn, action.routes, away, emptied=emptied)
    check_swaps(turn, action, shipment.node, emptied=emptied)
    for sku, units in found.items():
        # What was found is a row of its own, what is missing stays in the old one.
        part = turn.book.split(rows[sku], units)
        part.state = "PICKED"
        turn.books.note_picked(part.sku, part.node, units)
    picked, gone = sum(found.values()), sum(missing.values())
    turn.note_outcome(shipment, PICKED, found=picked, missing=gone)
    lost = [turn.book.split(rows[sku], units) for sku, units in missing.items()]
    if shipment.state != "PICKING":
        close_offers(turn, shipment.shipment_id, winner=shipment.node)
        turn.enter(shipment, "PICKING")
    if not lost:
        return ()
    _lose(turn, lost, kind="SHORT_PICK", reason=action.reason, effect=action.effect)
    turn.book.order.reroutes += bool(away)
    said: Facts = {"reason": action.reason, "units": sum(missing.values())}
    turn.tell_shipment(shipment, "SHORT_PICKED", said)
    put_in(turn, shipment, swaps, rows)
    end_if_empty(turn, shipment, reason="SHORT_PICKED")
    return apply_routes(turn, action.routes)


def _reported(
    action: Pick, rows: Mapping[str, AllocationRow]
) -> tuple[dict[str, int], dict[str, int]]:
    """Units found and missing, by SKU: no more than there are to pick."""
    found: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    for line in action.lines:
        found[line.sku] += line.found
        missing[line.sku] += line.missing
    for sku in found:
        left = rows[sku].qty if sku in rows else 0
        if found[sku] + missing[sku] > left:
            raise _too_many(action, sku, left, found[sku] + missing[sku])
    return dict(+found), dict(+missing)


def _too_many(action: Pick, sku: str, left: int, reported: int) -> WrongState:
    return WrongState(
        f"Shipment {action.shipment_id} has {left} of {sku} to pick,"
        f" {reported} were reported",
        next_step="Read the shipment again.",
        metadata={
            "shipmentId": action.shipment_id,
            "sku": sku,
            "left": str(left),
            "reported": str(reported),
        },
    )


def _lose(
    turn: Turn,
    rows: Sequence[AllocationRow],
    *,
    kind: str,
    reason: str,
    effect: str,
    kept: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Units are not where the books say: the books follow, the cell is marked.

    An empty shelf still has what is picked, and `kept`: what the same step accepts.
    """
    for (sku, node), units in by_cell(rows).items():
        cell = turn.cell(sku, node)
        gone = 0 if effect == KEEP else min(units, cell.on_hand)
        turn.post(cell, kind, reason, on_hand=-gone, allocated=-units)
        if effect == ZERO:
            there = turn.books.picked.get((sku, node), 0) + kept.get(sku, 0)
            if there != cell.on_hand:
                turn.post(cell, "COUNT", reason, on_hand=there - cell.on_hand)
        if effect != KEEP:
            turn.books.flag((sku, node), turn.book.order.order_id, reason)
    for row in rows:
        row.state = "SHORT"
        turn.failed[row.sku] += row.qty
        turn.book.lines[row.line_no].unrouted += row.qty
