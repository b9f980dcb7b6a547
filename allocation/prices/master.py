"""The master of the method LP: how much of each known way to serve each order.

Data         orders o with weight w_o (how many are expected), known ways m of o with
             cash cost C_om and units a_omc from cell c, stock s_c
Variables    x_om >= 0, orders of o served by way m
Objective    min sum C_om x_om
Constraints  sum_m x_om = w_o              for each order o      dual sigma_o
             sum a_omc x_om <= s_c         for each cell c       dual -mu_c <= 0

After Amil, Makhdoumi and Wei (2025). The model lives from solve to solve: ways are only
added, weights and stock are only changed, so that the simplex starts from the basis it
ended with. GLOP through MathOpt, whose messages are written and read here directly: a
solve takes two or three milliseconds, and Python objects of its whole answer take three
times that. A status other than optimal is a bug: the way that leaves all unfilled keeps
the program feasible, and no cost is below zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    model_update_pb2,
    parameters_pb2,
    result_pb2,
)
from ortools.math_opt.core.python import solver

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers

Reals = NDArray[np.float64]

_OFF = parameters_pb2.EMPHASIS_OFF
_DUAL = parameters_pb2.LP_ALGORITHM_DUAL_SIMPLEX
_PRIMAL = parameters_pb2.LP_ALGORITHM_PRIMAL_SIMPLEX
_NO_CALLBACKS = callback_pb2.CallbackRegistrationProto()


class Ways(NamedTuple):
    """Ways to serve orders, W of them, with U uses of a cell in all."""

    order: Integers
    """(W,)"""
    cost: Reals
    """(W,) cash."""
    way: Integers
    """(U,) which of them."""
    cell: Integers
    """(U,)"""
    units: Integers
    """(U,)"""


class Duals(NamedTuple):
    """Cost of the best mix of known ways, and what one more unit of a cell is worth."""

    cost: float
    price: Reals
    """(cells,) mu, never below 0; 0 where no known way uses the cell."""


class Master:
    """The linear program over the ways known so far; costs should be near one."""

    def __init__(self, orders: int, cells: int) -> None:
        self._orders = orders
        self._ways = 0
        self._row = np.full(cells, -1, np.int64)
        """Row of each cell that some way uses."""
        self._cell = np.zeros(0, np.int64)
        """Cell of each row after those of the orders."""
        self._weight = np.zeros(orders)
        self._stock = np.zeros(cells)
        self._update = model_update_pb2.ModelUpdateProto()
        model = model_pb2.ModelProto()
        model.linear_constraints.ids.extend(range(orders))
        model.linear_constraints.lower_bounds.extend([0.0] * orders)
        model.linear_constraints.upper_bounds.extend([0.0] * orders)
        empty = model_parameters_pb2.ModelSolveParametersProto()
        empty.variable_values_filter.filter_by_ids = True
        empty.reduced_costs_filter.filter_by_ids = True
        self._only_duals = empty
        kind, door = parameters_pb2.SOLVER_TYPE_GLOP, cast("Any", solver)
        self._solver = door.new(kind, model, parameters_pb2.SolverInitializerProto())

    def expect(self, weight: Reals, stock: Integers) -> None:
        """How many of each order are expected, and the units of each cell."""
        units = stock.ravel().astype(np.float64)
        orders = np.flatnonzero(weight != self._weight)
        known = units[self._cell]
        rows = np.flatnonzero(known != self._stock[self._cell])
        change = self._update.linear_constraint_updates
        change.lower_bounds.ids.extend(orders)
        change.lower_bounds.values.extend(weight[orders])
        change.upper_bounds.ids.extend(np.append(orders, rows + self._orders))
        change.upper_bounds.values.extend(np.append(weight[orders], known[rows]))
        self._weight, self._stock = weight.copy(), units
        self._send()

    def add(self, ways: Ways) -> None:
        """More ways to serve orders, none of them known already."""
        first, many = self._ways, ways.order.size
        numbers = np.arange(first, first + many)
        new = self._update.new_variables
        new.ids.extend(numbers)
        new.lower_bounds.extend(np.zeros(many))
        new.upper_bounds.extend(np.full(many, np.inf))
        new.integers.extend([False] * many)
        self._update.objective_updates.linear_coefficients.ids.extend(numbers)
        self._update.objective_updates.linear_coefficients.values.extend(ways.cost)
        self._add_cells(np.unique(ways.cell))
        rows = np.append(ways.order, self._row[ways.cell])
        columns = np.append(numbers, first + ways.way)
        values = np.append(np.ones(many), ways.units)
        sorted_ = np.lexsort((columns, rows))
        matrix = self._update.linear_constraint_matrix_updates
        matrix.row_ids.extend(rows[sorted_])
        matrix.column_ids.extend(columns[sorted_])
        matrix.coefficients.extend(values[sorted_])
        self._ways += many
        self._send()

    def _add_cells(self, cells: Integers) -> None:
        """A row for each cell that has none yet."""
        fresh = cells[self._row[cells] < 0]
        first = self._orders + self._cell.size
        self._row[fresh] = np.arange(first, first + fresh.size)
        self._cell = np.append(self._cell, fresh)
        new = self._update.new_linear_constraints
        new.ids.extend(self._row[fresh])
        new.lower_bounds.extend(np.full(fresh.size, -np.inf))
        new.upper_bounds.extend(self._stock[fresh])

    def _send(self) -> None:
        taken = self._solver.update(self._update)
        assert taken, "GLOP takes every kind of update that is made here"
        self._update = model_update_pb2.ModelUpdateProto()

    def solve(self, *, after_new_ways: bool) -> Duals:
        """The best mix of the known ways.

        New ways leave the last answer feasible, and the primal simplex goes on from it;
        new weights or stock leave its prices feasible, and the dual simplex does.
        """
        wanted = parameters_pb2.SolveParametersProto(
            presolve=_OFF,
            threads=1,
            lp_algorithm=_PRIMAL if after_new_ways else _DUAL,
        )
        result = self._solver.solve(
            wanted, self._only_duals, None, _NO_CALLBACKS, None, None
        )
        reason = result.termination.reason
        assert reason == result_pb2.TERMINATION_REASON_OPTIMAL, str(result.termination)
        answer = result.solutions[0]
        dual = np.zeros(self._orders + self._cell.size)
        values = answer.dual_solution.dual_values
        dual[np.array(values.ids, np.int64)] = values.values
        price = np.zeros(self._row.size)
        price[self._cell] = np.maximum(0.0, -dual[self._orders :])
        return Duals(answer.primal_solution.objective_value, price)
