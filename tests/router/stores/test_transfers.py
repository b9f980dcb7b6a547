"""What a store lacks is brought there, and the customer collects everything at once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shipfrom import Lane, Money
from shipfrom.testing import Server
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import network_service_pb2 as network_pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_pb
from shipfrom.v1 import store_service_pb2 as pb
from tests.router.shop import new_id, refusal
from tests.router.stores.counter import (
    STATES,
    Counter,
    assert_books_are_right,
    open_stores,
    untimed,
)
from tests.router.test_queues import govern

TOO_BUSY = pb.REJECT_REASON_TOO_BUSY
NO_VANS = """kind: Policy
name: us-default
say: Cheapest plan
rules:
- id: no-vans
  say: Nothing is brought to stores
  do: NEVER
  where: [{field: lane.service, op: EQ, value: TRANSFER}]
"""
AT_BROOKLYN = order_pb2.Destination(node_id="bkn")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Vans go to stores from New York and from Chicago, and cost less than parcels."""
    with Server(empty=True, valkey=False) as started:
        open_stores(started)
        started.client().upsert_lanes(
            [
                Lane(
                    f"van-{node}",
                    node_id=node,
                    service="TRANSFER",
                    zone=1,
                    base=Money(minor, "USD"),
                    transit_days=days,
                )
                for node, minor, days in (("nyc", 200, 1), ("chi", 400, 3))
            ]
        )
        yield started
        assert_books_are_right(started)


@pytest.fixture
def counter(server: Server) -> Counter:
    return Counter(server)


def bought(counter: Counter, lines: dict[str, int], **fields: Any) -> str:
    """An order to be collected in Brooklyn."""
    hold = counter.hold(lines, ship_to=AT_BROOKLYN, **fields)
    return counter.commit(hold.hold_id).order_id


def sent(counter: Counter, name: str, units: dict[str, int]) -> Any:
    """Picked and given to the van."""
    counter.picked(name, units)
    return counter.ask("MarkShipped", name, carrier="van").task


def received(counter: Counter, name: str) -> str:
    return counter.ask("ReceiveTransfer", name).task.shipment_id


def ways(counter: Counter, order_id: str) -> list[tuple[str, str, str, str]]:
    """Node, service, store and state of every shipment."""
    found = counter.order(f"{order_id}:1").shipments
    return [
        (
            s.node_id,
            s.service,
            s.destination_node_id,
            STATES.Name(s.state).removeprefix("SHIPMENT_STATE_"),
        )
        for s in found
    ]


def test_a_plan_has_the_stores_own_goods_and_those_that_are_brought(
    counter: Counter,
) -> None:
    own, brought = counter.sku(bkn=5, nyc=5), counter.sku(nyc=5, chi=5, lax=5)
    plan = counter.hold({own: 2, brought: 1}, ship_to=AT_BROOKLYN).plan
    assert [
        (s.node_id, s.service, s.destination_node_id, [x.sku for x in s.lines])
        for s in plan.shipments
    ] == [
        ("bkn", "PICKUP", "", [own]),
        ("nyc", "TRANSFER", "bkn", [brought]),
    ]
    assert (plan.cost.units, plan.cost.nanos) == (2, 0)
    today, tomorrow = (s.promise_date for s in plan.shipments)
    assert (today.day, tomorrow.day, plan.promise_date.day) == (16, 17, 17)


def test_the_store_gives_what_it_has_of_a_line_and_the_rest_is_brought(
    counter: Counter,
) -> None:
    sku = counter.sku(bkn=1, nyc=2)
    order_id = bought(counter, {sku: 3})
    assert ways(counter, order_id) == [
        ("bkn", "PICKUP", "", "ALLOCATED"),
        ("nyc", "TRANSFER", "bkn", "ALLOCATED"),
    ]
    assert counter.units(sku, "bkn")[1] == 1
    assert counter.units(sku, "nyc")[1] == 2


