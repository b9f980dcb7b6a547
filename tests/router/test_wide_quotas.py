"""Units that many nodes keep for a channel together, counted down everywhere."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from inventory.audit import audit
from shipfrom import Node, Quota
from shipfrom.cli.app import run
from shipfrom.testing import NOON, Server
from shipfrom.v1 import inventory_service_pb2 as pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_service_pb
from tests.router.shop import NODES, Shop, furnish, new_id, refusal
from tests.router.test_quotas import available, keep, keep_all, of

CALLERS = 32
EVERYWHERE: dict[str, Any] = {"node_id": "", "every_node": True}
HOUR = timedelta(hours=1)
EAST: dict[str, Any] = {"node_id": "", "node_tag": "east"}


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Server(empty=True, valkey=False) as server:
        furnish(server)
        tag_the_east(server)
        yield Shop(server)


def tag_the_east(server: Server) -> None:
    """New York and Chicago carry the tag."""
    tags = {"nyc": ("east",), "chi": ("east",)}
    rows = [Node(n, postal_code=p, tags=tags.get(n, ())) for n, p in NODES.items()]
    server.client().upsert_nodes(rows)


def setting(sku: str, channel: str, units: int, **place: Any) -> pb.QuotaSetting:
    return pb.QuotaSetting(sku=sku, channel=channel, units=units, **place)


def left(shop: Shop, sku: str) -> dict[tuple[str, str], tuple[int, ...]]:
    """left, held, taken by place and channel."""
    found = shop.call("ListQuotas", pb.ListQuotasRequest(sku=sku)).quotas
    return {
        (q.node_id or q.node_tag or "every", q.channel): (q.left, q.held, q.taken)
        for q in found
    }


def wide(shop: Shop, sku: str, channel: str, units: int, **fields: Any) -> pb.Quota:
    place = {n: fields.pop(n) for n in [*fields] if n in ("node_tag", "falls_through")}
    row = setting(sku, channel, units, every_node="node_tag" not in place, **place)
    (quota,) = keep_all(shop, row, **fields)
    return quota


def sent(shop: Shop, sku: str, units: int, channel: str = "") -> dict[str, int]:
    plan = shop.quote({sku: units}, facts=of(channel)).best
    return {s.node_id: s.lines[0].quantity for s in plan.shipments}


def test_orders_of_others_leave_so_many_units_in_the_network(shop: Shop) -> None:
    sku = shop.sku(nyc=3, chi=3, lax=3)
    assert wide(shop, sku, "web", 7).every_node

    assert (available(shop, sku), available(shop, sku, "web")) == (2, 9)
    assert sent(shop, sku, 2) == {"nyc": 2}
    refused = refusal(lambda: shop.hold({sku: 3}))
    assert refused.metadata["line0Reason"] == "CHANNEL_QUOTA"
    shop.hold({sku: 2})
    assert refusal(lambda: shop.hold({sku: 1})).reason == "NO_STOCK"
    assert left(shop, sku) == {("every", "web"): (7, 0, 0)}


def test_it_counts_down_whichever_node_sends(shop: Shop) -> None:
    sku = shop.sku(nyc=3, chi=3, lax=3)
    wide(shop, sku, "web", 5)

    shop.hold({sku: 3}, facts=of("web"))
    assert left(shop, sku) == {("every", "web"): (2, 3, 0)}
    order = shop.commit(shop.hold({sku: 1}, facts=of("web")).hold_id)
    assert left(shop, sku) == {("every", "web"): (1, 3, 1)}
    # One of its own and four that nobody keeps.
    assert available(shop, sku, "web") == 5
    assert available(shop, sku) == 4

    asked = order_service_pb.CancelOrderRequest(
        request_id=new_id(), order_id=order.order_id, reason="changed their mind"
    )
    shop.call("CancelOrder", asked)

    assert left(shop, sku) == {("every", "web"): (2, 3, 0)}


def test_without_common_stock_after_it_the_sum_is_the_most(shop: Shop) -> None:
    sku = shop.sku(nyc=3, chi=3, lax=3)
    wide(shop, sku, "web", 4, falls_through=False)

    assert available(shop, sku, "web") == 4
    plan = shop.quote({sku: 9}, facts=of("web")).best
    assert sum(s.lines[0].quantity for s in plan.shipments) == 4
    shop.hold({sku: 4}, facts=of("web"))
    assert refusal(lambda: shop.hold({sku: 1}, facts=of("web"))).reason == "NO_STOCK"
    assert available(shop, sku) == 5


def test_a_group_keeps_its_own_and_other_nodes_sell_freely(shop: Shop) -> None:
    sku = shop.sku(nyc=2, chi=2, lax=2)
    wide(shop, sku, "web", 3, node_tag="east")

    assert available(shop, sku) == 3
    assert sent(shop, sku, 1) == {"nyc": 1}
    # Chicago and New York give one together, Los Angeles all it has.
    plan = shop.quote({sku: 6}).best
    assert sum(s.lines[0].quantity for s in plan.shipments) == 3
    shop.hold({sku: 1})
    assert sent(shop, sku, 1) == {"lax": 1}


def test_quotas_of_a_node_a_group_and_all_nodes_hold_at_once(shop: Shop) -> None:
    sku = shop.sku(nyc=4, chi=4, lax=4)
    keep(shop, sku, "web", 2)
    wide(shop, sku, "web", 3, node_tag="east")
    wide(shop, sku, "shop", 4)

    # 12 are there, 9 of them kept; the east may spare three of its eight.
    assert available(shop, sku) == 3
    assert available(shop, sku, "shop") == 7
    assert available(shop, sku, "web") == 8
    held = shop.hold({sku: 4}, facts=of("web"))
    assert left(shop, sku) == {
        ("nyc", "web"): (0, 2, 0),
        ("east", "web"): (1, 2, 0),
        ("every", "shop"): (4, 0, 0),
    }
    assert available(shop, sku) == 3
    shop.release(held.hold_id)
    assert left(shop, sku)["east", "web"] == (3, 0, 0)


def test_release_and_expiry_give_the_units_back(shop: Shop) -> None:
    sku = shop.sku(nyc=2, chi=2)
    wide(shop, sku, "web", 3)
    shop.release(shop.hold({sku: 3}, facts=of("web")).hold_id)
    assert left(shop, sku) == {("every", "web"): (3, 0, 0)}
    shop.hold({sku: 3}, facts=of("web"))

    shop.server.clock.advance("16m")

    assert left(shop, sku) == {("every", "web"): (3, 0, 0)}
    assert available(shop, sku) == 1


def test_units_that_move_to_another_node_stay_the_channels(shop: Shop) -> None:
    sku = shop.sku(nyc=3, chi=3)
    wide(shop, sku, "web", 4)
    order = shop.commit(shop.hold({sku: 2}, facts=of("web")).hold_id)
    asked = order_service_pb.RerouteOrderRequest(
        request_id=new_id(),
        order_id=order.order_id,
        shipment_ids=[f"{order.order_id}:1"],
        reason="closer",
    )

    shop.call("RerouteOrder", asked)

    assert left(shop, sku) == {("every", "web"): (2, 0, 2)}
    assert asyncio.run(audit(shop.server.ledger_url)).violations == ()


def test_no_more_is_kept_than_its_nodes_have_together(shop: Shop) -> None:
    sku = shop.sku(nyc=2, chi=2, lax=2)
    refused = refusal(lambda: wide(shop, sku, "web", 5, node_tag="east"))
    assert (refused.reason, refused.metadata["free"]) == ("QUOTA_TOO_LARGE", "4")
    assert "at nodes tagged east" in refused.message

    wide(shop, sku, "web", 5)
    refused = refusal(lambda: keep(shop, sku, "shop", 2))
    assert refused.metadata["free"] == "1", "one is all that the network does not keep"
    assert keep(shop, sku, "shop", 1).left == 1


def stamp(moment: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(moment)
    return made


def test_a_quota_begins_and_ends_by_itself(shop: Shop) -> None:
    sku = shop.sku(nyc=3, chi=2)
    row = setting(
        sku,
        "web",
        9,
        every_node=True,
        start_time=stamp(NOON + timedelta(hours=1)),
        end_time=stamp(NOON + timedelta(hours=3)),
    )
    (said,) = keep_all(shop, row)

    assert said.start_time == row.start_time
    assert available(shop, sku) == 5, "not yet, and more than there is may come"
    shop.count(sku, nyc=10)
    shop.server.clock.advance("1h")
    assert available(shop, sku) == 3
    shop.hold({sku: 2})
    assert refusal(lambda: shop.hold({sku: 2})).reason == "NO_STOCK"
    assert left(shop, sku) == {("every", "web"): (9, 0, 0)}
    shop.server.clock.advance("2h")
    assert available(shop, sku) == 12
    assert left(shop, sku) == {}, "what has ended is in force no more"


def test_the_same_request_after_its_end_has_the_same_answer(shop: Shop) -> None:
    sku, name = shop.sku(nyc=3), new_id()
    row = setting(sku, "web", 2, node_id="nyc", end_time=stamp(NOON + HOUR))
    (said,) = keep_all(shop, row, request_id=name)
    shop.server.clock.advance("1h")

    assert keep_all(shop, row, request_id=name) == [said]
    refused = refusal(lambda: keep_all(shop, row))
    assert list(refused.fields) == ["quotas[0].end_time"]


def test_a_node_keeps_units_for_a_while_too(shop: Shop) -> None:
    sku = shop.sku(nyc=3)
    keep_all(
        shop,
        pb.QuotaSetting(
            sku=sku,
            node_id="nyc",
            channel="web",
            units=2,
            end_time=stamp(NOON + timedelta(hours=1)),
        ),
    )
    assert available(shop, sku) == 1
    shop.server.clock.advance("1h")
    assert available(shop, sku) == 3


def test_a_quota_names_one_place_and_a_time_to_come(shop: Shop) -> None:
    rows = [
        setting("A", "web", 1),
        setting("A", "web", 1, node_id="nyc", every_node=True),
        setting("A", "web", 1, node_tag="esat"),
        setting("A", "shop", 1, node_id="nyc", end_time=stamp(NOON)),
        setting("A", "app", 1, node_id="nyc", start_time=Timestamp(seconds=1 << 40)),
    ]
    refused = refusal(lambda: keep_all(shop, *rows))
    assert set(refused.fields) == {
        "quotas[0].node_id",
        "quotas[1].node_id",
        "quotas[2].node_tag",
        "quotas[3].end_time",
        "quotas[4].start_time",
    }
    assert "east" in refused.fields["quotas[2].node_tag"]


def test_people_set_and_see_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sku = shop.sku(nyc=3, chi=2)
    monkeypatch.setenv("SHIPFROM_ADDRESS", shop.server.address)
    monkeypatch.setenv("COLUMNS", "120")
    command = f"quota set {sku} --everywhere --channel web --units 4"
    assert run(command.split()) == 0
    assert f"every node keeps 4 of {sku} for web" in capsys.readouterr().out
    assert run(["quota", "list"]) == 0
    assert "every node" in capsys.readouterr().out

    sf = shop.server.client()
    (found,) = sf.quotas(node_id="chi")
    assert (found.every_node, found.node_id, found.left) == (True, "", 4)
    at = NOON + timedelta(days=3)
    tagged = Quota(sku, "", "shop", 1, node_tag="east", start=at)
    (later,) = sf.set_quotas([tagged])
    assert (later.node_tag, later.start, later.end) == ("east", at, None)
    assert run(f"quota remove {sku} --everywhere --channel web".split()) == 0
    assert list(left(shop, sku)) == [("east", "shop")]


CHANNELS = ("", "web", "shop", "other")


@pytest.mark.parametrize("ledger", ["sqlite", "postgres"])
def test_32_callers_never_take_together_what_many_nodes_keep(
    ledger: str, request: pytest.FixtureRequest, standalone_url: str
) -> None:
    url = request.getfixturevalue(f"{ledger}_url")
    with Server(empty=True, ledger_url=url, view_url=standalone_url) as server:
        furnish(server)
        tag_the_east(server)
        shop = Shop(server)
        sku = shop.sku(nyc=8, chi=8, lax=8)
        wide(shop, sku, "web", 10, falls_through=False)
        wide(shop, sku, "shop", 6, node_tag="east")

        def caller(number: int) -> str:
            channel = CHANNELS[number % 4]
            to = order_pb2.Destination(postal_code=list(NODES.values())[number % 3])
            with suppress(grpc.RpcError):
                hold = shop.hold({sku: 1}, facts=of(channel), ship_to=to)
                if number % 5 == 0:
                    shop.release(hold.hold_id)
                    return "released"
                return channel
            return "refused"

        with ThreadPoolExecutor(CALLERS) as callers:
            went = list(callers.map(caller, range(4 * CALLERS)))

        assert went.count("web") <= 10
        assert went.count("") + went.count("other") <= 8
        for channel in CHANNELS:
            while not shop.quote({sku: 1}, facts=of(channel)).best.unfilled:
                shop.hold({sku: 1}, facts=of(channel))
                went.append(channel)
        assert went.count("web") == 10
        assert went.count("shop") >= 6
        assert sum(map(went.count, CHANNELS)) == 24
        assert {units[0] for units in left(shop, sku).values()} == {0}
    report = asyncio.run(audit(url, standalone_url))
    assert (report.violations, report.oversold_units) == ((), 0)
