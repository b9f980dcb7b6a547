"""Recent orders as demand: long ones in pieces, broken ones refused."""

import numpy as np
import pytest

from allocation.prices.demand import UNFILLED, demand_of, pieces
from allocation.prices.futures import sampled
from allocation.prices.method import MethodProgram
from benchmarks.instances import zone_tariffs
from tests.allocation.prices.worlds import SHAPE, world


def columns(lines: int) -> dict[str, np.ndarray]:
    """An order of many lines from two nodes, or unfilled."""
    return {
        "sku": np.arange(lines),
        "quantity": np.ones(lines, np.int64),
        "weight_g": np.full(lines, 200),
        "volume_cm3": np.full(lines, 300),
        "node": np.array([0, 1, UNFILLED]),
        "tariff": np.array([0, 3, -1]),
        "fixed_minor": np.array([200, 200, 5_000]),
        "line_minor": np.array([10, 10, 0]),
        "unit_minor": np.arange(3 * lines).reshape(3, lines),
    }


def test_a_long_order_becomes_pieces_that_ask_for_the_same() -> None:
    order = columns(30)

    parts = pieces(order)

    assert [part.sku.size for part in parts] == [10, 10, 10]
    assert np.concatenate([part.sku for part in parts]).tolist() == list(range(30))
    joined = np.hstack([part.unit_minor for part in parts])
    assert joined.tolist() == order["unit_minor"].tolist()


def test_a_short_order_stays_whole() -> None:
    assert [part.sku.size for part in pieces(columns(12))] == [12]


def test_a_sku_in_two_lines_is_refused() -> None:
    order = columns(2) | {"sku": np.array([4, 4])}
    with pytest.raises(ValueError, match="merge"):
        pieces(order)


def test_recent_orders_taken_again_at_random_are_futures() -> None:
    recent, _, stock = world(5, orders=40)
    demand = demand_of(recent, zone_tariffs(1))
    rng = np.random.default_rng(0)
    even = np.full(demand.size, 1 / demand.size)
    futures = [rng.multinomial(60, even).astype(float) for _ in range(3)]

    outlook = sampled(MethodProgram(demand, SHAPE), futures, stock)

    assert outlook.price.max() > 0
    assert 0 < outlook.bound <= outlook.cost
