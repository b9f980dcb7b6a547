"""Why not this node, and does it come out the same: asked of quotes, orders, holds."""

import sqlite3

import pytest

from shipfrom import Node
from shipfrom.testing import Server
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb
from tests.router.shop import Shop, furnish, refusal


@pytest.fixture
def committed(shop: Shop) -> str:
    """An order that ships from nyc, with chi as the next."""
    hold = shop.hold({shop.sku(nyc=3, chi=3): 1})
    return shop.commit(hold.hold_id).order_id


def why(shop: Shop, order_id: str, *nodes: str) -> order_pb2.Explanation:
    request = pb.ExplainOrderRequest(order_id=order_id, why_not_node_ids=nodes)
    return shop.call("ExplainOrder", request).explanation


def test_a_quote_says_what_would_have_put_a_node_into_the_plan(shop: Shop) -> None:
    sku = shop.sku(nyc=3, chi=1)

    answer = shop.quote({sku: 2}, why_not_node_ids=["chi", "nyc", "lax"])

    chi, nyc, lax = answer.explanation.counterfactuals
    assert chi.sentence == "No single change would put chi into the plan."
    assert nyc.sentence == "nyc is in the plan."
    assert lax.sentence == "No single change would put lax into the plan (NO_STOCK)."
    assert all(each.verified for each in (chi, nyc, lax))


def test_a_dearer_node_is_told_its_price(shop: Shop) -> None:
    sku = shop.sku(nyc=1, chi=1)

    [chi] = shop.quote({sku: 1}, why_not_node_ids=["chi"]).explanation.counterfactuals

    [change] = chi.changes
    assert change.kind == order_pb2.CHANGE_KIND_COST
    assert (change.amount, change.value, change.smallest) == ("2.01 USD", 201, True)
    assert chi.sentence == (
        "chi would be in the plan with a shipment 2.01 USD cheaper."
        " The best plan with it costs 7.00 USD, 2.00 USD more."
    )
    assert chi.best.shipments[0].node_id == "chi"
    assert chi.worse_in == "COST"


def test_a_stored_order_is_asked_too(shop: Shop, committed: str) -> None:
    explanation = why(shop, committed, "chi", "lax")

    chi, lax = explanation.counterfactuals
    assert chi.verified
    assert chi.changes[0].kind == order_pb2.CHANGE_KIND_COST
    assert not lax.verified
    assert lax.sentence == (
        "What lax had then is not kept; counted as empty, no single change would put"
        " it into the plan."
    )
    assert explanation.replayed


def test_an_explanation_has_numbers_and_what_else_was_possible(shop: Shop) -> None:
    sku = shop.sku(nyc=3, chi=3)
    routing = order_pb2.Routing(max_distance_km=2000)

    told = shop.quote({sku: 1}, explain=True, routing=routing).explanation

    rows = {row.node_id: row for row in told.candidates}
    assert [part.name for part in rows["chi"].components] == ["shipping"]
    assert rows["chi"].observed == "7.00 USD"
    assert rows["chi"].threshold == "5.00 USD"
    assert rows["lax"].threshold == "2,000 km"
    [other] = told.alternatives
    assert (other.label, other.cost_more.units) == ("next best", 2)
    assert other.days_later > 0


@pytest.mark.parametrize(
    ("nodes", "field"),
    [(["nowhere"], "why_not_node_ids[0]"), (["nyc"] * 6, "why_not_node_ids")],
)
def test_unknown_nodes_and_too_many_are_refused(
    nodes: list[str], field: str, shop: Shop, committed: str
) -> None:
    sku = shop.sku(nyc=1)

    quoted = refusal(lambda: shop.quote({sku: 1}, why_not_node_ids=nodes))
    explained = refusal(lambda: why(shop, committed, *nodes))

    assert quoted.reason == explained.reason == "INVALID_FIELD"
    assert [*quoted.fields] == [*explained.fields] == [field]


def replay(shop: Shop, **subject: str) -> pb.ReplayOrderResponse:
    return shop.call("ReplayOrder", pb.ReplayOrderRequest(**subject))


def test_orders_and_holds_come_out_the_same(shop: Shop, committed: str) -> None:
    hold = shop.hold({shop.sku(nyc=2): 1})

    for answer in (
        replay(shop, order_id=committed),
        replay(shop, hold_id=hold.hold_id),
    ):
        assert answer.outcome == pb.REPLAY_OUTCOME_SAME
        assert answer.difference == ""


def test_a_decision_whose_network_is_gone_cannot_be_read() -> None:
    with Server(empty=True) as server:
        furnish(server)
        shop = Shop(server)
        hold = shop.hold({shop.sku(nyc=1): 1})
        request = pb.ExplainOrderRequest(hold_id=hold.hold_id)
        past = shop.call("ExplainOrder", request).explanation.network_version
        server.client().upsert_nodes([Node("nyc", postal_code="10001", priority=1)])
        with sqlite3.connect(server.ledger_url.partition("///")[2]) as ledger:
            ledger.execute("delete from network_snapshot where version = ?", [past])

        answer = replay(shop, hold_id=hold.hold_id)

    assert answer.outcome == pb.REPLAY_OUTCOME_UNREADABLE
    assert answer.difference == f"the network {past} is not kept"


def test_what_is_unknown_is_not_replayed(shop: Shop) -> None:
    nobody = refusal(lambda: replay(shop, order_id="nobody"))
    nothing = refusal(lambda: replay(shop))

    assert (nobody.reason, nothing.reason) == ("ORDER_NOT_FOUND", "INVALID_FIELD")
