"""The item LP of Jasin and Sinha (2015): a baseline, and what rounding rules draw from.

Data         orders o = (type, region) expected w_o times; nodes k, the last of them
             unfilled; f_k a shipment, c_ok a unit; stock s_ik
Variables    y_ok in [0, 1] share of o that opens k, u_oik share of line i sent from k
Objective    min sum w_o (sum_k f_k y_ok + sum_ik c_ok u_oik)
Constraints  sum_k u_oik = 1, u_oik <= y_ok, sum_o w_o u_oik <= s_ik for real nodes k

A lower bound on the cost of every policy, loose from three lines on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from benchmarks.experiments.network import OPENING, unit_costs
from benchmarks.experiments.programs import mathopt

if TYPE_CHECKING:
    from benchmarks.experiments.network import Reals, Setting


class ItemPlan(NamedTuple):
    """The optimum: its cost in dollars, the shares, the prices."""

    cost: float
    share: dict[int, Reals]
    """By order number: (lines, nodes + 1)."""
    price: Reals
    """(skus, nodes) dollars a unit."""


class _Program:
    """The model while it is written down."""

    def __init__(self, setting: Setting) -> None:
        self.model = mathopt.Model()
        self.nodes = setting.miles.shape[0]
        self.stock = {
            cell: self.model.add_linear_constraint(ub=float(setting.stock[cell]))
            for cell in np.ndindex(*setting.stock.shape)
        }
        self.opening = np.append(np.full(self.nodes, OPENING), 2 * OPENING)
        self.shares: dict[int, list[list[Any]]] = {}

    def order(
        self, number: int, kind: tuple[int, ...], unit: Reals, *, weight: float
    ) -> None:
        model, goal = self.model, self.model.objective
        opens = [model.add_variable(lb=0.0) for _ in unit]
        for k, variable in enumerate(opens):
            goal.set_linear_coefficient(variable, weight * self.opening[k])
        lines = []
        for sku in kind:
            row = [model.add_variable(lb=0.0) for _ in unit]
            whole = model.add_linear_constraint(lb=1.0, ub=1.0)
            for k, share in enumerate(row):
                goal.set_linear_coefficient(share, weight * unit[k])
                whole.set_coefficient(share, 1.0)
                linked = model.add_linear_constraint(ub=0.0)
                linked.set_coefficient(share, 1.0)
                linked.set_coefficient(opens[k], -1.0)
                if k < self.nodes:
                    self.stock[sku, k].set_coefficient(share, weight)
            lines.append(row)
        self.shares[number] = lines


def item_plan(setting: Setting, weight: Reals) -> ItemPlan:
    """The item LP when `weight[o]` orders of each number are expected."""
    program, unit = _Program(setting), unit_costs(setting.miles)
    for kind, skus in enumerate(setting.types):
        for region in range(setting.regions):
            number = setting.number(kind, region)
            if skus and weight[number] > 0:
                program.order(
                    number, skus, unit[:, region], weight=float(weight[number])
                )
    result = mathopt.solve(program.model, mathopt.SolverType.GLOP)
    assert result.termination.reason is mathopt.TerminationReason.OPTIMAL
    value, dual = result.variable_values(), result.dual_values()
    share = {
        number: np.array([[max(0.0, value[each]) for each in row] for row in lines])
        for number, lines in program.shares.items()
    }
    price = np.zeros(setting.stock.shape)
    for cell, row in program.stock.items():
        price[cell] = max(0.0, -dual[row])
    return ItemPlan(result.objective_value(), share, price)
