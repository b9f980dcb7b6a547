"""Agents change orders over the wire: what may still change, and what it costs."""

from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb
from shipfrom.v1 import store_service_pb2 as store_pb
from tests.router.shop import Shop, new_id, refusal


def ordered(shop: Shop, units: int = 2, **on_hand: int) -> tuple[str, str]:
    """A fresh order of one SKU: its id, and the SKU."""
    name = shop.sku(**on_hand)
    return shop.commit(shop.hold({name: units}).hold_id).order_id, name


def read(shop: Shop, order_id: str) -> pb.Order:
    return shop.call("GetOrder", pb.GetOrderRequest(order_id=order_id)).order


def available(shop: Shop, sku: str) -> int:
    from shipfrom.v1 import checkout_service_pb2 as checkout

    request = checkout.GetAvailabilityRequest(skus=[sku])
    return shop.call("GetAvailability", request).items[0].available


def test_cancelling_gives_the_units_back(shop: Shop) -> None:
    order_id, sku = ordered(shop, nyc=3)
    request = pb.CancelOrderRequest(request_id=new_id(), order_id=order_id)
    answer = shop.call("CancelOrder", request)
    assert answer.order.state == pb.ORDER_STATE_CANCELLED
    assert available(shop, sku) == 3
    again = shop.call("CancelOrder", request)
    assert again == answer
    assert shop.trailers["shipfrom-replayed"] == "true"


def test_some_units_are_cancelled_and_a_preview_changes_nothing(shop: Shop) -> None:
    order_id, sku = ordered(shop, nyc=3)
    request = pb.CancelOrderRequest(
        request_id=new_id(),
        order_id=order_id,
        lines=[order_pb2.Line(sku=sku, quantity=1)],
        validate_only=True,
    )
    tried = shop.call("CancelOrder", request)
    assert [(x.cancelled, x.open) for x in tried.order.line_states] == [(1, 1)]
    assert available(shop, sku) == 1
    request.validate_only = False
    answer = shop.call("CancelOrder", request)
    assert [(x.cancelled, x.open) for x in answer.order.line_states] == [(1, 1)]
    assert available(shop, sku) == 2


def test_a_return_that_names_a_sku_twice_as_received_is_refused(shop: Shop) -> None:
    order_id, sku = ordered(shop, nyc=3)
    request = pb.ReceiveReturnRequest(
        request_id=new_id(), order_id=order_id, return_id="back-1"
    )
    for _ in range(2):
        request.lines.add(sku=sku, quantity=1)
    refused = refusal(lambda: shop.call("ReceiveReturn", request))
    assert refused.code == "INVALID_ARGUMENT"
    assert list(refused.fields) == ["lines[1].sku"]


def test_cancelling_more_than_was_ordered_is_refused(shop: Shop) -> None:
    order_id, sku = ordered(shop, nyc=3)
    lines = [order_pb2.Line(sku=sku, quantity=9)]
    for only in (True, False):
        request = pb.CancelOrderRequest(
            request_id=new_id(), order_id=order_id, lines=lines, validate_only=only
        )
        refused = refusal(lambda request=request: shop.call("CancelOrder", request))
        assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "WRONG_STATE")


def test_a_change_shows_its_cost_before_it_is_made(shop: Shop) -> None:
    order_id, sku = ordered(shop, nyc=3)
    other = shop.sku(nyc=5)
    request = pb.ChangeOrderRequest(
        request_id=new_id(),
        order_id=order_id,
        lines=[order_pb2.Line(sku=other, quantity=2)],
        removed_skus=[sku],
        validate_only=True,
    )
    shown = shop.call("ChangeOrder", request).change
    assert shown.promise_kept
    assert [s.node_id for s in shown.plan.shipments] == ["nyc"]
    request.validate_only = False
    answer = shop.call("ChangeOrder", request)
    assert answer.change == shown
    states = [order_pb2.ShipmentState.Name(s.state) for s in answer.order.shipments]
    assert states == ["SHIPMENT_STATE_CANCELLED", "SHIPMENT_STATE_ALLOCATED"]
    assert (available(shop, sku), available(shop, other)) == (3, 3)