def test_from_the_other_store_to_the_customers_hands(counter: Counter) -> None:
    sku = counter.sku(nyc=5, bkn=0)
    order_id = bought(counter, {sku: 2})
    leg = f"{order_id}:1"
    task = counter.tasks("nyc")[leg]
    assert (task.destination_node_id, task.incoming, task.pickup) == (
        *("bkn", False),
        False,
    )
    assert leg not in counter.tasks("bkn")
    task = sent(counter, leg, {sku: 2})
    assert task.state == order_pb2.SHIPMENT_STATE_IN_TRANSIT
    order = counter.order(leg)
    assert order.state == order_pb.ORDER_STATE_PICKING
    assert [(x.sent, x.open) for x in order.line_states] == [(0, 2)]
    assert leg not in counter.tasks("nyc")
    assert counter.tasks("bkn")[leg].incoming
    assert (counter.units(sku, "nyc"), counter.units(sku, "bkn")) == (
        *((3, 0, 0), (0, 0, 0)),
    )
    here = received(counter, leg)
    task = counter.tasks("bkn")[here]
    assert (task.node_id, task.pickup, task.incoming) == ("bkn", True, False)
    assert counter.units(sku, "bkn") == (2, 2, 0)
    assert counter.available(sku) == 3
    counter.picked(here, {sku: 2})
    code = counter.ask("MarkReady", here).pickup_code
    assert counter.order(leg).state == order_pb.ORDER_STATE_READY
    counter.ask("HandOver", here, pickup_code=code)
    assert ways(counter, order_id) == [
        ("nyc", "TRANSFER", "bkn", "RECEIVED"),
        ("bkn", "PICKUP", "", "COLLECTED"),
    ]
    order = counter.order(leg)
    assert order.state == order_pb.ORDER_STATE_COMPLETED
    assert [s.cost.units for s in order.shipments] == [2, 0]
    assert [(x.sent, x.open) for x in order.line_states] == [(2, 0)]
    assert counter.units(sku, "bkn") == (0, 0, 0)


def test_nothing_else_goes_to_the_store_in_place_of_what_was_ordered(
    counter: Counter,
) -> None:
    sku, other = counter.sku(nyc=3), counter.sku(nyc=9)
    item = network_pb.Item(sku=sku, weight_g=300, substitutes=[other])
    write = network_pb.UpsertItemsRequest(request_id=new_id(), items=[item])
    counter.call("UpsertItems", write)
    order_id = bought(counter, {sku: 2}, allow_substitutes=True)
    (task,) = [
        t for t in counter.tasks("nyc").values() if t.shipment_id == f"{order_id}:1"
    ]
    assert not task.lines[0].substitutes
    instead = order_pb2.Line(sku=other, quantity=1)
    line = pb.PickedLine(sku=sku, picked=1, missing=1, substitutes=[instead])
    refused = refusal(lambda: counter.ask("ConfirmPick", f"{order_id}:1", lines=[line]))
    assert refused.reason == "SUBSTITUTE_NOT_ALLOWED"
    assert "goes to a store" in refused.fields["lines[0].substitutes[0].sku"]


