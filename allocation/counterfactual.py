"""Why not this node: the smallest single change by which a plan that uses it would win.

One thing is changed at a time and the problem is solved again; what is answered was
seen to do, and of the smallest changes one step less was seen not to. A node that a
limit keeps out is asked about that limit only. Any other one about more units of a SKU,
about one shipment more, and about its price: a plan that uses it wins where it costs
less than the chosen one, so that the difference to the best such plan (`required`) is
the answer. No single change may do: that is an answer too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.changes import Change, ChangeKind, changed
from allocation.discount import cheaper
from allocation.measures import Measure, first_worse
from allocation.policy import DISTANCE_KM_MAX, SHIPMENTS_MAX, Objective
from allocation.required import Required, best_with, uses
from allocation.rules.telling import rule_id
from allocation.shortlist import REASONS, Reason, distances_km, shortlist
from allocation.solve import solve
from allocation.solvers.kernel import LINES_MAX
from allocation.survey import DIGITS_KM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.node import Node
    from allocation.plan import Plan
    from allocation.problem import Problem

SOLVES_MAX = 12
"""For one node, all its changes together."""
SOLVES_OF_LONG_MAX = 6
"""The same for an order beyond the kernel: a solve takes tens of milliseconds."""
SKUS_TRIED_MAX = 4


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """`best`: the best plan found that uses the node as everything is; `proven`: there
    is no better one. `worse_in`: what it loses in."""

    node_id: str
    chosen: bool
    reason: Reason | None
    changes: tuple[Change, ...]
    best: Plan | None
    proven: bool
    worse_in: Measure | None
    solves: int


@dataclass(slots=True)
class Trial:
    """Solves problems with changes for one node, and counts how many."""

    problem: Problem
    node: Node
    solves: int = 0
    _known: dict[Change, Plan] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """Solves that are allowed yet."""
        long = len(self.problem.order.lines) > LINES_MAX
        return (SOLVES_OF_LONG_MAX if long else SOLVES_MAX) - self.solves

    def solve(self, problem: Problem) -> Plan:
        """One solve more."""
        self.solves += 1
        return solve(problem)

    def with_change(self, change: Change) -> Plan:
        """The plan of the changed problem."""
        known = self._known.get(change)
        if known is None:
            known = self.solve(changed(self.problem, self.node, change))
            self._known[change] = known
        return known

    def wins(self, change: Change) -> bool:
        """Whether the node is in the plan then."""
        return uses(self.with_change(change), self.node)


def why_not(problem: Problem, plan: Plan, node: Node) -> Counterfactual:
    """What would have put the node into the plan of the problem."""
    problem = replace(problem, recorded=False)
    trial = Trial(problem, node)
    if uses(plan, node):
        return Counterfactual(
            node.node_id, True, None, (), plan, proven=True, worse_in=None, solves=0
        )
    found = shortlist(problem, by=problem.policy.promise_by, with_reasons=True)
    code = int(found.reasons[node.number])
    reason = REASONS[code - 1] if code else None
    best = Required(None, proven=False)
    changes: list[Change] = []
    if reason is None:
        best = best_with(problem, node, trial.solve)
        changes += filter(None, [cheaper(trial, plan, best), _one_more(trial)])
    if reason in (None, Reason.NO_STOCK, Reason.CHANNEL_QUOTA):
        changes = [*filter(None, [_stocked(trial, plan)]), *changes]
    else:
        changes += filter(None, [_first_to_win(trial, reason)])
    worse = first_worse(problem, best.plan, plan) if best.plan else None
    return Counterfactual(
        node.node_id,
        False,
        reason,
        tuple(changes),
        best.plan,
        best.proven,
        worse,
        trial.solves,
    )


def _one_more(trial: Trial) -> Change | None:
    if trial.problem.policy.max_shipments >= SHIPMENTS_MAX or not trial.left:
        return None
    change = Change(ChangeKind.SHIPMENTS)
    return change if trial.wins(change) else None


def _first_to_win(trial: Trial, reason: Reason | None) -> Change | None:
    """The smallest lift of the limit that keeps the node out, if lifting it does."""
    for change in _lifts(trial.problem, trial.node, reason):
        if not trial.wins(change):
            continue
        if change.kind is not ChangeKind.PROMISE_BY or change.amount == 1:
            # Any smaller one would leave the node out.
            return change
        less = replace(change, amount=change.amount - 1)
        return replace(change, smallest=not trial.wins(less))
    return None


def _lifts(problem: Problem, node: Node, reason: Reason | None) -> Iterator[Change]:
    """What would let the node in, the smallest change first."""
    policy = problem.policy
    match reason:
        case Reason.DISABLED:
            yield Change(ChangeKind.SWITCHED_ON)
        case Reason.NOT_SELECTED:
            yield Change(ChangeKind.SELECTED)
        case Reason.EXCLUDED:
            yield Change(ChangeKind.NOT_EXCLUDED)
        case Reason.TAG_MISSING:
            yield Change(ChangeKind.TAGGED, name=policy.node_tags[0])
        case Reason.RULE | Reason.KEPT_BACK | Reason.COOLING_OFF:
            yield Change(ChangeKind.RULE_LIFTED, name=rule_id(problem, node))
        case Reason.NO_LANE if policy.service:
            yield Change(ChangeKind.ANY_SERVICE)
        case Reason.TOO_FAR:
            apart_km = distances_km(problem.network, problem.order.destination)
            least_km = math.ceil(float(apart_km[node.number]) - DIGITS_KM)
            if least_km <= DISTANCE_KM_MAX:
                yield Change(ChangeKind.DISTANCE, least_km)
        case Reason.LATE if policy.promise_by:
            found = shortlist(problem, by=None, every_service=True)
            days = np.unique(found.arrival[found.node == node.number])
            for ordinal in days.tolist()[: SOLVES_MAX // 2]:
                later = ordinal - policy.promise_by.toordinal()
                if later > 0:
                    yield Change(ChangeKind.PROMISE_BY, later)


def _stocked(trial: Trial, plan: Plan) -> Change | None:
    """The fewest units more of one SKU."""
    best: Change | None = None
    for sku, lack in _lacking(trial.problem, plan, trial.node)[:SKUS_TRIED_MAX]:
        most = min(lack, best.amount - 1) if best else lack
        if most < 1 or not trial.left:
            break
        change = Change(ChangeKind.UNITS, most, sku)
        if trial.wins(change):
            best = _fewest(trial, change)
    return best


def _lacking(problem: Problem, plan: Plan, node: Node) -> list[tuple[str, int]]:
    """SKUs that the node could have more of, and how many more may count: those that
    stay unfilled first, then those it lacks least of."""
    unfilled = {line.sku for line in plan.unfilled}
    found = []
    for row, line in enumerate(problem.order.lines):
        enough = line.quantity + problem.policy.keep_back
        if problem.policy.objective is Objective.MOST_STOCK:
            enough = max(enough, int(problem.available[row].max()) + 1)
        lack = enough - int(problem.available[row, node.number])
        if lack > 0:
            found.append((line.sku not in unfilled, lack, line.sku))
    return [(sku, lack) for _, lack, sku in sorted(found)]


def _fewest(trial: Trial, change: Change) -> Change:
    """The least amount that wins below one that does; bisected as far as solves go."""
    fails, wins, step = 0, change.amount, 1
    while wins - fails > 1 and trial.left:
        # Lines mostly ship whole: then the very next amount fails already.
        tried = max(wins - step, (fails + wins) // 2)
        step = change.amount
        if trial.wins(replace(change, amount=tried)):
            wins = tried
        else:
            fails = tried
    return replace(change, amount=wins, smallest=wins - fails == 1)
