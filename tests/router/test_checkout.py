"""The stories of a checkout, told through gRPC to a real server."""

import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import psycopg
import pytest
import redis
from google.protobuf.duration_pb2 import Duration
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money
from sqlalchemy import make_url

from inventory.embedded import EmbeddedValkey
from shipfrom.testing import Server
from shipfrom.v1 import checkout_service_pb2 as pb
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import network_service_pb2 as network_pb
from shipfrom.v1 import order_pb2
from tests.router.shop import Shop, furnish, hold_request, new_id, refusal

ENTRY = struct.Struct(">QI")
PARTIAL = order_pb2.Routing(allow_partial=True)


@pytest.fixture(
    scope="module",
    params=["one Valkey", "three masters", "native front"],
)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The same stories on a cluster, and over the other front."""
    view_url, front = "", "grpcio"
    if request.param == "three masters":
        view_url = request.getfixturevalue("valkey_cluster").url
    elif request.param == "native front":
        front = "native"
    with Server(empty=True, view_url=view_url, front=front) as started:
        furnish(started)
        yield started


@contextmanager
def view_of(shop: Shop) -> Iterator[redis.Redis | redis.RedisCluster]:
    """The server that holds the view, past the router."""
    url = shop.server.view_url or ""
    cluster = "cluster=true" in url
    kind = redis.RedisCluster if cluster else redis.Redis
    with kind.from_url(url.removesuffix("?cluster=true")) as view:
        yield view


def wipe(view: redis.Redis | redis.RedisCluster) -> None:
    """Leave nothing of this server's view."""
    if isinstance(view, redis.RedisCluster):
        view.flushall(target_nodes=redis.RedisCluster.PRIMARIES)
    else:
        view.flushdb()


def usd(cents: int) -> Money:
    return Money(
        currency_code="USD", units=cents // 100, nanos=cents % 100 * 10_000_000
    )


def plant(shop: Shop, sku: str, **available: int) -> None:
    """Make the view claim these units, as if newer than anything the ledger did."""
    shop.available(sku)
    nodes = shop.server.app.networks.snapshot.nodes
    with view_of(shop) as view:
        for node_id, units in available.items():
            at = 16 + ENTRY.size * nodes[node_id].number
            view.setrange(f"v:{{{sku}}}", at, ENTRY.pack(1 << 40, units))


def test_a_quote_names_node_cost_and_day_and_stores_nothing(shop: Shop) -> None:
    sku = shop.sku(nyc=5, chi=5)
    answer = shop.quote({sku: 2})
    (shipment,) = answer.best.shipments
    assert shipment.node_id == "nyc"
    assert (shipment.service, shipment.zone) == ("GROUND", 1)
    assert [(line.sku, line.quantity) for line in shipment.lines] == [(sku, 2)]
    assert answer.best.cost == usd(500)
    assert [c.name for c in answer.best.components] == ["shipping"]
    assert answer.best.status == order_pb2.PLAN_STATUS_OPTIMAL
    assert "nyc (2 units)" in answer.best.verdict
    assert not shipment.shipment_id
    assert not answer.degraded
    assert answer.as_of_time.seconds > 0
    assert shop.available(sku) == 10


def test_a_quote_offers_other_objectives_where_they_differ(shop: Shop) -> None:
    one, two = shop.sku(nyc=1, chi=1), shop.sku(chi=1)
    answer = shop.quote({one: 1, two: 1}, with_options=True)
    objectives = [answer.best.objective, *(o.objective for o in answer.options)]
    assert objectives[0] == order_pb2.OBJECTIVE_CHEAPEST
    assert len(set(objectives)) == len(objectives)
    plans = [[s.node_id for s in p.shipments] for p in (answer.best, *answer.options)]
    assert len({tuple(p) for p in plans}) == len(plans)


def test_a_quote_explains_itself_on_request(shop: Shop) -> None:
    sku = shop.sku(nyc=5, lax=5)
    explanation = shop.quote({sku: 2}, explain=True).explanation
    assert explanation.verdict
    chosen = {c.node_id: c.chosen for c in explanation.candidates}
    assert chosen == {"nyc": True, "lax": False, "chi": False}
    reasons = {c.node_id: c.exclusion for c in explanation.candidates}
    assert reasons == {"nyc": "", "lax": "COSTLIER", "chi": "NO_STOCK"}
    assert {e.reason for e in explanation.exclusions} >= {"NO_STOCK"}


