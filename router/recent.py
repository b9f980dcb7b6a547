"""Plans of a moment ago: the hold of a quoted order need not be decided twice.

Between a quote and its hold other customers take units. Where the stock of an order
only fell, no new plan has become possible; so a best plan whose own units are all still
there is a best plan still, with the same proof. Network, policy and the window between
two cut-offs must be what they were. Anything else is a miss, and nothing is guessed.

A hold that comes at once is asked of the ledger without looking at the stock again: it
is what the customer was just told, and the ledger refuses what is gone.
"""

from collections import Counter, OrderedDict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allocation.network import Network
from allocation.order import Order
from allocation.plan import Plan
from allocation.policy import Objective, Policy
from allocation.problem import Problem
from allocation.solve import OPTIONS

Integers = NDArray[np.int64]

CELLS_MAX = 4_000_000
"""Lines x nodes kept in all, at 24 bytes or fewer: a hundred megabytes at the worst."""

AT_ONCE = timedelta(seconds=5)
"""So old may a plan be that is held as it was quoted."""


class Known(NamedTuple):
    """A plan, and the problem that it was made for."""

    problem: Problem
    plan: Plan


class RecentPlans:
    """The plans decided last, the oldest forgotten first. For one event loop."""

    def __init__(self, cells_max: int = CELLS_MAX) -> None:
        self._cells_max = cells_max
        self._cells = 0
        self._known: OrderedDict[tuple[Order, Policy], Known] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def keep(self, known: Known) -> None:
        """Remember a plan; an order and policy have one place."""
        problem = known.problem
        if problem.policy.objective not in (*OPTIONS, Objective.POLICY):
            # Most stock asks for the whole stock of a cell, the others are cheap.
            return
        self.forget(problem)
        self._known[_place(problem.order, problem.policy)] = known
        self._cells += problem.available.size
        while self._cells > self._cells_max:
            _, oldest = self._known.popitem(last=False)
            self._cells -= oldest.problem.available.size

    def of(self, order: Order, policy: Policy) -> Known | None:
        """What was decided last for this order and policy, on whatever stock."""
        known = self._known.get(_place(order, policy))
        if known is None or known.problem.order == order:
            return known
        told = order.allow_substitutes
        return Known(
            replace(known.problem, order=order),
            replace(known.plan, allow_substitutes=told),
        )

    def forget(self, problem: Problem) -> None:
        """Give the place up: a hold that is placed is not planned again."""
        known = self._known.pop(_place(problem.order, problem.policy), None)
        if known is not None:
            self._cells -= known.problem.available.size


def _place(order: Order, policy: Policy) -> tuple[Order, Policy]:
    """What tells plans apart. Not whether the customer takes something else instead: a
    quote does not know it, and only stores ask."""
    if order.allow_substitutes:
        order = replace(order, allow_substitutes=False)
    return order, policy


def just_made(known: Known, network: Network, now: datetime) -> bool:
    """Whether the plan is what a customer was told a moment ago."""
    made = known.problem.now
    if known.problem.prices is not None:
        # They may be others by now, and asking would cost what is spared here.
        return False
    return made <= now <= made + AT_ONCE and _same_rules(known, network, now)


def still_good(known: Known, problem: Problem) -> bool:
    """Whether the known plan answers the problem as well as solving it would."""
    return (
        _same_prices(known.problem.prices, problem.prices)
        and not _has_rules(problem.policy)
        and _same_rules(known, problem.network, problem.now)
        and _nothing_rose(known.problem, problem)
        and not _any_opened(known.problem, problem)
        and known.problem.slots == problem.slots
        and _still_there(known.plan, problem)
    )


def _has_rules(policy: Policy) -> bool:
    """Whether falling stock or the hour may turn a rule."""
    return policy.book is not None and bool(policy.book.document.rules)


def _same_rules(known: Known, network: Network, now: datetime) -> bool:
    """Whether only stock can have changed: no cut-off, no rate, no price."""
    before = known.problem
    schedule = before.network.schedule(before.now)
    same_window = schedule.since <= now < schedule.until
    if any(n.is_paused(before.now) != n.is_paused(now) for n in network.paused):
        return False
    return before.network is network and same_window


def _same_prices(before: Integers | None, now: Integers | None) -> bool:
    """Whether units are worth what they were."""
    if before is None or now is None:
        return before is now
    # A network that grew has other columns.
    return np.array_equal(before, now)


def _nothing_rose(before: Problem, problem: Problem) -> bool:
    """Whether no cell has more of the units that a plan could use."""
    line, node = np.nonzero(problem.available > before.available)
    useful = np.array([line.quantity for line in problem.order.lines])
    useful += problem.policy.keep_back
    return bool((before.available[line, node] >= useful[line]).all())


def _any_opened(before: Problem, problem: Problem) -> bool:
    """Whether a node that was full has room again."""
    if before.room is None or problem.room is None:
        return before.room is not problem.room
    return bool(((before.room < 1) & (problem.room > 0)).any())


def _still_there(plan: Plan, problem: Problem) -> bool:
    """Whether every node still has what the plan takes from it, and room."""
    taken: Counter[tuple[str, str]] = Counter()
    for shipment in plan.shipments:
        for line in shipment.lines:
            taken[line.sku, shipment.node_id] += line.quantity
    row_of = {line.sku: row for row, line in enumerate(problem.order.lines)}
    by_id, kept = problem.network.node_by_id, problem.policy.keep_back
    used = [by_id[shipment.node_id].number for shipment in plan.shipments]
    if problem.room is not None and (problem.room[used] < 1).any():
        return False
    return all(
        problem.available[row_of[sku], by_id[node_id].number] >= units + kept
        for (sku, node_id), units in taken.items()
    )
