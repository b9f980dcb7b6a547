"""Supply on its way: announced, dated, received, and who gets it first."""

import asyncio
import uuid
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from google.type.date_pb2 import Date

from inventory.audit import audit
from shipfrom.testing import Server
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb
from tests.router.shop import Shop, furnish, new_id, refusal
from tests.router.test_queues import HEAD, KEEPS, PREORDER, SENDS, govern, read, waiting

URGENT = order_pb2.OrderFacts(priority=5)


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


@pytest.fixture
def own() -> Iterator[Shop]:
    """A shop on a server of its own, to change its policy."""
    with Server(valkey=False, empty=True) as started:
        furnish(started)
        yield Shop(started)
        assert started.run(audit(started.ledger_url)).violations == ()


def day(ahead: int) -> Date:
    then = date(2030, 1, 1) + timedelta(days=ahead)
    return Date(year=then.year, month=then.month, day=then.day)


def supply(sku: str, quantity: int, *, ahead: int = 3, **fields: str) -> dict:
    fields.setdefault("incoming_id", f"po-{uuid.uuid4().hex[:12]}")
    fields.setdefault("node_id", "nyc")
    return {"sku": sku, "quantity": quantity, "expected_date": day(ahead), **fields}


def announce(shop: Shop, *rows: dict) -> list[inventory_pb.Incoming]:
    incoming = [inventory_pb.Incoming(**row) for row in rows]
    request = inventory_pb.SetIncomingRequest(request_id=new_id(), incoming=incoming)
    return list(shop.call("SetIncoming", request).incoming)


def listed(shop: Shop, sku: str, **fields: object) -> list[inventory_pb.Incoming]:
    request = inventory_pb.ListIncomingRequest(sku=sku, **fields)
    return list(shop.call("ListIncoming", request).incoming)


def receive(
    shop: Shop, incoming_id: str, quantity: int = 0
) -> inventory_pb.ReceiveIncomingResponse:
    request = inventory_pb.ReceiveIncomingRequest(
        request_id=new_id(), incoming_id=incoming_id, quantity=quantity
    )
    return shop.call("ReceiveIncoming", request)


def ordered(shop: Shop, lines: dict[str, int], **fields: object) -> str:
    return shop.commit(shop.hold(lines, **fields).hold_id).order_id


def test_announced_supply_is_listed_soonest_first_and_is_no_stock(shop: Shop) -> None:
    sku = shop.sku(nyc=1)
    late, soon = supply(sku, 5, ahead=9), supply(sku, 7, ahead=2, node_id="chi")
    announce(shop, late, soon)
    found = listed(shop, sku)
    assert [(row.node_id, row.quantity) for row in found] == [("chi", 7), ("nyc", 5)]
    assert [row.expected_date for row in found] == [day(2), day(9)]
    assert [row.quantity for row in listed(shop, sku, node_id="nyc")] == [5]
    assert shop.available(sku) == 1


def test_supply_is_replaced_by_its_id_and_withdrawn_by_nothing(shop: Shop) -> None:
    sku = shop.sku(nyc=0)
    row = supply(sku, 5)
    announce(shop, row)
    announce(shop, {**row, "quantity": 8, "expected_date": day(4)})
    assert [(r.quantity, r.expected_date) for r in listed(shop, sku)] == [(8, day(4))]
    announce(shop, {**row, "quantity": 0})
    assert not listed(shop, sku, include_received=True)
    name = row["incoming_id"]
    assert refusal(lambda: receive(shop, name)).reason == "INCOMING_NOT_FOUND"


def test_pages_of_supply_come_one_after_the_other(shop: Shop) -> None:
    sku = shop.sku(nyc=0)
    announce(shop, *(supply(sku, 1, ahead=n) for n in range(5)))
    request, found = inventory_pb.ListIncomingRequest(sku=sku, page_size=2), []
    while True:
        page = shop.call("ListIncoming", request)
        found += [row.expected_date for row in page.incoming]
        request.page_token = page.next_page_token
        if not page.next_page_token:
            break
    assert found == [day(n) for n in range(5)]


def test_supply_of_another_cell_needs_another_id(shop: Shop) -> None:
    row = supply(shop.sku(nyc=0), 5)
    announce(shop, row)
    refused = refusal(lambda: announce(shop, {**row, "node_id": "chi"}))
    assert (refused.code, refused.reason) == ("ALREADY_EXISTS", "ID_REUSED")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"node_id": "nowhere"}, "incoming[0].node_id"),
        ({"quantity": -1}, "incoming[0].quantity"),
        ({"expected_date": None}, "incoming[0].expected_date"),
        ({"incoming_id": ""}, "incoming[0].incoming_id"),
        ({"sku": ""}, "incoming[0].sku"),
    ],
)
def test_what_is_wrong_with_supply_is_named(
    shop: Shop, wrong: dict, field: str
) -> None:
    row = supply(shop.sku(nyc=0), 5)
    assert refusal(lambda: announce(shop, {**row, **wrong})).fields.keys() == {field}