def test_an_unfilled_line_is_data_in_a_quote(shop: Shop) -> None:
    sku = shop.sku(nyc=1)
    answer = shop.quote({sku: 3})
    (missing,) = answer.best.unfilled
    assert (missing.sku, missing.quantity, missing.reason) == (sku, 2, "NO_STOCK")


def test_two_lines_of_one_sku_are_one_demand(shop: Shop) -> None:
    sku = shop.sku(nyc=3)
    request = pb.QuoteRequest()
    request.ship_to.postal_code = "10001"
    request.lines.add(sku=sku, quantity=2)
    request.lines.add(sku=sku, quantity=2)
    plan = shop.call("Quote", request).best
    assert [line.quantity for s in plan.shipments for line in s.lines] == [3]
    assert [line.quantity for line in plan.unfilled] == [1], "three units, not four"


def test_a_hold_sets_units_aside_and_a_commit_allocates_them(shop: Shop) -> None:
    sku = shop.sku(nyc=5)
    hold = shop.hold({sku: 2}, hold_id="web-1", order_ref="W1")
    assert hold.state == pb.HOLD_STATE_ACTIVE
    span = hold.expire_time.ToDatetime() - hold.create_time.ToDatetime()
    assert span == timedelta(minutes=15), "the default time to live"
    assert (shop.cell(sku, "nyc").held, shop.available(sku)) == (2, 3)
    order = shop.commit("web-1", order_id="order-1")
    assert (order.order_id, order.hold_id) == ("order-1", "web-1")
    assert order.plan.shipments[0].shipment_id == "order-1:1"
    assert order.plan.cost == hold.plan.cost
    cell = shop.cell(sku, "nyc")
    assert (cell.on_hand, cell.held, cell.allocated) == (5, 0, 2)


def test_a_release_gives_the_units_back(shop: Shop) -> None:
    sku = shop.sku(nyc=2)
    hold = shop.hold({sku: 2})
    assert shop.available(sku) == 0
    assert shop.release(hold.hold_id).state == pb.HOLD_STATE_RELEASED
    assert shop.available(sku) == 2
    assert refusal(lambda: shop.commit(hold.hold_id)).reason == "HOLD_RELEASED"


def test_a_release_that_overtakes_its_hold_keeps_it_from_coming_alive(
    shop: Shop,
) -> None:
    sku = shop.sku(nyc=2)
    request = hold_request({sku: 1})
    assert shop.release(request.hold_id).state == pb.HOLD_STATE_RELEASED
    refused = refusal(lambda: shop.call("Hold", request))
    assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "HOLD_RELEASED")
    assert shop.available(sku) == 2


def test_a_hold_ends_when_its_time_is_over(shop: Shop) -> None:
    sku = shop.sku(nyc=2)
    hold = shop.hold({sku: 2}, ttl=Duration(seconds=600))
    shop.server.clock.advance("9m")
    assert shop.available(sku) == 0
    shop.server.clock.advance("2m")
    assert shop.available(sku) == 2
    refused = refusal(lambda: shop.commit(hold.hold_id))
    assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "HOLD_EXPIRED")


def test_a_hold_can_be_given_more_time(shop: Shop) -> None:
    hold = shop.hold({shop.sku(nyc=2): 2}, ttl=Duration(seconds=600))
    request = pb.ExtendHoldRequest(
        request_id=new_id(), hold_id=hold.hold_id, ttl=Duration(seconds=1800)
    )
    extended = shop.call("ExtendHold", request)
    assert extended.expire_time.seconds - hold.create_time.seconds == 1800
    shop.server.clock.advance("20m")
    assert shop.commit(hold.hold_id).order_id == hold.hold_id


def test_an_unknown_hold_cannot_be_committed(shop: Shop) -> None:
    refused = refusal(lambda: shop.commit("never-made"))
    assert (refused.code, refused.reason) == ("NOT_FOUND", "HOLD_NOT_FOUND")


