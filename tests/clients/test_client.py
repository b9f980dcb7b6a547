"""The synchronous client over a real gRPC connection: retries, holds, lists."""

import socketserver
import threading
import time
import traceback
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

import shipfrom
from shipfrom import Client, Money, StockCount
from shipfrom.v1 import checkout_service_pb2 as pb
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import order_service_pb2 as order_pb
from tests.clients.canned import CELL, FAST, NOW, ORDER
from tests.clients.canned_orders import EVENTFUL
from tests.clients.stub_server import Fail, Stay, Stub

LINES = {"SKU-1": 2, "SKU-9": 1}
GONE = Fail("UNAVAILABLE", message="Socket closed")


def test_a_quote_answers_with_values(sf: Client) -> None:
    quote = sf.quote(lines=LINES, ship_to="10001")
    assert quote.best.cost == quote.cheapest.cost == Money(1184, "USD")
    assert quote.best.promise_date == date(2026, 11, 20)
    assert quote.fastest.promise_date == date(2026, 11, 18)
    assert quote.fewest.shipments[0].node_id == "nyc-01"
    assert quote.best.why.startswith("All from nyc-01")
    assert quote.as_of == datetime(2026, 11, 16, 17, tzinfo=UTC)
    assert not quote.degraded


def test_a_lost_connection_is_tried_again_with_the_same_bytes(
    stub: Stub, sf: Client
) -> None:
    stub.will("Hold", GONE, GONE)
    sf.hold(lines=LINES, ship_to="10001")
    sent = stub.asked(pb.HoldRequest)
    assert len(sent) == 3
    assert sent[0] == sent[1] == sent[2]


def test_a_refusal_is_not_tried_again(stub: Stub, sf: Client) -> None:
    stub.will("Hold", Fail("ABORTED", "STOCK_CHANGED"))
    with pytest.raises(shipfrom.StockChanged):
        sf.hold(lines=LINES, ship_to="10001")
    assert stub.attempts == ["Hold"]


def test_a_call_ends_within_its_deadline() -> None:
    with Client("127.0.0.1:1", deadline_s=0.6) as nobody:
        started = time.monotonic()
        with pytest.raises(shipfrom.Unavailable, match="no server answers") as caught:
            nobody.hold(lines=LINES, ship_to="10001")
        assert time.monotonic() - started < 1.5
    assert "shipfrom dev" in caught.value.next_step


def test_a_hold_of_a_quote_accepts_nothing_worse(stub: Stub, sf: Client) -> None:
    quote = sf.quote(LINES, "10001", max_shipments=2)
    sf.hold(quote, order_id="web-1001", ttl="10m")
    [sent] = stub.asked(pb.HoldRequest)
    assert {line.sku: line.quantity for line in sent.lines} == LINES
    assert sent.ship_to.postal_code == "10001"
    assert sent.routing.max_shipments == 2
    assert (sent.accept.cost_max.units, sent.accept.promise_by.day) == (11, 20)
    assert sent.order_ref == "web-1001"
    assert sent.ttl.seconds == 600


def test_a_hold_of_an_option_leads_to_that_option(stub: Stub, sf: Client) -> None:
    quote = sf.quote(LINES, "10001")
    sf.hold(quote, plan=quote.fastest)
    sf.hold(quote, accept=None)
    first, second = stub.asked(pb.HoldRequest)
    assert first.routing.objective == FAST.objective
    assert (first.accept.cost_max.units, first.accept.promise_by.day) == (16, 18)
    assert not second.HasField("accept")


def test_a_hold_needs_a_quote_or_lines(sf: Client) -> None:
    with pytest.raises(TypeError, match="quote"):
        sf.hold(lines=LINES)


def test_a_lost_hold_can_be_asked_again_and_is_still_a_block(
    stub: Stub, sf: Client
) -> None:
    stub.will("Hold", *[GONE] * 4)
    with pytest.raises(shipfrom.OutcomeUnknown) as caught:
        sf.hold(lines=LINES, ship_to="10001")
    hold = caught.value.retry()
    assert isinstance(hold, shipfrom.Hold)
    assert len({request.hold_id for request in stub.asked(pb.HoldRequest)}) == 1


