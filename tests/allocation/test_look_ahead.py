"""A policy bounds what look-ahead prices may do, and may switch them off."""

from dataclasses import replace

import numpy as np
import pytest

from allocation.documents import policy_document, policy_of
from allocation.look_ahead import LookAhead
from allocation.node import Item
from allocation.policy import Policy
from allocation.rules.book import policy_in_force
from allocation.rules.document import PolicyDocument

MILK = Item("milk", tags=("fresh", "cold"))
SOAP = Item("soap")
PRICES = np.array([[0, 300, 120], [500, 0, 40]], np.int64)


def left(ahead: LookAhead) -> list[list[int]] | None:
    """What is left of the prices of a line of milk and a line of soap."""
    found = ahead.limit(PRICES, [MILK, SOAP])
    return None if found is None else found.tolist()


def test_without_any_limit_prices_stay_as_they_are() -> None:
    assert left(LookAhead()) == PRICES.tolist()


def test_no_unit_counts_more_than_the_cap() -> None:
    assert left(LookAhead(cap_minor=150)) == [[0, 150, 120], [150, 0, 40]]


def test_items_with_the_tag_are_decided_for_today_alone() -> None:
    assert left(LookAhead(without_tags=("fresh",))) == [[0, 0, 0], [500, 0, 40]]


def test_an_item_that_nobody_described_has_no_tags() -> None:
    found = LookAhead(without_tags=("fresh",)).limit(PRICES, [None, MILK])
    assert found is not None
    assert found.tolist() == [[0, 300, 120], [0, 0, 0]]


@pytest.mark.parametrize(
    "ahead",
    [LookAhead(on=False), LookAhead(cap_minor=0)],
)
def test_where_nothing_is_left_there_are_no_prices_at_all(ahead: LookAhead) -> None:
    assert left(ahead) is None


def test_prices_of_nothing_are_no_prices() -> None:
    assert LookAhead().limit(np.zeros_like(PRICES), [MILK, SOAP]) is None


def test_limiting_leaves_the_list_alone() -> None:
    prices = PRICES.copy()
    LookAhead(cap_minor=1, without_tags=("fresh",)).limit(prices, [MILK, SOAP])
    assert np.array_equal(prices, PRICES)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cap_minor": -1}, "cap_minor"),
        ({"cap_minor": 10**10}, "cap_minor"),
        ({"without_tags": ("",)}, "printable"),
        ({"without_tags": ("a",) * 101}, "at most 100"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(LookAhead(), **wrong)


def test_the_policy_of_an_order_has_what_its_document_says() -> None:
    ahead = LookAhead(cap_minor=200, without_tags=("fresh",))
    document = PolicyDocument("shop", "A shop", look_ahead=ahead)
    assert policy_in_force(document, "rules-1").look_ahead == ahead


def test_a_stored_decision_keeps_it_and_those_of_before_stay_as_they_were() -> None:
    policy = Policy(look_ahead=LookAhead(on=False, without_tags=("fresh",)))
    assert policy_of(policy_document(policy)) == policy
    assert "look_ahead" not in policy_document(Policy())