def test_the_same_request_gets_the_first_answer(shop: Shop) -> None:
    sku = shop.sku(nyc=1, chi=1)
    request = hold_request({sku: 1})
    first = shop.call("Hold", request)
    assert "shipfrom-replayed" not in shop.trailers
    again = shop.call("Hold", request)
    assert shop.trailers["shipfrom-replayed"] == "true"
    assert again == first
    assert shop.available(sku) == 1, "held once"


def test_the_hold_of_the_last_unit_can_be_repeated(shop: Shop) -> None:
    sku = shop.sku(nyc=1)
    request = hold_request({sku: 1})
    first = shop.call("Hold", request)
    assert shop.available(sku) == 0
    assert shop.call("Hold", request) == first, "not NO_STOCK"


def test_a_known_hold_id_under_a_new_request_id_gets_the_first_answer(
    shop: Shop,
) -> None:
    sku = shop.sku(nyc=1)
    request = hold_request({sku: 1})
    first = shop.call("Hold", request)
    request.request_id = new_id()
    assert shop.call("Hold", request).plan == first.plan
    assert shop.trailers["shipfrom-replayed"] == "true"


def test_the_default_written_out_is_the_same_content(shop: Shop) -> None:
    request = hold_request({shop.sku(nyc=1): 1})
    first = shop.call("Hold", request)
    request.ttl.seconds = 900
    request.ship_to.region_code = "US"
    request.routing.allow_partial = False
    request.request_id = request.request_id.upper()
    assert shop.call("Hold", request) == first


@pytest.mark.parametrize(
    "change",
    [
        lambda r: setattr(r.lines[0], "quantity", 2),
        lambda r: setattr(r.ship_to, "postal_code", "60601"),
        lambda r: setattr(r.ship_to, "residential", True),
        lambda r: setattr(r.ttl, "seconds", 60),
        lambda r: setattr(r, "order_ref", "other"),
        lambda r: setattr(r.routing, "allow_partial", True),
        lambda r: r.accept.cost_max.CopyFrom(usd(100_000)),
    ],
)
@pytest.mark.parametrize("new_request_id", [False, True])
def test_an_id_with_other_content_is_refused(
    shop: Shop, change: object, new_request_id: bool
) -> None:
    request = hold_request({shop.sku(nyc=5): 1})
    shop.call("Hold", request)
    change(request)  # type: ignore[operator]  # a row of the table above
    if new_request_id:
        request.request_id = new_id()
    refused = refusal(lambda: shop.call("Hold", request))
    assert (refused.code, refused.reason) == ("ALREADY_EXISTS", "ID_REUSED")


def test_a_commit_can_be_repeated_but_not_under_another_order_id(shop: Shop) -> None:
    hold = shop.hold({shop.sku(nyc=1): 1})
    asked = new_id()
    first = shop.commit(hold.hold_id, request_id=asked)
    assert shop.commit(hold.hold_id, request_id=asked) == first
    assert shop.trailers["shipfrom-replayed"] == "true"
    assert shop.commit(hold.hold_id).order_id == first.order_id, "under another id too"
    refused = refusal(lambda: shop.commit(hold.hold_id, order_id="other"))
    assert refused.reason == "HOLD_COMMITTED"
    assert refusal(lambda: shop.release(hold.hold_id)).reason == "HOLD_COMMITTED"


def test_a_committed_hold_is_refused_with_the_order_that_it_became(shop: Shop) -> None:
    hold_id = shop.hold({shop.sku(nyc=1): 1}).hold_id
    order_id = f"order-of-{hold_id}"
    shop.commit(hold_id, order_id=order_id)
    longer = pb.ExtendHoldRequest(request_id=new_id(), hold_id=hold_id)
    longer.ttl.seconds = 60
    for again in (
        lambda: shop.commit(hold_id, order_id="other"),
        lambda: shop.release(hold_id),
        lambda: shop.call("ExtendHold", longer),
    ):
        refused = refusal(again)
        assert refused.reason == "HOLD_COMMITTED"
        assert f"is order {order_id} already" in refused.message
        assert refused.metadata["orderId"] == order_id


