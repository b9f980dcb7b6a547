"""Orders as tables: what is where now, beside what was promised."""

from collections.abc import Iterator

from shipfrom._enums import PaymentState
from shipfrom._order_values import Order, OrderException, OrderLine, PlanChange, Return
from shipfrom._values import Shipment
from shipfrom.cli.missing import told
from shipfrom.cli.order_words import LIVE, as_shown, difference, sentence
from shipfrom.cli.plans import lines_of, nodes_of, parts, proof, put_bundles, put_plan
from shipfrom.cli.show import day, moment, put_text
from shipfrom.cli.table import Parts, put_table

ORDER = ["!order", "!state", "#units", "ships from", "#cost", "!arrives"]
ORDER_WIDE = [*ORDER, "!made", "waiting", "!customer", "!payment", "assignee"]
EXCEPTION = ["!order", "!why", "!since", "what", "assignee"]
_SHIPMENT = ["!shipment", "!state", "!ships from", "lines", "#cost", "!arrives"]
_SHIPMENT_WIDE = [
    *_SHIPMENT,
    "!service",
    "#km",
    "!hand over by",
    "!step due",
    "!carrier",
    "!tracking",
    "why planned",
]
_LINE = [
    "!SKU",
    "#ordered",
    "#cancelled",
    "#waiting",
    "#at a node",
    "#sent",
    "#returned",
]
_RETURN = ["!return", "!state", "!comes to", "lines", "#received", "condition"]


def put_order(order: Order, *, wide: bool = False) -> None:
    """How it stands in a sentence, its shipments, and what is out of the ordinary."""
    put_text(sentence(order))
    row = _wide_shipment if wide else _shipment
    names = _SHIPMENT_WIDE if wide else _SHIPMENT
    put_table(names, map(row, order.shipments), wide=wide)
    put_bundles(order.bundles)
    for note in _notes(order):
        put_text(note)
    if wide or any(map(_is_uncommon, order.line_states)):
        put_table(_LINE, map(_line, order.line_states), wide=wide)
    if order.returns:
        put_returns(order.returns)
    _put_promise(order)
    put_text(f"{', '.join(_facts(order))}.")


def _shipment(each: Shipment) -> tuple[object, ...]:
    return (
        each.shipment_id,
        each.state,
        each.node_id,
        lines_of(each.lines),
        each.cost,
        each.promise_date,
    )


def _wide_shipment(each: Shipment) -> tuple[object, ...]:
    return (
        *_shipment(each),
        each.service,
        each.distance_km,
        each.ship_by,
        each.due,
        each.carrier,
        each.tracking_number,
        each.cause,
    )


def _notes(order: Order) -> Iterator[str]:
    for each in order.shipments:
        name = each.shipment_id
        if each.tracking_number:
            yield f"{name}: {each.carrier or 'carrier unknown'} {each.tracking_number}."
        if each.pickup_code:
            yield f"{name}: pickup code {each.pickup_code}."
    for line in order.line_states:
        if line.expected_date:
            comes = f"stock is expected {day(line.expected_date)}"
            yield f"{line.sku} x{line.waiting}: {comes}."
        for other in line.substituted_by:
            yield f"{other.sku} x{other.quantity} in place of {line.sku}."
    for missing in order.plan.unfilled:
        yield f"Unfilled when it was bought: {told(missing)}"


def _is_uncommon(line: OrderLine) -> bool:
    return bool(line.cancelled or line.waiting or line.returned)


def _line(line: OrderLine) -> tuple[object, ...]:
    counts = line.ordered, line.cancelled, line.waiting, line.open, line.sent
    return line.sku, *counts, line.returned


def _put_promise(order: Order) -> None:
    """Why it ships from there, as long as the first plan is what ships."""
    if any(each.cause for each in order.shipments):
        put_text(f"Planned again: shipfrom explain {order.order_id} --decision 1")
        return
    if order.plan.verdict:
        put_text(order.plan.verdict)
    put_text(f"Cost {order.plan.cost}{parts(order.plan)}, {proof(order.plan)}.")


def _facts(order: Order) -> Iterator[str]:
    yield f"Made {moment(order.created_at)} from hold {order.hold_id}"
    if order.customer_ref:
        yield f"customer {order.customer_ref}"
    if order.payment_state is not PaymentState.UNSPECIFIED:
        yield f"payment {order.payment_state}"
    if order.assignee:
        yield f"taken care of by {order.assignee}"
    if order.reroutes:
        yield f"re-routed {order.reroutes} time{'' if order.reroutes == 1 else 's'}"


def put_change(change: PlanChange) -> None:
    """What it comes to in a sentence, then the plan of the units that need a node."""
    put_text(difference(change))
    if change.plan is not None and change.plan.shipments:
        put_plan(change.plan)
        return
    for line in change.unfilled:
        put_text(f"Unfilled: {told(line)}")


def put_returns(returns: tuple[Return, ...]) -> None:
    """Goods on their way back, a row each."""
    put_table(_RETURN, map(_return, returns))


def _return(back: Return) -> tuple[object, ...]:
    words = (f"{line.sku} {line.condition}" for line in back.lines if line.condition)
    return (
        back.return_id,
        back.state,
        back.node_id,
        Parts(tuple(f"{line.sku} x{line.quantity}" for line in back.lines)),
        sum(line.received for line in back.lines) or None,
        Parts(tuple(words)),
    )


def order_row(order: Order) -> tuple[object, ...]:
    """An order as one row of a list."""
    live = tuple(each.node_id for each in order.shipments if each.state in LIVE)
    return (
        order.order_id,
        order.state,
        order.units,
        Parts(live, " + ") if live else nodes_of(order.plan),
        order.cost,
        order.promise_date or order.plan.promise_date,
    )


def wide_order_row(order: Order) -> tuple[object, ...]:
    """The same with what else a wide screen has room for."""
    waiting = (f"{n.sku} x{n.waiting}" for n in order.line_states if n.waiting)
    paid = order.payment_state
    return (
        *order_row(order),
        order.created_at,
        Parts(tuple(waiting)),
        order.customer_ref,
        "" if paid is PaymentState.UNSPECIFIED else paid,
        order.assignee,
    )


def exception_row(each: OrderException) -> tuple[object, ...]:
    """An order that needs somebody, as one row."""
    risk = f" {each.risk_percent} %" if each.risk_percent else ""
    what = as_shown(each.what)
    return each.order_id, f"{each.kind}{risk}", each.since, what, each.assignee
