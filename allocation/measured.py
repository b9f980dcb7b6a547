"""The value that decided over a node and the limit it had to meet, with their units."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from allocation.collecting import opportunity_minor
from allocation.details import (
    day_text,
    is_spared,
    km_text,
    rejections_text,
    units_text,
)
from allocation.promise import NEVER
from allocation.rules.telling import problem_with_rules, rest_of, rule_id
from allocation.shortlist import Reason

if TYPE_CHECKING:
    from allocation.details import Money, Seen
    from allocation.node import Node
    from allocation.plan import Plan
    from allocation.problem import Problem


class Measured(NamedTuple):
    """For example "5,210 km" and "4,000 km"; empty where there is no such value."""

    observed: str = ""
    threshold: str = ""


def measured(
    problem: Problem,
    plan: Plan,
    node: Node,
    *,
    reason: Reason,
    seen: Seen,
    money: Money,
) -> Measured:
    """What was seen, and what was wanted."""
    policy = problem.policy
    match reason:
        case Reason.DISABLED:
            return Measured("off", "on")
        case Reason.NOT_SELECTED:
            return Measured(node.node_id, _few(policy.only_node_ids))
        case Reason.EXCLUDED:
            return Measured(node.node_id, f"none of {_few(policy.exclude_node_ids)}")
        case Reason.TAG_MISSING:
            return Measured(_few(node.tags), _few(policy.node_tags))
        case Reason.RULE | Reason.KEPT_BACK:
            has = int(problem_with_rules(problem).available[:, node.number].max())
            return Measured(units_text(has), rule_id(problem, node))
        case Reason.COOLING_OFF:
            return _resting(problem, node)
        case Reason.CHANNEL_QUOTA:
            free = int(problem.available[:, node.number].max(initial=0))
            return Measured(
                units_text(free, "free"), units_text(policy.keep_back + 1, "free")
            )
        case Reason.NODE_PAUSED:
            return Measured("paused", "open")
        case Reason.AT_CAPACITY:
            return _full(node)
        case Reason.NO_LANE:
            return Measured(km_text(seen.exact_km))
        case Reason.TOO_FAR:
            limit = policy.max_distance_km
            return Measured(km_text(seen.exact_km, above=limit), f"{limit:,} km")
        case Reason.LATE:
            by = policy.promise_by
            open_ = seen.earliest < NEVER
            earliest = day_text(date.fromordinal(seen.earliest)) if open_ else "never"
            return Measured(earliest, day_text(by) if by else "")
        case Reason.NO_STOCK:
            most = int(problem.available[:, node.number].max(initial=0))
            return Measured(units_text(most), units_text(policy.keep_back + 1))
        case Reason.COSTLIER:
            return _costlier(problem, plan, seen, money)


def _full(node: Node) -> Measured:
    """Of slots those that ended are not full: only how many are left is known."""
    if node.slots:
        return Measured("0 free in slots to come", "1 free in slots to come")
    taken = f"{node.day_limit:,} orders"
    return Measured(taken, taken)


def _resting(problem: Problem, node: Node) -> Measured:
    """How many rejections there were, and how many are too many."""
    rule, rest = rest_of(problem, node)
    above = rejections_text(rule.rejections, rule.within_hours)
    return Measured(f"{rest.rejections}", f"fewer than {above}")


def _costlier(problem: Problem, plan: Plan, seen: Seen, money: Money) -> Measured:
    """Money where it could send everything, else units."""
    wanted = sum(line.quantity for line in problem.order.lines)
    if seen.alone_minor is None or seen.units < wanted:
        return Measured(units_text(seen.units), units_text(wanted))
    if is_spared(plan, seen):
        counted_minor = plan.cost.cash_minor + opportunity_minor(plan)
        return Measured(
            f"{money(seen.alone_minor + seen.opportunity_minor)} with opportunity",
            f"{money(counted_minor)} with opportunity",
        )
    return Measured(money(seen.alone_minor), money(plan.cost.cash_minor))


NAMED_MAX = 4


def _few(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:NAMED_MAX]) or "none"
    more = len(names) - NAMED_MAX
    return f"{shown}, {more} more" if more > 0 else shown