def test_a_receipt_is_stock_once_however_often_it_is_sent(shop: Shop) -> None:
    sku = shop.sku(nyc=1)
    row = supply(sku, 5)
    announce(shop, row)
    request = inventory_pb.ReceiveIncomingRequest(
        request_id=new_id(), incoming_id=row["incoming_id"], quantity=2
    )
    first = shop.call("ReceiveIncoming", request)
    assert (first.cell.on_hand, first.incoming.received) == (3, 2)
    assert shop.call("ReceiveIncoming", request).cell == first.cell
    assert shop.trailers["shipfrom-replayed"] == "true"
    assert receive(shop, row["incoming_id"]).cell.on_hand == 6
    assert not listed(shop, sku)
    assert [r.received for r in listed(shop, sku, include_received=True)] == [5]
    again = refusal(lambda: receive(shop, row["incoming_id"]))
    assert again.reason == "WRONG_STATE"
    assert receive(shop, row["incoming_id"], 1).cell.on_hand == 7, "one too many came"


def test_who_waits_learns_when_supply_reaches_them(shop: Shop) -> None:
    sku = shop.sku(nyc=0)
    first = ordered(shop, {sku: 4})
    second = ordered(shop, {sku: 4})
    urgent = ordered(shop, {sku: 2}, facts=URGENT)
    announce(shop, supply(sku, 6, ahead=3), supply(sku, 3, ahead=8))
    dates = [
        line.expected_date if line.HasField("expected_date") else None
        for name in (urgent, first, second)
        for line in read(shop, name).line_states
    ]
    assert dates == [day(3), day(3), None]


def test_a_checkout_learns_when_its_units_will_be_there(shop: Shop) -> None:
    sku = shop.sku(nyc=0)
    announce(shop, supply(sku, 6, ahead=3), supply(sku, 3, ahead=8))
    (line,) = shop.quote({sku: 5}).best.unfilled
    assert line.expected_date == day(3)
    ordered(shop, {sku: 4})
    (line,) = shop.hold({sku: 5}).plan.unfilled
    assert line.expected_date == day(8)


def test_a_receipt_serves_the_urgent_first_then_who_came_first(shop: Shop) -> None:
    sku = shop.sku(nyc=0)
    first, second, third = (ordered(shop, {sku: 2}) for _ in range(3))
    urgent = ordered(shop, {sku: 2}, facts=URGENT)
    row = supply(sku, 20)
    announce(shop, row)
    receive(shop, row["incoming_id"], 5)
    names = (urgent, first, second, third)
    assert [waiting(read(shop, n))[sku] for n in names] == [0, 0, 1, 2]
    assert read(shop, urgent).state == pb.ORDER_STATE_ALLOCATED
    assert read(shop, second).state == pb.ORDER_STATE_BACKORDERED
    receive(shop, row["incoming_id"], 3)
    assert [waiting(read(shop, n))[sku] for n in names] == [0, 0, 0, 0]
    assert shop.cell(sku, "nyc").allocated == 8
    (shipment,) = read(shop, third).shipments
    assert shipment.cause == "BACKORDER"


def test_any_stock_that_comes_free_serves_who_waits(shop: Shop) -> None:
    sku = shop.sku(nyc=0)
    order_id = ordered(shop, {sku: 2})
    shop.count(sku, chi=2)
    shop.server.run(shop.server.app.serve())
    assert [s.node_id for s in read(shop, order_id).shipments] == ["chi"]
    assert shop.server.run(shop.server.app.serve()) == 0


def test_one_of_two_workers_serves_an_order(shop: Shop) -> None:
    sku = shop.sku(nyc=0)
    order_id = ordered(shop, {sku: 2})

    async def both() -> list[int]:
        app = shop.server.app
        return await asyncio.gather(app.serve(), app.serve())

    shop.count(sku, nyc=9)
    assert sum(shop.server.run(both())) <= 1
    assert waiting(read(shop, order_id)) == {sku: 0}
    assert shop.cell(sku, "nyc").allocated == 2


def test_an_order_that_ships_whole_keeps_its_place(own: Shop) -> None:
    govern(own, KEEPS + "limits: {ship_complete: true}\n")
    sku, other = own.sku(nyc=0), own.sku(nyc=0)
    orders = ordered(own, {sku: 1, other: 1}), ordered(own, {sku: 1})
    own.count(sku, nyc=1)
    own.server.run(own.server.app.serve())
    assert [waiting(read(own, name))[sku] for name in orders] == [1, 1]
    own.count(other, nyc=1)
    own.server.run(own.server.app.serve())
    assert [waiting(read(own, name))[sku] for name in orders] == [0, 1]


def test_preorders_are_let_go_in_turn_when_their_rule_ends(own: Shop) -> None:
    govern(own, HEAD + SENDS.format(queue="BACKORDER"))
    sku, app = own.sku(nyc=3), own.server.app
    orders = [ordered(own, {sku: 2}, facts=PREORDER) for _ in range(2)]
    assert own.server.run(app.serve()) == 0
    govern(own, KEEPS)
    # As time would: a queue that could not be served is looked at again.
    app.waiting.walk.until = 0.0
    own.server.run(app.serve())
    assert [waiting(read(own, name))[sku] for name in orders] == [0, 1]
