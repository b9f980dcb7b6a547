"""What is where, and every change of it."""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

import typer

from shipfrom._stock_values import Cell, Entry
from shipfrom.cli import options
from shipfrom.cli.show import put_json
from shipfrom.cli.table import put_table

Sku = Annotated[str, typer.Argument(metavar="SKU")]
NodeId = Annotated[str, typer.Option("--node", help="Only this node.")]
_CELL = ["!node", "#on_hand", "#held", "#allocated", "#short", "#safety", "#available"]
_TO_COUNT = ["!to count since", "to count"]
_CELL_WIDE = ["!sku", *_CELL, "#limit", "#waiting", "#version", *_TO_COUNT, "of order"]
_COUNTERS = ("on_hand", "held", "allocated", "short", "safety_stock")
_ENTRY = ["!when", "!node", "!kind", "change", "why"]
_ENTRY_WIDE = [
    "!when",
    "!node",
    "#version",
    "!kind",
    *(f"#{name}" for name in _COUNTERS),
    "operation",
    "actor",
    "reason",
]


def stock(
    sku: Annotated[str, typer.Argument(metavar="[SKU]")] = "",
    node: NodeId = "",
    to_count: Annotated[
        bool, typer.Option("--to-count", help="Only what was not found on its shelf.")
    ] = False,
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """The cells of a SKU or a node, from the ledger; shelves to count are marked."""
    if not (sku or node):
        raise typer.BadParameter("name a SKU, or a node with --node", param_hint="SKU")
    with options.connect(address) as client:
        cells = client.stock(sku, node_id=node, to_be_counted=to_count)
        if json:
            for cell in cells:
                put_json(cell)
            return
        what = f"No node counts {sku}" if sku else f"{node} counts nothing"
        nothing = f"{what}. Next: shipfrom import stock FILE"
        if to_count:
            nothing = "Every count is believed."
        _put_cells(list(cells), wide=wide, names_sku=not sku, empty=nothing)


def entries(
    sku: Sku,
    node: NodeId = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Every change of a SKU's cells, newest first."""
    with options.connect(address) as client:
        found = islice(client.entries(sku, node_id=node), limit)
        if not json:
            names, row = (
                (_ENTRY_WIDE, _wide_entry_row) if wide else (_ENTRY, _entry_row)
            )
            nothing = f"Nothing ever changed {sku}. Next: shipfrom import stock FILE"
            put_table(names, map(row, found), wide=wide, empty=nothing)
            return
        for entry in found:
            put_json(entry)


def _put_cells(
    cells: Sequence[Cell], *, wide: bool, names_sku: bool, empty: str
) -> None:
    """What is rare has no column where no cell has it."""
    if wide:
        put_table(_CELL_WIDE, map(_wide_cell_row, cells), wide=True, empty=empty)
        return
    news = any(cell.recount for cell in cells)
    names = ["!sku"] * names_sku + _CELL + ["to count"] * news
    rows = [
        (*([cell.sku] * names_sku), *_cell_row(cell), *(_to_count(cell)[1:] * news))
        for cell in cells
    ]
    put_table(names, rows, empty=empty)


def _to_count(cell: Cell) -> tuple[object, ...]:
    recount = cell.recount
    return (recount.since, recount.reason) if recount else ("", "")


def _cell_row(cell: Cell) -> tuple[object, ...]:
    return (
        cell.node_id,
        cell.on_hand,
        cell.held,
        cell.allocated,
        cell.short,
        cell.safety_stock,
        cell.available,
    )


def _wide_cell_row(cell: Cell) -> tuple[object, ...]:
    return (
        cell.sku,
        *_cell_row(cell),
        "" if cell.backorder_limit is None else cell.backorder_limit,
        cell.backordered or "",
        cell.version,
        *_to_count(cell),
        cell.recount.order_id if cell.recount else "",
    )


def _entry_row(entry: Entry) -> tuple[object, ...]:
    changed = (f"{name} {delta:+,}" for name, delta in _deltas(entry) if delta)
    # The id of a hold says why it set units aside; a count has the reason it was given.
    why = entry.reason or entry.operation_id.rpartition("/")[2]
    return (entry.created_at, entry.node_id, entry.kind, ", ".join(changed), why)


def _wide_entry_row(entry: Entry) -> tuple[object, ...]:
    return (
        entry.created_at,
        entry.node_id,
        entry.version,
        entry.kind,
        *(f"{delta:+,}" if delta else "" for _, delta in _deltas(entry)),
        entry.operation_id,
        entry.actor,
        entry.reason,
    )


def _deltas(entry: Entry) -> tuple[tuple[str, int], ...]:
    return tuple((name, getattr(entry, f"delta_{name}")) for name in _COUNTERS)
