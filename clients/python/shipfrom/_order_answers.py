"""From orders on the wire to values: as they are now, changes, returns, exceptions."""

from collections import Counter
from dataclasses import replace

from shipfrom._answers import (
    bundles,
    day,
    instant,
    lines,
    money,
    plan,
    shipment,
    unfilled,
    words,
)
from shipfrom._enums import (
    Disposition,
    ExceptionKind,
    OrderState,
    PaymentState,
    ReturnState,
)
from shipfrom._order_values import (
    Order,
    OrderException,
    OrderLine,
    Payment,
    PlanChange,
    Return,
    ReturnLine,
)
from shipfrom._values import Plan
from shipfrom._wishes import Line
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import order_service_pb2 as pb

_ORDERS = words(OrderState, pb.OrderState, "ORDER_STATE_")
_PAYMENTS = words(PaymentState, pb.PaymentState, "PAYMENT_STATE_")
_EXCEPTIONS = words(ExceptionKind, pb.ExceptionKind, "EXCEPTION_KIND_")
_RETURNS = words(ReturnState, pb.ReturnState, "RETURN_STATE_")
_DISPOSITIONS = words(Disposition, pb.Disposition, "DISPOSITION_")


def order(wire: pb.Order) -> Order:
    """An order as it is now."""
    changed = wire.HasField("change_time")
    return Order(
        order_id=wire.order_id,
        hold_id=wire.hold_id,
        state=_ORDERS.get(wire.state, OrderState.UNSPECIFIED),
        plan=plan(wire.plan),
        lines=lines(wire.lines),
        created_at=instant(wire.create_time),
        order_ref=wire.order_ref,
        customer_ref=wire.customer_ref,
        payment_state=_PAYMENTS.get(wire.payment_state, PaymentState.UNSPECIFIED),
        assignee=wire.assignee,
        reroutes=wire.reroutes,
        shipments=tuple(map(shipment, wire.shipments)),
        line_states=tuple(map(_line, wire.line_states)),
        returns=tuple(map(goods_return, wire.returns)),
        changed_at=instant(wire.change_time) if changed else None,
        promised_date=day(wire.promised_date),
        promise_date=day(wire.promise_date),
        payments=tuple(map(_payment, wire.payments)),
        bundles=bundles(wire.bundles),
        allow_substitutes=wire.allow_substitutes,
    )


def _payment(wire: pb.Payment) -> Payment:
    return Payment(
        payment_id=wire.payment_id,
        state=_PAYMENTS.get(wire.state, PaymentState.UNSPECIFIED),
        reported_at=instant(wire.report_time),
        shipment_id=wire.shipment_id,
        amount=money(wire.amount) if wire.HasField("amount") else None,
        reference=wire.reference,
    )


def _line(wire: pb.OrderLine) -> OrderLine:
    return OrderLine(
        sku=wire.sku,
        ordered=wire.ordered,
        cancelled=wire.cancelled,
        waiting=wire.waiting,
        open=wire.open,
        sent=wire.sent,
        returned=wire.returned,
        expected_date=day(wire.expected_date),
        substituted_by=lines(wire.substituted_by),
    )


def committed(wire: checkout_pb.CommitResponse) -> Order:
    """The order that a commit made; nothing became of it yet but its plan."""
    made = plan(wire.plan)
    # A rule keeps all of it back: the plan only shows what it would be.
    kept_back = made.queue == "BACKORDER" and bool(made.queue_rule_id)
    states = _untouched(made, kept_back=kept_back)
    return Order(
        order_id=wire.order_id,
        hold_id=wire.hold_id,
        state=_ORDERS.get(wire.state, OrderState.ALLOCATED),
        plan=made,
        lines=tuple(Line(line.sku, line.ordered) for line in states),
        created_at=instant(wire.create_time),
        shipments=() if kept_back else made.shipments,
        line_states=states,
        promised_date=made.promise_date,
        promise_date=None if kept_back else made.promise_date,
        bundles=made.bundles,
    )


def _untouched(made: Plan, *, kept_back: bool) -> tuple[OrderLine, ...]:
    """Each SKU's units as the plan has them; those without a node wait."""
    planned = Counter[str]()
    for line in (line for one in made.shipments for line in one.lines):
        planned[line.sku] += line.quantity
    ordered = planned.copy()
    for missing in made.unfilled:
        ordered[missing.sku] += missing.quantity
    at_nodes = Counter[str]() if kept_back else planned
    return tuple(
        OrderLine(sku, units, waiting=units - at_nodes[sku], open=at_nodes[sku])
        for sku, units in ordered.items()
    )


def change(wire: pb.ChangeOrderResponse | pb.RerouteOrderResponse) -> PlanChange:
    """What another plan comes to, and the order with it where it is done."""
    said = wire.change
    return PlanChange(
        plan=plan(said.plan) if said.HasField("plan") else None,
        cost_more=money(said.cost_more),
        promise_date=day(said.promise_date),
        promise_kept=said.promise_kept,
        unfilled=unfilled(said.unfilled),
        order=order(wire.order) if wire.HasField("order") else None,
    )


def exception(wire: pb.OrderException) -> OrderException:
    """An order that needs somebody."""
    return OrderException(
        kind=_EXCEPTIONS.get(wire.kind, ExceptionKind.UNSPECIFIED),
        order_id=wire.order_id,
        shipment_id=wire.shipment_id,
        assignee=wire.assignee,
        since=instant(wire.since_time),
        what=wire.what,
        next_step=wire.next_step,
        risk_percent=wire.risk_percent,
    )


def goods_return(wire: pb.Return) -> Return:
    """Goods on their way back, or arrived."""
    return Return(
        return_id=wire.return_id,
        order_id=wire.order_id,
        node_id=wire.node_id,
        state=_RETURNS.get(wire.state, ReturnState.UNSPECIFIED),
        lines=tuple(map(_return_line, wire.lines)),
        created_at=instant(wire.create_time),
    )


def _return_line(wire: pb.ReturnLine) -> ReturnLine:
    return ReturnLine(
        sku=wire.sku,
        quantity=wire.quantity,
        reason=wire.reason,
        received=wire.received,
        condition=wire.condition,
        disposition=_DISPOSITIONS.get(wire.disposition, Disposition.UNSPECIFIED),
    )


def announced(wire: pb.CreateReturnResponse) -> Return:
    """A return with the reason for its node."""
    return replace(goods_return(wire.goods_return), verdict=wire.verdict)
