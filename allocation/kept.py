"""Which nodes a stored decision keeps, so that it comes out again.

A network has thousands of nodes, and a decision is kept for every hold.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.policy import Objective
from allocation.rules.attempts import attempt_of
from allocation.rules.naming import keepers_of
from allocation.rules.siding import has_side
from allocation.shortlist import REASONS, Reason
from allocation.solve import solve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.plan import Plan
    from allocation.problem import Problem


def nodes_that_decide(
    problem: Problem, plan: Plan, reasons: np.ndarray[Any, np.dtype[np.uint8]]
) -> list[int]:
    """Numbers of the nodes to keep.

    Those of the plan, those the solver compared, and for each unfilled line those that
    show how much could be sent and why no more. Where that may not give the plan again,
    all nodes with stock.
    """
    by_id, attempt = problem.network.node_by_id, attempt_of(problem, plan)
    numbers = {by_id[shipment.node_id].number for shipment in plan.shipments}
    for solved in attempt.solved.values():
        numbers |= solved.considered_nodes()
    numbers |= _witnesses(attempt, plan, reasons)
    numbers |= keepers_of(attempt, plan.unfilled)
    if not _certain(attempt, plan) and _replayed(problem, numbers) != plan:
        stocked = np.flatnonzero((problem.available > 0).any(axis=0))
        numbers = set(stocked.tolist()) & set(problem.network.node_by_number)
    return sorted(numbers)


def _certain(problem: Problem, plan: Plan) -> bool:
    """Whether the nodes compared are known to be enough.

    They ask the same of every line (see `closing.witnesses` and `_witnesses`), and each
    node left out is left out by one that stays: the solvers meet the same arrays, and a
    plan that is not proven comes out again like one that is.
    """
    known = plan.objective in (Objective.CHEAPEST, Objective.FEWEST_SHIPMENTS)
    return known and not has_side(problem, ())


def _witnesses(
    problem: Problem, plan: Plan, reasons: np.ndarray[Any, np.dtype[np.uint8]]
) -> set[int]:
    """Of each unfilled line: candidates that have what was asked, the largest first,
    and an eliminated node that stands for the reason."""
    row_of = {line.sku: row for row, line in enumerate(problem.order.lines)}
    found: set[int] = set()
    for left in plan.unfilled:
        row = row_of[left.sku]
        wanted = problem.order.lines[row].quantity
        useful = np.clip(problem.available[row] - problem.policy.keep_back, 0, wanted)
        candidates = np.flatnonzero((useful > 0) & (reasons == 0))
        largest = candidates[np.argsort(-useful[candidates], kind="stable")]
        enough = int(np.searchsorted(np.cumsum(useful[largest]), wanted)) + 1
        found.update(largest[:enough].tolist())
        if left.reason in REASONS:
            code = REASONS.index(Reason(left.reason)) + 1
            found.update(np.flatnonzero((useful > 0) & (reasons == code))[:1].tolist())
    return found


def _replayed(problem: Problem, numbers: Iterable[int]) -> Plan:
    kept = np.zeros(problem.network.size, dtype=bool)
    kept[list(numbers)] = True
    return solve(replace(problem, available=np.where(kept, problem.available, 0)))
