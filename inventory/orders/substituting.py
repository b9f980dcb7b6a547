"""Something else in place of what was not found: from the same shelf, in the same step.

A unit that stands in for another is an allocation of that one's line in its own SKU, so
that lines keep their units and cells theirs. The ledger does not know which SKUs may
stand in; here it is only that nobody else has them.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

from inventory.books import CellKey
from inventory.errors import NoStock, WrongState
from inventory.orders.actions import Pick
from inventory.orders.rows import AllocationRow, ShipmentRow
from inventory.orders.turn import Facts, Turn


class Swap(NamedTuple):
    """Units of a SKU that stand in for a missing one."""

    missing: str
    sku: str
    quantity: int


def swaps_of(action: Pick) -> tuple[Swap, ...]:
    """What stands in for what. Raises WrongState for more than are missing."""
    for line in action.lines:
        units = sum(quantity for _, quantity in line.instead)
        if units > line.missing:
            raise WrongState(
                f"{line.missing} of {line.sku} are missing,"
                f" {units} units cannot stand in for them",
                next_step="Report as many missing as have a substitute.",
                metadata={
                    "shipmentId": action.shipment_id,
                    "sku": line.sku,
                    "missing": str(line.missing),
                },
            )
    return tuple(
        Swap(line.sku, sku, quantity)
        for line in action.lines
        for sku, quantity in line.instead
    )


def without(missing: Mapping[str, int], swaps: Collection[Swap]) -> dict[str, int]:
    """Missing units that nothing stands in for: they need another node."""
    left = Counter(missing)
    for swap in swaps:
        left[swap.missing] -= swap.quantity
    return dict(+left)


def check_swaps(
    turn: Turn, action: Pick, node: str, *, emptied: Collection[CellKey]
) -> None:
    """Whether the shelf has what stands in, beyond what others were promised.

    Args:
        emptied: cells that this step says are empty.

    Raises:
        NoStock: with the fresh cells.
    """
    wanted = _units(swaps_of(action))
    claimed = Counter[CellKey]()
    for line in action.routes.lines if action.routes else ():
        claimed[line.sku, line.node_id] += line.quantity
    for sku, units in wanted.items():
        key = sku, node
        free = 0 if key in emptied else turn.books.cell(key).free - claimed[key]
        if units > free:
            raise NoStock(
                f"{node} has {max(0, free)} of {sku} that nobody was promised,"
                f" {units} are to stand in",
                cells=turn.books.fresh([(name, node) for name in wanted]),
                next_step="Report them missing: they go to another node.",
                metadata={
                    "sku": sku,
                    "nodeId": node,
                    "available": str(max(0, free)),
                    "wanted": str(units),
                },
            )


def put_in(
    turn: Turn,
    shipment: ShipmentRow,
    swaps: Collection[Swap],
    rows: Mapping[str, AllocationRow],
) -> None:
    """The units are picked for the lines of those that they stand in for.

    Args:
        rows: an allocation of each line, by SKU.
    """
    for sku, units in _units(swaps).items():
        cell = turn.cell(sku, shipment.node)
        turn.post(cell, "SUBSTITUTE", allocated=units)
        turn.books.note_picked(sku, shipment.node, units)
    for swap in swaps:
        line = turn.book.lines[rows[swap.missing].line_no]
        line.unrouted -= swap.quantity
        turn.book.add_allocation(
            line_no=line.line_no,
            shipment_id=shipment.shipment_id,
            sku=swap.sku,
            node=shipment.node,
            qty=swap.quantity,
            state="PICKED",
        )
        said: Facts = {
            "sku": swap.missing,
            "substitute": swap.sku,
            "units": swap.quantity,
        }
        turn.tell_shipment(shipment, "SUBSTITUTED", said)


def _units(swaps: Collection[Swap]) -> Counter[str]:
    units = Counter[str]()
    for swap in swaps:
        units[swap.sku] += swap.quantity
    return units
