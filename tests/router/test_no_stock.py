"""What a refused order is told: units that are there and cannot go have a reason."""

import pytest
from google.type.date_pb2 import Date

from shipfrom.v1 import order_pb2
from tests.router.shop import Shop, refusal

TODAY = Date(year=2026, month=11, day=16)


@pytest.mark.parametrize(
    ("routing", "why", "advice"),
    [
        ({"promise_by": TODAY}, "they would arrive after Mon 16 Nov", "a later day"),
        ({"only_node_ids": ["chi"]}, "not at the nodes asked for", "only_node_ids"),
        ({"exclude_node_ids": ["nyc", "lax"]}, "excluded", "exclude_node_ids"),
        ({"node_tags": ["cold"]}, "without a wanted tag (cold)", "node_tags"),
        (
            {"line_split": order_pb2.LINE_SPLIT_NEVER},
            "no more of them fit into 4 shipments without splitting a line",
            "routing.line_split",
        ),
        ({"max_shipments": 1}, "fit into 1 shipment", "routing.max_shipments"),
    ],
)
def test_units_that_cannot_go_are_told_with_what_keeps_them(
    shop: Shop, routing: dict[str, object], why: str, advice: str
) -> None:
    sku = shop.sku(nyc=450, lax=450)
    asked = order_pb2.Routing(**routing)
    refused = refusal(lambda: shop.hold({sku: 500}, routing=asked))
    head, _, next_step = refused.message.partition("\nNext: ")
    assert f"{sku} x500 wanted, 900 available, but " in head
    assert why in head
    assert refused.metadata["line0Reason"] not in head, "a machine's word"
    assert advice in next_step


def test_units_that_are_kept_back_are_told_as_such(shop: Shop) -> None:
    sku = shop.sku(nyc=5)
    keep = order_pb2.Routing(keep_back=5)
    refused = refusal(lambda: shop.hold({sku: 1}, routing=keep))
    assert "5 available, of which each node keeps 5 back" in refused.message


def test_an_order_of_more_than_there_is_may_be_smaller_or_partial(shop: Shop) -> None:
    refused = refusal(lambda: shop.hold({shop.sku(nyc=1): 3}))
    assert "3 wanted, 1 available (policy" in refused.message
    assert refused.message.endswith("order fewer units, or set routing.allow_partial")


def test_an_order_of_what_nobody_has_can_only_wait(shop: Shop) -> None:
    refused = refusal(lambda: shop.hold({shop.sku(nyc=0): 3}))
    assert refused.message.endswith("order something else, or wait for stock")
