"""Every call about orders as a value: its bytes, its reader."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from shipfrom import _answers, _order_answers
from shipfrom._asked import Lines, lines_of, lines_pb
from shipfrom._core import Call, new_id, new_request_id, order_id_for
from shipfrom._enums import Disposition, OrderState, PaymentState
from shipfrom._money import Money
from shipfrom._order_values import (
    Order,
    OrderException,
    PlanChange,
    ReceivedLine,
    Return,
    ReturnLine,
)
from shipfrom._values import Explanation, Replay
from shipfrom._wire import call_of, enum_pb, invalid, money_pb, names_of, reader
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import order_service_pb2 as pb

ReturnLines = Mapping[str, int] | Iterable[ReturnLine]
PAGE_ROWS = 200
_SERVICE = "/shipfrom.v1.OrderService/"


def commit(
    hold_id: str,
    *,
    order_id: str,
    request_id: str,
    customer_ref: str = "",
    payment_state: str = "",
) -> Call[Order]:
    """Turn a hold into an order."""
    paid = _payment(payment_state, "payment_state")
    request = checkout_pb.CommitRequest(
        request_id=request_id or new_request_id(),
        hold_id=hold_id,
        order_id=order_id or order_id_for(hold_id),
        customer_ref=customer_ref,
        payment_state=paid,
    )

    def read(wire: checkout_pb.CommitResponse) -> Order:
        said = PaymentState(paid.removeprefix("PAYMENT_STATE_"))
        made = _order_answers.committed(wire)
        return replace(made, customer_ref=customer_ref, payment_state=said)

    parse = reader(checkout_pb.CommitResponse, read)
    return call_of("/shipfrom.v1.CheckoutService/Commit", request, parse, mutates=True)


def _payment(state: str, field_path: str) -> str:
    return enum_pb(state, PaymentState, field_path, "PAYMENT_STATE_")


def get(order_id: str) -> Call[Order]:
    """One order."""
    request = pb.GetOrderRequest(order_id=order_id)
    parse = reader(pb.GetOrderResponse, lambda w: _order_answers.order(w.order))
    return call_of(_SERVICE + "GetOrder", request, parse)


def page(
    page_token: str, *, state: str, customer_ref: str, page_size: int
) -> Call[tuple[tuple[Order, ...], str]]:
    """One page of orders and the token of the next."""
    request = pb.ListOrdersRequest(
        page_size=page_size,
        page_token=page_token,
        state=enum_pb(state, OrderState, "state", "ORDER_STATE_"),
        customer_ref=customer_ref,
    )
    parse = reader(
        pb.ListOrdersResponse,
        lambda w: (tuple(map(_order_answers.order, w.orders)), w.next_page_token),
    )
    return call_of(_SERVICE + "ListOrders", request, parse)


def watch(order_id: str) -> Call[Order]:
    """The order now and at each change: a stream."""
    request = pb.WatchOrderRequest(order_id=order_id)
    parse = reader(pb.WatchOrderResponse, lambda w: _order_answers.order(w.order))
    return call_of(_SERVICE + "WatchOrder", request, parse)


def exceptions_page(
    page_token: str,
) -> Call[tuple[tuple[OrderException, ...], str]]:
    """One page of the orders that need somebody."""
    request = pb.ListExceptionsRequest(page_size=PAGE_ROWS, page_token=page_token)

    def read(
        wire: pb.ListExceptionsResponse,
    ) -> tuple[tuple[OrderException, ...], str]:
        found = tuple(map(_order_answers.exception, wire.exceptions))
        return found, wire.next_page_token

    parse = reader(pb.ListExceptionsResponse, read)
    return call_of(_SERVICE + "ListExceptions", request, parse)


def _subject(order_id: str, hold_id: str) -> dict[str, str]:
    if bool(order_id) == bool(hold_id):
        raise TypeError("give one order_id or one hold_id")
    return {"order_id": order_id} if order_id else {"hold_id": hold_id}


def replay(order_id: str, hold_id: str) -> Call[Replay]:
    """Whether a stored decision comes out the same."""
    request = pb.ReplayOrderRequest(**_subject(order_id, hold_id))
    parse = reader(pb.ReplayOrderResponse, _answers.replay)
    return call_of(_SERVICE + "ReplayOrder", request, parse)


def explain(
    order_id: str, hold_id: str, why_not: Iterable[str] = (), *, decision: int = 0
) -> Call[Explanation]:
    """Why an order or a hold ships from where it does; re-routes decide again."""
    request = pb.ExplainOrderRequest(
        why_not_node_ids=names_of(why_not), decision_number=decision
    )
    for name, value in _subject(order_id, hold_id).items():
        setattr(request, name, value)

    def read(wire: pb.ExplainOrderResponse) -> Explanation:
        return replace(_answers.explanation(wire.explanation), cause=wire.cause)

    parse = reader(pb.ExplainOrderResponse, read)
    return call_of(_SERVICE + "ExplainOrder", request, parse)


def cancel(
    order_id: str, lines: Lines | None, *, reason: str, request_id: str, dry_run: bool
) -> Call[Order]:
    """Give units back: those of the lines, or all."""
    wanted = None if lines is None else lines_of(lines)
    if wanted == ():
        # On the wire no line is the whole order: nobody means that by an empty list.
        raise invalid("lines", "is empty", "leave it out to cancel the whole order")
    request = pb.CancelOrderRequest(
        request_id=request_id or new_request_id(),
        order_id=order_id,
        lines=lines_pb(wanted or ()),
        reason=reason,
        validate_only=dry_run,
    )
    parse = reader(pb.CancelOrderResponse, lambda w: _order_answers.order(w.order))
    return call_of(_SERVICE + "CancelOrder", request, parse, mutates=True)


def change(
    order_id: str,
    lines: Lines,
    *,
    removed: Iterable[str],
    reason: str,
    request_id: str,
    dry_run: bool,
) -> Call[PlanChange]:
    """Other quantities."""
    request = pb.ChangeOrderRequest(
        request_id=request_id or new_request_id(),
        order_id=order_id,
        lines=lines_pb(lines_of(lines)),
        removed_skus=names_of(removed),
        reason=reason,
        validate_only=dry_run,
    )
    parse = reader(pb.ChangeOrderResponse, _order_answers.change)
    return call_of(_SERVICE + "ChangeOrder", request, parse, mutates=True)


def reroute(
    order_id: str,
    shipment_ids: Iterable[str],
    *,
    only: Iterable[str],
    exclude: Iterable[str],
    reason: str,
    request_id: str,
    dry_run: bool,
) -> Call[PlanChange]:
    """Other nodes."""
    request = pb.RerouteOrderRequest(
        request_id=request_id or new_request_id(),
        order_id=order_id,
        shipment_ids=names_of(shipment_ids),
        only_node_ids=names_of(only),
        exclude_node_ids=names_of(exclude),
        reason=reason,
        validate_only=dry_run,
    )
    parse = reader(pb.RerouteOrderResponse, _order_answers.change)
    return call_of(_SERVICE + "RerouteOrder", request, parse, mutates=True)


def report_payment(
    order_id: str,
    payment_id: str,
    state: str,
    *,
    shipment_id: str,
    amount: Money | None,
    reference: str,
    request_id: str,
) -> Call[Order]:
    """What the payment system says."""
    request = pb.ReportPaymentRequest(
        request_id=request_id or new_request_id(),
        order_id=order_id,
        payment_id=payment_id,
        state=_payment(state, "state"),
        shipment_id=shipment_id,
        amount=money_pb(amount),
        reference=reference,
    )
    parse = reader(pb.ReportPaymentResponse, lambda w: _order_answers.order(w.order))
    return call_of(_SERVICE + "ReportPayment", request, parse, mutates=True)


def review(
    order_id: str, *, assignee: str, approve: bool, request_id: str
) -> Call[Order]:
    """Who takes care of it; whether it may go on."""
    request = pb.ReviewOrderRequest(
        request_id=request_id or new_request_id(),
        order_id=order_id,
        assignee=assignee,
        approve=approve,
    )
    parse = reader(pb.ReviewOrderResponse, lambda w: _order_answers.order(w.order))
    return call_of(_SERVICE + "ReviewOrder", request, parse, mutates=True)


def create_return(
    order_id: str, lines: ReturnLines, *, return_id: str, node_id: str, request_id: str
) -> Call[Return]:
    """Goods will come back."""
    if isinstance(lines, Mapping):
        lines = [ReturnLine(sku, quantity) for sku, quantity in lines.items()]
    request = pb.CreateReturnRequest(
        request_id=request_id or new_request_id(),
        order_id=order_id,
        return_id=return_id or new_id("r_"),
        lines=[
            pb.ReturnLine(sku=line.sku, quantity=line.quantity, reason=line.reason)
            for line in lines
        ],
        node_id=node_id,
    )
    parse = reader(pb.CreateReturnResponse, _order_answers.announced)
    return call_of(_SERVICE + "CreateReturn", request, parse, mutates=True)


def receive_return(
    order_id: str,
    return_id: str,
    lines: Iterable[ReceivedLine],
    *,
    node_id: str,
    request_id: str,
) -> Call[Return]:
    """Goods came back."""
    request = pb.ReceiveReturnRequest(
        request_id=request_id or new_request_id(),
        order_id=order_id,
        return_id=return_id,
        lines=[_received(index, line) for index, line in enumerate(lines)],
        node_id=node_id,
    )
    parse = reader(
        pb.ReceiveReturnResponse, lambda w: _order_answers.goods_return(w.goods_return)
    )
    return call_of(_SERVICE + "ReceiveReturn", request, parse, mutates=True)


def _received(index: int, line: ReceivedLine) -> pb.ReceivedLine:
    path = f"lines[{index}].disposition"
    return pb.ReceivedLine(
        sku=line.sku,
        quantity=line.quantity,
        condition=line.condition,
        disposition=enum_pb(line.disposition, Disposition, path, "DISPOSITION_"),
    )
