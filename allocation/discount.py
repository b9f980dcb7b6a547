"""By how much a node's shipments would have to be cheaper."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.changes import Change, ChangeKind
from allocation.measures import Measure, first_worse, minor_of
from allocation.policy import Objective
from allocation.shortlist import shortlist
from allocation.solve import RANKED
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from allocation.counterfactual import Trial
    from allocation.node import Node
    from allocation.plan import Plan
    from allocation.problem import Problem
    from allocation.required import Required

ROUNDS_MAX = 3
"""Times that less is tried, where the best plan with the node is not proven."""


def cheaper(trial: Trial, plan: Plan, best: Required) -> Change | None:
    """The least discount on each of its shipments by which the node gets into the plan.

    None where the plan loses in something that comes before the cost, or where not even
    shipping for nothing would do. `plan` is the best without the node and `best` the
    best with it, so that the latter wins as soon as it costs less. That is solved, and
    so is one minor unit less, wherever the solvers can hold the discount: a shipment
    must still cost something to open.
    """
    if best.plan is None or not _cost_decides(trial.problem, best.plan, plan):
        return None
    paid = _paid(best.plan, trial.node)
    amount = _needed(minor_of(best.plan), plan, len(paid))
    if amount > min(paid):
        return None
    proven = best.proven and plan.status is PlanStatus.OPTIMAL and len(paid) == 1
    change = Change(ChangeKind.COST, amount, smallest=proven)
    if amount >= _opening_minor(trial.problem, trial.node) or trial.left < 1:
        return change
    return _lowered(trial, plan, change)


def _cost_decides(problem: Problem, best: Plan, plan: Plan) -> bool:
    if plan.objective in RANKED:
        return False
    worse = first_worse(problem, best, plan)
    fewer = worse is Measure.SHIPMENTS and plan.objective is Objective.CHEAPEST
    return worse in (None, Measure.COST) or fewer


def _paid(plan: Plan, node: Node) -> list[int]:
    """What each shipment of the node costs."""
    return [
        shipment.cost.cash_minor + shipment.cost.steering_minor
        for shipment in plan.shipments
        if shipment.node_id == node.node_id
    ]


def _needed(minor: int, plan: Plan, shipments: int) -> int:
    """The discount a shipment with which `minor` is less than the plan's cost."""
    return max(1, (minor - minor_of(plan)) // shipments + 1)


def _opening_minor(problem: Problem, node: Node) -> int:
    """What opening a parcel costs there at least, whatever is in it."""
    found = shortlist(problem, by=problem.policy.promise_by)
    return min(
        int(found.head[6, row]) + found.lane(problem.network, row).base_minor
        for row in np.flatnonzero(found.node == node.number).tolist()
    )


def _lowered(trial: Trial, plan: Plan, change: Change) -> Change | None:
    """The discount as solved, and less as long as less does."""
    for _ in range(ROUNDS_MAX):
        if not trial.wins(change):
            return None
        if change.amount == 1:
            return replace(change, smallest=True)
        less = replace(change, amount=change.amount - 1, smallest=False)
        if not trial.left:
            return replace(change, smallest=False)
        other = trial.with_change(less)
        shipments = len(_paid(other, trial.node))
        if not shipments:
            return replace(change, smallest=True)
        whole = minor_of(other) + shipments * less.amount
        change = replace(less, amount=min(less.amount, _needed(whole, plan, shipments)))
    return change
