"""The best plan that uses a node, whether or not it is the best of all.

Requiring "one of its shipments leaves this node" is no limit that the solvers know. But
such a plan sends some line from there, and "this line comes from this node" is only a
matter of stock: the others have none of it. So the best of these plans, line by line,
is the best plan that uses the node. That is exact for lines that ship whole; of a line
that is counted the node is made to send as much as it can, which finds a plan that uses
it, perhaps not the best.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation import cost
from allocation.decide import SPLITS
from allocation.measures import value_of
from allocation.policy import Objective
from allocation.shortlist import shortlist
from allocation.solve import RANKED
from allocation.solvers.targets import targets
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from allocation.node import Node
    from allocation.plan import Plan
    from allocation.problem import Problem
    from allocation.shortlist import Shortlist

    Solve = Callable[[Problem], Plan]

LINES_TRIED_MAX = 4
ELSEWHERE_MINOR = 10_000_000
"""Price of a unit that the required node could have sent: more than any carriage."""


@dataclass(frozen=True, slots=True)
class Required:
    """`proven`: no plan that uses the node is better."""

    plan: Plan | None
    proven: bool


def uses(plan: Plan, node: Node) -> bool:
    """Whether a shipment leaves the node."""
    return any(shipment.node_id == node.node_id for shipment in plan.shipments)


def best_with(problem: Problem, node: Node, solve: Solve) -> Required:
    """The best plan found that uses the node: at most `LINES_TRIED_MAX` solves."""
    found = shortlist(problem, by=problem.policy.promise_by)
    lines = list(_lines_of(problem, node, found))
    exact = problem.policy.objective not in RANKED
    plans: list[Plan] = []
    for row, whole in lines[:LINES_TRIED_MAX]:
        if not (whole or exact):
            continue
        limited = _only_there if whole else _rather_there
        plan = priced(problem, solve(limited(problem, node, row)))
        # Without the node, the line was given up for others that fill as much.
        exact = exact and whole and uses(plan, node)
        exact = exact and plan.status is PlanStatus.OPTIMAL
        if uses(plan, node):
            plans.append(plan)
    best = min(plans, key=lambda each: value_of(problem, each), default=None)
    return Required(best, exact and len(lines) <= LINES_TRIED_MAX)


def _lines_of(
    problem: Problem, node: Node, found: Shortlist
) -> Iterator[tuple[int, bool]]:
    """Lines that the node may send, and whether they ship whole."""
    mine = found.useful[found.node == node.number].max(axis=0, initial=0)
    wanted = np.array([line.quantity for line in problem.order.lines])
    quantity = np.minimum(wanted, found.reach)
    split = int(SPLITS[problem.policy.line_split])
    asked, counted = targets(quantity, found.useful, split)
    # Of those that arrive sooner none may have the whole line.
    sooner = problem.policy.objective is Objective.FASTEST
    for row in np.flatnonzero(mine).tolist():
        whole = not counted[row] and mine[row] >= asked[row]
        if whole or counted[row] or sooner:
            yield row, bool(whole)


def _only_there(problem: Problem, node: Node, row: int) -> Problem:
    available = problem.available.copy()
    available[row] = 0
    available[row, node.number] = problem.available[row, node.number]
    return replace(problem, available=available)


def _rather_there(problem: Problem, node: Node, row: int) -> Problem:
    shape = problem.available.shape
    prices = np.zeros(shape, np.int64) if problem.prices is None else problem.prices
    prices = prices.copy()
    prices[row] += ELSEWHERE_MINOR
    prices[row, node.number] -= ELSEWHERE_MINOR
    return replace(problem, prices=prices)


def priced(problem: Problem, plan: Plan) -> Plan:
    """The plan at the problem's own prices."""
    row_of = {line.sku: row for row, line in enumerate(problem.order.lines)}
    made = []
    for shipment in plan.shipments:
        number = problem.network.node_by_id[shipment.node_id].number
        price_minor = 0
        if problem.prices is not None:
            price_minor = sum(
                line.quantity * int(problem.prices[row_of[line.sku], number])
                for line in shipment.lines
            )
        paid = shipment.cost._replace(price_minor=price_minor)
        made.append(shipment._replace(cost=paid))
    total = cost.total([shipment.cost for shipment in made])
    return replace(plan, shipments=tuple(made), cost=total)
