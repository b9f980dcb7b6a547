"""The number that kept a node out, beside the number it had to meet, in plain words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from allocation.promise import NEVER
from allocation.rules.telling import rule_text
from allocation.shortlist import Reason

if TYPE_CHECKING:
    from allocation.node import Node
    from allocation.plan import Plan
    from allocation.problem import Problem

Money = Callable[[int], str]
LINES_NAMED_MAX = 3
"""SKUs named one by one before a detail only counts them."""


def money_text(minor: int) -> str:
    """Minor units with two decimals; callers who know the currency bring their own."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def day_text(day: date) -> str:
    """For example Tue 24 Nov."""
    return f"{day:%a} {day.day} {day:%b}"


def detail_of(
    problem: Problem,
    plan: Plan,
    node: Node,
    *,
    reason: Reason | None,
    earliest: int,
    exact_km: float,
    alone_minor: int | None,
    units: int,
    money: Money,
) -> str:
    """What was seen and what was wanted; no reason: the node is in the plan."""
    policy = problem.policy
    match reason:
        case None:
            return "in the plan"
        case Reason.DISABLED:
            return "switched off"
        case Reason.NOT_SELECTED:
            return f"not among the {len(policy.only_node_ids)} nodes asked for"
        case Reason.EXCLUDED:
            return "asked to be left out"
        case Reason.TAG_MISSING:
            own = ", ".join(node.tags) or "none"
            return f"tags {own}; wanted one of {', '.join(policy.node_tags)}"
        case Reason.RULE | Reason.KEPT_BACK:
            return rule_text(problem, node)
        case Reason.NO_LANE:
            return f"{policy.service or 'no service'} {_reach(policy.service)}".replace(
                "#", f"{exact_km:.0f}"
            )
        case Reason.TOO_FAR:
            return _beyond(exact_km, policy.max_distance_km)
        case Reason.LATE:
            return _late(earliest, policy.promise_by)
        case Reason.NO_STOCK:
            return _stock(problem, node)
        case Reason.COSTLIER:
            return _costlier(
                problem, plan, alone_minor=alone_minor, units=units, money=money
            )


def _beyond(exact_km: float, limit_km: int) -> str:
    """A distance that is seen to be above the limit."""
    seen = f"{exact_km:.0f}"
    if float(seen) <= limit_km:
        seen = f"{exact_km:.3f}".rstrip("0")
    return f"{seen} km, limit {limit_km} km"


def _reach(service: str) -> str:
    return "does not reach # km" if service else "reaches # km"


def _late(earliest: int, wanted: date | None) -> str:
    if earliest >= NEVER:
        return "closed for longer than promises are made"
    by = f", wanted by {day_text(wanted)}" if wanted else ""
    return f"earliest {day_text(date.fromordinal(earliest))}{by}"


def _stock(problem: Problem, node: Node) -> str:
    lines = problem.order.lines
    kept = problem.policy.keep_back
    back = f", {kept} kept back of each" if kept else ""
    if len(lines) > LINES_NAMED_MAX:
        return f"has none of the {len(lines)} lines{back}"
    seen = [
        f"{line.sku} {problem.available[row, node.number]} of {line.quantity}"
        for row, line in enumerate(lines)
    ]
    return f"{', '.join(seen)}{back}"


def _costlier(
    problem: Problem,
    plan: Plan,
    *,
    alone_minor: int | None,
    units: int,
    money: Money,
) -> str:
    wanted = sum(line.quantity for line in problem.order.lines)
    if alone_minor is None or units < wanted:
        return f"has {units} of {wanted} units"
    apart = alone_minor - plan.cost.cash_minor
    if apart > 0:
        return f"all {wanted} units for {money(alone_minor)}, {money(apart)} more"
    return f"all {wanted} units for {money(alone_minor)}; the objective is not cost"