def test_an_order_that_cannot_be_filled_is_refused_with_numbers(shop: Shop) -> None:
    sku = shop.sku(nyc=1, chi=1)
    refused = refusal(lambda: shop.hold({sku: 3}))
    assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "NO_STOCK")
    assert f"{sku} x3 wanted, 2 available" in refused.message
    assert "Next:" in refused.message
    assert refused.metadata["line0Sku"] == sku
    assert refused.metadata["line0Wanted"] == "3"
    assert refused.metadata["line0Available"] == "2"


def test_a_partial_hold_is_made_when_asked_for(shop: Shop) -> None:
    sku = shop.sku(nyc=1)
    hold = shop.hold({sku: 3}, routing=PARTIAL)
    assert [line.quantity for s in hold.plan.shipments for line in s.lines] == [1]
    assert [line.quantity for line in hold.plan.unfilled] == [2]
    refused = refusal(lambda: shop.hold({sku: 1}, routing=PARTIAL))
    assert refused.reason == "NO_STOCK", "nothing at all is no partial order"


def test_days_after_the_wish_cost_money_and_are_shown(shop: Shop) -> None:
    sku = shop.sku(lax=5)
    soon = shop.hold({sku: 1}).plan
    wish = {"year": 2026, "month": 11, "day": soon.promise_date.day - 1}
    late = shop.hold({sku: 1}, routing=order_pb2.Routing(wanted_by=wish)).plan

    [lateness] = [c.amount for c in late.components if c.name == "lateness"]
    assert (lateness.units, lateness.nanos) == (5, 0), "one day at the policy's weight"
    assert late.cost.units == soon.cost.units + 5


def test_a_hold_dearer_than_accepted_is_stale(shop: Shop) -> None:
    sku = shop.sku(lax=5)
    accept = pb.Accept(cost_max=usd(899))
    refused = refusal(lambda: shop.hold({sku: 1}, accept=accept))
    assert (refused.code, refused.reason) == ("ABORTED", "QUOTE_STALE")
    assert refused.metadata["costNow"] == "9.00 USD"
    assert refused.metadata["costMax"] == "8.99 USD"
    assert shop.available(sku) == 5
    assert shop.hold({sku: 1}, accept=pb.Accept(cost_max=usd(900))).plan.shipments


def test_a_hold_later_than_accepted_is_stale(shop: Shop) -> None:
    sku = shop.sku(lax=5)
    today = shop.server.clock.now()
    by = Date(year=today.year, month=today.month, day=today.day)
    refused = refusal(lambda: shop.hold({sku: 1}, accept=pb.Accept(promise_by=by)))
    assert (refused.code, refused.reason) == ("ABORTED", "QUOTE_STALE")
    assert refused.metadata["promiseDateNow"] > refused.metadata["promiseBy"]


def test_a_dearer_plan_in_time_beats_a_cheap_one_that_is_late(shop: Shop) -> None:
    lane = network_pb.Lane(lane_id="air-1", service="AIR", zone=1, transit_days=1)
    lane.base.CopyFrom(usd(2500))
    lanes = network_pb.UpsertLanesRequest(request_id=new_id(), lanes=[lane])
    shop.call("UpsertLanes", lanes)
    sku = shop.sku(lax=5)
    cheap = shop.quote({sku: 1}).best
    assert cheap.shipments[0].service == "GROUND"
    fastest = order_pb2.Routing(objective=order_pb2.OBJECTIVE_FASTEST)
    day = shop.quote({sku: 1}, routing=fastest).best.promise_date
    hold = shop.hold({sku: 1}, accept=pb.Accept(promise_by=day))
    assert hold.plan.shipments[0].service == "AIR"
    terms = pb.Accept(promise_by=day, cost_max=cheap.cost)
    assert refusal(lambda: shop.hold({sku: 1}, accept=terms)).reason == "QUOTE_STALE"


