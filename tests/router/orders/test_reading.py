"""Orders are found again, page by page, and explain themselves from what was stored."""

import pytest

from shipfrom.testing import Server
from shipfrom.v1 import network_service_pb2 as network_pb
from shipfrom.v1 import order_service_pb2 as pb
from tests.router.shop import Shop, furnish, new_id, refusal


def ordered(shop: Shop, **on_hand: int) -> str:
    """The id of a fresh order of one unit."""
    return shop.commit(shop.hold({shop.sku(**on_hand): 1}).hold_id).order_id


def test_an_order_has_its_lines_and_plan(shop: Shop) -> None:
    one, two = shop.sku(nyc=2), shop.sku(chi=1)
    hold = shop.hold({one: 2, two: 1}, order_ref="W-77")
    shop.commit(hold.hold_id, order_id="order-77")
    order = shop.call("GetOrder", pb.GetOrderRequest(order_id="order-77")).order
    assert (order.order_id, order.hold_id) == ("order-77", hold.hold_id)
    assert (order.order_ref, order.state) == ("W-77", pb.ORDER_STATE_ALLOCATED)
    assert {line.sku: line.quantity for line in order.lines} == {one: 2, two: 1}
    assert order.plan.cost == hold.plan.cost
    ids = [shipment.shipment_id for shipment in order.plan.shipments]
    assert ids == ["order-77:1", "order-77:2"]


def test_an_unknown_order_is_not_found(shop: Shop) -> None:
    request = pb.GetOrderRequest(order_id="nobody")
    refused = refusal(lambda: shop.call("GetOrder", request))
    assert (refused.code, refused.reason) == ("NOT_FOUND", "ORDER_NOT_FOUND")


def test_orders_are_listed_newest_first_without_gap_or_double(shop: Shop) -> None:
    made = []
    for _ in range(7):
        shop.server.clock.advance("1s")
        made.append(ordered(shop, nyc=1))
    found, token = [], ""
    for _ in range(4):
        request = pb.ListOrdersRequest(page_size=2, page_token=token)
        page = shop.call("ListOrders", request)
        found += [order.order_id for order in page.orders]
        token = page.next_page_token
    assert found[:7] == made[::-1]


def test_orders_of_one_instant_are_all_listed() -> None:
    with Server(empty=True) as server:
        furnish(server)
        shop = Shop(server)
        made = {ordered(shop, nyc=1) for _ in range(5)}
        found = []
        token = ""
        while not found or token:
            request = pb.ListOrdersRequest(page_size=2, page_token=token)
            page = shop.call("ListOrders", request)
            found += [order.order_id for order in page.orders]
            token = page.next_page_token
        assert len(found) == 5
        assert set(found) == made


def test_orders_can_be_listed_by_state(shop: Shop) -> None:
    order_id = ordered(shop, nyc=1)
    allocated = pb.ListOrdersRequest(state=pb.ORDER_STATE_ALLOCATED, page_size=1000)
    assert order_id in {o.order_id for o in shop.call("ListOrders", allocated).orders}
    shipped = pb.ListOrdersRequest(state=pb.ORDER_STATE_SHIPPED)
    assert not shop.call("ListOrders", shipped).orders


@pytest.mark.parametrize("token", ["nonsense", "!!", "W10", "bnVsbA", "A" * 3000])
def test_a_foreign_page_token_is_refused(shop: Shop, token: str) -> None:
    request = pb.ListOrdersRequest(page_token=token)
    refused = refusal(lambda: shop.call("ListOrders", request))
    assert (refused.code, refused.reason) == ("INVALID_ARGUMENT", "PAGE_TOKEN_MISMATCH")


def test_a_page_token_is_bound_to_its_filter(shop: Shop) -> None:
    ordered(shop, nyc=1)
    ordered(shop, nyc=1)
    page = shop.call("ListOrders", pb.ListOrdersRequest(page_size=1))
    other = pb.ListOrdersRequest(
        page_token=page.next_page_token, state=pb.ORDER_STATE_SHIPPED
    )
    assert refusal(lambda: shop.call("ListOrders", other)).reason == (
        "PAGE_TOKEN_MISMATCH"
    )


def test_an_order_is_explained_by_solving_it_again(shop: Shop) -> None:
    sku = shop.sku(nyc=3, chi=3)
    hold = shop.hold({sku: 1})
    by_hold = pb.ExplainOrderRequest(hold_id=hold.hold_id)
    explanation = shop.call("ExplainOrder", by_hold).explanation
    assert explanation.replayed
    assert explanation.verdict
    assert explanation.plan.cost == hold.plan.cost
    assert {c.node_id for c in explanation.candidates if c.chosen} == {"nyc"}
    order_id = shop.commit(hold.hold_id).order_id
    by_order = pb.ExplainOrderRequest(order_id=order_id)
    again = shop.call("ExplainOrder", by_order).explanation
    assert again.replayed
    assert again.verdict == explanation.verdict


def test_an_order_is_explained_with_the_network_of_its_day(shop: Shop) -> None:
    order_id = ordered(shop, nyc=3, chi=3)
    request = pb.ExplainOrderRequest(order_id=order_id)
    before = shop.call("ExplainOrder", request).explanation
    nodes = [network_pb.Node(node_id="nyc", postal_code="10001", disabled=True)]
    off = network_pb.UpsertNodesRequest(request_id=new_id(), nodes=nodes)
    shop.call("UpsertNodes", off)
    try:
        after = shop.call("ExplainOrder", request).explanation
        assert shop.quote({shop.sku(nyc=1): 1}).best.unfilled, "disabled now"
    finally:
        nodes[0].disabled = False
        on = network_pb.UpsertNodesRequest(request_id=new_id(), nodes=nodes)
        shop.call("UpsertNodes", on)
    assert after.replayed
    assert after.network_version == before.network_version
    assert after.plan == before.plan


def test_an_unknown_subject_cannot_be_explained(shop: Shop) -> None:
    by_hold = pb.ExplainOrderRequest(hold_id="nobody")
    assert refusal(lambda: shop.call("ExplainOrder", by_hold)).reason == (
        "HOLD_NOT_FOUND"
    )
    by_order = pb.ExplainOrderRequest(order_id="nobody")
    assert refusal(lambda: shop.call("ExplainOrder", by_order)).reason == (
        "ORDER_NOT_FOUND"
    )


def test_a_tombstone_has_nothing_to_explain(shop: Shop) -> None:
    shop.release("never-held")
    request = pb.ExplainOrderRequest(hold_id="never-held")
    refused = refusal(lambda: shop.call("ExplainOrder", request))
    assert (refused.code, refused.reason) == ("NOT_FOUND", "HOLD_NOT_FOUND")
