"""Orders that a re-optimisation leaves alone, and rounds that nobody asked for."""

import asyncio
import threading
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import grpc
import pytest

from allocation.slots import Slot
from inventory.orders.reading import DecisionRow, WholeOrder
from inventory.orders.rows import OfferRow
from router.app import App
from router.orders.service import OrderService
from router.reoptimising import desk as flow
from router.reoptimising.collecting import why_not
from router.reoptimising.planning import NOT_AS_IT_STANDS
from router.reoptimising.schedule import Rounds
from shipfrom import Lane, Money
from shipfrom.testing import Server
from shipfrom.v1 import inventory_service_pb2 as stock_pb
from shipfrom.v1 import order_pb2
from tests.router.orders.test_reoptimising import (
    Desk,
    accept,
    one_that_could_come_from_nearer,
    two_that_should_swap,
)
from tests.router.orders.test_reoptimising import desk as desk
from tests.router.shop import Shop, furnish, new_id, refusal

EVERY_S = 300


def whole(desk: Desk, order_id: str) -> WholeOrder:
    books = desk.shop.server.app.stock.order_books
    return deepcopy(desk.shop.server.run(books.whole(order_id)))


def test_an_order_accepted_while_it_was_planned_stays_with_its_group(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    denver, chicago = two_that_should_swap(desk)
    alone = one_that_could_come_from_nearer(desk)
    plan = flow.planned

    def slow(*args: object) -> object:
        accept(desk, chicago)
        return plan(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(flow, "planned", slow)
    answer = desk.reoptimise()

    done = {move.order_id: move.done for move in answer.moves}
    assert done == {denver: False, chicago: False, alone: True}
    why = f"Order {chicago} has changed since its move was planned"
    assert {m.not_done for m in answer.moves if not m.done} == {why}
    assert answer.verdict.startswith("1 of 3 orders moved and save 2.00 USD. 2 stayed")
    assert desk.nodes(denver, chicago, alone) == ["chi", "lax", "chi"]


def test_one_pool_is_planned_at_a_time_also_where_nobody_waits_for_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = new_id()
    first = desk.reoptimise(request_id=before)
    one_that_could_come_from_nearer(desk)
    plan, let_go = flow.planned, threading.Event()

    def slow(*args: object) -> object:
        let_go.wait(10)
        return plan(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(flow, "planned", slow)
    with pytest.raises(grpc.RpcError, match="DEADLINE_EXCEEDED"):
        desk.reoptimise(seconds=0.5)

    busy = refusal(desk.reoptimise)
    assert desk.reoptimise(request_id=before) == first
    let_go.set()
    assert (busy.code, busy.reason) == ("RESOURCE_EXHAUSTED", "OVERLOADED")
    assert "Orders are being re-optimised already" in busy.message


def test_an_order_that_could_not_go_from_where_it_is_says_so(desk: Desk) -> None:
    order_id = one_that_could_come_from_nearer(desk)
    server = desk.shop.server
    server.client().pause_node("lax", reason="storm")
    try:
        (left,) = desk.reoptimise().left_alone
    finally:
        server.client().resume_node("lax")
    assert left.order_id == order_id
    assert left.reason == NOT_AS_IT_STANDS


def test_what_others_have_a_say_in_is_left_alone(desk: Desk) -> None:
    order_id = one_that_could_come_from_nearer(desk)
    snapshot = desk.shop.server.app.networks.snapshot
    there = whole(desk, order_id)
    (shipment,) = there.book.shipments.values()
    first, name = there.decisions[0], shipment.shipment_id
    assert why_not(there, snapshot) == ""

    offered = deepcopy(there)
    offered.book.offers[name] = {"chi": OfferRow(name, "chi", "OPEN", 0)}
    assert why_not(offered, snapshot) == "it is offered to several nodes"
    offered.book.offers[name]["chi"].state = "LOST"
    assert why_not(offered, snapshot) == ""

    begun = deepcopy(there)
    begun.book.shipments[name].state = "PICKING"
    assert why_not(begun, snapshot) == "a node has begun it"

    parts = replace(
        there, decisions=(first, replace(first, decision_no=1, cause="PART"))
    )
    assert why_not(parts, snapshot) == "it goes to several places"

    moves = [
        DecisionRow(n, "REOPTIMISED: saves 1", "", 0, first.content) for n in (1, 2, 3)
    ]
    often = replace(there, decisions=(first, *moves))
    assert why_not(often, snapshot) == "it was moved 3 times already"
    twice = replace(there, decisions=(first, *moves[:2]))
    assert why_not(twice, snapshot) == ""

    slots = (Slot(snapshot.nodes["lax"].cut_off, 3),)
    slotted = {**snapshot.nodes, "lax": replace(snapshot.nodes["lax"], slots=slots)}
    in_slot = replace(snapshot, nodes=slotted)
    assert why_not(there, in_slot) == "it has a slot of its node's day"
    gone = {n: node for n, node in snapshot.nodes.items() if n != "lax"}
    said = "it is at a node that is not in the network"
    assert why_not(there, replace(snapshot, nodes=gone)) == said


def test_what_is_collected_at_a_store_is_left_alone(desk: Desk) -> None:
    free = Money(0, "USD")
    counter = Lane("counter", service="PICKUP", zone=1, node_id="nyc", base=free)
    desk.shop.server.client().upsert_lanes([counter])
    sku = desk.shop.sku(nyc=2)
    for fields in (
        {"ship_to": order_pb2.Destination(node_id="nyc")},
        {"routing": order_pb2.Routing(service="PICKUP")},
    ):
        held = desk.shop.hold({sku: 1}, **fields)
        desk.orders.append(desk.shop.commit(held.hold_id).order_id)

    left = desk.reoptimise().left_alone
    assert {each.order_id for each in left} == set(desk.orders)
    assert {each.reason for each in left} == {"the customer collects it at a store"}


def test_units_that_are_kept_for_channels_stay_where_they_are(desk: Desk) -> None:
    order_id = one_that_could_come_from_nearer(desk)
    sku = desk.read(order_id).lines[0].sku
    row = stock_pb.QuotaSetting(sku=sku, node_id="chi", channel="web", units=1)
    request = stock_pb.SetQuotasRequest(request_id=new_id(), quotas=[row])
    desk.shop.call("SetQuotas", request)

    (left,) = desk.reoptimise().left_alone
    assert left.order_id == order_id
    assert left.reason == "units of its SKUs are kept for channels"


@pytest.fixture
def two_routers(postgres_url: str) -> Iterator[tuple[Desk, list[App]]]:
    with Server(empty=True, valkey=False, ledger_url=postgres_url) as server:
        furnish(server)

        def opened(every_s: int) -> App:
            return server.run(
                App.open(
                    ledger_url=postgres_url,
                    view_url=None,
                    clock=server.clock.now,
                    reoptimise_every_s=every_s,
                )
            )

        apps = [opened(EVERY_S), opened(EVERY_S), opened(0)]
        yield Desk(Shop(server)), apps
        for app in apps:
            server.run(app.close())


def rounds(desk: Desk, apps: list[App]) -> list[int]:
    """How many orders each router moved, all asked at once."""

    async def all_of_them() -> list[int]:
        return list(await asyncio.gather(*(app.reoptimise() for app in apps)))

    return desk.shop.server.run(all_of_them())


def test_one_router_at_a_time_moves_orders_by_itself(
    two_routers: tuple[Desk, list[App]],
) -> None:
    desk, apps = two_routers
    order_id = one_that_could_come_from_nearer(desk)
    assert sorted(rounds(desk, apps)) == [0, 0, 1]
    assert desk.nodes(order_id) == ["chi"]
    another = one_that_could_come_from_nearer(desk)
    assert rounds(desk, apps) == [0, 0, 0]
    desk.shop.server.clock.advance("5m")
    assert rounds(desk, apps)[2] == 0
    assert desk.nodes(another) == ["chi"]


@pytest.fixture
def timely() -> Iterator[Desk]:
    """A shop of its own, whose clock goes on."""
    with Server(empty=True, valkey=False) as server:
        furnish(server)
        yield Desk(Shop(server))


def test_rounds_go_on_behind_those_looked_at_and_leave_late_orders_alone(
    timely: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent from where it is, an order of three days ago would arrive too late."""
    server = timely.shop.server
    service = server.app.services["shipfrom.v1.OrderService"]
    assert isinstance(service, OrderService)
    rounds = Rounds(service.reoptimiser, every_s=EVERY_S)
    monkeypatch.setattr(flow, "ORDERS_MAX", 1)
    late = one_that_could_come_from_nearer(timely)
    server.clock.advance("3d")
    order_id = one_that_could_come_from_nearer(timely)

    answer = timely.reoptimise()
    assert [left.order_id for left in answer.left_alone] == [late]
    assert (answer.orders_looked_at, answer.has_more) == (1, True)
    assert answer.verdict.endswith("more orders: name nodes to look at others.")

    assert server.run(rounds.tend()) == 0
    server.clock.advance("5m")
    assert server.run(rounds.tend()) == 1
    assert timely.nodes(late, order_id) == ["lax", "chi"]
