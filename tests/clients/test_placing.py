"""Orders that were placed elsewhere, through the client: one call, and once."""

import pytest

import shipfrom
from shipfrom import OrderState, Part, PaymentState, Routing
from shipfrom.testing import Server


@pytest.fixture(scope="module")
def server() -> object:
    with Server() as running:
        yield running


def test_an_order_of_two_parts_is_taken_in_one_call(server: Server) -> None:
    server.stock.set("nyc-01", "P-1", 2)
    server.stock.set("nyc-01", "P-2", 2)
    sf = server.client()
    taken = sf.place_order(
        "market-9",
        lines={"P-1": 1},
        ship_to="10001",
        customer_ref="c-9",
        parts=[Part({"P-2": 2}, "94105", Routing(allow_partial=True))],
        payment_state=PaymentState.PENDING,
    )
    assert (taken.order_id, taken.state) == ("market-9", OrderState.PENDING)
    assert [len(plan.shipments) for plan in taken.plans] == [1, 1]
    found = sf.orders.get("market-9")
    assert [s.shipment_id for s in found.shipments] == ["market-9:1", "market-9:2"]


def test_the_same_request_takes_it_once(server: Server) -> None:
    server.stock.set("nyc-01", "P-3", 1)
    sf = server.client()
    request_id = "0e37df36-f698-41e2-8a2b-7f8a1e0f4b11"
    first, again = (
        sf.place_order(
            "market-10",
            lines={"P-3": 1},
            ship_to="10001",
            customer_ref="c-9",
            request_id=request_id,
        )
        for _ in range(2)
    )
    assert first == again


def test_without_stock_nothing_is_taken(server: Server) -> None:
    server.stock.set("nyc-01", "P-4", 0)
    with pytest.raises(shipfrom.NoStock):
        server.client().place_order(
            "market-11", lines={"P-4": 1}, ship_to="10001", customer_ref="c-9"
        )
