"""Experiment C: the single item of Arlotto, Keskin and Wei (2026), stock placed.

Data         nodes i, regions j of chance p_j, cost c_ij of a unit, cost of a lost
             sale; T arrivals, theta T units to place; samples n with N_nj arrivals
Variables    s_i units placed, x_nij >= 0 units sent, l_nj >= 0 sales lost
Objective    min mean over n of sum c_ij x_nij + lost * l_nj
Constraints  sum_i s_i <= theta T,  sum_j x_nij <= s_i,  sum_i x_nij + l_nj = N_nj
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.experiments.programs import mathopt

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers
    from benchmarks.experiments.network import Reals

SAMPLES = 1_000
THETA_PERCENT = 90
PLACED_WITH, JUDGED_WITH = 1, 10
"""Seeds of the samples that stock is placed for, and of those that policies meet."""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """Costs of one published example."""

    number: int
    cost: Reals
    """(nodes, regions) a unit."""
    lost: float
    chance: Reals
    """(regions,)"""


def first() -> Example:
    """Two nodes, two regions."""
    cost = np.array([[2.0, 5.0], [3.0, 1.0]])
    return Example(1, cost, 4.0, np.full(2, 0.5))


def second() -> Example:
    """Three nodes and five regions at random places of a square."""
    rng = np.random.RandomState(92)
    node_x, node_y, region_x, region_y = (rng.uniform(size=100) for _ in range(4))
    across = node_x[:3, None] - region_x[None, :5]
    up = node_y[:3, None] - region_y[None, :5]
    return Example(2, np.hypot(across, up), 2.0, np.full(5, 0.2))


def arrivals(example: Example, periods: int, seed: int) -> Integers:
    """(periods, samples) regions."""
    rng = np.random.RandomState(seed)
    regions = example.chance.size
    drawn = rng.choice(regions, [periods, SAMPLES], p=example.chance)
    return np.asarray(drawn, dtype=np.int64)


def counts(example: Example, drawn: Integers) -> Integers:
    """(samples, regions) arrivals."""
    regions = range(example.chance.size)
    return np.array([(drawn == j).sum(axis=0) for j in regions], np.int64).T


def placement(example: Example, wanted: Integers, units: int) -> Integers:
    """Whole units at each node that are best for the mean of the samples."""
    model, nodes = mathopt.Model(), example.cost.shape[0]
    stock = [model.add_integer_variable(lb=0.0, ub=units) for _ in range(nodes)]
    model.add_linear_constraint(mathopt.fast_sum(stock) <= units)
    goal = model.objective
    kinds, times = np.unique(wanted, axis=0, return_counts=True)
    for row, many in zip(kinds.tolist(), times.tolist(), strict=True):
        sends = [model.add_linear_constraint(ub=0.0) for _ in range(nodes)]
        for i, node in enumerate(sends):
            node.set_coefficient(stock[i], -1.0)
        for j, number in enumerate(row):
            served = model.add_linear_constraint(lb=float(number), ub=float(number))
            missing = model.add_variable(lb=0.0)
            served.set_coefficient(missing, 1.0)
            goal.set_linear_coefficient(missing, many / len(wanted) * example.lost)
            for i in range(nodes):
                sent = model.add_variable(lb=0.0)
                served.set_coefficient(sent, 1.0)
                sends[i].set_coefficient(sent, 1.0)
                weight = many / len(wanted) * float(example.cost[i, j])
                goal.set_linear_coefficient(sent, weight)
    result = mathopt.solve(model, mathopt.SolverType.HIGHS)
    assert result.termination.reason is mathopt.TerminationReason.OPTIMAL
    return np.array([round(result.variable_values(each)) for each in stock], np.int64)
