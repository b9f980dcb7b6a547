"""Writes what a batch changed of orders: only rows that differ from what was read."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, delete, tuple_

from inventory.books import Books, CellKey
from inventory.bulk import Row, stored_columns
from inventory.database import Database
from inventory.orders import tables
from inventory.orders.rows import (
    AllocationRow,
    Kept,
    OfferRow,
    OrderLineRow,
    ReturnLineRow,
    ReturnRow,
    ShipmentRow,
)

_TABLES: tuple[tuple[type[Kept], Table], ...] = (
    (OrderLineRow, tables.order_line),
    (AllocationRow, tables.allocation),
    (ShipmentRow, tables.shipment),
    (OfferRow, tables.offer),
    (ReturnRow, tables.goods_return),
    (ReturnLineRow, tables.return_line),
)


def write_orders(database: Database, connection: Connection, books: Books) -> None:
    """Every changed row of every changed order, guarded by the order's version."""
    changed = [books.changed_orders[key] for key in sorted(books.changed_orders)]
    if not changed:
        return
    rows = [book.order.guarded("order_id", "ver") for book in changed]
    _update(database, connection, tables.order, rows, guard="ver")
    for kind, table in _TABLES:
        kept = [r for book in changed for r in book.rows() if type(r) is kind]
        made = [row.values() for row in kept if row.read is None]
        if made:
            database.bulk.insert(connection, table, made)
        keys = [column.name for column in table.primary_key]
        moved = [r.guarded(*keys) for r in kept if r.read is not None and r.is_changed]
        _update(database, connection, table, moved)


def _update(
    database: Database,
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    *,
    guard: str = "",
) -> None:
    """Rows whose keys come first, as they were read, then every other column."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    by = (*keys, guard) if guard else tuple(keys)
    values = tuple(name for name in stored_columns(table) if name not in keys)
    database.bulk.update(connection, table, rows, by=by, values=values)


def write_flags(
    database: Database, connection: Connection, books: Books, counted: set[CellKey]
) -> None:
    """Mark cells where units were not found; a count takes the mark away."""
    flag = tables.cell_flag
    key = tuple_(flag.c.sku, flag.c.node)
    marked = sorted(books.flags)
    gone = set(marked)
    if counted:
        # A file has thousands of cells, few of them marked: those are looked for.
        found = database.bulk.select(
            connection, flag, sorted(counted), by=("sku", "node")
        )
        gone |= {(str(sku), str(node)) for sku, node, *_ in found}
    if gone:
        connection.execute(delete(flag).where(key.in_(sorted(gone))))
    if marked:
        names = ("sku", "node", "order_id", "reason", "at_us")
        rows = [
            dict(zip(names, (*cell, *books.flags[cell], books.now_us), strict=True))
            for cell in marked
        ]
        connection.execute(flag.insert(), rows)
