"""From a problem to a plan: compile, optimise, put names back, judge.

Pure: the same problem gives the same plan, byte for byte. Every objective is an answer
of the exact optimiser:

* cheapest: the last plan of the frontier over the number of shipments;
* fewest shipments: the first plan of the frontier that fills as much;
* fastest: the cheapest plan by the earliest arrival date that fills as much;
* nearest, priority, most stock: see `ranked`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from allocation import ranked
from allocation.check import violations
from allocation.compose import Answer, Pick, compose
from allocation.instance import Frontier, Instance, Solution, Split
from allocation.optimise import optimise
from allocation.plan import PlanStatus
from allocation.policy import LineSplit, Objective
from allocation.shortlist import Shortlist, shortlist

if TYPE_CHECKING:
    from allocation.plan import Plan
    from allocation.problem import Problem

OPTIONS = (Objective.CHEAPEST, Objective.FASTEST, Objective.FEWEST_SHIPMENTS)
RANKED = (Objective.NEAREST, Objective.PRIORITY, Objective.MOST_STOCK)
ANY_DATE = 0
_SPLITS = {
    LineSplit.NEVER: Split.NEVER,
    LineSplit.IF_FORCED: Split.IF_FORCED,
    LineSplit.BY_COST: Split.BY_COST,
}
_NOTHING = Frontier(())
NOTHING_SENT = Answer((), PlanStatus.OPTIMAL, 0)


@dataclass(frozen=True, slots=True)
class Demand:
    """What the solvers are asked: the candidates that arrive by one date."""

    found: Shortlist
    lines: tuple[int, ...]
    """Lines of the order that somebody could send: the columns of the instance."""
    instance: Instance | None
    """None when nothing can or may be sent."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A demand with the cheapest answer for every number of shipments."""

    demand: Demand
    frontier: Frontier

    @property
    def best(self) -> Solution | None:
        return self.frontier.best[-1] if self.frontier.best else None

    @property
    def filled_units(self) -> int:
        return _filled_units(self.best)

    def considered_nodes(self) -> set[int]:
        """Numbers of the nodes that are the best for some set of lines."""
        node = self.demand.found.node
        return {int(node[candidate]) for candidate in self.frontier.considered}


def solve(problem: Problem) -> Plan:
    """The best plan by the policy's objective; what cannot be sent is in it as
    unfilled.

    Every plan has passed the judge; one that does not is a bug and raises
    AssertionError.
    """
    return _judged(problem, _solve(problem, problem.policy.objective))


def solve_options(problem: Problem) -> tuple[Plan, ...]:
    """Cheapest, fastest, fewest shipments: the policy's objective first, no plan
    twice."""
    first = problem.policy.objective
    plans: list[Plan] = []
    for objective in (first, *(each for each in OPTIONS if each is not first)):
        plan = _solve(problem, objective)
        if not any(plan.shipments == known.shipments for known in plans):
            plans.append(_judged(problem, plan))
    return tuple(plans)


def alternatives(problem: Problem) -> tuple[Plan, ...]:
    """The cheapest plan for every number of shipments that changes anything."""
    solved = decide(problem, problem.policy.promise_by)
    found: dict[int, Solution] = {}
    for solution in solved.frontier.best:
        found.setdefault(len(solution.parcels), solution)
    plans: list[Plan] = []
    for solution in found.values():
        picks = _picks(problem, solved.demand, solution)
        answer = Answer(picks, solution.status, solution.bound_minor)
        plans.append(_judged(problem, compose(problem, answer, Objective.CHEAPEST)))
    return tuple(plans)


def decide(problem: Problem, by: date | None) -> Solved:
    """The frontier among candidates that arrive by the date; worked out once."""
    key = by.toordinal() if by else ANY_DATE
    solved = problem.solved.get(key)
    if solved is None:
        demand = _demand(problem, by)
        frontier = optimise(demand.instance) if demand.instance else _NOTHING
        solved = Solved(demand, frontier)
        problem.solved[key] = solved
    return solved


def _judged(problem: Problem, plan: Plan) -> Plan:
    faults = violations(problem, plan)
    assert not faults, f"the plan breaks its own problem: {'; '.join(faults)}"
    return plan


def _solve(problem: Problem, objective: Objective) -> Plan:
    if objective in RANKED:
        return _by_rank(problem, objective)
    solved = decide(problem, problem.policy.promise_by)
    if objective is Objective.FASTEST:
        solved = _fastest(problem, solved)
    best = solved.best
    if best is None:
        return compose(problem, NOTHING_SENT, objective)
    if objective is Objective.FEWEST_SHIPMENTS:
        most = solved.filled_units
        best = next(
            each for each in solved.frontier.best if _filled_units(each) == most
        )
    answer = Answer(_picks(problem, solved.demand, best), best.status, best.bound_minor)
    return compose(problem, answer, objective)