def test_a_repeated_change_or_move_tells_what_the_first_did(shop: Shop) -> None:
    order_id, sku = ordered(shop, nyc=3, lax=3)
    more = pb.ChangeOrderRequest(request_id=new_id(), order_id=order_id)
    more.lines.add(sku=shop.sku(chi=5), quantity=2)
    more.lines.add(sku=sku, quantity=0)
    first = shop.call("ChangeOrder", more)
    assert [s.node_id for s in first.change.plan.shipments] == ["chi"]
    (kept,) = [s for s in first.order.shipments if s.node_id == "chi"]
    move = pb.RerouteOrderRequest(request_id=new_id(), order_id=order_id)
    move.shipment_ids.append(kept.shipment_id)
    shop.count(more.lines[0].sku, lax=2)
    moved = shop.call("RerouteOrder", move)
    assert [s.node_id for s in moved.change.plan.shipments] == ["lax"]
    for name, request, answer in (
        ("ChangeOrder", more, first),
        ("RerouteOrder", move, moved),
    ):
        again = shop.call(name, request)
        assert shop.trailers["shipfrom-replayed"] == "true"
        assert again.change.plan == answer.change.plan
        assert again.change.cost_more == answer.change.cost_more


def waiting(shop: Shop, sku: str, units: int, other: str) -> str:
    """An order of both: its only node does not send the first, nobody else has it."""
    order_id = shop.commit(shop.hold({sku: units, other: 3}).hold_id).order_id
    no = store_pb.RejectRequest(
        request_id=new_id(),
        shipment_id=f"{order_id}:1",
        reason=store_pb.REJECT_REASON_TOO_BUSY,
        lines=[order_pb2.Line(sku=sku, quantity=units)],
    )
    shop.call("Reject", no)
    assert read(shop, order_id).state == pb.ORDER_STATE_REVIEW
    return order_id


def test_a_change_is_not_told_what_waits_anyway(shop: Shop) -> None:
    sku, other = shop.sku(nyc=3), shop.sku(nyc=3)
    order_id = waiting(shop, sku, 3, other)
    request = pb.ChangeOrderRequest(
        request_id=new_id(),
        order_id=order_id,
        lines=[order_pb2.Line(sku=other, quantity=2)],
        validate_only=True,
    )
    shown = shop.call("ChangeOrder", request).change
    assert (shown.promise_kept, [*shown.unfilled]) == (True, [])

    request.validate_only = False

    assert shop.call("ChangeOrder", request).change == shown


def test_a_repeated_change_tells_what_the_first_left_over(shop: Shop) -> None:
    order_id, sku = ordered(shop, nyc=2)
    more = pb.ChangeOrderRequest(
        request_id=new_id(),
        order_id=order_id,
        lines=[order_pb2.Line(sku=sku, quantity=4)],
        validate_only=True,
    )
    shown = shop.call("ChangeOrder", more).change
    assert [(line.sku, line.quantity) for line in shown.unfilled] == [(sku, 2)]
    more.validate_only = False
    first = shop.call("ChangeOrder", more).change
    assert first == shown
    less = pb.ChangeOrderRequest(request_id=new_id(), order_id=order_id)
    less.lines.add(sku=sku, quantity=3)
    shop.call("ChangeOrder", less)

    assert shop.call("ChangeOrder", more).change == first


def test_a_change_names_unknown_skus(shop: Shop) -> None:
    order_id, _ = ordered(shop, nyc=3)
    request = pb.ChangeOrderRequest(
        request_id=new_id(),
        order_id=order_id,
        lines=[order_pb2.Line(sku="no-such-thing", quantity=2)],
    )
    refused = refusal(lambda: shop.call("ChangeOrder", request))
    assert refused.fields == {"lines": "no-such-thing is an unknown SKU"} or (
        "no-such-thing" in refused.fields["lines"]
    )


def test_a_shipment_moves_to_a_node_that_somebody_names(shop: Shop) -> None:
    order_id, _sku = ordered(shop, nyc=3, lax=3)
    request = pb.RerouteOrderRequest(
        request_id=new_id(),
        order_id=order_id,
        shipment_ids=[f"{order_id}:1"],
        only_node_ids=["lax"],
        reason="the customer moved",
        validate_only=True,
    )
    shown = shop.call("RerouteOrder", request).change
    assert shown.cost_more.units > 0
    request.validate_only = False
    order = shop.call("RerouteOrder", request).order
    assert [(s.node_id, s.cause) for s in order.shipments] == [
        ("nyc", ""),
        ("lax", "MANUAL"),
    ]
    assert order.reroutes == 1


