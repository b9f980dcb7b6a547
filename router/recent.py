"""Plans of a moment ago: the hold of a quoted order need not be decided twice.

A plan depends on the order, the network, the policy, the window between two cut-offs
and, of each cell, on no more units than the order asks for. Where all of these are what
they were, solving again would give the same plan; so it is not done. Anything else is a
miss, and nothing is guessed.
"""

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from allocation.plan import Plan
from allocation.problem import Problem
from allocation.solve import OPTIONS

if TYPE_CHECKING:
    from allocation.order import Order
    from allocation.policy import Policy

CELLS_MAX = 4_000_000
"""Lines x nodes kept in all, at 24 bytes or fewer: a hundred megabytes at the worst."""

Known = tuple[Problem, Plan]


class RecentPlans:
    """The plans decided last, the oldest forgotten first. For one event loop."""

    def __init__(self, cells_max: int = CELLS_MAX) -> None:
        self._cells_max = cells_max
        self._cells = 0
        self._known: OrderedDict[tuple[Order, Policy], Known] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def keep(self, problem: Problem, plan: Plan) -> None:
        """Remember a plan; an order and policy have one place."""
        if problem.policy.objective not in OPTIONS:
            # Most stock asks for the whole stock of a cell, the others are cheap.
            return
        self.forget(problem)
        self._known[problem.order, problem.policy] = problem, plan
        self._cells += problem.available.size
        while self._cells > self._cells_max:
            _, (oldest, _) = self._known.popitem(last=False)
            self._cells -= oldest.available.size

    def of(self, problem: Problem) -> Known | None:
        """What was decided last for this order and policy, on whatever stock."""
        return self._known.get((problem.order, problem.policy))

    def forget(self, problem: Problem) -> None:
        """Give the place up: a hold that is placed is not planned again."""
        known = self._known.pop((problem.order, problem.policy), None)
        if known is not None:
            self._cells -= known[0].available.size


def still_good(known: Known, problem: Problem) -> Plan | None:
    """The known plan where the problem is the same; with the work done for it."""
    before, plan = known
    if (
        before.network is not problem.network
        or before.prices is not None
        or problem.prices is not None
        or not _same_window(before, problem)
        or not _same_stock(before, problem)
    ):
        return None
    problem.solved.update(before.solved)
    return plan


def _same_window(before: Problem, problem: Problem) -> bool:
    schedule = before.network.schedule(before.now)
    return schedule.since <= problem.now < schedule.until


def _same_stock(before: Problem, problem: Problem) -> bool:
    """Whether each cell has as many of the units that a plan could use."""
    useful = np.array([line.quantity for line in problem.order.lines])
    useful += problem.policy.keep_back
    line, node = np.nonzero(before.available != problem.available)
    then, now = before.available[line, node], problem.available[line, node]
    return np.array_equal(np.minimum(then, useful[line]), np.minimum(now, useful[line]))
