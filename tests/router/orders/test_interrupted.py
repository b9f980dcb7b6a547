"""A flow ends at any of its awaits: the caller sends it again, to another process, and
the order, its stock and its events are as if nothing had happened."""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from router.rpc.call import Call
from shipfrom.testing import Server
from shipfrom.v1 import event_service_pb2 as events
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb
from shipfrom.v1 import store_service_pb2 as stores
from tests.conftest import empty_ledger
from tests.router.shop import new_id
from tests.router.stores.counter import (
    NOT_FOUND,
    Counter,
    assert_books_are_right,
    open_stores,
)

AWAITS_MAX = 60
"""More than any flow has: who reaches it has not come to its end."""


@pytest.fixture(scope="module")
def server(postgres: str) -> Iterator[Server]:
    with (
        empty_ledger(postgres) as url,
        Server(empty=True, ledger_url=url) as started,
    ):
        open_stores(started)
        yield started
        assert_books_are_right(started)


@pytest.fixture(scope="module")
def other(server: Server) -> Iterator[Counter]:
    """Another process of the same deployment: it knows nothing that was not kept."""
    with Server(empty=True, ledger_url=server.ledger_url) as started:
        yield Counter(started)


class Died(BaseException):
    """The flow came no further."""


class Until:
    """Drives a flow to its n-th await and ends it there."""

    def __init__(self, flow: Awaitable[Any], awaits: int, *, cancelled: bool) -> None:
        self.flow, self.left, self.cancelled = flow, awaits, cancelled

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self.flow.__await__()
        try:
            waits_for = next(steps)
            while self.left:
                self.left -= 1
                waits_for = steps.send((yield waits_for))
            if self.cancelled:
                waits_for = steps.throw(asyncio.CancelledError())
                while True:
                    waits_for = steps.send((yield waits_for))
        except StopIteration as done:
            return done.value
        except asyncio.CancelledError:
            raise Died from None
        steps.close()
        raise Died


@dataclass(frozen=True, slots=True)
class Asked:
    """A call, and where its outcome is to be seen."""

    service: str
    method: str
    request: Any
    order_id: str
    skus: tuple[str, ...]


def short_pick(counter: Counter) -> Asked:
    sku, name = _ordered(counter)
    lines = [stores.PickedLine(sku=sku, picked=1, missing=2)]
    request = counter.request("ConfirmPick", name, lines=lines, reason=NOT_FOUND)
    return Asked("StoreService", "ConfirmPick", request, name[:-2], (sku,))


def reject(counter: Counter) -> Asked:
    sku, name = _ordered(counter)
    request = counter.request("Reject", name, reason=NOT_FOUND)
    return Asked("StoreService", "Reject", request, name[:-2], (sku,))


def re_route(counter: Counter) -> Asked:
    sku, name = _ordered(counter)
    request = pb.RerouteOrderRequest(
        request_id=new_id(), order_id=name[:-2], shipment_ids=[name]
    )
    return Asked("OrderService", "RerouteOrder", request, name[:-2], (sku,))


def change(counter: Counter) -> Asked:
    sku, name = _ordered(counter)
    more = counter.sku(nyc=3)
    lines = [order_pb2.Line(sku=more, quantity=2), order_pb2.Line(sku=sku, quantity=1)]
    request = pb.ChangeOrderRequest(
        request_id=new_id(), order_id=name[:-2], lines=lines
    )
    return Asked("OrderService", "ChangeOrder", request, name[:-2], (sku, more))


def cancel(counter: Counter) -> Asked:
    sku, name = _ordered(counter)
    request = pb.CancelOrderRequest(request_id=new_id(), order_id=name[:-2])
    return Asked("OrderService", "CancelOrder", request, name[:-2], (sku,))


def open_return(counter: Counter) -> Asked:
    sku, name = _sent(counter)
    line = pb.ReturnLine(sku=sku, quantity=2, reason="too small")
    request = pb.CreateReturnRequest(
        request_id=new_id(), order_id=name[:-2], return_id=f"r-{name}", lines=[line]
    )
    return Asked("OrderService", "CreateReturn", request, name[:-2], (sku,))


