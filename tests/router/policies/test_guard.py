"""When a canary is taken back, and on which side an order is."""

import pytest

from inventory.policy_rows import Tally
from router.policies.guard import GuardRails
from router.policies.in_force import name_of_order, share_of
from shipfrom.v1 import checkout_service_pb2 as checkout
from shipfrom.v1 import order_pb2

GOOD = Tally(1_000, 10, 3_000, 2_970, 1_000, 700_000)


@pytest.mark.parametrize(
    ("canary", "said"),
    [
        (Tally(100, 1, 300, 297, 100, 70_000), ""),
        (Tally(100, 1, 300, 297, 100, 73_500), ""),
        (Tally(100, 1, 300, 297, 100, 73_600), "an order costs 5.14 % more"),
        (Tally(100, 1, 300, 290, 100, 70_000), "share of units unfilled"),
        (Tally(100, 3, 300, 297, 100, 70_000), "share of orders with something"),
        (Tally(99, 99, 300, 0, 0, 0), ""),
    ],
)
def test_a_rail_breaks_only_beyond_its_bound_and_after_enough_orders(
    canary: Tally, said: str
) -> None:
    broken = GuardRails().broken(GOOD, canary)
    assert broken.startswith(said)
    assert bool(broken) is bool(said)


def test_a_share_is_that_share_and_the_same_for_ever() -> None:
    shares = [share_of(7, f"web-{number}") for number in range(20_000)]
    assert 0.09 < sum(share < 1_000 for share in shares) / 20_000 < 0.11
    assert shares[:3] == [share_of(7, f"web-{number}") for number in range(3)]
    assert shares != [share_of(8, f"web-{number}") for number in range(20_000)]


def test_a_quote_and_its_hold_are_one_order() -> None:
    lines = [order_pb2.Line(sku="A", quantity=1), order_pb2.Line(sku="B", quantity=2)]
    place = order_pb2.Destination(postal_code="10001")
    quote = checkout.QuoteRequest(lines=lines, ship_to=place)
    hold = checkout.HoldRequest(lines=lines[::-1], ship_to=place, hold_id="h")
    assert name_of_order(quote) == name_of_order(hold)
    hold.order_ref = "web-1"
    assert name_of_order(hold) == "web-1"
