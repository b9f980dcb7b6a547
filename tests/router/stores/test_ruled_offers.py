"""A policy has shipments of stores offered to others, by itself and once."""

import asyncio
from collections.abc import Iterator
from datetime import UTC

import pytest

from shipfrom.testing import Server
from shipfrom.v1 import event_service_pb2 as event_pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_pb
from tests.router.shop import new_id
from tests.router.stores.counter import Counter, assert_books_are_right, open_stores
from tests.router.test_queues import govern

ASKS = """kind: Policy
name: us-default
say: Cheapest plan
rules:
- id: ask-around
  say: Two stores are asked beside the one that is planned
  do: OFFER
  nodes: 2
  minutes: 20
  where: [{field: node.id, op: IN, value: [nyc, lax, phl]}]
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(empty=True, valkey=False) as started:
        open_stores(started)
        govern(Counter(started), ASKS)
        yield started
        assert_books_are_right(started)


@pytest.fixture
def counter(server: Server) -> Counter:
    return Counter(server)


def keep_time(counter: Counter) -> None:
    counter.server.run(counter.server.app.keep_time())


def asked(counter: Counter, name: str) -> set[str]:
    """Nodes that may accept it."""
    nodes = ("nyc", "chi", "lax", "phl")
    tasks = {node: counter.tasks(node).get(name) for node in nodes}
    return {node for node, task in tasks.items() if task and task.offered}


def test_the_best_nodes_that_the_rule_means_are_asked(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5, lax=5, phl=5)
    name = counter.ordered({sku: 2})
    keep_time(counter)
    assert asked(counter, name) == {"nyc", "lax", "phl"}
    due = counter.tasks("lax")[name].due_time.ToDatetime(tzinfo=UTC)
    waits = due - counter.server.clock.now()
    assert waits.total_seconds() == 20 * 60
    won = counter.ask("Accept", name, node_id="lax").task
    assert (won.node_id, won.state) == ("lax", order_pb2.SHIPMENT_STATE_ACCEPTED)
    keep_time(counter)
    assert counter.states(name) == [("nyc", "CANCELLED"), ("lax", "ACCEPTED")]


def test_the_plan_and_the_events_say_so(counter: Counter) -> None:
    sku = counter.sku(nyc=5, lax=5)
    hold = counter.hold({sku: 1})
    offer = hold.plan.shipments[0].offer
    assert (offer.rule_id, offer.nodes, offer.minutes) == ("ask-around", 2, 20)
    order_id = counter.commit(hold.hold_id).order_id
    keep_time(counter)
    read = order_pb.GetOrderRequest(order_id=order_id)
    kept = counter.call("GetOrder", read).order.plan.shipments[0].offer
    assert kept == offer
    told = [e for e in events(counter, order_id) if e.type.endswith("offered.v1")]
    assert [(e.data["rule"], e.data["nodes"]) for e in told] == [("ask-around", 1)]


def test_a_shipment_of_another_node_is_left_alone(counter: Counter) -> None:
    sku = counter.sku(chi=5, lax=5)
    name = counter.ordered({sku: 1})
    keep_time(counter)
    assert asked(counter, name) == set()
    assert counter.tasks("chi")[name].HasField("due_time")


def test_where_nobody_else_could_send_it_its_own_node_has_its_time(
    counter: Counter,
) -> None:
    name = counter.ordered({counter.sku(nyc=5, chi=5, lax=1): 2})
    keep_time(counter)
    assert asked(counter, name) == set()
    assert counter.tasks("nyc")[name].HasField("due_time")


def test_an_order_is_offered_when_it_is_paid(counter: Counter) -> None:
    hold = counter.hold({counter.sku(nyc=5, lax=5): 1})
    unpaid = order_pb.PAYMENT_STATE_PENDING
    name = counter.commit(hold.hold_id, payment_state=unpaid).order_id + ":1"
    keep_time(counter)
    assert asked(counter, name) == set()
    pay(counter, name)
    keep_time(counter)
    assert asked(counter, name) == {"nyc", "lax"}


def test_after_its_minutes_the_own_node_has_to_send_it(counter: Counter) -> None:
    name = counter.ordered({counter.sku(nyc=5, lax=5): 1})
    keep_time(counter)
    counter.server.clock.advance("20m")
    keep_time(counter)
    assert asked(counter, name) == set()
    task = counter.tasks("nyc")[name]
    assert task.due_time.ToDatetime(tzinfo=UTC) > counter.server.clock.now()
    assert counter.states(name) == [("nyc", "ALLOCATED")]


def test_many_routers_ask_once(counter: Counter) -> None:
    name = counter.ordered({counter.sku(nyc=5, lax=5): 1})
    app = counter.server.app
    whole = counter.server.run(app.stock.order_books.of_shipment(name))
    row, offer = whole.book.shipments[name], app._timers.offers.offer

    async def three() -> list[bool]:
        return await asyncio.gather(offer(row), offer(row), offer(row))

    # The server's own round may have been first.
    assert sum(counter.server.run(three())) <= 1
    told = [e.type for e in events(counter, name[:-2])]
    assert told.count("shipfrom.shipment.offered.v1") == 1


def test_what_somebody_offered_by_hand_is_left_alone(counter: Counter) -> None:
    name = counter.ordered({counter.sku(nyc=5, chi=5, lax=5): 1})
    app = counter.server.app
    whole = counter.server.run(app.stock.order_books.of_shipment(name))
    counter.ask("OfferShipment", name, node_ids=["chi"], minutes=60)
    row = whole.book.shipments[name]
    assert not counter.server.run(app._timers.offers.offer(row))
    assert asked(counter, name) == {"nyc", "chi"}


def pay(counter: Counter, name: str) -> None:
    request = order_pb.ReportPaymentRequest(
        request_id=new_id(),
        order_id=name[:-2],
        payment_id=new_id(),
        state=order_pb.PAYMENT_STATE_AUTHORIZED,
    )
    counter.call("ReportPayment", request)


def events(counter: Counter, order_id: str) -> list[event_pb.Event]:
    counter.server.run(counter.server.app.relay())
    events = counter.server.client().raw.events
    request = event_pb.ListEventsRequest(subject=order_id)
    return list(events.ListEvents(request).events)
