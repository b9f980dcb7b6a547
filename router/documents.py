"""Nodes, items and lanes as catalogue rows and as wire messages."""

from collections.abc import Mapping
from typing import Final

from allocation.documents import document_of, node_of
from allocation.network import Item, Lane, Node, NodeKind
from router.messages import write_date, write_time
from router.money import Currency
from shipfrom.v1 import network_service_pb2 as pb

NODE_KINDS: Final = {
    NodeKind.CENTRE: pb.NODE_KIND_CENTRE,
    NodeKind.STORE: pb.NODE_KIND_STORE,
    NodeKind.SUPPLIER: pb.NODE_KIND_SUPPLIER,
}


KEPT: Final = ("paused_until", "paused_reason")
"""What writing a node whole leaves as it is: an import must not end an emergency."""


def row_of(value: Node | Item | Lane) -> dict[str, object]:
    """What the catalogue keeps of a value; a node's number is the catalogue's own."""
    row = document_of(value)
    row.pop("number", None)
    return row


def numbered_node(number: int, row: Mapping[str, object]) -> Node:
    """A node from its catalogue row."""
    return node_of({**row, "number": number})


def write_node(node: Node, out: pb.Node, currency: Currency) -> None:
    """A node as a message."""
    out.node_id = node.node_id
    out.kind = NODE_KINDS[node.kind]
    out.display_name = node.display_name
    out.location.latitude = node.latitude
    out.location.longitude = node.longitude
    out.postal_code = node.postal_code
    out.region_code = node.region_code
    out.time_zone = node.time_zone
    out.cut_off.hours = node.cut_off.hour
    out.cut_off.minutes = node.cut_off.minute
    for opens, name in ((node.open_from, "open_from"), (node.open_until, "open_until")):
        getattr(out, name).hours = opens.hour
        getattr(out, name).minutes = opens.minute
    out.ship_weekdays.extend(node.ship_weekdays)
    for day in node.closed_dates:
        write_date(day, out.closed_dates.add())
    out.handling_days = node.handling_days
    currency.write(node.parcel_handling_minor, out.parcel_handling)
    currency.write(node.line_handling_minor, out.line_handling)
    currency.write(node.unit_handling_minor, out.unit_handling)
    out.priority = node.priority
    out.tags.extend(node.tags)
    out.disabled = node.disabled
    out.orders_per_day = node.orders_per_day
    for slot in node.slots:
        row = out.slots.add(orders=slot.orders)
        row.until.hours, row.until.minutes = slot.until.hour, slot.until.minute
    if node.paused_until is not None:
        write_time(node.paused_until, out.paused_until)
        out.paused_reason = node.paused_reason


def write_item(item: Item, out: pb.Item, currency: Currency) -> None:
    """An item as a message."""
    out.sku = item.sku
    out.display_name = item.display_name
    out.weight_g = item.weight_g
    out.volume_cm3 = item.volume_cm3
    currency.write(item.value_minor, out.value)
    out.tags.extend(item.tags)
    for part in item.components:
        out.components.add(sku=part.sku, quantity=part.quantity)
    out.kept_together = item.kept_together
    out.substitutes.extend(item.substitutes)


def write_lane(lane: Lane, out: pb.Lane, currency: Currency) -> None:
    """A lane as a message."""
    out.lane_id = lane.lane_id
    out.node_id = lane.node_id
    out.service = lane.service
    out.zone = lane.zone
    out.distance_km_max = lane.distance_km_max
    currency.write(lane.base_minor, out.base)
    currency.write(lane.step_minor, out.step)
    out.step_g = lane.step_g
    out.transit_days = lane.transit_days
    out.fuel_bps = lane.fuel_bps
    currency.write(lane.residential_minor, out.residential)
    out.volume_divisor = lane.volume_divisor
