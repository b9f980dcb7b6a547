"""An order of several parts: two addresses, or home and counter, under one hold."""

from datetime import timedelta

from google.type.money_pb2 import Money

from shipfrom.v1 import checkout_service_pb2 as pb
from shipfrom.v1 import network_service_pb2 as network_pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as orders
from tests.router.shop import Shop, new_id, refusal

HOME = order_pb2.Destination(postal_code="10001", region_code="US")
ABROAD = order_pb2.Destination(postal_code="90001", region_code="US")


def asked(hold_id: str, first: str, second: str, **more: object) -> pb.HoldRequest:
    part = pb.OrderPart(
        lines=[order_pb2.Line(sku=second, quantity=1)], ship_to=ABROAD, **more
    )
    return pb.HoldRequest(
        request_id=new_id(),
        hold_id=hold_id,
        lines=[order_pb2.Line(sku=first, quantity=2)],
        ship_to=HOME,
        parts=[part],
    )


def test_two_addresses_are_held_together(shop: Shop) -> None:
    first, second = shop.sku(nyc=2), shop.sku(lax=1)
    request = asked("gift-1", first, second)
    hold = shop.call("Hold", request)
    assert [s.node_id for s in hold.plan.shipments] == ["nyc"]
    assert [s.node_id for s in hold.part_plans[0].shipments] == ["lax"]
    assert shop.call("Hold", request) == hold
    commit = pb.CommitRequest(request_id=new_id(), hold_id="gift-1")
    answer = shop.call("Commit", commit)
    assert answer.plan.shipments[0].shipment_id == "gift-1:1"
    assert answer.part_plans[0].shipments[0].shipment_id == "gift-1:2"
    request = orders.GetOrderRequest(order_id="gift-1")
    order = shop.call("GetOrder", request).order
    assert {line.sku: line.quantity for line in order.lines} == {first: 2, second: 1}
    assert [(s.node_id, s.cause) for s in order.shipments] == [("nyc", ""), ("lax", "")]


def test_one_part_that_cannot_be_sent_holds_nothing(shop: Shop) -> None:
    first, second = shop.sku(nyc=2), shop.sku(lax=0)
    refused = refusal(lambda: shop.call("Hold", asked("gift-2", first, second)))
    assert refused.reason == "NO_STOCK"
    assert shop.hold({first: 2}).hold_id


def test_a_sku_is_in_one_part_only_and_paths_name_the_part(shop: Shop) -> None:
    first = shop.sku(nyc=9)
    refused = refusal(lambda: shop.call("Hold", asked("gift-3", first, first)))
    assert "in another part" in refused.fields["parts[0].lines"]
    request = asked("gift-4", first, shop.sku(lax=1))
    request.parts[0].ship_to.postal_code = "00000"
    refused = refusal(lambda: shop.call("Hold", request))
    assert "parts[0].ship_to.postal_code" in refused.fields


def test_home_and_counter_are_one_order(shop: Shop) -> None:
    free = Money(currency_code="USD")
    lane = network_pb.Lane(
        lane_id="counter", service="PICKUP", zone=1, base=free, step=free
    )
    upsert = network_pb.UpsertLanesRequest(request_id=new_id(), lanes=[lane])
    shop.call("UpsertLanes", upsert)
    first, second = shop.sku(nyc=2), shop.sku(nyc=5, chi=1)
    counter = order_pb2.Routing(service="PICKUP", only_node_ids=["chi"])
    hold = shop.call("Hold", asked("mixed-1", first, second, routing=counter))
    (collected,) = hold.part_plans[0].shipments
    assert (collected.node_id, collected.service) == ("chi", "PICKUP")
    # Free, and there at once: but nobody asked to come for this one.
    (sent,) = shop.hold({second: 1}).plan.shipments
    assert sent.service != "PICKUP"


def test_a_move_leaves_no_unit_of_another_part_without_a_node(shop: Shop) -> None:
    first, second = shop.sku(nyc=2, chi=2), shop.sku(lax=1, chi=1)
    shop.call("Hold", asked("gift-6", first, second))
    shop.call("Commit", pb.CommitRequest(request_id=new_id(), hold_id="gift-6"))
    move = orders.RerouteOrderRequest(
        request_id=new_id(),
        order_id="gift-6",
        shipment_ids=["gift-6:1", "gift-6:2"],
    )
    refused = refusal(lambda: shop.call("RerouteOrder", move))
    assert refused.reason == "NO_STOCK"
    assert second in refused.metadata["missing"]
    move.validate_only = True
    shown = shop.call("RerouteOrder", move).change
    assert [line.sku for line in shown.unfilled] == [second]
    request = orders.GetOrderRequest(order_id="gift-6")
    states = {s.state for s in shop.call("GetOrder", request).order.shipments}
    assert states == {order_pb2.SHIPMENT_STATE_ALLOCATED}


def test_units_of_a_part_are_sent_again_to_its_own_address(shop: Shop) -> None:
    first, second = shop.sku(nyc=2), shop.sku(lax=1, chi=1)
    shop.call("Hold", asked("gift-5", first, second))
    shop.call("Commit", pb.CommitRequest(request_id=new_id(), hold_id="gift-5"))
    move = orders.RerouteOrderRequest(
        request_id=new_id(), order_id="gift-5", shipment_ids=["gift-5:2"]
    )
    change = shop.call("RerouteOrder", move).change
    (again,) = change.plan.shipments
    assert again.node_id == "chi"
    assert again.distance_km > 2_000  # Chicago to Los Angeles, not to New York


def test_each_part_is_simulated_as_an_order(shop: Shop) -> None:
    shop.server.clock.advance("2d")
    first, second = shop.sku(nyc=2), shop.sku(lax=1)
    shop.call("Hold", asked("gift-9", first, second))
    commit = pb.CommitRequest(request_id=new_id(), hold_id="gift-9")
    shop.call("Commit", commit)
    shop.server.clock.advance("1m")

    policies = shop.server.client().policies
    report = policies.simulate("published", window=timedelta(days=1))

    assert (report.orders, report.candidate.shipped_orders) == (2, 2)
