"""What is shown with cells: backorder limits, written here too; shelves to count."""

from collections.abc import Sequence

from inventory.instants import instant
from inventory.operations import Count, CountStock
from inventory.reserved import backorder_sku
from inventory.stock import Stock
from router.bundles import stocked_sku
from router.counts import check_cells, node
from router.messages import write_time
from router.request_key import key_of
from router.rpc.call import Call
from router.snapshot import Snapshot
from router.validate import COUNT_MAX, Violations, text, whole
from shipfrom.v1 import inventory_service_pb2 as pb


async def write_limits(
    stock: Stock,
    request: pb.SetBackorderLimitsRequest,
    call: Call,
    *,
    snapshot: Snapshot,
) -> pb.SetBackorderLimitsResponse:
    """Write limits; orders that wait already stay, beyond a lower limit too."""
    found = Violations()
    rows = tuple(
        _read(row, f"limits[{number}].", found, snapshot)
        for number, row in enumerate(request.limits)
    )
    check_cells(rows, "limits", found)
    reason = text(request.reason, "reason", found)
    asked = request.request_id
    key = key_of("SetBackorderLimits", asked, found, call, rows, reason)
    named = tuple(row._replace(sku=backorder_sku(row.sku)) for row in rows)
    operation = CountStock(key, named, reason or "backorder limit")
    answer = await stock.submit(operation, deadline=call.deadline)
    if answer.replayed:
        call.mark_replayed()
    return pb.SetBackorderLimitsResponse(limits=request.limits)


async def show_recounts(stock: Stock, cells: Sequence[pb.Cell]) -> None:
    """Write into cells which of them are to be counted, and why."""
    found = await stock.order_books.recounts(list({cell.sku for cell in cells}))
    for cell in cells:
        recount = found.get((cell.sku, cell.node_id))
        if recount is not None:
            cell.recount.reason, cell.recount.order_id, since_us = recount
            write_time(instant(since_us), cell.recount.since_time)


async def show_limits(stock: Stock, cells: Sequence[pb.Cell]) -> None:
    """Write limits and what waits into cells."""
    limits = await stock.supply.limits(list({cell.sku for cell in cells}))
    for cell in cells:
        limit = limits.get((cell.sku, cell.node_id))
        if limit is not None:
            cell.backorder_limit = limit.units
            cell.backordered = limit.waiting


def _read(
    row: pb.BackorderLimit, field: str, found: Violations, snapshot: Snapshot
) -> Count:
    node(row.node_id, f"{field}node_id", found, snapshot)
    whole(row.units, f"{field}units", found, least=0, most=COUNT_MAX)
    name = stocked_sku(row.sku, f"{field}sku", found, snapshot.items)
    return Count(name, row.node_id, row.units)
