"""A price list as decisions look prices up in it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from allocation.network import Node
from allocation.prices.published import PriceList
from router.lookahead.steering import Steering
from tests.allocation.synthetic import node

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LISTED = PriceList(
    version="prices-1",
    made_at=NOON,
    fresh_for=HOUR,
    fades_over=2 * HOUR,
    horizon=72 * HOUR,
    futures=10,
    bound_minor=0,
    price_minor=np.array([[130, 0, 9], [7, 1, 0]]),
    skus=("a", "b"),
    node_ids=("albany", "gone", "chicago"),
)


def nodes(**numbers: int) -> dict[str, Node]:
    return {name: node(name, number) for name, number in numbers.items()}


@pytest.fixture
def steering() -> Steering:
    return Steering.of(LISTED, nodes(chicago=0, boston=1, albany=3))


def test_prices_stand_at_the_numbers_of_their_nodes(steering: Steering) -> None:
    found = steering.prices(["b", "new", "a"], 5, NOON)

    assert found is not None
    assert found.tolist() == [[0, 0, 0, 7, 0], [0] * 5, [9, 0, 0, 130, 0]]
    assert found.flags.c_contiguous


def test_prices_fade(steering: Steering) -> None:
    def albany(age: timedelta) -> int | None:
        found = steering.prices(["a"], 4, NOON + age)
        return None if found is None else int(found[0, 3])

    assert [albany(HOUR), albany(2 * HOUR), albany(3 * HOUR)] == [130, 65, None]


def test_nothing_is_there_where_no_unit_of_the_order_is_worth_anything(
    steering: Steering,
) -> None:
    assert steering.prices(["new", "newer"], 4, NOON) is None
    assert steering.prices([], 4, NOON) is None
    late = NOON + 3 * HOUR - timedelta(seconds=30)
    assert steering.prices(["b"], 4, late) is None, "7 cents have faded to 0"


def test_nodes_beyond_the_network_are_left_out(steering: Steering) -> None:
    found = steering.prices(["a"], 3, NOON)
    assert found is not None
    assert found.tolist() == [[9, 0, 0]]
