"""Orders on the wire: the plan that was promised, and the shipments as they are now."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from allocation.codec import plan_of
from allocation.node import PICKUP
from allocation.order import Bundle
from allocation.plan import Cost, Plan, Shipment
from inventory.instants import instant
from inventory.ordering import PART
from inventory.orders.reading import PaymentRow, WholeOrder
from inventory.orders.rows import OrderBook, OrderLineRow, ReturnRow, ShipmentRow
from inventory.orders.states import OPEN_STATES
from router.bundles import all_left, mark, write_bundle
from router.explaining import summary
from router.messages import write_date, write_plan, write_shipment, write_time
from router.money import Currency
from router.validate import Violations
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb


def _numbers(enum: Any, prefix: str, zero: str = "UNSPECIFIED") -> dict[str, Any]:
    """The numbers of an enum by the ledger's words; `zero` is its word for nothing."""
    named = {name.removeprefix(prefix): number for name, number in enum.items()}
    return {zero: 0, **{name: n for name, n in named.items() if n}}


ORDER_STATES = _numbers(pb.OrderState, "ORDER_STATE_")
SHIPMENT_STATES = _numbers(order_pb2.ShipmentState, "SHIPMENT_STATE_")
PAYMENT_STATES = _numbers(pb.PaymentState, "PAYMENT_STATE_", "NONE")
RETURN_STATES = _numbers(pb.ReturnState, "RETURN_STATE_")
DISPOSITIONS = _numbers(pb.Disposition, "DISPOSITION_", "")
BEGUN = ("", PART)
"""Causes of the decisions that an order began with."""
LIVE_STATES = (*OPEN_STATES, "IN_TRANSIT", "SHIPPED", "COLLECTED", "DELIVERED")


def payment_state(value: pb.PaymentState, field: str, found: Violations) -> str:
    """What a shop says of the payment, in the ledger's word."""
    for name, number in PAYMENT_STATES.items():
        if number == value:
            return name
    found.add(field, f"is {value}, which is unknown", "see PaymentState")
    return "NONE"


class Plans:
    """The plans of an order, each read once: the hold's, and those of re-routes."""

    def __init__(self, whole: WholeOrder) -> None:
        self.plans = {
            made.decision_no: plan_of(made.content) for made in whole.decisions
        }
        self.causes = {made.decision_no: made.cause for made in whole.decisions}

    @property
    def first(self) -> Plan:
        """What the customer was promised; of several parts the first one."""
        return self.plans[0]

    @property
    def initial(self) -> tuple[Plan, ...]:
        """Every part as it was promised."""
        return tuple(
            plan for number, plan in self.plans.items() if self.causes[number] in BEGUN
        )

    @property
    def bundles(self) -> tuple[Bundle, ...]:
        """The lines that named a bundle, of all parts."""
        return tuple(bundle for plan in self.initial for bundle in plan.bundles)

    @property
    def promised(self) -> date | None:
        """Arrival of the last shipment, as it was promised."""
        days = [plan.promise_date for plan in self.initial]
        return max([day for day in days if day], default=None)

    def of(self, shipment: ShipmentRow) -> Shipment:
        """What a shipment was planned as; at its store a transfer is a pickup, that
        costs nothing more."""
        planned = self.plans[shipment.decision_no].shipments[shipment.plan_no - 1]
        if shipment.node != shipment.to_node:
            return planned
        return planned._replace(
            node_id=shipment.node,
            service=PICKUP,
            distance_km=0,
            cost=Cost(),
            to_node="",
        )


def write_order(whole: WholeOrder, out: pb.Order, currency: Currency) -> None:
    """The order as it is now."""
    order, plans = whole.order, Plans(whole)
    out.order_id = order.order_id
    out.hold_id = order.hold_id
    out.order_ref = whole.order_ref
    out.state = ORDER_STATES[order.state]
    out.customer_ref = order.customer_ref
    out.payment_state = PAYMENT_STATES[order.payment]
    out.assignee = order.assignee
    out.reroutes = order.reroutes
    write_time(instant(order.created_at_us), out.create_time)
    write_time(instant(order.changed_at_us), out.change_time)
    for plan in plans.initial:
        for sku, quantity in ordered(plan).items():
            line = out.lines.add()
            line.sku, line.quantity = sku, quantity
    said = summary(plans.first, currency)
    write = partial(write_plan, plans.first, out.plan, currency)
    write(verdict=said, order_id=order.order_id if _has_begun(whole.book) else "")
    for shipment in shipments(whole.book):
        _write_shipment(shipment, whole, plans, out=out.shipments.add(), money=currency)
    _write_lines(whole.book, out)
    out.allow_substitutes = plans.first.allow_substitutes
    if plans.bundles:
        _write_bundles(whole.book, plans.bundles, out)
    for back in whole.book.returns.values():
        write_return(whole.book, back, out.returns.add())
    for report in whole.payments:
        _write_payment(report, out.payments.add(), currency)
    _write_dates(whole.book, plans, out)


def shipments(book: OrderBook) -> Iterator[ShipmentRow]:
    """In the order in which they were planned."""
    yield from sorted(
        book.shipments.values(), key=lambda each: (each.decision_no, each.plan_no)
    )


def ordered(plan: Plan) -> dict[str, int]:
    """Units by SKU, sent or not, as the customer asked for them."""
    units: dict[str, int] = {}
    for shipment in plan.shipments:
        for line in shipment.lines:
            units[line.sku] = units.get(line.sku, 0) + line.quantity
    for missing in plan.unfilled:
        units[missing.sku] = units.get(missing.sku, 0) + missing.quantity
    return units


