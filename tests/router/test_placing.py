"""An order that was placed elsewhere is taken in one call, and may be sent again."""

from shipfrom.v1 import checkout_service_pb2 as pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as orders
from tests.router.shop import Shop, new_id, refusal


def wanted(sku: str, order_id: str, **fields: object) -> pb.PlaceOrderRequest:
    usual = {"customer_ref": "c-1", **fields}
    return pb.PlaceOrderRequest(
        request_id=new_id(),
        order_id=order_id,
        lines=[order_pb2.Line(sku=sku, quantity=2)],
        ship_to=order_pb2.Destination(postal_code="10001", region_code="US"),
        **usual,
    )


def test_an_order_is_taken_and_taken_once(shop: Shop) -> None:
    request = wanted(shop.sku(nyc=3), "market-1")
    taken = shop.call("PlaceOrder", request)
    assert taken.state == orders.ORDER_STATE_ALLOCATED
    assert [s.node_id for s in taken.plan.shipments] == ["nyc"]
    assert shop.call("PlaceOrder", request) == taken
    assert shop.trailers["shipfrom-replayed"] == "true"


def test_an_unpaid_order_waits(shop: Shop) -> None:
    request = wanted(
        shop.sku(nyc=3), "market-2", payment_state=orders.PAYMENT_STATE_PENDING
    )
    assert shop.call("PlaceOrder", request).state == orders.ORDER_STATE_PENDING


def test_what_nobody_could_find_again_is_refused(shop: Shop) -> None:
    request = wanted(shop.sku(nyc=3), "no spaces please", customer_ref="")
    refused = refusal(lambda: shop.call("PlaceOrder", request))
    assert set(refused.fields) == {"order_id", "customer_ref"}


def test_an_order_without_stock_is_not_taken(shop: Shop) -> None:
    request = wanted(shop.sku(nyc=1), "market-3")
    assert refusal(lambda: shop.call("PlaceOrder", request)).reason == "NO_STOCK"
    read = orders.GetOrderRequest(order_id="market-3")
    assert refusal(lambda: shop.call("GetOrder", read)).reason == "ORDER_NOT_FOUND"
