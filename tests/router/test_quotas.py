"""Units kept for a channel: promised to it alone, counted down, given back."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import grpc
import pytest

from inventory.audit import audit
from router.quota_settings import content_of
from router.quotas import QuotaRow
from shipfrom.testing import Server
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import inventory_service_pb2 as pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_service_pb
from tests.router.shop import Shop, furnish, lines_of, new_id, refusal

CALLERS = 32


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Server(empty=True) as server:
        furnish(server)
        yield Shop(server)


def keep(shop: Shop, sku: str, channel: str, units: int, **fields: Any) -> pb.Quota:
    own = {
        name: fields.pop(name)
        for name in ("node_id", "falls_through")
        if name in fields
    }
    row = setting(sku, channel, units, **own)
    return keep_all(shop, row, **fields)[0]


def setting(sku: str, channel: str, units: int, **fields: Any) -> pb.QuotaSetting:
    fields.setdefault("node_id", "nyc")
    return pb.QuotaSetting(sku=sku, channel=channel, units=units, **fields)


def keep_all(shop: Shop, *rows: pb.QuotaSetting, **fields: Any) -> list[pb.Quota]:
    fields.setdefault("request_id", new_id())
    request = pb.SetQuotasRequest(quotas=rows, **fields)
    return list(shop.call("SetQuotas", request).quotas)


def quotas(shop: Shop, **fields: Any) -> dict[tuple[str, str, str], tuple[int, ...]]:
    found = shop.call("ListQuotas", pb.ListQuotasRequest(**fields)).quotas
    return {(q.sku, q.node_id, q.channel): (q.left, q.held, q.taken) for q in found}


def of(channel: str) -> order_pb2.OrderFacts:
    return order_pb2.OrderFacts(channel=channel)


def available(shop: Shop, sku: str, channel: str = "") -> int:
    request = checkout_pb.GetAvailabilityRequest(skus=[sku], channel=channel)
    return shop.call("GetAvailability", request).items[0].available


def test_orders_of_other_channels_leave_what_is_kept(shop: Shop) -> None:
    sku = shop.sku(nyc=5)
    keep(shop, sku, "web", 3)

    assert (available(shop, sku), available(shop, sku, "shop")) == (2, 2)
    assert available(shop, sku, "web") == 5
    assert not shop.quote({sku: 2}, facts=of("shop")).best.unfilled
    refused = refusal(lambda: shop.hold({sku: 3}, facts=of("shop")))
    assert refused.reason == "NO_STOCK"
    assert refused.metadata["line0Reason"] == "CHANNEL_QUOTA"
    assert refused.metadata["line0Kept"] == "3"
    assert "2 available, but the rest is kept for channels" in refused.message


def test_a_channel_takes_its_own_units_first_and_then_common_stock(shop: Shop) -> None:
    sku = shop.sku(nyc=5)
    keep(shop, sku, "web", 3)

    shop.hold({sku: 2}, facts=of("web"))
    assert quotas(shop) == {(sku, "nyc", "web"): (1, 2, 0)}
    assert available(shop, sku) == 2
    shop.hold({sku: 3}, facts=of("web"))
    assert quotas(shop) == {(sku, "nyc", "web"): (0, 3, 0)}
    assert available(shop, sku) == 0


def test_a_quota_that_does_not_fall_through_is_the_most_that_the_channel_gets(
    shop: Shop,
) -> None:
    sku = shop.sku(nyc=9, chi=1)
    keep(shop, sku, "web", 2, falls_through=False)

    plan = shop.hold({sku: 3}, facts=of("web")).plan
    assert [s.node_id for s in plan.shipments] == ["chi", "nyc"]
    assert refusal(lambda: shop.hold({sku: 1}, facts=of("web"))).metadata[
        "line0Reason"
    ] == ("CHANNEL_QUOTA")
    assert available(shop, sku) == 7


def test_another_node_sends_what_this_one_keeps_and_the_explanation_says_why(
    shop: Shop,
) -> None:
    sku = shop.sku(nyc=3, chi=3)
    keep(shop, sku, "web", 3)

    answer = shop.quote({sku: 1}, explain=True)

    assert [s.node_id for s in answer.best.shipments] == ["chi"]
    (nyc,) = [c for c in answer.explanation.candidates if c.node_id == "nyc"]
    assert nyc.exclusion == "CHANNEL_QUOTA"
    assert nyc.detail == f"{sku} 3 of 3 kept for channels"
    assert (nyc.observed, nyc.threshold) == ("0 free units", "1 free unit")


def test_a_stored_decision_replays_and_still_says_why(shop: Shop) -> None:
    sku, other = shop.sku(nyc=3), shop.sku(nyc=3, chi=3)
    keep(shop, sku, "web", 3)
    routing = order_pb2.Routing(allow_partial=True)
    held = shop.hold({sku: 1, other: 1}, routing=routing)
    order = shop.commit(held.hold_id)

    asked = order_service_pb.ReplayOrderRequest(order_id=order.order_id)
    same = order_service_pb.REPLAY_OUTCOME_SAME
    assert shop.call("ReplayOrder", asked).outcome == same
    assert held.plan.unfilled[0].reason == "CHANNEL_QUOTA"


def test_release_and_expiry_give_the_units_back_to_the_channel(shop: Shop) -> None:
    sku = shop.sku(nyc=4)
    keep(shop, sku, "web", 3)
    shop.release(shop.hold({sku: 2}, facts=of("web")).hold_id)
    assert quotas(shop) == {(sku, "nyc", "web"): (3, 0, 0)}

    shop.hold({sku: 3}, facts=of("web"))
    shop.server.clock.advance("16m")

    assert available(shop, sku) == 1
    assert quotas(shop) == {(sku, "nyc", "web"): (3, 0, 0)}


def test_what_an_order_took_counts_and_a_new_quota_begins_from_there(
    shop: Shop,
) -> None:
    sku = shop.sku(nyc=9)
    keep(shop, sku, "web", 3)
    shop.commit(shop.hold({sku: 2}, facts=of("web")).hold_id)
    assert quotas(shop) == {(sku, "nyc", "web"): (1, 0, 2)}

    said = keep(shop, sku, "web", 4)

    assert (said.left, said.taken) == (4, 2)
    assert available(shop, sku) == 3


def test_no_more_is_kept_than_is_there(shop: Shop) -> None:
    sku = shop.sku(nyc=5)
    keep(shop, sku, "web", 3)

    refused = refusal(lambda: keep(shop, sku, "shop", 3))

    assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "QUOTA_TOO_LARGE")
    assert refused.metadata["field"] == "quotas[0].units"
    assert refused.metadata["free"] == "2"
    assert keep(shop, sku, "shop", 2).left == 2
    shop.count(sku, nyc=1)
    assert keep(shop, sku, "web", 2).left == 2, "fewer than before, whatever is there"


def test_many_quotas_are_set_together_or_not_at_all(shop: Shop) -> None:
    one, two = shop.sku(nyc=5), shop.sku(nyc=5)
    keep(shop, one, "web", 5)

    keep_all(shop, setting(one, "web", 2), setting(one, "shop", 3))
    assert quotas(shop, sku=one) == {
        (one, "nyc", "shop"): (3, 0, 0),
        (one, "nyc", "web"): (2, 0, 0),
    }
    rows = setting(two, "web", 4), setting(one, "web", 0), setting(two, "shop", 2)
    refused = refusal(lambda: keep_all(shop, *rows))
    assert refused.reason == "QUOTA_TOO_LARGE"
    assert refused.metadata["field"] == "quotas[0].units"
    assert len(quotas(shop)) == 2


def test_a_quota_of_nothing_that_falls_through_has_ended(shop: Shop) -> None:
    sku = shop.sku(nyc=5)
    keep(shop, sku, "web", 3)

    keep(shop, sku, "web", 0)

    assert quotas(shop) == {}
    assert available(shop, sku) == 5
    assert keep(shop, sku, "web", 1).left == 1


def test_the_same_request_twice_is_one_quota(shop: Shop) -> None:
    sku, name = shop.sku(nyc=5), new_id()
    keep(shop, sku, "web", 3, request_id=name)
    shop.hold({sku: 5}, facts=of("web"))

    keep(shop, sku, "web", 3, request_id=name)

    assert shop.trailers["shipfrom-replayed"] == "true"
    assert quotas(shop) == {(sku, "nyc", "web"): (0, 3, 0)}


def test_a_late_repeat_leaves_what_was_set_since(shop: Shop) -> None:
    sku, name = shop.sku(nyc=30), new_id()
    keep(shop, sku, "web", 10, falls_through=False)
    keep(shop, sku, "web", 12, falls_through=False, request_id=name)
    keep(shop, sku, "web", 20, falls_through=True)

    keep(shop, sku, "web", 12, falls_through=False, request_id=name)

    (quota,) = shop.call("ListQuotas", pb.ListQuotasRequest(sku=sku)).quotas
    assert (quota.left, quota.falls_through) == (20, True)


def test_a_request_that_came_before_quotas_had_times_is_the_same_now() -> None:
    wanted = {
        QuotaRow("A", "nyc", "web", False): 3,
        QuotaRow("B", "nyc", "web", True): 1,
    }
    before = [
        (row.sku, "nyc", "web", row.falls_through, n) for row, n in wanted.items()
    ]

    assert [(*each,) for each in content_of(wanted)] == before
    later = {row._replace(ends="2026-11-22T00:00:00+00:00"): 1 for row in wanted}
    assert content_of(later) != content_of(dict.fromkeys(wanted, 1))


def test_checking_only_keeps_nothing(shop: Shop) -> None:
    sku = shop.sku(nyc=5)
    assert keep(shop, sku, "web", 3, validate_only=True).left == 3
    assert quotas(shop) == {}


def test_a_quota_names_its_cell_and_channel(shop: Shop) -> None:
    refused = refusal(lambda: keep(shop, "~x", "", -1, node_id="nowhere"))
    names = {"sku", "node_id", "channel", "units"}
    assert set(refused.fields) == {f"quotas[0].{name}" for name in names}
    twice = [setting("A", "web", 1), setting("A", "web", 2)]
    assert "quotas[1]" in refusal(lambda: keep_all(shop, *twice)).fields


def test_quotas_are_listed_page_by_page_and_by_what_they_are_of(shop: Shop) -> None:
    one, two = shop.sku(nyc=5, chi=5), shop.sku(nyc=5)
    keep(shop, one, "web", 1)
    keep(shop, one, "web", 2, node_id="chi")
    keep(shop, two, "shop", 3)

    first = shop.call("ListQuotas", pb.ListQuotasRequest(page_size=2))
    rest = pb.ListQuotasRequest(page_size=2, page_token=first.next_page_token)
    assert [q.left for q in first.quotas] == [2, 1]
    assert [q.left for q in shop.call("ListQuotas", rest).quotas] == [3]
    assert set(quotas(shop, channel="shop")) == {(two, "nyc", "shop")}
    assert set(quotas(shop, node_id="chi")) == {(one, "chi", "web")}


def test_an_order_that_is_cancelled_gives_its_channel_the_units_back(
    shop: Shop,
) -> None:
    sku = shop.sku(nyc=4)
    keep(shop, sku, "web", 3)
    order = shop.commit(shop.hold({sku: 4}, facts=of("web")).hold_id)
    assert quotas(shop) == {(sku, "nyc", "web"): (0, 0, 3)}

    shop.call(
        "CancelOrder",
        order_service_pb.CancelOrderRequest(
            request_id=new_id(), order_id=order.order_id, reason="changed their mind"
        ),
    )

    assert quotas(shop) == {(sku, "nyc", "web"): (3, 0, 0)}
    assert available(shop, sku) == 1


def test_every_part_of_an_order_claims_from_its_channels_quotas(shop: Shop) -> None:
    first, second = shop.sku(nyc=2), shop.sku(lax=2)
    keep(shop, first, "web", 2)
    keep(shop, second, "web", 2, node_id="lax")
    part = checkout_pb.OrderPart(
        lines=lines_of({second: 1}), ship_to=order_pb2.Destination(postal_code="90001")
    )
    refused = refusal(lambda: shop.hold({first: 1}, parts=[part], facts=of("shop")))
    assert refused.metadata["line0Reason"] == "CHANNEL_QUOTA"

    shop.hold({first: 1}, parts=[part], facts=of("web"))

    assert quotas(shop) == {
        (first, "nyc", "web"): (1, 1, 0),
        (second, "lax", "web"): (1, 1, 0),
    }


CHANNELS = ("", "web", "shop", "other")


@pytest.mark.parametrize("ledger", ["sqlite", "postgres"])
def test_32_callers_never_take_what_is_kept_nor_a_channel_more_than_its_own(
    ledger: str, request: pytest.FixtureRequest, standalone_url: str
) -> None:
    url = request.getfixturevalue(f"{ledger}_url")
    with Server(empty=True, ledger_url=url, view_url=standalone_url) as server:
        shop = Shop(server)
        furnish(server)
        sku = shop.sku(nyc=24)
        keep(shop, sku, "web", 10, falls_through=False)
        keep(shop, sku, "shop", 6)

        def caller(number: int) -> str:
            channel = CHANNELS[number % 4]
            with suppress(grpc.RpcError):
                hold = shop.hold({sku: 1}, facts=of(channel))
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
        assert {left for left, _, _ in quotas(shop).values()} == {0}
    report = asyncio.run(audit(url, standalone_url))
    assert (report.violations, report.oversold_units) == ((), 0)
