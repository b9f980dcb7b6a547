"""What an objective compares, in its order: which plan is better, and in what."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from allocation.policy import Objective

if TYPE_CHECKING:
    from allocation.plan import Plan, Shipment
    from allocation.problem import Problem


class Measure(StrEnum):
    """A number of a plan; smaller is better."""

    UNFILLED = "UNFILLED"
    ARRIVAL = "ARRIVAL"
    SHIPMENTS = "SHIPMENTS"
    RANK = "RANK"
    COST = "COST"


_SECOND = {
    Objective.CHEAPEST: Measure.COST,
    # Tiers with tolerances have no single order; what is paid is what people compare.
    Objective.POLICY: Measure.COST,
    Objective.FASTEST: Measure.ARRIVAL,
    Objective.FEWEST_SHIPMENTS: Measure.SHIPMENTS,
}


def order_of(objective: Objective) -> tuple[Measure, ...]:
    """The measures of an objective: the first that differs decides. A ranking does not
    look at the cost."""
    second = _SECOND.get(objective, Measure.RANK)
    if second is Measure.RANK:
        return Measure.UNFILLED, second
    last = Measure.SHIPMENTS if second is Measure.COST else Measure.COST
    return Measure.UNFILLED, second, last


def value_of(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """The plan's numbers in the order of its objective; smaller is better."""
    return tuple(
        _number(problem, plan, measure) for measure in order_of(plan.objective)
    )


def first_worse(problem: Problem, plan: Plan, best: Plan) -> Measure | None:
    """In what `plan` is worse than `best`; None where they are equal."""
    pairs = zip(value_of(problem, plan), value_of(problem, best), strict=True)
    for measure, (mine, theirs) in zip(order_of(best.objective), pairs, strict=True):
        if mine != theirs:
            return measure
    return None


def minor_of(plan: Plan) -> int:
    """What the solvers minimise: cash and prices."""
    return plan.cost.cash_minor + plan.cost.steering_minor


def _number(problem: Problem, plan: Plan, measure: Measure) -> int:
    match measure:
        case Measure.UNFILLED:
            return sum(line.quantity for line in plan.unfilled)
        case Measure.ARRIVAL:
            return plan.promise_date.toordinal() if plan.promise_date else 0
        case Measure.SHIPMENTS:
            return len(plan.shipments)
        case Measure.COST:
            return minor_of(plan)
        case Measure.RANK:
            return sum(_rank(problem, plan, each) for each in plan.shipments)


def _rank(problem: Problem, plan: Plan, shipment: Shipment) -> int:
    node = problem.network.node_by_id[shipment.node_id]
    units = sum(line.quantity for line in shipment.lines)
    if plan.objective is Objective.NEAREST:
        return units * shipment.distance_km
    if plan.objective is Objective.PRIORITY:
        return units * node.priority
    row_of = {line.sku: row for row, line in enumerate(problem.order.lines)}
    return -sum(
        line.quantity * int(problem.available[row_of[line.sku], node.number])
        for line in shipment.lines
    )
