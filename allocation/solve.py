"""From a problem to a plan: compile, optimise, put names back, judge.

Pure: the same problem gives the same plan, byte for byte. Every objective is an answer
of the exact optimiser:

* cheapest: the last plan of the frontier over the number of shipments;
* fewest shipments: the first plan of the frontier that fills as much;
* fastest: the cheapest plan by the earliest arrival date that fills as much;
* nearest, priority, most stock: see `ranked`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from allocation import ranked
from allocation.check import violations
from allocation.compose import Answer, Pick, compose
from allocation.decide import Solved, decide, demand_of, filled_units_of
from allocation.policy import Objective
from allocation.rules.attempts import attempts
from allocation.rules.by_lane import by_lane, candidates, widest_lanes
from allocation.rules.naming import told
from allocation.rules.siding import tiers_for
from allocation.solvers.optimise import optimise
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from allocation.plan import Plan
    from allocation.problem import Problem
    from allocation.shortlist import Shortlist
    from allocation.solvers.instance import Solution

OPTIONS = (Objective.CHEAPEST, Objective.FASTEST, Objective.FEWEST_SHIPMENTS)
RANKED = (Objective.NEAREST, Objective.PRIORITY, Objective.MOST_STOCK)
NOTHING_SENT = Answer((), PlanStatus.OPTIMAL, 0)


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


def by_shipments(problem: Problem) -> tuple[Plan, ...]:
    """The cheapest plan for every number of shipments that changes anything."""
    solved = decide(problem, problem.policy.promise_by)
    found: dict[int, Solution] = {}
    for solution in solved.frontier.best:
        found.setdefault(len(solution.parcels), solution)
    plans: list[Plan] = []
    for solution in found.values():
        picks = _picks(problem, solved, solution)
        answer = Answer(picks, solution.status, solution.bound_minor)
        plans.append(_judged(problem, compose(problem, answer, Objective.CHEAPEST)))
    return tuple(plans)


def _judged(problem: Problem, plan: Plan) -> Plan:
    faults = violations(problem, plan)
    assert not faults, f"the plan breaks its own problem: {'; '.join(faults)}"
    return plan


def _solve(problem: Problem, objective: Objective) -> Plan:
    """Under the policy's rules, giving up a step at a time while units are missing."""
    if problem.policy.book is None:
        return _plain(problem, objective)
    best: tuple[Problem, Plan] | None = None
    for attempt in attempts(problem):
        plan = _plain(attempt, objective)
        if best is None or _lacking(attempt, plan) < _lacking(*best):
            best = attempt, plan
        if not any(_lacking(*best)):
            break
    assert best is not None, "there is one attempt at least"
    return told(*best)


def _lacking(problem: Problem, plan: Plan) -> tuple[int, int]:
    """Units unfilled, and days after the wanted one."""
    wanted_by, day = problem.policy.wanted_by, plan.promise_date
    late = (day - wanted_by).days if wanted_by and day else 0
    return sum(left.quantity for left in plan.unfilled), max(0, late)


def _plain(problem: Problem, objective: Objective) -> Plan:
    if objective in RANKED:
        return _by_rank(problem, objective)
    tiers = tiers_for(problem, objective)
    solved = decide(problem, problem.policy.promise_by, tiers)
    if objective is Objective.FASTEST:
        solved = _fastest(problem, solved)
    best = solved.best
    if best is None:
        nothing = Answer((), solved.frontier.nothing, 0)
        return compose(problem, nothing, objective)
    if objective is Objective.FEWEST_SHIPMENTS:
        most = solved.filled_units
        best = next(
            each for each in solved.frontier.best if filled_units_of(each) == most
        )
    answer = Answer(_picks(problem, solved, best), best.status, best.bound_minor)
    return compose(problem, answer, objective)


def _fastest(problem: Problem, solved: Solved) -> Solved:
    """The first arrival date whose candidates fill as much as all candidates do."""
    most = solved.filled_units
    last = problem.policy.promise_by
    every = candidates(problem, by=last, every_service=True)
    for ordinal in np.unique(every.arrival).tolist():
        sooner = decide(problem, date.fromordinal(ordinal))
        if sooner.filled_units >= most:
            return sooner
    return solved


def _picks(problem: Problem, solved: Solved, solution: Solution) -> tuple[Pick, ...]:
    lines = solved.lines
    return tuple(
        [
            _pick(problem, solved.found, candidate, _of_order(problem, lines, units))
            for candidate, units in solution.parcels
        ]
    )


def _of_order(
    problem: Problem, lines: tuple[int, ...], units: tuple[int, ...]
) -> tuple[int, ...]:
    """Units of every line of the order from those of some lines."""
    if len(lines) == len(problem.order.lines):
        return units
    everything = [0] * len(problem.order.lines)
    for row, here in zip(lines, units, strict=True):
        everything[row] = here
    return tuple(everything)


def _pick(
    problem: Problem, found: Shortlist, candidate: int, units: tuple[int, ...]
) -> Pick:
    node, _, row, distance_km, arrival = found.head[:5, candidate].tolist()
    lane = problem.network.tables.lanes[row]
    return Pick(node, lane, distance_km, arrival, units)


def _by_rank(problem: Problem, objective: Objective) -> Plan:
    found = candidates(problem, by=problem.policy.promise_by)
    if by_lane(problem):
        # Ranks are of nodes: each has the one service that may send the most.
        found = widest_lanes(found)
    demand = demand_of(problem, found)
    if demand is None:
        return compose(problem, NOTHING_SENT, objective)
    by_node = ranked.rank(
        problem, found, demand.instance, lines=demand.lines, objective=objective
    )
    parcels, status = ranked.walk(by_node), PlanStatus.OPTIMAL
    if parcels is None:
        reached = optimise(by_node.priced())
        if not reached.best:
            return compose(problem, NOTHING_SENT, objective)
        parcels, status = reached.best[-1].parcels, reached.best[-1].status
    picks = tuple(
        ranked.cheapest_service(
            problem,
            [
                _pick(problem, found, candidate, units)
                for candidate in by_node.services(parcel.candidate)
            ],
        )
        for parcel in parcels
        for units in [_of_order(problem, demand.lines, parcel.units)]
    )
    return compose(problem, Answer(picks, status, None), objective)
