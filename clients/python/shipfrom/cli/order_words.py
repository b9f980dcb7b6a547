"""How an order stands, in one sentence, and what to do about it."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from shipfrom._enums import OrderState, PaymentState
from shipfrom._money import Money
from shipfrom._order_values import Order, PlanChange
from shipfrom.cli.show import day, moment

AT_A_NODE = ("ALLOCATED", "ACCEPTED", "PICKING", "READY")
"""States of shipments that have not left yet."""
LIVE = (*AT_A_NODE, "IN_TRANSIT", "SHIPPED")
"""States of shipments that are still to arrive."""
_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")


def units(count: int) -> str:
    """For example 1 unit, 1,200 units."""
    return f"{count:,} unit{'' if count == 1 else 's'}"


def sentence(order: Order) -> str:
    """For example: web-1 is packed at nyc-01; it arrives Fri 20 Nov, as promised."""
    how = _HOW.get(order.state, _unknown)(order)
    return f"{order.order_id} {how}{_arrival(order)}."


def _nodes(order: Order) -> str:
    there = (each.node_id for each in order.shipments if each.state in AT_A_NODE)
    return " and ".join(dict.fromkeys(there)) or "no node"


def _waiting(order: Order) -> str:
    count = order.waiting_units
    return f"{units(count)} {'has' if count == 1 else 'have'} no node"


def _review(order: Order) -> str:
    if order.waiting_units:
        return f"waits for a person: {_waiting(order)}"
    return "waits for a person to approve it"


def _picking(order: Order) -> str:
    """Nobody picks what is on its way to the store where it is collected."""
    moving = [each for each in order.shipments if each.state == "IN_TRANSIT"]
    to = " and ".join(dict.fromkeys(each.destination_node_id for each in moving))
    said = [f"is being picked at {_nodes(order)}"]
    if moving and not any(each.state in AT_A_NODE for each in order.shipments):
        said = []
    return " and ".join([*said, *([f"is on its way to {to}"] if to else [])])


def _unknown(order: Order) -> str:
    return f"is {order.state}"


_HOW: Mapping[OrderState, Callable[[Order], str]] = {
    OrderState.ALLOCATED: lambda o: f"is at {_nodes(o)}, nobody has begun",
    OrderState.PENDING: lambda o: f"waits to be paid, payment is {o.payment_state}",
    OrderState.REVIEW: _review,
    OrderState.BACKORDERED: lambda o: f"waits for stock: {_waiting(o)}",
    OrderState.PICKING: _picking,
    OrderState.READY: lambda o: f"is packed at {_nodes(o)}",
    OrderState.SHIPPED: lambda o: "is on its way",
    OrderState.COLLECTED: lambda o: "was collected and is not settled yet",
    OrderState.DELIVERED: lambda o: "has arrived and is not settled yet",
    OrderState.COMPLETED: lambda o: "is completed",
    OrderState.CANCELLED: lambda o: "is cancelled",
}


def _arrival(order: Order) -> str:
    arrives = order.promise_date
    if arrives is None or not any(each.state in LIVE for each in order.shipments):
        return ""
    promised = order.promised_date
    if order.is_late and promised is not None:
        return f"; it arrives {day(arrives)}, late: {day(promised)} was promised"
    return f"; it arrives {day(arrives)}{', as promised' if promised else ''}"


def difference(change: PlanChange) -> str:
    """For example: It costs $3.10 more and arrives Fri 20 Nov, as promised."""
    done = change.order is not None
    costs, arrives = ("costs", "arrives") if done else ("would cost", "would arrive")
    said = [f"{costs} {_more(change.cost_more)}"]
    if change.promise_date is not None:
        kept = "as promised" if change.promise_kept else "later than promised"
        said.append(f"{arrives} {day(change.promise_date)}, {kept}")
    missing = sum(line.quantity for line in change.unfilled)
    waits = f"; {units(missing)} without a node" if missing else ""
    return f"It {' and '.join(said)}{waits}."


def _more(cost: Money) -> str:
    if not cost.minor:
        return "the same"
    return f"{-cost} less" if cost.minor < 0 else f"{cost} more"


def as_shown(text: str) -> str:
    """A text of the server with its instants as they are shown everywhere."""
    return _MINUTE.sub(lambda at: moment(datetime.fromisoformat(at.group())), text)


def next_of(order: Order) -> str:
    """The command that most people want now."""
    name = order.order_id
    if order.state is OrderState.PENDING:
        paid = PaymentState.AUTHORIZED.lower()
        return f"shipfrom order pay {name} --payment-id ID --state {paid}"
    if order.state in (OrderState.REVIEW, OrderState.BACKORDERED):
        if order.waiting_units:
            return f"shipfrom order reroute {name} --dry-run"
        return f"shipfrom order review {name} --approve"
    if order.state in (OrderState.PICKING, OrderState.READY, OrderState.SHIPPED):
        return f"shipfrom order watch {name}"
    if order.state is OrderState.CANCELLED:
        return "shipfrom order list"
    if order.state in (
        OrderState.COLLECTED,
        OrderState.DELIVERED,
        OrderState.COMPLETED,
    ):
        return f"shipfrom returns create {name} SKU=N"
    return f"shipfrom explain {name}"