def promise_now(book: OrderBook, plans: Plans) -> date | None:
    """Arrival of the last shipment that is not over."""
    live = (each for each in book.shipments.values() if each.state in LIVE_STATES)
    return max((plans.of(each).promise_date for each in live), default=None)


def units_of(book: OrderBook, shipment: ShipmentRow) -> dict[str, int]:
    """What is in a shipment, or was when it ended."""
    units: dict[str, int] = {}
    states = ("ALLOCATED", "PICKED", "SHIPPED", "COLLECTED")
    gone = ("CANCELLED", "SHORT", "MOVED", "NO_SHOW")
    wanted = states if shipment.state in LIVE_STATES else gone
    for row in book.of_shipment(shipment.shipment_id, *wanted):
        units[row.sku] = units.get(row.sku, 0) + row.qty
    return units


def _has_begun(book: OrderBook) -> bool:
    """Whether the hold's plan made shipments: of an order that waited whole it only
    said what could have been sent."""
    return any(not shipment.decision_no for shipment in book.shipments.values())


def _write_shipment(
    row: ShipmentRow,
    whole: WholeOrder,
    plans: Plans,
    *,
    out: order_pb2.Shipment,
    money: Currency,
) -> None:
    write_shipment(plans.of(row), out, money)
    del out.lines[:]
    for sku, quantity in units_of(whole.book, row).items():
        line = out.lines.add()
        line.sku, line.quantity = sku, quantity
    out.shipment_id = row.shipment_id
    out.state = SHIPMENT_STATES[row.state]
    out.carrier = row.carrier
    out.tracking_number = row.tracking
    cause = plans.causes[row.decision_no]
    out.cause = "" if cause in BEGUN else cause
    if row.due_us:
        write_time(instant(row.due_us), out.due_time)
    if row.state == "READY":
        out.pickup_code = row.code


def _write_lines(book: OrderBook, out: pb.Order) -> None:
    claims, moving = book.room_claims(), book.in_transit()
    for line in book.lines.values():
        written = out.line_states.add()
        written.sku = line.sku
        written.ordered = line.ordered
        written.cancelled = line.cancelled
        written.waiting = line.unrouted
        for row in claims.get(line.sku, ()):
            written.waits.add(node_id=row.node, quantity=row.qty)
        for row in book.allocations.values():
            if row.line_no != line.line_no:
                continue
            if row.state in ("ALLOCATED", "PICKED") or row.shipment_id in moving:
                written.open += row.qty
            elif row.state in ("SHIPPED", "COLLECTED"):
                written.sent += row.qty
        others = swapped(book, line)
        for sku, units in others.items():
            written.substituted_by.add(sku=sku, quantity=units)
        for (_, sku), back in book.return_lines.items():
            if sku == line.sku or (sku in others and book.line(sku) is None):
                written.returned += back.received or back.qty


def swapped(book: OrderBook, line: OrderLineRow) -> dict[str, int]:
    """Units of other SKUs that are, or were sent, in place of the line's own."""
    units: dict[str, int] = {}
    for row in book.allocations.values():
        is_live = row.state in ("PICKED", "SHIPPED", "COLLECTED")
        if row.line_no == line.line_no and row.sku != line.sku and is_live:
            units[row.sku] = units.get(row.sku, 0) + row.qty
    return units


def left_units(book: OrderBook) -> dict[str, int]:
    """Units of each SKU that were ordered and are not cancelled."""
    return {line.sku: line.ordered - line.cancelled for line in book.lines.values()}


def _write_bundles(book: OrderBook, bundles: Sequence[Bundle], out: pb.Order) -> None:
    left = all_left(bundles, left_units(book))
    for bundle, whole in zip(bundles, left, strict=True):
        written = out.bundles.add()
        write_bundle(bundle, written)
        written.cancelled = bundle.quantity - whole
    mark(out.line_states, bundles)
    for shipment in out.shipments:
        mark(shipment.lines, bundles)


def write_return(book: OrderBook, back: ReturnRow, out: pb.Return) -> None:
    """Goods on their way back, or arrived."""
    out.return_id = back.return_id
    out.order_id = back.order_id
    out.node_id = back.node
    out.state = RETURN_STATES[back.state]
    write_time(instant(back.created_at_us), out.create_time)
    for (name, _), row in book.return_lines.items():
        if name == back.return_id:
            line = out.lines.add()
            line.sku, line.quantity, line.reason = row.sku, row.qty, row.reason
            line.received, line.condition = row.received, row.condition
            line.disposition = DISPOSITIONS[row.disposition]


def _write_payment(row: PaymentRow, out: pb.Payment, currency: Currency) -> None:
    out.payment_id, out.state = row.payment_id, PAYMENT_STATES[row.state]
    out.shipment_id, out.reference = row.shipment_id, row.reference
    if row.amount_minor:
        currency.write(row.amount_minor, out.amount)
    write_time(instant(row.at_us), out.report_time)


def _write_dates(book: OrderBook, plans: Plans, out: pb.Order) -> None:
    if plans.promised is not None and _has_begun(book):
        write_date(plans.promised, out.promised_date)
    arrives = promise_now(book, plans)
    if arrives is not None:
        write_date(arrives, out.promise_date)