def test_a_move_needs_a_reason_and_somewhere_to_go(shop: Shop) -> None:
    order_id, _ = ordered(shop, nyc=3)
    request = pb.RerouteOrderRequest(
        request_id=new_id(), order_id=order_id, only_node_ids=["lax"]
    )
    assert "reason" in refusal(lambda: shop.call("RerouteOrder", request)).fields
    request = pb.RerouteOrderRequest(
        request_id=new_id(), order_id=order_id, shipment_ids=[f"{order_id}:1"]
    )
    refused = refusal(lambda: shop.call("RerouteOrder", request))
    assert (refused.reason, refused.code) == ("NO_STOCK", "FAILED_PRECONDITION")
    assert read(shop, order_id).state == pb.ORDER_STATE_ALLOCATED


def test_an_unpaid_order_is_pending_and_listed(shop: Shop) -> None:
    order_id, _ = ordered(shop, nyc=3)
    pay = pb.ReportPaymentRequest(
        request_id=new_id(),
        order_id=order_id,
        payment_id="p1",
        state=pb.PAYMENT_STATE_FAILED,
    )
    order = shop.call("ReportPayment", pay).order
    (said,) = order.payments
    assert (said.payment_id, said.state) == (pay.payment_id, pay.state)
    assert said.report_time.seconds >= order.create_time.seconds
    assert order.state == pb.ORDER_STATE_PENDING
    queue = shop.call("ListExceptions", pb.ListExceptionsRequest(page_size=1000))
    mine = [x for x in queue.exceptions if x.order_id == order_id]
    assert [x.kind for x in mine] == [pb.EXCEPTION_KIND_PAYMENT]


def test_somebody_takes_care_of_an_order(shop: Shop) -> None:
    order_id, _ = ordered(shop, nyc=3)
    request = pb.ReviewOrderRequest(
        request_id=new_id(), order_id=order_id, assignee="ada"
    )
    assert shop.call("ReviewOrder", request).order.assignee == "ada"


def test_orders_are_found_by_customer(shop: Shop) -> None:
    from shipfrom.v1 import checkout_service_pb2 as checkout

    hold = shop.hold({shop.sku(nyc=1): 1})
    commit = checkout.CommitRequest(
        request_id=new_id(),
        hold_id=hold.hold_id,
        customer_ref="customer-77",
        payment_state=pb.PAYMENT_STATE_PENDING,
    )
    assert shop.call("Commit", commit).state == pb.ORDER_STATE_PENDING
    request = pb.ListOrdersRequest(customer_ref="customer-77")
    (order,) = shop.call("ListOrders", request).orders
    assert (order.hold_id, order.customer_ref) == (hold.hold_id, "customer-77")


def test_a_re_route_explains_itself(shop: Shop) -> None:
    order_id, _ = ordered(shop, nyc=3, chi=3)
    request = pb.RerouteOrderRequest(
        request_id=new_id(), order_id=order_id, shipment_ids=[f"{order_id}:1"]
    )
    shop.call("RerouteOrder", request)
    asked = pb.ExplainOrderRequest(order_id=order_id, decision_number=1)
    explanation = shop.call("ExplainOrder", asked).explanation
    assert [s.node_id for s in explanation.plan.shipments] == ["chi"]
    assert explanation.replayed
    asked.decision_number = 2
    refused = refusal(lambda: shop.call("ExplainOrder", asked))
    assert "decision_number" in refused.fields


def test_an_order_is_watched_until_it_is_over(shop: Shop) -> None:
    order_id, _ = ordered(shop, nyc=3)
    stub = shop.server.client().raw.orders
    stream = stub.WatchOrder(pb.WatchOrderRequest(order_id=order_id), timeout=10)
    assert next(stream).order.state == pb.ORDER_STATE_ALLOCATED
    request = pb.CancelOrderRequest(request_id=new_id(), order_id=order_id)
    shop.call("CancelOrder", request)
    assert [found.order.state for found in stream] == [pb.ORDER_STATE_CANCELLED]


def test_nothing_comes_back_before_it_left(shop: Shop) -> None:
    order_id, sku = ordered(shop, nyc=3)
    request = pb.CreateReturnRequest(
        request_id=new_id(),
        order_id=order_id,
        return_id=f"r-{order_id}"[:64],
        lines=[pb.ReturnLine(sku=sku, quantity=1)],
    )
    refused = refusal(lambda: shop.call("CreateReturn", request))
    assert refused.reason == "WRONG_STATE"
