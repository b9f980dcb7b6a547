"""Plans, holds, orders and cells as wire messages.

Messages are filled in place with `add()` and field sets: building them from keyword
constructors costs a quote three times as much.
"""

from datetime import UTC, date, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from allocation.collecting import opportunity_minor, opportunity_of
from allocation.plan import Cost, Plan, Shipment
from allocation.policy import Objective
from allocation.status import PlanStatus
from inventory.operations import Cell, HoldState
from inventory.orders.rows import shipment_id
from router.bundles import write_bundles
from router.money import Currency
from shipfrom.v1 import checkout_service_pb2, inventory_service_pb2, order_pb2

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

OBJECTIVES = {
    Objective.CHEAPEST: order_pb2.OBJECTIVE_CHEAPEST,
    Objective.FASTEST: order_pb2.OBJECTIVE_FASTEST,
    Objective.FEWEST_SHIPMENTS: order_pb2.OBJECTIVE_FEWEST_SHIPMENTS,
    Objective.NEAREST: order_pb2.OBJECTIVE_NEAREST,
    Objective.PRIORITY: order_pb2.OBJECTIVE_PRIORITY,
    Objective.MOST_STOCK: order_pb2.OBJECTIVE_MOST_STOCK,
    Objective.POLICY: order_pb2.OBJECTIVE_POLICY,
}
STATUSES = {
    PlanStatus.OPTIMAL: order_pb2.PLAN_STATUS_OPTIMAL,
    PlanStatus.FEASIBLE: order_pb2.PLAN_STATUS_FEASIBLE,
}
HOLD_STATES = {
    HoldState.ACTIVE: checkout_service_pb2.HOLD_STATE_ACTIVE,
    HoldState.COMMITTED: checkout_service_pb2.HOLD_STATE_COMMITTED,
    HoldState.RELEASED: checkout_service_pb2.HOLD_STATE_RELEASED,
    HoldState.EXPIRED: checkout_service_pb2.HOLD_STATE_EXPIRED,
}
COMPONENTS = (
    *("shipping", "parcel_handling", "line_handling"),
    *("distance", "lateness", "charges"),
)
"""Names of what is paid, in the order of `Cost`; its last two are never paid."""
OPEN = order_pb2.SHIPMENT_STATE_ALLOCATED


def write_time(moment: datetime, out: Timestamp) -> None:
    """An aware instant, exact to the microsecond."""
    span = moment - EPOCH
    out.seconds = span.days * 86_400 + span.seconds
    if span.microseconds:
        out.nanos = span.microseconds * 1_000


def write_date(day: date, out: Date) -> None:
    """A calendar day."""
    out.year = day.year
    out.month = day.month
    out.day = day.day


def write_plan(
    plan: Plan,
    out: order_pb2.Plan,
    currency: Currency,
    *,
    verdict: str = "",
    order_id: str = "",
    after: int = 0,
) -> None:
    """A plan; its shipments get ids when they belong to the order `order_id`.

    Args:
        after: shipments of the order's parts before this one.
    """
    out.objective = OBJECTIVES[plan.objective]
    for number, shipment in enumerate(plan.shipments, after + 1):
        written = out.shipments.add()
        write_shipment(shipment, written, currency)
        if order_id:
            written.shipment_id = shipment_id(order_id, number)
            written.state = OPEN
    for offer in plan.offers:
        asked = out.shipments[offer.shipment - 1].offer
        asked.rule_id, asked.nodes, asked.minutes = offer[1:]
    for line in plan.unfilled:
        missing = out.unfilled.add()
        missing.sku = line.sku
        missing.quantity = line.quantity
        missing.reason = line.reason
        missing.rule_id = line.rule_id
    if len(plan.shipments) == 1:
        # The one shipment's cost is the plan's, and copying takes half the time.
        out.cost.CopyFrom(out.shipments[0].cost)
        out.components.extend(out.shipments[0].components)
        if out.shipments[0].HasField("opportunity_cost"):
            out.opportunity_cost.CopyFrom(out.shipments[0].opportunity_cost)
    else:
        write_cost(plan.cost, out, currency)
        write_opportunity(opportunity_minor(plan), out, currency)
    arrival = plan.promise_date
    if arrival is not None:
        write_date(arrival, out.promise_date)
    out.status = STATUSES[plan.status]
    gap_bps = plan.gap_bps
    if gap_bps:
        out.gap_bps = gap_bps
    out.policy_version = plan.policy_version
    out.relaxed.extend(plan.relaxed)
    out.queue = plan.queue
    out.queue_rule_id = plan.queue_rule
    out.queue_reason = plan.queue_reason
    out.verdict = verdict
    write_bundles(plan.bundles, out)


def write_cell(cell: Cell, out: inventory_service_pb2.Cell) -> None:
    """One SKU at one node, with what may be promised."""
    out.sku = cell.sku
    out.node_id = cell.node_id
    out.on_hand = cell.on_hand
    out.held = cell.held
    out.allocated = cell.allocated
    out.short = cell.short
    out.safety_stock = cell.safety_stock
    out.available = cell.available
    out.version = cell.version


def write_shipment(
    shipment: Shipment, out: order_pb2.Shipment, currency: Currency
) -> None:
    """Lines that leave one node together, as they were planned."""
    node_id, service, zone, distance_km, lines, ship_by, arrival, cost, store = shipment
    out.node_id = node_id
    out.service = service
    out.zone = zone
    out.distance_km = distance_km
    for sku, quantity in lines:
        written = out.lines.add()
        written.sku = sku
        written.quantity = quantity
    write_time(ship_by, out.ship_by_time)
    write_date(arrival, out.promise_date)
    write_cost(cost, out, currency)
    if cost.price_minor:
        write_opportunity(opportunity_of(shipment), out, currency)
    out.destination_node_id = store


def write_opportunity(
    minor: int,
    out: order_pb2.Plan | order_pb2.Shipment | order_pb2.Candidate,
    currency: Currency,
) -> None:
    """What the units are worth to orders expected, if anything."""
    if minor:
        currency.write(minor, out.opportunity_cost)


def write_cost(
    cost: Cost,
    out: order_pb2.Plan | order_pb2.Shipment | order_pb2.Candidate,
    currency: Currency,
) -> None:
    """The sum that is paid and its components, those of nothing left out."""
    currency.write(cost.cash_minor, out.cost)
    for name, minor in zip(COMPONENTS, cost, strict=False):
        if minor:
            component = out.components.add()
            component.name = name
            currency.write(minor, component.amount)