def test_lists_fetch_pages_only_as_they_are_read(stub: Stub, sf: Client) -> None:
    page = order_pb.ListOrdersResponse(orders=[ORDER, ORDER], next_page_token="t1")
    stub.will("ListOrders", page)
    found = sf.orders(state="allocated")
    assert stub.attempts == []
    assert next(found).order_id == "web-1001"
    assert stub.attempts == ["ListOrders"]
    assert len(list(found)) == 2
    tokens = [r.page_token for r in stub.asked(order_pb.ListOrdersRequest)]
    assert tokens == ["", "t1"]
    assert {r.state for r in stub.asked(order_pb.ListOrdersRequest)} == {1}


def test_stock_is_written_by_cell(stub: Stub, sf: Client) -> None:
    [cell] = sf.set_stock({("SKU-1", "nyc-01"): 5}, reason="count")
    assert cell.available == CELL.available
    sf.adjust_stock({("SKU-1", "nyc-01"): -1})
    [counted] = stub.asked(inventory_pb.SetStockRequest)
    assert counted.counts[0].on_hand == 5
    assert not counted.counts[0].HasField("safety_stock")
    [adjusted] = stub.asked(inventory_pb.AdjustStockRequest)
    assert adjusted.deltas[0].delta == -1


def test_an_import_is_cut_into_messages_and_parts(stub: Stub, sf: Client) -> None:
    rejected = inventory_pb.RejectedRow(row=3, field="node_id", problem="unknown")
    stub.will(
        "ImportStock",
        inventory_pb.ImportStockResponse(accepted=10_000),
        inventory_pb.ImportStockResponse(
            accepted=2_499, rejected=1, rejected_rows=[rejected]
        ),
    )
    told: list[int] = []
    rows = (StockCount(f"SKU-{i}", "nyc-01", i) for i in range(12_500))
    report = sf.import_stock(rows, progress=told.append)
    assert (report.accepted, report.rejected) == (12_499, 1)
    assert report.rejected_rows[0].row == 10_003
    assert told == [10_000, 12_500]
    sent = stub.asked(inventory_pb.ImportStockRequest)
    assert [len(message.rows) for message in sent] == [1000] * 12 + [500]
    assert [bool(message.request_id) for message in sent].count(True) == 2


def test_all_or_nothing_is_one_stream(stub: Stub, sf: Client) -> None:
    rows = [StockCount(f"SKU-{i}", "nyc-01", i) for i in range(12_000)]
    sf.import_stock(rows, all_or_nothing=True)
    assert stub.attempts == ["ImportStock"]
    assert stub.asked(inventory_pb.ImportStockRequest)[0].all_or_nothing


def test_everything_else_answers_with_values(sf: Client) -> None:
    assert sf.availability(["SKU-1"], by_node=True)["SKU-1"] == 7
    assert sf.order("web-1001").state is shipfrom.OrderState.ALLOCATED
    assert sf.explain("web-1001").replayed
    assert [cell.on_hand for cell in sf.stock("SKU-1")] == [1234]
    assert [entry.kind for entry in sf.entries("SKU-1")] == ["HOLD"]
    assert [node.kind for node in sf.nodes()] == [shipfrom.NodeKind.STORE]
    assert [item.sku for item in sf.items()] == ["SKU-1"]
    assert [lane.base for lane in sf.lanes()] == [Money(500, "USD")]
    assert sf.upsert_nodes([shipfrom.Node("nyc-01", kind="store")]).updated == 2
    assert sf.upsert_items([shipfrom.Item("SKU-1")]).created == 1
    assert sf.upsert_lanes([shipfrom.Lane("g2", "GROUND", 2)]).created == 1
    assert sf.extend("h_1", ttl="30m") == NOW + timedelta(minutes=30)
    assert sf.release("h_1") is shipfrom.HoldState.RELEASED