def _fastest(problem: Problem, solved: Solved) -> Solved:
    """The first arrival date whose candidates fill as much as all candidates do."""
    most = solved.filled_units
    last = problem.policy.promise_by
    every = shortlist(problem, by=last, every_service=True)
    for ordinal in np.unique(every.arrival).tolist():
        sooner = decide(problem, date.fromordinal(ordinal))
        if sooner.filled_units >= most:
            return sooner
    return solved


def _demand(problem: Problem, by: date | None) -> Demand:
    found = shortlist(problem, by=by)
    wanted = [line.quantity for line in problem.order.lines]
    quantity = list(map(min, wanted, found.reach.tolist()))
    short = quantity != wanted
    if not any(quantity) or (short and problem.policy.ship_complete):
        return Demand(found, (), None)
    lines = tuple(row for row, units in enumerate(quantity) if units)
    return Demand(found, lines, _instance(problem, found, quantity, lines))


def _instance(
    problem: Problem, found: Shortlist, quantity: list[int], lines: tuple[int, ...]
) -> Instance:
    tables, policy = problem.network.tables, problem.policy
    useful, unit_minor = found.useful, found.unit_minor
    if len(lines) < len(quantity):
        # Lines that nobody can send are answered already: the solvers never see them.
        useful = np.ascontiguousarray(useful[:, lines])
        unit_minor = np.ascontiguousarray(unit_minor[:, lines])
    by_line = np.array(_measures(problem, quantity, lines), dtype=np.int64)
    head = found.head
    return Instance(
        quantity=by_line[0],
        weight_g=by_line[1],
        volume_cm3=by_line[2],
        useful=useful,
        node=head[0],
        tariff=head[5],
        fixed_minor=head[6],
        line_minor=head[7],
        unit_minor=unit_minor,
        tariffs=tables.tariffs_to(problem.order.destination.residential),
        max_shipments=policy.max_shipments,
        split=_SPLITS[policy.line_split],
        complete=policy.ship_complete,
    )


def _measures(
    problem: Problem, quantity: list[int], lines: tuple[int, ...]
) -> list[list[int]]:
    """Units, grams and cubic centimetres; an item nobody described weighs nothing."""
    items = problem.network.item_by_sku
    known = [items.get(problem.order.lines[row].sku) for row in lines]
    return [
        [quantity[row] for row in lines],
        [item.weight_g if item else 0 for item in known],
        [item.volume_cm3 if item else 0 for item in known],
    ]


def _picks(problem: Problem, demand: Demand, solution: Solution) -> tuple[Pick, ...]:
    return tuple(
        _pick(problem, demand, parcel.candidate, parcel.units)
        for parcel in solution.parcels
    )


def _pick(
    problem: Problem, demand: Demand, candidate: int, units: tuple[int, ...]
) -> Pick:
    if len(demand.lines) < len(problem.order.lines):
        everything = [0] * len(problem.order.lines)
        for row, here in zip(demand.lines, units, strict=True):
            everything[row] = here
        units = tuple(everything)
    node, _, row, distance_km, arrival = demand.found.head[:5, candidate].tolist()
    lane = problem.network.tables.lanes[row]
    return Pick(node, lane, distance_km, arrival, units)


def _by_rank(problem: Problem, objective: Objective) -> Plan:
    demand = _demand(problem, problem.policy.promise_by)
    if demand.instance is None:
        return compose(problem, NOTHING_SENT, objective)
    by_node = ranked.rank(
        problem, demand.found, demand.instance, lines=demand.lines, objective=objective
    )
    parcels, status = ranked.walk(by_node), PlanStatus.OPTIMAL
    if parcels is None:
        frontier = optimise(by_node.priced())
        if not frontier.best:
            return compose(problem, NOTHING_SENT, objective)
        parcels, status = frontier.best[-1].parcels, frontier.best[-1].status
    picks = tuple(
        ranked.cheapest_service(
            problem,
            [
                _pick(problem, demand, candidate, parcel.units)
                for candidate in by_node.services(parcel.candidate)
            ],
        )
        for parcel in parcels
    )
    return compose(problem, Answer(picks, status, None), objective)


def _filled_units(solution: Solution | None) -> int:
    if solution is None:
        return 0
    return sum(sum(parcel.units) for parcel in solution.parcels)
