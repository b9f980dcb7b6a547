"""Column generation finds the optimum of the method LP, and proves it."""

from itertools import product

import numpy as np
import pytest
from ortools.math_opt.python import mathopt

from allocation.prices.demand import Demand, Wanted, demand_of
from allocation.prices.method import MethodProgram
from allocation.solvers.batch import walk
from allocation.solvers.parcels import price_parcel
from benchmarks.instances import zone_tariffs
from tests.allocation.prices.worlds import NODES, SHAPE, instance_of, world


def _every_way(order: Wanted) -> list[tuple[float, list[tuple[int, int, int]]]]:
    """Cost and (sku, node, units) of every way to serve an order, one by one."""
    nothing = np.zeros((NODES, order.sku.size), np.int64)
    alone = instance_of(order, nothing, np.zeros(SHAPE, np.int64))
    ways = []
    for senders in product(range(NODES + 1), repeat=order.sku.size):
        cost, used = 0, []
        for candidate in set(senders):
            units = tuple(
                int(many) if sender == candidate else 0
                for sender, many in zip(senders, order.quantity, strict=True)
            )
            cost += price_parcel(alone, candidate, units)
        for line, node in enumerate(senders):
            if node < NODES:
                used.append((int(order.sku[line]), node, int(order.quantity[line])))
        ways.append((cost, used))
    return ways


def _listed(orders: list[Wanted], weight: np.ndarray, stock: np.ndarray) -> float:
    """The optimum with all ways written out."""
    model = mathopt.Model()
    cells = {
        cell: model.add_linear_constraint(ub=float(stock[cell]))
        for cell in np.ndindex(*SHAPE)
    }
    for order, many in zip(orders, weight, strict=True):
        served = model.add_linear_constraint(lb=float(many), ub=float(many))
        for cost, used in _every_way(order):
            share = model.add_variable(lb=0.0)
            model.objective.set_linear_coefficient(share, cost)
            served.set_coefficient(share, 1.0)
            for sku, node, units in used:
                cells[sku, node].set_coefficient(share, units)
    return mathopt.solve(model, mathopt.SolverType.GLOP).objective_value()


@pytest.mark.parametrize("seed", range(6))
def test_it_equals_the_program_with_all_ways_written_out(seed: int) -> None:
    orders, demand, stock = world(seed)
    weight = np.random.default_rng(seed).uniform(0, 3, size=demand.size)

    solved = MethodProgram(demand, SHAPE).solve(weight, stock)

    listed = _listed(orders, weight, stock)
    assert solved.cost == pytest.approx(listed, rel=1e-9)
    # Prices of the bound are whole minor units: it may lack half a one a unit.
    assert solved.bound == pytest.approx(listed, rel=3e-4)
    assert solved.bound <= solved.cost * (1 + 1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_a_warm_solve_finds_the_same_as_a_cold_one(seed: int) -> None:
    _, demand, stock = world(seed)
    rng = np.random.default_rng(seed)
    warm = MethodProgram(demand, SHAPE)
    for _ in range(5):
        weight = rng.integers(0, 4, size=demand.size).astype(float)
        less = np.minimum(stock, rng.integers(0, 9, size=SHAPE))
        cold = MethodProgram(demand, SHAPE).solve(weight, less)
        again = warm.solve(weight, less)
        assert again.cost == pytest.approx(cold.cost, rel=1e-9, abs=1e-6)


def test_a_solve_that_may_stop_early_still_proves_a_bound() -> None:
    _, demand, stock = world(1, orders=40)
    weight = np.full(demand.size, 2.0)

    rough = MethodProgram(demand, SHAPE).solve(weight, stock, gap=0.2)
    exact = MethodProgram(demand, SHAPE).solve(weight, stock)

    assert rough.bound <= exact.cost * (1 + 1e-9) <= rough.cost * (1 + 2e-9)
    assert rough.gap <= 0.2
    assert rough.rounds < exact.rounds


def test_hindsight_is_below_what_any_stream_of_decisions_costs() -> None:
    for seed in range(6):
        _, demand, stock = world(seed)
        stream = np.random.default_rng(seed).integers(0, demand.size, size=40)
        counts = np.bincount(stream, minlength=demand.size).astype(float)
        bound = MethodProgram(demand, SHAPE).solve(counts, stock).bound
        told, _ = walk(tuple(demand.book), demand.rates, stream, stock, 0 * stock)
        assert bound <= told[:, 0].sum()


def test_only_scarce_cells_have_a_price() -> None:
    _, demand, stock = world(2)

    plenty = MethodProgram(demand, SHAPE).solve(
        np.ones(demand.size), np.full_like(stock, 1_000)
    )
    scarce = MethodProgram(demand, SHAPE).solve(np.full(demand.size, 5.0), stock)

    assert plenty.price.max() == 0
    assert scarce.price.max() > 0
    assert scarce.price.min() >= 0


def test_an_order_that_cannot_be_left_unfilled_is_refused() -> None:
    orders, _, _ = world(0)
    order = orders[0]

    with pytest.raises(ValueError, match="unfilled"):
        Wanted(
            sku=order.sku,
            quantity=order.quantity,
            weight_g=order.weight_g,
            volume_cm3=order.volume_cm3,
            node=order.node[:-1],
            tariff=order.tariff[:-1],
            fixed_minor=order.fixed_minor[:-1],
            line_minor=order.line_minor[:-1],
            unit_minor=order.unit_minor[:-1],
        )


def test_a_demand_without_orders_has_no_prices() -> None:
    nobody: Demand = demand_of([], zone_tariffs(1))
    solved = MethodProgram(nobody, SHAPE).solve(np.zeros(0), np.ones(SHAPE, np.int64))
    assert solved.cost == 0
