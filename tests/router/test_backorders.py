"""How many units may wait for stock: limits by cell that many callers cannot exceed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from inventory.audit import audit
from shipfrom.testing import Server
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb
from tests.router.shop import Shop, furnish, hold_request, new_id, refusal
from tests.router.test_queues import KEEPS, govern, read, waiting


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(valkey=False, empty=True) as started:
        furnish(started)
        govern(Shop(started), KEEPS)
        yield started
        assert started.run(audit(started.ledger_url)).violations == ()


@pytest.fixture
def shop(server: Server) -> Shop:
    return Shop(server)


def limit(shop: Shop, sku: str, **units: int) -> None:
    rows = [
        inventory_pb.BackorderLimit(sku=sku, node_id=node, units=n)
        for node, n in units.items()
    ]
    request = inventory_pb.SetBackorderLimitsRequest(request_id=new_id(), limits=rows)
    assert list(shop.call("SetBackorderLimits", request).limits) == rows


def waits(line: order_pb2.UnfilledLine | pb.OrderLine) -> dict[str, int]:
    return {each.node_id: each.quantity for each in line.waits}


def ordered(shop: Shop, lines: dict[str, int]) -> str:
    return shop.commit(shop.hold(lines).hold_id).order_id


def shown(shop: Shop, sku: str, node: str) -> tuple[int, int]:
    found = shop.cell(sku, node)
    return found.backorder_limit, found.backordered


def test_no_more_units_wait_than_the_nodes_allow(shop: Shop) -> None:
    sku = shop.sku(nyc=3)
    limit(shop, sku, nyc=5)
    order = read(shop, ordered(shop, {sku: 8}))
    (line,) = order.line_states
    assert (line.open, line.waiting, waits(line)) == (3, 5, {"nyc": 5})
    assert shown(shop, sku, "nyc") == (5, 5)
    refused = refusal(lambda: shop.hold({sku: 1}))
    assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "BACKORDER_LIMIT")
    best = shop.quote({sku: 1}).best
    assert (best.queue, [line.quantity for line in best.unfilled]) == ("", [1])


def test_a_quote_says_whose_limit_lets_units_wait(shop: Shop) -> None:
    sku = shop.sku(nyc=1, chi=0)
    limit(shop, sku, chi=2, nyc=9)
    (line,) = shop.quote({sku: 6}).best.unfilled
    assert waits(line) == {"chi": 2, "nyc": 3}
    only = order_pb2.Routing(only_node_ids=["nyc"])
    (line,) = shop.quote({sku: 6}, routing=only).best.unfilled
    assert waits(line) == {"nyc": 5}


def test_the_room_comes_back_with_a_release_a_cancel_and_a_route(shop: Shop) -> None:
    sku = shop.sku(nyc=0)
    limit(shop, sku, nyc=5)
    shop.release(shop.hold({sku: 5}).hold_id)
    assert shown(shop, sku, "nyc") == (5, 0)
    order_id = ordered(shop, {sku: 5})
    request = pb.CancelOrderRequest(
        request_id=new_id(),
        order_id=order_id,
        lines=[order_pb2.Line(sku=sku, quantity=2)],
    )
    shop.call("CancelOrder", request)
    assert shown(shop, sku, "nyc") == (5, 3)
    shop.count(sku, chi=2)
    shop.server.run(shop.server.app.serve())
    assert waiting(read(shop, order_id)) == {sku: 1}
    assert shown(shop, sku, "nyc") == (5, 1)


def test_what_a_node_is_short_of_waits_there_already(shop: Shop) -> None:
    sku = shop.sku(nyc=20)
    ordered(shop, {sku: 20})
    limit(shop, sku, nyc=10)
    shop.count(sku, nyc=5)
    assert refusal(lambda: shop.hold({sku: 1})).reason == "BACKORDER_LIMIT"


def test_many_callers_do_not_exceed_a_limit_together(shop: Shop) -> None:
    sku = shop.sku(nyc=2)
    limit(shop, sku, nyc=5)

    def hold(_: int) -> bool:
        try:
            shop.call("Hold", hold_request({sku: 1}))
        except grpc.RpcError:
            return False
        return True

    with ThreadPoolExecutor(8) as callers:
        assert sum(callers.map(hold, range(24))) == 7
    assert shown(shop, sku, "nyc") == (5, 5)


def test_a_repeated_hold_that_took_the_last_room_gets_its_answer(shop: Shop) -> None:
    sku = shop.sku(nyc=0)
    limit(shop, sku, nyc=1)
    request = hold_request({sku: 1})
    first = shop.call("Hold", request)
    assert shop.call("Hold", request).hold_id == first.hold_id
    assert shop.trailers["shipfrom-replayed"] == "true"


def test_so_does_a_repeated_hold_of_two_parts(shop: Shop) -> None:
    there, waiting_ = shop.sku(nyc=2), shop.sku(nyc=0)
    limit(shop, waiting_, nyc=1)
    request = hold_request({there: 1})
    part = request.parts.add()
    part.lines.add(sku=waiting_, quantity=1)
    part.ship_to.CopyFrom(request.ship_to)
    first = shop.call("Hold", request)
    assert shop.call("Hold", request) == first
    request.request_id, request.hold_id = new_id(), new_id()
    refused = refusal(lambda: shop.call("Hold", request))
    assert refused.reason == "BACKORDER_LIMIT"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"node_id": "nowhere"}, "limits[0].node_id"),
        ({"units": -1}, "limits[0].units"),
        ({"sku": ""}, "limits[0].sku"),
    ],
)
def test_what_is_wrong_with_a_limit_is_named(
    shop: Shop, wrong: dict, field: str
) -> None:
    row = {"sku": shop.sku(nyc=0), "node_id": "nyc", "units": 1, **wrong}
    request = inventory_pb.SetBackorderLimitsRequest(
        request_id=new_id(), limits=[inventory_pb.BackorderLimit(**row)]
    )
    refused = refusal(lambda: shop.call("SetBackorderLimits", request))
    assert refused.fields.keys() == {field}