def test_routing_narrows_the_plan(shop: Shop) -> None:
    sku = shop.sku(nyc=5, chi=5, lax=5)
    excluded = order_pb2.Routing(exclude_node_ids=["nyc"])
    assert shop.quote({sku: 1}, routing=excluded).best.shipments[0].node_id == "chi"
    only = order_pb2.Routing(only_node_ids=["lax"])
    assert shop.quote({sku: 1}, routing=only).best.shipments[0].node_id == "lax"
    near = order_pb2.Routing(max_distance_km=100, exclude_node_ids=["nyc"])
    assert shop.quote({sku: 1}, routing=near).best.unfilled[0].reason == "TOO_FAR"
    kept = order_pb2.Routing(keep_back=5)
    assert shop.quote({sku: 1}, routing=kept).best.unfilled


def test_a_stale_view_costs_a_new_plan_and_not_an_oversell(shop: Shop) -> None:
    sku = shop.sku(nyc=0, chi=5)
    plant(shop, sku, nyc=9)
    assert shop.quote({sku: 1}).best.shipments[0].node_id == "nyc", "planted"
    assert shop.hold({sku: 1}).plan.shipments[0].node_id == "chi"
    assert shop.cell(sku, "nyc").held == 0


def test_a_view_that_is_wrong_everywhere_ends_in_stock_changed(shop: Shop) -> None:
    sku = shop.sku(nyc=0, chi=0, lax=0)
    plant(shop, sku, nyc=9, chi=9, lax=9)
    refused = refusal(lambda: shop.hold({sku: 1}))
    assert (refused.code, refused.reason) == ("ABORTED", "STOCK_CHANGED")


def test_a_view_that_shows_too_little_refuses_nobody(shop: Shop) -> None:
    sku = shop.sku(nyc=5)
    plant(shop, sku, nyc=0)
    assert shop.quote({sku: 1}).best.unfilled, "planted"
    assert shop.hold({sku: 1}).plan.shipments[0].node_id == "nyc"


def test_a_wiped_view_is_filled_again_from_the_ledger(shop: Shop) -> None:
    sku, other = shop.sku(nyc=5, chi=4), shop.sku(lax=2)
    kept = shop.hold({sku: 2})
    with view_of(shop) as view:
        wipe(view)
        assert shop.available(sku) == 7
        assert not shop.quote({sku: 1, other: 1}).degraded
        assert view.exists(f"v:{{{sku}}}"), "the quote filled it"
    assert refusal(lambda: shop.hold({sku: 8})).reason == "NO_STOCK"
    shop.commit(kept.hold_id)
    assert shop.available(sku) == 7


def test_the_last_unit_raced_by_32_callers_is_sold_once(shop: Shop) -> None:
    sku = shop.sku(nyc=1)
    requests = [hold_request({sku: 1}) for _ in range(32)]

    def race(request: pb.HoldRequest) -> str:
        try:
            shop.call("Hold", request)
        except grpc.RpcError as error:
            return str(error.code().name)
        return "OK"

    with ThreadPoolExecutor(32) as callers:
        outcomes = list(callers.map(race, requests))
    assert outcomes.count("OK") == 1
    assert set(outcomes) == {"OK", "FAILED_PRECONDITION"}
    cell = shop.cell(sku, "nyc")
    assert (cell.on_hand, cell.held) == (1, 1)


def test_the_same_hold_sent_32_times_at_once_is_made_once(shop: Shop) -> None:
    sku = shop.sku(nyc=40)
    request = hold_request({sku: 1})
    with ThreadPoolExecutor(32) as callers:
        answers = list(callers.map(lambda _: shop.call("Hold", request), range(32)))
    assert all(answer == answers[0] for answer in answers)
    assert shop.cell(sku, "nyc").held == 1


def test_an_order_of_500_lines_is_held_and_committed(shop: Shop) -> None:
    skus = [f"BULK-{number:03d}" for number in range(500)]
    request = inventory_pb.SetStockRequest(request_id=new_id())
    for number, sku in enumerate(skus):
        node_id = "nyc" if number % 2 else "chi"
        request.counts.add(sku=sku, node_id=node_id, on_hand=2)
    shop.call("SetStock", request)
    hold = shop.hold(dict.fromkeys(skus, 1))
    units = [line.quantity for s in hold.plan.shipments for line in s.lines]
    assert (len(units), sum(units)) == (500, 500)
    assert {s.node_id for s in hold.plan.shipments} == {"nyc", "chi"}
    assert len(shop.commit(hold.hold_id).plan.shipments) == 2


