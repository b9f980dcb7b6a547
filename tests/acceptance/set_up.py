"""Writes what a case finds in place: items, nodes, stock, allocations and holds.

Everything goes through the public API, so an allocation is a hold that was committed. A
case may have promised more than its shelves hold (a count that came later); then the
stock is counted twice, as in life: first enough for the promises and for what was sold
before, then what is there.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from shipfrom.v1 import (
    inventory_service_pb2,
    network_service_pb2,
)

from . import places
from .calls import ask
from .history import sell, sold
from .policies import item_minor
from .schema import Case, Json, every_step, waits
from .world import NEVER_OFFERED, TTL_S, UNLIMITED, Held, World

CHUNK = 500
"""Rows that the API takes in one call."""

Row = TypeVar("Row")
Needed = Mapping[tuple[str, str], int]
"""Units that are held, allocated or sold before the case begins, by (place, SKU)."""


async def build(world: World) -> None:
    """Write the whole set-up."""
    await _put_items(world)
    if not world.case.places:
        return
    needed = Counter(_promised(world.case)) + Counter(sold(world.case))
    if needed:
        await _put_nodes(world, "", open_all=True)
        await _count(world, needed)
        await sell(world)
        await _place_promises(world)
    if not needed or any(not place.get("enabled", True) for place in world.case.places):
        await _put_nodes(world, "")
    await _count(world, {})
    await _limit(world)


async def write_nodes_for(
    world: World, strategy: str, *, ignoring_capacity: bool
) -> None:
    """Set the nodes' fees and limits to what a step needs; most need no change."""
    kind = strategy if strategy in places.CHARGED else ""
    limited = any(place.get("capacity") is not None for place in world.case.places)
    ignoring = ignoring_capacity and limited
    if (kind, ignoring) != world.nodes_for:
        await _put_nodes(world, kind, ignoring=ignoring)


async def _put_items(world: World) -> None:
    skus = sorted(_skus(world.case))
    for number, chunk in enumerate(_chunks(skus)):
        request = network_service_pb2.UpsertItemsRequest(
            request_id=world.names.request_id("items", number),
            items=[_item(world, sku) for sku in chunk],
        )
        await ask(world.api.network.UpsertItems, request)


def _item(world: World, sku: str) -> network_service_pb2.Item:
    item = network_service_pb2.Item(sku=world.names.sku(sku))
    worth = item_minor(world.case, sku)
    if worth:
        item.value.CopyFrom(places.money(worth))
    return item


def _skus(case: Case) -> set[str]:
    """Every item the case mentions: a shop's catalogue has what it can sell."""
    found = {sku for place in case.places for sku in place.get("stock", {})}
    for step in every_step(case):
        lines = (*step.get("order", {}).get("lines", ()), *step.get("entries", ()))
        found |= {line["sku"] for line in lines}
        lines = step.get("items") or ()
        found |= {line["sku"] for line in lines}
        found |= {step["sku"]} if "sku" in step else set()
    return found | set(case.setup.get("skus", {}))


async def _put_nodes(
    world: World, strategy: str, *, open_all: bool = False, ignoring: bool = False
) -> None:
    rows = places.nodes(
        world.case,
        world.names,
        strategy=strategy,
        open_all=open_all,
        ignoring_capacity=ignoring,
    )
    for number, chunk in enumerate(_chunks(rows)):
        request = network_service_pb2.UpsertNodesRequest(
            request_id=world.names.request_id("nodes", world.written, number),
            nodes=chunk,
        )
        await ask(world.api.network.UpsertNodes, request)
    world.nodes_for = strategy, ignoring
    world.written += 1


def _promised(case: Case) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for row in (*case.setup.get("allocations", ()), *case.setup.get("holds", ())):
        cell = row["location"], row["sku"]
        found[cell] = found.get(cell, 0) + case.units(row["qty"])
    return found


