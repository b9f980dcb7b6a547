"""Short forms of what tests ask the ledger, so that they read like sentences."""

import uuid
from datetime import timedelta

from inventory.operations import (
    AdjustStock,
    CommitHold,
    Count,
    CountStock,
    Delta,
    ExtendHold,
    HoldLine,
    PlaceHold,
    ReleaseHold,
    RequestKey,
)
from inventory.stock import Stock

ME = "shop"
NODES = tuple(f"N{number}" for number in range(6))


def key(
    method: str = "Test", *, request_id: str = "", content: str = "c", who: str = ME
) -> RequestKey:
    return RequestKey(who, method, request_id or str(uuid.uuid4()), content)


def place(
    hold_id: str,
    *lines: tuple[str, str, int],
    request_id: str = "",
    content: str = "",
    ttl_s: float = 600,
    who: str = ME,
    gate: str = "",
) -> PlaceHold:
    return PlaceHold(
        key("Hold", request_id=request_id, content=content or hold_id, who=who),
        hold_id=hold_id,
        order_ref=f"ref-{hold_id}",
        ttl=timedelta(seconds=ttl_s),
        lines=tuple(
            HoldLine(sku, node, quantity, shipment_no)
            for shipment_no, (sku, node, quantity) in enumerate(lines, 1)
        ),
        decision=f"decision of {hold_id}".encode(),
        gate=gate,
    )


def commit(
    hold_id: str, order_id: str = "", *, request_id: str = "", who: str = ME
) -> CommitHold:
    order_id = order_id or f"order-{hold_id}"
    content = f"{hold_id} {order_id}"
    whole = key("Commit", request_id=request_id, content=content, who=who)
    return CommitHold(whole, hold_id, order_id)


def release(hold_id: str, *, request_id: str = "", who: str = ME) -> ReleaseHold:
    content = f"{hold_id}"
    return ReleaseHold(
        key("Release", request_id=request_id, content=content, who=who), hold_id
    )


def extend(hold_id: str, ttl_s: float, *, request_id: str = "") -> ExtendHold:
    content = f"{hold_id} {ttl_s}"
    return ExtendHold(
        key("Extend", request_id=request_id, content=content),
        hold_id,
        timedelta(seconds=ttl_s),
    )


def count(*cells: tuple[str, str, int], request_id: str = "") -> CountStock:
    return CountStock(
        key("SetStock", request_id=request_id, content=repr(cells)),
        tuple(Count(sku, node, on_hand) for sku, node, on_hand in cells),
        reason="stock-take",
    )


def adjust(*cells: tuple[str, str, int], request_id: str = "") -> AdjustStock:
    return AdjustStock(
        key("AdjustStock", request_id=request_id, content=repr(cells)),
        tuple(Delta(sku, node, delta) for sku, node, delta in cells),
        reason="receipt",
    )


async def furnish(stock: Stock, *cells: tuple[str, str, int]) -> None:
    """Make the nodes and count the cells."""
    rows = [(name, {"name": name}) for name in NODES]
    await stock.catalogue.upsert(key("Upsert"), "node", rows)
    if cells:
        await stock.submit(count(*cells))


async def units(stock: Stock, sku: str, node: str) -> int:
    """What a planner sees."""
    reading = await stock.read([sku])
    return int(reading.available[0, NODES.index(node)])
