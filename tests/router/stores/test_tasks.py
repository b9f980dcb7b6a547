"""A node sees what it has to do, page by page and as it changes."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import grpc

from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_pb
from shipfrom.v1 import store_service_pb2 as pb
from tests.router.shop import new_id, refusal
from tests.router.stores.counter import NOT_FOUND, Counter


@contextmanager
def watching(
    counter: Counter, node: str, token: str = ""
) -> Iterator[Iterator[pb.WatchTasksResponse]]:
    """What a device hears until it hangs up."""
    request = pb.WatchTasksRequest(node_id=node, resume_token=token)
    stream = counter.server.client().raw.stores.WatchTasks(request, timeout=30)
    try:
        yield stream
    finally:
        stream.cancel()


def heard(
    stream: Iterator[pb.WatchTasksResponse], shipment_id: str
) -> Iterator[pb.Task]:
    """The news of one shipment."""
    for response in stream:
        yield from (t for t in response.tasks if t.shipment_id == shipment_id)


def test_a_store_sees_what_to_pick_and_by_when(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    name = counter.ordered({sku: 2}, order_ref="W-1")
    task = counter.tasks("nyc")[name]
    assert (task.order_ref, task.node_id, task.released) == ("W-1", "nyc", True)
    assert [(x.sku, x.quantity, x.picked) for x in task.lines] == [(sku, 2, 0)]
    assert not task.pickup
    assert task.ship_by_time.seconds
    assert name not in counter.tasks("chi")


def test_tasks_are_listed_without_gap_or_double(counter: Counter) -> None:
    sku = counter.sku(lax=50)
    made = [counter.ordered({sku: 1}) for _ in range(5)]
    # One order comes to have two shipments at the node.
    other = counter.sku(nyc=1)
    twice = counter.ordered({sku: 1, other: 1})
    counter.count(other, lax=1)
    counter.server.clock.advance("1m")
    nodes = [node for node, _ in counter.states(twice)]
    first = f"{twice[:-1]}{nodes.index('nyc') + 1}"
    made += counter.ask("Reject", first, reason=NOT_FOUND).rerouted.shipment_ids
    made += [f"{twice[:-1]}{nodes.index('lax') + 1}"]
    found, token = [], ""
    while not found or token:
        request = pb.ListTasksRequest(node_id="lax", page_size=2, page_token=token)
        page = counter.call("ListTasks", request)
        found += [task.shipment_id for task in page.tasks]
        token = page.next_page_token
    assert len(found) == len(set(found))
    assert set(made) <= set(found)


def test_an_unknown_node_has_no_tasks(counter: Counter) -> None:
    request = pb.ListTasksRequest(node_id="nyk")
    refused = refusal(lambda: counter.call("ListTasks", request))
    assert refused.reason == "INVALID_FIELD"
    assert "did you mean nyc?" in refused.fields["node_id"]


def test_what_is_not_paid_may_not_be_picked_yet(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    name = counter.ordered({sku: 1})
    pay = order_pb.ReportPaymentRequest(
        request_id=new_id(),
        order_id=name[:-2],
        payment_id="p1",
        state=order_pb.PAYMENT_STATE_PENDING,
    )
    counter.call("ReportPayment", pay)
    assert not counter.tasks("nyc")[name].released
    refused = refusal(lambda: counter.ask("Accept", name))
    assert (refused.reason, "not paid" in refused.message) == ("WRONG_STATE", True)


def test_a_watcher_hears_of_every_change_and_of_the_last_one(
    counter: Counter,
) -> None:
    sku = counter.sku(nyc=5)
    name = counter.ordered({sku: 1})
    with watching(counter, "nyc") as stream:
        news = heard(stream, name)
        assert next(news).state == order_pb2.SHIPMENT_STATE_ALLOCATED
        counter.ask("Accept", name)
        assert next(news).state == order_pb2.SHIPMENT_STATE_ACCEPTED
        counter.ask("Reject", name, reason=NOT_FOUND)
        assert next(news).state == order_pb2.SHIPMENT_STATE_CANCELLED


def test_the_time_of_a_step_is_told_when_it_is_set(counter: Counter) -> None:
    with watching(counter, "nyc") as stream:
        name = counter.ordered({counter.sku(nyc=5): 1})
        news = heard(stream, name)
        first = next(news)
        counter.server.run(counter.server.app.keep_time())
        # The server's own timer may have been sooner than the stream.
        told = first if first.HasField("due_time") else next(news)
        assert told.due_time == counter.tasks("nyc")[name].due_time


def test_a_device_that_comes_back_hears_what_it_missed(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    name = counter.ordered({sku: 1})
    with watching(counter, "nyc") as stream:
        for response in stream:
            token = response.resume_token
            if name in {task.shipment_id for task in response.tasks}:
                break
    counter.server.clock.advance("1m")
    counter.ask("Reject", name, reason=NOT_FOUND)
    later = counter.ordered({sku2: 1}) if (sku2 := counter.sku(nyc=1)) else ""
    with watching(counter, "nyc", token) as stream:
        states = {}
        for response in itertools.islice(stream, 2):
            states |= {task.shipment_id: task.state for task in response.tasks}
    assert states[name] == order_pb2.SHIPMENT_STATE_CANCELLED
    assert states[later] == order_pb2.SHIPMENT_STATE_ALLOCATED


def test_what_did_not_change_is_not_told_again(counter: Counter) -> None:
    old = counter.ordered({counter.sku(nyc=5): 1})
    # Its time is set now: later that would be a change.
    counter.server.run(counter.server.app.keep_time())
    counter.server.clock.advance("1m")
    new = counter.ordered({counter.sku(nyc=5): 1})
    with watching(counter, "nyc") as stream:
        told: set[str] = set()
        for response in stream:
            token = response.resume_token
            told |= {task.shipment_id for task in response.tasks}
            if {old, new} <= told:
                break
    with watching(counter, "nyc", token) as stream:
        again = {task.shipment_id for task in next(stream).tasks}
    assert new in again
    assert old not in again


def test_watchers_are_bounded(counter: Counter) -> None:
    watchers = counter.server.app.services["shipfrom.v1.StoreService"].watchers  # type: ignore[attr-defined]  # the service itself
    # Those of other tests may still be hanging up.
    before, watchers.watching = watchers.watching, 10_000
    try:
        with watching(counter, "nyc") as stream:
            refused = refusal(lambda: next(stream))
    finally:
        watchers.watching -= 10_000 - before
    assert refused.code == grpc.StatusCode.RESOURCE_EXHAUSTED.name
    assert refused.retry_after_s == 5
