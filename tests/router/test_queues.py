"""Orders that wait: for units that are not there, for a rule, for a person."""

import time
from collections.abc import Iterator

import pytest

from inventory.audit import audit
from shipfrom.testing import Server
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb
from shipfrom.v1 import policy_service_pb2 as policy_pb
from tests.router.shop import Shop, furnish, hold_request, new_id, refusal

FOLLOWED_S = 5.0
HEAD = "kind: Policy\nname: us-default\nsay: Cheapest plan\n"
KEEPS = HEAD + "unfilled: BACKORDER\n"
LOOKS = HEAD + "unfilled: REVIEW\n"
SENDS = """rules:
- id: preorder
  say: Not before it is released
  do: SEND_TO
  queue: {queue}
  where: [{{field: order.channel, op: EQ, value: preorder}}]
"""
PREORDER = order_pb2.OrderFacts(channel="preorder")


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Server(valkey=False, empty=True) as server:
        furnish(server)
        yield Shop(server)
        assert server.run(audit(server.ledger_url)).violations == ()


def govern(shop: Shop, yaml: str) -> None:
    """Put a policy in force."""
    made = policy_pb.CreatePolicyRequest(request_id=new_id(), yaml=yaml)
    version = shop.call("CreatePolicy", made).version
    request = policy_pb.PublishPolicyRequest(
        request_id=new_id(),
        version=version.version,
        etag=version.etag,
        override_reason="a test",
    )
    shop.call("PublishPolicy", request)
    probe, deadline = shop.sku(nyc=1), time.monotonic() + FOLLOWED_S
    wanted = f"rules-{version.version}"
    while shop.quote({probe: 1}).best.policy_version != wanted:
        assert time.monotonic() < deadline, "it never came into force"
        time.sleep(0.02)


def read(shop: Shop, order_id: str) -> pb.Order:
    return shop.call("GetOrder", pb.GetOrderRequest(order_id=order_id)).order


def waiting(order: pb.Order) -> dict[str, int]:
    return {line.sku: line.waiting for line in order.line_states}


def test_units_that_are_not_there_wait_with_the_order(shop: Shop) -> None:
    govern(shop, KEEPS)
    sku = shop.sku(nyc=2)
    hold = shop.hold({sku: 5})
    assert hold.plan.queue == "BACKORDER"
    committed = shop.commit(hold.hold_id)
    assert committed.state == pb.ORDER_STATE_BACKORDERED
    order = read(shop, committed.order_id)
    assert order.state == pb.ORDER_STATE_BACKORDERED
    assert waiting(order) == {sku: 3}
    assert [s.node_id for s in order.shipments] == ["nyc"]
    assert shop.cell(sku, "nyc").allocated == 2


def test_an_order_of_which_nothing_ships_waits_as_a_whole(shop: Shop) -> None:
    govern(shop, KEEPS)
    sku = shop.sku(nyc=0)
    order = read(shop, shop.commit(shop.hold({sku: 5}).hold_id).order_id)
    assert order.state == pb.ORDER_STATE_BACKORDERED
    assert waiting(order) == {sku: 5}
    assert not order.shipments


def test_a_hold_that_waits_gives_back_only_what_it_took(shop: Shop) -> None:
    govern(shop, KEEPS)
    sku = shop.sku(nyc=2)
    shop.release(shop.hold({sku: 5}).hold_id)
    assert shop.cell(sku, "nyc").held == 0
    assert shop.available(sku) == 2


def test_without_such_a_policy_missing_units_are_refused(shop: Shop) -> None:
    sku = shop.sku(nyc=2)
    assert refusal(lambda: shop.hold({sku: 5})).reason == "NO_STOCK"


def test_a_person_looks_at_what_is_missing_before_anything_is_picked(
    shop: Shop,
) -> None:
    govern(shop, LOOKS)
    sku = shop.sku(nyc=2)
    order = read(shop, shop.commit(shop.hold({sku: 5}).hold_id).order_id)
    assert order.state == pb.ORDER_STATE_REVIEW
    assert waiting(order) == {sku: 3}


def test_a_rule_makes_an_order_wait_for_a_person_with_its_units_set_aside(
    shop: Shop,
) -> None:
    govern(shop, HEAD + SENDS.format(queue="REVIEW"))
    sku = shop.sku(nyc=5)
    order_id = shop.commit(shop.hold({sku: 5}, facts=PREORDER).hold_id).order_id
    order = read(shop, order_id)
    assert order.state == pb.ORDER_STATE_REVIEW
    assert waiting(order) == {sku: 0}
    request = pb.ReviewOrderRequest(request_id=new_id(), order_id=order_id)
    request.approve = True
    assert shop.call("ReviewOrder", request).order.state == pb.ORDER_STATE_ALLOCATED


def test_a_review_is_no_promise_of_units_that_are_missing(shop: Shop) -> None:
    govern(shop, HEAD + SENDS.format(queue="REVIEW"))
    sku = shop.sku(nyc=2)
    request = hold_request({sku: 5}, facts=PREORDER)
    assert refusal(lambda: shop.call("Hold", request)).reason == "NO_STOCK"


def test_a_preorder_takes_nothing_before_its_rule_lets_it_go(shop: Shop) -> None:
    govern(shop, HEAD + SENDS.format(queue="BACKORDER"))
    sku = shop.sku(nyc=5)
    committed = shop.commit(shop.hold({sku: 5}, facts=PREORDER).hold_id)
    assert not any(s.shipment_id for s in committed.plan.shipments)
    order = read(shop, committed.order_id)
    assert order.state == pb.ORDER_STATE_BACKORDERED
    assert waiting(order) == {sku: 5}
    assert not order.HasField("promised_date")
    assert shop.cell(sku, "nyc").allocated == 0
    assert shop.available(sku) == 5