async def _count(world: World, needed: Needed) -> None:
    """Count every cell; with `needed`, at least as much as that, all of it free."""
    cells: dict[tuple[str, str], Any] = {cell: 0 for cell in _promised(world.case)}
    for place in world.case.places:
        cells |= {(place["id"], sku): c for sku, c in place.get("stock", {}).items()}
    counts = [_counted(world, cell, stock, needed) for cell, stock in cells.items()]
    for number, chunk in enumerate(_chunks(counts)):
        request = inventory_service_pb2.SetStockRequest(
            request_id=world.names.request_id("stock", bool(needed), number),
            counts=chunk,
            reason="set-up",
        )
        await ask(world.api.inventory.SetStock, request)


def _may_wait(case: Case, place: str, sku: str, cell: Any) -> Any:
    """How many units may wait: what the cell says, or a step that does not ask it."""
    for step in every_step(case):
        here = step.get("location") == place and step.get("sku") == sku
        if here and step.get("allow_backorder"):
            return True
    return cell.get("backorderable") if isinstance(cell, dict) else 0


async def _limit(world: World) -> None:
    """Say how many units may wait for each cell, where a policy lets any wait."""
    if not waits(world.case):
        return
    cells = {
        (place["id"], sku): _may_wait(world.case, place["id"], sku, cell)
        for place in world.case.places
        for sku, cell in place.get("stock", {}).items()
    }
    for number, chunk in enumerate(_chunks(list(cells.items()))):
        limits = [
            world.limit(node, sku, UNLIMITED if n is True else world.case.units(n or 0))
            for (node, sku), n in chunk
        ]
        request = inventory_service_pb2.SetBackorderLimitsRequest(
            request_id=world.names.request_id("limits", number), limits=limits
        )
        await ask(world.api.inventory.SetBackorderLimits, request)


def _counted(
    world: World, cell: tuple[str, str], stock: Any, needed: Needed
) -> inventory_service_pb2.StockCount:
    on_hand, safety = _stock(world.case, stock)
    if needed:
        on_hand, safety = max(on_hand, needed.get(cell, 0)), 0
    node, sku = cell
    return inventory_service_pb2.StockCount(
        node_id=world.names.node(node),
        sku=world.names.sku(sku),
        on_hand=on_hand,
        safety_stock=safety,
    )


def _stock(case: Case, stock: Any) -> tuple[int, int]:
    """(on_hand, safety_stock) of a cell of the file.

    The API has no status: what is out of stock by decision is kept back whole.
    """
    if not isinstance(stock, dict):
        stock = {"on_hand": stock}
    default = case.policy.get("safety_stock") or 0
    safety = case.units(stock.get("safety_stock", default))
    if stock.get("status") == "out_of_stock":
        safety = NEVER_OFFERED
    return case.units(stock.get("on_hand", 0)), safety


async def _place_promises(world: World) -> None:
    setup = world.case.setup
    for number, row in enumerate(setup.get("allocations", ())):
        identity = "set-up allocation", number
        held = await _hold_row(world, row, identity, ttl_s=TTL_S)
        await world.commit(held.hold_id, identity, order=row["order"])
    rows = setup.get("holds", ())
    # A hold that is over already was made long enough ago.
    ago_s = max([0, *(1 - row["expires_in_s"] for row in rows)])
    for number, row in enumerate(rows):
        held = await _hold_row(
            world, row, ("set-up hold", number), ttl_s=row["expires_in_s"] + ago_s
        )
        world.holds.setdefault(row["order"], []).append(held)
    if ago_s:
        await world.pass_time(ago_s)


async def _hold_row(
    world: World, row: Json, identity: tuple[object, ...], *, ttl_s: float
) -> Held:
    unit = (
        world.names.node(row["location"]),
        world.names.sku(row["sku"]),
        world.case.units(row["qty"]),
    )
    return await world.hold_at((unit,), identity, ttl_s=ttl_s)


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
