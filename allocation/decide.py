"""From a problem to its frontier: the candidates, then the cheapest answers over them.

Short orders go through one compiled call; long and entangled ones are compiled into an
instance for the solvers behind `optimise`. Worked out once for each latest arrival.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.content import same
from allocation.policy import LineSplit
from allocation.rules.by_lane import by_lane, candidates
from allocation.rules.siding import has_side, kept_together, side_of
from allocation.short import plan_short
from allocation.shortlist import Shortlist, lines_of, survey_arguments
from allocation.solvers.answers import EMPTY, frontier, solutions
from allocation.solvers.instance import Instance, Split
from allocation.solvers.kernel import COUNTED, LINES_MAX
from allocation.solvers.optimise import optimise

if TYPE_CHECKING:
    from datetime import date

    from allocation.problem import Problem
    from allocation.rules.siding import Tiers
    from allocation.solvers.instance import Frontier, Solution

ANY_DATE = 0
SPLITS = {
    LineSplit.NEVER: Split.NEVER,
    LineSplit.IF_FORCED: Split.IF_FORCED,
    LineSplit.BY_COST: Split.BY_COST,
}


class Demand(NamedTuple):
    """What the solvers of long and ranked orders are asked."""

    lines: tuple[int, ...]
    """Lines of the order that somebody could send: the columns of the instance."""
    instance: Instance


class Solved(NamedTuple):
    """The candidates that arrive by one date, and the cheapest answer for every number
    of shipments."""

    found: Shortlist
    lines: tuple[int, ...]
    """Line of the order of each column of the answer."""
    frontier: Frontier

    @property
    def best(self) -> Solution | None:
        """The cheapest answer with any allowed number of shipments."""
        return self.frontier.best[-1] if self.frontier.best else None

    @property
    def filled_units(self) -> int:
        """Units that the best answer sends."""
        return filled_units_of(self.best)

    def considered_nodes(self) -> set[int]:
        """Numbers of the nodes that are the best for some set of lines."""
        node = self.found.node
        return {int(node[candidate]) for candidate in self.frontier.considered}


def survey(problem: Problem) -> Shortlist:
    """All nodes with the reasons that eliminate them, looked at once."""
    solved = problem.solved.get(_key(problem.policy.promise_by))
    if solved is not None and solved.found.reasons.size:
        return solved.found
    return candidates(problem, by=problem.policy.promise_by, with_reasons=True)


def decide(problem: Problem, by: date | None, tiers: Tiers = ()) -> Solved:
    """The frontier among candidates that arrive by the date; worked out once.

    With `tiers` it is the one answer that they choose; see `instance.Frontier`.
    """
    key = _key(by, tiers)
    solved = problem.solved.get(key)
    if solved is None:
        solved = _decided(problem, by, tiers)
        problem.solved[key] = solved
    return solved


def _decided(problem: Problem, by: date | None, tiers: Tiers) -> Solved:
    if by_lane(problem) or has_side(problem, tiers):
        return _long(problem, _found(problem, by), tiers)
    if len(problem.order.lines) <= LINES_MAX:
        return _short(problem, by)
    return _long(problem, _found(problem, by))


def _key(by: date | None, tiers: Tiers = ()) -> tuple[int, Tiers]:
    return by.toordinal() if by else ANY_DATE, tiers


def _found(problem: Problem, by: date | None) -> Shortlist:
    return candidates(problem, by=by, with_reasons=problem.recorded)


def _short(problem: Problem, by: date | None) -> Solved:
    policy = problem.policy
    rules = (
        policy.max_shipments,
        int(SPLITS[policy.line_split]),
        int(policy.ship_complete),
    )
    arrays, said, rows, considered = plan_short(
        problem.network.tables.rates[problem.order.destination.residential],
        rules,
        *survey_arguments(problem, by=by, with_reasons=problem.recorded),
    )
    found = Shortlist(*arrays)
    if said == COUNTED:
        return _long(problem, found)
    quantity = list(map(min, _wanted(problem), found.reach.tolist()))
    best = solutions(quantity, rows, policy.max_shipments)
    lines = tuple(range(len(quantity)))
    return Solved(found, lines, frontier(best, considered.tolist()))


def _long(problem: Problem, found: Shortlist, tiers: Tiers = ()) -> Solved:
    demand = demand_of(problem, found, tiers)
    if demand is None:
        return Solved(found, (), EMPTY)
    return Solved(found, demand.lines, _answer(problem, demand.instance))


def _answer(problem: Problem, instance: Instance) -> Frontier:
    """The solvers are asked once for what several policies ask alike."""
    known = problem.answers
    if known is None:
        return optimise(instance)
    # A few are compared faster than one is hashed: they are tens of kilobytes.
    for asked, answer in known:
        if same(asked, instance):
            return answer
    answer = optimise(instance)
    known.append((instance, answer))
    return answer


def demand_of(problem: Problem, found: Shortlist, tiers: Tiers = ()) -> Demand | None:
    """None when nothing can or may be sent."""
    found = kept_together(problem, found)
    wanted = _wanted(problem)
    quantity = list(map(min, wanted, found.reach.tolist()))
    short = quantity != wanted
    if not any(quantity) or (short and problem.policy.ship_complete):
        return None
    lines = tuple(row for row, units in enumerate(quantity) if units)
    instance = _instance(problem, found, quantity, lines)
    if has_side(problem, tiers):
        side = side_of(problem, found, lines=lines, tiers=tiers)
        instance = replace(instance, side=side)
    return Demand(lines, instance)


def _wanted(problem: Problem) -> list[int]:
    return [line.quantity for line in problem.order.lines]


def _instance(
    problem: Problem, found: Shortlist, quantity: list[int], lines: tuple[int, ...]
) -> Instance:
    tables, policy = problem.network.tables, problem.policy
    useful, unit_minor = found.useful, found.unit_minor
    if len(lines) < len(quantity):
        # Lines that nobody can send are answered already: the solvers never see them.
        useful = np.take(useful, lines, axis=1)
        unit_minor = np.take(unit_minor, lines, axis=1)
        by_line = lines_of(problem)[:, lines]
    else:
        by_line = lines_of(problem)
    by_line[0] = [quantity[row] for row in lines]
    head = found.head
    return Instance(
        quantity=np.ascontiguousarray(by_line[0]),
        weight_g=np.ascontiguousarray(by_line[1]),
        volume_cm3=np.ascontiguousarray(by_line[2]),
        useful=useful,
        node=head[0],
        tariff=head[5],
        fixed_minor=head[6],
        line_minor=head[7],
        unit_minor=unit_minor,
        tariffs=tables.tariffs_to(problem.order.destination.residential),
        max_shipments=policy.max_shipments,
        split=SPLITS[policy.line_split],
        complete=policy.ship_complete,
    )


def filled_units_of(solution: Solution | None) -> int:
    """Units that the solution sends."""
    if solution is None:
        return 0
    return sum(sum(parcel.units) for parcel in solution.parcels)