def test_one_client_serves_many_threads(sf: Client) -> None:
    costs: list[Money] = []

    def ask() -> None:
        costs.append(sf.quote(LINES, "10001").best.cost)

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert costs == [Money(1184, "USD")] * 16


def test_the_raw_stubs_speak_the_wire(sf: Client) -> None:
    answer = sf.raw.orders.GetOrder(order_pb.GetOrderRequest(order_id="web-1001"))
    assert answer.order.order_id == "web-1001"


@pytest.mark.parametrize(
    ("ship_to", "field", "remedy"),
    [
        (2134, "ship_to", '"02134"'),
        (10001, "ship_to", '"10001"'),
        (None, "ship_to", "as a text"),
        (shipfrom.Destination(501), "ship_to.postal_code", '"00501"'),
    ],
)
def test_a_postcode_that_is_no_text_is_told_with_its_zeros(
    sf: Client, stub: Stub, ship_to: Any, field: str, remedy: str
) -> None:
    with pytest.raises(shipfrom.InvalidField) as caught:
        sf.quote(LINES, ship_to)
    assert caught.value.message.startswith(f"{field}: ")
    assert remedy in caught.value.next_step
    assert stub.attempts == []


def test_a_sku_that_is_no_text_is_told(sf: Client) -> None:
    with pytest.raises(
        shipfrom.InvalidField, match=r"lines\[0\].sku: 22423 is no text"
    ):
        sf.quote(cast("Any", {22423: 1}), "10001")


def test_an_error_has_one_traceback(sf: Client, stub: Stub) -> None:
    stub.will("GetOrder", Fail("NOT_FOUND", "ORDER_NOT_FOUND"))
    with pytest.raises(shipfrom.OrderNotFound) as caught:
        sf.order("nobody")
    assert "RpcError" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("127.0.0.1:1", "nothing listens there"),
        ("unix:/nowhere/at.all", "there is no such socket"),
    ],
)
def test_where_no_server_answers_the_address_and_the_cause_are_told(
    address: str, why: str
) -> None:
    with (
        Client(address, deadline_s=0.6) as nobody,
        pytest.raises(shipfrom.Unavailable) as caught,
    ):
        nobody.hold(lines=LINES, ship_to="10001")
    assert caught.value.message == f"no server answers at {address}: {why}"
    assert "`shipfrom dev`" in caught.value.next_step


def test_a_server_of_plain_http_is_told_from_ours() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), _Plain) as plain:
        threading.Thread(target=plain.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{plain.server_address[1]}"
        with (
            Client(address, deadline_s=2.0) as elsewhere,
            pytest.raises(shipfrom.Unavailable, match="plain HTTP listens there"),
        ):
            elsewhere.order("web-1001")
        plain.shutdown()


class _Plain(socketserver.StreamRequestHandler):
    """Says what a web server says to a request that it does not understand."""

    def handle(self) -> None:
        self.rfile.readline()
        self.wfile.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


def test_a_watch_that_nobody_reads_any_more_is_over_for_the_server_too(
    stub: Stub, sf: Client
) -> None:
    stub.will("WatchOrder", order_pb.WatchOrderResponse(order=ORDER), Stay())
    watched = sf.orders.watch("web-1001")
    assert next(watched).order_id == "web-1001"
    # The variable keeps it alive: it is left, and not merely forgotten.
    watched.close()
    stub.wait_for("WatchOrder left")


def test_a_watch_that_is_cut_off_goes_on_and_says_nothing_twice(
    stub: Stub, sf: Client
) -> None:
    now, then = (
        order_pb.WatchOrderResponse(order=order) for order in (ORDER, EVENTFUL)
    )
    stub.will("WatchOrder", now, GONE, now, then)
    states = [order.state for order in sf.orders.watch("web-1001")]
    assert states == ["ALLOCATED", "PICKING"]


def test_a_watch_that_never_began_fails_at_once(stub: Stub, sf: Client) -> None:
    stub.will("WatchOrder", GONE, order_pb.WatchOrderResponse(order=ORDER))
    with pytest.raises(shipfrom.Unavailable):
        next(sf.orders.watch("web-1001"))
