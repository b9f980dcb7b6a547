"""Experiment C: what prices and scores lose against knowing all arrivals."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.prices.demand import UNFILLED, Demand, Wanted, demand_of
from allocation.prices.futures import fluid
from allocation.prices.method import MethodProgram
from allocation.solvers.batch import walk
from allocation.solvers.instance import Tariffs
from benchmarks.experiments import setting_c
from benchmarks.experiments.network import DOLLAR
from benchmarks.experiments.programs import mathopt

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers
    from benchmarks.experiments.network import Reals
    from benchmarks.experiments.report import Row

MYOPIC_SAMPLES = 300
POLICIES = ("myopic", "prices", "scores")
TOLD = ("regret", "se", "percent", "samples")
SOLVES = 100
"""Re-solves of the prices, equally spaced."""
PRICED_SAMPLES, SCORED_SAMPLES = 100, {1_000: 40, 10_000: 2}
"""Scores solve a program for every arrival: few samples where there are many."""


class Shipped(NamedTuple):
    """Optimum of a transport program."""

    cost: float
    sent: Reals
    """(nodes + 1, regions), the last row lost."""


class Transport:
    """The transport program of one item, solved again with other numbers."""

    def __init__(self, example: setting_c.Example) -> None:
        model = mathopt.Model()
        cost = np.vstack([example.cost, np.full(example.chance.size, example.lost)])
        self._sent = [[model.add_variable(lb=0.0) for _ in row] for row in cost]
        self._stock = [model.add_linear_constraint(ub=0.0) for _ in cost[:-1]]
        self._wanted = [model.add_linear_constraint(lb=0.0) for _ in cost[0]]
        for i, row in enumerate(self._sent):
            for j, sent in enumerate(row):
                model.objective.set_linear_coefficient(sent, float(cost[i, j]))
                self._wanted[j].set_coefficient(sent, 1.0)
                if i < len(self._stock):
                    self._stock[i].set_coefficient(sent, 1.0)
        self._solver = mathopt.IncrementalSolver(model, mathopt.SolverType.GLOP)
        self._off = mathopt.SolveParameters(presolve=mathopt.Emphasis.OFF)

    def solve(self, wanted: Reals | Integers, stock: Reals | Integers) -> Shipped:
        """The cheapest way to meet `wanted` (regions,) from `stock` (nodes,)."""
        for row, units in zip(self._stock, stock.tolist(), strict=True):
            row.upper_bound = units
        for row, many in zip(self._wanted, wanted.tolist(), strict=True):
            row.lower_bound = row.upper_bound = many
        result = self._solver.solve(params=self._off)
        assert result.termination.reason is mathopt.TerminationReason.OPTIMAL
        value = result.variable_values()
        sent = np.array([[value[each] for each in row] for row in self._sent])
        return Shipped(result.objective_value(), sent)


def demand_for(example: setting_c.Example) -> Demand:
    """One order for a unit from each region."""
    nodes = example.cost.shape[0]
    node = np.append(np.arange(nodes), UNFILLED).astype(np.int64)
    none = np.zeros(nodes + 1, np.int64)
    one, empty = np.ones(1, np.int64), np.zeros(0, np.int64)
    wanted = [
        Wanted(
            sku=0 * one,
            quantity=one,
            weight_g=0 * one,
            volume_cm3=0 * one,
            node=node,
            tariff=none - 1,
            fixed_minor=none,
            line_minor=none,
            unit_minor=np.rint(
                np.append(example.cost[:, j], example.lost)[:, None] * DOLLAR
            ).astype(np.int64),
        )
        for j in range(example.chance.size)
    ]
    return demand_of(wanted, Tariffs(empty, empty, empty, empty, empty, empty))


def myopic(demand: Demand, drawn: Integers, stock: Integers) -> float:
    """The cheapest node with stock, or lost: the exact kernel without prices."""
    told, _ = walk(tuple(demand.book), demand.rates, drawn, stock, 0 * stock)
    return float(told[:, 0].sum()) / DOLLAR


def prices(
    program: MethodProgram, example: setting_c.Example, drawn: Integers, stock: Integers
) -> float:
    """Prices of the method LP, made anew `SOLVES` times."""
    demand, cost = program.demand, 0
    moments = [round(i * drawn.size / SOLVES) for i in range(SOLVES + 1)]
    for start, stop in pairwise(moments):
        left = (drawn.size - start) * example.chance
        price = np.rint(fluid(program, left, stock).price).astype(np.int64)
        part = np.ascontiguousarray(drawn[start:stop])
        told, stock = walk(tuple(demand.book), demand.rates, part, stock, price)
        cost += int((told[:, 0] - told[:, 1]).sum())
    return cost / DOLLAR


def scores(
    transport: Transport, example: setting_c.Example, drawn: Integers, stock: Integers
) -> float:
    """Before each arrival the program of what is expected; where most of the region's
    demand is sent, the arrival is sent (Vera and Banerjee; Arlotto and others)."""
    left, cost = stock.astype(np.float64), 0.0
    for k, region in enumerate(drawn.tolist()):
        plan = transport.solve((drawn.size - k) * example.chance, left)
        chosen = int(plan.sent[:, region].argmax())
        if chosen < left.size and left[chosen] >= 1:
            left[chosen] -= 1
            cost += float(example.cost[chosen, region])
        else:
            cost += example.lost
    return cost


def cases(seeds: list[int]) -> list[tuple[int, int]]:
    """Example and periods; the published seeds are the only ones."""
    return [(number, periods) for periods in (1_000, 10_000) for number in (1, 2)]


def row(case: tuple[int, int]) -> Row:
    """One example: the stock placed, the offline cost and each policy's regret."""
    number, periods = case
    example = setting_c.first() if number == 1 else setting_c.second()
    units = periods * setting_c.THETA_PERCENT // 100
    learned = setting_c.arrivals(example, periods, setting_c.PLACED_WITH)
    stock = setting_c.placement(example, setting_c.counts(example, learned), units)
    judged = setting_c.arrivals(example, periods, setting_c.JUDGED_WITH)
    judged = np.ascontiguousarray(judged.T)
    transport = Transport(example)
    wanted = setting_c.counts(example, judged.T)
    offline = np.array([transport.solve(each, stock).cost for each in wanted])
    demand = demand_for(example)
    program = MethodProgram(demand, (1, stock.size))
    cells = stock[None]
    costs = {
        "myopic": [myopic(demand, each, cells) for each in judged[:MYOPIC_SAMPLES]],
        "prices": [
            prices(program, example, each, cells) for each in judged[:PRICED_SAMPLES]
        ],
        "scores": [
            scores(transport, example, each, stock)
            for each in judged[: SCORED_SAMPLES[periods]]
        ],
    }
    found: Row = {
        "example": number,
        "T": periods,
        "placed": " / ".join(str(each) for each in stock.tolist()),
        "offline_mean": float(offline.mean()),
    }
    for name, cost in costs.items():
        regret = np.array(cost) - offline[: len(cost)]
        found[f"{name}_regret"] = float(regret.mean())
        found[f"{name}_se"] = float(regret.std(ddof=1) / np.sqrt(regret.size))
        found[f"{name}_percent"] = float(100 * regret.mean() / offline.mean())
        found[f"{name}_samples"] = len(cost)
    return found
