"""Counts and deltas of stock as callers send them, checked row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp

from inventory.feeds.values import Document
from inventory.instants import microseconds
from inventory.operations import Count, Delta
from router.bundles import stocked_sku
from router.paging import digest
from router.snapshot import Snapshot
from router.validate import (
    COUNT_MAX,
    ID_MAX,
    Violations,
    count,
    identifier,
    nearest,
    text,
    whole,
)
from shipfrom.v1 import inventory_service_pb2 as pb

ROWS_MAX = 500
"""Cells of one call, and of one batch of the writer: locks are held that long."""
AHEAD_MAX = timedelta(seconds=60)
"""A source's clock may be ahead of ours."""
AGE_MAX = timedelta(days=7)
"""Nobody knows what moved unseen since an older count."""


@dataclass(frozen=True, slots=True)
class Moments:
    """When shelves may have been counted, in microseconds."""

    earliest_us: int
    latest_us: int

    @classmethod
    def around(cls, now: datetime) -> "Moments":
        """The moments that are believed at this one."""
        return cls(microseconds(now - AGE_MAX), microseconds(now + AHEAD_MAX))

    def read(self, moment: Timestamp, field: str, found: Violations) -> int:
        """When a shelf was counted, in microseconds."""
        at_us = int(moment.seconds * 1_000_000 + moment.nanos // 1_000)
        if at_us > self.latest_us:
            found.add(field, "is in the future", "set the clock of the source")
        elif at_us < self.earliest_us:
            found.add(field, "is more than 7 days ago", "count the cell again")
        return at_us


def read_count(
    row: pb.StockCount,
    field: str,
    found: Violations,
    *,
    snapshot: Snapshot,
    moments: Moments,
) -> Count:
    """An absolute count of one cell of a known node; of an import the SKU is checked
    beside this, as a stream of counts should make no new items by a typo."""
    node(row.node_id, f"{field}node_id", found, snapshot)
    on_hand, safety_stock, as_of_us = row.on_hand, None, 0
    whole(on_hand, f"{field}on_hand", found, least=0, most=COUNT_MAX)
    if row.HasField("safety_stock"):
        safety_stock = row.safety_stock
        whole(safety_stock, f"{field}safety_stock", found, least=0, most=COUNT_MAX)
    if row.HasField("as_of_time"):
        as_of_us = moments.read(row.as_of_time, f"{field}as_of_time", found)
    name = stocked_sku(row.sku, f"{field}sku", found, snapshot.items)
    return Count(name, row.node_id, on_hand, safety_stock, as_of_us)


def read_delta(
    row: pb.StockDelta, field: str, found: Violations, *, snapshot: Snapshot
) -> Delta:
    """A change of one cell."""
    node(row.node_id, f"{field}node_id", found, snapshot)
    whole(row.delta, f"{field}delta", found, least=-COUNT_MAX, most=COUNT_MAX)
    if row.delta == 0:
        found.add(f"{field}delta", "is 0", "leave the row out")
    name = stocked_sku(row.sku, f"{field}sku", found, snapshot.items)
    return Delta(name, row.node_id, row.delta)


def read_document(
    request: pb.AdjustStockRequest, deltas: Sequence[Delta], found: Violations
) -> Document | None:
    """The paper that the deltas stand on; nothing where the caller names none."""
    if not request.document_id:
        if request.source:
            found.add("document_id", "is required with a source", "name the document")
        return None
    text(request.document_id, "document_id", found, length_max=ID_MAX)
    if request.source:
        identifier(request.source, "source", found)
    said = sorted((line.sku, line.node_id, line.delta) for line in deltas)
    return Document(request.source, request.document_id, digest(said))


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
