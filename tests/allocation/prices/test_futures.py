"""Prices from futures: a mean of known futures, and as many as the stock asks for."""

import numpy as np
import pytest

from allocation.prices.futures import depth_units, fluid, futures_wanted, sampled
from allocation.prices.method import MethodProgram
from tests.allocation.prices.worlds import SHAPE, world


def test_one_future_has_the_prices_of_its_plan() -> None:
    _, demand, stock = world(4)
    counts = np.full(demand.size, 3.0)

    known = sampled(MethodProgram(demand, SHAPE), [counts], stock)
    plan = fluid(MethodProgram(demand, SHAPE), counts, stock)

    assert known.price.tolist() == plan.price.tolist()
    assert (known.futures, plan.futures) == (1, 0)


def test_the_price_of_several_futures_is_the_mean_of_theirs() -> None:
    _, demand, stock = world(4)
    rng = np.random.default_rng(0)
    futures = [rng.poisson(2.0, demand.size).astype(float) for _ in range(4)]

    both = sampled(MethodProgram(demand, SHAPE), futures, stock)

    program = MethodProgram(demand, SHAPE)
    alone = [sampled(program, [each], stock) for each in futures]
    assert both.price == pytest.approx(np.mean([each.price for each in alone], axis=0))
    assert both.bound <= both.cost


def test_thin_stock_asks_for_many_futures_and_deep_stock_for_none() -> None:
    assert futures_wanted(0.8) > futures_wanted(20.0) > futures_wanted(5_000.0) == 0


def test_depth_is_what_a_stocked_cell_expects_to_lose() -> None:
    _, demand, _ = world(4)
    plenty = np.full(SHAPE, 10_000)

    once = depth_units(demand, np.ones(demand.size), plenty)
    tenfold = depth_units(demand, np.full(demand.size, 10.0), plenty)

    assert tenfold == pytest.approx(10 * once)
    assert depth_units(demand, np.ones(demand.size), 0 * plenty) == 0
