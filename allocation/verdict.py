"""The plan in one sentence of plain words: what ships, and why not in a better way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.bundles import bundles_text
from allocation.compose import KEPT_TOGETHER, SHIP_COMPLETE, SPLIT_LIMIT
from allocation.decide import decide
from allocation.details import day_text, money_text
from allocation.policy import Objective
from allocation.rules.siding import has_side, tiers_for, together_of
from allocation.rules.telling import TOGETHER, tiers_text
from allocation.shortlist import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.decide import Solved
    from allocation.details import Money
    from allocation.plan import Plan, Unfilled
    from allocation.problem import Problem
    from allocation.solvers.instance import Solution

NAMED_MAX = 4
"""Nodes or SKUs named one by one before the rest is counted."""
_WHY_UNFILLED = {
    Reason.NO_STOCK: "no node has more",
    Reason.TOO_FAR: "the nodes that have more are too far",
    Reason.LATE: "from the nodes that have more it would be late",
    Reason.AT_CAPACITY: "the nodes that have more take no more orders that day",
    Reason.NO_LANE: "no service reaches from the nodes that have more",
    Reason.DISABLED: "the nodes that have more are switched off",
    Reason.NODE_PAUSED: "the nodes that have more are paused",
    Reason.NOT_SELECTED: "the nodes that have more were not asked for",
    Reason.EXCLUDED: "the nodes that have more are excluded",
    Reason.TAG_MISSING: "the nodes that have more carry no wanted tag",
    Reason.RULE: "a rule keeps the nodes that have more from sending it",
    Reason.KEPT_BACK: "a rule keeps back what the nodes have",
    Reason.COOLING_OFF: "the nodes that have more turned down too much lately",
    Reason.CHANNEL_QUOTA: "the nodes that have more keep it for channels",
    SPLIT_LIMIT: "the limit on splitting is reached",
    SHIP_COMPLETE: "the order ships whole or not at all",
    KEPT_TOGETHER: "no node has all of what is kept together",
}
_GREEDY_WORDS = {
    Objective.NEAREST: "each unit comes from the nearest node that has it",
    Objective.PRIORITY: "each unit comes from the first node by priority that has it",
    Objective.MOST_STOCK: "each line comes from the node with the most stock of it",
}


def verdict(
    problem: Problem,
    plan: Plan,
    *,
    money: Money = money_text,
    all_nodes: bool = True,
    spared: str = "",
) -> str:
    """For example: "Ships from austin-tx and store-0412 in 2 shipments: no node has all
    3 lines; one shipment fewer would leave 2 units unfilled."

    `all_nodes` is False for a problem that was cut down to the nodes that decide.
    `spared` is why, where look-ahead prices decided.
    """
    missing = _missing(plan.unfilled)
    made_of = bundles_text(problem.order.bundles)
    if not plan.shipments:
        return f"Nothing ships: {'; '.join(filter(None, [missing, made_of]))}."
    count = len(plan.shipments)
    nodes = _listed([shipment.node_id for shipment in plan.shipments])
    shipments = f"{count} shipment{'s' if count > 1 else ''}"
    best = spared or _why(problem, plan, money, all_nodes=all_nodes)
    why = [best, missing, made_of]
    return f"Ships from {nodes} in {shipments}: {'; '.join(filter(None, why))}."


def _why(problem: Problem, plan: Plan, money: Money, *, all_nodes: bool) -> str:
    together = f", with {TOGETHER}" if together_of(problem) else ""
    if plan.objective in _GREEDY_WORDS:
        return _GREEDY_WORDS[plan.objective] + together
    if plan.objective is Objective.FASTEST and plan.promise_date:
        before = day_text(plan.promise_date)
        return f"no plan that fills as much arrives before {before}{together}"
    tiers = tiers_for(problem, plan.objective)
    if has_side(problem, tiers):
        return tiers_text(problem, tiers)
    solved = decide(problem, problem.policy.promise_by)
    whole = _nodes_with_everything(problem, solved)
    if len(plan.shipments) == 1:
        return _why_one(problem, plan, whole, all_nodes=all_nodes)
    lines = len(problem.order.lines)
    nobody = "" if whole or lines == 1 else f"no node has all {lines} lines"
    if lines == 1 and not whole:
        nobody = f"no node has all {problem.order.lines[0].quantity} units"
    return "; ".join(filter(None, [nobody, _one_fewer(plan, solved, money)]))


def _why_one(problem: Problem, plan: Plan, whole: int, *, all_nodes: bool) -> str:
    lines = len(problem.order.lines)
    what = f"all {lines} lines" if lines > 1 else "it"
    if whole and not plan.unfilled and not all_nodes:
        # A stored decision keeps the nodes that decide: how many others is not known.
        return f"the cheapest node that has {what}"
    if whole > 1 and not plan.unfilled:
        return f"the cheapest of {whole} nodes that have {what}"
    if whole == 1 and not plan.unfilled:
        return f"the only node that has {what}"
    return "no other plan fills more"


def _one_fewer(plan: Plan, solved: Solved, money: Money) -> str:
    """What the plan's last split buys."""
    fewer = _at_most(solved, len(plan.shipments) - 1)
    filled = sum(line.quantity for each in plan.shipments for line in each.lines)
    if fewer is None:
        return f"one shipment fewer would leave {filled} units unfilled"
    lost = filled - sum(sum(parcel.units) for parcel in fewer.parcels)
    if lost > 0:
        return f"one shipment fewer would leave {_units(lost)} unfilled"
    cost_minor = plan.cost.cash_minor + plan.cost.steering_minor
    return f"one shipment fewer would cost {money(fewer.cost_minor - cost_minor)} more"


def _at_most(solved: Solved, shipments: int) -> Solution | None:
    best = solved.frontier.best
    return best[shipments - 1] if 0 < shipments <= len(best) else None


def _nodes_with_everything(problem: Problem, solved: Solved) -> int:
    wanted = np.array([line.quantity for line in problem.order.lines])
    found = solved.found
    whole = (found.useful >= wanted).all(axis=1)
    return int(np.unique(found.node[whole]).size)


def _missing(unfilled: Sequence[Unfilled]) -> str:
    if not unfilled:
        return ""
    named = _listed([f"{_units(each.quantity)} of {each.sku}" for each in unfilled])
    reasons = {each.reason for each in unfilled}
    words = [_WHY_UNFILLED.get(reason, reason) for reason in sorted(reasons)]
    stay = "stays" if len(unfilled) == 1 and unfilled[0].quantity == 1 else "stay"
    return f"{named} {stay} unfilled because {' and '.join(words)}"


def _units(count: int) -> str:
    return f"{count} unit{'s' if count != 1 else ''}"


def _listed(names: Sequence[str]) -> str:
    if len(names) > NAMED_MAX:
        rest = len(names) - NAMED_MAX + 1
        names = [*names[: NAMED_MAX - 1], f"{rest} more"]
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"