def test_what_nobody_comes_for_is_stock_of_the_store(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    order_id = bought(counter, {sku: 2})
    sent(counter, f"{order_id}:1", {sku: 2})
    here = received(counter, f"{order_id}:1")
    counter.picked(here, {sku: 2})
    counter.ask("MarkReady", here)
    counter.ask("MarkUncollected", here)
    assert counter.units(sku, "bkn") == (2, 0, 0)
    assert counter.units(sku, "nyc") == (3, 0, 0)


def test_what_the_van_lost_goes_elsewhere(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5)
    order_id = bought(counter, {sku: 2})
    sent(counter, f"{order_id}:1", {sku: 2})
    here = received(counter, f"{order_id}:1")
    fewer = pb.REJECT_REASON_FEWER
    told = counter.picked(here, {sku: 1}, missing={sku: 1}, reason=fewer)
    assert told.rerouted.sentence.startswith("goes to nyc")
    assert counter.units(sku, "bkn") == (1, 1, 0)
    assert ways(counter, order_id)[-1] == ("nyc", "TRANSFER", "bkn", "ALLOCATED")


def test_a_store_that_will_not_send_it_is_replaced_by_another(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5, lax=5)
    order_id = bought(counter, {sku: 2})
    told = counter.ask("Reject", f"{order_id}:1", reason=TOO_BUSY).rerouted
    assert told.sentence.startswith("goes to chi")
    assert ways(counter, order_id)[-1] == ("chi", "TRANSFER", "bkn", "ALLOCATED")
    told = counter.ask("Reject", f"{order_id}:2", reason=TOO_BUSY).rerouted
    assert told.sentence.startswith("no other node has it"), "no van comes from lax"


def test_a_transfer_is_handed_over_by_nobody_before_it_is_received(
    counter: Counter,
) -> None:
    sku = counter.sku(nyc=5)
    leg = f"{bought(counter, {sku: 1})}:1"
    counter.picked(leg, {sku: 1})
    assert counter.ask("MarkReady", leg).pickup_code == ""
    for method, fields in (
        ("HandOver", {"pickup_code": "1"}),
        ("MarkUncollected", {}),
        ("ReceiveTransfer", {}),
    ):
        request = counter.request(method, leg, **fields)
        refused = refusal(lambda m=method, r=request: counter.call(m, r))
        assert refused.reason == "WRONG_STATE", method
    counter.ask("MarkShipped", leg)
    for method in ("MarkDelivered", "MarkShipped", "MarkReady"):
        request = counter.request(method, leg)
        refused = refusal(lambda m=method, r=request: counter.call(m, r))
        assert refused.metadata["state"] == "IN_TRANSIT", method


def test_a_late_repeat_of_a_receipt_is_the_same_receipt(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    leg = f"{bought(counter, {sku: 1})}:1"
    sent(counter, leg, {sku: 1})
    receipt = counter.request("ReceiveTransfer", leg)
    first = counter.call("ReceiveTransfer", receipt)
    assert untimed(counter.call("ReceiveTransfer", receipt)) == untimed(first)
    assert counter.trailers["shipfrom-replayed"] == "true"
    assert counter.units(sku, "bkn") == (1, 1, 0)


def test_what_is_on_its_way_is_cancelled_at_the_store(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    order_id = bought(counter, {sku: 1})
    sent(counter, f"{order_id}:1", {sku: 1})
    cancel = order_pb.CancelOrderRequest(request_id=new_id(), order_id=order_id)
    refused = refusal(lambda: counter.call("CancelOrder", cancel))
    assert (refused.reason, refused.metadata["state"]) == (
        *("PAST_POINT_OF_NO_RETURN", "IN_TRANSIT"),
    )
    received(counter, f"{order_id}:1")
    cancel.request_id = new_id()
    assert counter.call("CancelOrder", cancel).order.state == (
        order_pb.ORDER_STATE_CANCELLED
    )
    assert counter.units(sku, "bkn") == (1, 0, 0)


def test_what_was_received_stays_at_its_store_however_late(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5)
    order_id = bought(counter, {sku: 1})
    sent(counter, f"{order_id}:1", {sku: 1})
    received(counter, f"{order_id}:1")
    counter.server.run(counter.server.app.keep_time())
    counter.server.clock.advance(timedelta(hours=3))
    assert ways(counter, order_id)[-1] == ("bkn", "PICKUP", "", "ACCEPTED")


def test_a_part_of_an_order_may_be_collected_at_a_store(counter: Counter) -> None:
    sku, other = counter.sku(nyc=5), counter.sku(nyc=5)
    lines = [order_pb2.Line(sku=sku, quantity=1)]
    part = checkout_pb.OrderPart(lines=lines, ship_to=AT_BROOKLYN)
    hold = counter.hold({other: 1}, parts=[part])
    order_id = counter.commit(hold.hold_id).order_id
    assert [way[:3] for way in ways(counter, order_id)] == [
        ("nyc", "GROUND", ""),
        ("nyc", "TRANSFER", "bkn"),
    ]
    told = counter.ask("Reject", f"{order_id}:1", reason=TOO_BUSY).rerouted
    assert told.sentence.startswith("no other node"), "its own way was by GROUND"


def test_a_quote_is_the_plan_that_is_held(counter: Counter) -> None:
    lines = {counter.sku(bkn=1, nyc=5): 1, counter.sku(nyc=5, chi=5): 2}
    quoted = counter.quote(lines, ship_to=AT_BROOKLYN).best
    held = counter.hold(lines, ship_to=AT_BROOKLYN).plan
    assert list(quoted.shipments) == list(held.shipments)


def test_a_watching_store_hears_of_what_comes_and_came(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    leg = f"{bought(counter, {sku: 1})}:1"
    stub = counter.server.client().raw.stores

    def news(token: str = "") -> tuple[dict[str, pb.Task], str]:
        """What a device at the store is told, until it is told of the leg."""
        asked = pb.WatchTasksRequest(node_id="bkn", resume_token=token)
        told: dict[str, pb.Task] = {}
        for message in stub.WatchTasks(asked, timeout=10):
            told |= {task.shipment_id: task for task in message.tasks}
            if leg in told:
                return told, message.resume_token
        raise AssertionError("the watch ended")

    sent(counter, leg, {sku: 1})
    told, token = news()
    assert told[leg].incoming
    received(counter, leg)
    told, _ = news(token)
    assert told[leg].state == order_pb2.SHIPMENT_STATE_RECEIVED


def test_a_van_that_does_not_come_is_an_exception(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    leg = f"{bought(counter, {sku: 1})}:1"
    sent(counter, leg, {sku: 1})
    assert leg not in late(counter)
    counter.server.clock.advance(timedelta(days=3))
    found = late(counter)[leg]
    assert found.kind == order_pb.EXCEPTION_KIND_TIMED_OUT
    assert found.what.startswith("IN_TRANSIT to bkn")
    assert found.next_step == f"shipfrom store receive {leg}"
    received(counter, leg)
    assert leg not in late(counter)


def late(counter: Counter) -> dict[str, order_pb.OrderException]:
    page = counter.call("ListExceptions", order_pb.ListExceptionsRequest())
    return {each.shipment_id: each for each in page.exceptions}


def test_the_label_names_the_store(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    leg = f"{bought(counter, {sku: 1})}:1"
    kind = pb.DOCUMENT_KIND_LABEL
    label = pb.PrintDocumentRequest(kind=kind, shipment_id=leg)
    assert "TRANSFER to bkn" in counter.call("PrintDocument", label).html
    sent(counter, leg, {sku: 1})
    label.shipment_id = received(counter, leg)
    assert "Collected by the customer" in counter.call("PrintDocument", label).html


def test_a_rule_may_forbid_transfers(counter: Counter) -> None:
    """In a shop of its own: a policy is everybody's."""
    sku = "FORBIDDEN"
    with Server(empty=True, valkey=False) as other:
        open_stores(other)
        van = Lane("van", service="TRANSFER", zone=1, base=Money(200, "USD"))
        other.client().upsert_lanes([van])
        shop = Counter(other)
        shop.count(sku, nyc=5)
        assert shop.quote({sku: 1}, ship_to=AT_BROOKLYN).best.shipments
        govern(shop, NO_VANS)
        assert not shop.quote({sku: 1}, ship_to=AT_BROOKLYN).best.shipments


def test_nobody_else_is_sent_anything_by_van(counter: Counter) -> None:
    """A van costs less than a parcel, and ends at a store."""
    sku = counter.sku(nyc=5)
    (shipment,) = counter.hold({sku: 1}).plan.shipments
    assert (shipment.service, shipment.cost.units) == ("GROUND", 5)


def test_where_no_van_goes_only_the_shelf_counts(counter: Counter) -> None:
    sku = counter.sku(lax=5)
    refused = refusal(lambda: counter.hold({sku: 1}, ship_to=AT_BROOKLYN))
    assert refused.reason == "NO_STOCK"


def test_a_decision_with_a_transfer_replays_as_the_same(counter: Counter) -> None:
    sku = counter.sku(bkn=1, nyc=2, chi=2)
    order_id = bought(counter, {sku: 3})
    replay = order_pb.ReplayOrderRequest(order_id=order_id)
    assert counter.call("ReplayOrder", replay).outcome == (order_pb.REPLAY_OUTCOME_SAME)
    explain = order_pb.ExplainOrderRequest(order_id=order_id)
    told = counter.call("ExplainOrder", explain).explanation
    reasons = {c.node_id: c.exclusion for c in told.candidates}
    assert (reasons["bkn"], reasons["nyc"], reasons["chi"]) == ("", "", "COSTLIER")


def test_a_wrong_place_to_collect_is_named(counter: Counter) -> None:
    sku = counter.sku(bkn=5)
    for ship_to, service, field in (
        (order_pb2.Destination(node_id="bkm"), "", "ship_to.node_id"),
        (order_pb2.Destination(node_id="nyc"), "", "ship_to.node_id"),
        (
            order_pb2.Destination(node_id="bkn", postal_code="10001"),
            "",
            "ship_to.node_id",
        ),
        (AT_BROOKLYN, "GROUND", "routing.service"),
        (order_pb2.Destination(postal_code="10001"), "TRANSFER", "routing.service"),
    ):
        routing = order_pb2.Routing(service=service)
        refused = refusal(
            lambda to=ship_to, by=routing: counter.hold(
                {sku: 1}, ship_to=to, routing=by
            )
        )
        assert set(refused.fields) == {field}
