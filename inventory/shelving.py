"""Counts and adjustments: the shelf speaks, the books follow.

A count that contradicts the books is written, not refused: the shelf is the truth about
the shelf, and the gap is declared as `short`. An adjustment is arithmetic on the books,
so it must not take more than they have.
"""

from collections.abc import Iterable

from inventory.books import Books, CellKey, CellRow
from inventory.errors import (
    BelowAllocated,
    FieldViolation,
    InvalidField,
    NegativeStock,
    NodeNotFound,
)
from inventory.operations import AdjustStock, Cell, CountStock, StockAnswer
from inventory.posting import post, tell_short
from inventory.tables import QUANTITY_MAX


def count(books: Books, operation: CountStock) -> StockAnswer:
    """Write absolute counts; a count that says what the books say makes no entry."""
    keys = [(line.sku, line.node_id) for line in operation.counts]
    _check_once(keys)
    if operation.keeps_promises:
        for line, key in zip(operation.counts, keys, strict=True):
            check_promises(books.cells[key].value(), line.on_hand)
    unchanged = 0
    for line, key in zip(operation.counts, keys, strict=True):
        cell = books.cells[key]
        on_hand = line.on_hand - cell.on_hand
        safety = (
            0 if line.safety_stock is None else line.safety_stock - cell.safety_stock
        )
        if on_hand or safety:
            _enter(books, cell, operation, on_hand=on_hand, safety_stock=safety)
        else:
            unchanged += 1
    return StockAnswer(tuple(books.cells[key].value() for key in keys), unchanged)


def adjust(books: Books, operation: AdjustStock) -> StockAnswer:
    """Add to or take from on_hand, all deltas or none."""
    keys = [(line.sku, line.node_id) for line in operation.deltas]
    _check_once(keys)
    for number, line in enumerate(operation.deltas):
        _check_result(number, books.cells[(line.sku, line.node_id)], line.delta)
    for line, key in zip(operation.deltas, keys, strict=True):
        _enter(books, books.cells[key], operation, on_hand=line.delta)
    return StockAnswer(tuple(books.cells[key].value() for key in keys))


def check_promises(cell: Cell, on_hand: int) -> None:
    """Raises BelowAllocated: orders have more units there than were counted."""
    if on_hand < cell.allocated:
        raise BelowAllocated(
            f"{cell.allocated} of {cell.sku} at {cell.node_id} are allocated,"
            f" {on_hand} were counted",
            next_step="Re-route or cancel orders first, or count without the guard.",
            metadata={
                "sku": cell.sku,
                "nodeId": cell.node_id,
                "allocated": str(cell.allocated),
                "onHand": str(on_hand),
            },
        )


def unknown_node(node_id: str) -> NodeNotFound:
    """Stock is counted only at nodes that the catalogue knows."""
    return NodeNotFound(
        f"No node {node_id}",
        next_step="Create the node first.",
        metadata={"nodeId": node_id},
    )


def _check_once(keys: Iterable[CellKey]) -> None:
    listed = list(keys)
    assert len(set(listed)) == len(listed), "an operation names a cell once"


def _check_result(number: int, cell: CellRow, delta: int) -> None:
    result = cell.on_hand + delta
    if result < 0:
        raise NegativeStock(
            f"{cell.node} has {cell.on_hand} of {cell.sku}, {-delta} cannot be taken",
            next_step="Count the cell, or take fewer.",
            metadata={
                "sku": cell.sku,
                "nodeId": cell.node,
                "onHand": str(cell.on_hand),
                "delta": str(delta),
            },
        )
    if result > QUANTITY_MAX:
        raise InvalidField(
            [
                FieldViolation(
                    f"deltas[{number}].delta",
                    f"{cell.sku} at {cell.node} would exceed {QUANTITY_MAX} units",
                    "Check the unit of measure.",
                )
            ]
        )


def _enter(
    books: Books,
    cell: CellRow,
    operation: CountStock | AdjustStock,
    *,
    on_hand: int,
    safety_stock: int = 0,
) -> None:
    short_before = cell.short
    post(
        books,
        cell,
        op_id=f"{operation.key.principal}/{operation.key.request_id}",
        kind="COUNT" if isinstance(operation, CountStock) else "ADJUST",
        actor=operation.key.principal,
        reason=operation.reason,
        on_hand=on_hand,
        safety_stock=safety_stock,
    )
    tell_short(books, cell, short_before)
