"""What somebody still has, brings or waits for has stock, though no shelf shows it."""

from collections.abc import Iterator

import pytest

from shipfrom import Lane, Money
from shipfrom.testing import Server
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb
from tests.router.shop import new_id, refusal
from tests.router.stores.counter import NOT_FOUND, Counter, open_stores
from tests.router.test_bundles import item, write

SCRAP = pb.DISPOSITION_SCRAP


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A van goes to stores from New York."""
    with Server(empty=True, valkey=False) as started:
        open_stores(started)
        van = Lane(
            "van",
            node_id="nyc",
            service="TRANSFER",
            zone=1,
            base=Money(200, "USD"),
            transit_days=1,
        )
        started.client().upsert_lanes([van])
        yield started


@pytest.fixture
def counter(server: Server) -> Counter:
    return Counter(server)


def make_bundle(counter: Counter, sku: str) -> None:
    write(counter, item(sku, {counter.sku(): 1}))


def why_not(counter: Counter, sku: str) -> str:
    refused = refusal(lambda: make_bundle(counter, sku))
    return refused.fields["items[0].components"]


def announce(counter: Counter, sku: str, units: int) -> None:
    """Units are to come."""
    row = inventory_pb.Incoming(
        incoming_id=new_id(), sku=sku, node_id="nyc", quantity=units
    )
    row.expected_date.year, row.expected_date.month, row.expected_date.day = 2027, 1, 4
    request = inventory_pb.SetIncomingRequest(request_id=new_id(), incoming=[row])
    counter.call("SetIncoming", request)


def test_what_is_announced_does_not_become_a_bundle(counter: Counter) -> None:
    sku = counter.sku()
    announce(counter, sku, 4)

    assert "has stock of its own" in why_not(counter, sku)


def test_what_an_order_waits_for_does_not_become_a_bundle(counter: Counter) -> None:
    sku = counter.sku(nyc=2)
    name = counter.ordered({sku: 2})
    counter.ask("Reject", name, reason=NOT_FOUND)
    cell = counter.cell(sku, "nyc")
    assert (cell.on_hand, cell.allocated) == (0, 0)

    assert "has stock of its own" in why_not(counter, sku)


def test_what_is_on_a_van_does_not_become_a_bundle(counter: Counter) -> None:
    sku = counter.sku(nyc=2)
    name = counter.ordered({sku: 2}, ship_to=order_pb2.Destination(node_id="bkn"))
    counter.picked(name, {sku: 2})
    counter.ask("MarkShipped", name, carrier="van")
    assert counter.cell(sku, "nyc").on_hand == 0

    assert "has stock of its own" in why_not(counter, sku)


def coming_back(counter: Counter, sku: str) -> pb.ReceiveReturnRequest:
    """An order went out, and all of it is on its way back; how it is received."""
    name = counter.ordered({sku: 1})
    counter.picked(name, {sku: 1})
    counter.ask("MarkShipped", name, carrier="UPS")
    order_id = name.rpartition(":")[0]
    announced = pb.CreateReturnRequest(
        request_id=new_id(),
        order_id=order_id,
        return_id=order_id,
        lines=[pb.ReturnLine(sku=sku, quantity=1)],
    )
    counter.call("CreateReturn", announced)
    return pb.ReceiveReturnRequest(
        request_id=new_id(),
        order_id=order_id,
        return_id=order_id,
        lines=[pb.ReceivedLine(sku=sku, quantity=1)],
    )


def test_a_bundle_that_comes_back_is_no_stock(counter: Counter) -> None:
    sku = counter.sku(nyc=1)
    request = coming_back(counter, sku)
    make_bundle(counter, sku)

    refused = refusal(lambda: counter.call("ReceiveReturn", request))
    assert "has no stock" in refused.fields["lines[0].disposition"]
    request.lines[0].disposition = SCRAP
    (line,) = counter.call("ReceiveReturn", request).goods_return.lines

    assert (line.received, line.disposition) == (1, SCRAP)
    assert counter.cell(sku, "nyc").on_hand == 0


def test_a_return_that_was_received_before_is_answered_again(counter: Counter) -> None:
    sku = counter.sku(nyc=1)
    request = coming_back(counter, sku)
    first = counter.call("ReceiveReturn", request)
    counter.count(sku, nyc=0)
    make_bundle(counter, sku)

    assert counter.call("ReceiveReturn", request) == first
