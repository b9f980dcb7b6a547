"""Orders a day: granted with the hold, given back with it, and never one too many."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from inventory.audit import audit
from inventory.operations import Count, CountStock, RequestKey
from inventory.reserved import RESERVED, capacity_sku
from router.capacity import Capacity
from shipfrom.testing import Server
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import network_service_pb2 as network_pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_service_pb
from tests.router.shop import Shop, furnish, new_id, refusal

CALLERS = 32


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Server(empty=True) as server:
        furnish(server)
        yield Shop(server)


def limit(shop: Shop, node_id: str, orders: int, **fields: object) -> None:
    node = network_pb.Node(
        node_id=node_id, postal_code="10001", orders_per_day=orders, **fields
    )
    shop.call(
        "UpsertNodes", network_pb.UpsertNodesRequest(request_id=new_id(), nodes=[node])
    )


def shipped_from(plan: order_pb2.Plan) -> list[str]:
    return [shipment.node_id for shipment in plan.shipments]


def test_the_next_order_goes_elsewhere_once_the_day_is_full(shop: Shop) -> None:
    limit(shop, "nyc", 2)
    sku = shop.sku(nyc=9, chi=9)

    plans = [shop.hold({sku: 1}).plan for _ in range(3)]

    assert [shipped_from(plan) for plan in plans] == [["nyc"], ["nyc"], ["chi"]]


def test_an_order_counts_once_however_many_lines_and_services_it_has(
    shop: Shop,
) -> None:
    limit(shop, "nyc", 1)
    one, two = shop.sku(nyc=9), shop.sku(nyc=9)

    shop.hold({one: 3, two: 4})

    refused = refusal(lambda: shop.hold({one: 1}))
    assert (refused.reason, refused.metadata["line0Reason"]) == (
        "NO_STOCK",
        "AT_CAPACITY",
    )
    assert "take no more orders for their next ship day" in refused.message


def test_release_gives_the_place_back_and_a_commit_keeps_it(shop: Shop) -> None:
    limit(shop, "nyc", 1)
    sku = shop.sku(nyc=9)
    shop.release(shop.hold({sku: 1}).hold_id)

    shop.commit(shop.hold({sku: 1}).hold_id)

    assert refusal(lambda: shop.hold({sku: 1})).reason == "NO_STOCK"


def test_expiry_gives_the_place_back(shop: Shop) -> None:
    limit(shop, "nyc", 1)
    sku = shop.sku(nyc=9)
    shop.hold({sku: 1})
    assert refusal(lambda: shop.hold({sku: 1})).reason == "NO_STOCK"

    shop.server.clock.advance("16m")

    assert shipped_from(shop.hold({sku: 1}).plan) == ["nyc"]


def test_after_the_cut_off_orders_use_the_next_day(shop: Shop) -> None:
    limit(shop, "nyc", 1)
    sku = shop.sku(nyc=9)
    shop.commit(shop.hold({sku: 1}).hold_id)
    assert shop.quote({sku: 1}).best.unfilled

    shop.server.clock.advance("1d")

    assert shipped_from(shop.hold({sku: 1}).plan) == ["nyc"]
    assert refusal(lambda: shop.hold({sku: 1})).reason == "NO_STOCK"


def test_after_any_time_away_the_days_are_there(shop: Shop) -> None:
    limit(shop, "nyc", 1)
    sku = shop.sku(nyc=9)
    shop.server.clock.advance("90d")
    assert shipped_from(shop.hold({sku: 1}).plan) == ["nyc"]


def test_the_ship_days_of_two_weeks_are_written_and_no_others(shop: Shop) -> None:
    limit(shop, "nyc", 3)
    limit(shop, "chi", 2, handling_days=3, ship_weekdays=[6])
    november = [date(2026, 11, 10) + timedelta(days) for days in range(40)]
    names = {capacity_sku(day): day for day in november}

    known = shop.server.run(shop.server.app.stock.on_hand(list(names)))

    assert set(known.values()) == {3, 2}
    found = {
        node: [names[sku].day for sku, at in sorted(known) if at == node]
        for node in ("nyc", "chi", "lax")
    }
    # The 26th is Thanksgiving; the third Saturday after the next one is 12 December.
    assert found["nyc"] == [17, 18, 19, 20, 23, 24, 25, 27, 30, 1]
    assert found["chi"] == [12, 19]
    assert found["lax"] == []


def test_days_that_are_right_are_written_once_whoever_looks(shop: Shop) -> None:
    app = shop.server.app

    def post() -> int:
        another = Capacity(app.stock, app.networks, now=shop.server.clock.now)
        return shop.server.run(another.post())

    limit(shop, "nyc", 3)
    assert post() == 0
    key = RequestKey("somebody", "Count", new_id(), "x")
    wrong = CountStock(key, (Count(capacity_sku(date(2026, 11, 18)), "nyc", 9),), "")
    shop.server.run(app.stock.submit(wrong))
    assert post() == 1
    assert post() == 0


def test_a_raised_limit_counts_at_once_and_a_lowered_one_keeps_what_is_promised(
    shop: Shop,
) -> None:
    limit(shop, "nyc", 2)
    sku = shop.sku(nyc=9)
    holds = [shop.hold({sku: 1}).hold_id for _ in range(2)]

    limit(shop, "nyc", 1)
    shop.release(holds[0])
    assert shop.quote({sku: 1}).best.unfilled
    limit(shop, "nyc", 2)
    assert not shop.quote({sku: 1}).best.unfilled
    limit(shop, "nyc", 0)
    assert [shop.hold({sku: 1}) for _ in range(3)]
    assert shop.commit(holds[1]).order_id


@pytest.mark.parametrize("ledger", ["sqlite", "postgres"])
def test_32_callers_never_exceed_a_node(
    ledger: str, request: pytest.FixtureRequest, standalone_url: str
) -> None:
    url = request.getfixturevalue(f"{ledger}_url")
    with Server(empty=True, ledger_url=url, view_url=standalone_url) as server:
        shop = Shop(server)
        furnish(server)
        limit(shop, "nyc", 12)
        sku = shop.sku(nyc=500, chi=500)

        def caller(number: int) -> str:
            hold = shop.hold({sku: 1}, hold_id=f"h-{number}")
            if number % 4 == 0:
                shop.release(hold.hold_id)
                return "released"
            if number % 4 == 1:
                shop.commit(hold.hold_id)
            return shipped_from(hold.plan)[0]

        with ThreadPoolExecutor(CALLERS) as callers:
            went = list(callers.map(caller, range(CALLERS * 2)))

        assert went.count("nyc") <= 12
        assert went.count("released") == CALLERS // 2
        while shipped_from(shop.quote({sku: 1}).best) == ["nyc"]:
            shop.hold({sku: 1})
            went.append("nyc")
        assert went.count("nyc") == 12
    report = asyncio.run(audit(url, standalone_url))
    assert (report.violations, report.oversold_units) == ((), 0)


def test_a_place_of_the_day_is_no_line_of_the_order(shop: Shop) -> None:
    limit(shop, "nyc", 2)
    sku = shop.sku(nyc=9)
    hold = shop.hold({sku: 2})
    shop.commit(hold.hold_id, order_id="whole")

    order = shop.call("GetOrder", order_service_pb.GetOrderRequest(order_id="whole"))

    assert [(line.sku, line.quantity) for line in order.order.lines] == [(sku, 2)]
    assert len(order.order.plan.shipments) == 1


def test_an_explanation_says_how_full_which_day_is(shop: Shop) -> None:
    limit(shop, "nyc", 1)
    sku = shop.sku(nyc=9, chi=9)
    shop.hold({sku: 1})
    held = shop.hold({sku: 1})

    quoted = shop.quote({sku: 1}, explain=True).explanation
    stored = shop.call(
        "ExplainOrder", order_service_pb.ExplainOrderRequest(hold_id=held.hold_id)
    ).explanation

    row = next(row for row in quoted.candidates if row.node_id == "nyc")
    assert (row.exclusion, row.detail) == (
        "AT_CAPACITY",
        "1 of 1 orders for Tue 17 Nov",
    )
    assert {count.reason for count in stored.exclusions} >= {"AT_CAPACITY"}
    assert stored.replayed


def test_days_are_listed_nowhere(shop: Shop) -> None:
    limit(shop, "nyc", 1)
    sku = shop.sku(nyc=9)
    shop.hold({sku: 1})
    cells = shop.call("GetStock", inventory_pb.GetStockRequest(node_id="nyc")).cells
    assert [cell.sku for cell in cells] == [sku]


def _calls(name: str) -> dict[str, object]:
    count = inventory_pb.StockCount(sku=name, node_id="nyc", on_hand=1)
    delta = inventory_pb.StockDelta(sku=name, node_id="nyc", delta=1)
    line = order_pb2.Line(sku=name, quantity=1)
    there = order_pb2.Destination(postal_code="10001")
    item = network_pb.Item(sku=name)
    return {
        "SetStock": inventory_pb.SetStockRequest(request_id=new_id(), counts=[count]),
        "AdjustStock": inventory_pb.AdjustStockRequest(
            request_id=new_id(), deltas=[delta]
        ),
        "GetStock": inventory_pb.GetStockRequest(sku=name),
        "ListEntries": inventory_pb.ListEntriesRequest(sku=name),
        "UpsertItems": network_pb.UpsertItemsRequest(request_id=new_id(), items=[item]),
        "GetAvailability": checkout_pb.GetAvailabilityRequest(skus=[name]),
        "Quote": checkout_pb.QuoteRequest(lines=[line], ship_to=there),
        "Hold": checkout_pb.HoldRequest(
            lines=[line], ship_to=there, request_id=new_id(), hold_id="h"
        ),
    }


@pytest.mark.parametrize("method", _calls("x"))
def test_nobody_else_may_use_the_ledgers_own_names(shop: Shop, method: str) -> None:
    name = capacity_sku(date(2026, 11, 17))

    refused = refusal(lambda: shop.call(method, _calls(name)[method]))

    assert refused.reason == "INVALID_FIELD"
    (said,) = refused.fields.values()
    assert said.startswith(f"begins with {RESERVED}, as the ledger's own names do")


def test_without_a_limit_exactly_the_skus_of_the_order_are_read(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []
    read = shop.server.app.stock.read

    async def noted(skus, **options):
        asked.append(tuple(skus))
        return await read(skus, **options)

    monkeypatch.setattr(shop.server.app.stock, "read", noted)
    sku = shop.sku(nyc=3)
    shop.quote({sku: 1})
    shop.hold({sku: 1})
    assert set(asked) == {(sku,)}

    limit(shop, "nyc", 2)
    asked.clear()
    shop.quote({sku: 1})
    assert asked == [(sku, "~capacity~2026-11-17")], "one round trip"
