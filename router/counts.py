"""Counts and deltas of stock as callers send them, checked row by row."""

from collections.abc import Sequence

from inventory.operations import Count, Delta
from router.snapshot import Snapshot
from router.validate import COUNT_MAX, Violations, count, nearest, sku, whole
from shipfrom.v1 import inventory_service_pb2 as pb

ROWS_MAX = 500
"""Cells of one call, and of one batch of the writer: locks are held that long."""


def read_count(
    row: pb.StockCount, field: str, found: Violations, *, snapshot: Snapshot
) -> Count:
    """An absolute count of one cell of a known node; of an import the SKU is checked
    beside this, as a stream of counts should make no new items by a typo."""
    node(row.node_id, f"{field}node_id", found, snapshot)
    on_hand, safety_stock = row.on_hand, None
    whole(on_hand, f"{field}on_hand", found, least=0, most=COUNT_MAX)
    if row.HasField("safety_stock"):
        safety_stock = row.safety_stock
        whole(safety_stock, f"{field}safety_stock", found, least=0, most=COUNT_MAX)
    name = sku(row.sku, f"{field}sku", found)
    return Count(name, row.node_id, on_hand, safety_stock)


def read_delta(
    row: pb.StockDelta, field: str, found: Violations, *, snapshot: Snapshot
) -> Delta:
    """A change of one cell."""
    node(row.node_id, f"{field}node_id", found, snapshot)
    whole(row.delta, f"{field}delta", found, least=-COUNT_MAX, most=COUNT_MAX)
    if row.delta == 0:
        found.add(f"{field}delta", "is 0", "leave the row out")
    return Delta(sku(row.sku, f"{field}sku", found), row.node_id, row.delta)


def node(node_id: str, field: str, found: Violations, snapshot: Snapshot) -> None:
    """The id of a known node."""
    if node_id not in snapshot.nodes:
        problem = "is an unknown node" if node_id else "is required"
        found.add(field, problem, nearest(node_id, snapshot.node_ids))


def check_cells(rows: Sequence[Count | Delta], name: str, found: Violations) -> None:
    """1 to 500 rows, no cell twice: which of two counts would be right?"""
    count(len(rows), name, found, most=ROWS_MAX)
    seen: dict[tuple[str, str], int] = {}
    for index, row in enumerate(rows):
        first = seen.setdefault((row.sku, row.node_id), index)
        if first != index:
            field = f"{name}[{index}]"
            found.add(field, f"is the same cell as {name}[{first}]", "send it once")
