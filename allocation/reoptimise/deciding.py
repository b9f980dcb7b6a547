"""The decision of an order that was moved: kept, explained and replayed like any other.

Its problem is what the moves of the others leave: solved by itself it gives the very
plan that the pool chose for the order, wherever nothing better was left for it alone.
Where the pool chose otherwise, for example because another plan saved less than the
limits ask, the problem has the units of the plan and no others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.reoptimise.columns import cells_of
from allocation.reoptimise.pool import given_back, spare_units
from allocation.solve import solve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from allocation.plan import Plan
    from allocation.problem import Problem
    from allocation.reoptimise.moves import Move
    from allocation.reoptimise.pool import Allocated
    from allocation.solvers.instance import Integers


def decisions_of(
    orders: Sequence[Allocated], moves: Sequence[Move]
) -> dict[str, tuple[Problem, Plan]]:
    """The problem and the plan of each moved order, by its id."""
    order_of = {order.order_id: order for order in orders}
    moving = [(order_of[move.order_id], move) for move in moves]
    given = _given_up(moving)
    return {order.order_id: _decision(order, move, given) for order, move in moving}


def _decision(
    order: Allocated, move: Move, given: Mapping[str, Integers]
) -> tuple[Problem, Plan]:
    after = _units_of(order, move.after)
    skus = [line.sku for line in order.problem.order.lines]
    # What the order itself gives up and takes is in the sum of all.
    left = spare_units(order) + after + np.array([given[sku] for sku in skus])
    for units in (np.maximum(left, after), after):
        problem = given_back(order, move.before, dict(zip(skus, units, strict=True)))
        problem = replace(problem, recorded=True)
        plan = solve(problem)
        if cells_of(plan) == cells_of(move.after):
            return problem, plan
    raise AssertionError(f"{order.order_id} has another plan for the units of its own")


def _given_up(moving: Sequence[tuple[Allocated, Move]]) -> dict[str, Integers]:
    """By SKU and node: units that the moved orders leave, less those that they take."""
    given: dict[str, Integers] = {}
    for order, move in moving:
        change = order.own - _units_of(order, move.after)
        for row, line in enumerate(order.problem.order.lines):
            given[line.sku] = given.get(line.sku, 0) + change[row]
    return given


def _units_of(order: Allocated, plan: Plan) -> Integers:
    """(lines, nodes) units of a plan."""
    units = np.zeros_like(order.own)
    row_of = {line.sku: row for row, line in enumerate(order.problem.order.lines)}
    number_of = order.problem.network.node_by_id
    for (sku, node_id), many in cells_of(plan).items():
        units[row_of[sku], number_of[node_id].number] = many
    return units
