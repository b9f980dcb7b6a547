"""Every inventory and network call on single rows as a value: its bytes, its reader."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import TypeVar

from google.type import latlng_pb2, timeofday_pb2

from shipfrom import _stock_answers as _answers
from shipfrom._core import Call, new_request_id
from shipfrom._enums import NodeKind
from shipfrom._stock_values import (
    Cell,
    Entry,
    Item,
    Lane,
    Node,
    StockCount,
    StockDelta,
    Written,
)
from shipfrom._wire import call_of, date_pb, enum_pb, invalid, money_pb, reader
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import network_service_pb2 as network_pb

T = TypeVar("T")
Page = tuple[tuple[T, ...], str]
Cells = Mapping[tuple[str, str], int]
# A reader of all rows wants few round trips; the server allows 1,000 rows a page.
PAGE_ROWS = 500
_INVENTORY = "/shipfrom.v1.InventoryService/"
_NETWORK = "/shipfrom.v1.NetworkService/"


def counts_of(counts: Cells | Iterable[StockCount]) -> tuple[StockCount, ...]:
    """Counts from {("SKU-1", "nyc-01"): 5} or from values."""
    if isinstance(counts, Mapping):
        return tuple(StockCount(sku, node, n) for (sku, node), n in counts.items())
    return tuple(counts)


def deltas_of(deltas: Cells | Iterable[StockDelta]) -> tuple[StockDelta, ...]:
    """Deltas from {("SKU-1", "nyc-01"): -1} or from values."""
    if isinstance(deltas, Mapping):
        return tuple(StockDelta(sku, node, n) for (sku, node), n in deltas.items())
    return tuple(deltas)


def count_pb(count: StockCount) -> inventory_pb.StockCount:
    """A count on the wire."""
    try:
        wire = inventory_pb.StockCount(
            sku=count.sku,
            node_id=count.node_id,
            on_hand=count.on_hand,
            safety_stock=count.safety_stock,
        )
        if count.as_of is not None:
            wire.as_of_time.FromDatetime(count.as_of)
        return wire
    except (TypeError, ValueError):
        problem = f"{count.on_hand!r} of {count.sku!r} is no count"
        raise invalid("counts.on_hand", problem, "give whole units") from None


def set_stock(
    counts: Cells | Iterable[StockCount],
    *,
    reason: str,
    validate_only: bool,
    refuse_below_allocated: bool,
) -> Call[tuple[Cell, ...]]:
    """Write absolute counts."""
    request = inventory_pb.SetStockRequest(
        request_id=new_request_id(),
        counts=[count_pb(count) for count in counts_of(counts)],
        reason=reason,
        validate_only=validate_only,
        refuse_below_allocated=refuse_below_allocated,
    )
    parse = reader(
        inventory_pb.SetStockResponse, lambda w: tuple(map(_answers.cell, w.cells))
    )
    return call_of(_INVENTORY + "SetStock", request, parse, mutates=True)


def adjust_stock(
    deltas: Cells | Iterable[StockDelta],
    *,
    reason: str,
    validate_only: bool,
    source: str = "",
    document_id: str = "",
) -> Call[tuple[Cell, ...]]:
    """Add to or take from on_hand."""
    request = inventory_pb.AdjustStockRequest(
        request_id=new_request_id(),
        deltas=[
            inventory_pb.StockDelta(sku=d.sku, node_id=d.node_id, delta=d.delta)
            for d in deltas_of(deltas)
        ],
        reason=reason,
        validate_only=validate_only,
        source=source,
        document_id=document_id,
    )
    parse = reader(
        inventory_pb.AdjustStockResponse, lambda w: tuple(map(_answers.cell, w.cells))
    )
    return call_of(_INVENTORY + "AdjustStock", request, parse, mutates=True)


def stock_page(
    sku: str, node_id: str, page_token: str, *, to_be_counted: bool = False
) -> Call[Page[Cell]]:
    """One page of cells."""
    request = inventory_pb.GetStockRequest(
        sku=sku,
        node_id=node_id,
        page_size=PAGE_ROWS,
        page_token=page_token,
        to_be_counted=to_be_counted,
    )
    parse = reader(
        inventory_pb.GetStockResponse,
        lambda w: (tuple(map(_answers.cell, w.cells)), w.next_page_token),
    )
    return call_of(_INVENTORY + "GetStock", request, parse)


def entries_page(sku: str, node_id: str, page_token: str) -> Call[Page[Entry]]:
    """One page of the ledger."""
    request = inventory_pb.ListEntriesRequest(
        sku=sku, node_id=node_id, page_size=PAGE_ROWS, page_token=page_token
    )
    parse = reader(
        inventory_pb.ListEntriesResponse,
        lambda w: (tuple(map(_answers.entry, w.entries)), w.next_page_token),
    )
    return call_of(_INVENTORY + "ListEntries", request, parse)


def node_pb(node: Node) -> network_pb.Node:
    """A node on the wire."""
    point = None
    if node.latitude is not None and node.longitude is not None:
        point = latlng_pb2.LatLng(latitude=node.latitude, longitude=node.longitude)
    dates = (date_pb(closed) for closed in node.closed_dates)
    return network_pb.Node(
        node_id=node.node_id,
        kind=enum_pb(node.kind, NodeKind, "nodes.kind", "NODE_KIND_"),
        display_name=node.display_name,
        location=point,
        postal_code=node.postal_code,
        region_code=node.region_code,
        time_zone=node.time_zone,
        cut_off=_time_pb(node.cut_off),
        open_from=_time_pb(node.open_from),
        open_until=_time_pb(node.open_until),
        ship_weekdays=node.ship_weekdays,
        closed_dates=[closed for closed in dates if closed],
        handling_days=node.handling_days,
        parcel_handling=money_pb(node.parcel_handling),
        line_handling=money_pb(node.line_handling),
        unit_handling=money_pb(node.unit_handling),
        priority=node.priority,
        tags=node.tags,
        disabled=node.disabled,
        orders_per_day=node.orders_per_day,
        slots=[
            network_pb.CapacitySlot(until=_time_pb(slot.until), orders=slot.orders)
            for slot in node.slots
        ],
    )


def _time_pb(at: time | None) -> timeofday_pb2.TimeOfDay | None:
    if at is None:
        return None
    return timeofday_pb2.TimeOfDay(hours=at.hour, minutes=at.minute, seconds=at.second)


def item_pb(item: Item) -> network_pb.Item:
    """An item on the wire."""
    return network_pb.Item(
        sku=item.sku,
        display_name=item.display_name,
        weight_g=item.weight_g,
        volume_cm3=item.volume_cm3,
        value=money_pb(item.value),
        tags=item.tags,
        components=[
            network_pb.Component(sku=part.sku, quantity=part.quantity)
            for part in item.components
        ],
        kept_together=item.kept_together,
        substitutes=item.substitutes,
    )


def lane_pb(lane: Lane) -> network_pb.Lane:
    """A lane on the wire."""
    return network_pb.Lane(
        lane_id=lane.lane_id,
        node_id=lane.node_id,
        service=lane.service,
        zone=lane.zone,
        distance_km_max=lane.distance_km_max,
        base=money_pb(lane.base),
        step=money_pb(lane.step),
        step_g=lane.step_g,
        transit_days=lane.transit_days,
        fuel_bps=lane.fuel_bps,
        residential=money_pb(lane.residential),
        volume_divisor=lane.volume_divisor,
    )


def upsert_nodes(nodes: Iterable[Node], *, validate_only: bool) -> Call[Written]:
    """Write nodes whole."""
    request = network_pb.UpsertNodesRequest(
        request_id=new_request_id(),
        nodes=map(node_pb, nodes),
        validate_only=validate_only,
    )
    parse = reader(
        network_pb.UpsertNodesResponse, lambda w: Written(w.created, w.updated)
    )
    return call_of(_NETWORK + "UpsertNodes", request, parse, mutates=True)


def upsert_items(items: Iterable[Item], *, validate_only: bool) -> Call[Written]:
    """Write items whole."""
    request = network_pb.UpsertItemsRequest(
        request_id=new_request_id(),
        items=map(item_pb, items),
        validate_only=validate_only,
    )
    parse = reader(
        network_pb.UpsertItemsResponse, lambda w: Written(w.created, w.updated)
    )
    return call_of(_NETWORK + "UpsertItems", request, parse, mutates=True)


def upsert_lanes(lanes: Iterable[Lane], *, validate_only: bool) -> Call[Written]:
    """Write lanes whole."""
    request = network_pb.UpsertLanesRequest(
        request_id=new_request_id(),
        lanes=map(lane_pb, lanes),
        validate_only=validate_only,
    )
    parse = reader(
        network_pb.UpsertLanesResponse, lambda w: Written(w.created, w.updated)
    )
    return call_of(_NETWORK + "UpsertLanes", request, parse, mutates=True)


def nodes_page(page_token: str) -> Call[Page[Node]]:
    """One page of nodes."""
    request = network_pb.ListNodesRequest(page_size=PAGE_ROWS, page_token=page_token)
    parse = reader(
        network_pb.ListNodesResponse,
        lambda w: (tuple(map(_answers.node, w.nodes)), w.next_page_token),
    )
    return call_of(_NETWORK + "ListNodes", request, parse)


def items_page(page_token: str) -> Call[Page[Item]]:
    """One page of items."""
    request = network_pb.ListItemsRequest(page_size=PAGE_ROWS, page_token=page_token)
    parse = reader(
        network_pb.ListItemsResponse,
        lambda w: (tuple(map(_answers.item, w.items)), w.next_page_token),
    )
    return call_of(_NETWORK + "ListItems", request, parse)


def lanes_page(page_token: str) -> Call[Page[Lane]]:
    """One page of lanes."""
    request = network_pb.ListLanesRequest(page_size=PAGE_ROWS, page_token=page_token)
    parse = reader(
        network_pb.ListLanesResponse,
        lambda w: (tuple(map(_answers.lane, w.lanes)), w.next_page_token),
    )
    return call_of(_NETWORK + "ListLanes", request, parse)
