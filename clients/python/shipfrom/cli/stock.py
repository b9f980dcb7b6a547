"""What is where, and every change of it."""

from itertools import islice
from typing import Annotated

import typer

from shipfrom._stock_values import Cell, Entry
from shipfrom.cli import options
from shipfrom.cli.show import put_json, put_table

Sku = Annotated[str, typer.Argument(metavar="SKU")]
NodeId = Annotated[str, typer.Option("--node", help="Only this node.")]
_CELL = [
    "sku",
    "node",
    "#on_hand",
    "#held",
    "#allocated",
    "#short",
    "#safety_stock",
    "#available",
    "#version",
]
_ENTRY = [
    "when",
    "node",
    "#version",
    "kind",
    "#on_hand",
    "#held",
    "#allocated",
    "#short",
    "#safety_stock",
    "operation",
    "actor",
    "reason",
]


def stock(
    sku: Sku,
    node: NodeId = "",
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """The cells of a SKU, from the ledger."""
    with options.connect(address) as client:
        cells = client.stock(sku, node_id=node)
        if not json:
            put_table(_CELL, map(_cell_row, cells))
            return
        for cell in cells:
            put_json(cell)


def entries(
    sku: Sku,
    node: NodeId = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Every change of a SKU's cells, newest first."""
    with options.connect(address) as client:
        found = islice(client.entries(sku, node_id=node), limit)
        if not json:
            put_table(_ENTRY, map(_entry_row, found))
            return
        for entry in found:
            put_json(entry)


def _cell_row(cell: Cell) -> tuple[object, ...]:
    return (
        cell.sku,
        cell.node_id,
        cell.on_hand,
        cell.held,
        cell.allocated,
        cell.short,
        cell.safety_stock,
        cell.available,
        cell.version,
    )


def _entry_row(entry: Entry) -> tuple[object, ...]:
    deltas = (
        entry.delta_on_hand,
        entry.delta_held,
        entry.delta_allocated,
        entry.delta_short,
        entry.delta_safety_stock,
    )
    return (
        entry.created_at,
        entry.node_id,
        entry.version,
        entry.kind,
        *(f"{delta:+,}" if delta else "" for delta in deltas),
        entry.operation_id,
        entry.actor,
        entry.reason,
    )