def test_availability_sums_nodes_and_lists_them_on_request(shop: Shop) -> None:
    one, two = shop.sku(nyc=5, chi=2), shop.sku()
    plain = pb.GetAvailabilityRequest(skus=[one, two])
    answer = shop.call("GetAvailability", plain)
    assert [(i.sku, i.available, len(i.nodes)) for i in answer.items] == [
        (one, 7, 0),
        (two, 0, 0),
    ]
    chicago = pb.GetAvailabilityRequest(skus=[one], node_ids=["chi"], by_node=True)
    (item,) = shop.call("GetAvailability", chicago).items
    assert [(n.node_id, n.available) for n in item.nodes] == [("chi", 2)]
    assert item.available == 2


def test_safety_stock_is_never_promised(shop: Shop) -> None:
    sku = shop.sku(nyc=3)
    shop.server.stock.set("nyc", sku, 3, safety_stock=2)
    assert shop.available(sku) == 1
    assert refusal(lambda: shop.hold({sku: 2})).reason == "NO_STOCK"


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """A Valkey that may be killed."""
    with EmbeddedValkey(tmp_path, aof=False) as started:
        yield started


def test_without_redis_the_shop_stays_open(own_valkey: EmbeddedValkey) -> None:
    with Server(view_url=own_valkey.url, empty=True) as server:
        furnish(server)
        shop = Shop(server)
        sku = shop.sku(nyc=2)
        assert not shop.quote({sku: 1}).degraded
        own_valkey.kill()
        answer = shop.quote({sku: 1})
        assert answer.degraded
        assert answer.best.shipments[0].node_id == "nyc"
        hold = shop.hold({sku: 2})
        assert shop.commit(hold.hold_id).order_id == hold.hold_id
        assert refusal(lambda: shop.hold({sku: 1})).reason == "NO_STOCK"


@contextmanager
def cut_off(postgres: str, ledger_url: str) -> Iterator[None]:
    """A database that takes no connections and has lost those it had."""
    name = make_url(ledger_url).database
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        end = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        )
        admin.execute(end, (name,))
        yield
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_without_sql_quotes_go_on_and_nothing_is_half_done(
    postgres: str, postgres_url: str
) -> None:
    with Server(ledger_url=postgres_url, empty=True) as server:
        furnish(server)
        shop = Shop(server)
        sku = shop.sku(nyc=5)
        kept = shop.hold({sku: 1})
        shop.quote({sku: 1})
        retried = hold_request({sku: 1})
        with cut_off(postgres, postgres_url):
            deadline = time.monotonic() + 10
            while not (answer := shop.quote({sku: 1})).degraded:
                assert time.monotonic() < deadline
            assert answer.best.shipments[0].node_id == "nyc"
            assert answer.as_of_time.seconds > 0
            for work in (
                lambda: shop.call("Hold", retried),
                lambda: shop.commit(kept.hold_id),
                lambda: shop.release(kept.hold_id),
                lambda: shop.count(sku, nyc=1),
                lambda: shop.hold({sku: 99}),
            ):
                refused = refusal(work)
                assert (refused.code, refused.reason) == (
                    "UNAVAILABLE",
                    "STORAGE_UNAVAILABLE",
                )
                assert refused.retry_after_s > 0
        shop.call("Hold", retried)
        shop.commit(kept.hold_id)
        cell = shop.cell(sku, "nyc")
        assert (cell.on_hand, cell.held, cell.allocated) == (5, 1, 1)


def test_without_any_redis_stock_is_read_from_sql() -> None:
    with Server(valkey=False) as server:
        sf = server.client()
        with sf.hold(lines={"SKU-1": 1}, ship_to="10001") as hold:
            hold.commit()
        assert server.stock.available("SKU-1") == 29


def test_the_clock_of_the_answers_is_the_servers(shop: Shop) -> None:
    hold = shop.hold({shop.sku(nyc=1): 1})
    made = hold.create_time.ToDatetime(tzinfo=UTC)
    assert abs(made - shop.server.clock.now()) < timedelta(seconds=1)
    assert made < datetime(2027, 1, 1, tzinfo=UTC)