def receive_return(counter: Counter) -> Asked:
    opened = open_return(counter)
    counter.call("CreateReturn", opened.request)
    line = pb.ReceivedLine(
        sku=opened.skus[0],
        quantity=2,
        condition="AS_NEW",
        disposition=pb.DISPOSITION_RESTOCK,
    )
    request = pb.ReceiveReturnRequest(
        request_id=new_id(),
        order_id=opened.order_id,
        return_id=opened.request.return_id,
        lines=[line],
    )
    return Asked("OrderService", "ReceiveReturn", request, opened.order_id, opened.skus)


FLOWS: tuple[Callable[[Counter], Asked], ...] = (
    short_pick,
    reject,
    re_route,
    change,
    cancel,
    open_return,
    receive_return,
)


ENDS = [
    *(pytest.param(flow, False, id=f"{flow.__name__} dies") for flow in FLOWS),
    # One that plans once, and one that plans in rounds: the others wait for the same.
    pytest.param(short_pick, True, id="short_pick is cancelled"),
    pytest.param(change, True, id="change is cancelled"),
]


@pytest.mark.parametrize(("flow", "cancelled"), ENDS)
def test_what_was_interrupted_is_asked_again_and_happens_once(
    flow: Callable[[Counter], Asked], cancelled: bool, server: Server, other: Counter
) -> None:
    counter = Counter(server)
    undisturbed = flow(counter)
    counter.call(undisturbed.method, undisturbed.request)
    wanted = outcome(counter, undisturbed)
    for awaits in range(AWAITS_MAX):
        asked = flow(counter)
        ended = server.run(_interrupted(server, asked, awaits, cancelled=cancelled))
        # A hand-over to the ledger may outlive its flow, as in a real process.
        other.call(asked.method, asked.request)
        assert outcome(other, asked) == wanted, f"ended at await {awaits}"
        if ended:
            assert awaits, "the flow awaits something"
            return
    raise AssertionError(f"{flow.__name__} has more than {AWAITS_MAX} awaits")


async def _interrupted(
    server: Server, asked: Asked, awaits: int, *, cancelled: bool
) -> bool:
    """Whether the flow came to its end before it was ended."""
    service = server.app.services[f"shipfrom.v1.{asked.service}"]
    call = Call(deadline=asyncio.get_running_loop().time() + 10)
    handler = getattr(service, asked.method)
    try:
        await Until(handler(asked.request, call), awaits, cancelled=cancelled)
    except Died:
        return False
    return True


def outcome(counter: Counter, asked: Asked) -> object:
    """What is left behind, without the names that each order has for itself."""
    order = counter.call("GetOrder", pb.GetOrderRequest(order_id=asked.order_id)).order
    shipments = [
        (s.node_id, s.state, s.cause, sum(line.quantity for line in s.lines))
        for s in order.shipments
    ]
    lines = [
        (n.ordered, n.cancelled, n.waiting, n.open, n.sent, n.returned)
        for n in order.line_states
    ]
    back = [(r.state, sum(line.quantity for line in r.lines)) for r in order.returns]
    cells = [
        (node, *counter.units(sku, node))
        for sku in asked.skus
        for node in ("nyc", "chi")
        if node == "nyc" or sku == asked.skus[0]
    ]
    server = counter.server
    server.run(server.app.relay())  # files what commits left to be told
    raw = server.client().raw.events
    request = events.ListEventsRequest(subject=asked.order_id)
    told = [event.type for event in raw.ListEvents(request, timeout=5).events]
    assert told, "an order has events"
    return order.state, order.reroutes, shipments, lines, back, cells, told


def _ordered(counter: Counter) -> tuple[str, str]:
    sku = counter.sku(nyc=5, chi=5)
    return sku, counter.ordered({sku: 3})


def _sent(counter: Counter) -> tuple[str, str]:
    sku, name = _ordered(counter)
    counter.picked(name, {sku: 3})
    counter.ask("MarkReady", name)
    counter.ask("MarkShipped", name, carrier="UPS", tracking_number="1Z")
    return sku, name
