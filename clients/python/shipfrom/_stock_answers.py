"""From answers on the wire to values: cells, entries, nodes, items, lanes, reports."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Literal

from google.type import timeofday_pb2

from shipfrom._answers import instant, money_or_none, words
from shipfrom._enums import NodeKind
from shipfrom._stock_values import (
    CapacitySlot,
    Cell,
    Entry,
    ImportReport,
    Item,
    Lane,
    Node,
    Recount,
    RejectedRow,
)
from shipfrom._wishes import Line
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import network_service_pb2 as network_pb

_KINDS = words(NodeKind, network_pb.NodeKind, "NODE_KIND_")


def cell(wire: inventory_pb.Cell) -> Cell:
    """One SKU at one node."""
    limited = wire.HasField("backorder_limit")
    return Cell(
        sku=wire.sku,
        node_id=wire.node_id,
        on_hand=wire.on_hand,
        held=wire.held,
        allocated=wire.allocated,
        short=wire.short,
        safety_stock=wire.safety_stock,
        available=wire.available,
        version=wire.version,
        backorder_limit=wire.backorder_limit if limited else None,
        backordered=wire.backordered,
        recount=_recount(wire.recount) if wire.HasField("recount") else None,
    )


def _recount(wire: inventory_pb.Recount) -> Recount:
    return Recount(wire.reason, wire.order_id, instant(wire.since_time))


def entry(wire: inventory_pb.Entry) -> Entry:
    """One change of one cell."""
    return Entry(
        sku=wire.sku,
        node_id=wire.node_id,
        version=wire.version,
        kind=wire.kind,
        operation_id=wire.operation_id,
        delta_on_hand=wire.delta_on_hand,
        delta_held=wire.delta_held,
        delta_allocated=wire.delta_allocated,
        delta_short=wire.delta_short,
        delta_safety_stock=wire.delta_safety_stock,
        actor=wire.actor,
        reason=wire.reason,
        created_at=instant(wire.create_time),
    )


def _time_of_day(wire: timeofday_pb2.TimeOfDay) -> time:
    # 24:00:00 is allowed on the wire and means the end of the day.
    if wire.hours == 24:
        return time(23, 59, 59)
    return time(wire.hours, wire.minutes, wire.seconds)


def node(wire: network_pb.Node) -> Node:
    """A place that can fulfil."""
    placed = wire.HasField("location")
    return Node(
        node_id=wire.node_id,
        kind=_KINDS.get(wire.kind, NodeKind.UNSPECIFIED),
        display_name=wire.display_name,
        latitude=wire.location.latitude if placed else None,
        longitude=wire.location.longitude if placed else None,
        postal_code=wire.postal_code,
        region_code=wire.region_code,
        time_zone=wire.time_zone,
        cut_off=_time_of_day(wire.cut_off) if wire.HasField("cut_off") else None,
        open_from=_clock(wire, "open_from"),
        open_until=_clock(wire, "open_until"),
        ship_weekdays=tuple(wire.ship_weekdays),
        closed_dates=tuple(date(d.year, d.month, d.day) for d in wire.closed_dates),
        handling_days=wire.handling_days,
        parcel_handling=money_or_none(wire.parcel_handling),
        line_handling=money_or_none(wire.line_handling),
        unit_handling=money_or_none(wire.unit_handling),
        priority=wire.priority,
        tags=tuple(wire.tags),
        disabled=wire.disabled,
        orders_per_day=wire.orders_per_day,
        paused_until=_moment(wire, "paused_until"),
        paused_reason=wire.paused_reason,
        cooling_off_until=_moment(wire, "cooling_off_until"),
        cooling_off_reason=wire.cooling_off_reason,
        slots=tuple(
            CapacitySlot(_time_of_day(slot.until), slot.orders) for slot in wire.slots
        ),
    )


def _clock(
    wire: network_pb.Node, name: Literal["open_from", "open_until"]
) -> time | None:
    return _time_of_day(getattr(wire, name)) if wire.HasField(name) else None


def _moment(
    wire: network_pb.Node, name: Literal["paused_until", "cooling_off_until"]
) -> datetime | None:
    return instant(getattr(wire, name)) if wire.HasField(name) else None


def item(wire: network_pb.Item) -> Item:
    """A sellable item."""
    return Item(
        sku=wire.sku,
        display_name=wire.display_name,
        weight_g=wire.weight_g,
        volume_cm3=wire.volume_cm3,
        value=money_or_none(wire.value),
        tags=tuple(wire.tags),
        components=tuple(Line(part.sku, part.quantity) for part in wire.components),
        kept_together=wire.kept_together,
        substitutes=tuple(wire.substitutes),
    )


def lane(wire: network_pb.Lane) -> Lane:
    """What one service charges to one zone."""
    return Lane(
        lane_id=wire.lane_id,
        service=wire.service,
        zone=wire.zone,
        node_id=wire.node_id,
        distance_km_max=wire.distance_km_max,
        base=money_or_none(wire.base),
        step=money_or_none(wire.step),
        step_g=wire.step_g,
        transit_days=wire.transit_days,
        fuel_bps=wire.fuel_bps,
        residential=money_or_none(wire.residential),
        volume_divisor=wire.volume_divisor,
    )


def rejected(wire: Iterable[inventory_pb.RejectedRow]) -> tuple[RejectedRow, ...]:
    """Rows that were not imported."""
    return tuple(RejectedRow(r.row, r.field, r.problem, r.suggestion) for r in wire)


def stock_report(wire: inventory_pb.ImportStockResponse) -> ImportReport:
    """What an import of counts did."""
    return ImportReport(
        accepted=wire.accepted,
        unchanged=wire.unchanged,
        rejected=wire.rejected,
        rejected_rows=rejected(wire.rejected_rows),
        created=wire.created,
        outdated=wire.outdated,
        emptied=wire.emptied,
        applied=wire.applied,
    )


def network_report(wire: network_pb.ImportNetworkResponse) -> ImportReport:
    """What an import of nodes, items or lanes did."""
    return ImportReport(wire.accepted, 0, wire.rejected, rejected(wire.rejected_rows))
