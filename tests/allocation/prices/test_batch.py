"""One kernel, no second truth: many orders in one call are answered like each alone."""

import numpy as np
import pytest

from allocation.prices.demand import Demand
from allocation.solvers.batch import sweep, walk
from allocation.solvers.optimise import optimise
from tests.allocation.prices.worlds import SHAPE, instance_of, world


def _swept(
    demand: Demand, stock: np.ndarray, prices: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    orders = np.arange(demand.size)
    return sweep(tuple(demand.book), demand.rates, orders, stock, prices)


@pytest.mark.parametrize("seed", range(20))
def test_a_sweep_finds_what_a_quote_would_find_for_each_order(seed: int) -> None:
    orders, demand, stock = world(seed)
    prices = np.random.default_rng(seed).integers(0, 400, size=SHAPE)

    value, _ = _swept(demand, stock, prices)

    alone = []
    for order in orders:
        useful = (stock[order.sku] > 0).T * order.quantity
        frontier = optimise(instance_of(order, useful, prices))
        alone.append(frontier.best[-1].cost_minor)
    assert value.tolist() == alone


@pytest.mark.parametrize("seed", range(20))
def test_a_walk_serves_orders_one_after_another_from_what_is_left(seed: int) -> None:
    orders, demand, stock = world(seed)
    prices = np.random.default_rng(seed).integers(0, 400, size=SHAPE)
    stream = np.random.default_rng(seed).integers(0, demand.size, size=30)

    told, left = walk(tuple(demand.book), demand.rates, stream, stock, prices)

    for row, number in zip(told, stream, strict=True):
        order = orders[number]
        here = stock[order.sku].T
        useful = np.where(here >= order.quantity, order.quantity, 0)
        best = optimise(instance_of(order, useful, prices)).best[-1]
        priced = unfilled = shipments = 0
        for parcel in best.parcels:
            units, node = np.array(parcel.units), order.node[parcel.candidate]
            if node < 0:
                unfilled += np.count_nonzero(units)
                continue
            stock[order.sku, node] -= units
            priced += int(prices[order.sku, node] @ units)
            shipments += 1
        assert row.tolist() == [best.cost_minor, priced, shipments, unfilled]
    assert left.tolist() == stock.tolist()


def test_without_prices_a_walk_is_the_exact_decision_of_today() -> None:
    _, demand, stock = world(3)
    stream = np.arange(demand.size)

    told, _ = walk(tuple(demand.book), demand.rates, stream, stock, 0 * stock)

    assert told[:, 1].sum() == 0
    assert told[0, 0] == _swept(demand, stock, 0 * stock)[0][0]
